//! Arguments of `sync-tasks watch`.

use std::time::Duration;

use clap::Args;
use dataarts_security::member_sync::TimeZone;

use super::FilterArguments;
use super::values::{age, duration, time_zone};

/// Asked more often than this, the service would be read all the time.
const LEAST_INTERVAL: Duration = Duration::from_secs(1);

#[derive(Args, Clone, Debug)]
pub(crate) struct WatchArguments {
    #[command(flatten)]
    pub(crate) filter: FilterArguments,

    /// Time from the end of a listing to the begin of the next, 1s or more
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true, value_parser = interval, default_value = "30s")]
    pub(crate) interval: Duration,

    /// Time zone in which schedules are read, such as Asia/Shanghai or +08:00 [default: the region's own, else +08:00]
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true, value_parser = time_zone)]
    pub(crate) tz: Option<TimeZone>,

    /// Age from which a run that no schedule renews is stale, such as 12h or 7d
    #[arg(long, value_name = "AGE", allow_hyphen_values = true, value_parser = age, default_value = "7d")]
    pub(crate) stale_after: Duration,
}

fn interval(text: &str) -> Result<Duration, &'static str> {
    let interval = duration(text)?;
    if interval < LEAST_INTERVAL { Err("an interval is 1s or more, such as 30s or 5m") } else { Ok(interval) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_lets_the_service_rest() {
        assert_eq!(interval("1s"), Ok(LEAST_INTERVAL));
        assert_eq!(interval("5m"), Ok(Duration::from_secs(300)));
        for text in ["999ms", "0s", "-1s", "30", "25h"] {
            assert!(interval(text).is_err(), "{text}");
        }
    }
}
