//! Help of `sync-tasks wait`.

pub(super) const OUTPUT: &str = "\
The task is looked at until no run goes on. Where none goes on at the first
look, the last run counts at once: begin the run in the console, then wait for
it. A task that never ran, or whose status does not tell whether a run goes on,
is waited for until --timeout, after which the exit code is 1. --for success
exits with 0 where the run succeeded and 3 where it failed, --for settled with 0
either way.

The first look has to succeed. After that, what may pass (no connection, no
answer in time, HTTP 429 and 5xx) does not end the wait; each look is tried as
often as --retries says.

Output:
  The task at the end, as `sync-tasks show` prints it. What changes meanwhile is
  told on standard error, in a line each that begins with `waiting:`.";

pub(super) const EXAMPLES: &str = "  \
  dataarts --demo sync-tasks wait 088c2b59114405ab4fbc0df5bd05202b --for settled
  dataarts sync-tasks wait 088c2b59114405ab4fbc0df5bd05202b && ./grant.sh";
