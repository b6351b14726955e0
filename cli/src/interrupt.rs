//! Signals end the program, whatever it is doing: they are heard on a separate thread.
//!
//! The work is told first, so that what was already delivered is still written out and the terminal is given back. Work
//! that does not end in time, because it writes to a pipe that nobody reads, opens a FIFO or computes, is ended here.

use std::collections::BTreeSet;
use std::fs;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::mpsc;
use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::watch;

use crate::failure::Failure;

/// Exit codes by the convention of shells: 128 and the number of the signal.
pub(crate) const HUNG_UP: u8 = 129;
pub(crate) const INTERRUPTED: u8 = 130;
#[cfg(unix)]
const TERMINATED: u8 = 143;

/// The time that the work has to end after a signal. A second signal ends it at once.
const GRACE: Duration = Duration::from_secs(1);

/// The exit code for the signal that came.
static SIGNAL: LazyLock<watch::Sender<Option<u8>>> = LazyLock::new(|| watch::Sender::new(None));
/// Files that are not finished, to be removed where nothing is dropped any more.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
/// Gives the terminal back.
static LAST: OnceLock<fn()> = OnceLock::new();

/// Hears signals from now on. An error means that the system gives no thread or no file descriptor.
pub(crate) fn listen() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut signals = {
        let _context = runtime.enter();
        Signals::listen()?
    };
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let code = runtime.block_on(async {
            let code = signals.next().await;
            SIGNAL.send_replace(Some(code));
            // Where the work ends in time, the program is gone by then.
            let _ = tokio::time::timeout(GRACE, signals.next()).await;
            code
        });
        exit(code)
    })?;
    Ok(())
}

/// The exit code for the signal that came, if one did.
pub(crate) fn received() -> Option<u8> {
    *SIGNAL.borrow()
}

/// The failure that a signal came, if one did.
pub(crate) fn check() -> Result<(), Failure> {
    received().map_or(Ok(()), |code| Err(failure(code)))
}

/// The outcome of `work`, or the failure that a signal came first.
pub(crate) async fn unless_interrupted<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let mut signal = SIGNAL.subscribe();
    let come = async { signal.wait_for(Option::is_some).await.ok().and_then(|code| *code) };
    tokio::select! {
        biased;
        Some(code) = come => Err(failure(code)),
        outcome = work => outcome,
    }
}

/// Calls `last` before the program is ended here.
pub(crate) fn before_exit(last: fn()) {
    // The first stays: all give the same terminal back.
    let _ = LAST.set(last);
}

/// A file that is removed if the program is ended here while this is alive.
pub(crate) struct Unfinished(PathBuf);

impl Unfinished {
    pub(crate) fn new(path: &Path) -> Self {
        unfinished().insert(path.to_owned());
        Self(path.to_owned())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        unfinished().remove(&self.0);
    }
}

fn failure(code: u8) -> Failure {
    // Who sent another signal than Ctrl-C does not look at this terminal.
    if code == INTERRUPTED { Failure::interrupted() } else { Failure::Told(code) }
}

fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Nothing here waits for the work, which may hold any lock but the one above.
fn exit(code: u8) -> ! {
    for path in unfinished().iter() {
        let _ = fs::remove_file(path);
    }
    if let Some(last) = LAST.get() {
        let (ended, end) = mpsc::channel::<()>();
        let last = thread::Builder::new().spawn(move || {
            last();
            drop(ended);
        });
        if last.is_ok() {
            // A terminal that takes nothing must not hold up the end.
            let _ = end.recv_timeout(GRACE);
        }
    }
    process::exit(code.into())
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let hang_up = if ignores_hang_up() { None } else { Some(signal(SignalKind::hangup())?) };
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())?, hang_up })
    }

    async fn next(&mut self) -> u8 {
        let hang_up = async {
            match &mut self.hang_up {
                Some(hang_up) => hang_up.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => INTERRUPTED,
            _ = self.terminate.recv() => TERMINATED,
            _ = hang_up => HUNG_UP,
        }
    }
}

/// Whether the caller has SIGHUP ignored, as `nohup` does: then it stays ignored.
#[cfg(unix)]
fn ignores_hang_up() -> bool {
    use std::io::IsTerminal as _;
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    match mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()) {
        // Signal 1 is the lowest bit.
        Some(mask) => mask & 1 == 1,
        // Elsewhere the system does not tell; `nohup` takes all three away from the terminal.
        None => !(io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal()),
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> u8 {
        // Where it cannot be waited for, the system ends the program.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        INTERRUPTED
    }
}
