//! Several targets at once: what one cannot do is no reason to keep from the others.

use std::io;

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::clock;
use crate::connection::Connection;
use crate::environment::{self, Environment};
use crate::failure::{Failure, INCOMPLETE};
use crate::targets::Target;

/// Targets that are worked on at the same time: each has its own connections, and file descriptors are few.
const AT_ONCE: usize = 8;

/// A target and what became of it.
pub(super) struct Reached<T> {
    pub(super) target: Target,
    pub(super) outcome: Result<(Scope, T), Failure>,
}

/// Endpoint and project: within both, the ID of an instance means one thing. Another endpoint may list any ID.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Scope {
    endpoint: String,
    project_id: String,
}

/// Does the same at each target, several at the same time; the outcomes are in the order of the targets.
pub(super) async fn each<T>(
    targets: Vec<Target>,
    work: impl AsyncFn(&Target, &Connection) -> Result<T, Failure>,
) -> Vec<Reached<T>> {
    let environment = Environment::new(&environment::without_place);
    let (work, environment) = (&work, &environment);
    let all = targets.into_iter().enumerate().map(|(place, target)| async move {
        let outcome = async {
            let connection = Connection::open(&target.flags, environment).await?;
            if !connection.can_tell_project() {
                let message = "no project: give its id with project_id in the file of targets";
                return Err(Failure::usage(message.to_owned()));
            }
            let done = work(&target, &connection).await?;
            let client = &connection.client;
            // The work has found it out, so that nothing is sent for it.
            let project_id = client.resolve_project_id().await?;
            Ok((Scope { endpoint: client.base_url().to_owned(), project_id }, done))
        };
        let outcome = outcome.await;
        (place, Reached { target, outcome })
    });
    // As they end: a slow target does not keep others from being begun.
    let mut reached: Vec<_> = stream::iter(all).buffer_unordered(AT_ONCE).collect().await;
    reached.sort_by_key(|(place, _)| *place);
    reached.into_iter().map(|(_, reached)| reached).collect()
}

/// Tells of the targets that failed, by name, and ends so that nobody takes the output for complete.
pub(super) fn end(failures: &[(String, Failure)]) -> Result<(), Failure> {
    for (name, failure) in failures {
        // Whoever closed standard error does not want to know.
        let _ = failure.write_of(name, &mut io::stderr().lock(), clock::now());
    }
    if failures.is_empty() { Ok(()) } else { Err(Failure::Told(INCOMPLETE)) }
}
