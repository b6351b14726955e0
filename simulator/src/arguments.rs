//! Options of the program.

use std::net::SocketAddr;

use clap::Parser;
use clap::builder::NonEmptyStringValueParser;
use dataarts_simulator::{Simulator, SimulatorBuilder};

/// Stand-in for the user-synchronisation API of Huawei Cloud DataArts Studio.
///
/// Prints the address it listens on as its first line, then what it accepts. Stops on SIGTERM or SIGINT.
#[derive(Parser)]
#[command(version)]
pub(crate) struct Arguments {
    /// Loopback address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,

    /// Serve this many generated tasks in place of the demo data
    #[arg(long, value_name = "N")]
    pub(crate) tasks: Option<usize>,

    /// Seed of the generated tasks; the same seed gives the same tasks
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub(crate) seed: u64,

    /// Accept this token; may be given more than once
    #[arg(long, value_name = "T", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) token: Vec<String>,

    /// Accept signatures made with this access key and its secret key; may be given more than once
    #[arg(long, value_name = "AK:SK")]
    pub(crate) access_key: Vec<String>,

    /// Accept this project id alone
    #[arg(long, value_name = "P", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) project_id: Option<String>,

    /// Know this workspace alone
    #[arg(long, value_name = "W", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) workspace: Option<String>,
}

impl Arguments {
    /// The simulator that was asked for; an error is one line for people.
    pub(crate) fn builder(&self) -> Result<SimulatorBuilder, String> {
        let mut builder = Simulator::builder().listen(self.listen);
        builder = match self.tasks {
            Some(count) => builder.generated_tasks(count, self.seed),
            None => builder.demo_data(),
        };
        for token in &self.token {
            builder = builder.token(token);
        }
        for pair in &self.access_key {
            // Not a value parser of clap, which would repeat the secret in its error.
            let (access_key, secret_key) = pair
                .split_once(':')
                .filter(|(access_key, secret_key)| !access_key.is_empty() && !secret_key.is_empty())
                .ok_or("invalid value for '--access-key <AK:SK>': both parts are needed, with a colon between them")?;
            builder = builder.access_key(access_key, secret_key);
        }
        if let Some(project_id) = &self.project_id {
            builder = builder.project_id(project_id);
        }
        if let Some(workspace) = &self.workspace {
            builder = builder.workspace(workspace);
        }
        Ok(builder)
    }
}
