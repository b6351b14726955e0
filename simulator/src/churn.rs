//! A service that is in use: tasks come, go and change between one request and the next.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use dataarts_security::Timestamp;
use dataarts_security::types::{MemberSyncTask, SyncStatus};
use fastrand::Rng;

use crate::demo::{API_PAGE_EXAMPLE, Failure};
use crate::generated;
use crate::store::{Direction, Key, Store};

/// More changes than this after one request are taken for a mistake.
const MAXIMUM: f64 = 1_000.0;

/// What a task that changes by itself can come to; a run that was once made cannot be unmade.
const STATUSES: [SyncStatus; 4] =
    [SyncStatus::Unknown, SyncStatus::Syncing, SyncStatus::SyncSuccess, SyncStatus::SyncFail];

/// How many tasks change after each list request that was answered, on average, from 0 to 1,000 of each kind.
///
/// What changes follows from a seed, the tasks there are and the order of the requests, and from no clock: what changes
/// after a request does so one second after everything that happened before. The example task of the API page is left alone.
/// Written as `inserts=0.5,deletes=0.5,moves=0.2,status-changes=0.1`, where what is left out is 0.
///
/// ```
/// use dataarts_simulator::Churn;
///
/// let churn: Churn = "inserts=0.5,deletes=0.5".parse()?;
/// assert_eq!(churn, Churn { inserts: 0.5, deletes: 0.5, ..Churn::default() });
/// let builder = dataarts_simulator::Simulator::builder().generated_tasks(2_537, 42).churn(churn, 7);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Churn {
    /// Tasks that are created.
    pub inserts: f64,
    /// Tasks that are deleted.
    pub deletes: f64,
    /// Tasks that are edited and run, so that they move to the newest in the orders of `UPDATE_TIME` and `SYNC_TIME`.
    pub moves: f64,
    /// Tasks that get another `sync_status` and keep their places in every order.
    pub status_changes: f64,
}

impl Churn {
    /// Changes tasks once, as between two requests, at this time.
    fn apply(&self, store: &mut Store, project_id: &str, random: &mut Rng, now: Timestamp) {
        for _ in 0..times(self.inserts, random) {
            store.insert(generated::created_at(now, project_id, random));
        }
        for _ in 0..times(self.deletes, random) {
            if let Some(id) = any(store, random) {
                store.remove(&id);
            }
        }
        for _ in 0..times(self.moves, random) {
            if let Some(id) = any(store, random) {
                store.update(&id, |task| (task.update_time, task.sync_time) = (Some(now), Some(now)));
            }
        }
        for _ in 0..times(self.status_changes, random) {
            if let Some(id) = any(store, random) {
                store.update(&id, |task| change_status(task, random));
            }
        }
    }
}

/// Whole numbers whose mean is `rate`; what is no number counts as 0.
fn times(rate: f64, random: &mut Rng) -> u32 {
    let rate = if rate.is_nan() { 0.0 } else { rate.clamp(0.0, MAXIMUM) };
    let once_more = random.f64() < rate.fract();
    // Bounded above, and never below 0.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and MAXIMUM")]
    let whole = rate as u32;
    whole + u32::from(once_more)
}

/// Id of a task that may change, if there is one.
fn any(store: &Store, random: &mut Rng) -> Option<String> {
    let tasks = store.by_id();
    let start = random.usize(..tasks.len().max(1));
    // Where it hits the example, the next one takes its place.
    let candidates = tasks.iter().cycle().skip(start).take(tasks.len().min(2));
    candidates.filter_map(|entry| entry.task.id.clone()).find(|id| id != API_PAGE_EXAMPLE)
}

fn change_status(task: &mut MemberSyncTask, random: &mut Rng) {
    let others: Vec<_> = STATUSES.into_iter().filter(|status| task.sync_status.as_ref() != Some(status)).collect();
    let Some(status) = random.choice(others) else { return };
    let (time, origin) = (task.sync_time.unwrap_or_default(), task.id.clone().unwrap_or_default());
    task.sync_msg = (status == SyncStatus::SyncFail).then(|| Failure::Policies.log(time, &origin));
    task.sync_status = Some(status);
}

