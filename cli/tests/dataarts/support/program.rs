//! The program, in an environment without anything that could sway it.

use std::path::PathBuf;
use std::process::{self, Output};

use assert_cmd::Command;

/// Nothing listens there: whoever sends something fails with 1, not 2.
pub(crate) const NOBODY: &str = "http://127.0.0.1:9";

/// Everything that the program or its HTTP client listens to.
const VARIABLES: &[&str] = &[
    "DATAARTS_TOKEN",
    "DATAARTS_TOKEN_FILE",
    "DATAARTS_WORKSPACE",
    "DATAARTS_REGION",
    "DATAARTS_ENDPOINT",
    "HUAWEICLOUD_SDK_AK",
    "HUAWEICLOUD_SDK_SK",
    "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    "HUAWEICLOUD_SDK_PROJECT_ID",
    "HUAWEICLOUD_SDK_DOMAIN_ID",
    "HUAWEICLOUD_SDK_IDP_ID",
    "HUAWEICLOUD_SDK_ID_TOKEN_FILE",
    "HUAWEICLOUD_SDK_CREDENTIALS_FILE",
    "DATAARTS_CONFIG",
    "XDG_CONFIG_HOME",
    "COLUMNS",
    "NO_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "TERM",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
];

/// The program with these words, in a clean environment.
pub(crate) fn dataarts(words: &str) -> Command {
    Command::from_std(clean(words))
}

/// The program with these words, everything it needs but a subcommand's own options, and an endpoint to talk to.
pub(crate) fn dataarts_at(endpoint: &str, words: &str) -> Command {
    Command::from_std(std_dataarts_at(endpoint, words))
}

/// The same for a test that meets the program while it runs.
pub(crate) fn std_dataarts_at(endpoint: &str, words: &str) -> process::Command {
    let mut command = clean(words);
    command.env("DATAARTS_TOKEN", "a-token").env("DATAARTS_WORKSPACE", "a-workspace");
    command.env("HUAWEICLOUD_SDK_PROJECT_ID", "a-project").env("DATAARTS_ENDPOINT", endpoint);
    command
}

/// The program with these words, for a test that meets it while it runs.
pub(crate) fn std_dataarts(words: &str) -> process::Command {
    clean(words)
}

/// The program started by a shell in this line, where it is `"$@"`: for streams that go elsewhere.
#[cfg(unix)]
pub(crate) fn in_shell(line: &str, program: &process::Command) -> process::Command {
    let mut shell = process::Command::new("sh");
    shell.args(["-c", line, "sh"]).arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// The home folder is empty, and neither IAM nor a metadata service can be reached.
fn clean(words: &str) -> process::Command {
    let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("empty-home");
    std::fs::create_dir_all(&home).expect("a folder");
    let mut command = process::Command::new(env!("CARGO_BIN_EXE_dataarts"));
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    command.env("HOME", home).env("TZ", "UTC");
    command.env("DATAARTS_METADATA_ENDPOINT", NOBODY).env("HUAWEICLOUD_SDK_IAM_ENDPOINT", NOBODY);
    command.args(words.split_whitespace());
    command
}

/// What a run left behind.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs to the end.
pub(crate) fn run(command: &mut Command) -> Run {
    command.output().expect("the program runs").into()
}

/// Runs to the end and expects success, with nothing to say on standard error.
pub(crate) fn succeed(command: &mut Command) -> String {
    let run = run(command);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    run.stdout
}

/// Runs to the end and expects an exit code, with no data on standard output; gives what was said about it.
pub(crate) fn fail(command: &mut Command, code: i32) -> String {
    let run = run(command);
    assert_eq!(run.code, code, "{}", run.stderr);
    assert_eq!(run.stdout, "", "{}", run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run.stderr
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("text");
        let code = output.status.code().expect("an exit code, not a signal");
        Self { code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}
