//! Who is calling and how a call went, for reading and as CSV.

use std::io::{self, Write};

use super::columns::write_text;
use super::style::Role;
use super::text::Text;
use super::{Surroundings, card, csv, sanitize};
use crate::describe::count;
use crate::report::{Report, Verdict};
use crate::severity::Severity;

/// Writes every field in a line of its own, then the verdict.
pub(super) fn write(report: &Report, surroundings: &Surroundings, writer: &mut dyn Write) -> io::Result<()> {
    let rows = report.fields().into_iter().filter_map(|(name, value)| match (name, value) {
        ("valid_until", _) => report.source.is_some().then(|| (name, valid_until(report, surroundings))),
        (_, Some(value)) => Some((name, sanitize::lines(&value).into())),
        // Where nobody could be asked, a column of dashes would tell nothing.
        (_, None) => report.source.is_some().then(|| (name, Text::value("-"))),
    });
    card::write_rows(rows, surroundings, writer)?;
    match &report.call {
        None => Ok(()),
        Some(verdict) => write_verdict(verdict, surroundings, writer),
    }
}

/// Writes a header row and one row. The names of the verdict begin with `call_`.
pub(super) fn write_csv(report: &Report, writer: &mut dyn Write) -> io::Result<()> {
    let call = report.call.as_ref().map(call_fields);
    let fields = || report.fields().into_iter().chain(call.clone().into_iter().flatten());
    csv::write_row(fields().map(|(name, _)| name.to_owned()), writer)?;
    csv::write_row(fields().map(|(_, value)| sanitize::cell(&value.unwrap_or_default())), writer)
}

fn valid_until(report: &Report, surroundings: &Surroundings) -> Text {
    match report.valid_until {
        Some(moment) => {
            let is_over = moment.as_millisecond() <= surroundings.now.as_millisecond();
            let role = if is_over { Role::Of(Severity::Critical) } else { Role::Plain };
            Text::new(card::moment(moment, surroundings), role)
        }
        None if report.has_no_end() => "no end".into(),
        None => Text::new("not told", Role::Quiet),
    }
}

fn write_verdict(verdict: &Verdict, surroundings: &Surroundings, writer: &mut dyn Write) -> io::Result<()> {
    let mut write = |text: Text| write_text("", &text, surroundings.width, surroundings.colours, writer);
    write(Text::default())?;
    if verdict.ok {
        let tasks = verdict.tasks.map(|tasks| format!(", {}", count::of(tasks, "task"))).unwrap_or_default();
        return write(Text::new("call: ok", Role::Of(Severity::Good)).and(tasks, Role::Plain));
    }
    let line = sanitize::line(&verdict.line);
    write(Text::new("call: failed:", Role::Of(Severity::Critical)).and(format!(" {line}"), Role::Plain))?;
    if let Some(advice) = &verdict.advice {
        let advice = format!(" {}", sanitize::line(advice));
        write(Text::new("advice:", Role::Of(Severity::Active)).and(advice, Role::Plain))?;
    }
    if !verdict.canonical_request_difference.is_empty() {
        write("signed here (-) and by the gateway (+):".into())?;
    }
    for line in &verdict.canonical_request_difference {
        let role = match line.chars().next() {
            Some('-') => Role::Of(Severity::Critical),
            Some('+') => Role::Of(Severity::Good),
            _ => Role::Quiet,
        };
        // Not as one line, which would lose the two spaces before what is equal.
        write(Text::new(sanitize::lines(line), role))?;
    }
    Ok(())
}

