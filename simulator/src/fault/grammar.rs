//! Rules as text: `list,page=3,times=2:status=503,body=html`.

use std::str::FromStr;
use std::time::Duration;
use std::{error, fmt};

use axum::http::{StatusCode, Uri};
use jiff::SignedDuration;

use super::{CannedAnswer, ErrorBody, Fault, Operation, ResetPoint, RetryAfter, Rule};

/// How a rule is written, in full.
const GRAMMAR: &str = include_str!("grammar.txt");

/// A text that is no rule, or no part of one. Shown on one line, with the whole grammar.
///
/// ```
/// let error = "list:explode".parse::<dataarts_simulator::Rule>().unwrap_err().to_string();
/// assert!(error.starts_with("'list:explode' is no rule: there is no fault 'explode'; a rule is OPERATION"));
/// assert_eq!(error.lines().count(), 1);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RuleError {
    kind: &'static str,
    text: String,
    reason: String,
}

impl Rule {
    /// How a rule is written, on several lines for people.
    ///
    /// ```
    /// assert!(dataarts_simulator::Rule::grammar().starts_with("OPERATION[,page=N]"));
    /// ```
    pub fn grammar() -> &'static str {
        GRAMMAR.trim_end()
    }
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        parse_rule(text).map_err(RuleError::about("rule", text))
    }
}

impl FromStr for Fault {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        parse_fault(text).map_err(RuleError::about("fault", text))
    }
}

impl FromStr for Operation {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        named("operation", &Self::NAMES, text).map_err(RuleError::about("operation", text))
    }
}

fn parse_rule(text: &str) -> Result<Rule, String> {
    let (requests, fault) = text.split_once(':').ok_or("there is no colon before a fault")?;
    let mut fields = requests.split(',');
    let operation = named("operation", &Operation::NAMES, fields.next().unwrap_or_default())?;
    let mut rule = Rule { operation, page: None, request: None, times: None, fault: parse_fault(fault)? };
    for field in fields {
        let (key, value) = field.split_once('=').unwrap_or((field, ""));
        let place = match key {
            "page" => &mut rule.page,
            "request" => &mut rule.request,
            "times" => &mut rule.times,
            _ => return Err(format!("'{key}' before the colon is none of page, request and times")),
        };
        let number = value.parse().ok().filter(|number| *number > 0);
        let number = number.ok_or_else(|| format!("{key}='{value}' is no whole number from 1"))?;
        if place.replace(number).is_some() {
            return Err(format!("{key} is there twice"));
        }
    }
    Ok(rule)
}

fn parse_fault(text: &str) -> Result<Fault, String> {
    let (head, options) = text.split_once(',').map_or((text, None), |(head, options)| (head, Some(options)));
    let (name, value) = head.split_once('=').map_or((head, None), |(name, value)| (name, Some(value)));
    let needed = || value.ok_or_else(|| format!("{name} needs a value"));
    let fault = match name {
        "status" => return Ok(canned_answer(needed()?, options)?.into()),
        "redirect" => return redirect(needed()?, options),
        "latency" => Fault::Latency(duration(needed()?)?),
        "body-latency" => Fault::BodyLatency(duration(needed()?)?),
        "reset" => Fault::Reset(named("reset", &ResetPoint::NAMES, needed()?)?),
        "gzip-bomb" => {
            let size = needed()?;
            let mebibytes = size.strip_suffix("MiB").ok_or_else(|| format!("the size '{size}' is not in MiB"))?;
            Fault::GzipBomb { mebibytes: number(name, mebibytes)? }
        }
        "oversized-page" => Fault::OversizedPage(number(name, needed()?)?),
        "capped-page" => Fault::CappedPage(number(name, needed()?)?),
        "wrong-total" => Fault::WrongTotal(number(name, needed()?)?),
        _ => {
            let plain = PLAIN.iter().find(|(_, candidate)| *candidate == name);
            let (fault, _) = plain.ok_or_else(|| format!("there is no fault '{name}'"))?;
            if value.is_some() {
                return Err(format!("{name} takes no value"));
            }
            fault.clone()
        }
    };
    match options {
        Some(options) => Err(format!("{name} takes nothing behind it, but there is '{options}'")),
        None => Ok(fault),
    }
}

