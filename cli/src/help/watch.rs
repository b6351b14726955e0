//! The help of `sync-tasks watch`.

/// What is seen, which keys there are, and what is printed.
pub(super) const OUTPUT: &str = "\
At a terminal, a live view of the tasks:
  up k, down j, page up, page down, home, end   Select a task
  /            Filter by a part of name, id, status or health; Enter keeps it, Esc clears it
  s, S         Sort by severity, name, last run or next due, in turn; turn the order around
  f            Only tasks that are not well, or all
  Enter, Esc   Read the log of the task; back to the tasks
  r, space     List now
  ?            The keys
  q, Ctrl-C    Quit: exit code 0, or 130
A star stands before a task that changed, for three listings. HISTORY shows the health of the last
ten listings, a bar each, the higher the worse. Colours are left out where NO_COLOR is set.
Elsewhere, and with -o jsonl or csv, one change a line, as soon as a listing shows it: the time of
the listing, what changed, the task, from what to what. Changes are appeared, disappeared,
newly-failed, recovered, schedule-switched-on, schedule-switched-off and edited. What comes and goes
between two listings is not seen. jsonl and csv have these fields:
  time          Of the listing, in milliseconds since 1970
  change        One of the words above
  id, cluster_name, cluster_type
  before, after Of the status of the last run; where the schedule was switched, of that of the
                schedule; where it was edited, of the schedule in words
  health        As `sync-tasks health` tells it
  update_user, update_time
                Whose edit it was, and when
  first_error   Of a failure, the line of the log that says most
Standard error has a summary of the first listing. What may pass (no connection, no answer in time,
HTTP 429 and 5xx) ends nothing: it is told there or on the screen, and once more when it is over.
Anything else, such as a refused access key, ends the watch: more than five refusals lock the key.
A list of thousands of tasks takes many requests, of which a project has 40 in 10 seconds: choose an
--interval that leaves some to others.";

/// Ways to call it.
pub(super) const EXAMPLES: &str = "  \
  dataarts --demo sync-tasks watch
  dataarts sync-tasks watch --interval 5m --cluster-type dws
  dataarts sync-tasks watch -o jsonl | jq -r 'select(.change == \"newly-failed\").cluster_name'";
