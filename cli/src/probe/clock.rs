//! By which clock logs are stamped, and which moment of a run `sync_time` is.

use std::collections::BTreeSet;

use dataarts_security::member_sync::SyncLog;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::Found;
use super::answer::{Answers, Item};
use super::call::Call;

/// Offsets of all places are multiples of this many minutes.
const STEP: i64 = 15;
/// Hours that a place is ahead of or behind UTC at most.
const FARTHEST: i64 = 14;
const NEEDS: &str = "needs a task that ran and has a log with a time";

/// A run whose log has times: these, and `sync_time`, in seconds. The former are what a clock in UTC would make of them.
struct Run {
    at: i64,
    first: i64,
    last: i64,
}

impl Run {
    fn of(item: &Item) -> Option<Self> {
        // The log of a run that goes on has no end yet, and may still be that of the one before.
        if item.get("sync_status")?.as_str()? == "SYNCING" {
            return None;
        }
        let at = item.get("sync_time")?.as_i64().filter(|time| *time > 0)?.div_euclid(1_000);
        let log = SyncLog::parse(item.get("sync_msg")?.as_str()?);
        let times = log.entries().iter().filter_map(|entry| Offset::UTC.to_timestamp(entry.time?).ok());
        let times: Vec<i64> = times.map(|time| time.as_second()).collect();
        Some(Self { at, first: *times.iter().min()?, last: *times.iter().max()? })
    }

    /// Offsets from UTC, in minutes, that the first and the last time could have.
    fn candidates(&self) -> BTreeSet<i64> {
        let rounded = |time: i64| (time - self.at + STEP * 30).div_euclid(STEP * 60) * STEP;
        [self.first, self.last].map(rounded).into_iter().filter(|minutes| minutes.abs() <= FARTHEST * 60).collect()
    }

    fn offset_in(&self, zone: &TimeZone) -> Option<i64> {
        Some(i64::from(zone.to_offset(Timestamp::from_second(self.at).ok()?).seconds()) / 60)
    }
}

/// Offsets with the number of runs that each explains, the most first. Places with summer time have two.
fn offsets(runs: &[Run]) -> Vec<(i64, usize)> {
    let mut left: Vec<BTreeSet<i64>> = runs.iter().map(Run::candidates).filter(|found| !found.is_empty()).collect();
    let mut offsets = Vec::new();
    while !left.is_empty() {
        let all: BTreeSet<i64> = left.iter().flatten().copied().collect();
        let votes = |offset: &i64| left.iter().filter(|candidates| candidates.contains(offset)).count();
        // Of equals the whole hour: most places have one.
        let Some(best) = all.iter().copied().max_by_key(|offset| (votes(offset), offset % 60 == 0)) else { break };
        offsets.push((best, votes(&best)));
        left.retain(|candidates| !candidates.contains(&best));
    }
    offsets
}

fn runs(answers: &Answers) -> Result<Vec<Run>, String> {
    let runs: Vec<Run> = answers.page(Call::First)?.items.iter().filter_map(|item| Run::of(item)).collect();
    if runs.is_empty() {
        return Err(NEEDS.to_owned());
    }
    if runs.iter().all(|run| run.candidates().is_empty()) {
        let count = runs.len();
        return Err(format!("needs a log within {FARTHEST} hours of sync_time; {count} are farther away"));
    }
    Ok(runs)
}

/// The zone of the stamps.
pub(super) fn time_zone(answers: &Answers) -> Found {
    let runs = runs(answers)?;
    let found = offsets(&runs);
    let count: usize = found.iter().map(|(_, votes)| votes).sum();
    let words: Vec<String> =
        found.iter().map(|(offset, votes)| format!("{} in {votes} of {count} runs", shown(*offset))).collect();
    let assumed: BTreeSet<i64> = runs.iter().filter_map(|run| run.offset_in(&answers.zone)).collect();
    let assumed_in_words: Vec<String> = assumed.into_iter().map(shown).collect();
    let agrees = runs
        .iter()
        .filter(|run| !run.candidates().is_empty())
        .all(|run| run.offset_in(&answers.zone).is_some_and(|offset| run.candidates().contains(&offset)));
    Ok((format!("{}; assumed here: {}", words.join(", "), assumed_in_words.join(" and ")), agrees))
}

/// Whether `sync_time` lies before or behind what the log tells.
pub(super) fn sync_time(answers: &Answers) -> Found {
    let runs = runs(answers)?;
    let found = offsets(&runs);
    let (mut before, mut behind, mut within, mut both) = (0, 0, 0, 0);
    for run in &runs {
        let candidates = run.candidates();
        let Some((offset, _)) = found.iter().find(|(offset, _)| candidates.contains(offset)) else { continue };
        let at = run.at + offset * 60;
        match (at <= run.first, at >= run.last) {
            (true, true) => both += 1,
            (true, false) => before += 1,
            (false, true) => behind += 1,
            (false, false) => within += 1,
        }
    }
    if before + behind + within == 0 {
        return Err(format!("{NEEDS} other than sync_time; the same in {both}"));
    }
    let words = match (before, behind, within) {
        (_, 0, 0) => "the start of the run",
        (0, _, 0) => "the end of the run",
        _ => "no one moment of the run",
    };
    let text = format!("{words}: before the log in {before}, behind it in {behind}, within it in {within}");
    Ok((text, behind + within == 0))
}

/// An offset in minutes as people write it.
fn shown(minutes: i64) -> String {
    let seconds = i32::try_from(minutes * 60).ok().and_then(|seconds| Offset::from_seconds(seconds).ok());
    let zone = TimeZone::fixed(seconds.unwrap_or(Offset::UTC));
    Timestamp::UNIX_EPOCH.to_zoned_datetime(zone).strftime("%:z").to_string()
}
