//! `sync-tasks list --output FILE`, and with `--checkpoint`: killed at any moment and run again.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use assert_cmd::Command as Finished;
use dataarts_simulator::Simulator;
use serde_json::Value;

use crate::support::program::{fail, run, std_dataarts_at, succeed};

fn command(simulator: &Simulator, words: &str, folder: &Path) -> Command {
    let mut command = std_dataarts_at(&simulator.base_url(), words);
    command.env("DATAARTS_TOKEN", simulator.token()).env("DATAARTS_WORKSPACE", simulator.workspace());
    command.env("HUAWEICLOUD_SDK_PROJECT_ID", simulator.project_id()).current_dir(folder);
    command
}

fn ids(jsonl: &str) -> Vec<String> {
    jsonl.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned()).collect()
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Kills the program as soon as the service has seen so many requests more; false if it was done before.
fn kill_after(simulator: &Simulator, requests: usize, command: &mut Command) -> bool {
    let before = simulator.requests().len();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return false;
        }
        if simulator.requests().len() >= before + requests {
            child.kill().unwrap();
            child.wait().unwrap();
            return true;
        }
        std::thread::yield_now();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_and_run_again_the_file_holds_every_task_exactly_once() {
    const WORDS: &str = "sync-tasks list --pace off --page-size 10 --output tasks --checkpoint place -o";
    for (format, first) in [("jsonl", 1), ("csv", 3), ("jsonl", 8)] {
        let simulator = Simulator::builder().generated_tasks(500, first as u64).start().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let words = format!("{WORDS} {format}");
        let mut stayed: BTreeSet<String> = simulator.tasks().into_iter().filter_map(|task| task.id).collect();
        let (mut kills, mut requests) = (0, first);
        while kill_after(&simulator, requests, &mut command(&simulator, &words, folder.path())) {
            kills += 1;
            assert!(kills < 100, "it never ends");
            // The list changes before and behind the place, from which the next run goes on.
            for task in simulator.tasks().into_iter().skip(kills * 13 % 50).step_by(97) {
                let id = task.id.clone().unwrap();
                simulator.remove(&id);
                stayed.remove(&id);
            }
            requests = 1 + requests * 7 % 23;
        }
        assert!(kills > 3, "{kills} kills");
        let text = fs::read_to_string(folder.path().join("tasks")).unwrap();
        let listed = match format {
            "jsonl" => ids(&text),
            _ => {
                let mut reader = csv::Reader::from_reader(text.as_bytes());
                let column = reader.headers().unwrap().iter().position(|name| name == "id").unwrap();
                reader.records().map(|record| record.unwrap()[column].to_owned()).collect()
            }
        };
        let distinct: BTreeSet<String> = listed.iter().cloned().collect();
        assert_eq!(distinct.len(), listed.len(), "a task stands there twice");
        assert!(stayed.is_subset(&distinct), "missed {:?}", stayed.difference(&distinct).collect::<Vec<_>>());
        assert_eq!(files(folder.path()), ["tasks"], "the place is gone once the list is complete");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_wrote_beyond_its_place_is_cut_off() {
    let simulator = Simulator::builder().generated_tasks(100, 5).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let words = "sync-tasks list --pace off --page-size 10 -o jsonl --concurrency 1 --output tasks --checkpoint place";
    simulator.add_rule("list,page=5,times=1:status=400".parse().unwrap());
    let stopped = run(&mut Finished::from_std(command(&simulator, words, folder.path())));
    assert_eq!(stopped.code, 1);
    assert!(stopped.stderr.contains("run it again to go on from place"), "{}", stopped.stderr);
    assert!(stopped.stderr.lines().count() <= 3, "{}", stopped.stderr);
    let path = folder.path().join("tasks");
    let kept = fs::read_to_string(&path).unwrap();
    assert!(ids(&kept).len() >= 10);
    // Longer than all that is still to be written, so that nothing but the cut removes it.
    let beyond = "{\"id\": \"not vouched for\"}\n".repeat(100_000);
    fs::write(&path, format!("{kept}{beyond}{{\"id\": \"half a li")).unwrap();
    assert_eq!(succeed(&mut Finished::from_std(command(&simulator, words, folder.path()))), "");
    let all: BTreeSet<String> = simulator.tasks().into_iter().filter_map(|task| task.id).collect();
    let listed = ids(&fs::read_to_string(&path).unwrap());
    assert_eq!((listed.len(), listed.into_iter().collect::<BTreeSet<_>>()), (100, all));
}

#[tokio::test(flavor = "multi_thread")]
async fn to_a_pipe_a_task_comes_at_least_once() {
    let simulator = Simulator::builder().generated_tasks(100, 5).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let words = "sync-tasks list --pace off --page-size 10 -o jsonl --checkpoint place";
    simulator.add_rule("list,page=5,times=1:status=400".parse().unwrap());
    let first = run(&mut Finished::from_std(command(&simulator, words, folder.path())));
    assert_eq!(first.code, 1, "{}", first.stderr);
    let second = succeed(&mut Finished::from_std(command(&simulator, words, folder.path())));
    let listed: BTreeSet<String> = ids(&first.stdout).into_iter().chain(ids(&second)).collect();
    assert_eq!(listed.len(), 100);
    assert!(ids(&second).len() < 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_does_not_fit_is_refused_and_nothing_is_written() {
    let simulator = Simulator::builder().generated_tasks(100, 5).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let words = "sync-tasks list --pace off --page-size 10 --checkpoint place";
    simulator.add_rule("list,page=5,times=1:status=400".parse().unwrap());
    run(&mut Finished::from_std(command(&simulator, &format!("{words} -o jsonl --output tasks"), folder.path())));
    let (place, tasks) = (folder.path().join("place"), folder.path().join("tasks"));
    let (kept, written) = (fs::read_to_string(&place).unwrap(), fs::read(&tasks).unwrap());
    let refused = |words: &str| {
        let message = fail(&mut Finished::from_std(command(&simulator, words, folder.path())), 2);
        assert_eq!(fs::read(&tasks).unwrap(), written, "{message}");
        message
    };
    for (other, reason) in [
        ("-o csv --output tasks", "in the format jsonl"),
        ("-o jsonl", "to a file"),
        ("-o jsonl --output tasks --sync-status sync_fail", "another request"),
        ("-o json --output tasks", "-o jsonl or csv"),
        ("-o table", "-o jsonl or csv"),
        ("-o jsonl --desc", "--desc"),
        ("-o jsonl --max 3", "--max"),
    ] {
        let message = refused(&format!("{words} {other}"));
        assert!(message.contains(reason), "{other}: {message}");
    }
    for damaged in [kept.replace("\"ids\":[\"", "\"ids\":[\"0"), kept[..kept.len() / 2].to_owned(), String::new()] {
        fs::write(&place, damaged).unwrap();
        let message = refused(&format!("{words} -o jsonl --output tasks"));
        assert!(message.contains("delete it to start the listing over"), "{message}");
    }
    fs::write(&place, &kept).unwrap();
    fs::write(&tasks, "short").unwrap();
    let message = fail(
        &mut Finished::from_std(command(&simulator, &format!("{words} -o jsonl --output tasks"), folder.path())),
        2,
    );
    assert!(message.contains("tasks has 5 bytes") && message.contains("vouches for"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_output_file_appears_when_the_list_is_complete() {
    let simulator = Simulator::builder().generated_tasks(100, 5).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let words = "sync-tasks list --pace off --page-size 10 -o jsonl --output tasks";
    let path = folder.path().join("tasks");
    fs::write(&path, "old").unwrap();
    simulator.add_rule("list,page=5,times=1:status=400".parse().unwrap());
    let message = fail(&mut Finished::from_std(command(&simulator, words, folder.path())), 1);
    assert!(message.contains("tasks was left as it was"), "{message}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(succeed(&mut Finished::from_std(command(&simulator, words, folder.path()))), "");
    assert_eq!(ids(&fs::read_to_string(&path).unwrap()).len(), 100);
    assert_eq!(files(folder.path()), ["tasks"]);
    let nowhere = "sync-tasks list -o jsonl --output no/such/folder/tasks";
    let message = fail(&mut Finished::from_std(command(&simulator, nowhere, folder.path())), 2);
    assert!(message.contains("--output no/such/folder/tasks: its folder is not there"), "{message}");
}
