//! How many slots are used: as many as configured, fewer after a 429, and gently back.
//!
//! - Down: to as many requests as the gateway let through in its full window, which is its limit if nobody else uses it.
//!   Not below half, for a neighbour's burst says little about the next window; and by an eighth at the least, which
//!   leaves the neighbour some room. Requests in flight are taken to pass until they do not.
//! - At most once a window: whatever else is refused within it only makes the same step more exact.
//! - Up: after one window without a 429, by one slot and an eighth.
//! - Each step down doubles the quiet time before the next step up, to eight windows at most, so that a limit that stays
//!   is tried seldom; each step up that holds halves it again.
//!
//! Simulated at 40 in 10 s against a gateway that allows 20: one caller after another is refused 3 times in the first
//! minute, 8 at once 10 to 14 times, and from then on 1 to 3 times in 80 s, while 92 to 100 % of the 20 are used. When it
//! allows 40 again, all of them are used after four minutes.

use std::time::Duration;

/// Longest quiet time before a step up, in windows.
const LONGEST_QUIET: u32 = 8;

/// The number of slots and how it came about.
#[derive(Debug)]
pub(super) struct Limit {
    configured: u32,
    window: Duration,
    slots: u32,
    refusal: Option<Refusal>,
    /// Time without a 429 before the next step up.
    quiet: Duration,
    next_raise: Duration,
    /// The last change was a step up.
    raised: bool,
}

/// The 429s that make one step down.
#[derive(Debug)]
struct Refusal {
    began: Duration,
    /// Slots when it began.
    before: u32,
}

impl Limit {
    pub(super) fn new(configured: u32, window: Duration) -> Self {
        Self {
            configured,
            window,
            slots: configured,
            refusal: None,
            quiet: Duration::ZERO,
            next_raise: Duration::ZERO,
            raised: false,
        }
    }

    /// How many may be taken at once.
    pub(super) fn slots(&self) -> u32 {
        self.slots
    }

    /// When there will be more, should no 429 come.
    pub(super) fn next_raise(&self) -> Option<Duration> {
        (self.slots < self.configured).then_some(self.next_raise)
    }

    /// Steps down for a 429 at `now` to a request sent at `sent`, after as many as `passed` had passed.
    pub(super) fn lower(&mut self, now: Duration, sent: Duration, passed: u32) {
        let (window, before) = (self.window, self.slots);
        // What was sent before the last step down was sent at the old limit, however late its answer comes.
        let refusal = self
            .refusal
            .take_if(|refusal| sent < refusal.began || now < refusal.began.saturating_add(window))
            .unwrap_or_else(|| {
                self.quiet = self.quiet.saturating_mul(2).clamp(window, window.saturating_mul(LONGEST_QUIET));
                Refusal { began: now, before }
            });
        let least = (refusal.before / 2).max(1);
        let most = refusal.before.saturating_sub(refusal.before.div_ceil(8)).max(least);
        self.slots = self.slots.min(passed.clamp(least, most));
        self.next_raise = now.saturating_add(self.quiet);
        self.raised = false;
        self.refusal = Some(refusal);
    }

    /// Takes the steps up that are due.
    pub(super) fn raise(&mut self, now: Duration) {
        while now >= self.next_raise && (self.slots < self.configured || self.quiet > self.window) {
            if self.raised {
                self.quiet = (self.quiet / 2).max(self.window);
            }
            self.slots = self.slots.saturating_add(1 + self.slots / 8).min(self.configured);
            self.next_raise = self.next_raise.saturating_add(self.quiet);
            self.raised = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Limit;

    const WINDOW: Duration = Duration::from_secs(10);

    #[test]
    fn it_goes_down_to_what_passed_but_not_below_half_and_by_an_eighth_at_the_least() {
        // Configured, passed before the 429, and the slots after it.
        let table = [
            (40, 0, 20),
            (40, 19, 20),
            (40, 20, 20),
            (40, 27, 27),
            (40, 35, 35),
            (40, 36, 35),
            (40, u32::MAX, 35),
            (9, 9, 7),
            (8, 8, 7),
            (3, 3, 2),
            (2, 2, 1),
            (1, 0, 1),
            (1, 1, 1),
        ];
        for (configured, passed, slots) in table {
            let mut limit = Limit::new(configured, WINDOW);
            limit.lower(WINDOW, WINDOW, passed);
            assert_eq!(limit.slots(), slots, "{passed} of {configured} passed");
        }
    }

    #[test]
    fn a_window_has_one_step_down_and_later_refusals_make_it_exact() {
        let mut limit = Limit::new(40, WINDOW);
        // The time of the 429, when its request was sent, what had passed, and the slots from then on.
        let table = [
            (10, 9, 31, 31),
            (11, 9, 28, 28),
            (12, 11, 35, 28),
            (19, 11, 0, 20),
            (25, 9, 0, 20),
            (30, 29, 0, 10),
            (39, 38, 0, 10),
            (40, 39, 0, 5),
        ];
        for (now, sent, passed, slots) in table {
            let at = Duration::from_secs(now);
            limit.raise(at);
            limit.lower(at, Duration::from_secs(sent), passed);
            assert_eq!(limit.slots(), slots, "at {now} s");
        }
    }

    #[test]
    fn quiet_windows_bring_it_back_step_by_step() {
        let mut limit = Limit::new(40, WINDOW);
        limit.lower(Duration::ZERO, Duration::ZERO, 5);
        let mut steps = Vec::new();
        while let Some(at) = limit.next_raise() {
            limit.raise(at - Duration::from_nanos(1));
            steps.push((at / 10, limit.slots()));
            limit.raise(at);
        }
        let seconds = |(window, slots)| (Duration::from_secs(window), slots);
        assert_eq!(steps, [(1, 20), (2, 23), (3, 26), (4, 30), (5, 34), (6, 39)].map(seconds));
        assert_eq!(limit.slots(), 40);
    }

    #[test]
    fn a_step_down_doubles_the_quiet_time_and_a_step_up_that_holds_halves_it() {
        let mut limit = Limit::new(40, WINDOW);
        let mut now = Duration::ZERO;
        for windows in [1, 2, 4, 8, 8] {
            limit.lower(now, now, 40);
            assert_eq!(limit.next_raise(), Some(now + WINDOW * windows));
            now += WINDOW * windows;
            limit.raise(now);
            assert_eq!(limit.slots(), 40, "the step up, refused at once");
        }
        limit.lower(now, now, 0);
        let mut waits = Vec::new();
        while let Some(at) = limit.next_raise() {
            waits.push((at - now).as_secs() / 10);
            now = at;
            limit.raise(at);
        }
        assert_eq!(waits, [8, 8, 4, 2, 1, 1]);
    }

    #[test]
    fn steps_that_were_missed_while_nobody_asked_are_made_up() {
        let mut limit = Limit::new(u32::MAX, WINDOW);
        limit.lower(WINDOW, WINDOW, 0);
        limit.raise(Duration::MAX);
        assert_eq!((limit.slots(), limit.quiet), (u32::MAX, WINDOW));
    }
}
