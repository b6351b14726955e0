//! What can go wrong with an answer, on request.

mod canned_answer;
mod display;
mod error_body;
mod faults;
mod grammar;
mod gzip;
mod injection;
mod rewriting;
mod rule;
mod scripted_body;

use std::time::Duration;

use axum::http::{StatusCode, Uri};

pub use self::canned_answer::{CannedAnswer, RetryAfter};
pub use self::error_body::ErrorBody;
pub use self::grammar::RuleError;
pub use self::rule::{Operation, Rule};

pub(crate) use self::faults::Faults;

/// One way in which an answer goes wrong.
///
/// In text, as `--fault` takes it behind the colon, each fault has a name of its own; [`Rule`] shows them all.
///
/// A latency is real time, whatever the simulator's clock shows, and needs a tokio runtime with its timer enabled.
///
/// ```
/// use dataarts_simulator::{CannedAnswer, ErrorBody, Fault, StatusCode};
///
/// let proxy: Fault = CannedAnswer::new(StatusCode::BAD_GATEWAY).body(ErrorBody::Html).into();
/// assert_eq!(proxy.to_string(), "status=502,body=html");
/// assert_eq!("reset=within-headers".parse(), Ok(Fault::Reset(dataarts_simulator::ResetPoint::WithinHeaders)));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// This answer, and the service never sees the request: `status=503,body=html`.
    Canned(CannedAnswer),
    /// The caller is sent elsewhere, and the service never sees the request: `redirect=302,location=https://…`.
    Redirect {
        /// Mostly 301, 302, 303, 307 or 308.
        status: StatusCode,
        /// Where to.
        location: Uri,
    },
    /// The answer takes this much longer: `latency=250ms`.
    Latency(Duration),
    /// The headers come at once, the body this much later: `body-latency=250ms`.
    BodyLatency(Duration),
    /// Half of the body comes, and then nothing until the caller leaves or the simulator stops: `stall`.
    Stall,
    /// The connection is reset: `reset=before-headers`.
    Reset(ResetPoint),
    /// The connection is closed in good order after half of the body: `truncated-body`.
    TruncatedBody,
    /// The body is compressed, whether the caller takes that or not: `gzip`.
    Gzip,
    /// The body is compressed, with so many MiB of spaces before it; on the wire it is a thousandth of that:
    /// `gzip-bomb=1024MiB`.
    GzipBomb {
        /// Size of the spaces in MiB.
        mebibytes: u32,
    },
    /// Before its last bracket the body goes on with spaces until the caller leaves: `endless-body`.
    EndlessBody,
    /// `tasks` is `null`: `null-arrays`.
    NullArrays,
    /// Every enum of every task has a value that no document lists: `unknown-values`.
    UnknownValues,
    /// Every number is a text and every text a number: `wrong-types`.
    WrongTypes,
    /// The page holds so many tasks more than asked for, as far as there are more: `oversized-page=5`.
    OversizedPage(u32),
    /// The page holds at most so many tasks, however many were asked for: `capped-page=20`.
    CappedPage(u32),
    /// Where the page asked for lies past the end, the first page comes once more: `repeated-first-page`.
    RepeatedFirstPage,
    /// The total is this, whatever there is: `wrong-total=0`.
    WrongTotal(i64),
}

/// How much of an answer gets through before its connection is reset.
///
/// ```
/// use dataarts_simulator::{Fault, ResetPoint};
///
/// assert_eq!(Fault::Reset(ResetPoint::AfterHeaders).to_string(), "reset=after-headers");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ResetPoint {
    /// Nothing.
    BeforeHeaders,
    /// The status line and a part of the first header.
    WithinHeaders,
    /// All headers and nothing of the body.
    AfterHeaders,
}

impl From<CannedAnswer> for Fault {
    fn from(answer: CannedAnswer) -> Self {
        Self::Canned(answer)
    }
}
