//! Help of `auth`.

pub(super) const OUTPUT: &str = "\
Output (under these names in every format, with nothing secret in it):
  source          Where the credentials come from, in words
  kind            token, access key or temporary access key
  access_key_id   Its id; none for a token
  user_name       The IAM user, and below the account, which IAM calls domain
  domain_name, domain_id
  project_name, project_id
  region          None where only an endpoint is known
  endpoint, workspace
  valid_until     Milliseconds since 1970 in json, jsonl and csv; local time in
                  a table, or \"no end\" for an access key that is not temporary,
                  or \"not told\"

What the credentials do not tell, IAM is asked for; what it does not tell either
is null in json and jsonl, empty in csv and a dash in a table.";

pub(super) const CALL_OUTPUT: &str = "\
Then comes the outcome of one call, the list of one task: in json and jsonl as
the object \"call\", in csv with call_ before each name, in a table in words:
  ok              true or false
  tasks           How many tasks there are
  status, code, message, request_id
                  What the service, or else this program, said
  advice          What to do about a failure
  canonical_request_difference
                  Only where a signature was refused because the request was
                  changed on the way: an array of lines, with - before those
                  signed here and + before the gateway's";

pub(super) const EXAMPLES: &str = "  \
  dataarts --demo auth show
  dataarts --demo auth check";

pub(super) const SHOW_EXAMPLES: &str = "  \
  dataarts --demo auth show
  dataarts auth show --profile operations
  dataarts auth show -o json | jq -r .project_id";

pub(super) const CHECK_EXAMPLES: &str = "  \
  dataarts --demo auth check
  dataarts auth check --workspace f7bc8f2a71524d268c4293974e3dc35b
  dataarts auth check -o json | jq .call.advice";
