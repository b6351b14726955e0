//! What one call through all layers costs, beside bare reqwest and serde_json into the same generated types.
//!
//! ```sh
//! cargo bench --bench call
//! ```
//!
//! Both sides list a page of 100 tasks from a simulator in a process of its own. Ours checks, paces nothing, signs with an
//! access key, bounds, and understands the answer; the bare one sends a token and has neither limits nor errors to speak of.
//! valgrind counts the instructions and the allocations of each (the Debian package of that name), so that other work on
//! the machine does not matter; it has no SHA extensions, so that our hashes cost more here than on most processors.

use std::env;
use std::error::Error;
use std::hint::black_box;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use dataarts_security::types::MemberSyncTaskList;
use dataarts_security::{Client, Credentials};
use dataarts_simulator::{DEMO_ACCESS_KEY, DEMO_PROJECT_ID, DEMO_SECRET_KEY, DEMO_TOKEN, DEMO_WORKSPACE, Simulator};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// As many as the API page says there can be, so that the pages look like those of a full list.
const TASKS: usize = 10_000;
const LIMIT: i64 = 100;
/// What both runs of a side have in common, its start above all, is not counted.
const FEW: u64 = 200;
const MANY: u64 = 1_200;

fn main() -> Outcome<()> {
    // cargo adds `--bench` in front.
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => compare(),
        ["serve"] => run(serve()),
        ["ours", count, endpoint] => run(ours(count.parse()?, endpoint)),
        ["bare", count, endpoint] => run(bare(count.parse()?, endpoint)),
        _ => Err("usage: call [serve | ours COUNT ENDPOINT | bare COUNT ENDPOINT]".into()),
    }
}

fn run(side: impl Future<Output = Outcome<()>>) -> Outcome<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(side)
}

fn compare() -> Outcome<()> {
    let mut server =
        Command::new(env::current_exe()?).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut endpoint = String::new();
    BufReader::new(server.stdout.take().ok_or("the simulator says nothing")?).read_line(&mut endpoint)?;
    let endpoint = endpoint.trim();
    println!("{:34}{:>10}{:>10}{:>8}", "for one call", "ours", "bare", "ratio");
    for (what, count) in [
        ("CPU instructions", instructions as fn(&str, u64, &str) -> Outcome<u64>),
        ("allocations", |side, calls, endpoint| Ok(allocated(side, calls, endpoint)?.0)),
        ("allocated bytes", |side, calls, endpoint| Ok(allocated(side, calls, endpoint)?.1)),
    ] {
        let each =
            |side| Ok::<_, Box<dyn Error>>((count(side, MANY, endpoint)? - count(side, FEW, endpoint)?) / (MANY - FEW));
        let (ours, bare) = (each("ours")?, each("bare")?);
        println!("{what:34}{ours:10}{bare:10}{:8.2}", ours as f64 / bare as f64);
    }
    // It stops when its standard input ends.
    drop(server.stdin.take());
    server.wait()?;
    Ok(())
}

fn instructions(side: &str, calls: u64, endpoint: &str) -> Outcome<u64> {
    let report = valgrind(&["--tool=callgrind", "--callgrind-out-file=/dev/null"], side, calls, endpoint)?;
    number_behind(&report, "Collected :")
}

/// How often, and how many bytes.
fn allocated(side: &str, calls: u64, endpoint: &str) -> Outcome<(u64, u64)> {
    let report = valgrind(&["--tool=dhat", "--dhat-out-file=/dev/null"], side, calls, endpoint)?;
    let total = report.lines().find_map(|line| line.split_once("Total:")).ok_or("valgrind counts no blocks")?.1;
    Ok((number_behind(total, " bytes in ")?, number_behind(total, "")?))
}

fn valgrind(options: &[&str], side: &str, calls: u64, endpoint: &str) -> Outcome<String> {
    let mut command = Command::new("valgrind");
    command.args(options).arg(env::current_exe()?).args([side, &calls.to_string(), endpoint]);
    let output = command.output().map_err(|error| format!("cannot run valgrind: {error}"))?;
    let report = String::from_utf8(output.stderr)?;
    if output.status.success() { Ok(report) } else { Err(format!("valgrind failed: {report}").into()) }
}

fn number_behind(text: &str, mark: &str) -> Outcome<u64> {
    let (_, behind) = text.split_once(mark).ok_or_else(|| format!("valgrind does not say {mark:?}"))?;
    let number = behind.trim_start().split(|character: char| !matches!(character, '0'..='9' | ',')).next();
    Ok(number.unwrap_or_default().replace(',', "").parse()?)
}

async fn serve() -> Outcome<()> {
    let simulator = Simulator::builder().generated_tasks(TASKS, 1).start().await?;
    println!("{}", simulator.base_url());
    let wait = || io::stdin().read_to_end(&mut Vec::new());
    tokio::task::spawn_blocking(wait).await??;
    Ok(())
}

async fn ours(calls: u64, endpoint: &str) -> Outcome<()> {
    let client = Client::builder()
        .endpoint(endpoint)
        .project_id(DEMO_PROJECT_ID)
        .workspace(DEMO_WORKSPACE)
        .credentials(Credentials::access_key(DEMO_ACCESS_KEY, DEMO_SECRET_KEY))
        .no_rate_limit()
        .build()?;
    for _ in 0..calls {
        checked(&client.list_member_sync_tasks().limit(LIMIT).send().await?)?;
    }
    Ok(())
}

async fn bare(calls: u64, endpoint: &str) -> Outcome<()> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let url = format!("{endpoint}/v1/{DEMO_PROJECT_ID}/security/member-sync-tasks?limit={LIMIT}");
    for _ in 0..calls {
        let request = http.get(&url).header("X-Auth-Token", DEMO_TOKEN).header("workspace", DEMO_WORKSPACE);
        let body = request.send().await?.error_for_status()?.bytes().await?;
        checked(&serde_json::from_slice(&body)?)?;
    }
    Ok(())
}

fn checked(list: &MemberSyncTaskList) -> Outcome<()> {
    let count = i64::try_from(black_box(list).tasks.len())?;
    if count == LIMIT { Ok(()) } else { Err(format!("{count} tasks came").into()) }
}
