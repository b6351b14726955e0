//! How far a long list is, in a line on standard error that is wiped out at the end.

mod edge;
mod line;

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use console::Term;
use dataarts_security::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::clock;
use crate::output::terminal::width_of_errors;
use edge::{Edged, FREE};
use line::Seen;

/// What takes less time needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);
/// Time between two looks at the clock, while no page comes.
const TICK: Duration = Duration::from_millis(200);
/// Most drawings in a second.
const REFRESH: u8 = 20;
/// Columns where the terminal does not tell.
const USUAL_WIDTH: usize = 80;

/// The bar on standard error, for whoever has to write there meanwhile.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// When bars are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Bars {
    #[default]
    Never,
    /// Not while records are written that may come to the terminal that the bar is on.
    UnlessStreamed,
    Always,
}

impl Bars {
    /// On a terminal, unless they are refused or the lines of `-v` come there; `is_seen` if that terminal may be where
    /// standard output ends up.
    pub(crate) fn choose(is_refused: bool, verbosity: u8, can_draw: bool, is_seen: bool) -> Self {
        match (is_refused || verbosity > 0 || !can_draw, is_seen) {
            (true, _) => Self::Never,
            (false, true) => Self::UnlessStreamed,
            (false, false) => Self::Always,
        }
    }

    fn are_drawn(self, is_streamed: bool) -> bool {
        match self {
            Self::Never => false,
            Self::UnlessStreamed => !is_streamed,
            Self::Always => true,
        }
    }
}

/// Counts what is read, and draws it once it takes long.
pub(crate) struct Meter(Option<Arc<Mutex<State>>>);

struct State {
    noun: &'static str,
    begin: Instant,
    /// How many lists there are to read.
    lists: usize,
    seen: Vec<Count>,
    bar: ProgressBar,
    width: fn() -> Option<usize>,
    drawn: String,
}

/// What a list told last. Its total is no less than what was delivered, whatever the service claims.
struct Count {
    delivered: u64,
    total: Option<u64>,
}

impl Meter {
    /// A meter of so many lists of things that are named so; `is_streamed` if they are written as they come.
    pub(crate) fn new(bars: Bars, is_streamed: bool, noun: &'static str, lists: usize) -> Self {
        if !bars.are_drawn(is_streamed) {
            return Self(None);
        }
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(Edged(Term::buffered_stderr())), REFRESH);
        Self(Some(Arc::new(Mutex::new(State::new(noun, lists, clock::instant(), target, width_of_errors)))))
    }

    /// What a list is to tell of its progress, of which `most` items at most are wanted.
    pub(crate) fn list(&self, most: Option<u64>) -> impl FnMut(Progress) + Send + 'static {
        let mut count = self.counter(most);
        move |progress| count(progress.delivered, progress.total)
    }

    fn counter(&self, most: Option<u64>) -> impl FnMut(u64, Option<u64>) + Send + 'static {
        let state = self.0.clone();
        let mut place = None;
        move |delivered, total| {
            let Some(state) = &state else { return };
            // A page can bring more than is wanted, and a service claim less than it has.
            let delivered = delivered.min(most.unwrap_or(delivered));
            let total = total.map(|total| total.min(most.unwrap_or(total)).max(delivered));
            let mut state = lock(state);
            place = Some(state.see(place, Count { delivered, total }));
            state.draw(clock::instant());
        }
    }

    /// The outcome of `work`, during which there is a bar; after it, however it ends, there is none.
    pub(crate) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let Some(state) = &self.0 else { return work.await };
        *lock(&SHOWN) = Some(lock(state).bar.clone());
        let mut work = pin!(work);
        let outcome = loop {
            tokio::select! {
                biased;
                outcome = &mut work => break outcome,
                () = tokio::time::sleep(TICK) => lock(state).draw(clock::instant()),
            }
        };
        lock(state).bar.finish_and_clear();
        *lock(&SHOWN) = None;
        outcome
    }
}

/// Does what writes on standard error, with no bar in its way.
pub(crate) fn beside_bar<T>(write: impl FnOnce() -> T) -> T {
    let bar = lock(&SHOWN).clone();
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

impl State {
    fn new(
        noun: &'static str,
        lists: usize,
        begin: Instant,
        target: ProgressDrawTarget,
        width: fn() -> Option<usize>,
    ) -> Self {
        let bar = ProgressBar::with_draw_target(None, target);
        // The text has its own width; nothing of it is left to the library, whose clock cannot be told.
        bar.set_style(ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { noun, begin, lists, seen: Vec::new(), bar, width, drawn: String::new() }
    }

    /// Keeps what a list tells at its place, which it gets the first time.
    fn see(&mut self, place: Option<usize>, count: Count) -> usize {
        match place.and_then(|place| self.seen.get_mut(place)) {
            Some(seen) => *seen = count,
            None => self.seen.push(count),
        }
        place.unwrap_or(self.seen.len().saturating_sub(1))
    }

    fn draw(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.begin);
        if elapsed < PATIENCE {
            return;
        }
        let width = (self.width)().unwrap_or(USUAL_WIDTH).saturating_sub(FREE.into());
        let line = line::of(&self.sum(), elapsed, width);
        if line != self.drawn {
            self.bar.set_message(line.clone());
            self.drawn = line;
        }
    }

    fn sum(&self) -> Seen {
        let delivered = self.seen.iter().map(|seen| seen.delivered).sum();
        // Of lists that were not begun, nobody knows.
        let total =
            self.seen.iter().map(|seen| seen.total).sum::<Option<u64>>().filter(|_| self.seen.len() == self.lists);
        Seen { noun: self.noun, delivered, total }
    }
}

/// A panic elsewhere does not make a count wrong.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
