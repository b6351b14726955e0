//! Files of `--output`: whole or as they were, whatever ends the program.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use assert_cmd::Command as Finished;
use dataarts_simulator::Simulator;
use serde_json::Value;

use crate::support::program::{fail, std_dataarts_at, succeed};

fn command(simulator: &Simulator, words: &str, folder: &Path) -> Command {
    let mut command = std_dataarts_at(&simulator.base_url(), words);
    command.env("DATAARTS_TOKEN", simulator.token()).env("DATAARTS_WORKSPACE", simulator.workspace());
    command.env("HUAWEICLOUD_SDK_PROJECT_ID", simulator.project_id()).current_dir(folder);
    command
}

fn ids(jsonl: &str) -> Vec<String> {
    jsonl.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned()).collect()
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Kills the program as soon as the service has seen so many requests more; false if it was done before.
fn kill_after(simulator: &Simulator, requests: usize, command: &mut Command) -> bool {
    let before = simulator.requests().len();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return false;
        }
        if simulator.requests().len() >= before + requests {
            child.kill().unwrap();
            child.wait().unwrap();
            return true;
        }
        std::thread::yield_now();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_the_file_is_the_old_one_or_the_whole_new_one() {
    let simulator = Simulator::builder().generated_tasks(200, 5).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tasks");
    let words = "sync-tasks list --pace off --page-size 10 -o jsonl --output tasks";
    let mut requests = 1;
    loop {
        fs::write(&path, "old").unwrap();
        let was_killed = kill_after(&simulator, requests, &mut command(&simulator, words, folder.path()));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text == "old" || ids(&text).len() == 200, "after {requests} requests: {text}");
        if !was_killed {
            break;
        }
        requests += 1;
    }
    assert!(requests > 10, "{requests}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_output_file_appears_when_the_list_is_complete() {
    let simulator = Simulator::builder().generated_tasks(100, 5).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let words = "sync-tasks list --pace off --page-size 10 -o jsonl --output tasks";
    let path = folder.path().join("tasks");
    fs::write(&path, "old").unwrap();
    simulator.add_rule("list,page=5,times=1:status=400".parse().unwrap());
    let message = fail(&mut Finished::from_std(command(&simulator, words, folder.path())), 1);
    assert!(message.contains("tasks was left as it was"), "{message}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(succeed(&mut Finished::from_std(command(&simulator, words, folder.path()))), "");
    assert_eq!(ids(&fs::read_to_string(&path).unwrap()).len(), 100);
    assert_eq!(files(folder.path()), ["tasks"]);
    let nowhere = "sync-tasks list -o jsonl --output no/such/folder/tasks";
    let message = fail(&mut Finished::from_std(command(&simulator, nowhere, folder.path())), 2);
    assert!(message.contains("--output no/such/folder/tasks: its folder is not there"), "{message}");
}
