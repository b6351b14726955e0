//! Ten thousand calls at once through one client, a tenth of the answers faulty: every call ends, and nothing is left over.
//!
//! The simulator runs in a process of its own, which is this program again: so what is counted here, tasks, sockets and
//! memory, is the client's alone. `cargo test --test soak -- --nocapture` prints the figures.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::collections::BTreeMap;
use std::future::Future;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::pin::Pin;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;
use std::{env, fmt, fs};

use dataarts_security::{CallOptions, Client, Clock, Credentials, Error, SharedLimits, Timestamp};
use dataarts_simulator::{DEMO_ACCESS_KEY, DEMO_PROJECT_ID, DEMO_SECRET_KEY, DEMO_WORKSPACE, Rule, Simulator};
use peak_alloc::PeakAlloc;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

const TEST: &str = "ten_thousand_calls_at_once_all_end_and_leave_nothing_behind";
const CALLS: u64 = 10_000;
/// Descriptors beyond one for each call: for retries that find no idle connection, and for all else.
const SPARE: u64 = 2_000;
/// So many bytes more may be allocated after a round than after the one before, and at the end than at the start: the
/// smallest leak in every call would be more.
const TOLERANCE: usize = 1 << 20;
const SEED: u64 = 5;

/// In the environment of the process that is the simulator.
const ROLE: &str = "SOAK_SIMULATOR";
/// What the simulator says behind whatever else is on its standard output.
const READY: &str = "ready ";

/// What comes in place of a good answer.
const FAULTS: [&str; 16] = [
    "status=503",
    "status=503,retry-after=1",
    "status=429,retry-after=date+2",
    "status=500,body=service",
    "status=500,body=gateway",
    "status=502,body=html",
    "status=200,body=html",
    "status=200,body=empty",
    "redirect=302,location=https://elsewhere.example/",
    "reset=before-headers",
    "reset=within-headers",
    "reset=after-headers",
    "truncated-body",
    "stall",
    "wrong-types",
    "gzip",
];

#[test]
fn ten_thousand_calls_at_once_all_end_and_leave_nothing_behind() {
    let descriptors = raise_descriptors(CALLS + SPARE);
    let calls = CALLS.min(descriptors.saturating_sub(SPARE));
    assert!(calls > 0, "{descriptors} file descriptors are too few");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if env::var_os(ROLE).is_some() {
        runtime.block_on(serve());
    } else {
        runtime.block_on(soak(calls));
    }
}

async fn soak(calls: u64) {
    println!("{calls} calls at once");
    let mut simulator = Process::start();
    let start = Figures::now();
    println!("at the start: {start}");
    let client = client(&simulator.endpoint);
    // The first round also pays for what is made once: the pool, the heap, the threads' own memory.
    let first = round(&client, &mut simulator, calls, start).await;
    let second = round(&client, &mut simulator, calls, start).await;
    // One more for each retry that found no idle connection is no growth.
    assert!(second.sockets <= first.sockets + first.sockets / 10, "sockets grow");
    assert!(second.allocated <= first.allocated + TOLERANCE, "what is allocated grows");
    drop(client);
    let end = carry_over_outcomes(|now| (now.tasks, now.sockets) == (start.tasks, start.sockets)).await;
    println!("without the client: {end}");
    assert!(end.allocated <= start.allocated + TOLERANCE, "what is allocated outlives the client");
}

async fn round(client: &Client, simulator: &mut Process, calls: u64, start: Figures) -> Figures {
    simulator.spoil(calls);
    let ends = ends_of(client, calls).await;
    // A connection and its task both stay for the next call; the pool has one task of its own.
    let left = carry_over_outcomes(|now| now.tasks - start.tasks <= now.sockets - start.sockets + 1).await;
    println!("{ends:?}, and then: {left}");
    assert_eq!(ends.values().sum::<u64>(), calls);
    assert!(ends["ok"] > calls / 2, "most calls go well");
    left
}

fn client(endpoint: &str) -> Client {
    Client::builder()
        .shared_limits(SharedLimits::with_max_in_flight(u32::MAX))
        .endpoint(endpoint)
        .project_id(DEMO_PROJECT_ID)
        .workspace(DEMO_WORKSPACE)
        .credentials(Credentials::access_key(DEMO_ACCESS_KEY, DEMO_SECRET_KEY))
        .no_rate_limit()
        .clock(Hurried)
        // A slow machine is no fault; a stalled body ends soon, as there are many.
        .connect_timeout(Duration::from_secs(60))
        .options(CallOptions::new().attempt_timeout(Duration::from_secs(60)).read_timeout(Duration::from_secs(2)))
        .build()
        .unwrap()
}

/// The machine's time, without waiting between attempts.
struct Hurried;

