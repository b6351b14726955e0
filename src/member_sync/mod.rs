//! What a task means: when it runs by itself, how it is doing, what its log tells, and what changed.
//!
//! The service gives raw fields; these are the answers that an operator looks for in them. All of it is pure: the present
//!
//! The rules come from the manual where it states them (`reference/member-sync.md` §d). Where it is silent, the rule
//! here is an assumption, and is called one.

mod sync_log;

pub use jiff::civil::DateTime;
pub use sync_log::{Cause, JobResult, LogEntry, SyncLog};
