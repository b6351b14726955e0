//! Clients whose waits between attempts pass at once, and what can be said of their errors.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use dataarts_security::types::MemberSyncTaskList;
use dataarts_security::{CallOptions, Client, ClientBuilder, Credentials, Error, Timestamp};

pub(crate) const PROJECT: &str = "0833a5737480d53b2f25c010dc1a7b88";
const WORKSPACE: &str = "f7bc8f2a71524d268c4293974e3dc35b";
pub(crate) const TOKEN: &str = "t0ken-of-the-test";
/// What no answer of these tests exceeds, unless to be too large.
pub(crate) const LARGEST_BODY: usize = 1024 * 1024;

/// Begins at some day in 2027.
pub(crate) fn fixed_clock() -> dataarts_simulator::Clock {
    dataarts_simulator::Clock::fixed(Timestamp::from_millisecond(1_800_000_000_000))
}

/// A clock that a wait turns, and that does something with each wait.
pub(crate) struct Turned {
    clock: dataarts_simulator::Clock,
    at_wait: Arc<dyn Fn() + Send + Sync>,
}

impl Turned {
    pub(crate) fn new(clock: dataarts_simulator::Clock, at_wait: impl Fn() + Send + Sync + 'static) -> Self {
        Self { clock, at_wait: Arc::new(at_wait) }
    }
}

impl dataarts_security::Clock for Turned {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.clock.advance(duration);
        (self.at_wait)();
        Box::pin(std::future::ready(()))
    }
}

/// A client with all of its retries and without its pace.
pub(crate) fn builder(endpoint: &str, options: CallOptions) -> ClientBuilder {
    Client::builder()
        .endpoint(endpoint)
        .project_id(PROJECT)
        .workspace(WORKSPACE)
        .credentials(Credentials::token(TOKEN))
        .clock(Turned::new(fixed_clock(), || ()))
        .options(options)
        .no_rate_limit()
}

pub(crate) fn options() -> CallOptions {
    CallOptions::new().max_response_size(LARGEST_BODY)
}

/// The one call that all of the table is about.
pub(crate) async fn call(client: &Client) -> Result<MemberSyncTaskList, Error> {
    client.list_member_sync_tasks().limit(10).send().await
}

type Predicate = fn(&Error) -> bool;

/// Every predicate of an error, by name.
const PREDICATES: [(&str, Predicate); 16] = [
    ("is_access_key_locked", Error::is_access_key_locked),
    ("is_clock_skew", Error::is_clock_skew),
    ("is_connect", Error::is_connect),
    ("is_credentials", Error::is_credentials),
    ("is_decode", Error::is_decode),
    ("is_forbidden", Error::is_forbidden),
    ("is_incomplete", Error::is_incomplete),
    ("is_transport", Error::is_transport),
    ("is_invalid_input", Error::is_invalid_input),
    ("is_redirect", Error::is_redirect),
    ("is_service", Error::is_service),
    ("is_signature_mismatch", Error::is_signature_mismatch),
    ("is_throttled", Error::is_throttled),
    ("is_timeout", Error::is_timeout),
    ("is_unauthorized", Error::is_unauthorized),
    ("is_workspace_not_found", dataarts_security::is_workspace_not_found),
];

/// The names of those that hold, in alphabetical order.
pub(crate) fn predicates(error: &Error) -> Vec<&'static str> {
    PREDICATES.iter().filter(|(_, holds)| holds(error)).map(|(name, _)| *name).collect()
}

/// Everything that an error can be made to print.
pub(crate) fn all_texts(error: &Error) -> String {
    fn chain(error: &dyn std::error::Error, output: &mut dyn fmt::Write) {
        write!(output, "{error} {error:?} ").unwrap();
        if let Some(source) = error.source() {
            chain(source, output);
        }
    }
    let mut texts = String::new();
    chain(error, &mut texts);
    texts
}
