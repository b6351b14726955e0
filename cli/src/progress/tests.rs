use indicatif::{InMemoryTerm, TermLike as _};

use super::*;

const ALL: [bool; 2] = [false, true];

fn state(terminal: &InMemoryTerm, lists: usize) -> State {
    let target = ProgressDrawTarget::term_like(Box::new(Edged(terminal.clone())));
    State::new("tasks", lists, clock::instant(), target, || Some(80))
}

fn count(delivered: u64, total: u64) -> Count {
    Count { delivered, total: Some(total) }
}

#[test]
fn bars_are_for_a_terminal_that_nothing_else_writes_to() {
    assert_eq!(Bars::choose(false, 0, true, false), Bars::Always);
    assert_eq!(Bars::choose(false, 0, true, true), Bars::UnlessStreamed);
    for output in ALL {
        assert_eq!(Bars::choose(true, 0, true, output), Bars::Never);
        assert_eq!(Bars::choose(false, 1, true, output), Bars::Never);
        assert_eq!(Bars::choose(false, 0, false, output), Bars::Never);
    }
    assert_eq!(ALL.map(|streamed| Bars::Always.are_drawn(streamed)), [true, true]);
    assert_eq!(ALL.map(|streamed| Bars::UnlessStreamed.are_drawn(streamed)), [true, false]);
    assert_eq!(ALL.map(|streamed| Bars::Never.are_drawn(streamed)), [false, false]);
}

#[test]
fn a_list_that_is_read_soon_shows_nothing() {
    let terminal = InMemoryTerm::new(5, 80);
    let mut state = state(&terminal, 1);
    state.see(None, count(10, 40));
    state.draw(state.begin + Duration::from_millis(999));
    assert_eq!(terminal.contents(), "");
}

#[test]
fn a_long_list_has_one_line_that_is_wiped_out() {
    let terminal = InMemoryTerm::new(5, 80);
    let mut state = state(&terminal, 1);
    state.draw(state.begin + Duration::from_secs(1));
    assert_eq!(terminal.contents(), "0 tasks");
    let place = state.see(None, count(10, 40));
    state.draw(state.begin + Duration::from_secs(2));
    assert_eq!(terminal.contents(), "[======>                 ] 10 of 40 tasks, 5.0/s, 6 s left");
    state.see(Some(place), count(20, 40));
    state.draw(state.begin + Duration::from_secs(2));
    assert_eq!(terminal.contents(), "[============>           ] 20 of 40 tasks, 10/s, 2 s left");
    state.bar.finish_and_clear();
    assert_eq!(terminal.contents(), "");
}

#[test]
fn what_the_terminal_shows_for_ctrl_c_is_wiped_out_with_the_bar() {
    for width in [20_u16, 62, 80] {
        let terminal = InMemoryTerm::new(5, width);
        let mut state = state(&terminal, 1);
        state.width = match width {
            20 => || Some(20),
            62 => || Some(62),
            _ => || Some(80),
        };
        state.see(None, count(10, 40));
        state.draw(state.begin + Duration::from_secs(2));
        assert!(terminal.contents().contains("10 of 40"), "{}", terminal.contents());
        terminal.write_str("^C").unwrap();
        state.bar.finish_and_clear();
        assert_eq!(terminal.contents(), "", "{width}");
    }
}

#[test]
fn several_lists_are_counted_together_and_have_a_total_when_all_tell_theirs() {
    let terminal = InMemoryTerm::new(5, 80);
    let mut state = state(&terminal, 2);
    state.see(None, count(10, 40));
    state.draw(state.begin + Duration::from_secs(2));
    assert_eq!(terminal.contents(), "10 tasks, 5.0/s");
    state.see(None, count(10, 40));
    state.draw(state.begin + Duration::from_secs(2));
    assert_eq!(terminal.contents(), "[======>                 ] 20 of 80 tasks, 10/s, 6 s left");
}

#[tokio::test]
async fn the_bar_is_gone_after_the_work_and_out_of_the_way_during_it() {
    let terminal = InMemoryTerm::new(5, 80);
    let mut shown = state(&terminal, 1);
    shown.see(None, count(10, 40));
    shown.draw(shown.begin + Duration::from_secs(2));
    assert!(terminal.contents().starts_with('['));
    let meter = Meter(Some(Arc::new(Mutex::new(shown))));
    let seen = meter.during(async { beside_bar(|| terminal.contents()) }).await;
    assert_eq!((seen.as_str(), terminal.contents().as_str()), ("", ""));
    assert_eq!(beside_bar(|| 1), 1);
}

#[test]
fn a_maximum_is_the_total_which_is_never_less_than_what_came() {
    let state = Arc::new(Mutex::new(state(&InMemoryTerm::new(5, 80), 1)));
    let meter = Meter(Some(state.clone()));
    let total = |most, delivered, total| {
        lock(&state).seen.clear();
        meter.counter(most)(delivered, total);
        lock(&state).sum().total
    };
    assert_eq!(total(Some(15), 10, Some(40)), Some(15));
    assert_eq!(total(None, 10, Some(40)), Some(40));
    assert_eq!(total(None, 50, Some(40)), Some(50));
    assert_eq!(total(Some(15), 10, None), None);
    assert_eq!(total(Some(15), 20, Some(40)), Some(15));
    assert_eq!(lock(&state).sum().delivered, 15);
}
