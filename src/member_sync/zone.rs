//! The time zone of a region.

use jiff::tz::{Offset, TimeZone};

/// Regions outside China: their zone, and its rule as it is today for a machine without a time-zone database.
///
/// The places are those that the regions are named after; that a schedule is
/// read on their clocks is an assumption.
const ZONES: [(&str, &str, &str); 17] = [
    ("ae-ad-1", "Asia/Dubai", "<+04>-4"),
    ("af-south-1", "Africa/Johannesburg", "SAST-2"),
    ("ap-southeast-1", "Asia/Hong_Kong", "HKT-8"),
    ("ap-southeast-2", "Asia/Bangkok", "<+07>-7"),
    ("ap-southeast-3", "Asia/Singapore", "<+08>-8"),
    ("ap-southeast-4", "Asia/Jakarta", "WIB-7"),
    ("eu-west-0", "Europe/Paris", "CET-1CEST,M3.5.0,M10.5.0/3"),
    ("eu-west-101", "Europe/Dublin", "GMT0IST,M3.5.0/1,M10.5.0"),
    ("la-north-2", "America/Mexico_City", "CST6"),
    ("la-south-2", "America/Santiago", "<-04>4<-03>,M9.1.6/24,M4.1.6/24"),
    ("me-east-1", "Asia/Riyadh", "<+03>-3"),
    ("my-kualalumpur-1", "Asia/Kuala_Lumpur", "<+08>-8"),
    ("na-mexico-1", "America/Mexico_City", "CST6"),
    ("ru-moscow-1", "Europe/Moscow", "MSK-3"),
    ("ru-northwest-2", "Europe/Moscow", "MSK-3"),
    ("sa-brazil-1", "America/Sao_Paulo", "<-03>3"),
    ("tr-west-1", "Europe/Istanbul", "<+03>-3"),
];

/// The time zone in which the schedules of `region` are taken to be read: UTC+8 for `cn-…`, the place's own elsewhere.
///
/// An assumption: no document says which clock a schedule follows. The one public log shows UTC+8 in China. Nothing for a region that is not known here; the caller chooses one then.
///
/// The zone's rules come from the system's database, or, where that lacks the zone, are those of this version.
///
/// ```
/// use dataarts_security::member_sync::assumed_time_zone;
///
/// assert_eq!(assumed_time_zone("cn-north-4").unwrap().to_fixed_offset().unwrap().seconds(), 8 * 60 * 60);
/// assert!(assumed_time_zone("eu-west-101").is_some());
/// assert_eq!(assumed_time_zone("moon-1"), None);
/// ```
pub fn assumed_time_zone(region: &str) -> Option<TimeZone> {
    if region.starts_with("cn-") {
        return Offset::from_hours(8).ok().map(TimeZone::fixed);
    }
    let (_, name, rule) = ZONES.iter().find(|(id, ..)| *id == region)?;
    TimeZone::get(name).or_else(|_| TimeZone::posix(rule)).ok()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn the_built_in_rules_are_those_of_the_database() {
        // Half days over 2026: every zone, both halves of the year.
        for (region, name, rule) in ZONES {
            let fallback = TimeZone::posix(rule).unwrap();
            let Ok(zone) = TimeZone::get(name) else { continue };
            for half_day in 0..730 {
                let moment = Timestamp::from_second(1_767_225_600 + half_day * 43_200).unwrap();
                assert_eq!(fallback.to_offset(moment), zone.to_offset(moment), "{region} at {moment}");
            }
        }
    }

    #[test]
    fn every_region_of_the_table_has_its_zone() {
        for (region, ..) in ZONES {
            assert!(assumed_time_zone(region).is_some(), "{region}");
        }
        assert_eq!(assumed_time_zone("cn-anything-9"), assumed_time_zone("cn-north-4"));
        assert_eq!(assumed_time_zone(""), None);
    }
}
