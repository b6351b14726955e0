//! Everything that is on the screen, and what becomes of it with each event.

use std::sync::Arc;
use std::time::Duration;

use jiff::{Timestamp, tz};

use super::history::History;
use super::marks::Marks;
use super::open_log::OpenLog;
use super::order::Choice;
use super::view::Size;
use super::{News, Snapshot, keys};
use crate::health::{Row, Zone};

/// Where the tasks are, and which clocks are shown.
pub(crate) struct Place {
    /// In words.
    pub(crate) name: String,
    /// That of the schedules.
    pub(crate) zone: Zone,
    /// That of whoever looks.
    pub(crate) time_zone: tz::TimeZone,
}

/// Why nothing new is seen.
pub(super) struct Outage {
    pub(super) since: Timestamp,
    pub(super) reason: String,
}

/// How far a listing is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Count {
    pub(crate) delivered: u64,
    /// How many there are, as the service claims.
    pub(crate) total: Option<u64>,
}

/// The live view.
pub(crate) struct State {
    pub(super) place: Place,
    pub(super) uses_colour: bool,
    pub(super) size: Size,
    pub(super) snapshot: Option<Arc<Snapshot>>,
    pub(super) choice: Choice,
    /// Places of the tasks that are shown, in their order.
    pub(super) shown: Vec<usize>,
    /// Which of those is selected.
    pub(super) cursor: usize,
    /// The first of those that is on the screen.
    pub(super) top: usize,
    /// Whether letters go into the filter.
    pub(super) is_typing: bool,
    pub(super) log: Option<OpenLog>,
    /// Lines above the first that is seen of the help, while it is open.
    pub(super) help: Option<usize>,
    pub(super) history: History,
    pub(super) marks: Marks,
    pub(super) outage: Option<Outage>,
    /// When the listing began that runs.
    pub(super) begun: Option<Timestamp>,
    /// How far that is.
    pub(super) count: Option<Count>,
    pub(super) next: Option<Timestamp>,
    interval: Duration,
}

impl State {
    /// Nothing was listed yet, and the first listing is due at once.
    pub(crate) fn new(place: Place, interval: Duration, uses_colour: bool) -> Self {
        Self {
            place,
            uses_colour,
            size: Size::default(),
            snapshot: None,
            choice: Choice::default(),
            shown: Vec::new(),
            cursor: 0,
            top: 0,
            is_typing: false,
            log: None,
            help: None,
            history: History::default(),
            marks: Marks::default(),
            outage: None,
            begun: None,
            count: None,
            next: None,
            interval,
        }
    }