impl FromStr for Churn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused =
            |reason: String| format!("'{text}' is no churn such as inserts=0.5,deletes=0.5,moves=0.2: {reason}");
        let mut churn = Self::default();
        let mut seen = Vec::new();
        for part in text.split(',') {
            let (key, value) = part.split_once('=').ok_or_else(|| refused(format!("'{part}' has no '='")))?;
            let rate = match key {
                "inserts" => &mut churn.inserts,
                "deletes" => &mut churn.deletes,
                "moves" => &mut churn.moves,
                "status-changes" => &mut churn.status_changes,
                _ => {
                    return Err(refused(format!("'{key}' is none of inserts, deletes, moves and status-changes")));
                }
            };
            if seen.contains(&key) {
                return Err(refused(format!("{key} is given twice")));
            }
            seen.push(key);
            *rate = value
                .parse()
                .ok()
                .filter(|rate| (0.0..=MAXIMUM).contains(rate))
                .ok_or_else(|| refused(format!("{key} is a number for each request, from 0 to {MAXIMUM}")))?;
        }
        Ok(churn)
    }
}

impl fmt::Display for Churn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { inserts, deletes, moves, status_changes } = self;
        write!(formatter, "inserts={inserts},deletes={deletes},moves={moves},status-changes={status_changes}")
    }
}

/// Churn under way.
#[derive(Debug)]
pub(crate) struct Churning {
    churn: Churn,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    random: Rng,
    /// When tasks changed last.
    time: Timestamp,
}

impl Churning {
    /// Churn that has changed nothing yet.
    pub(crate) fn new(churn: Churn, seed: u64) -> Self {
        Self { churn, state: Mutex::new(State { random: Rng::with_seed(seed), time: Timestamp::default() }) }
    }

    /// The next change.
    pub(crate) fn apply(&self, store: &mut Store, project_id: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { random, time } = &mut *state;
        *time = next_second(latest(store).max(*time));
        self.churn.apply(store, project_id, random, *time);
    }
}

/// The latest time that a task bears, or where none bears any, the one that generated tasks end with.
fn latest(store: &Store) -> Timestamp {
    let latest = |key: Key, time: fn(&MemberSyncTask) -> Option<Timestamp>| {
        store.ordered(key, Direction::Descending).first().and_then(|entry| time(&entry.task))
    };
    let times = [
        latest(Key::CreateTime, |task| task.create_time),
        latest(Key::UpdateTime, |task| task.update_time),
        latest(Key::SyncTime, |task| task.sync_time),
    ];
    times.into_iter().flatten().max().unwrap_or(generated::END)
}

