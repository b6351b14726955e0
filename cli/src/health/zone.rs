//! In which time zone schedules are read, and whether anyone said so.

use dataarts_security::member_sync::{TimeZone, assumed_time_zone};
use jiff::Timestamp;
use jiff::tz::Offset;
use serde::Serialize;

/// A time zone and how it came to be the one. The names are part of the program's contract.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Zone {
    #[serde(skip)]
    pub(crate) rules: TimeZone,
    /// Its name, or its offset where it has none.
    #[serde(rename = "time_zone")]
    pub(crate) name: String,
    /// Nobody said it: it is the region's, or that of the one public log.
    #[serde(rename = "time_zone_is_assumed")]
    pub(crate) is_assumed: bool,
}

impl Zone {
    /// The one that was `given`, else that of the region, else UTC+8, the clock of the service's own example.
    /// A zone without a name is told by its offset at `at`.
    pub(crate) fn choose(given: Option<TimeZone>, region: Option<&str>, at: Timestamp) -> Self {
        let is_assumed = given.is_none();
        let assumed = || region.and_then(assumed_time_zone).or_else(|| Offset::from_hours(8).ok().map(TimeZone::fixed));
        let rules = given.or_else(assumed).unwrap_or(TimeZone::UTC);
        let name = match rules.iana_name() {
            Some(name) => name.to_owned(),
            None => at.to_zoned_datetime(rules.clone()).strftime("%:z").to_string(),
        };
        Self { rules, name, is_assumed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(given: Option<TimeZone>, region: Option<&str>) -> (String, bool) {
        let zone = Zone::choose(given, region, Timestamp::UNIX_EPOCH);
        (zone.name, zone.is_assumed)
    }

    #[test]
    fn what_is_said_wins_over_the_region_and_that_over_the_rest() {
        assert_eq!(chosen(Some(TimeZone::UTC), Some("cn-north-4")), ("UTC".to_owned(), false));
        assert_eq!(chosen(None, Some("cn-north-4")), ("+08:00".to_owned(), true));
        assert_eq!(chosen(None, Some("eu-west-101")), ("Europe/Dublin".to_owned(), true));
        for region in [None, Some("moon-1")] {
            assert_eq!(chosen(None, region), ("+08:00".to_owned(), true));
        }
    }
}
