//! Several targets at once: what one cannot do is no reason to keep from the others.

use std::io;

use futures_util::future::join_all;

use crate::clock;
use crate::connection::Connection;
use crate::environment::{self, Environment};
use crate::failure::{Failure, INCOMPLETE};
use crate::targets::Target;

/// A target and what became of it.
pub(super) struct Reached<T> {
    pub(super) target: Target,
    pub(super) outcome: Result<T, Failure>,
}

/// Does the same at each target at the same time; the outcomes are in the order of the targets.
pub(super) async fn each<T>(
    targets: Vec<Target>,
    work: impl AsyncFn(&Target, &Connection) -> Result<T, Failure>,
) -> Vec<Reached<T>> {
    let environment = Environment::new(&environment::without_place);
    let (work, environment) = (&work, &environment);
    let all = targets.into_iter().map(|target| async move {
        let outcome = async {
            let connection = Connection::open(&target.flags, environment).await?;
            if !connection.can_tell_project() {
                let message = "no project: give its id with project_id in the file of targets";
                return Err(Failure::usage(message.to_owned()));
            }
            work(&target, &connection).await
        };
        let outcome = outcome.await;
        Reached { target, outcome }
    });
    join_all(all).await
}

/// Tells of the targets that failed, by name, and ends so that nobody takes the output for complete.
pub(super) fn end(failures: &[(String, Failure)]) -> Result<(), Failure> {
    for (name, failure) in failures {
        // Whoever closed standard error does not want to know.
        let _ = failure.write_of(name, &mut io::stderr().lock(), clock::now());
    }
    if failures.is_empty() { Ok(()) } else { Err(Failure::Told(INCOMPLETE)) }
}
