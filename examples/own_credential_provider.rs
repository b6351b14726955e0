//! How do I give the client tokens from a secret store of my own?
//!
//! A command prints a token and until when it is valid, as the command lines of secret stores can be made to do:
//! `{"token": "MIIF…", "expires_at": "2026-01-06T12:00:00Z"}`. The client runs it when it needs a token first, again a
//! while before the token ends, and once more when the service answers HTTP 401: the call is sent again with the new one.
//!
//! ```sh
//! cargo run --example own_credential_provider -- --demo
//! cargo run --example own_credential_provider -- cat /run/secrets/token.json
//! cargo test --example own_credential_provider
//! ```
//!
//! Without `--demo` it asks the service, as the environment says: `DATAARTS_REGION`, `HUAWEICLOUD_SDK_PROJECT_ID` and
//! `DATAARTS_WORKSPACE`.

use std::env;
use std::error::Error as StdError;
use std::process::{Command, ExitCode, Stdio};

use dataarts_security::{Client, ClientBuilder, CredentialProvider, Credentials, Error, Identity, Timestamp};
use dataarts_simulator::{CannedAnswer, Simulator, StatusCode};
use serde::Deserialize;

/// A command that prints a token.
struct TokenCommand {
    program: String,
    arguments: Vec<String>,
}

/// What it prints. There is no `Debug`, so that no message shows the token.
#[derive(Deserialize)]
struct Printed {
    token: String,
    /// Without, the token is used until the service refuses it.
    expires_at: Option<String>,
}

impl CredentialProvider for TokenCommand {
    async fn provide(&self) -> Result<Identity, Box<dyn StdError + Send + Sync>> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::null()).stderr(Stdio::inherit());
        // A command takes its time, in which other tasks go on.
        let output = tokio::task::spawn_blocking(move || command.output()).await?;
        let output = output.map_err(|error| format!("{:?} cannot be run: {error}", self.program))?;
        if !output.status.success() {
            return Err(format!("{:?} ended with {}", self.program, output.status).into());
        }
        // What is wrong with it is not told, for its text may be the token.
        let wrong = || format!("{:?} printed something else than a token and its end", self.program);
        let printed: Printed = serde_json::from_slice(&output.stdout).map_err(|_| wrong())?;
        let identity = Identity::token(printed.token);
        let Some(end) = printed.expires_at else { return Ok(identity) };
        let end: jiff::Timestamp = end.parse().map_err(|_| wrong())?;
        Ok(identity.with_expiry(Timestamp::from_millisecond(end.as_millisecond())))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// What the demo's command is asked for.
const PRINT: &str = "--print";

async fn run() -> Result<(), Box<dyn StdError>> {
    let mut arguments = env::args().skip(1);
    let program = arguments.next().ok_or("name a command that prints a token, or --demo")?;
    if program == "--demo" {
        return demo().await;
    }
    if program == PRINT {
        let store = arguments.next().ok_or("name the file of the store")?;
        print!("{}", std::fs::read_to_string(store)?);
        return Ok(());
    }
    let variable = |name: &str| env::var(name).map_err(|_| format!("{name} is not set; --demo needs nothing"));
    let client = Client::builder()
        .region(variable("DATAARTS_REGION")?)
        .project_id(variable("HUAWEICLOUD_SDK_PROJECT_ID")?)
        .workspace(variable("DATAARTS_WORKSPACE")?)
        .credentials(Credentials::provider(TokenCommand { program, arguments: arguments.collect() }))
        .build()?;
    println!("{} tasks", count(&client).await?);
    Ok(())
}

