//! The help of `sync-tasks watch`.

use super::FILLED;
use crate::watch;

const INDENT: &str = "  ";

/// What is seen, which keys there are, and what is printed.
pub(super) fn output() -> String {
    let columns = u16::try_from(FILLED - INDENT.len()).unwrap_or(u16::MAX);
    let keys: Vec<String> = watch::help(columns).into_iter().map(|line| format!("{INDENT}{line}")).collect();
    format!(
        "At a terminal that can be drawn on, a live view of the tasks, with these keys:\n{}\n\n{REST}",
        keys.join("\n")
    )
}

/// Those of every command, and those of the live view in their places.
pub(super) fn exit_codes(all: &str) -> String {
    const INTERRUPTED: &str = "  130  Interrupted by Ctrl-C\n";
    let with_signals = format!(
        "  129  SIGHUP ended the live view, and the terminal was given back\n{INTERRUPTED}  143  The same of SIGTERM\n"
    );
    all.replace(INTERRUPTED, &with_signals)
}

const REST: &str = "\
A star stands before a task that changed, for three listings; as long, the names
of those that disappeared are told. HISTORY shows the health of the last ten
listings, a bar each, the higher the worse. Colours are as --color says.

Output elsewhere, and with -o jsonl or csv or TERM=dumb:
  One change a line, as soon as a listing shows it: the time of the listing,
  what changed, the task, from what to what. Changes are appeared, disappeared,
  newly-failed, recovered, schedule-switched-on, schedule-switched-off and
  edited. What comes and goes between two listings is not seen. jsonl and csv
  have these fields:

  time           Of the listing, in milliseconds since 1970
  change         One of the words above
  id, cluster_name, cluster_type
                 Of the task
  before, after  Status of the last run; where the schedule was switched, that
                 of the schedule; where it was edited, the schedule in words
  health         As `sync-tasks health` tells it
  update_user, update_time
                 Whose edit it was, and when
  first_error    Of a failure, the line of the log that says most

With --sync-status or --schedule-status, tasks are seen that have this status,
or had it until lately: that one recovered is told, and in the view it stays for
three listings. For that, tasks of every status are listed; --cluster-type and
--cluster-name make the list shorter.

Standard error has a summary of the first listing. What may pass (no connection,
no answer in time, HTTP 429 and 5xx) ends nothing: it is told there or on the
screen, and once more when it is over. Anything else, such as a refused access
key, ends the watch: more than five refusals lock the key. A list of thousands
of tasks takes many requests, of which a project has 40 in 10 seconds: choose an
--interval that leaves some to others. Without the view, SIGTERM and SIGHUP do
what they do to any program: under nohup, SIGHUP nothing.";

/// Ways to call it.
pub(super) const EXAMPLES: &str = "  \
  dataarts --demo sync-tasks watch
  dataarts sync-tasks watch --interval 5m --cluster-type dws
  dataarts sync-tasks watch -o jsonl | jq -r 'select(.change == \"recovered\").id'";
