//! The help of `probe`.

pub(super) const OUTPUT: &str = "\
Calls:
  At most 20 requests to the service, all of them GET. What fails is not sent
  again, whatever --retries says; logins to IAM come on top. --dry-run shows the
  calls. Some ask for what the document forbids, such as limit=101: that is the
  question. HTTP 401 ends it at once, unless another identity can be had, since
  keys are locked after several; after HTTP 429 it waits ten seconds, and a
  second one ends it.

Output:
  A row for each question: what was found, what this client takes for granted,
  and whether the two agree (yes, no, not settled). Where the data do not allow
  an answer, the row says what it needs. json has the calls too, as one object;
  jsonl and csv have the findings alone.

  The report has no id, no name, no host, no text of a log or of an error, and
  no request id: only counts, names of fields, statuses, error codes, offsets of
  clocks, and the region.

  Exit code 0 tells that all was asked, whatever was found. Where it ended
  early, what there is is printed, and the exit code is 1, or 130 after
  Ctrl-C.

Sending it:
  Nothing is sent anywhere by this program. Read the report, then open an issue
  in the project's issue tracker with what -o json gives. `docs/probe.md` of the
  project tells why each is asked.";

pub(super) const EXAMPLES: &str = "  \
  dataarts --demo probe
  dataarts probe --dry-run
  dataarts --region cn-north-4 probe -o json --output probe.json";
