//! How much of an answer without end is taken in.

use dataarts_simulator::Simulator;

use crate::answers::PRIVATE;
use crate::peer::{Peer, Step};
use crate::support::{LARGEST_BODY, builder, call, options};

const MEBIBYTE: u64 = 1024 * 1024;
/// The most that Linux keeps in the two sockets of a connection where it is set up generously.
const SOCKETS: u64 = 40 * MEBIBYTE;

#[tokio::test]
async fn a_body_without_end_is_taken_in_up_to_the_largest_body() {
    let headers = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let script = vec![Step::Request, Step::Send(headers), Step::Flood(PRIVATE.repeat(1_000).into_bytes())];
    let peer = Peer::start(vec![], script);
    let client = builder(&format!("http://{}", peer.address()), options()).build().unwrap();
    let error = call(&client).await.unwrap_err();
    assert!(error.is_decode() && error.to_string().contains("the answer is larger than 1 MiB"), "{error}");
    let flooded = peer.flooded();
    assert!(flooded <= LARGEST_BODY as u64 + SOCKETS, "{flooded} bytes were taken");
}

/// Set in a process whose memory is measured.
pub(crate) const ALONE: &str = "DATAARTS_TEST_ALONE";

#[tokio::test]
async fn a_gzip_bomb_is_unpacked_up_to_the_largest_body() {
    if std::env::var_os(ALONE).is_none() {
        return in_a_process_of_its_own("memory::a_gzip_bomb_is_unpacked_up_to_the_largest_body");
    }
    let simulator = Simulator::builder().fault("list:gzip-bomb=4096MiB".parse().unwrap()).start().await.unwrap();
    let client = builder(&simulator.base_url(), options())
        .project_id(simulator.project_id())
        .workspace(simulator.workspace())
        .credentials(dataarts_security::Credentials::token(simulator.token()))
        .build()
        .unwrap();
    let error = call(&client).await.unwrap_err();
    assert!(error.is_decode() && error.to_string().contains("the answer is larger than 1 MiB"), "{error}");
    #[cfg(target_os = "linux")]
    {
        // Far below what was packed into the bomb, and above what any system's certificates take.
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let kibibytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(kibibytes < 256 * 1024, "{kibibytes} KiB at the peak");
    }
}

/// The system tells the memory of a process, and all other tests are in this one.
pub(crate) fn in_a_process_of_its_own(test: &str) {
    let program = std::env::current_exe().unwrap();
    let run =
        std::process::Command::new(program).args([test, "--exact", "--nocapture"]).env(ALONE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&run.stderr));
}
