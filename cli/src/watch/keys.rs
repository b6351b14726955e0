//! What each key does.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::State;
use super::open_log::OpenLog;
use super::text;

/// The keys and what they do, as the view and `--help` show them.
const KEYS: [(&str, &str); 11] = [
    ("up, k / down, j", "one task up or down"),
    ("page up / page down", "a screen up or down"),
    ("home / end", "the first or the last"),
    ("/", "filter by a part of name, id, status or health; Enter keeps it, Esc clears it"),
    ("s", "sort by severity, name, last run or next due, in turn"),
    ("S", "turn the order around"),
    ("f", "only tasks that are not well, or all"),
    ("Enter, Esc", "read the log of the task; back to the tasks"),
    ("r, space", "list now"),
    ("?", "this help"),
    ("q, Ctrl-C", "quit: exit code 0, or 130"),
];

/// The help, broken to fit.
pub(crate) fn help(columns: u16) -> Vec<String> {
    let columns = usize::from(columns);
    let widest = KEYS.iter().map(|(keys, _)| keys.len()).max().unwrap_or(0) + 2;
    let lines = KEYS.iter().flat_map(|(keys, what)| {
        if widest * 2 < columns {
            return text::wrap(&format!("{keys:<widest$}{what}"), columns, widest);
        }
        // Too narrow for one beside the other.
        text::wrap(keys, columns, 0).into_iter().chain(text::wrap(&format!("  {what}"), columns, 2)).collect()
    });
    lines.collect()
}

/// What is to be done about a key outside of the view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Wish {
    Nothing,
    Quit,
    /// The same in a hurry, which is told by the exit code.
    Interrupt,
}

/// A way to move.
#[derive(Clone, Copy)]
enum Move {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
}

impl Move {
    fn of(code: KeyCode) -> Option<Self> {
        Some(match code {
            KeyCode::Up | KeyCode::Char('k') => Self::Up,
            KeyCode::Down | KeyCode::Char('j') => Self::Down,
            KeyCode::PageUp => Self::PageUp,
            KeyCode::PageDown => Self::PageDown,
            KeyCode::Home => Self::First,
            KeyCode::End => Self::Last,
            _ => return None,
        })
    }

    /// From a place to another on a screen of so many; the bounds are held elsewhere.
    fn from(self, place: usize, screen: usize) -> usize {
        let page = screen.max(1);
        match self {
            Self::Up => place.saturating_sub(1),
            Self::Down => place.saturating_add(1),
            Self::PageUp => place.saturating_sub(page),
            Self::PageDown => place.saturating_add(page),
            Self::First => 0,
            Self::Last => usize::MAX,
        }
    }
}

impl State {
    /// Does what the key says.
    pub(crate) fn press(&mut self, key: KeyEvent) -> Wish {
        // Some terminals tell when a key is let go, too.
        if key.kind == KeyEventKind::Release {
            return Wish::Nothing;
        }
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        if is_control && key.code == KeyCode::Char('c') {
            return Wish::Interrupt;
        }
        let wish = if self.is_typing {
            self.type_filter(key.code, is_control);
            Wish::Nothing
        } else if is_control {
            Wish::Nothing
        } else {
            self.command(key.code)
        };
        self.keep_in_view();
        wish
    }

    fn command(&mut self, code: KeyCode) -> Wish {
        match code {
            KeyCode::Char('q') => return Wish::Quit,
            // Without a time for the next listing, that is due.
            KeyCode::Char('r' | ' ') => self.next = None,
            KeyCode::Char('?') => self.help = if self.help.is_some() { None } else { Some(0) },
            code => self.command_of_page(code),
        }
        Wish::Nothing
    }

    fn command_of_page(&mut self, code: KeyCode) {
        let page = self.body_height();
        // What lies below the help is not moved unseen.
        if let Some(scroll) = self.help {
            let moved = Move::of(code).map_or(scroll, |way| way.from(scroll, page));
            self.help = if code == KeyCode::Esc { None } else { Some(moved) };
            return;
        }
        match (Move::of(code), &mut self.log) {
            (Some(way), Some(log)) => log.scroll = way.from(log.scroll, page),
            (Some(way), None) => self.cursor = way.from(self.cursor, page),
            (None, Some(_)) if code == KeyCode::Esc => self.log = None,
            (None, Some(_)) => {}
            (None, None) => self.command_of_table(code),
        }
    }

    fn command_of_table(&mut self, code: KeyCode) {
        match code {
            KeyCode::Char('/') => self.is_typing = true,
            KeyCode::Char('s') => self.choice.sort = self.choice.sort.next(),
            KeyCode::Char('S') => self.choice.is_reversed = !self.choice.is_reversed,
            KeyCode::Char('f') => self.choice.is_unwell = !self.choice.is_unwell,
            KeyCode::Esc => self.choice.part.clear(),
            KeyCode::Enter => {
                let place = self.shown.get(self.cursor);
                let time_zone = &self.place.time_zone;
                self.log = place.and_then(|place| OpenLog::of(self.snapshot.as_ref()?, *place, time_zone));
                return;
            }
            _ => return,
        }
        self.choose_again();
    }

    fn type_filter(&mut self, code: KeyCode, is_control: bool) {
        match code {
            KeyCode::Enter => self.is_typing = false,
            KeyCode::Esc => {
                self.is_typing = false;
                self.choice.part.clear();
            }
            KeyCode::Backspace => {
                self.choice.part.pop();
            }
            // What some terminals send for it.
            KeyCode::Char('h') if is_control => _ = self.choice.part.pop(),
            KeyCode::Char('u') if is_control => self.choice.part.clear(),
            KeyCode::Char(letter) if !is_control => self.choice.part.extend(letter.to_lowercase()),
            _ => return,
        }
        self.choose_again();
    }

