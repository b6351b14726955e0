//! What a probe tells. No text of the service is in it but error codes of the known forms.

use dataarts_security::member_sync::assumed_time_zone;
use serde::Serialize;

use super::answer::{Answer, Answers};
use super::call::Call;
use super::question::{QUESTIONS, Question};

/// The whole report. The names are part of the program's contract.
#[derive(Serialize)]
pub(crate) struct Report {
    program: &'static str,
    region: Option<String>,
    requests: u32,
    calls: Vec<CallMade>,
    pub(crate) findings: Vec<Finding>,
}

/// What became of a call.
#[derive(Serialize)]
struct CallMade {
    call: usize,
    operation: &'static str,
    /// With placeholders for what came from other answers.
    parameters: String,
    outcome: String,
    /// Length of the list that came.
    items: Option<usize>,
    /// What the service says under these names.
    total: Option<u64>,
    count: Option<u64>,
}

/// The answer to a question.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Finding {
    pub(crate) question: &'static str,
    pub(crate) asks: &'static str,
    pub(crate) finding: String,
    pub(crate) assumed: &'static str,
    pub(crate) agrees: &'static str,
    /// Where what is assumed stands in this project.
    place: &'static str,
    /// By their numbers.
    calls: Vec<usize>,
}

/// A call that is not made.
#[derive(Clone, Serialize)]
pub(crate) struct Planned {
    call: usize,
    method: &'static str,
    operation: &'static str,
    parameters: String,
    /// The questions that need it.
    questions: String,
}

impl Report {
    /// What the answers tell, after so many requests.
    pub(crate) fn new(answers: &Answers, region: Option<&str>, requests: u32) -> Self {
        Self {
            program: concat!("dataarts ", env!("CARGO_PKG_VERSION")),
            region: region.filter(|region| is_region(region)).map(str::to_owned),
            requests,
            calls: Call::ALL.iter().map(|call| CallMade::new(*call, answers)).collect(),
            findings: QUESTIONS.iter().map(|question| Finding::new(question, answers)).collect(),
        }
    }

    /// What it is about and how much was asked, in one line.
    pub(crate) fn summary(&self) -> String {
        let count = |verdict| self.findings.iter().filter(|finding| finding.agrees == verdict).count();
        let region = self.region.as_deref().map(|region| format!(" in {region}")).unwrap_or_default();
        format!(
            "{} requests{region}; what this client assumes agrees in {}, does not in {}, and is not settled in {}",
            self.requests,
            count(YES),
            count(NO),
            count(NOT_SETTLED)
        )
    }
}

const YES: &str = "yes";
const NO: &str = "no";
const NOT_SETTLED: &str = "not settled";

impl CallMade {
    fn new(call: Call, answers: &Answers) -> Self {
        let said = |name: &str| answers.body(call).ok()?.get(name)?.as_u64();
        Self {
            call: call.number(),
            operation: call.operation(),
            parameters: call.shown(),
            outcome: answers.get(call).map_or("not made".to_owned(), Answer::in_words),
            items: answers.page(call).ok().map(|page| page.items.len()),
            total: said("total"),
            count: said("count"),
        }
    }
}

impl Finding {
    fn new(question: &Question, answers: &Answers) -> Self {
        let (finding, agrees) = match (question.find)(answers) {
            Ok((finding, true)) => (finding, YES),
            Ok((finding, false)) => (finding, NO),
            Err(lacks) if lacks.starts_with("failed") => (lacks, NOT_SETTLED),
            Err(lacks) => (format!("not settled: {lacks}"), NOT_SETTLED),
        };
        Self {
            question: question.id,
            asks: question.asks,
            finding,
            assumed: question.assumes,
            agrees,
            place: question.place.0,
            calls: question.calls.iter().map(|call| call.number()).collect(),
        }
    }

    /// Its fields, in the order of columns in CSV.
    pub(crate) const FIELDS: [&'static str; 7] = ["question", "asks", "finding", "assumed", "agrees", "place", "calls"];
}

impl Planned {
    /// All calls of a probe.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Call::ALL.iter().map(|call| Self {
            call: call.number(),
            method: "GET",
            operation: call.operation(),
            parameters: call.shown(),
            questions: questions_of(*call).join(" "),
        })
    }
}

fn questions_of(call: Call) -> Vec<&'static str> {
    QUESTIONS.iter().filter(|question| question.calls.contains(&call)).map(|question| question.id).collect()
}

/// What stands in the place of a region could be anybody's name; those that everybody knows tell nothing.
fn is_region(text: &str) -> bool {
    match text.split('-').collect::<Vec<_>>().as_slice() {
        ["cn", direction, number] => {
            let directions = ["north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest"];
            directions.contains(direction)
                && (1..=3).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        ["cn", ..] => false,
        _ => assumed_time_zone(text).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_region_that_everybody_knows_is_told() {
        for region in ["cn-north-4", "cn-southwest-2", "eu-west-101", "my-kualalumpur-1", "ae-ad-1"] {
            assert!(is_region(region), "{region}");
        }
        for other in [
            "",
            "Acme",
            "acme-bank",
            "acme-bank-1",
            "cn-acme-1",
            "cn-north-acme",
            "dayu.cn-north-4.myhuaweicloud.com",
            "cn-north-4-acme-9",
            "0833a573",
        ] {
            assert!(!is_region(other), "{other}");
        }
    }

    #[test]
    fn every_call_is_for_a_question_and_every_question_has_calls() {
        assert!(Planned::all().all(|planned| !planned.questions.is_empty()));
        assert!(QUESTIONS.iter().all(|question| !question.calls.is_empty()));
        assert!(Call::ALL.len() < super::super::MOST_REQUESTS as usize);
        let numbers: Vec<_> = Call::ALL.iter().map(|call| call.number()).collect();
        assert_eq!(numbers, (1..=Call::ALL.len()).collect::<Vec<_>>());
    }
}
