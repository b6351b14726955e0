//! One client of `dataarts-security` that reads a list from end to end, again and again, and prints how many pages that
//! took: the other side of `.ci/peers/load`, which starts the simulator and looks at the clock.
//!
//! Usage: `walk ENDPOINT PROJECT_ID WORKSPACE TOKEN TIMES`

use std::env;
use std::error::Error;

use dataarts_security::{Client, Credentials};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [endpoint, project_id, workspace, token, times] = arguments.as_slice() else {
        return Err("usage: walk ENDPOINT PROJECT_ID WORKSPACE TOKEN TIMES".into());
    };
    let client = Client::builder()
        .endpoint(endpoint)
        .project_id(project_id)
        .workspace(workspace)
        .credentials(Credentials::token(token.as_str()))
        .no_rate_limit()
        .build()?;
    let mut count = 0;
    for _ in 0..times.parse()? {
        let mut pages = client.list_member_sync_tasks().items().into_pages();
        while pages.try_next().await?.is_some() {
            count += 1;
        }
    }
    println!("{count}");
    Ok(())
}
