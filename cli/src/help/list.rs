//! Help of `sync-tasks list` and `show`.

pub(super) const OUTPUT: &str = "\
Output:
  Tasks are printed as they arrive, except where all are needed first: for a
  table, and for an order that is sorted here. Times are milliseconds since 1970
  in json, jsonl and csv, and local time in a table.

  A listing that breaks off ends with exit code 1, and its json array is not
  closed.

  With --output, the file is replaced in one step when the list is complete.

  While a list takes longer than a second, standard error has a progress bar, if
  it is a terminal where nothing else is written: not with -v, and not where
  json, jsonl or csv go to the terminal or into a pipe, which may end there.

  Text of the service is made harmless: json and jsonl escape control and
  bidirectional characters; table and csv leave them out, and csv puts an
  apostrophe before a text that a spreadsheet would take for a formula (one that
  starts with = + - @, at its beginning or after a semicolon). A table shows up
  to 1,000 characters of a field.";

pub(super) const EXAMPLES: &str = "  \
  dataarts --demo sync-tasks list
  dataarts sync-tasks list --sync-status sync_fail --order-by sync_time --desc
  dataarts sync-tasks list --cluster-type dws -o csv > tasks.csv
  dataarts sync-tasks list -o jsonl --output tasks.jsonl";

pub(super) const SHOW_EXAMPLES: &str = "  \
  dataarts --demo sync-tasks show 088c2b59114405ab4fbc0df5bd05202b
  dataarts sync-tasks show 088c2b59114405ab4fbc0df5bd05202b -o json";
