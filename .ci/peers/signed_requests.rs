//! One client of `dataarts-security` that signs a listing for each of many cluster names, whatever the answers.
//! It is the other side of `test_signed_wire.py`, which gives the names as a JSON array and records what arrives.
//!
//! Usage: `signed_requests ENDPOINT PROJECT_ID WORKSPACE ACCESS_KEY SECRET_KEY`

use std::env;
use std::error::Error;
use std::io;

use dataarts_security::{CallOptions, Client, Credentials};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [endpoint, project_id, workspace, access_key, secret_key] = arguments.as_slice() else {
        return Err("usage: signed_requests ENDPOINT PROJECT_ID WORKSPACE ACCESS_KEY SECRET_KEY".into());
    };
    let client = Client::builder()
        .endpoint(endpoint)
        .project_id(project_id)
        .workspace(workspace)
        .credentials(Credentials::access_key(access_key, secret_key))
        // The peer is no gateway: as many as there are, as fast as it goes, each once.
        .no_rate_limit()
        .options(CallOptions::new().max_retries(0))
        .build()?;
    let names: Vec<String> = serde_json::from_reader(io::stdin())?;
    for name in names {
        match client.list_member_sync_tasks().cluster_name(name).limit(10).send().await {
            // One that was never sent would only be missed on the other side.
            Err(error) if error.is_invalid_input() => return Err(error.into()),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}