/// The store is a file, and the command is this program, which prints it.
async fn demo() -> Result<(), Box<dyn StdError>> {
    let simulator = Simulator::builder().demo_data().token("the-first").token("the-second").start().await?;
    // For nobody else to read, and gone at the end.
    let store = tempfile::NamedTempFile::new()?;
    let program = env::current_exe()?.display().to_string();
    let arguments = vec![PRINT.to_owned(), store.path().display().to_string()];
    let command = TokenCommand { program, arguments };
    let client = builder_of(&simulator).credentials(Credentials::provider(command)).build()?;

    std::fs::write(&store, r#"{"token": "the-first"}"#)?;
    println!("with the first token: {} tasks", count(&client).await?);
    // Someone changes the password: the service takes the old token no more, and the store has a new one.
    std::fs::write(&store, r#"{"token": "the-second"}"#)?;
    simulator.fail_next(1, CannedAnswer::new(StatusCode::UNAUTHORIZED));
    println!("after it was refused: {} tasks", count(&client).await?);
    let statuses: Vec<_> = simulator.requests().iter().map(|request| request.status).collect();
    println!("the service answered: {statuses:?}");
    Ok(())
}

fn builder_of(simulator: &Simulator) -> ClientBuilder {
    Client::builder().endpoint(simulator.base_url()).project_id(simulator.project_id()).workspace(simulator.workspace())
}

async fn count(client: &Client) -> Result<usize, Error> {
    Ok(client.list_member_sync_tasks().collect().await?.len())
}

// `cat` and `false` are commands of Unix.
#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;

    use tempfile::NamedTempFile;

    use super::*;

    /// A service that takes `old` and `new`, a store, and a client of both by a clock that both sides share.
    async fn start(clock: &dataarts_simulator::Clock) -> (Simulator, NamedTempFile, Client) {
        let builder = Simulator::builder().demo_data().token("old").token("new").clock(clock.clone());
        let (simulator, store) = (builder.start().await.unwrap(), NamedTempFile::new().unwrap());
        let command = TokenCommand { program: "cat".to_owned(), arguments: vec![store.path().display().to_string()] };
        let clock = clock.clone();
        let builder = builder_of(&simulator).credentials(Credentials::provider(command)).clock(clock);
        let client = builder.build().unwrap();
        (simulator, store, client)
    }

    fn noon() -> dataarts_simulator::Clock {
        let noon: jiff::Timestamp = "2026-01-06T12:00:00Z".parse().unwrap();
        dataarts_simulator::Clock::fixed(noon.as_millisecond().into())
    }

    fn statuses(simulator: &Simulator) -> Vec<u16> {
        simulator.requests().iter().map(|request| request.status).collect()
    }

    #[tokio::test]
    async fn the_command_is_run_again_when_the_service_refuses_its_token_and_the_call_goes_on() {
        let (simulator, store, client) = start(&noon()).await;
        fs::write(&store, r#"{"token": "of-yesterday"}"#).unwrap();
        assert!(count(&client).await.unwrap_err().is_unauthorized());
        fs::write(&store, r#"{"token": "new"}"#).unwrap();
        let before = simulator.requests().len();
        assert_eq!(count(&client).await.unwrap(), simulator.tasks().len());
        assert_eq!(statuses(&simulator)[before..], [401, 200]);
    }

    #[tokio::test]
    async fn a_token_is_used_until_shortly_before_its_end_and_never_refused() {
        let clock = noon();
        let (simulator, store, client) = start(&clock).await;
        fs::write(&store, r#"{"token": "old", "expires_at": "2026-01-06T13:00:00Z"}"#).unwrap();
        count(&client).await.unwrap();
        fs::write(&store, "nobody reads this yet").unwrap();
        count(&client).await.unwrap();
        fs::write(&store, r#"{"token": "new", "expires_at": "2026-01-06T15:00:00Z"}"#).unwrap();
        clock.advance(std::time::Duration::from_secs(65 * 60));
        count(&client).await.unwrap();
        assert_eq!(client.identity().await.unwrap().expires_at().unwrap().to_string(), "2026-01-06T15:00:00Z");
        assert_eq!(statuses(&simulator), [200, 200, 200]);
    }

    #[tokio::test]
    async fn what_a_command_prints_is_not_told_where_it_is_wrong() {
        let (_simulator, store, client) = start(&noon()).await;
        fs::write(&store, r#"{"token": "hunter2", "expires_at": "hunter3"}"#).unwrap();
        let error = count(&client).await.unwrap_err();
        assert!(error.is_credentials() && error.to_string().contains("\"cat\" printed something else"), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter"), "{error:?}");
    }

    #[tokio::test]
    async fn a_command_that_fails_is_told_by_its_name() {
        let failing = |program: &str| TokenCommand { program: program.to_owned(), arguments: Vec::new() };
        for (program, told) in [("false", "\"false\" ended with exit status: 1"), ("", "\"\" cannot be run: ")] {
            let error = failing(program).provide().await.unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }
}
