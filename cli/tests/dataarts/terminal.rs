//! What a terminal sees: colours on and off, columns that fit, completions, pages for `man`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use assert_cmd::Command as Program;
use dataarts_security::Timestamp;
use dataarts_simulator::{Clock, Simulator};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::letter::{ID, failed, never_ran};
use crate::support::golden::{self, readable, without_years};
use crate::support::peer::{Answer, Peer, page};
use crate::support::place::{Place, TOKEN};
use crate::support::program::{NOBODY, dataarts, dataarts_at, fail, run, succeed};

const ESCAPE: char = '\u{1b}';

/// The program at a peer with this answer, and then nothing more to list.
fn at(answer: Value, words: &str) -> Program {
    let end = json!({ "data_connection_lists": [] });
    let ends = std::iter::repeat_n(end, 3);
    let peer = Peer::start([answer].into_iter().chain(ends).map(|body| Answer::Json(200, body)).collect());
    dataarts_at(&peer.endpoint, words)
}

fn list() -> Value {
    let healthy = json!({ "id": "1", "cluster_name": "ok", "cluster_type": "DWS", "sync_status": "SYNC_SUCCESS",
                          "schedule_status": "SCHEDULING", "sync_time": 1_080_000_000_000_i64 });
    let new = json!({ "id": "2", "cluster_name": "new", "sync_status": "PAUSED" });
    let running = json!({ "id": "3", "cluster_name": "runs", "sync_status": "SYNCING" });
    page(5, [failed(), never_ran(), healthy, new, running])
}

/// Without its codes, what is painted is what is printed without colours.
fn unpainted(text: &str) -> String {
    let mut parts = text.split(ESCAPE);
    let first = parts.next().unwrap_or_default().to_owned();
    first + &parts.map(|part| part.split_once('m').expect("a code").1).collect::<String>()
}

/// Both outputs to the letter, of a program that is made anew for each.
fn hold_to_the_letter(name: &str, code: i32, program: impl Fn() -> Program) {
    for width in ["120", "50"] {
        let print = |choice| {
            let run = run(program().env("COLUMNS", width).args(["--color", choice]));
            assert_eq!((run.code, run.stderr.as_str()), (code, ""), "{}", run.stdout);
            without_years(&run.stdout)
        };
        let (on, off) = (print("always"), print("never"));
        golden::check(&format!("{name}_colours_on.{width}_columns.txt"), &readable(&on));
        golden::check(&format!("{name}_colours_off.{width}_columns.txt"), &off);
        assert!(on.contains(ESCAPE) && !off.contains(ESCAPE), "{name}");
        assert_eq!(unpainted(&on), off, "{name}");
    }
}

#[test]
fn a_list_is_painted_by_status() {
    hold_to_the_letter("list", 0, || at(list(), "sync-tasks list"));
}

