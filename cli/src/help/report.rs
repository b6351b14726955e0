//! Help of `sync-tasks report`.

pub(super) const OUTPUT: &str = "\
Output:
  One page of HTML that needs nothing else, no script, picture or font from
  elsewhere, so that it can be mailed, kept and printed. It has the totals, what
  needs care by health and cause with what to do, a timeline of last and next
  runs, and all clusters. It says what `sync-tasks health` says; see there for
  the words. Times are local, and the page says of which zone.

  The log of the last run stands with each task that needs care: 64 KiB of it at
  most, and less where all logs together would be more than 4 MiB. The page says
  what it leaves out, and where the whole is.

  With several targets there is one page of all. One that fails is told on the
  page, and the exit code is 1; where all fail, the old page stays.";

pub(super) const EXAMPLES: &str = "  \
  dataarts --demo sync-tasks report --html report.html
  dataarts --all-targets sync-tasks report --html /var/www/sync.html
  dataarts sync-tasks report --html - --cluster-type dws | gzip > report.html.gz";
