//! The results of jobs, which stand in the log as JSON arrays.

use serde_json::{Deserializer, Error, Value};

use super::repair;

/// The result of one job, as the log says it; foreign text.
///
/// ```
/// use dataarts_security::member_sync::SyncLog;
///
/// let log = SyncLog::parse(r#"[2026-01-05 10:25:54] ===> Submit job failed:[{"status":"FAILED","message":"role in use"}]"#);
/// for job in log.entries().iter().flat_map(|entry| &entry.jobs) {
///     assert_eq!(job.message.as_deref(), Some("role in use"));
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct JobResult {
    /// Such as `FAILED`. Its values are not documented.
    pub status: Option<String>,
    /// What the cluster said, often several lines.
    pub message: Option<String>,
    /// Id of the job; absent where the log has an empty one.
    pub job_id: Option<String>,
    /// How long it took, in a unit that is not documented.
    pub duration: Option<f64>,
}

impl JobResult {
    /// Whatever does not say that it went well.
    pub(super) fn has_failed(&self) -> bool {
        let status = self.status.as_deref().and_then(|status| status.get(..4));
        !status.is_some_and(|start| start.eq_ignore_ascii_case("succ"))
    }

    /// An object that has nothing of a result is none.
    fn of(value: &Value) -> Option<Self> {
        let text = |name| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
        let result = Self {
            status: text("status"),
            message: text("message"),
            job_id: text("jobId"),
            duration: value.get("duration").and_then(Value::as_f64),
        };
        (result.status.is_some() || result.message.is_some() || result.job_id.is_some()).then_some(result)
    }
}

/// Where the first array of objects begins in `text`, and the results in all such arrays.
///
/// What a failed attempt has read is not read again, so that no text costs more than its length.
pub(super) fn read(text: &str) -> (Option<usize>, Vec<JobResult>) {
    let (mut first, mut results, mut from) = (None, Vec::new(), 0);
    while let Some(start) = next_array(text, from) {
        let before = results.len();
        from = array(text, start + 1, &mut results);
        if results.len() > before {
            first = first.or(Some(start));
        }
    }
    (first, results)
}

fn next_array(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let opens = |position: &usize| rest.get(position + 1..).is_some_and(|rest| rest.trim_start().starts_with('{'));
    rest.match_indices('[').map(|(position, _)| position).find(opens).map(|position| from + position)
}

/// Reads the elements from `position` on, and returns where it stopped.
fn array(text: &str, mut position: usize, results: &mut Vec<JobResult>) -> usize {
    loop {
        let rest = text.get(position..).unwrap_or_default();
        let trimmed = rest.trim_start();
        position += rest.len() - trimmed.len();
        match trimmed.bytes().next() {
            None => return position,
            Some(b']') => return position + 1,
            Some(b',') => position += 1,
            Some(_) => {
                let mut values = Deserializer::from_str(trimmed).into_iter::<Value>();
                match values.next() {
                    Some(Ok(value)) => {
                        results.extend(JobResult::of(&value));
                        position += values.byte_offset();
                    }
                    Some(Err(error)) => {
                        let broken = trimmed.get(..place(trimmed, &error)).unwrap_or_default();
                        results.extend(repair::close(broken).as_ref().and_then(JobResult::of));
                        return position + broken.len();
                    }
                    None => return position,
                }
            }
        }
    }
}

/// Up to which byte of `text` the parser came, at the beginning of a character.
fn place(text: &str, error: &Error) -> usize {
    let lines = error.line().saturating_sub(1);
    let start: usize = text.split_inclusive('\n').take(lines).map(str::len).sum();
    let mut place = start.saturating_add(error.column()).min(text.len());
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        read(text).1.into_iter().map(|result| result.message.unwrap_or_default()).collect()
    }

    #[test]
    fn every_array_of_objects_is_looked_at() {
        for (text, found) in [
            (r#"a:[{"message":"one"},{"message":"two"}] b: [ {"message":"three"} ]"#, vec!["one", "two", "three"]),
            (r#"a:[1,2] b:[[{"message":"inner"}]]"#, vec!["inner"]),
            (r#"a:[{"message":"one"},7,null,{"message":"two"}]"#, vec!["one", "two"]),
            (r#"rows:[{"a":1}]"#, vec![]),
            ("a:[{x=1}] b:[{\"message\":\"after\"}]", vec!["after"]),
            (r#"[{"message":"a :[{ in a text"}]"#, vec!["a :[{ in a text"]),
            (r#"列:[{"message":"同步失败"}]"#, vec!["同步失败"]),
        ] {
            assert_eq!(messages(text), found, "{text}");
        }
    }

    #[test]
    fn what_was_read_before_the_text_breaks_off_is_kept() {
        for (text, found) in [
            (r#"a:[{"message":"one"},{"message":"tw"#, vec!["one", "tw"]),
            (r#"a:[{"jobId":"1","message":"ERROR: role \"#, vec!["ERROR: role "]),
            (r#"a:[{"message":"one","stat"#, vec!["one"]),
            ("a:[{\"message\":\"line\nbreak\"}] b:[{\"message\":\"after\"}]", vec!["line", "after"]),
            (r#"a:[{"message":"n","duration":1e999}] b:[{"message":"after"}]"#, vec!["n", "after"]),
        ] {
            assert_eq!(messages(text), found, "{text}");
        }
    }

    #[test]
    fn a_job_has_failed_unless_it_says_that_it_went_well() {
        for (status, failed) in [
            (None, true),
            (Some("FAILED"), true),
            (Some(""), true),
            (Some("成功了吗"), true),
            (Some("SUCCESS"), false),
            (Some("succeeded"), false),
        ] {
            let result = JobResult { status: status.map(str::to_owned), ..JobResult::default() };
            assert_eq!(result.has_failed(), failed, "{status:?}");
        }
    }
}
