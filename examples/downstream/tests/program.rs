//! The program as it is run.

#![cfg(unix)]

use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use dataarts_simulator::Simulator;
use httpmock::{MockServer, Then, When};

fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_failing-task-alerts"));
    program.env_clear().stderr(Stdio::piped());
    program
}

#[tokio::test]
async fn it_alerts_and_ends_in_good_order_on_ctrl_c() {
    let simulator = Simulator::builder().demo_data().start().await.unwrap();
    let (posted, post) = mpsc::channel();
    let webhook = MockServer::start_async().await;
    webhook
        .mock_async(move |when: When, then: Then| {
            when.path("/hook").body_includes(r#""alert":"failing""#);
            then.respond_with(move |_| {
                let _ = posted.send(());
                httpmock::HttpMockResponse::builder().status(204).build()
            });
        })
        .await;
    let mut program = program()
        .env("DATAARTS_ENDPOINT", simulator.base_url())
        .env("DATAARTS_WORKSPACE", simulator.workspace())
        .env("DATAARTS_TOKEN", simulator.token())
        .env("HUAWEICLOUD_SDK_PROJECT_ID", simulator.project_id())
        .env("ALERT_WEBHOOK", webhook.url("/hook"))
        .spawn()
        .unwrap();
    let status = tokio::task::spawn_blocking(move || {
        let alerted = post.recv_timeout(Duration::from_secs(60));
        let signal = if alerted.is_ok() { "-INT" } else { "-KILL" };
        let kill = Command::new("kill")
            .args([signal, &program.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        program.wait().unwrap()
    });
    assert!(status.await.unwrap().success());
}

#[test]
fn without_its_settings_it_ends_with_the_name_of_the_first() {
    let output = program().output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told, "DATAARTS_WORKSPACE is not set\n");
}
