//! Help of the lists that tell ids, and of `sync-tasks uncovered`.

pub(super) const OUTPUT: &str = "\
Output:
  A table shows the most telling fields, json, jsonl and csv all of them, under
  the service's own names. Times are milliseconds since 1970 there, and local
  time in a table. Where a table is wider than the terminal, each field has a
  line. No order is documented.

  A listing that breaks off ends with exit code 1, and its json array is not
  closed. Text of the service is made harmless, as `dataarts sync-tasks list
  --help` tells.";

pub(super) const UNCOVERED_OUTPUT: &str = "\
Data connections of the types DWS and RANGER (MRS) can have a task; one is shown
if no task of the instance names it. Those of other workspaces are not looked
at: choose one with --workspace.";

pub(super) const UNCOVERED_EXAMPLES: &str = "  \
  dataarts --demo sync-tasks uncovered
  dataarts sync-tasks uncovered -o csv > uncovered.csv";

pub(super) const INSTANCES_EXAMPLES: &str = "  \
  dataarts --demo instances
  dataarts --region cn-north-4 instances -o jsonl | jq -r .resource_id";

pub(super) const WORKSPACES_EXAMPLES: &str = "  \
  dataarts --demo workspaces
  dataarts workspaces dd97167b873d4a79b2aad54d4370a3bc -o csv";

pub(super) const CONNECTIONS_EXAMPLES: &str = "  \
  dataarts --demo connections
  dataarts connections --type dws --name sales -o json";
