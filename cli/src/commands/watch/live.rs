//! The live view as a loop over keys, listings and the time, all of which come in as arguments.

use std::future::{Future, pending};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::crossterm::event::KeyEvent;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::lister::Missed;
use crate::failure::Failure;
use crate::watch::{Count, News, Snapshot, State, Wish};

/// Time from one frame to the next: thirty a second, however much happens.
const FRAME: Duration = Duration::from_millis(33);
/// How often ages and countdowns go on.
const TICK: Duration = Duration::from_secs(1);

/// What comes from the terminal.
#[derive(Debug)]
pub(super) enum Input {
    Key(KeyEvent),
    Resize(u16, u16),
    /// No key will come any more.
    Failed(io::Error),
}

/// What is drawn on.
pub(super) trait Canvas {
    /// Shows the state as it is now.
    fn draw(&mut self, state: &State, now: Timestamp) -> Result<(), Failure>;
}

/// Lists and draws until a key or a failure ends it. Nothing here waits for a listing: keys and frames go on beside it.
pub(super) async fn run<L, F>(
    mut state: State,
    mut canvas: impl Canvas,
    inputs: &mut UnboundedReceiver<Input>,
    list: L,
    now: &dyn Fn() -> Timestamp,
) -> Result<(), Failure>
where
    L: Fn(Option<Arc<Snapshot>>, watch::Sender<Option<Count>>) -> F,
    F: Future<Output = Result<News, Missed>>,
{
    let mut listing: Option<Pin<Box<F>>> = None;
    // Each listing has its own, so that the last word of one is not taken for the next one's.
    let (_, mut count) = watch::channel(None);
    let mut next_frame = Instant::now();
    let mut next_tick = next_frame + TICK;
    let mut is_stale = true;
    loop {
        if state.is_due(now()) {
            state.begin(now());
            let (sender, receiver) = watch::channel(None);
            count = receiver;
            listing = Some(Box::pin(list(state.snapshot(), sender)));
            is_stale = true;
        }
        tokio::select! {
            // Frames come first, so that no stream of keys holds them up.
            biased;
            () = sleep_until(next_frame), if is_stale => {
                canvas.draw(&state, now())?;
                next_frame = Instant::now() + FRAME;
                is_stale = false;
            }
            input = inputs.recv() => {
                is_stale = true;
                match input {
                    Some(Input::Key(key)) => match state.press(key) {
                        Wish::Quit => return Ok(()),
                        Wish::Interrupt => return Err(Failure::interrupted()),
                        Wish::Nothing => {}
                    },
                    Some(Input::Resize(columns, lines)) => state.resize(columns, lines),
                    Some(Input::Failed(error)) => return Err(Failure::Keys(error)),
                    None => return Err(Failure::Keys(io::ErrorKind::UnexpectedEof.into())),
                }
            }
            outcome = ended(&mut listing) => {
                listing = None;
                is_stale = true;
                match outcome {
                    Ok(news) => state.see(news, now()),
                    Err(Missed::ForNow(reason)) => state.miss(reason, now()),
                    Err(Missed::ForGood(failure)) => return Err(failure),
                }
            }
            Ok(()) = count.changed() => {
                state.count(*count.borrow_and_update());
                is_stale = true;
            }
            () = sleep_until(next_tick) => {
                next_tick = Instant::now() + TICK;
                is_stale = true;
            }
        }
    }
}