    /// The listing to compare the next one with.
    pub(crate) fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.snapshot.clone()
    }

    /// Whether it is time for a listing, also where the clock was set back.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        let interval = i64::try_from(self.interval.as_millis()).unwrap_or(i64::MAX);
        let is_far = |next: Timestamp| next.as_millisecond().saturating_sub(now.as_millisecond()) > interval;
        self.begun.is_none() && self.next.is_none_or(|next| next <= now || is_far(next))
    }

    /// A listing begins.
    pub(crate) fn begin(&mut self, now: Timestamp) {
        self.begun = Some(now);
        self.count = None;
    }

    /// How far it is.
    pub(crate) fn count(&mut self, count: Option<Count>) {
        self.count = count;
    }

    /// A listing is there.
    pub(crate) fn see(&mut self, news: News, now: Timestamp) {
        self.end(now);
        self.outage = None;
        let selected = self.followed();
        self.history.add(&news.snapshot);
        self.marks.add(&news.happenings);
        if let Some(log) = &mut self.log {
            log.follow(&news.snapshot);
        }
        self.snapshot = Some(news.snapshot);
        self.choose(selected);
    }

    /// A listing failed, in a way that may pass.
    pub(crate) fn miss(&mut self, reason: String, now: Timestamp) {
        self.end(now);
        let since = self.outage.take().map_or(now, |outage| outage.since);
        self.outage = Some(Outage { since, reason });
        self.keep_in_view();
    }

    /// The terminal has another size.
    pub(crate) fn resize(&mut self, columns: u16, lines: u16) {
        self.size = Size { columns, lines };
        self.keep_in_view();
    }

    fn end(&mut self, now: Timestamp) {
        self.begun = None;
        self.next = now.checked_add(self.interval).ok();
    }

    /// The task to follow wherever it goes; at the first place nobody chose one, and what comes to stand there is shown.
    pub(super) fn followed(&self) -> Option<String> {
        if self.cursor == 0 { None } else { self.selected()?.known_id().map(str::to_owned) }
    }

    /// The task that is selected.
    pub(super) fn selected(&self) -> Option<&Row> {
        self.snapshot.as_ref()?.rows().get(*self.shown.get(self.cursor)?)
    }

    /// Chooses again what is shown; the task with this id stays selected, if it is still there.
    pub(super) fn choose(&mut self, selected: Option<String>) {
        let Some(snapshot) = self.snapshot.clone() else { return };
        self.shown = self.choice.of(&snapshot);
        let has_id =
            |place: &usize| selected.is_some() && snapshot.rows().get(*place).is_some_and(|row| row.id == selected);
        self.cursor = self.shown.iter().position(has_id).unwrap_or(self.cursor);
        self.keep_in_view();
    }

    /// Holds what is selected and what is scrolled within their bounds.
    pub(super) fn keep_in_view(&mut self) {
        self.cursor = self.cursor.min(self.shown.len().saturating_sub(1));
        let (columns, height) = (self.size.columns, self.body_height());
        if let Some(scroll) = &mut self.help {
            *scroll = (*scroll).min(keys::help(columns).len().saturating_sub(height));
        }
        // As many lines at any time.
        let lines = self.snapshot.as_ref().map_or(0, |snapshot| self.log_lines(columns, snapshot.at).len());
        match &mut self.log {
            Some(log) => log.scroll = log.scroll.min(lines.saturating_sub(height)),
            None => self.top = self.top_for(height),
        }
    }

    /// The log that is open, broken to fit.
    pub(super) fn log_lines(&self, columns: u16, now: Timestamp) -> Vec<String> {
        let Some(log) = &self.log else { return Vec::new() };
        log.lines(columns, now, self.marks.of(log.id()).as_deref())
    }

    /// The first task on a screen of so many, the selected one among them.
    pub(super) fn top_for(&self, height: usize) -> usize {
        let last = self.shown.len().saturating_sub(height);
        let least = self.cursor.saturating_sub(height.saturating_sub(1));
        self.top.min(last).clamp(least.min(self.cursor), self.cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::testing::{at, news, press, state, task};

    fn names(state: &State) -> String {
        let snapshot = state.snapshot.as_ref().unwrap();
        state.shown.iter().filter_map(|place| snapshot.rows()[*place].cluster_name.clone()).collect()
    }

    fn selected(state: &State) -> Option<&str> {
        state.selected().and_then(|row| row.id.as_deref())
    }

    #[test]
    fn a_listing_is_due_at_once_and_then_an_interval_after_the_last_one_ended() {
        let mut state = state(80, 24);
        assert!(state.is_due(at(0)));
        state.begin(at(0));
        assert!(!state.is_due(at(100)));
        state.see(news(None, Vec::new()), at(5));
        assert!(!state.is_due(at(34)) && state.is_due(at(35)));
        assert!(state.is_due(at(-3_600)));
        state.begin(at(35));
        state.miss("no".to_owned(), at(40));
        assert!(!state.is_due(at(69)) && state.is_due(at(70)));
    }

    #[test]
    fn what_is_selected_stays_so_wherever_it_goes() {
        let mut state = state(80, 24);
        let of = |status| vec![task("1", "a", status), task("2", "b", "SYNC_FAIL"), task("3", "c", "SYNC_SUCCESS")];
        state.see(news(None, of("SYNC_SUCCESS")), at(0));
        assert_eq!((names(&state).as_str(), selected(&state)), ("bac", Some("2")));
        press(&mut state, "j");
        assert_eq!(selected(&state), Some("1"));
        state.see(news(state.snapshot().as_deref(), of("SYNC_FAIL")), at(30));
        assert_eq!((names(&state).as_str(), selected(&state)), ("abc", Some("1")));
        assert_eq!(["1", "2", "3"].map(|id| state.marks.of(Some(id)).is_some()), [true, false, false]);
        state.see(news(state.snapshot().as_deref(), vec![task("9", "z", "SYNC_FAIL")]), at(60));
        assert_eq!(selected(&state), Some("9"));
        let worse = vec![task("9", "z", "SYNC_SUCCESS"), task("8", "y", "SYNC_FAIL")];
        state.see(news(state.snapshot().as_deref(), worse), at(90));
        assert_eq!(selected(&state), Some("8"));
    }

    #[test]
    fn an_outage_changes_nothing_but_that_it_is_told_from_its_begin() {
        let mut state = state(80, 24);
        state.see(news(None, vec![task("1", "a", "SYNC_FAIL")]), at(0));
        state.miss("one".to_owned(), at(30));
        state.miss("two".to_owned(), at(60));
        let outage = state.outage.as_ref().unwrap();
        assert_eq!((outage.since, outage.reason.as_str(), names(&state).as_str()), (at(30), "two", "a"));
        state.see(news(None, Vec::new()), at(90));
        assert!(state.outage.is_none());
    }
}
