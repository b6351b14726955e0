//! Help of the program as a whole.

use crate::environment::{
    ACCESS_KEY, COLUMNS, CONFIG, CREDENTIALS_FILE, DOMAIN_ID, ENDPOINT, IAM_ENDPOINT, ID_TOKEN_FILE, IDENTITY_PROVIDER,
    METADATA_ENDPOINT, NO_COLOR, PROJECT_ID, REGION, SECRET_KEY, SECURITY_TOKEN, TERM, TOKEN, TOKEN_FILE, WORKSPACE,
};

pub(super) const CREDENTIALS: &str = "\
Credentials come from the first of these that is configured; where it is and
does not work, the command fails:
  1. the environment: a token, a token in a file, an identity provider, an
     access key
  2. ~/.huaweicloud/credentials, the official SDKs' file: its section [basic]
  3. ~/.hcloud/config.json, KooCLI's file: its current profile
  4. the agency of the Elastic Cloud Server that the program runs on, from its
     metadata service

With --profile, from that profile alone: [basic] or [global] of the SDKs' file,
or KooCLI's of this name. Without --region and --endpoint, the region is the one
of KooCLI's profile or of the server.";

pub(super) const TARGETS: &str = "\
Targets are places by names, in ~/.config/dataarts/config.toml (below
XDG_CONFIG_HOME, if set):
  [targets.prod]
  region = \"cn-north-4\"       # or endpoint = \"https://…\"
  project_id = \"…\"            # if credentials and region do not tell it
  workspace = \"…\"
  profile = \"operations\"      # if the credentials are those of a profile

With --target prod any command goes there, and the environment has no say in the
place. `sync-tasks list`, `health`, `report` and `uncovered` take several at
once, or --all-targets. Up to eight are read at the same time, and each row says
its target. A task that several targets of one endpoint and project have is
shown once, of the first. A target that fails is told on standard error by its
name; the others are printed, and the exit code is 1.";

pub(super) const EXAMPLES: &str = "  \
  dataarts --demo sync-tasks list
  dataarts --region cn-north-4 auth check
  dataarts --region cn-north-4 workspaces
  dataarts sync-tasks list -v --timeout 30s --retries 1
  dataarts --region cn-north-4 sync-tasks list --sync-status sync_fail
  dataarts sync-tasks list -o jsonl | jq -r .cluster_name
  dataarts sync-tasks show 088c2b59114405ab4fbc0df5bd05202b
  dataarts --all-targets sync-tasks health";

/// Every variable that is listened to.
pub(super) fn environment() -> String {
    let variables = [
        (TOKEN, "IAM token of project scope"),
        (TOKEN_FILE, "File with such a token, read each time"),
        (IDENTITY_PROVIDER, "Id of an identity provider, together with:"),
        (ID_TOKEN_FILE, "File with the identity token that it gave"),
        (ACCESS_KEY, "Access key, together with:"),
        (SECRET_KEY, "Its secret key"),
        (SECURITY_TOKEN, "Security token, if the key is temporary"),
        (CREDENTIALS_FILE, "The official SDKs' file, if it is elsewhere"),
        (PROJECT_ID, "As --project-id"),
        (DOMAIN_ID, "Id of the account of these credentials"),
        (WORKSPACE, "As --workspace"),
        (REGION, "As --region"),
        (ENDPOINT, "As --endpoint; wins over DATAARTS_REGION"),
        (IAM_ENDPOINT, "Address of IAM, if not the region's own"),
        (METADATA_ENDPOINT, "Metadata service, if at another address"),
        (CONFIG, "The file of targets, if it is elsewhere"),
        (COLUMNS, "Width of tables, instead of the terminal's"),
        (NO_COLOR, "No colours, whatever it is; --color wins"),
        (TERM, "dumb: no colours, progress bar or live view"),
    ];
    let rows: Vec<String> = variables.iter().map(|(name, meaning)| format!("  {name:<34}{meaning}")).collect();
    format!(
        "Environment (an option wins over its variable; an empty one counts as unset):\n{}\n\n{}",
        rows.join("\n"),
        "Secrets have no option: a command line can be read by every user of a machine."
    )
}