fn call_fields(verdict: &Verdict) -> [(&'static str, Option<String>); 8] {
    let difference = &verdict.canonical_request_difference;
    [
        ("call_ok", Some(verdict.ok.to_string())),
        ("call_tasks", verdict.tasks.map(|tasks| tasks.to_string())),
        ("call_status", verdict.status.map(|status| status.to_string())),
        ("call_code", verdict.code.clone()),
        ("call_message", verdict.message.clone()),
        ("call_request_id", verdict.request_id.clone()),
        ("call_advice", verdict.advice.clone()),
        // In place of line breaks, what the gateway itself writes there.
        ("call_canonical_request_difference", (!difference.is_empty()).then(|| difference.join("|"))),
    ]
}

#[cfg(test)]
mod tests {
    use dataarts_security::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::output::style::Colours;
    use crate::progress::Bars;

    fn report(kind: &str) -> Report {
        Report {
            source: Some("the token file /run/\u{1b}[31mtoken".to_owned()),
            kind: Some(kind.to_owned()),
            domain_name: Some("=\u{202e}example".to_owned()),
            ..Report::default()
        }
    }

    fn card(report: &Report) -> String {
        let now = jiff::Timestamp::from_millisecond(1_710_908_716_000).unwrap();
        let mut bytes = Vec::new();
        write(
            report,
            &Surroundings { now, time_zone: TimeZone::UTC, width: None, colours: Colours::Off, bars: Bars::Never },
            &mut bytes,
        )
        .unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn every_field_has_a_line_and_the_end_is_told_in_words() {
        let text = card(&report("access key"));
        assert_eq!(text.lines().count(), report("access key").fields().len());
        assert!(text.contains("valid_until    no end\n") && text.contains("/run/[31mtoken\n"), "{text}");
        assert!(card(&report("token")).contains("valid_until    not told\n"));
        let limited = Report { valid_until: Some(Timestamp::from_millisecond(1_710_912_316_000)), ..report("token") };
        assert!(
            card(&limited).contains("valid_until    2024-03-20 05:25:16 +00:00 (in 60 min)\n"),
            "{}",
            card(&limited)
        );
    }

    #[test]
    fn where_nobody_could_be_asked_only_what_is_known_is_shown() {
        let report = Report { region: Some("cn-north-4".to_owned()), ..Report::default() };
        assert_eq!(card(&report), "region  cn-north-4\n");
    }

    fn painted(call: Verdict, width: Option<u16>) -> String {
        let report = Report { call: Some(call), ..Report::default() };
        let (now, time_zone) = (jiff::Timestamp::UNIX_EPOCH, TimeZone::UTC);
        let surroundings = Surroundings { now, time_zone, width, colours: Colours::On, bars: Bars::Never };
        let mut bytes = Vec::new();
        write(&report, &surroundings, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap().replace('\u{1b}', "\\e")
    }

    #[test]
    fn a_verdict_is_painted_and_fits() {
        assert_eq!(painted(Verdict::success(Some(1), 200, None), None), "\n\\e[32mcall: ok\\e[0m, 1 task\n");
        let failure = Verdict {
            ok: false,
            line: "refused by the service".to_owned(),
            advice: Some("ask".to_owned()),
            canonical_request_difference: ["  same", "- ours", "+ theirs"].map(str::to_owned).to_vec(),
            ..Verdict::success(None, 403, None)
        };
        assert_eq!(
            painted(failure, Some(24)),
            "\n\\e[1m\\e[31mcall: failed:\\e[0m refused by\nthe service\n\\e[36madvice:\\e[0m ask\nsigned here (-) and by\nthe gateway \
             (+):\n\\e[2m  same\\e[0m\n\\e[1m\\e[31m- ours\\e[0m\n\\e[32m+ theirs\\e[0m\n"
        );
    }

    #[test]
    fn all_formats_have_the_same_names() {
        let report = Report { call: Some(Verdict::success(Some(2), 200, None)), ..report("token") };
        let names: Vec<_> = report.fields().into_iter().map(|(name, _)| name).collect();
        let json = serde_json::to_value(&report).unwrap();
        assert!(
            names.iter().all(|name| json.get(name).is_some()) && json.as_object().unwrap().len() == names.len() + 1
        );

        let mut bytes = Vec::new();
        write_csv(&report, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with(&names.join(",")) && text.contains(",'=example,"), "{text}");
        for name in json["call"].as_object().unwrap().keys() {
            assert!(text.contains(&format!(",call_{name}")), "{name} in {text}");
        }
    }
}
