//! Whom do I ask why a cluster is not synchronised by schedule any more?
//!
//! A line for each person with the clusters whose schedule is off and that they edited last. It is a script: there is no
//! `async` and no runtime in it, with the feature `blocking` in its `Cargo.toml`.
//!
//! ```sh
//! cargo run --example blocking_script -- --demo
//! cargo test --example blocking_script
//! ```
//!
//! Without `--demo` it asks the service, as the environment says: `DATAARTS_REGION`, `DATAARTS_WORKSPACE`, and an
//! identity as `Credentials::default_chain` finds it, such as `DATAARTS_TOKEN`.

use std::collections::BTreeMap;
use std::env;
use std::error::Error as StdError;
use std::process::ExitCode;

use dataarts_security::types::ScheduleStatus;
use dataarts_security::{Client, Credentials, Error};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn StdError>> {
    if env::args().nth(1).as_deref() == Some("--demo") {
        let simulator = demo::start(dataarts_simulator::Simulator::builder().demo_data())?;
        return print(&demo::client_of(&simulator)?);
    }
    let variable = |name: &str| env::var(name).map_err(|_| format!("{name} is not set; --demo needs nothing"));
    let client = Client::builder()
        .region(variable("DATAARTS_REGION")?)
        .workspace(variable("DATAARTS_WORKSPACE")?)
        .credentials(Credentials::default_chain())
        .build()?;
    print(&client)
}

fn print(client: &Client) -> Result<(), Box<dyn StdError>> {
    for (person, clusters) in clusters_by_editor(client)? {
        // As Debug writes them, names of others cannot steer a terminal.
        println!("{person:?}: {clusters:?}");
    }
    Ok(())
}

/// The clusters whose schedule is off, by who edited their task last.
fn clusters_by_editor(client: &Client) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut clusters = BTreeMap::<String, Vec<String>>::new();
    for task in client.list_member_sync_tasks().schedule_status(ScheduleStatus::NotSchedule).iter() {
        let task = task?;
        let person = task.update_user.or(task.create_user).unwrap_or_default();
        clusters.entry(person).or_default().push(task.cluster_name.unwrap_or_default());
    }
    Ok(clusters)
}

/// The simulator is a server and needs a runtime; it gets one in a thread of its own.
mod demo {
    use std::error::Error as StdError;
    use std::sync::mpsc;

    use dataarts_security::{Client, Credentials, Error};
    use dataarts_simulator::{Simulator, SimulatorBuilder};

    /// Runs until the program ends.
    pub(super) fn start(builder: SimulatorBuilder) -> Result<Simulator, Box<dyn StdError>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (give, take) = mpsc::channel();
        std::thread::spawn(move || {
            runtime.block_on(async {
                if give.send(builder.start().await).is_ok() {
                    std::future::pending::<()>().await;
                }
            });
        });
        Ok(take.recv()??)
    }

    pub(super) fn client_of(simulator: &Simulator) -> Result<Client, Error> {
        Client::builder()
            .endpoint(simulator.base_url())
            .project_id(simulator.project_id())
            .workspace(simulator.workspace())
            .credentials(Credentials::token(simulator.token()))
            .build()
    }
}

#[cfg(test)]
mod tests {
    use dataarts_security::types::MemberSyncTask;
    use dataarts_simulator::{CannedAnswer, Simulator, StatusCode};

    use super::*;

    fn task(number: usize, status: ScheduleStatus, editor: &str) -> MemberSyncTask {
        let mut task = MemberSyncTask::default();
        task.id = Some(format!("{number:04}"));
        task.cluster_name = Some(format!("cluster_{number}"));
        task.create_user = Some("creator".to_owned());
        task.update_user = (!editor.is_empty()).then(|| editor.to_owned());
        task.schedule_status = Some(status);
        task
    }

    #[test]
    fn clusters_without_a_schedule_stand_under_who_edited_them_last() {
        let simulator = demo::start(Simulator::builder()).unwrap();
        simulator.insert(task(1, ScheduleStatus::NotSchedule, "li.na"));
        simulator.insert(task(2, ScheduleStatus::Scheduling, "li.na"));
        simulator.insert(task(3, ScheduleStatus::NotSchedule, ""));
        simulator.insert(task(4, ScheduleStatus::NotSchedule, "li.na"));
        let found = clusters_by_editor(&demo::client_of(&simulator).unwrap()).unwrap();
        let found: Vec<_> = found.iter().map(|(person, clusters)| (person.as_str(), clusters.join(" "))).collect();
        assert_eq!(found, [("creator", "cluster_3".to_owned()), ("li.na", "cluster_1 cluster_4".to_owned())]);
    }

    #[test]
    fn a_list_of_many_pages_is_read_to_its_end() {
        let tasks = (0..350).map(|number| task(number, ScheduleStatus::NotSchedule, "one")).collect();
        let simulator = demo::start(Simulator::builder().tasks(tasks)).unwrap();
        assert_eq!(clusters_by_editor(&demo::client_of(&simulator).unwrap()).unwrap()["one"].len(), 350);
    }

    #[test]
    fn what_the_service_refuses_ends_the_script() {
        let simulator = demo::start(Simulator::builder()).unwrap();
        simulator.fail_next(1, CannedAnswer::new(StatusCode::FORBIDDEN));
        let error = clusters_by_editor(&demo::client_of(&simulator).unwrap()).unwrap_err();
        assert!(error.is_forbidden(), "{error}");
    }
}
