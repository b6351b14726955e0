//! Settings become a client; with `--demo`, a simulator inside this process stands in for the service.

use dataarts_security::{Client, Credentials};
use dataarts_simulator::Simulator;

use crate::arguments::ConnectionArguments;
use crate::configuration::{Address, Login, Settings};
use crate::environment::Environment;
use crate::failure::Failure;

/// A client, and whatever has to live as long as it is used.
pub(crate) struct Connection {
    pub(crate) client: Client,
    _simulator: Option<Simulator>,
}

impl Connection {
    /// Makes the client; nothing is sent yet.
    pub(crate) async fn open(flags: &ConnectionArguments, environment: &Environment<'_>) -> Result<Self, Failure> {
        if flags.demo {
            return Self::demo(flags).await;
        }
        let settings = Settings::gather(flags, environment)?;
        Ok(Self { client: client(settings)?, _simulator: None })
    }

    async fn demo(flags: &ConnectionArguments) -> Result<Self, Failure> {
        let simulator =
            Simulator::builder().demo_data().start().await.map_err(|error| Failure::Demo(error.to_string()))?;
        let settings = Settings {
            login: Login::Token(simulator.token().to_owned()),
            address: Address::Endpoint(simulator.base_url()),
            project_id: flags.project_id.clone().unwrap_or_else(|| simulator.project_id().to_owned()),
            workspace: flags.workspace.clone().unwrap_or_else(|| simulator.workspace().to_owned()),
            allow_http: flags.allow_http,
        };
        Ok(Self { client: client(settings)?, _simulator: Some(simulator) })
    }
}

fn client(settings: Settings) -> Result<Client, Failure> {
    let credentials = match settings.login {
        Login::Token(token) => Credentials::token(token),
        Login::AccessKey { access_key, secret_key, security_token: None } => {
            Credentials::access_key(access_key, secret_key)
        }
        Login::AccessKey { access_key, secret_key, security_token: Some(security_token) } => {
            Credentials::temporary_access_key(access_key, secret_key, security_token)
        }
    };
    let builder = Client::builder()
        .project_id(settings.project_id)
        .workspace(settings.workspace)
        .allow_http(settings.allow_http)
        .credentials(credentials);
    let builder = match settings.address {
        Address::Endpoint(endpoint) => builder.endpoint(endpoint),
        Address::Region(region) => builder.region(region),
    };
    Ok(builder.build()?)
}