impl Clock for Hurried {
    #[allow(clippy::disallowed_methods, reason = "signatures go by the time of the other process")]
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(jiff::Timestamp::now().as_millisecond())
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}

/// How many of `calls` calls ended how.
async fn ends_of(client: &Client, calls: u64) -> BTreeMap<&'static str, u64> {
    let mut running = JoinSet::new();
    for _ in 0..calls {
        let call = client.list_member_sync_tasks().limit(10);
        running.spawn(async move { call.send().await.map_or_else(|error| kind(&error), |_| "ok") });
    }
    let mut ends = BTreeMap::new();
    while let Some(end) = running.join_next().await {
        *ends.entry(end.expect("no call panics")).or_default() += 1;
    }
    ends
}

/// The kinds of errors that the faults lead to; there are no others.
fn kind(error: &Error) -> &'static str {
    let kinds = [
        ("not understood", error.is_decode()),
        ("redirect", error.is_redirect()),
        ("timeout", error.is_timeout()),
        ("broken", error.is_transport()),
        ("HTTP 429", error.is_throttled()),
        ("HTTP 5xx", error.is_service() && error.status().is_some_and(|status| status.is_server_error())),
    ];
    kinds.into_iter().find_map(|(kind, is)| is.then_some(kind)).unwrap_or_else(|| panic!("unexpected: {error}"))
}

/// What this process holds.
#[derive(Clone, Copy, Debug)]
struct Figures {
    tasks: usize,
    sockets: usize,
    /// Bytes allocated and not yet freed.
    allocated: usize,
    /// Bytes of memory in use, as the system counts; only shown, as it rests with the allocator how much it keeps for later.
    resident: usize,
}

impl Figures {
    fn now() -> Self {
        let is_socket = |entry: io::Result<fs::DirEntry>| {
            let target = fs::read_link(entry.ok()?.path()).ok()?;
            target.to_str()?.starts_with("socket:").then_some(())
        };
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let kibibytes: usize = resident.trim().trim_end_matches(" kB").parse().unwrap();
        Self {
            tasks: Handle::current().metrics().num_alive_tasks(),
            sockets: fs::read_dir("/proc/self/fd").unwrap().filter_map(is_socket).count(),
            allocated: HEAP.current_usage(),
            resident: kibibytes * 1024,
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tasks, sockets, allocated, resident } = self;
        let (allocated, resident) = (allocated / 1024, resident / 1024);
        write!(formatter, "{tasks} tasks, {sockets} sockets, {allocated} KiB allocated, {resident} KiB resident")
    }
}

/// The figures once `done`, which tasks that were told to end bring about in a moment.
async fn carry_over_outcomes(done: impl Fn(Figures) -> bool) -> Figures {
    for _ in 0..300 {
        let now = Figures::now();
        if done(now) {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("something is left over: {}", Figures::now());
}

/// Lets this process open so many files, or as many as it may. Returns how many.
fn raise_descriptors(wanted: u64) -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let (Some(current), wanted) = (current, maximum.map_or(wanted, |maximum| maximum.min(wanted))) else {
        return wanted;
    };
    if current < wanted {
        setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }).unwrap();
    }
    current.max(wanted)
}

/// The simulator, which stops when its standard input ends.
struct Process {
    endpoint: String,
    random: fastrand::Rng,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    process: Child,
}

impl Process {
    fn start() -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", TEST, "--nocapture"]).env(ROLE, "");
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut this = Self { endpoint: String::new(), random: fastrand::Rng::with_seed(SEED), input, output, process };
        this.endpoint = this.ready();
        this
    }

    /// Gives a tenth of the next answers a fault.
    fn spoil(&mut self, calls: u64) {
        // Some more than there are calls, for the retries.
        for number in 1..=calls + calls / 10 {
            if self.random.u8(..10) == 0 {
                writeln!(self.input, "list,request={number}:{}", self.random.choice(FAULTS).unwrap()).unwrap();
            }
        }
        writeln!(self.input).unwrap();
        self.ready();
    }

    fn ready(&mut self) -> String {
        let line = self.output.by_ref().lines().map(Result::unwrap).find_map(|line| {
            // The harness of tests writes into the same line.
            line.split_once(READY).map(|(_, text)| text.to_owned())
        });
        line.expect("the simulator is there")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The other side of [`Process`].
async fn serve() {
    let simulator = Simulator::builder().generated_tasks(1_000, SEED).start().await.unwrap();
    println!("{READY}{}", simulator.base_url());
    let take_rules = move || {
        for line in io::stdin().lines().map(Result::unwrap) {
            if line.is_empty() {
                println!("{READY}");
            } else {
                simulator.add_rule(line.parse::<Rule>().unwrap());
            }
        }
    };
    tokio::task::spawn_blocking(take_rules).await.unwrap();
}
