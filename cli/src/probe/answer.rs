//! What came back, as far as questions look at it.

use std::collections::BTreeMap;

use dataarts_security::member_sync::TimeZone;
use dataarts_security::{Error, Response};
use serde_json::{Map, Value};

use super::call::Call;

/// A task, an instance, a workspace or a data connection, as it came.
pub(super) type Item = Map<String, Value>;

/// What became of a call.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The body of a success.
    Body { status: u16, body: Item },
    /// A refusal; its message is left out, for that can hold anything.
    Refused { status: u16, code: Option<String> },
    /// A success that is no JSON object.
    Unclear { status: u16 },
    /// No answer.
    Failed { why: &'static str },
    /// The call was not made; what it needs, beginning with "needs", or that another failed.
    NotMade { lacks: String },
}

/// All answers so far, and what they are judged by.
#[derive(Debug)]
pub(crate) struct Answers {
    pub(crate) by_call: BTreeMap<Call, Answer>,
    /// In which logs are taken to be stamped.
    pub(crate) zone: TimeZone,
    /// The caller's own.
    pub(crate) workspace: Option<String>,
}

/// A list, or the part of it that came.
pub(super) struct Page<'a> {
    pub(super) total: Option<u64>,
    pub(super) items: Vec<&'a Item>,
}

impl Answer {
    /// What a response says.
    pub(crate) fn of_response(response: &Response<impl AsRef<[u8]>>) -> Self {
        let status = response.status().as_u16();
        match serde_json::from_slice(response.value().as_ref()) {
            Ok(body) => Self::Body { status, body },
            Err(_) => Self::Unclear { status },
        }
    }

    /// What a failure says.
    pub(crate) fn of_error(error: &Error) -> Self {
        if let Some(status) = error.status() {
            return Self::Refused { status: status.as_u16(), code: error.code().map(code) };
        }
        let why = if error.is_timeout() {
            "no answer in time"
        } else if error.is_connect() {
            "no connection"
        } else if error.is_transport() {
            "the connection broke off"
        } else if error.is_credentials() {
            "no login"
        } else {
            "no answer"
        };
        Self::Failed { why }
    }

    /// In a few words.
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Body { status, .. } => format!("HTTP {status}"),
            Self::Refused { status, code: None } => format!("HTTP {status}"),
            Self::Refused { status, code: Some(code) } => format!("HTTP {status}, {code}"),
            Self::Unclear { status } => format!("HTTP {status}, and no JSON object"),
            Self::Failed { why } => (*why).to_owned(),
            Self::NotMade { lacks } => format!("not made: {lacks}"),
        }
    }
}

impl Answers {
    /// None yet.
    pub(crate) fn new(zone: TimeZone, workspace: Option<String>) -> Self {
        Self { by_call: BTreeMap::new(), zone, workspace }
    }

    /// The answer to this call, if there is one.
    pub(super) fn get(&self, call: Call) -> Option<&Answer> {
        self.by_call.get(&call)
    }

    /// The body of a success; else what is in the way.
    pub(super) fn body(&self, call: Call) -> Result<&Item, String> {
        match self.get(call) {
            Some(Answer::Body { body, .. }) => Ok(body),
            Some(Answer::NotMade { lacks }) => Err(lacks.clone()),
            Some(other) => Err(format!("failed: {}", other.in_words())),
            None => Err("needs a call that was not made".to_owned()),
        }
    }

    /// The list of a success; else what is in the way.
    pub(super) fn page(&self, call: Call) -> Result<Page<'_>, String> {
        let body = self.body(call)?;
        let unclear = || "failed: the answer is no list".to_owned();
        let (list, _) = call.list().ok_or_else(unclear)?;
        let total = ["total", "count"].iter().find_map(|name| body.get(*name)?.as_u64());
        match body.get(list) {
            Some(Value::Array(items)) => Ok(Page { total, items: items.iter().filter_map(Value::as_object).collect() }),
            // An empty list may look like this where null means absent.
            None | Some(Value::Null) if total.is_some() => Ok(Page { total, items: Vec::new() }),
            _ => Err(unclear()),
        }
    }

    /// How many tasks there are.
    pub(super) fn total(&self) -> Result<u64, String> {
        let page = self.page(Call::First)?;
        Ok(page.total.unwrap_or(page.items.len() as u64))
    }

    /// Fails unless the list holds two.
    pub(super) fn at_least_two(&self, call: Call, things: &str) -> Result<(), String> {
        if self.page(call)?.items.len() < 2 { Err(format!("needs at least two {things}")) } else { Ok(()) }
    }

    /// The refusal of this call, in words; a failure of the service itself says nothing about the question.
    pub(super) fn refusal(&self, call: Call) -> Option<String> {
        match self.get(call) {
            Some(answer @ Answer::Refused { status: 400..=499, .. }) if !answer.is_about_the_caller() => {
                Some(answer.in_words())
            }
            _ => None,
        }
    }
}

impl Answer {
    /// Whether the caller was refused, not what was asked.
    fn is_about_the_caller(&self) -> bool {
        matches!(self, Self::Refused { status: 401 | 403 | 407 | 408 | 429, .. })
    }
}

/// The ids of a list, in its order.
pub(super) fn ids<'a>(page: &Page<'a>, call: Call) -> Vec<&'a str> {
    let name = call.list().map_or("id", |(_, id)| id);
    page.items.iter().filter_map(|item| item.get(name)?.as_str()).collect()
}

/// What codes of DataArts Studio, its gateway and IAM begin with.
const PREFIXES: [&str; 11] = ["", "APIG", "APIGW", "CDM", "DAYU", "DLF", "DLG", "DLM", "DLS", "DQC", "IAM"];

/// A code of the known forms, such as DLS.1001 or 401; what else may stand there is not passed on.
fn code(text: &str) -> String {
    let (service, number) = text.split_once('.').unwrap_or(("", text));
    let is_known = PREFIXES.contains(&service);
    let is_number = (1..=8).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    if is_known && is_number { text.to_owned() } else { "a code of another form".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn only_a_code_of_the_usual_form_is_passed_on() {
        for known in ["DLS.1001", "APIGW.0308", "DAYU.4402", "401"] {
            assert_eq!(code(known), known);
        }
        for other in
            ["", "DLS.", "ACME.1001", "dws_prod_sales", "DLS.10x", "0833a573", "a.b.1", "DLS.123456789", "12345678901"]
        {
            assert_eq!(code(other), "a code of another form", "{other}");
        }
    }
}
