//! Fields of a task in words, for people.

pub(crate) mod failure_line;
pub(crate) mod schedule;
pub(crate) mod time;
