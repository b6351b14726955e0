//! The rules in force, and how much of each is used up.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::request::Parts;

use super::{Fault, Rule};
use crate::habits::Habits;
use crate::listing::ListQuery;

/// Every fault that is to come.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// For the next requests, whatever they are for: so many of each.
    next: VecDeque<(u64, Fault)>,
    rules: Vec<Progress>,
}

/// A rule, and what it has met so far.
#[derive(Debug)]
struct Progress {
    rule: Rule,
    met: u64,
    given: u64,
}

impl Faults {
    /// Puts a rule behind the others, unless it is to strike no time at all.
    pub(crate) fn add(&self, rule: Rule) {
        if rule.times != Some(0) {
            self.state().rules.push(Progress { rule, met: 0, given: 0 });
        }
    }

    /// Gives the next `count` requests this fault, behind what was promised to them before.
    pub(crate) fn fail_next(&self, count: u64, fault: Fault) {
        if count > 0 {
            self.state().next.push_back((count, fault));
        }
    }

    /// Forgets all of them.
    pub(crate) fn clear(&self) {
        *self.state() = State::default();
    }

    /// The fault for this request, if it is to have one; it is used up with that.
    pub(crate) fn strike(&self, request: &Parts) -> Option<Fault> {
        let mut state = self.state();
        let State { next, rules } = &mut *state;
        let (path, query) = (request.uri.path(), request.uri.query().unwrap_or_default());
        let mut fault = take_next(next);
        for progress in rules.iter_mut() {
            // Every rule counts what it meets, so that `request=1` and `request=2` mean what they say side by side.
            if progress.meets(path, query) && fault.is_none() {
                progress.given += 1;
                fault = Some(progress.rule.fault.clone());
            }
        }
        rules.retain(|progress| !progress.is_over());
        fault
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take_next(next: &mut VecDeque<(u64, Fault)>) -> Option<Fault> {
    let (count, fault) = next.front_mut()?;
    *count -= 1;
    if *count > 0 {
        return Some(fault.clone());
    }
    next.pop_front().map(|(_, fault)| fault)
}

impl Progress {
    /// Counts the request where the rule sees it; returns whether it is for the rule.
    fn meets(&mut self, path: &str, query: &str) -> bool {
        let Rule { operation, page, request, .. } = self.rule;
        let on_page =
            |number| ListQuery::parse(query, &Habits::default()).is_ok_and(|query| query.page_number() == number);
        if !operation.matches(path) || page.is_some_and(|number| !on_page(number)) {
            return false;
        }
        self.met += 1;
        request.is_none_or(|number| number == self.met)
    }

    fn is_over(&self) -> bool {
        self.rule.times.is_some_and(|times| self.given >= times)
            || self.rule.request.is_some_and(|number| self.met >= number)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::super::Operation;
    use super::*;

    const LIST: &str = "/v1/p/security/member-sync-tasks";

    fn faults(rules: &[&str]) -> Faults {
        let faults = Faults::default();
        for rule in rules {
            faults.add(rule.parse().unwrap());
        }
        faults
    }

    /// The faults of these requests, in turn.
    fn strike(faults: &Faults, targets: &[&str]) -> String {
        let strike = |target: &&str| {
            let fault = faults.strike(&Request::get(*target).body(()).unwrap().into_parts().0);
            fault.map_or("-".to_owned(), |fault| fault.to_string())
        };
        targets.iter().map(strike).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_rule_that_was_added_first_gets_the_request() {
        let faults = faults(&["list,times=1:stall", "any:gzip"]);
        assert_eq!(strike(&faults, &["/", LIST, LIST]), "gzip stall gzip");
    }

    #[test]
    fn a_rule_for_one_request_counts_what_others_take() {
        let faults = faults(&["list,request=1:stall", "list,request=2:gzip", "any,request=4:null-arrays"]);
        assert_eq!(strike(&faults, &[LIST, "/", LIST, LIST, LIST]), "stall - gzip null-arrays -");
        assert!(faults.state().rules.is_empty(), "what is over is forgotten");
    }

    #[test]
    fn a_rule_strikes_as_often_as_it_says_and_no_time_is_never() {
        for (times, expected) in [(0, "- - -"), (1, "stall - -"), (2, "stall stall -")] {
            let faults = Faults::default();
            faults.add(Rule::new(Operation::Any, Fault::Stall).times(times));
            assert_eq!(strike(&faults, &["/"; 3]), expected);
        }
    }

    #[test]
    fn a_page_is_told_by_offset_and_limit() {
        let faults = faults(&["list,page=3:stall"]);
        let targets = [("", 0), ("?offset=10", 0), ("?offset=11", 1), ("?offset=20", 1), ("?offset=21", 0)];
        for (query, count) in targets {
            assert_eq!(strike(&faults, &[&format!("{LIST}{query}")]) == "stall", count == 1, "{query}");
        }
        assert_eq!(strike(&faults, &[&format!("{LIST}?limit=100&offset=190")]), "stall");
        assert_eq!(strike(&faults, &[&format!("{LIST}?limit=x&offset=20")]), "-");
        assert_eq!(strike(&faults, &["/v1/p/security/member-sync-tasks/t?offset=20"]), "-");
    }

    #[test]
    fn a_rule_for_a_page_and_a_request_counts_that_page_alone() {
        let faults = faults(&["list,page=2,request=2:stall"]);
        let second = &format!("{LIST}?offset=10");
        assert_eq!(strike(&faults, &[LIST, second, LIST, second, second]), "- - - stall -");
    }

    #[test]
    fn the_next_requests_come_before_all_rules() {
        let faults = faults(&["any,times=2:stall"]);
        faults.fail_next(0, Fault::UnknownValues);
        faults.fail_next(1, Fault::Gzip);
        faults.fail_next(2, Fault::NullArrays);
        let targets = ["/"; 6];
        assert_eq!(strike(&faults, &targets), "gzip null-arrays null-arrays stall stall -");
    }

    #[test]
    fn cleared_rules_are_gone() {
        let faults = faults(&["any:stall"]);
        faults.fail_next(1, Fault::Gzip);
        faults.clear();
        assert_eq!(strike(&faults, &["/"]), "-");
    }
}
