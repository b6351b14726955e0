//! What it costs to read a whole list, beside a loop of bare reqwest and serde_json into the same generated types.
//!
//! ```sh
//! cargo bench --bench listing
//! ```
//!
//! Both sides read 100,000 tasks from a simulator in a process of its own, a fifth of them with a failure log of 2 KB. Ours
//! is the stream: it overlaps its pages, remembers the ids, and is right while the list changes; the bare one adds 100 to
//! the offset. Both send a token, because what a signature costs stands in `call`. valgrind counts the instructions (the
//! Debian package of that name), so that other work on the machine does not matter; memory is what Linux says was the most
//! in use at a time. `benches/peers/run` uses the sides of this program beside other clients.

use std::env;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dataarts_security::types::{MemberSyncTask, MemberSyncTaskList, SyncStatus};
use dataarts_security::{Client, Credentials};
use dataarts_simulator::{DEMO_ACCESS_KEY, DEMO_PROJECT_ID, DEMO_SECRET_KEY, DEMO_TOKEN, DEMO_WORKSPACE, Simulator};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The most that an offset can reach.
const MANY: usize = 100_000;
const FEW: usize = 1_000;
const QUIET: usize = 10_000;
const LIMIT: usize = 100;
/// One of so many tasks has a failure log, of so many bytes.
const FAILED: usize = 5;
const LOG_BYTES: usize = 2_048;

const USAGE: &str = "usage: listing [serve TASKS MILLISECONDS | (token | signed) CONCURRENCY ENDPOINT | bare ENDPOINT]";

fn main() -> Outcome<()> {
    // cargo adds `--bench` in front.
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => compare(),
        ["serve", tasks, latency] => run(serve(tasks.parse()?, Duration::from_millis(latency.parse()?))),
        ["token", concurrency, endpoint] => run(ours(Credentials::token(DEMO_TOKEN), concurrency.parse()?, endpoint)),
        ["signed", concurrency, endpoint] => {
            run(ours(Credentials::access_key(DEMO_ACCESS_KEY, DEMO_SECRET_KEY), concurrency.parse()?, endpoint))
        }
        ["bare", endpoint] => run(bare(endpoint)),
        _ => Err(USAGE.into()),
    }
}

fn run(side: impl Future<Output = Outcome<()>>) -> Outcome<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(side)
}

fn compare() -> Outcome<()> {
    let mut server = Server::start(MANY)?;
    let ours = instructions(&["token", "4", &server.endpoint])?;
    let bare = instructions(&["bare", &server.endpoint])?;
    let most = peak_kibibytes(&["signed", "4", &server.endpoint])?;
    server.stop()?;
    let mut server = Server::start(FEW)?;
    let least = peak_kibibytes(&["signed", "4", &server.endpoint])?;
    server.stop()?;
    let mut server = Server::start(QUIET)?;
    peak_kibibytes(&["signed", "4", &server.endpoint])?;
    let requests = server.stop()?;
    println!("CPU instructions for {MANY} tasks: ours {ours}, bare {bare}, ratio {:.3}", ours as f64 / bare as f64);
    let mebibytes = |kibibytes: u64| kibibytes as f64 / 1024.0;
    println!(
        "peak memory at {MANY} tasks minus that at {FEW}: {:.1} MiB ({:.1} - {:.1})",
        mebibytes(most.saturating_sub(least)),
        mebibytes(most),
        mebibytes(least)
    );
    let possible = QUIET.div_ceil(LIMIT);
    println!(
        "requests for a quiet list of {QUIET}: {requests} of {possible}, {:.2}",
        requests as f64 / possible as f64
    );
    Ok(())
}

/// A simulator in a process of its own.
struct Server {
    process: Child,
    output: Box<dyn io::BufRead>,
    endpoint: String,
}