async fn ended<F: Future>(listing: &mut Option<Pin<Box<F>>>) -> F::Output {
    match listing {
        Some(listing) => listing.await,
        None => pending().await,
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use tokio::sync::mpsc::unbounded_channel;
    use tokio::sync::oneshot;

    use dataarts_security::member_sync::{HealthRules, TimeZone};
    use dataarts_simulator::Simulator;

    use super::*;
    use crate::arguments::FilterArguments;
    use crate::commands::watch::lister::Lister;
    use crate::commands::watch::testing::client;
    use crate::watch::Asked;
    use crate::watch::testing::{NOW, key, news, state, task};

    /// Only so that a broken test ends.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// Sends each frame to the test.
    struct Frames(tokio::sync::mpsc::UnboundedSender<String>);

    impl Canvas for Frames {
        fn draw(&mut self, state: &State, now: Timestamp) -> Result<(), Failure> {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 60, 10));
            crate::watch::draw(state, now, &mut buffer);
            let text = buffer.content().iter().map(|cell| cell.symbol()).collect();
            Ok(self.0.send(text).map_err(io::Error::other)?)
        }
    }

    fn clock() -> impl Fn() -> Timestamp {
        let begin = Instant::now();
        move || Timestamp::from_second(NOW).unwrap() + begin.elapsed()
    }

    /// How many frames pass until one shows this, itself included.
    async fn frames_until(frames: &mut UnboundedReceiver<String>, shown: &str) -> usize {
        for count in 1..1_000 {
            if frames.recv().await.unwrap().contains(shown) {
                return count;
            }
        }
        panic!("{shown} is never shown");
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_is_answered_within_two_frames_while_a_listing_hangs() {
        let (keys, mut inputs) = unbounded_channel();
        let (sender, mut frames) = unbounded_channel();
        let mut state = state(60, 10);
        let tasks = || vec![task("1", "first", "SYNC_FAIL"), task("2", "second", "SYNC_SUCCESS")];
        state.see(news(None, tasks()), Timestamp::from_second(NOW - 60).unwrap());
        let list = |_, _| pending();
        let now = clock();
        let canvas = Frames(sender);
        let view = run(state, canvas, &mut inputs, list, &now);
        let typing = async {
            assert_eq!(frames_until(&mut frames, "listing now").await, 1);
            for (letter, shown) in [
                ('j', ">  second"),
                ('k', ">  first"),
                ('s', "by name"),
                ('f', "not well"),
                ('?', "The keys"),
                ('?', "not well"),
                ('/', "/_"),
                ('x', "/x_"),
            ] {
                // All that was drawn before does not count.
                while frames.try_recv().is_ok() {}
                keys.send(Input::Key(key(letter))).unwrap();
                assert!(frames_until(&mut frames, shown).await <= 2, "{letter}");
            }
            keys.send(Input::Resize(20, 5)).unwrap();
        };
        tokio::select! {
            ended = view => panic!("{ended:?}"),
            () = typing => {}
        }
    }

    /// On one thread, as in the program: whatever waits there, keys wait for too.
    #[tokio::test]
    async fn keys_are_answered_before_ten_thousand_tasks_are_judged() {
        let simulator = Simulator::builder().generated_tasks(10_000, 7).start().await.unwrap();
        let (keys, mut inputs) = unbounded_channel();
        let (sender, mut frames) = unbounded_channel();
        let (begun, mut begins) = unbounded_channel();
        let (open, gate) = std::sync::mpsc::channel();
        let gate = std::sync::Mutex::new(gate);
        let rules = HealthRules::new(TimeZone::UTC);
        let lister = Lister::with(client(&simulator), FilterArguments::default(), move |before, tasks, at| {
            begun.send(tasks.len()).unwrap();
            gate.lock().unwrap().recv_timeout(PATIENCE).expect("keys are answered meanwhile");
            News::of(before, tasks, &rules, &Asked::default(), at)
        });
        let now = clock();
        let view = run(state(60, 10), Frames(sender), &mut inputs, |before, count| lister.list(before, count), &now);
        let typing = async {
            assert_eq!(begins.recv().await, Some(10_000));
            frames_until(&mut frames, "listing, 10000 of 10000").await;
            for (letter, shown) in [('?', "The keys"), ('?', "no listing yet"), ('/', "/_"), ('x', "/x_")] {
                keys.send(Input::Key(key(letter))).unwrap();
                frames_until(&mut frames, shown).await;
            }
            open.send(()).unwrap();
            frames_until(&mut frames, "10000 tasks").await;
        };
        tokio::select! {
            ended = view => panic!("{ended:?}"),
            () = typing => {}
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_terminal_without_keys_is_told_as_that() {
        for input in [Some(Input::Failed(io::Error::other("no such device"))), None] {
            let (keys, mut inputs) = unbounded_channel();
            let (sender, _frames) = unbounded_channel();
            input.into_iter().for_each(|input| keys.send(input).unwrap());
            drop(keys);
            let ended = run(state(60, 10), Frames(sender), &mut inputs, |_, _| pending(), &clock()).await.unwrap_err();
            assert!(ended.to_string().starts_with("cannot read keys from the terminal: "), "{ended}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_keys_draws_no_more_than_thirty_frames_a_second() {
        let (keys, mut inputs) = unbounded_channel();
        let (sender, mut frames) = unbounded_channel();
        let now = clock();
        let canvas = Frames(sender);
        let view = run(state(60, 10), canvas, &mut inputs, |_, _| pending(), &now);
        let typing = async {
            for _ in 0..2_000 {
                keys.send(Input::Key(key('S'))).unwrap();
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            biased;
            ended = view => panic!("{ended:?}"),
            () = typing => {}
        }
        let mut count = 0;
        while frames.try_recv().is_ok() {
            count += 1;
        }
        // Two seconds, and the frame that they begin with.
        assert!((2..=62).contains(&count), "{count}");
    }

    #[tokio::test(start_paused = true)]
    async fn listings_come_at_the_interval_and_at_once_when_asked_for() {
        let (keys, mut inputs) = unbounded_channel();
        let (sender, mut frames) = unbounded_channel();
        let now = clock();
        let canvas = Frames(sender);
        let (begun, mut begins) = unbounded_channel();
        let begin = Instant::now();
        let list = |_, _| {
            begun.send(begin.elapsed().as_secs()).unwrap();
            async { Ok(news(None, Vec::new())) }
        };
        let view = run(state(60, 10), canvas, &mut inputs, list, &now);
        let waiting = async {
            assert_eq!(begins.recv().await, Some(0));
            assert_eq!(begins.recv().await, Some(30));
            tokio::time::sleep(Duration::from_secs(5)).await;
            keys.send(Input::Key(key('r'))).unwrap();
            assert_eq!(begins.recv().await, Some(35));
            assert_eq!(begins.recv().await, Some(65));
            keys.send(Input::Key(key('q'))).unwrap();
            while frames.recv().await.is_some() {}
        };
        let (ended, ()) = tokio::join!(view, waiting);
        assert!(ended.is_ok(), "{ended:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_pass_is_shown_and_what_does_not_ends_it() {
        let (_keys, mut inputs) = unbounded_channel();
        let (sender, mut frames) = unbounded_channel();
        let now = clock();
        let canvas = Frames(sender);
        let (answer, outcome) = oneshot::channel::<Missed>();
        let outcomes = std::cell::RefCell::new(vec![outcome]);
        let list = |_, _| {
            let outcome = outcomes.borrow_mut().pop();
            async move {
                let Some(outcome) = outcome else { return Err(Missed::ForGood(Failure::usage("refused".to_owned()))) };
                Err(outcome.await.unwrap())
            }
        };
        let view = run(state(60, 10), canvas, &mut inputs, list, &now);
        let waiting = async {
            frames_until(&mut frames, "listing now").await;
            answer.send(Missed::ForNow("nobody there".to_owned())).unwrap();
            assert!(frames_until(&mut frames, "no listing since 02:25 (0 s)").await <= 2);
            // The frames end with the view.
            while frames.recv().await.is_some() {}
        };
        let (ended, ()) = tokio::join!(view, waiting);
        assert_eq!(ended.unwrap_err().to_string(), "refused");
    }
}
