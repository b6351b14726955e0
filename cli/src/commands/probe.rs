//! `probe`: the calls that settle what no document says, one after the other.

use std::io::{self, Write as _};
use std::time::Duration;

use dataarts_security::{CallOptions, Client, Error, RawRequest, operations};

use crate::arguments::ProbeArguments;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::health::Zone;
use crate::interrupt::unless_interrupted;
use crate::output::file::Destination;
use crate::output::{self, Format, Listing, Surroundings};
use crate::probe::{Answer, Answers, Call, MOST_REQUESTS, Planned, Report};

/// The period of the service's throttle.
const PERIOD: Duration = Duration::from_secs(10);
/// Attempts that one call can make: after HTTP 401 it is sent once more, with another identity.
const ATTEMPTS_OF_A_CALL: u32 = 2;
/// So many calls in a row that were throttled or got no answer end the probe.
const MOST_TROUBLES: u32 = 2;

/// Shows the calls.
pub(crate) fn plan(format: Format, surroundings: Surroundings) -> Result<(), Failure> {
    let mut listing = Listing::new(format, surroundings, io::stdout());
    for planned in Planned::all() {
        listing.add(planned)?;
    }
    Ok(listing.finish()?)
}

/// Makes the calls and prints what they tell.
pub(crate) async fn run(
    connection: &Connection,
    arguments: ProbeArguments,
    format: Format,
    surroundings: &Surroundings,
) -> Result<(), Failure> {
    let destination = arguments.output.map(Destination::new).transpose()?;
    let zone = Zone::choose(None, connection.region(), surroundings.now).rules;
    let mut answers = Answers::new(zone, connection.client.workspace().map(str::to_owned));
    let end = unless_interrupted(async { Ok(ask(connection, &mut answers).await?) }).await;
    // Where the first call fails, there is nothing to tell but that. The answers that there are took calls to get.
    if end.is_err() && answers.by_call.len() <= 1 {
        return end;
    }
    let report = Report::new(&answers, connection.region(), connection.requests());
    let mut bytes = Vec::new();
    output::probe(&report, format, surroundings, &mut bytes)?;
    match destination {
        Some(destination) => destination.replace(&bytes)?,
        None => io::stdout().lock().write_all(&bytes)?,
    }
    end
}

/// All calls, unless one shows that no more should be made.
async fn ask(connection: &Connection, answers: &mut Answers) -> Result<(), Error> {
    let mut troubles = 0;
    for call in Call::ALL {
        let request = match request(&connection.client, call, answers) {
            Ok(request) if connection.requests() + ATTEMPTS_OF_A_CALL <= MOST_REQUESTS => request,
            not_made => {
                let allowed = || format!("needs more than the {MOST_REQUESTS} requests that are allowed");
                answers.by_call.insert(call, Answer::NotMade { lacks: not_made.err().unwrap_or_else(allowed) });
                continue;
            }
        };
        let outcome = request.send().await;
        let answer = match &outcome {
            Ok(response) => Answer::of_response(response),
            Err(error) => Answer::of_error(error),
        };
        let next = next(&answer, call == Call::First, &mut troubles);
        answers.by_call.insert(call, answer);
        match (next, outcome) {
            (Next::Stop, Err(error)) => return Err(error),
            (Next::Wait, _) => tokio::time::sleep(PERIOD).await,
            (Next::GoOn | Next::Stop, _) => {}
        }
    }
    Ok(())
}

/// The request of a call; an error says what is lacking.
fn request(client: &Client, call: Call, answers: &Answers) -> Result<RawRequest, String> {
    let operation = operations::find(call.operation()).ok_or("needs an operation that this program does not know")?;
    let mut request = client.raw(operation).without_bounds().with_options(CallOptions::new().max_retries(0));
    for (name, value) in call.fill(answers)? {
        request = request.parameter(name, value);
    }
    Ok(request)
}

/// What follows an answer.
#[derive(Debug, PartialEq)]
enum Next {
    GoOn,
    /// The throttle's period has to pass.
    Wait,
    Stop,
}

/// Decides what follows; `troubles` counts those in a row that a further call would only add to.
fn next(answer: &Answer, is_first: bool, troubles: &mut u32) -> Next {
    let is_throttled = matches!(answer, Answer::Refused { status: 429, .. });
    let is_trouble = is_throttled || matches!(answer, Answer::Failed { .. });
    *troubles = if is_trouble { *troubles + 1 } else { 0 };
    match answer {
        // Keys are locked after several.
        Answer::Refused { status: 401, .. } => Next::Stop,
        Answer::Refused { .. } | Answer::Failed { .. } if is_first => Next::Stop,
        _ if *troubles >= MOST_TROUBLES => Next::Stop,
        _ if is_throttled => Next::Wait,
        _ => Next::GoOn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16) -> Answer {
        Answer::Refused { status, code: None }
    }

    #[test]
    fn a_refused_identity_ends_it_at_once_and_a_throttle_only_if_it_stays() {
        let mut troubles = 0;
        assert_eq!(next(&refused(401), false, &mut troubles), Next::Stop);
        assert_eq!(next(&refused(429), false, &mut troubles), Next::Wait);
        assert_eq!(next(&refused(500), false, &mut troubles), Next::GoOn);
        assert_eq!(next(&refused(429), false, &mut troubles), Next::Wait);
        assert_eq!(next(&refused(429), false, &mut troubles), Next::Stop);
    }

    #[test]
    fn one_answer_may_stay_away_and_not_two_in_a_row() {
        let failed = || Answer::Failed { why: "no answer in time" };
        let mut troubles = 0;
        assert_eq!(next(&failed(), false, &mut troubles), Next::GoOn);
        assert_eq!(next(&refused(403), false, &mut troubles), Next::GoOn);
        assert_eq!(next(&failed(), false, &mut troubles), Next::GoOn);
        assert_eq!(next(&failed(), false, &mut troubles), Next::Stop);
    }

    #[test]
    fn without_the_first_answer_there_is_nothing_to_ask_further() {
        for answer in [refused(400), refused(503), Answer::Failed { why: "no connection" }] {
            assert_eq!(next(&answer, true, &mut 0), Next::Stop, "{answer:?}");
        }
    }
}
