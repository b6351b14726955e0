//! Tasks that end with the future that waits for them, and tasks that complete for all who wait.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tracing::instrument::{Instrument as _, WithSubscriber as _};

use crate::error::Error;

/// A task that is aborted when this is dropped.
#[derive(Debug)]
pub(crate) struct Task<T>(JoinHandle<Result<T, Error>>);

/// Runs `work` as a task of the current runtime, inside the current span.
///
/// It makes progress whether or not its caller polls: work that holds a permit, or that others wait for, must not stop
/// with a future that a caller keeps and forgets.
pub(crate) fn spawn<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<Task<T>, Error> {
    Ok(Task(runtime()?.spawn(work.in_current_span().with_current_subscriber())))
}

impl<T> Future for Task<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|joined| {
            joined.unwrap_or_else(|error| match error.try_into_panic() {
                // Of the caller's code, such as an interceptor.
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Error::transport("the tokio runtime shut down during the call")),
            })
        })
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

type Outcome<T> = Result<T, Error>;

/// A value that one task finds for all who need it.
///
/// The task completes whether or not anybody still waits, so that a caller whose time is too short starts what serves the
/// next one. Nothing holds a lock across an await. If the task ends without an outcome, because its runtime shut down, the
/// next caller starts another.
#[derive(Debug)]
pub(crate) struct FoundOnce<T>(Arc<Mutex<Finding<T>>>);

#[derive(Debug)]
enum Finding<T> {
    NotBegun,
    Running { outcome: watch::Receiver<Option<Outcome<T>>>, since: Instant },
    Found(T),
}

impl<T> Default for FoundOnce<T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Finding::NotBegun)))
    }
}

impl<T: Clone + Send + Sync + 'static> FoundOnce<T> {
    /// Returns the value. If it is not known yet, a task finds it with `find`; a failure is not remembered. `limit` is the
    /// longest time that `find` takes: a task that is older belongs to a runtime that nobody runs.
    pub(crate) async fn get<F>(&self, limit: Duration, find: impl FnOnce() -> F + Clone) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        // A task of another runtime may end without an outcome. This call then starts another one, but only once.
        for _ in 0..2 {
            let mut outcome = match self.begin(limit, find.clone())? {
                Finding::Found(value) => return Ok(value),
                Finding::Running { outcome, .. } => outcome,
                Finding::NotBegun => continue,
            };
            let found = outcome.wait_for(Option::is_some).await.ok().and_then(|outcome| (*outcome).clone());
            if let Some(found) = found {
                return found;
            }
        }
        Err(Error::transport("the tokio runtime shut down during the call"))
    }

    /// The state, after a task was started if there was none.
    fn begin<F>(&self, limit: Duration, find: impl FnOnce() -> F) -> Result<Finding<T>, Error>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let mut finding = lock(&self.0);
        match &*finding {
            Finding::Found(value) => return Ok(Finding::Found(value.clone())),
            Finding::Running { outcome, since } if outcome.has_changed().is_ok() && since.elapsed() <= limit => {
                return Ok(Finding::Running { outcome: outcome.clone(), since: *since });
            }
            Finding::Running { .. } | Finding::NotBegun => {}
        }
        let (sender, outcome) = watch::channel(None);
        let (finding_of_task, work) = (self.0.clone(), find());
        let task = async move {
            let found = work.await;
            *lock(&finding_of_task) = match &found {
                Ok(value) => Finding::Found(value.clone()),
                Err(_) => Finding::NotBegun,
            };
            sender.send_replace(Some(found));
        };
        runtime()?.spawn(task.in_current_span().with_current_subscriber());
        let since = Instant::now();
        *finding = Finding::Running { outcome: outcome.clone(), since };
        Ok(Finding::Running { outcome, since })
    }
}

fn lock<T>(finding: &Mutex<Finding<T>>) -> MutexGuard<'_, Finding<T>> {
    finding.lock().unwrap_or_else(PoisonError::into_inner)
}

fn runtime() -> Result<Handle, Error> {
    Handle::try_current().map_err(|_| {
        Error::invalid_input("no tokio runtime: await calls and listings inside one, such as #[tokio::main]")
    })
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::poll;
    use tokio::sync::Semaphore;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(120);

    #[tokio::test]
    async fn a_value_is_found_once_even_if_the_one_who_asked_first_gives_up() {
        let (found, gate, asked) = (FoundOnce::default(), Arc::new(Semaphore::new(0)), Arc::new(AtomicU32::new(0)));
        let find = || {
            let (gate, asked) = (gate.clone(), asked.clone());
            async move {
                asked.fetch_add(1, Ordering::SeqCst);
                gate.acquire().await.map_err(|_| Error::transport("closed"))?.forget();
                Ok(7)
            }
        };
        let mut first = Box::pin(found.get(LIMIT, find));
        let mut left_alone = Box::pin(found.get(LIMIT, find));
        assert!(poll!(first.as_mut()).is_pending() && poll!(left_alone.as_mut()).is_pending());
        drop(first);
        gate.add_permits(1);
        assert_eq!(found.get(LIMIT, find).await.unwrap(), 7);
        assert_eq!((found.get(LIMIT, find).await.unwrap(), asked.load(Ordering::SeqCst)), (7, 1));
        drop(left_alone);
    }

    #[tokio::test]
    async fn a_failure_is_told_to_all_who_wait_and_not_remembered() {
        let found: FoundOnce<u32> = FoundOnce::default();
        let fail = || async { Err(Error::timeout("late")) };
        let (one, other) = tokio::join!(found.get(LIMIT, fail), found.get(LIMIT, fail));
        assert!(one.is_err() && other.is_err());
        assert_eq!(found.get(LIMIT, || async { Ok(1) }).await.unwrap(), 1);
    }

    #[test]
    fn a_task_whose_runtime_shut_down_is_started_again_by_the_next() {
        let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
        let found: FoundOnce<u32> = FoundOnce::default();
        let first = runtime();
        first.block_on(async {
            let mut call = Box::pin(found.get(LIMIT, pending));
            assert!(poll!(call.as_mut()).is_pending());
        });
        drop(first);
        assert_eq!(runtime().block_on(found.get(LIMIT, || async { Ok(2) })).unwrap(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_of_a_runtime_that_nobody_runs_is_given_up_after_the_limit() {
        let idle = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let found: FoundOnce<u32> = FoundOnce::default();
        {
            let _inside = idle.enter();
            let never_runs = found.begin(LIMIT, || async { Ok(1) });
            assert!(matches!(never_runs, Ok(Finding::Running { .. })));
        }
        let mut waiting = Box::pin(found.get(LIMIT, || async { Ok(2) }));
        assert!(poll!(waiting.as_mut()).is_pending());
        tokio::time::advance(LIMIT + Duration::from_secs(1)).await;
        assert_eq!(found.get(LIMIT, || async { Ok(3) }).await.unwrap(), 3);
        idle.shutdown_background();
    }
}
