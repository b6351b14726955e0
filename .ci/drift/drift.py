"""Compares openapi/dataarts-security.yaml with the newest release of the official Python SDK: names, types, parameters.

The SDK is foreign code: it is fetched, unpacked and parsed, and never imported or run.

exit codes:
  0  every difference is explained in .ci/drift/explained.yaml
  3  drift: a difference without an explanation, or an explanation that fits no difference any more
  1  it could not be done, such as without a network or with an SDK that cannot be read
  2  the command line is wrong

fields of the object that --json prints:
  package      the name of the SDK's package
  version      its version, null where a directory does not tell it
  newest       whether that was asked for as the newest release
  document     the document that it was compared with
  compared     the official names of the operations that both have
  elsewhere    how many operations of other areas the SDK has
  drift        true with exit code 3, false with 0
  differences  objects with kind (added: the SDK alone has it; removed: the document alone has it; changed;
               uncovered: an operation of our area that the document leaves out), place, ours and theirs (null where
               one side has nothing), and reason (null where it is not explained)
  stale        explanations that fit no difference any more, with the same fields
  lacking      what the document tells and the SDK does not: objects with place, what and ours
  error        alone, with exit code 1: why it could not be done
"""

import argparse
import json
import re
import sys
from pathlib import Path

import compare
import document
import explained
import fetch
from facts import CannotCompare
from report import Outcome, printable
from sdk import Sdk

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DOCUMENT = ROOT / "openapi" / "dataarts-security.yaml"
EXPLAINED = HERE / "explained.yaml"
ROOM = ROOT / "target" / "ci" / "drift"

NO_DRIFT, IMPOSSIBLE, DRIFT = 0, 1, 3


def version(text):
    if not re.fullmatch(fetch.VERSION, text):
        raise argparse.ArgumentTypeError(f"{text!r} is no version, such as 3.1.219")
    return text


def arguments(words):
    description, _, epilog = __doc__.partition("\n\nexit codes:")
    parser = argparse.ArgumentParser(
        prog=".ci/drift/run",
        description=description,
        epilog=f"exit codes:{epilog}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a report")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--sdk-version", metavar="V", type=version, help="compare with this release, not the newest")
    which.add_argument("--sdk", metavar="DIR", type=Path, help="compare with an SDK that is unpacked in DIR")
    return parser.parse_args(words)


def outcome(given, ours, reasons, room):
    is_newest = not given.sdk and not given.sdk_version
    directory = given.sdk or fetch.fetch(given.sdk_version or fetch.newest(), room)
    theirs = Sdk(directory)
    comparison = compare.compare(document.read(ours), theirs.operations)
    name = ours.relative_to(ROOT) if ours.is_relative_to(ROOT) else ours
    return Outcome(theirs.version, is_newest, str(name), comparison, explained.read(reasons))


def main(words, ours=DOCUMENT, reasons=EXPLAINED, room=ROOM):
    given = arguments(words)
    try:
        told = outcome(given, ours, reasons, room)
    except (CannotCompare, RecursionError) as error:
        print(printable(f"drift: it could not be compared: {error}"), file=sys.stderr)
        if given.json:
            print(json.dumps({"error": str(error)}, indent=2))
        return IMPOSSIBLE
    print(told.as_json() if given.json else told.as_text())
    return DRIFT if told.drifted else NO_DRIFT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
