//! Why a simulator did not start.

use std::net::SocketAddr;
use std::{error, fmt, io};

use super::SimulatorBuilder;

/// Why a simulator did not start. Shown on one line.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let everywhere = ([0, 0, 0, 0], 8080).into();
/// let error = dataarts_simulator::Simulator::builder().listen(everywhere).start().await.unwrap_err();
/// assert!(error.to_string().starts_with("will not listen on 0.0.0.0:8080, which is not a loopback address"));
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The address would let other machines in, and that was not allowed.
    NotLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// More tasks were to be generated than [`SimulatorBuilder::MAXIMUM_GENERATED_TASKS`].
    TooManyTasks {
        /// How many were asked for.
        count: usize,
    },
    /// The clock of this machine is before 1970, which no `Date` of a response can say.
    Clock,
    /// The address cannot be listened on, mostly because another program does.
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback { address } => {
                let way_out = "SimulatorBuilder::allow_non_loopback lets other machines in";
                write!(formatter, "will not listen on {address}, which is not a loopback address; {way_out}")
            }
            Self::TooManyTasks { count } => {
                let maximum = SimulatorBuilder::MAXIMUM_GENERATED_TASKS;
                write!(formatter, "will not generate {count} tasks; {maximum} are the most there can be")
            }
            Self::Clock => formatter.write_str("the clock of this machine is before 1970; set it"),
            Self::Listen { address, source } => {
                let way_out = match source.kind() {
                    io::ErrorKind::AddrNotAvailable => "127.0.0.1 is an address of every machine",
                    _ => "port 0 takes a free one",
                };
                write!(formatter, "cannot listen on {address}: {source}; {way_out}")
            }
        }
    }
}

impl error::Error for StartError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::NotLoopback { .. } | Self::TooManyTasks { .. } | Self::Clock => None,
            Self::Listen { source, .. } => Some(source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_is_one_line_that_names_the_way_out() {
        let address = ([10, 0, 0, 1], 80).into();
        let listen = |kind: io::ErrorKind| StartError::Listen { address, source: kind.into() };
        for (error, way_out) in [
            (StartError::NotLoopback { address }, "SimulatorBuilder::allow_non_loopback"),
            (StartError::TooManyTasks { count: 5_000_000 }, "1000000"),
            (StartError::Clock, "set it"),
            (listen(io::ErrorKind::AddrInUse), "port 0"),
            (listen(io::ErrorKind::PermissionDenied), "port 0"),
            (listen(io::ErrorKind::AddrNotAvailable), "127.0.0.1"),
        ] {
            let line = error.to_string();
            assert!(line.contains(way_out) && line.lines().count() == 1, "{line}");
        }
    }
}