/// The service's times have seconds, no more.
fn next_second(time: Timestamp) -> Timestamp {
    let seconds = time.as_millisecond().div_euclid(1_000).saturating_add(1);
    Timestamp::from_millisecond(seconds.saturating_mul(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DEMO_PROJECT_ID;

    const NOW: Timestamp = Timestamp::from_millisecond(1_800_000_000_123);
    const NONE: Churn = Churn { inserts: 0.0, deletes: 0.0, moves: 0.0, status_changes: 0.0 };

    fn tasks(store: &Store) -> Vec<MemberSyncTask> {
        store.by_id().iter().map(|entry| entry.task.clone()).collect()
    }

    fn demo() -> Store {
        crate::demo::tasks(NOW, DEMO_PROJECT_ID).into_iter().collect()
    }

    fn churned(churn: Churn, seed: u64, requests: usize) -> Store {
        let (mut store, churning) = (demo(), Churning::new(churn, seed));
        for _ in 0..requests {
            churning.apply(&mut store, DEMO_PROJECT_ID);
        }
        store
    }

    #[test]
    fn it_is_read_and_written_in_the_same_form() {
        let text = "inserts=0.5,deletes=1,moves=1000,status-changes=0.25";
        assert_eq!(text.parse::<Churn>().unwrap().to_string(), text);
        assert_eq!("moves=0".parse(), Ok(NONE));
    }

    #[test]
    fn impossible_rates_are_refused_in_one_line_that_shows_possible_ones() {
        for text in [
            "",
            "inserts",
            "inserts=",
            "inserts=-0.1",
            "inserts=NaN",
            "inserts=inf",
            "inserts=1000.5",
            "inserts=much",
            "updates=1",
            "=1",
            "inserts=1,",
            "inserts=1,inserts=1",
            "inserts=1 deletes=1",
            "inserts=1, deletes=1",
        ] {
            let error = text.parse::<Churn>().unwrap_err();
            assert!(error.contains("inserts=0.5,deletes=0.5") && error.lines().count() == 1, "{text}: {error}");
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_changes() {
        let churn = Churn { inserts: 0.7, deletes: 0.7, moves: 0.7, status_changes: 0.7 };
        assert_eq!(tasks(&churned(churn, 1, 50)), tasks(&churned(churn, 1, 50)));
        assert_ne!(tasks(&churned(churn, 1, 50)), tasks(&churned(churn, 2, 50)));
    }

    #[test]
    fn rates_are_means() {
        let mut random = Rng::with_seed(9);
        for (rate, least, most) in [(0.0, 0, 0), (3.0, 3_000, 3_000), (0.25, 200, 300), (2.5, 2_400, 2_600)] {
            let sum: u32 = (0..1_000).map(|_| times(rate, &mut random)).sum();
            assert!((least..=most).contains(&sum), "{rate} {sum}");
        }
        for (rate, expected) in [(f64::NAN, 0), (-1.0, 0), (f64::INFINITY, 1_000)] {
            assert_eq!(times(rate, &mut random), expected);
        }
    }

    #[test]
    fn tasks_that_are_created_have_never_run_and_are_the_newest() {
        let store = churned(Churn { inserts: 2.0, ..NONE }, 1, 5);
        assert_eq!(store.by_id().len(), 38);
        let latest = latest(&demo()).as_millisecond() / 1_000;
        for (index, entry) in store.ordered(Key::CreateTime, Direction::Descending).iter().take(10).enumerate() {
            let seconds = latest + 5 - i64::try_from(index).unwrap() / 2;
            assert_eq!(entry.task.create_time, Some(Timestamp::from_millisecond(seconds * 1_000)));
            assert_eq!((entry.task.sync_status.clone(), entry.task.sync_time), (Some(SyncStatus::NotSync), None));
        }
    }

    #[test]
    fn times_go_on_from_whatever_there_is() {
        let first = |times: [Option<i64>; 3]| {
            let mut task = MemberSyncTask::default();
            let [created, edited, run] = times.map(|time| time.map(Timestamp::from_millisecond));
            (task.create_time, task.update_time, task.sync_time) = (created, edited, run);
            let mut store = Store::from_iter([task]);
            Churning::new(Churn { inserts: 1.0, ..NONE }, 0).apply(&mut store, "p");
            store
                .by_id()
                .iter()
                .find(|entry| entry.task.id.is_some())
                .unwrap()
                .task
                .create_time
                .unwrap()
                .as_millisecond()
        };
        assert_eq!(first([Some(1_000), Some(5_999), Some(3_000)]), 6_000);
        assert_eq!(first([Some(7_000), None, None]), 8_000);
        assert_eq!(first([None, None, Some(9_000)]), 10_000);
        assert_eq!(first([None; 3]), generated::END.as_millisecond() + 1_000);
        assert_eq!(first([Some(i64::MAX), None, None]), i64::MAX);
    }

    #[test]
    fn the_example_of_the_api_page_stays_as_it_is() {
        let everything = Churn { inserts: 0.0, deletes: 1.0, moves: 9.0, status_changes: 9.0 };
        let store = churned(everything, 4, 40);
        let example = crate::demo::tasks(NOW, DEMO_PROJECT_ID).pop();
        assert_eq!(tasks(&store), Vec::from_iter(example));
    }

    #[test]
    fn a_move_leads_to_the_newest_edit_and_run() {
        let before = churned(NONE, 1, 0);
        let after = churned(Churn { moves: 1.0, ..NONE }, 1, 1);
        for key in [Key::UpdateTime, Key::SyncTime] {
            let first = |store: &Store| store.ordered(key, Direction::Descending)[0].task.id.clone();
            assert_ne!(first(&before), first(&after));
        }
        let order = |store: &Store| {
            let entries = store.ordered(Key::CreateTime, Direction::Ascending);
            entries.iter().map(|entry| entry.task.id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(order(&before), order(&after));
    }

    #[test]
    fn a_change_of_status_changes_nothing_that_is_ordered_by() {
        let (before, after) = (churned(NONE, 1, 0), churned(Churn { status_changes: 1.0, ..NONE }, 1, 1));
        let changed: Vec<_> = tasks(&before).into_iter().zip(tasks(&after)).filter(|(old, new)| old != new).collect();
        let [(old, new)] = &changed[..] else { panic!("{changed:?}") };
        assert_ne!(old.sync_status, new.sync_status);
        assert_eq!((old.sync_time, old.update_time), (new.sync_time, new.update_time));
        assert_eq!(new.sync_msg.is_some(), new.sync_status == Some(SyncStatus::SyncFail));
    }
}
