//! What tests of this room are made of: an instant, tasks and listings.

use std::time::Duration;

use dataarts_security::Timestamp;
use dataarts_security::member_sync::{HealthRules, TimeZone};
use dataarts_security::types::MemberSyncTask;
use jiff::tz;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Asked, News, Place, Snapshot, State, Wish};
use crate::health::Zone;

/// 2024-03-20T02:25:16Z.
pub(crate) const NOW: i64 = 1_710_901_516;

/// So many seconds after [`NOW`].
pub(crate) fn at(seconds: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(NOW + seconds).unwrap()
}

/// A task without a schedule whose last run, five minutes before [`NOW`], ended so.
pub(crate) fn task(id: &str, name: &str, status: &str) -> MemberSyncTask {
    let mut task = MemberSyncTask::default();
    task.id = Some(id.to_owned());
    task.cluster_name = Some(name.to_owned());
    task.cluster_type = Some("DWS".into());
    task.sync_status = Some(status.into());
    task.schedule_status = Some("NOT_SCHEDULE".into());
    task.sync_time = Some(Timestamp::from_millisecond((NOW - 300) * 1_000));
    task
}

/// The same, run hourly around the clock.
pub(crate) fn scheduled(id: &str, name: &str, status: &str) -> MemberSyncTask {
    let mut task = task(id, name, status);
    task.schedule_status = Some("SCHEDULING".into());
    (task.schedule_start_hour, task.schedule_end_hour) = (Some(0), Some(23));
    (task.schedule_interval, task.schedule_period) = (Some(1), Some("HOUR".into()));
    task
}

/// A listing at [`NOW`].
pub(crate) fn news(before: Option<&Snapshot>, tasks: Vec<MemberSyncTask>) -> News {
    news_of(&Asked::default(), before, tasks)
}

/// The same where statuses were asked for.
pub(crate) fn news_of(asked: &Asked, before: Option<&Snapshot>, tasks: Vec<MemberSyncTask>) -> News {
    News::of(before, tasks, &HealthRules::new(TimeZone::UTC), asked, at(0))
}

/// A view of this size that nothing was listed in yet.
pub(crate) fn state(columns: u16, lines: u16) -> State {
    let zone = Zone::choose(Some(TimeZone::UTC), None, at(0));
    let place = Place { name: "cn-north-4, workspace w1".to_owned(), zone, time_zone: tz::TimeZone::UTC };
    let mut state = State::new(place, Duration::from_secs(30), false);
    state.resize(columns, lines);
    state
}

/// The key of a letter.
pub(crate) fn key(letter: char) -> KeyEvent {
    KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE)
}

/// Presses keys: letters, and the names of others in angle brackets.
pub(crate) fn press(state: &mut State, keys: &str) -> Wish {
    let mut wish = Wish::Nothing;
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        let (name, after) = match rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            Some(split) => split,
            None => rest.split_at(first.len_utf8()),
        };
        rest = after;
        let (code, modifiers) = match name {
            "up" => (KeyCode::Up, KeyModifiers::NONE),
            "down" => (KeyCode::Down, KeyModifiers::NONE),
            "pageup" => (KeyCode::PageUp, KeyModifiers::NONE),
            "pagedown" => (KeyCode::PageDown, KeyModifiers::NONE),
            "home" => (KeyCode::Home, KeyModifiers::NONE),
            "end" => (KeyCode::End, KeyModifiers::NONE),
            "enter" => (KeyCode::Enter, KeyModifiers::NONE),
            "esc" => (KeyCode::Esc, KeyModifiers::NONE),
            "backspace" => (KeyCode::Backspace, KeyModifiers::NONE),
            "ctrl-c" => (KeyCode::Char('c'), KeyModifiers::CONTROL),
            "ctrl-h" => (KeyCode::Char('h'), KeyModifiers::CONTROL),
            "ctrl-u" => (KeyCode::Char('u'), KeyModifiers::CONTROL),
            letter => (KeyCode::Char(letter.chars().next().unwrap()), KeyModifiers::NONE),
        };
        wish = state.press(KeyEvent::new(code, modifiers));
    }
    wish
}
