//! The screen to the letter.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use super::draw;
use crate::watch::testing::{at, news, press, scheduled, state, task};
use crate::watch::{Count, State, text};

fn drawn(state: &State, seconds: i64) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, state.size.columns, state.size.lines));
    draw(state, at(seconds), &mut buffer);
    buffer
}

/// The lines without what is empty at their ends.
fn screen(state: &State, seconds: i64) -> Vec<String> {
    let buffer = drawn(state, seconds);
    let lines = buffer.content().chunks(usize::from(state.size.columns).max(1));
    let line = |cells: &[ratatui::buffer::Cell]| {
        let mut line = String::new();
        let mut covered = 0;
        for cell in cells {
            if covered == 0 {
                line.push_str(cell.symbol());
                covered = text::width(cell.symbol()).max(1);
            }
            covered -= 1;
        }
        line.trim_end().to_owned()
    };
    lines.map(line).collect()
}

/// Three tasks of which one failed in the second listing.
fn view(columns: u16, lines: u16) -> State {
    let mut state = state(columns, lines);
    let of = |status| {
        vec![
            scheduled("1", "dws_sales", "SYNC_SUCCESS"),
            task("2", "集群_财务", status),
            scheduled("3", "mrs_\u{1b}[31mrisk", "SYNCING"),
        ]
    };
    state.see(news(None, of("SYNC_SUCCESS")), at(0));
    state.see(news(state.snapshot().as_deref(), of("SYNC_FAIL")), at(4));
    state
}

#[test]
fn a_wide_screen_has_everything() {
    assert_eq!(
        screen(&view(120, 9), 10),
        [
            "cn-north-4, workspace w1",
            "listed 02:25:16, 10 s ago  again in 24 s  schedules in UTC",
            "3 tasks  1 abandoned  1 running  1 healthy",
            "   CLUSTER       TYPE  STATE         HEALTH     HISTORY     LAST RUN     NEXT DUE         CHANGED",
            ">* 集群_财务     DWS   SYNC_FAIL     abandoned          ▁█  5 min ago    -                newly-failed",
            "   mrs_[31mrisk  DWS   SYNCING       running            ▂▂  5 min ago    in 54 min",
            "   dws_sales     DWS   SYNC_SUCCESS  healthy            ▁▁  5 min ago    in 54 min",
            "",
            "1-3 of 3  by severity  ? help  q quit  / filter  s sort  f only what is not well  Enter log",
        ]
    );
}

#[test]
fn a_narrow_screen_leaves_out_what_does_not_fit() {
    assert_eq!(
        screen(&view(20, 9), 10),
        [
            "cn-north-4, workspa…",
            "listed 02:25:16, 10…",
            "3 tasks  1 abandoned",
            "   CLUST…  HEALTH",
            ">* 集群_…  abandoned",
            "   mrs_[…  running",
            "   dws_s…  healthy",
            "",
            "1-3 of 3  ? help",
        ]
    );
}

#[test]
fn a_low_screen_keeps_what_matters_most() {
    assert_eq!(screen(&view(40, 1), 10), [">* 集群_财务     abandoned  5 min ago"]);
    assert_eq!(screen(&view(40, 2), 10), ["3 tasks  1 abandoned  1 running", ">* 集群_财务     abandoned  5 min ago"]);
    let mut away = view(40, 3);
    away.miss("connection refused".to_owned(), at(34));
    let lines = screen(&away, 40);
    assert_eq!(lines[0], "no listing since 02:25 (6 s), trying ag…");
    assert_eq!(lines[2], ">* 集群_财务     abandoned  5 min ago");
    press(&mut away, "/x");
    assert_eq!(screen(&away, 40)[2], "/x_  Enter keep  Esc clear");
    for (columns, lines) in [(1, 1), (0, 0), (3, 2), (1, 40)] {
        let mut tiny = view(columns, lines);
        for keys in ["", "?", "?<enter>"] {
            press(&mut tiny, keys);
            drawn(&tiny, 0);
        }
    }
}