impl Server {
    fn start(tasks: usize) -> Outcome<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.args(["serve", &tasks.to_string(), "0"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let mut output = Box::new(BufReader::new(process.stdout.take().ok_or("the simulator says nothing")?));
        let mut endpoint = String::new();
        output.read_line(&mut endpoint)?;
        let endpoint = endpoint.split_whitespace().next().unwrap_or_default().to_owned();
        Ok(Self { process, output, endpoint })
    }

    /// Stops it; returns how many requests it answered.
    fn stop(&mut self) -> Outcome<u64> {
        // It stops when its standard input ends.
        drop(self.process.stdin.take());
        let mut requests = String::new();
        self.output.read_line(&mut requests)?;
        self.process.wait()?;
        Ok(requests.trim().parse()?)
    }
}

fn instructions(side: &[&str]) -> Outcome<u64> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(env::current_exe()?).args(side);
    let output = command.output().map_err(|error| format!("cannot run valgrind: {error}"))?;
    let report = String::from_utf8(output.stderr)?;
    let collected = report.split_once("Collected :").map(|(_, behind)| behind.trim_start());
    match collected.and_then(|collected| collected.split_whitespace().next()) {
        Some(number) if output.status.success() => Ok(number.parse()?),
        _ => Err(format!("valgrind failed: {report}").into()),
    }
}

fn peak_kibibytes(side: &[&str]) -> Outcome<u64> {
    let output = Command::new(env::current_exe()?).args(side).output()?;
    let report = String::from_utf8(output.stdout)?;
    let kibibytes = report.split_whitespace().nth(1).ok_or("the reader says nothing")?;
    Ok(kibibytes.parse()?)
}

async fn serve(count: usize, latency: Duration) -> Outcome<()> {
    let mut tasks = Simulator::builder().generated_tasks(count, 1).start().await?.tasks();
    give_logs(&mut tasks);
    let simulator = Simulator::builder().tasks(tasks).latency(latency).start().await?;
    // All that another client needs to know.
    println!(
        "{} {}",
        simulator.base_url(),
        [DEMO_PROJECT_ID, DEMO_WORKSPACE, DEMO_ACCESS_KEY, DEMO_SECRET_KEY].join(" ")
    );
    let wait = || io::stdin().read_to_end(&mut Vec::new());
    tokio::task::spawn_blocking(wait).await??;
    println!("{}", simulator.requests().len());
    Ok(())
}

/// Lets one of some tasks have failed, with a log as the simulator writes them, repeated or cut to one size.
fn give_logs(tasks: &mut [MemberSyncTask]) {
    let logs: Vec<String> = tasks.iter_mut().filter_map(|task| task.sync_msg.take()).collect();
    for (task, log) in tasks.iter_mut().step_by(FAILED).zip(logs.iter().cycle()) {
        let mut message = log.repeat(LOG_BYTES.div_ceil(log.len()));
        let end = (0..=LOG_BYTES).rev().find(|end| message.is_char_boundary(*end)).unwrap_or_default();
        message.truncate(end);
        task.sync_status = Some(SyncStatus::SyncFail);
        task.sync_msg = Some(message);
    }
}

async fn ours(credentials: Credentials, concurrency: u32, endpoint: &str) -> Outcome<()> {
    let client = Client::builder()
        .endpoint(endpoint)
        .project_id(DEMO_PROJECT_ID)
        .workspace(DEMO_WORKSPACE)
        .credentials(credentials)
        .no_rate_limit()
        .build()?;
    let mut tasks = client.list_member_sync_tasks().items().pages_in_flight(concurrency);
    let mut count = 0;
    while let Some(task) = tasks.try_next().await? {
        black_box(task);
        count += 1;
    }
    tell(count)
}

async fn bare(endpoint: &str) -> Outcome<()> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let url = format!("{endpoint}/v1/{DEMO_PROJECT_ID}/security/member-sync-tasks");
    let mut count = 0;
    loop {
        let url = format!("{url}?limit={LIMIT}&offset={count}&order_by=CREATE_TIME&order_by_asc=true");
        let request = http.get(url).header("X-Auth-Token", DEMO_TOKEN).header("workspace", DEMO_WORKSPACE);
        let body = request.send().await?.error_for_status()?.bytes().await?;
        let page: MemberSyncTaskList = serde_json::from_slice(&body)?;
        let length = page.tasks.len();
        for task in page.tasks {
            black_box(task);
        }
        count += length;
        if length < LIMIT || page.total.is_some_and(|total| usize::try_from(total).is_ok_and(|total| count >= total)) {
            return tell(count);
        }
    }
}

/// How many tasks came, and the most memory in use at a time, in KiB.
fn tell(count: usize) -> Outcome<()> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
    println!("{count} {}", peak.ok_or("the system does not tell the memory in use")?);
    Ok(())
}
