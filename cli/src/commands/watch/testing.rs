//! What tests of this room are made of: a service to list from.

use dataarts_security::{Client, Credentials};
use dataarts_simulator::Simulator;

/// A client of the simulator.
pub(super) fn client(simulator: &Simulator) -> Client {
    let client = Client::builder().endpoint(simulator.base_url()).credentials(Credentials::token(simulator.token()));
    client.project_id(simulator.project_id()).workspace(simulator.workspace()).no_rate_limit().build().unwrap()
}