    fn choose_again(&mut self) {
        let followed = self.followed();
        self.choose(followed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::order::Sort;
    use crate::watch::testing::{at, news, press, scheduled, state, task};

    /// A view of twenty tasks on a screen of ten lines.
    fn view() -> State {
        let mut state = state(80, 10);
        let tasks = (0..20).map(|number| task(&format!("{number:02}"), &format!("name-{number:02}"), "SYNC_SUCCESS"));
        state.see(news(None, tasks.collect()), at(0));
        state
    }

    #[test]
    fn every_move_goes_where_it_says_and_no_further() {
        let mut state = view();
        let page = state.body_height();
        for (keys, cursor) in [
            ("<up>", 0),
            ("jj<down>", 3),
            ("k", 2),
            ("<pagedown>", 2 + page),
            ("<pageup>", 2),
            ("<end>", 19),
            ("j<pagedown>", 19),
            ("<home>", 0),
            ("<pageup>", 0),
        ] {
            assert_eq!(press(&mut state, keys), Wish::Nothing, "{keys}");
            assert_eq!(state.cursor, cursor, "{keys}");
            let seen = state.top..state.top + page;
            assert!(seen.contains(&cursor) && seen.end <= 20, "{keys}: {seen:?}");
        }
    }

    #[test]
    fn a_filter_acts_while_it_is_typed() {
        let mut state = view();
        press(&mut state, "/NAME-1");
        assert_eq!((state.shown.len(), state.is_typing), (10, true));
        // These are letters here.
        press(&mut state, "q");
        assert_eq!(state.shown.len(), 0);
        press(&mut state, "0<ctrl-h><backspace>2<enter>");
        assert_eq!((state.shown.len(), state.choice.part.as_str(), state.is_typing), (1, "name-12", false));
        press(&mut state, "/<ctrl-u>");
        assert_eq!(state.shown.len(), 20);
        press(&mut state, "zzz<esc>");
        assert_eq!((state.shown.len(), state.is_typing), (20, false));
        press(&mut state, "/12<enter><esc>");
        assert_eq!(state.shown.len(), 20);
    }

    #[test]
    fn sorting_goes_through_every_order_and_turns_around() {
        let mut state = view();
        let mut seen = Vec::new();
        for _ in 0..4 {
            seen.push(state.choice.sort);
            press(&mut state, "s");
        }
        assert_eq!(seen, [Sort::Severity, Sort::Name, Sort::LastRun, Sort::NextDue]);
        assert_eq!(state.choice.sort, Sort::Severity);
        press(&mut state, "S");
        assert!(state.choice.is_reversed && state.shown.first() == Some(&19), "{:?}", state.shown);
    }

    #[test]
    fn only_what_is_not_well_can_be_looked_at() {
        let mut state = view();
        state.see(news(None, vec![scheduled("a", "a", "SYNC_FAIL"), task("b", "b", "SYNC_SUCCESS")]), at(0));
        press(&mut state, "f");
        assert_eq!(state.shown, [0]);
        press(&mut state, "f");
        assert_eq!(state.shown, [0, 1]);
    }

    #[test]
    fn a_log_is_opened_scrolled_and_closed() {
        let mut state = state(40, 8);
        let mut long = task("a", "a", "SYNC_FAIL");
        long.sync_msg = Some((0..50).map(|number| format!("line {number}\n")).collect());
        state.see(news(None, vec![long]), at(0));
        press(&mut state, "<enter>");
        let total = state.log_lines(40, at(0)).len();
        for (keys, scroll) in [
            ("<up>", 0),
            ("j", 1),
            ("<pagedown>", 1 + state.body_height()),
            ("<end>j", total - state.body_height()),
            ("<home>", 0),
        ] {
            press(&mut state, keys);
            assert_eq!(state.log.as_ref().unwrap().scroll, scroll, "{keys}");
        }
        press(&mut state, "<esc>");
        assert!(state.log.is_none());
    }

    #[test]
    fn a_help_is_shown_until_it_is_put_away() {
        let mut state = view();
        press(&mut state, "?j");
        assert!(state.help.is_some() && state.cursor == 0);
        press(&mut state, "<esc>j");
        assert!(state.help.is_none() && state.cursor == 1);
        press(&mut state, "??");
        assert!(state.help.is_none());
        state.resize(20, 10);
        press(&mut state, "?<end>");
        assert_eq!(state.help, Some(help(20).len() - state.body_height()));
        assert!(help(20).iter().all(|line| text::width(line) <= 20), "{:?}", help(20));
    }

    #[test]
    fn wishes_are_passed_on() {
        let mut state = view();
        for (keys, wish) in [
            ("q", Wish::Quit),
            ("<ctrl-c>", Wish::Interrupt),
            ("/<ctrl-c>", Wish::Interrupt),
            ("<esc>x", Wish::Nothing),
        ] {
            assert_eq!(press(&mut state, keys), wish, "{keys}");
        }
    }

    #[test]
    fn a_listing_is_due_when_it_is_asked_for() {
        for keys in ["r", " "] {
            let mut state = view();
            assert!(!state.is_due(at(0)));
            assert_eq!((press(&mut state, keys), state.is_due(at(0))), (Wish::Nothing, true), "{keys}");
        }
    }

    #[test]
    fn a_view_without_tasks_bears_every_key() {
        let mut state = state(20, 1);
        press(&mut state, "jk<up><down><pageup><pagedown><home><end>sSf<enter><esc>/abc<enter>??r ");
        assert_eq!((state.cursor, state.top), (0, 0));
    }
}
