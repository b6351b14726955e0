//! Limits, offsets and totals.

use super::Found;
use super::answer::{Answers, ids};
use super::call::{Call, named};

const LARGEST: u64 = 100;

/// Whether the largest documented page is given.
pub(super) fn largest_limit(answers: &Answers) -> Found {
    let (came, total) = (count(answers, Call::First)?, answers.total()?);
    if came < total.min(LARGEST) {
        return Ok((format!("{came} came of {total}: a page holds fewer than asked for"), true));
    }
    if total < LARGEST { Err(needs_more(total, LARGEST)) } else { Ok((format!("{came} came of {total}"), true)) }
}

/// How many come where no limit is given.
pub(super) fn default_limit(answers: &Answers) -> Found {
    let (came, total) = (count(answers, Call::NoLimit)?, answers.total()?);
    if came < total { Ok((format!("{came} (of {total})"), true)) } else { Err(needs_more(total, total + 1)) }
}

/// What becomes of a limit beyond the documented one.
pub(super) fn above_the_largest(answers: &Answers) -> Found {
    if let Some(refusal) = answers.refusal(Call::Above) {
        return Ok((format!("refused with {refusal}"), true));
    }
    let (came, total) = (count(answers, Call::Above)?, answers.total()?);
    match came {
        came if came > LARGEST => Ok((format!("honoured: {came} came"), true)),
        came if came < total => Ok((format!("cut to {came} (of {total})"), true)),
        _ => Err(format!(
            "needs more than 100 tasks to tell whether it is cut; it was not refused, and all {total} came"
        )),
    }
}

/// What a limit of 0 means.
pub(super) fn zero(answers: &Answers) -> Found {
    if let Some(refusal) = answers.refusal(Call::Zero) {
        return Ok((format!("refused with {refusal}"), true));
    }
    let (came, total) = (count(answers, Call::Zero)?, answers.total()?);
    match (came, total) {
        (_, 0) => Err("needs a task".to_owned()),
        (0, _) => Ok((format!("no tasks (of {total})"), true)),
        (came, _) if Some(came) == count(answers, Call::NoLimit).ok() && came < total => {
            Ok((format!("as if not given: {came} came"), true))
        }
        (came, _) => Ok((format!("{came} came of {total}"), true)),
    }
}

/// What comes where the list is over.
pub(super) fn past_the_end(answers: &Answers) -> Found {
    if let Some(refusal) = answers.refusal(Call::PastEnd) {
        return Ok((format!("refused with {refusal}"), true));
    }
    let (page, first) = (answers.page(Call::PastEnd)?, answers.page(Call::First)?);
    let (came, known) = (ids(&page, Call::PastEnd), ids(&first, Call::First));
    // Of a long list only these tell the last tasks.
    let last = answers.page(Call::Descending).map(|page| ids(&page, Call::Descending)).unwrap_or_default();
    let total = page.total.map_or("no total".to_owned(), |total| format!("the total {total}"));
    Ok(match came.first() {
        None => (format!("no tasks, with {total}"), true),
        first if first == known.first() => (format!("the first page again, with {total}"), true),
        Some(first) if known.contains(first) || last.contains(first) => {
            (format!("tasks that came before, with {total}"), true)
        }
        Some(_) => (format!("other tasks, with {total}"), false),
    })
}

/// Whether the total is of the tasks under the filters.
pub(super) fn total(answers: &Answers) -> Found {
    let (page, all) = (answers.page(Call::WholeName)?, answers.total()?);
    let came = page.items.len() as u64;
    if came >= all {
        return Err("needs a filter that leaves tasks out, and at least two clusters".to_owned());
    }
    Ok(match page.total {
        Some(total) if total == came => ("the tasks that match".to_owned(), true),
        Some(total) if total == all => ("all tasks, whatever the filters".to_owned(), false),
        // More match than one page holds.
        Some(total) if (came..all).contains(&total) => ("the tasks that match".to_owned(), true),
        Some(_) => ("neither the tasks that match nor all".to_owned(), false),
        None => ("there is no total".to_owned(), false),
    })
}

/// How the name of a cluster is compared.
pub(super) fn cluster_name(answers: &Answers) -> Found {
    let (whole, part) = (has_named(answers, Call::WholeName)?, has_named(answers, Call::PartOfName)?);
    if count(answers, Call::WholeName)? >= answers.total()? && whole {
        return Err("needs at least two clusters, neither with the other's name in its own".to_owned());
    }
    Ok(match (whole, part) {
        (true, true) => ("a part of the name is enough".to_owned(), true),
        (true, false) => ("the whole name is needed".to_owned(), true),
        (false, _) if !is_whole(answers, Call::WholeName)? => {
            return Err("needs a name that fewer tasks share than a page holds".to_owned());
        }
        (false, _) => ("a task is not found by the name of its cluster".to_owned(), false),
    })
}

/// Whether letter case matters there.
pub(super) fn letter_case(answers: &Answers) -> Found {
    if !has_named(answers, Call::WholeName)? || count(answers, Call::WholeName)? >= answers.total()? {
        return Err("needs a name that filters".to_owned());
    }
    let does = if has_named(answers, Call::OtherCase)? { "does not matter" } else { "matters" };
    Ok((format!("letter case {does}"), true))
}

/// What the offset of instances counts.
pub(super) fn offset_of_instances(answers: &Answers) -> Found {
    offset(answers, Call::Instances, Call::InstancesFromOne)
}

/// What the offset of workspaces counts.
pub(super) fn offset_of_workspaces(answers: &Answers) -> Found {
    offset(answers, Call::Workspaces, Call::WorkspacesFromOne)
}

/// What the offset of data connections counts.
pub(super) fn offset_of_connections(answers: &Answers) -> Found {
    offset(answers, Call::Connections, Call::ConnectionsFromOne)
}

fn offset(answers: &Answers, from_zero: Call, from_one: Call) -> Found {
    let (one, other) = (answers.page(from_zero)?, answers.page(from_one)?);
    let (one, other) = (ids(&one, from_zero), ids(&other, from_one));
    Ok(match (other.first(), one.as_slice()) {
        (Some(first), [_, second, ..]) if first == second => ("items, from 0".to_owned(), true),
        (Some(first), [zeroth, ..]) if first == zeroth => {
            ("nothing, or pages from 1: 1 gives the first page as 0 does".to_owned(), false)
        }
        (Some(_), _) => ("pages, from 0".to_owned(), false),
        (None, _) => ("pages, from 0: nothing comes behind the first page".to_owned(), false),
    })
}

fn has_named(answers: &Answers, call: Call) -> Result<bool, String> {
    let (id, _) = named(answers)?;
    if answers.refusal(call).is_some() {
        return Ok(false);
    }
    Ok(ids(&answers.page(call)?, call).contains(&id))
}

/// Whether the page holds all that matches.
fn is_whole(answers: &Answers, call: Call) -> Result<bool, String> {
    let page = answers.page(call)?;
    Ok(page.total.is_none_or(|total| total <= page.items.len() as u64))
}

fn count(answers: &Answers, call: Call) -> Result<u64, String> {
    Ok(answers.page(call)?.items.len() as u64)
}

fn needs_more(has: u64, wanted: u64) -> String {
    format!("needs at least {wanted} tasks; all {has} came at once")
}