/// Faults that are a name and nothing else.
pub(super) const PLAIN: [(Fault, &str); 8] = [
    (Fault::Stall, "stall"),
    (Fault::TruncatedBody, "truncated-body"),
    (Fault::EndlessBody, "endless-body"),
    (Fault::Gzip, "gzip"),
    (Fault::NullArrays, "null-arrays"),
    (Fault::UnknownValues, "unknown-values"),
    (Fault::WrongTypes, "wrong-types"),
    (Fault::RepeatedFirstPage, "repeated-first-page"),
];

impl ResetPoint {
    pub(super) const NAMES: [(Self, &'static str); 3] = [
        (Self::BeforeHeaders, "before-headers"),
        (Self::WithinHeaders, "within-headers"),
        (Self::AfterHeaders, "after-headers"),
    ];
}

fn canned_answer(status: &str, options: Option<&str>) -> Result<CannedAnswer, String> {
    let mut answer = CannedAnswer::new(status_code(status, 200..1_000)?);
    let mut seen = Vec::new();
    for option in options.into_iter().flat_map(|options| options.split(',')) {
        let (key, value) = option.split_once('=').unwrap_or((option, ""));
        if seen.contains(&key) {
            return Err(format!("{key} is there twice"));
        }
        seen.push(key);
        answer = match key {
            "body" => answer.body(named("body", &ErrorBody::NAMES, value)?),
            "code" if !value.is_empty() => answer.code(value),
            "code" => return Err("code is empty".to_owned()),
            "retry-after" => answer.retry_after(match value.strip_prefix("date+") {
                Some(seconds) => RetryAfter::Date(number(key, seconds)?),
                None => RetryAfter::Seconds(number(key, value)?),
            }),
            _ => return Err(format!("'{key}' behind status is none of body, code and retry-after")),
        };
    }
    Ok(answer)
}

fn redirect(status: &str, options: Option<&str>) -> Result<Fault, String> {
    // All of the rest, as commas may stand in a URL.
    let location = options.and_then(|options| options.strip_prefix("location="));
    let location = location.ok_or("redirect needs ,location=URL behind it")?;
    let location: Uri = location.parse().map_err(|_| format!("the location '{location}' is no URL"))?;
    Ok(Fault::Redirect { status: status_code(status, 300..400)?, location })
}

fn status_code(text: &str, range: std::ops::Range<u16>) -> Result<StatusCode, String> {
    let code = text.parse().ok().filter(|code| range.contains(code)).and_then(|code| StatusCode::from_u16(code).ok());
    code.ok_or_else(|| format!("'{text}' is no status from {} to {}", range.start, range.end.saturating_sub(1)))
}

fn duration(text: &str) -> Result<Duration, String> {
    let duration = text.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    duration.ok_or_else(|| format!("'{text}' is no duration such as 20ms"))
}

fn number<T: FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{name}: '{text}' is no number that it takes"))
}

fn named<T: Copy>(kind: &str, names: &[(T, &str)], text: &str) -> Result<T, String> {
    let found = names.iter().find(|(_, name)| *name == text);
    found.map(|(value, _)| *value).ok_or_else(|| format!("there is no {kind} '{text}'"))
}

impl RuleError {
    fn about(kind: &'static str, text: &str) -> impl FnOnce(String) -> Self {
        move |reason| Self { kind, text: text.to_owned(), reason }
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, text, reason } = self;
        write!(formatter, "'{}' is no {kind}: {}; a rule is", one_line(text), one_line(reason))?;
        GRAMMAR.split_whitespace().try_for_each(|word| write!(formatter, " {word}"))
    }
}

/// A text that may hold anything, with line ends and the like spelled out.
fn one_line(text: &str) -> String {
    let spelled_out =
        |letter: char| if matches!(letter, '\'' | '"') { letter.into() } else { letter.escape_debug().to_string() };
    text.chars().map(spelled_out).collect()
}

