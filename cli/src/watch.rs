//! What `sync-tasks watch` knows and shows: pure, with events and the time as arguments. The library says what changed and
//! how a task is doing; here is only how that is looked at.

mod asked;
mod happening;
mod history;
mod keys;
mod marks;
mod moments;
mod open_log;
mod order;
mod snapshot;
mod state;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod text;
mod view;

pub(crate) use asked::Asked;
pub(crate) use happening::{FIELDS, Happening};
pub(crate) use keys::{Wish, help};
pub(crate) use snapshot::{News, Snapshot, summary};
pub(crate) use state::{Count, Place, State};
pub(crate) use view::draw;
