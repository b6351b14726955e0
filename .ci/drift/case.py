"""Our document beside SDKs that never were; they come from copies of it that are changed.

Every file of every such SDK would leave a mark if it were imported or run.
"""

import contextlib
import copy
import io
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

import drift
from made_up import MadeUpSdk
from sdk import PACKAGE

OURS = yaml.safe_load(drift.DOCUMENT.read_text(encoding="utf-8"))
TASKS = "/v1/{project_id}/security/member-sync-tasks"
TASK = f"{TASKS}/{{task_id}}"
LIST = "ListSecurityMemberSyncTasks"
SHOW = "ShowSecurityMemberSyncTask"
TEXT = {"type": "string"}
ODD = f"the SDK's operation {LIST} has a shape that is not understood"


def listing(document):
    return document["paths"][TASKS]["get"]


def parameter(document, name):
    return next(each for each in listing(document)["parameters"] if each.get("name") == name)


def add_parameter(name):
    new = {"name": name, "in": "query", "schema": TEXT}
    return lambda document: listing(document)["parameters"].append(new)


def only_list(document):
    document["paths"] = {TASKS: document["paths"][TASKS]}


def schema(document, name):
    return document["components"]["schemas"][name]


def task_field(document, name):
    return schema(document, "MemberSyncTask")["properties"][name]


def operation(name):
    """An operation that asks for nothing."""
    answer = {"content": {"application/json": {"schema": {"type": "object", "properties": {"id": TEXT}}}}}
    return {"x-huawei-operation": name, "responses": {"200": answer}}


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        room = tempfile.TemporaryDirectory()
        self.addCleanup(room.cleanup)
        self.room = Path(room.name)
        self.mark = self.room / "mark"
        self.trap = f"open({str(self.mark)!r}, 'w').close()"
        self.addCleanup(self.assert_nothing_ran)

    def assert_nothing_ran(self):
        self.assertFalse(self.mark.exists(), "code of the SDK ran")
        self.assertFalse([name for name in sys.modules if name.startswith(PACKAGE)])

    def made_up(self, change=None, document=OURS, name="sdk", **options):
        """An SDK that says what our document says, but for the change."""
        theirs = copy.deepcopy(document)
        if change:
            change(theirs)
        return MadeUpSdk(self.room / name, theirs, trap=self.trap, **options)

    def run_drift(self, *words, ours=None, reasons="[]"):
        """Exit code, and what is printed."""
        explained = self.room / "explained.yaml"
        explained.write_text(reasons)
        document = drift.DOCUMENT
        if ours:
            document = self.room / "document.yaml"
            document.write_text(yaml.safe_dump(ours))
        words = [str(word) for word in words or ("--sdk", self.room / "sdk")]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = drift.main(words, document, explained, self.room)
            except SystemExit as end:
                code = end.code
        return code, out.getvalue(), err.getvalue()

    def differences(self, printed, title="Differences without an explanation"):
        """The lines below a title."""
        _, found, rest = printed.partition(f"{title} (")
        lines = rest.partition("\n\n")[0].splitlines()[1:] if found else []
        return [" ".join(line.split()) for line in lines]

    def assert_drift(self, *expected, **options):
        code, out, err = self.run_drift(**options)
        self.assertEqual((self.differences(out), err), (list(expected), ""))
        self.assertEqual(code, 3)
        self.assertTrue(out.splitlines()[-1].startswith("Drift: "), out)

    def assert_impossible(self, expected, *words, **options):
        code, out, err = self.run_drift(*words, **options)
        self.assertEqual((code, out), (1, ""))
        self.assertEqual(len(err.splitlines()), 1, err)
        self.assertIn(f"drift: it could not be compared: {expected}", err)