impl error::Error for RuleError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every fault with everything that can be said of it.
    const FAULTS: [&str; 27] = [
        "status=503",
        "status=200,body=html",
        "status=494,body=empty",
        "status=500,code=APIGW.0605",
        "status=429,retry-after=5",
        "status=403,body=authorization-message,code=X.1,retry-after=date+0",
        "redirect=302,location=https://elsewhere.example/a?b=1,2",
        "redirect=308,location=/v2",
        "latency=20ms",
        "latency=1m 30s",
        "body-latency=1s 500ms",
        "stall",
        "reset=before-headers",
        "reset=within-headers",
        "reset=after-headers",
        "truncated-body",
        "endless-body",
        "gzip",
        "gzip-bomb=1024MiB",
        "null-arrays",
        "unknown-values",
        "wrong-types",
        "oversized-page=5",
        "capped-page=0",
        "repeated-first-page",
        "wrong-total=0",
        "wrong-total=-1",
    ];

    #[test]
    fn every_fault_and_rule_is_written_as_it_is_read() {
        for text in FAULTS {
            let fault: Fault = text.parse().unwrap();
            assert_eq!(fault.to_string(), text);
            for requests in ["any", "list,page=3", "show,request=2", "iam,times=1", "metadata,page=1,request=2,times=3"]
            {
                let text = format!("{requests}:{text}");
                let rule: Rule = text.parse().unwrap();
                assert_eq!((rule.to_string(), &rule.fault), (text, &fault));
            }
        }
        for (body, name) in &ErrorBody::NAMES[..] {
            let fault: Fault = format!("status=400,body={name}").parse().unwrap();
            assert_eq!(fault, CannedAnswer::new(StatusCode::BAD_REQUEST).body(*body).into());
        }
    }

    #[test]
    fn the_grammar_names_everything_there_is() {
        let names = FAULTS.map(|fault| fault.split(['=', ',']).next().unwrap());
        let bodies = ErrorBody::NAMES.map(|(_, name)| name);
        let operations = Operation::NAMES.map(|(_, name)| name);
        let words: Vec<&str> = GRAMMAR.split(|letter: char| !letter.is_alphanumeric() && letter != '-').collect();
        for name in names.iter().chain(&bodies).chain(&operations).chain(&["page", "request", "times", "location"]) {
            assert!(words.contains(name), "{name}");
        }
        for example in GRAMMAR.lines().skip(1).take(3) {
            assert!(example.trim().trim_end_matches(" or").trim_end_matches(';').parse::<Rule>().is_ok(), "{example}");
        }
    }

    #[test]
    fn what_is_no_rule_is_refused_in_one_line_that_says_why_and_how() {
        for (text, reason) in [
            ("", "no colon"),
            ("list", "no colon"),
            (":stall", "no operation ''"),
            ("lists:stall", "no operation 'lists'"),
            ("list,:stall", "''"),
            ("list,page=0:stall", "page='0'"),
            ("list,page:stall", "page=''"),
            ("list,page=1,page=2:stall", "twice"),
            ("list,times=-1:stall", "times='-1'"),
            ("list,pages=1:stall", "'pages'"),
            ("list:", "no fault ''"),
            ("list:explode", "no fault 'explode'"),
            ("list:stall=1", "stall takes no value"),
            ("list:stall,gzip", "'gzip'"),
            ("list:latency", "latency needs a value"),
            ("list:latency=20", "'20'"),
            ("list:latency=-20ms", "'-20ms'"),
            ("list:status=99", "'99'"),
            ("list:status=100", "'100'"),
            ("list:status=1000", "'1000'"),
            ("list:status=503,body=xml", "no body 'xml'"),
            ("list:status=503,code=", "code is empty"),
            ("list:status=503,body=html,body=empty", "body is there twice"),
            ("list:status=503,code=X.1,body=html,code=X.1", "code is there twice"),
            ("list:status=503,retry-after=1,retry-after=date+1", "retry-after is there twice"),
            ("list:status=503,retry-after=soon", "'soon'"),
            ("list:status=503,retry-after=date+", "''"),
            ("list:status=503,after=1", "'after'"),
            ("list:redirect=302", "location"),
            ("list:redirect=200,location=/", "'200'"),
            ("list:redirect=302,location=http:// x", "'http:// x'"),
            ("list:reset=later", "no reset 'later'"),
            ("list:gzip-bomb=1GiB", "'1GiB'"),
            ("list:gzip-bomb=-1MiB", "'-1'"),
            ("list:oversized-page=many", "'many'"),
            ("list:wrong-total=1.5", "'1.5'"),
            ("li\nst\u{202e}:stall", "li\\nst"),
        ] {
            let error = text.parse::<Rule>().unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(error.contains("list,page=3,times=2:status=503,body=html"), "{error}");
            assert_eq!(error.lines().count(), 1);
        }
    }
}
