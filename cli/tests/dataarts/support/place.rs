//! A simulator in the place of the service, IAM and the metadata service, and a home folder of one's own.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use dataarts_simulator::{Simulator, SimulatorBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::program::{Run, dataarts, run};

pub(crate) const TOKEN: &str = "MIIStokenQhZ7vXk2LmPw9";
pub(crate) const ACCESS_KEY: &str = "AKOFTHETESTQW3RTZ";
pub(crate) const SECRET_KEY: &str = "sKxQ8rTz2WvYm5NpLj7H";
pub(crate) const SECURITY_TOKEN: &str = "gQsecurityRb4TnVx6KzMd1";
pub(crate) const TEMPORARY_KEY: &str = "HSTOFTHETESTQW3RT";
pub(crate) const ID_TOKEN: &str = "eyJhbGciOiQ5wXz8RtVn3Kp";
pub(crate) const PROVIDER: &str = "idp-of-the-test";

/// Everything that the program could reach.
pub(crate) struct Place {
    pub(crate) simulator: Simulator,
    home: TempDir,
}

impl Place {
    /// With credentials of every kind.
    pub(crate) async fn start() -> Self {
        Self::of(Simulator::builder()).await
    }

    /// The same, with something more in it.
    pub(crate) async fn of(builder: SimulatorBuilder) -> Self {
        let builder = builder.generated_tasks(3, 7).token(TOKEN).access_key(ACCESS_KEY, SECRET_KEY);
        let builder = builder.temporary_access_key(TEMPORARY_KEY, SECRET_KEY, SECURITY_TOKEN);
        let simulator = builder.identity_provider(PROVIDER, ID_TOKEN).start().await.expect("a simulator");
        Self { simulator, home: tempfile::tempdir().expect("a folder") }
    }

    /// With something going wrong, in the words of the simulator's rules.
    pub(crate) async fn with_fault(rule: &str) -> Self {
        Self::of(Simulator::builder().fault(rule.parse().expect("a rule"))).await
    }

    /// The program with everything but credentials and a project; the home folder is this place's.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = dataarts(words);
        command.env("HOME", self.home.path()).env("HUAWEICLOUD_SDK_IAM_ENDPOINT", self.simulator.base_url());
        command.env("DATAARTS_ENDPOINT", self.simulator.base_url());
        command.env("DATAARTS_WORKSPACE", self.simulator.workspace());
        command
    }

    /// The same, with the project.
    pub(crate) fn command_for_project(&self, words: &str) -> Command {
        let mut command = self.command(words);
        command.env("HUAWEICLOUD_SDK_PROJECT_ID", self.simulator.project_id());
        command
    }

    /// The same, with the access key.
    pub(crate) fn command_with_key(&self, words: &str) -> Command {
        let mut command = self.command_for_project(words);
        command.env("HUAWEICLOUD_SDK_AK", ACCESS_KEY).env("HUAWEICLOUD_SDK_SK", SECRET_KEY);
        command
    }

    /// Puts a file that only its owner can read into the home folder.
    pub(crate) fn file(&self, path: &str, content: &str) -> PathBuf {
        let path = self.home.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, content).expect("a file");
        set_mode(&path, 0o600);
        path
    }

    /// A KooCLI file with this current profile, the access key, and `more` in the profile `with-key`.
    pub(crate) fn koocli(&self, current: &str, more: Value) -> PathBuf {
        let mut profile = json!({
            "name": "with-key",
            "mode": "AKSK",
            "accessKeyId": ACCESS_KEY,
            "secretAccessKey": SECRET_KEY,
        });
        profile.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let other = json!({ "name": "half", "mode": "AKSK", "accessKeyId": ACCESS_KEY });
        let file = json!({ "current": current, "profiles": [profile, other] });
        self.file(".hcloud/config.json", &file.to_string())
    }
}

#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &Path, _: u32) {}

/// What `-o json` gives of a run that ends so, with nothing on standard error.
pub(crate) fn report(command: &mut Command, code: i32) -> Value {
    let run = run(command.args(["-o", "json"]));
    assert_eq!((run.code, run.stderr.as_str()), (code, ""), "{}", run.stdout);
    check_secrets(&run);
    serde_json::from_str(&run.stdout).expect("an object")
}

/// Looks for secrets in everything that was printed: those that are known here, and whatever is as long as those that
/// the simulator makes up.
pub(crate) fn check_secrets(run: &Run) {
    let text = format!("{}{}", run.stdout, run.stderr);
    for secret in [TOKEN, SECRET_KEY, SECURITY_TOKEN, ID_TOKEN] {
        for start in 0..=secret.len() - 12 {
            assert!(!text.contains(&secret[start..start + 12]), "{secret} in {text}");
        }
    }
    let long = text.split(|letter: char| !letter.is_ascii_alphanumeric()).find(|word| {
        // A hash is hexadecimal, and no secret.
        word.len() >= 40 && !word.bytes().all(|letter| letter.is_ascii_hexdigit())
    });
    assert_eq!(long, None, "{text}");
}
