//! Texts of the service made harmless, times in words, and what a health looks like.

use dataarts_security::Timestamp;
use dataarts_security::member_sync::Health;
use jiff::tz::TimeZone;

use crate::describe::time;
use crate::output::sanitize;
use crate::severity::Severity;

/// Characters of a name or an error; whatever is longer is in the log or in `show`.
const LONGEST: usize = 300;

/// What stands where there is nothing to show.
pub(super) const NOTHING: &str = "–";

/// Foreign text in one line.
pub(super) fn line(text: &str) -> String {
    sanitize::cut(text, LONGEST)
}

/// The same, or a dash where nothing is left.
pub(super) fn shown(text: Option<&str>) -> String {
    text.map(line).filter(|line| !line.is_empty()).unwrap_or_else(|| NOTHING.to_owned())
}

/// Such as `64 KiB`.
pub(super) fn size(bytes: usize) -> String {
    if bytes < 1024 { format!("{bytes} bytes") } else { format!("{} KiB", bytes.div_ceil(1024)) }
}

/// A health as a word, and as the class that has its colour and sign.
#[derive(Clone, Copy)]
pub(super) struct Badge {
    pub(super) health: Health,
    pub(super) class: &'static str,
}

impl Badge {
    pub(super) fn of(health: Health) -> Self {
        let class = match Severity::from(health) {
            Severity::Critical => "critical",
            Severity::Warning => "warning",
            Severity::Active => "active",
            Severity::Good => "good",
            Severity::Neutral => "neutral",
        };
        Self { health, class }
    }

    pub(super) fn word(&self) -> String {
        self.health.as_str().replace('-', " ")
    }
}

/// When it is, and on which clock times are told.
pub(super) struct Clock<'a> {
    pub(super) now: jiff::Timestamp,
    pub(super) zone: &'a TimeZone,
}

impl Clock<'_> {
    pub(super) fn to_the_second(&self, time: Timestamp) -> String {
        time::to_the_second(time, self.zone)
    }

    pub(super) fn to_the_minute(&self, time: Timestamp) -> String {
        time::to_the_minute(time, self.zone)
    }

    pub(super) fn age(&self, time: Timestamp) -> String {
        time::age(time, self.now)
    }

    /// Both, such as `2024-03-20 10:25 (2 h ago)`; the line is not broken within the age.
    pub(super) fn moment(&self, time: Timestamp) -> String {
        format!("{} ({})", self.to_the_minute(time), self.age(time).replace(' ', "\u{a0}"))
    }

    /// Such as `Asia/Shanghai`, or an offset where it has no name.
    pub(super) fn zone_name(&self) -> String {
        match self.zone.iana_name() {
            Some(name) => name.to_owned(),
            None => self.now.to_zoned_datetime(self.zone.clone()).strftime("%:z").to_string(),
        }
    }
}
