//! Where there are colours, and which: to the letter, by option and variable, and on a terminal of the test's own.

use assert_cmd::Command as Program;
use dataarts_security::Timestamp;
use dataarts_simulator::{Clock, Simulator};
use serde_json::{Value, json};
#[cfg(unix)]
use vt100::Color;

use crate::letter::{ID, failed, never_ran};
use crate::support::golden::{self, readable, without_years};
use crate::support::peer::{Answer, Peer, page};
use crate::support::place::{Place, TOKEN};
use crate::support::program::{NOBODY, dataarts, dataarts_at, fail, run, succeed};
#[cfg(unix)]
use crate::support::program::{in_shell, std_dataarts};
#[cfg(unix)]
use crate::support::terminal::Terminal;

const ESCAPE: char = '\u{1b}';
/// Lines of a terminal.
#[cfg(unix)]
const LINES: u16 = 60;

/// The program at a peer with this answer, and then nothing more to list.
pub(super) fn at(answer: Value, words: &str) -> Program {
    let end = json!({ "data": [], "data_connection_lists": [], "total": 0, "tasks": [] });
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
pub(super) fn unpainted(text: &str) -> String {
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

#[test]
fn lists_that_tell_ids_have_headings_and_quiet_ages() {
    let created = 1_080_000_000_000_i64;
    let connection = json!({ "dw_id": "3190d3fa8bad4de19c20572b181eb00c", "dw_name": "dws_0319", "dw_type": "DWS",
                             "create_time": created });
    let connections = json!({ "data_connection_lists": [connection] });
    hold_to_the_letter("connections", 0, || at(connections.clone(), "connections"));
    hold_to_the_letter("uncovered", 0, || at(connections.clone(), "sync-tasks uncovered"));
    let workspace = json!({ "id": "f7bc8f2a71524d268c4293974e3dc35b", "name": "生产", "member_num": 12,
                            "create_time": created });
    let workspaces = json!({ "count": 1, "data": [workspace] });
    hold_to_the_letter("workspaces", 0, || at(workspaces.clone(), "workspaces i"));
}

#[test]
fn the_end_of_a_wait_is_painted_as_the_task_is() {
    hold_to_the_letter("wait", 0, || at(failed(), &format!("sync-tasks wait {ID} --for settled")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_probe_found_is_painted_by_whether_it_agrees() {
    let clock = Clock::fixed(Timestamp::from_millisecond(1_773_973_516_000));
    let habits = "past-end=last,unset=null,log-zone=+01:00,offset=pages".parse().expect("habits");
    let place = Place::of(Simulator::builder().habits(habits).demo_data().generated_tasks(80, 7).clock(clock)).await;
    hold_to_the_letter("probe", 0, || {
        let mut command = place.command_for_project("probe");
        command.env("DATAARTS_TOKEN", TOKEN);
        command
    });
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

/// What the demo, started by a shell in these words, leaves on a terminal once `last` stands there.
#[cfg(unix)]
fn screen(line: &str, words: &str, variables: &[(&str, &str)], last: &str) -> Terminal {
    let mut program = std_dataarts(&format!("--demo {words}"));
    program.envs(variables.iter().copied());
    let mut terminal = Terminal::start(&in_shell(line, &program), 120, LINES);
    terminal.until_shown(last);
    terminal
}

#[cfg(unix)]
fn is_painted(terminal: &Terminal) -> bool {
    let mut cells = (0..LINES).flat_map(|line| (0..120).map(move |column| (line, column)));
    cells.any(|(line, column)| {
        let cell = terminal.cell(line.into(), column);
        cell.fgcolor() != Color::Default || cell.bold() || cell.dim()
    })
}

/// Started just so.
#[cfg(unix)]
const PLAINLY: &str = "exec \"$@\"";

#[cfg(unix)]
#[test]
fn a_terminal_is_painted_unless_its_user_wants_no_colours() {
    for (words, last) in
        [("instances", "dayu.advanced"), ("sync-tasks health", "which is assumed"), ("sync-tasks show ..", "TASK_ID")]
    {
        let seen = |line, variables: &[_]| is_painted(&screen(line, words, variables, last));
        assert!(seen(PLAINLY, &[]), "{words}");
        assert!(seen(PLAINLY, &[("NO_COLOR", "")]), "{words}");
        assert!(!seen(PLAINLY, &[("NO_COLOR", "1")]), "{words}");
        assert!(!seen("TERM=dumb; export TERM; exec \"$@\"", &[]), "{words}");
    }
    for words in ["instances --color never", "instances -o jsonl"] {
        assert!(!is_painted(&screen(PLAINLY, words, &[], "dayu.advanced")), "{words}");
    }
}

#[cfg(unix)]
#[test]
fn each_stream_has_colours_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("stream");
    let of_file = || std::fs::read_to_string(&path).expect("a file");
    let variables = [("STREAM", path.to_str().expect("a path"))];
    let refused = screen("exec \"$@\" > \"$STREAM\"", "sync-tasks show ..", &variables, "TASK_ID");
    let word = refused.cell(0, 0);
    assert_eq!((word.contents(), word.fgcolor(), word.bold()), ("e", Color::Idx(1), true));
    assert_eq!(refused.cell(0, "error: ".len()).fgcolor(), Color::Default);
    let refused = screen("\"$@\" 2> \"$STREAM\"; echo end", "sync-tasks show ..", &variables, "end");
    assert!(!is_painted(&refused));
    assert!(of_file().starts_with("error: TASK_ID"), "{}", of_file());
    let listed = screen("\"$@\" > \"$STREAM\"; echo end", "instances", &variables, "end");
    assert!(!is_painted(&listed) && of_file().starts_with("INSTANCE "), "{}", of_file());
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
