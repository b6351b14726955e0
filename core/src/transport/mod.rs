//! One request over HTTP: connections, and a response within limits of time and size.

pub(crate) mod attempt;
pub(crate) mod connections;
pub(crate) mod outcome;