#[test]
fn a_card_and_a_table_of_ids_are_painted() {
    hold_to_the_letter("show", 0, || at(failed(), &format!("sync-tasks show {ID}")));
    let order = json!({ "resource_id": "dd97167b873d4a79b2aad54d4370a3bc", "resource_name": "治理_1", "status": 1,
                        "expire_time": 1_080_000_000_000_i64 });
    let orders = json!({ "count": 1, "commodity_orders": [order] });
    hold_to_the_letter("instances", 0, || at(orders.clone(), "instances"));
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_painted_by_severity() {
    let clock = Clock::fixed(Timestamp::from_millisecond(1_773_973_516_000));
    let simulator = Simulator::builder().demo_data().clock(clock).start().await.expect("a simulator");
    hold_to_the_letter("health", 3, || {
        let words = "sync-tasks health --at 2026-03-20T10:25:16+08:00";
        let mut command = dataarts_at(&simulator.base_url(), words);
        command.env("DATAARTS_TOKEN", simulator.token()).env("DATAARTS_WORKSPACE", simulator.workspace());
        command.env("HUAWEICLOUD_SDK_PROJECT_ID", simulator.project_id());
        command
    });
}

#[test]
fn who_is_calling_is_painted() {
    hold_to_the_letter("auth_show", 0, || {
        let mut command = dataarts_at(NOBODY, "auth show");
        // Nobody has to be asked about an access key whose project is known.
        command.env_remove("DATAARTS_TOKEN").env("HUAWEICLOUD_SDK_AK", "AK").env("HUAWEICLOUD_SDK_SK", "SK");
        command
    });
}

#[test]
fn nothing_is_painted_where_nobody_looks_or_wants_it() {
    for words in ["sync-tasks list", "sync-tasks list --color auto", "sync-tasks list --color=never"] {
        assert!(!succeed(&mut at(list(), words)).contains(ESCAPE), "{words}");
    }
    // An order wins over a wish.
    let mut command = at(list(), "sync-tasks list --color always");
    assert!(succeed(command.env("NO_COLOR", "1").env("TERM", "dumb")).contains(ESCAPE));
    for format in ["json", "jsonl", "csv"] {
        let words = format!("sync-tasks list --color always -o {format}");
        assert!(!succeed(&mut at(list(), &words)).contains(ESCAPE), "{format}");
    }
    let metrics = run(&mut at(list(), "sync-tasks health --color always -o prometheus"));
    assert!(!metrics.stdout.contains(ESCAPE) && metrics.stdout.contains("dataarts_"), "{}", metrics.stdout);
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_is_painted_unless_its_user_wants_no_colours() {
    if !is_here("script") {
        return;
    }
    let seen = |words: &str, variables: &[(&str, &str)]| {
        let program = dataarts("");
        let line = format!("{} --demo {words}", program.get_program().to_string_lossy());
        let mut terminal = Program::new("script");
        terminal.args(["-qec", &line, "/dev/null"]).env_remove("NO_COLOR").env("TERM", "xterm").env("COLUMNS", "120");
        run(terminal.envs(variables.iter().copied())).stdout
    };
    for words in ["instances", "sync-tasks health", "sync-tasks show .."] {
        assert!(seen(words, &[]).contains(ESCAPE), "{words}");
        assert!(seen(words, &[("NO_COLOR", "")]).contains(ESCAPE), "{words}");
        for variable in [("NO_COLOR", "1"), ("TERM", "dumb")] {
            assert!(!seen(words, &[variable]).contains(ESCAPE), "{words} {variable:?}");
        }
    }
    assert!(!seen("instances --color never", &[]).contains(ESCAPE));
    assert!(!seen("instances -o jsonl", &[]).contains(ESCAPE));
}

#[test]
fn a_file_is_never_painted() {
    let folder = tempfile::tempdir().expect("a folder");
    for (words, code) in [("sync-tasks list", 0), ("sync-tasks health", 3)] {
        let path = folder.path().join("output");
        let mut command = at(list(), &format!("{words} --color always"));
        assert_eq!(run(command.arg("--output").arg(&path)).code, code, "{words}");
        let text = std::fs::read_to_string(path).expect("a file");
        assert!(text.contains("财务数仓_生产") && !text.contains(ESCAPE), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_and_warnings_say_in_colour_what_they_are() {
    let refused = run(&mut at(json!({}), "sync-tasks show .. --color always"));
    assert!(readable(&refused.stderr).starts_with("\\e[1m\\e[31merror:\\e[0m TASK_ID"), "{}", refused.stderr);
    let place = Place::with_fault("list:status=503").await;
    let mut command = place.command_for_project("sync-tasks list --retries 0 -v --color always");
    let failed = readable(&run(command.env("DATAARTS_TOKEN", TOKEN)).stderr);
    for text in ["\\e[1manswer:\\e[0m ", "\\e[36mhint:\\e[0m ", "\\e[2m[0."] {
        assert!(failed.contains(text), "{text} in {failed}");
    }
}

#[test]
fn help_and_usage_errors_listen_to_the_option_too() {
    for words in ["--color always --help", "sync-tasks list --help --color=always"] {
        assert!(succeed(&mut dataarts(words)).contains(ESCAPE), "{words}");
    }
    assert!(!succeed(&mut dataarts("--help --color never")).contains(ESCAPE));
    assert!(fail(&mut dataarts("sync-tasks list --nonsense --color always"), 2).contains(ESCAPE));
    assert!(!fail(&mut dataarts("sync-tasks list --nonsense"), 2).contains(ESCAPE));
    assert!(fail(&mut dataarts("auth show --color blue"), 2).contains("auto, always, never"));
}

/// Names of every kind of width: long, wide, combined, joined.
fn names() -> [String; 5] {
    [
        "数据仓库_生产环境_用户同步_".repeat(4),
        "a_name_without_end_".repeat(5),
        "e\u{301}".repeat(30),
        "👩\u{200d}💻🇨🇳".repeat(12),
        "x".into(),
    ]
}

/// A record for each name, with an id of its own.
fn with_names(id: &str, fields: &[&str], more: &Value) -> Vec<Value> {
    let record = |(number, name): (usize, &String)| {
        let mut record = more.clone();
        record[id] = json!(format!("{number:032x}"));
        for field in fields {
            record[*field] = json!(name);
        }
        record
    };
    names().iter().enumerate().map(record).collect()
}

#[test]
fn nothing_is_wider_than_the_terminal() {
    let task = json!({ "cluster_type": "DWS", "sync_status": "SYNC_FAIL", "schedule_status": "SCHEDULING",
                       "schedule_start_hour": 0, "schedule_end_hour": 23, "schedule_period": "MINUTE",
                       "schedule_interval": 30, "sync_time": 1_710_901_516_000_i64 });
    let tasks = with_names("id", &["cluster_name", "sync_msg", "create_user"], &task);
    let connections = with_names("dw_id", &["dw_name", "create_user"], &json!({ "dw_type": "DWS", "create_time": 1 }));
    let instances = with_names("resource_id", &["resource_name"], &json!({ "expire_time": 1_710_901_516_000_i64 }));
    for width in [40_usize, 60, 80, 120] {
        for (words, answer) in [
            ("sync-tasks list", page(5, tasks.clone())),
            ("sync-tasks health --fail-on never", page(5, tasks.clone())),
            ("sync-tasks show 1", tasks[0].clone()),
            ("sync-tasks show 1", tasks[3].clone()),
            ("connections", json!({ "data_connection_lists": connections.clone() })),
            ("instances", json!({ "count": 5, "commodity_orders": instances.clone() })),
        ] {
            for choice in ["never", "always"] {
                let words = format!("{words} --color {choice}");
                let text = unpainted(&succeed(at(answer.clone(), &words).env("COLUMNS", width.to_string())));
                for line in text.lines() {
                    assert!(line.width() <= width, "{words} at {width}: {line}\n{text}");
                }
            }
        }
    }
}

#[test]
fn columns_stand_below_each_other_beside_wide_characters() {
    let named = |name: &str| json!({ "id": name, "cluster_name": name, "cluster_type": "DWS" });
    let tasks = ["数据仓库", "e\u{301}e\u{301}", "👩\u{200d}💻", "plain"].map(named);
    for width in ["", "120"] {
        let text = succeed(at(page(4, tasks.clone()), "sync-tasks list").env("COLUMNS", width));
        let places: Vec<usize> =
            text.lines().skip(1).map(|line| line.split_once("DWS").expect(line).0.width()).collect();
        assert_eq!(places, [10; 4], "{text}");
    }
}

#[test]
fn the_demo_fits_a_narrow_terminal() {
    for words in
        ["sync-tasks list", "sync-tasks health --fail-on never", "connections", "workspaces", "auth show", "api"]
    {
        let text = succeed(dataarts(&format!("--demo {words}")).env("COLUMNS", "40"));
        assert!(text.lines().all(|line| line.width() <= 40), "{words}: {text}");
    }
}

/// Whether this program is here.
fn is_here(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

/// What `program` says of `input`, with an exit code of 0.
fn ask(program: &str, words: &[&str], input: &str) -> String {
    let mut command = Command::new(program);
    let pipes = command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().expect("a program");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("a reader");
    let output = child.wait_with_output().expect("an end");
    let (said, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{error}");
    format!("{said}{error}")
}

#[test]
fn every_shell_is_told_all_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = succeed(&mut dataarts(&format!("completions {shell}")));
        for name in ["sync-tasks", "uncovered", "connections", "completions", "no-progress", "checkpoint", "SYNC_FAIL"]
        {
            // What takes values of its own is not told to every shell.
            assert!(script.contains(name) || name == "SYNC_FAIL", "{name} for {shell}");
        }
        if is_here(shell) && ["bash", "zsh", "fish"].contains(&shell) {
            let check = if shell == "fish" { "--no-execute" } else { "-n" };
            assert_eq!(ask(shell, &[check], &script), "");
        }
    }
    assert!(fail(&mut dataarts("completions tcsh"), 2).contains("bash"));
}

#[test]
fn bash_completes_commands_options_and_values() {
    if !is_here("bash") {
        return;
    }
    let script = succeed(&mut dataarts("completions bash"));
    let complete = |line: &str| {
        let words = line.split(' ').collect::<Vec<_>>();
        let (last, before) = (words[words.len() - 1], words[words.len() - 2]);
        let call = format!(
            "{script}\ncomplete -p dataarts\nCOMP_WORDS=({line})\nCOMP_CWORD={}\n_dataarts dataarts '{last}' '{before}'\n\
             printf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
            words.len() - 1
        );
        let said = ask("bash", &[], &call);
        assert!(said.starts_with("complete "), "{said}");
        said.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(complete("dataarts sync-tasks l"), ["list"]);
    assert_eq!(complete("dataarts sync-tasks list --che"), ["--checkpoint"]);
    assert_eq!(complete("dataarts sync-tasks list --color a"), ["auto", "always"]);
}

#[test]
fn pages_for_man_are_written_without_a_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = dataarts("man --directory");
    assert_eq!(succeed(command.arg(folder.path())), "");
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("a page");
        if is_here("groff") {
            assert_eq!(ask("groff", &["-man", "-Tutf8", "-ww", "-z", "-Kutf8"], &text), "", "{}", path.display());
        }
        pages.push(path.file_name().expect("a name").to_string_lossy().into_owned());
    }
    for name in ["dataarts.1", "dataarts-sync-tasks.1", "dataarts-sync-tasks-list.1", "dataarts-completions.1"] {
        assert!(pages.iter().any(|page| page == name), "{name} in {pages:?}");
    }
    let page = succeed(&mut dataarts("man sync-tasks list"));
    assert_eq!(std::fs::read_to_string(folder.path().join("dataarts-sync-tasks-list.1")).expect("a page"), page);
}
