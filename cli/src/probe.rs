//! What no document says of the service, asked of the service itself: the calls, what their answers tell, and what this
//! client takes for granted. Everything here is pure; `commands/probe.rs` makes the calls.

mod answer;
mod call;
mod clock;
mod field;
mod order;
mod paging;
mod question;
mod report;
mod task;

#[cfg(test)]
mod document;
#[cfg(test)]
mod tests;

pub(crate) use answer::{Answer, Answers};
pub(crate) use call::Call;
pub(crate) use report::{Finding, Planned, Report};

/// Most requests of a probe.
pub(crate) const MOST_REQUESTS: u32 = 20;

/// What was found, and whether this client is right with it; else why nothing was.
type Found = Result<(String, bool), String>;
