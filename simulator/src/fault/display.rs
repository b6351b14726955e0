//! Rules written as [`grammar`](super::grammar) reads them.

use std::fmt;
use std::time::Duration;

use jiff::SignedDuration;

use super::grammar::PLAIN;
use super::{CannedAnswer, ErrorBody, Fault, Operation, ResetPoint, RetryAfter, Rule};

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.operation)?;
        for (key, value) in [("page", self.page), ("request", self.request), ("times", self.times)] {
            if let Some(value) = value {
                write!(formatter, ",{key}={value}")?;
            }
        }
        write!(formatter, ":{}", self.fault)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(name_of(self, &Self::NAMES))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Canned(answer) => write!(formatter, "{answer}"),
            Self::Redirect { status, location } => {
                write!(formatter, "redirect={},location={location}", status.as_u16())
            }
            Self::Latency(duration) => write!(formatter, "latency={}", Length(*duration)),
            Self::BodyLatency(duration) => write!(formatter, "body-latency={}", Length(*duration)),
            Self::Reset(point) => write!(formatter, "reset={}", name_of(point, &ResetPoint::NAMES)),
            Self::GzipBomb { mebibytes } => write!(formatter, "gzip-bomb={mebibytes}MiB"),
            Self::OversizedPage(tasks) => write!(formatter, "oversized-page={tasks}"),
            Self::CappedPage(tasks) => write!(formatter, "capped-page={tasks}"),
            Self::WrongTotal(total) => write!(formatter, "wrong-total={total}"),
            plain => formatter.write_str(name_of(plain, &PLAIN)),
        }
    }
}

impl fmt::Display for CannedAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "status={}", self.status.as_u16())?;
        if self.body != ErrorBody::default() {
            write!(formatter, ",body={}", name_of(&self.body, &ErrorBody::NAMES))?;
        }
        if let Some(code) = &self.code {
            write!(formatter, ",code={code}")?;
        }
        match self.retry_after {
            Some(RetryAfter::Seconds(seconds)) => write!(formatter, ",retry-after={seconds}"),
            Some(RetryAfter::Date(seconds)) => write!(formatter, ",retry-after=date+{seconds}"),
            None => Ok(()),
        }
    }
}

/// A duration in the units that are read back.
struct Length(Duration);

impl fmt::Display for Length {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let duration = SignedDuration::try_from(self.0).unwrap_or(SignedDuration::MAX);
        write!(formatter, "{duration:#}")
    }
}

fn name_of<T: PartialEq>(value: &T, names: &[(T, &'static str)]) -> &'static str {
    names.iter().find(|(candidate, _)| candidate == value).map(|(_, name)| *name).unwrap_or_default()
}
