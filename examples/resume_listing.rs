//! How do I read a long list into a file, stop at any moment, and go on later?
//!
//! Each start appends the tasks that are new to a file of JSON lines, each task once, whatever became of the list in
//! between. Where it stands is kept beside it, in `tasks.checkpoint` for `tasks.jsonl`. After the end of the list, a start
//! adds what was created since. Remove both files to start over.
//!
//! ```sh
//! cargo run --example resume_listing -- --demo
//! cargo run --example resume_listing -- tasks.jsonl          # Ctrl-C whenever you like, and start it again
//! cargo run --example resume_listing -- tasks.jsonl 2        # two pages, and no more for now
//! cargo test --example resume_listing
//! ```
//!
//! Without `--demo` it asks the service, as the environment says: `DATAARTS_REGION`, `DATAARTS_WORKSPACE`, and an
//! identity as `Credentials::default_chain` finds it, such as `DATAARTS_TOKEN`.

use std::env;
use std::error::Error as StdError;
use std::fs::{self, File, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use dataarts_security::{Checkpoint, Client, Credentials, Error};
use dataarts_simulator::{Churn, Simulator};
use serde::{Deserialize, Serialize};

/// What is kept beside the file.
#[derive(Deserialize, Serialize)]
struct Kept {
    /// How many bytes of the file belong to the tasks before the checkpoint.
    length: u64,
    checkpoint: Checkpoint,
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

async fn run() -> Result<(), Box<dyn StdError>> {
    let mut arguments = env::args().skip(1);
    let file = arguments.next().ok_or("name a file, or --demo")?;
    if file == "--demo" {
        return demo().await;
    }
    let pages = arguments.next().map(|pages| pages.parse()).transpose()?.unwrap_or(u32::MAX);
    let variable = |name: &str| env::var(name).map_err(|_| format!("{name} is not set; --demo needs nothing"));
    let client = Client::builder()
        .region(variable("DATAARTS_REGION")?)
        .workspace(variable("DATAARTS_WORKSPACE")?)
        .credentials(Credentials::default_chain())
        .build()?;
    println!("{} tasks more", go_on(&client, Path::new(&file), pages).await?);
    Ok(())
}

/// Two starts over a list that changes with each request.
async fn demo() -> Result<(), Box<dyn StdError>> {
    let churn = Churn { inserts: 0.5, deletes: 0.5, ..Churn::default() };
    let simulator = Simulator::builder().generated_tasks(450, 1).churn(churn, 1).start().await?;
    let client = client_of(&simulator)?;
    // Gone at the end, and for nobody else to write to.
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("tasks.jsonl");
    println!("first start, stopped after two pages: {} tasks", go_on(&client, &file, 2).await?);
    println!("second start: {} tasks more", go_on(&client, &file, u32::MAX).await?);
    Ok(())
}

fn client_of(simulator: &Simulator) -> Result<Client, Error> {
    Client::builder()
        .endpoint(simulator.base_url())
        .project_id(simulator.project_id())
        .workspace(simulator.workspace())
        .credentials(Credentials::token(simulator.token()))
        .build()
}

/// Appends the tasks of at most so many pages, and tells how many there were.
async fn go_on(client: &Client, file: &Path, most_pages: u32) -> Result<usize, Box<dyn StdError>> {
    let mut tasks = client.list_member_sync_tasks().limit(100).items();
    let mut output = OpenOptions::new().create(true).write(true).truncate(false).open(file)?;
    let there = output.metadata()?.len();
    match kept(&beside(file))? {
        Some(kept) if kept.length <= there => {
            // What stands behind was written by a start that did not come to keep a checkpoint; it comes again.
            output.set_len(kept.length)?;
            tasks = tasks.resume(kept.checkpoint);
        }
        None if there == 0 => {}
        _ => return Err(format!("{} does not go with what is kept beside it", file.display()).into()),
    }
    output.seek(SeekFrom::End(0))?;

    let mut pages = tasks.into_pages();
    let mut count = 0;
    for _ in 0..most_pages {
        let Some(page) = pages.try_next().await? else { break };
        let mut lines = Vec::new();
        for task in &page.items {
            serde_json::to_writer(&mut lines, task)?;
            lines.push(b'\n');
        }
        output.write_all(&lines)?;
        output.sync_data()?;
        // Only now, when the tasks are safe, are they called taken.
        keep(&beside(file), &Kept { length: output.stream_position()?, checkpoint: pages.items().checkpoint()? })?;
        count += page.items.len();
    }
    Ok(count)
}

fn beside(file: &Path) -> PathBuf {
    file.with_extension("checkpoint")
}

fn kept(path: &Path) -> Result<Option<Kept>, Box<dyn StdError>> {
    if !path.try_exists()? {
        return Ok(None);
    }
    let kept = serde_json::from_slice(&fs::read(path)?);
    Ok(Some(kept.map_err(|error| format!("{}: {error}", path.display()))?))
}

/// In the old one's place when it is complete, so that there is always one.
fn keep(path: &Path, kept: &Kept) -> Result<(), Box<dyn StdError>> {
    let new = path.with_extension("checkpoint-new");
    let mut file = File::create(&new)?;
    serde_json::to_writer(&mut file, kept)?;
    file.sync_data()?;
    fs::rename(new, path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use dataarts_security::types::MemberSyncTask;

    use super::*;

    /// A list, a file to be, and its folder.
    async fn start(tasks: usize) -> (Simulator, Client, PathBuf, tempfile::TempDir) {
        let simulator = Simulator::builder().generated_tasks(tasks, 1).start().await.unwrap();
        let (client, folder) = (client_of(&simulator).unwrap(), tempfile::tempdir().unwrap());
        (simulator, client, folder.path().join("tasks.jsonl"), folder)
    }

    /// The newest of all.
    fn task(id: &str) -> MemberSyncTask {
        let mut task = MemberSyncTask::default();
        task.id = Some(id.to_owned());
        task.create_time = Some(4_000_000_000_000.into());
        task
    }

    fn ids(file: &Path) -> Vec<String> {
        let read = |line: &str| serde_json::from_str::<MemberSyncTask>(line).unwrap().id.unwrap();
        fs::read_to_string(file).unwrap().lines().map(read).collect()
    }

    fn listed(simulator: &Simulator) -> Vec<String> {
        let mut tasks = simulator.tasks();
        tasks.sort_by_key(|task| (task.create_time, task.id.clone()));
        tasks.into_iter().filter_map(|task| task.id).collect()
    }

    #[tokio::test]
    async fn stopped_anywhere_and_started_again_each_task_that_stays_comes_once() {
        let (simulator, client, file, _folder) = start(450).await;
        assert_eq!(go_on(&client, &file, 2).await.unwrap(), ids(&file).len());
        let (taken, all) = (ids(&file), listed(&simulator));
        assert!((100..200).contains(&taken.len()) && all.starts_with(&taken));
        for gone in [&all[3], &all[300]] {
            simulator.remove(gone);
        }
        simulator.insert(task("new"));
        // What a start leaves behind that was ended while it wrote.
        OpenOptions::new().append(true).open(&file).unwrap().write_all(b"{\"id\":\"a\"}\n{\"id\":\"hal").unwrap();
        go_on(&client, &file, u32::MAX).await.unwrap();
        let expected: Vec<_> = all.iter().filter(|id| **id != all[300]).cloned().chain(["new".to_owned()]).collect();
        assert_eq!(ids(&file), expected);
    }

    #[tokio::test]
    async fn after_the_end_only_what_is_new_comes() {
        let (simulator, client, file, _folder) = start(120).await;
        assert_eq!(go_on(&client, &file, u32::MAX).await.unwrap(), 120);
        assert_eq!(go_on(&client, &file, u32::MAX).await.unwrap(), 0);
        simulator.insert(task("new"));
        assert_eq!(go_on(&client, &file, u32::MAX).await.unwrap(), 1);
        assert_eq!(ids(&file), listed(&simulator));
    }

    #[tokio::test]
    async fn a_file_without_its_checkpoint_and_a_checkpoint_without_its_file_are_refused_and_left_alone() {
        let (_simulator, client, file, _folder) = start(150).await;
        fs::write(&file, "precious").unwrap();
        let error = go_on(&client, &file, 1).await.unwrap_err().to_string();
        assert!(error.ends_with("tasks.jsonl does not go with what is kept beside it"), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
        fs::remove_file(&file).unwrap();
        go_on(&client, &file, 1).await.unwrap();
        fs::remove_file(&file).unwrap();
        assert!(go_on(&client, &file, 1).await.is_err());
    }
}
