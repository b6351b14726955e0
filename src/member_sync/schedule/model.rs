//! A scheduler that looks at the clock every minute.

use jiff::tz::TimeZone;

const MINUTE: i64 = 60_000;

/// What a local clock shows, minute by minute.
pub(crate) struct Clock {
    start: i64,
    hours: Vec<i8>,
}

impl Clock {
    /// `minutes` of them from `start` on, which is a whole minute in milliseconds.
    pub(crate) fn new(time_zone: &TimeZone, start: i64, minutes: usize) -> Self {
        let moments = (0..).map(|minute: i64| start + minute * MINUTE).take(minutes);
        let hour = |moment| time_zone.to_datetime(jiff::Timestamp::from_millisecond(moment).unwrap()).hour();
        Self { start, hours: moments.map(hour).collect() }
    }

    /// Every moment at which a run starts: the window is open, and the interval since the last run is over.
    pub(crate) fn runs(&self, window: (i32, i32), interval: i64, last_run: Option<i64>) -> Vec<i64> {
        let mut last_run = last_run;
        let mut runs = Vec::new();
        for (hour, moment) in self.hours.iter().zip((0..).map(|minute: i64| self.start + minute * MINUTE)) {
            if is_open(window, i32::from(*hour)) && last_run.is_none_or(|run| moment - run >= interval) {
                runs.push(moment);
                last_run = Some(moment);
            }
        }
        runs
    }
}

/// Goes through the hours of the window one by one.
fn is_open((start, end): (i32, i32), hour: i32) -> bool {
    let mut open = start;
    loop {
        if open == hour {
            return true;
        }
        open = (open + 1) % 24;
        if open == end {
            return false;
        }
    }
}
