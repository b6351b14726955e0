//! `auth`: who is calling, and whether the service lets them in.

use std::io;

use dataarts_security::{Error, Identity};

use crate::advice;
use crate::arguments::{Auth, ConnectionArguments};
use crate::configuration::{Address, Settings};
use crate::connection::Connection;
use crate::environment::Environment;
use crate::failure::{Failure, in_words_of_options};
use crate::interrupt::unless_interrupted;
use crate::output::{self, Format, Surroundings};
use crate::report::{Report, Verdict};

/// Carries out one of both commands, with the report on standard output.
pub(crate) async fn run(
    command: Auth,
    flags: &ConnectionArguments,
    environment: &Environment<'_>,
    format: Format,
    surroundings: &Surroundings,
) -> Result<(), Failure> {
    let checked = async {
        match command {
            Auth::Show => Ok((show(flags, environment).await?, Ok(()))),
            Auth::Check => check(flags, environment).await,
        }
    };
    let (report, outcome) = unless_interrupted(checked).await?;
    output::report(&report, format, surroundings, &mut io::stdout().lock())?;
    outcome.map_err(|error: Error| Failure::Told(Failure::from(error).exit_code()))
}

/// Who is calling. IAM is asked for what the credentials do not tell, the service for nothing.
async fn show(flags: &ConnectionArguments, environment: &Environment<'_>) -> Result<Report, Failure> {
    let connection = Connection::open(flags, environment).await?;
    let mut project = None;
    if connection.can_tell_project() {
        match connection.client.resolve_project_id().await {
            Ok(id) => project = Some(id),
            Err(error) => {
                output::warn(&format!("the project is not known: {}", in_words_of_options(&error)));
                return Ok(Report::new(&connection, &described_after(&error, &connection).await?, None));
            }
        }
    }
    let identity = connection.client.caller_identity().await?;
    Ok(Report::new(&connection, &identity, project.as_deref()))
}

/// Who is calling, and how a call went.
async fn check(
    flags: &ConnectionArguments,
    environment: &Environment<'_>,
) -> Result<(Report, Result<(), Error>), Failure> {
    let connection = match Connection::open(flags, environment).await {
        Ok(connection) => connection,
        Err(Failure::Service(error)) if !error.is_invalid_input() => {
            let report = of_settings(Settings::gather(flags, environment)?);
            return Ok((Report { call: Some(Verdict::failure(&error)), ..report }, Err(error)));
        }
        Err(failure) => return Err(failure),
    };
    connection.require_place()?;
    // Asked for by itself, so that a failure is told as IAM's.
    let project = connection.client.resolve_project_id().await;
    let outcome = match &project {
        Ok(_) => call(&connection).await,
        Err(error) => Err(error.clone()),
    };
    let (verdict, identity, outcome) = match outcome {
        Ok(verdict) => (verdict, connection.client.caller_identity().await?, Ok(())),
        Err(error) => (Verdict::failure(&error), described_after(&error, &connection).await?, Err(error)),
    };
    let project = project.ok();
    let mut report = Report::new(&connection, &identity, project.as_deref());
    let foreign =
        outcome.as_ref().err().and_then(|error| advice::on_foreign_token(error, &identity, project.as_deref()));
    let advice = foreign.or(verdict.advice);
    report.call = Some(Verdict { advice, ..verdict });
    Ok((report, outcome))
}

/// One real call.
async fn call(connection: &Connection) -> Result<Verdict, Error> {
    let answer = connection.client.list_member_sync_tasks().limit(1).send_with_response().await?;
    Ok(Verdict::success(answer.value().total, answer.status().as_u16(), answer.request_id()))
}

/// The identity, described by IAM unless that is likely to fail as well: each failure counts towards the lock of an
/// access key, and a network that does not work costs time.
async fn described_after(error: &Error, connection: &Connection) -> Result<Identity, Error> {
    if error.status().is_some() && !error.is_unauthorized() {
        connection.client.caller_identity().await
    } else {
        Ok(connection.identity.clone())
    }
}

/// All that is known where nobody could be asked who is calling.
fn of_settings(settings: Settings) -> Report {
    let Settings { address, project_id, workspace, .. } = settings;
    let (region, endpoint) = match address {
        Some(Address::Region(region)) => (Some(region), None),
        Some(Address::Endpoint(endpoint)) => (None, Some(endpoint)),
        None => (None, None),
    };
    Report { region, endpoint, project_id, workspace, ..Report::default() }
}
