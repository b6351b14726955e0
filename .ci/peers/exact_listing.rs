//! One listing of `dataarts-security`, several pages at a time; prints the id of each task as it comes.
//! It is the other side of `test_exact_listing.py`.
//!
//! Usage: `exact_listing ENDPOINT PROJECT_ID WORKSPACE ACCESS_KEY SECRET_KEY`

use std::env;
use std::error::Error;

use dataarts_security::{Client, Credentials};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [endpoint, project_id, workspace, access_key, secret_key] = arguments.as_slice() else {
        return Err("usage: exact_listing ENDPOINT PROJECT_ID WORKSPACE ACCESS_KEY SECRET_KEY".into());
    };
    let client = Client::builder()
        .endpoint(endpoint)
        .project_id(project_id)
        .workspace(workspace)
        .credentials(Credentials::access_key(access_key, secret_key))
        .build()?;
    let mut tasks = client.list_member_sync_tasks().items();
    while let Some(task) = tasks.try_next().await? {
        println!("{}", task.id.unwrap_or_default());
    }
    Ok(())
}
