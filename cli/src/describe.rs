//! Fields of a task in words, for people, and how wide words are.

pub(crate) mod count;
pub(crate) mod failure_line;
pub(crate) mod schedule;
pub(crate) mod time;
pub(crate) mod width;
