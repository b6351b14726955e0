//! What a task means: when it runs by itself, how it is doing, what its log tells, and what changed.
//!
//! The service gives raw fields; these are the answers that an operator looks for in them. All of it is pure: the
//! present moment and the time zone come in as arguments, and nothing is asked of the service.
//!
//! The rules come from the manual of DataArts Studio where it states them. Where it is silent, the rule
//! here is an assumption, and is called one.

mod changes;
mod health;
mod schedule;
mod sync_log;
mod zone;

pub use changes::{Change, carry_over_outcomes, changes};
pub use health::Health;
pub use health::assessment::{Assessment, HealthRules};
pub use jiff::civil::DateTime;
pub use jiff::tz::TimeZone;
pub use schedule::Schedule;
pub use sync_log::{Cause, JobResult, LogEntry, SyncLog};
pub use zone::assumed_time_zone;
