//! Help of `sync-tasks health`.

pub(super) const OUTPUT: &str = "\
Health (worst first; the first that fits counts):
  abandoned  The last run failed, and the schedule is off: nothing tries again
  failing    The last run failed; the schedule tries again
  stuck      A run goes on for over 30 minutes
  overdue    The schedule is on, and the next run is more than 30 minutes late
  never-ran  No run yet, and none is late
  unknown    The service does not tell enough, or in a word that is not known
             here
  stale      The last run succeeded longer ago than --stale-after, and there is
             no schedule
  running    A run goes on
  healthy    The last run succeeded, and the next is not late

Output:
  A table has the tasks in groups, the worst first, of one cause each, with what
  to do. json has the same as one object, jsonl and csv a task a line, all as
  `docs/health.md` of the project says; that names the metrics of -o prometheus,
  too. Nothing is printed or written unless all tasks were read.

  The service says nowhere on which clock a schedule goes: the region's own is
  assumed, and where that is not known +08:00. The output says which one it was.";

pub(super) const EXAMPLES: &str = "  \
  dataarts --demo sync-tasks health
  dataarts sync-tasks health --fail-on overdue || mail -s sync operations
  dataarts sync-tasks health -o json | jq '.groups[] | .health, .tasks[].id'
  dataarts sync-tasks health -o prometheus --fail-on never --output sync.prom";
