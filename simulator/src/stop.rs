//! Ending well on a signal.

use std::{io, process, thread};

use tokio::runtime::{Builder, Runtime};
use tokio::signal;

/// SIGTERM and SIGINT, or what comes closest to them elsewhere.
pub(crate) struct Stop {
    runtime: Runtime,
    signals: Signals,
}

impl Stop {
    /// From now on a signal waits for [`exit_on_signal`](Self::exit_on_signal), in place of killing the program.
    pub(crate) fn listen() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let signals = {
            let _context = runtime.enter();
            Signals::listen()?
        };
        Ok(Self { runtime, signals })
    }

    /// Lets a signal end the program with exit code 0, whatever it is doing.
    ///
    /// It is waited for on a thread of its own, as a write to a pipe that no one reads would hold up everything else.
    pub(crate) fn exit_on_signal(self) -> io::Result<()> {
        let Self { runtime, mut signals } = self;
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            runtime.block_on(signals.wait());
            process::exit(0)
        })?;
        Ok(())
    }
}

struct Signals {
    #[cfg(unix)]
    interrupt: signal::unix::Signal,
    #[cfg(unix)]
    terminate: signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => (),
            _ = self.terminate.recv() => (),
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    async fn wait(&mut self) {
        // Where it cannot be waited for, the system ends the program by itself.
        if signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