#[test]
fn what_changed_and_what_is_selected_stand_out() {
    let mut view = view(120, 9);
    press(&mut view, "j");
    let buffer = drawn(&view, 10);
    let (changed, selected) = (&buffer[(3, 4)], &buffer[(3, 5)]);
    assert_eq!(changed.modifier, Modifier::BOLD);
    assert_eq!(selected.modifier, Modifier::REVERSED);
    assert_eq!(buffer[(119, 5)].modifier, Modifier::REVERSED);
    assert!(buffer.content().iter().all(|cell| cell.fg == Color::Reset));
    view.uses_colour = true;
    let buffer = drawn(&view, 10);
    let health = 3 + 12 + 2 + 4 + 2 + 12 + 2;
    assert_eq!([4, 5, 6].map(|line| buffer[(health, line)].fg), [1, 6, 2].map(Color::Indexed));
}

#[test]
fn an_outage_is_told_with_its_begin_its_length_and_its_reason() {
    let mut view = view(120, 9);
    view.miss("connection refused".to_owned(), at(34));
    view.begin(at(64));
    view.miss("connection refused".to_owned(), at(65));
    let told = "no listing since 02:25 (3 min 1 s), trying again at once: connection refused";
    assert_eq!(screen(&view, 34 + 181)[2], told);
    view.begin(at(215));
    assert_eq!(screen(&view, 215)[2], told.replace("again at once", "again now"));
    view.see(news(view.snapshot().as_deref(), view.snapshot().unwrap().tasks().to_vec()), at(220));
    assert!(!screen(&view, 220).join("\n").contains("no listing since"));
}

#[test]
fn a_log_and_the_help_take_the_whole_screen() {
    let mut view = view(60, 8);
    press(&mut view, "<enter>");
    let lines = screen(&view, 10);
    assert_eq!((lines[0].as_str(), lines[1].as_str()), ("Log of 集群_财务", "id      2"));
    assert_eq!(lines[7], "Esc back  ? help  q quit");
    press(&mut view, "?");
    let lines = screen(&view, 10);
    assert_eq!((lines[0].as_str(), lines[7].as_str()), ("The keys", "Esc back  ? help  q quit"));
    assert!(lines[1].starts_with("up, k / down, j "), "{lines:?}");
}

#[test]
fn before_the_first_listing_that_is_said() {
    let mut view = state(60, 6);
    view.begin(at(0));
    assert_eq!(screen(&view, 3)[1..3], ["listing now  schedules in UTC", "no listing yet"]);
    view.count(Some(Count { delivered: 3_100, total: Some(10_000) }));
    assert_eq!(screen(&view, 3)[1], "listing, 3100 of 10000  schedules in UTC");
    view.count(Some(Count { delivered: 3_100, total: None }));
    assert_eq!(screen(&view, 3)[1], "listing, 3100 so far  schedules in UTC");
    view.see(news(None, Vec::new()), at(4));
    view.begin(at(34));
    assert!(screen(&view, 34)[1].contains("listing now"), "{:?}", screen(&view, 34));
}

#[test]
fn what_disappeared_is_named_as_far_as_there_is_room() {
    let mut view = view(60, 9);
    view.see(news(view.snapshot().as_deref(), vec![task("2", "集群_财务", "SYNC_FAIL")]), at(34));
    assert_eq!(screen(&view, 34)[2], "1 task  2 disappeared: dws_sales, mrs_[31mrisk  1 abandoned");
    for (columns, line) in
        [(40, "1 task  2 disappeared: dws_sales, mrs_[…"), (23, "1 task  2 disappeared"), (20, "1 task")]
    {
        view.resize(columns, 9);
        assert_eq!(screen(&view, 34)[2], line);
    }
}

#[test]
fn changes_that_a_column_cuts_are_named_whole_above_the_log() {
    let mut view = view(120, 14);
    let mut edited = scheduled("2", "集群_财务", "SYNC_FAIL");
    edited.update_user = Some("li.na".to_owned());
    view.see(news(view.snapshot().as_deref(), vec![edited]), at(34));
    assert!(screen(&view, 34)[4].ends_with("newly-failed, schedu…"), "{:?}", screen(&view, 34));
    press(&mut view, "<enter>");
    let told = "changed newly-failed, schedule-switched-on, edited";
    assert!(screen(&view, 34).iter().any(|line| line == told), "{:?}", screen(&view, 34));
}
