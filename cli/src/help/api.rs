//! Help of `api`.

pub(super) const OUTPUT: &str = "\
Output:
  The body of the service's answer, byte for byte: nothing is added, nothing
  made harmless, and -o has no say. A refusal's body is printed too, without
  what it repeats of the credentials; then it is told as every failure, with
  exit code 1.

  Values are held to the bounds of the document before anything is sent.
  Operations and parameters are those of the document that the program was built
  with; the list marks what must be given with a star, and is printed in each
  format of -o.";

pub(super) const EXAMPLES: &str = "  \
  dataarts --demo api list_instances
  dataarts api --list
  dataarts api ListDataconnections --param type=DWS --param limit=5 | jq .";
