"""How a run ends, whatever the difference: explanations, what cannot be read, the command line, the registry."""

import copy
import json
import os
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

import drift
import fetch
from case import Case, LIST, ODD, OURS, TASK, TASKS, TEXT, add_parameter, listing, only_list, schema
from facts import CannotCompare
from made_up import replace
from sdk import PACKAGE


class Explanations(Case):
    REASON = "It was measured."
    LONGER = f"""
- kind: removed
  place: {LIST}.response.total
  ours: integer, optional
  reason: {REASON}
"""

    def without_total(self):
        self.made_up(lambda theirs: schema(theirs, "MemberSyncTaskList")["properties"].pop("total"))

    def test_what_is_explained_is_no_drift(self):
        self.without_total()
        code, out, _ = self.run_drift(reasons=self.LONGER)
        self.assertEqual((code, self.differences(out)), (0, []))
        explained = [f"removed {LIST}.response.total: ours integer, optional", self.REASON]
        self.assertEqual(self.differences(out, "Explained differences"), explained)

    def test_one_that_fits_nothing_any_more_is_drift(self):
        self.made_up()
        code, out, _ = self.run_drift(reasons=self.LONGER)
        stale = self.differences(out, "Explanations that fit no difference any more")
        self.assertEqual((code, stale), (3, [f"removed {LIST}.response.total: ours integer, optional"]))
        self.assertIn("\nDrift: 1 explanation without a difference: take them out of .ci/drift/explained.yaml.\n", out)

    def test_one_for_another_difference_at_the_same_place_explains_nothing(self):
        self.without_total()
        code, out, _ = self.run_drift(reasons=self.LONGER.replace("integer", "string"))
        self.assertEqual(code, 3)
        self.assertEqual(len(self.differences(out)), 1)
        self.assertEqual(len(self.differences(out, "Explanations that fit no difference any more")), 1)

    def test_one_in_another_shape_is_refused_by_its_number(self):
        self.made_up()
        wrong = {
            "is no list of explanations": "a: b",
            "cannot be read": "[",
            "explanation 1 in explained.yaml may have kind, place": "- because: it is",
            "explanation 1 in explained.yaml has no reason": "- {kind: added, place: A}",
            "explanation 1 in explained.yaml: reason must be a text": '- {kind: added, place: A, reason: ""}',
            "explanation 1 in explained.yaml: ours must be a text": "- {kind: added, place: A, reason: r, ours: 1}",
            "explanation 2 in explained.yaml explains again": self.LONGER + self.LONGER,
        }
        for expected, reasons in wrong.items():
            with self.subTest(expected):
                code, _, err = self.run_drift(reasons=reasons)
                self.assertEqual(code, 1)
                self.assertIn(expected, err)

    def test_every_explanation_of_ours_has_its_reason(self):
        self.assertTrue(drift.explained.read(drift.EXPLAINED))


class Unreadable(Case):
    def test_a_directory_without_an_sdk(self):
        self.assert_impossible(f"{self.room} holds no client of {PACKAGE}", "--sdk", self.room)

    def test_sources_that_are_no_python(self):
        made_up = self.made_up()
        for text in ("def (", "a\0b", "(" * 100_000):
            with self.subTest(text[:5]):
                made_up.client.write_text(text)
                self.assert_impossible("the SDK's dataartsstudio_client.py cannot be read")

    def test_a_client_without_operations(self):
        self.made_up(lambda theirs: theirs.update(paths={}))
        self.assert_impossible(f"the client of {PACKAGE} has no operation in a shape that is understood")

    def test_an_operation_in_another_shape(self):
        sent = "query_params.append(('limit', local_var_params['limit']))"
        for number, text in enumerate(("send(local_var_params['limit'])", "pass")):
            with self.subTest(text):
                made_up = self.made_up(only_list, name=f"{number}")
                replace(made_up.client, sent, text)
                self.assert_impossible(f"{ODD}: {text}", "--sdk", self.room / f"{number}")

    def test_a_parameter_that_goes_nowhere(self):
        made_up = self.made_up(only_list)
        sent = "if 'limit' in local_var_params:\n            query_params.append(('limit', local_var_params['limit']))"
        replace(made_up.client, sent, "")
        self.assert_impossible(f"{ODD}: where its parameter limit goes")

    def test_an_operation_without_its_path(self):
        made_up = self.made_up(only_list)
        replace(made_up.client, f'"{TASKS}"', "path()")
        self.assert_impossible(f"{ODD}: its method, path and answer")

    def test_a_model_that_is_missing_or_has_another_shape(self):
        made_up = self.made_up()
        model = made_up.models / "list_security_member_sync_tasks_request.py"
        whole = model.read_text()
        shape = "the SDK's model ListSecurityMemberSyncTasksRequest has a shape that is not understood"
        for old, new, expected in (
            ("openapi_types = {", "openapi_types = types({", f"{shape}"),
            ("attribute_map", "names", f"{shape}: its types and its JSON names"),
            ("'limit': 'limit'", "'limits': 'limit'", f"{shape}: its types and its JSON names are not of the same"),
            ("self.limit = limit", "self.set(limit)", f"{shape}: whether its field limit is required"),
            (
                "    openapi_types",
                "    SIZE = 'L'\n    openapi_types",
                f"{shape}: which field the constant SIZE is for",
            ),
            (
                "class List",
                "class Other",
                "the SDK's list_security_member_sync_tasks_request.py does not hold the model",
            ),
        ):
            with self.subTest(new):
                model.write_text(whole)
                replace(model, old, new)
                if new.endswith("types({"):
                    model.write_text(model.read_text().replace("}\n    attribute_map", "})\n    attribute_map"))
                self.assert_impossible(expected)
        model.unlink()
        self.assert_impossible("the SDK's list_security_member_sync_tasks_request.py cannot be read")
        (made_up.models / "__init__.py").write_text("")
        self.assert_impossible("the SDK has no model ListSecurityMemberSyncTasksRequest")

    def test_a_document_that_is_none(self):
        self.made_up()
        self.assert_impossible("document.yaml is no readable OpenAPI document", ours=["no document"])

    def test_an_operation_of_ours_without_its_official_name(self):
        self.made_up()
        ours = copy.deepcopy(OURS)
        listing(ours).pop("x-huawei-operation")
        self.assert_impossible(f"GET {TASKS} has no x-huawei-operation in the document", ours=ours)

    def test_what_no_sdk_model_can_tell(self):
        self.made_up()
        ours = copy.deepcopy(OURS)
        schema(ours, "MemberSyncTask")["oneOf"] = [TEXT]
        self.assert_impossible("the document uses oneOf in an operation", ours=ours)
        ours = copy.deepcopy(OURS)
        listing(ours)["responses"]["204"] = {"description": "Nothing."}
        self.assert_impossible(f"{LIST} has 2 good answers in the document", ours=ours)


class Doors(Case):
    def test_a_wrong_command_line(self):
        both = ["--sdk", "a", "--sdk-version", "1"]
        for words in (["--sdk-version=-r/etc/passwd"], ["--sdk-version", "a b"], both, ["x"]):
            with self.subTest(words):
                code, out, err = self.run_drift(*words)
                self.assertEqual((code, out), (2, ""))
                self.assertIn(".ci/drift/run: error: ", err)

    def test_the_help_tells_codes_and_fields(self):
        code, out, _ = self.run_drift("--help")
        self.assertEqual(code, 0)
        self.assertIn("  3  drift: ", out)
        self.made_up()
        _, told, _ = self.run_drift("--json", "--sdk", self.room / "sdk")
        for field in json.loads(told):
            self.assertIn(f"\n  {field:13}", out)

    def test_json_for_programs(self):
        self.made_up(add_parameter("user"))
        stale = "- {kind: added, place: A, theirs: b, reason: It was so.}"
        code, out, _ = self.run_drift("--json", "--sdk", self.room / "sdk", reasons=stale)
        told = json.loads(out)
        new = {"kind": "added", "place": f"{LIST}.parameters.user", "ours": None, "theirs": "query string, optional"}
        self.assertEqual((code, told["drift"]), (3, True))
        self.assertEqual(told["differences"], [new | {"reason": None}])
        gone = {"kind": "added", "place": "A", "ours": None, "theirs": "b", "reason": "It was so."}
        self.assertEqual(told["stale"], [gone])
        self.assertEqual((told["version"], told["newest"], len(told["compared"])), ("9.9.9", False, 5))

    def test_json_where_it_could_not_be_done(self):
        code, out, _ = self.run_drift("--json", "--sdk", self.room)
        self.assertEqual((code, list(json.loads(out))), (1, ["error"]))

    def test_names_of_the_sdk_do_not_steer_the_terminal(self):
        self.made_up(add_parameter("\x1b[31mred\n  line"))
        self.assert_drift(f"added {LIST}.parameters.\\x1b[31mred\\x0a line: theirs query string, optional")


class Registry(Case):
    """The registry is a directory of this test."""

    def setUp(self):
        super().setUp()
        self.shelf = self.room / "shelf"
        self.shelf.mkdir()
        shut_off = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.shelf), "PIP_CONFIG_FILE": os.devnull}
        self.enterContext(mock.patch.dict(os.environ, shut_off))

    def publish(self, version, change=None):
        made_up = self.made_up(change, name=version, version=version)
        root = made_up.client.parents[2]
        described = root / f"{PACKAGE}-{version}.dist-info"
        (described / "WHEEL").write_text("Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        (described / "RECORD").write_text("")
        with zipfile.ZipFile(self.shelf / f"{PACKAGE}-{version}-py3-none-any.whl", "w") as wheel:
            for path in root.rglob("*.*"):
                if path.is_file():
                    wheel.write(path, path.relative_to(root))
            wheel.write(described / "WHEEL", f"{described.name}/WHEEL")
            wheel.write(described / "METADATA", f"{described.name}/METADATA")
            wheel.write(described / "RECORD", f"{described.name}/RECORD")

    def test_the_newest_release_is_compared_and_another_when_asked_for(self):
        self.publish("9.9.0")
        self.publish("9.10.0", lambda theirs: theirs["paths"].pop(TASK))
        code, out, err = self.run_drift("--json")
        self.assertEqual((code, err), (3, ""))
        self.assertEqual([json.loads(out)[key] for key in ("version", "newest")], ["9.10.0", True])
        code, out, err = self.run_drift("--json", "--sdk-version", "9.9.0")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual([json.loads(out)[key] for key in ("version", "newest")], ["9.9.0", False])
        # It is there now, and not asked for again.
        (self.shelf / f"{PACKAGE}-9.9.0-py3-none-any.whl").unlink()
        self.assertEqual(self.run_drift("--json", "--sdk-version", "9.9.0")[0], 0)

    def test_a_newest_release_that_would_have_to_be_built_is_not_built(self):
        self.publish("9.9.0")
        # A backend of its own, so that nothing else is needed to build it.
        backend = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        sources = {"pyproject.toml": backend, "backend.py": self.trap, "PKG-INFO": ""}
        with tarfile.open(self.shelf / f"{PACKAGE}-9.10.0.tar.gz", "w:gz") as archive:
            for name, text in sources.items():
                (self.room / name).write_text(text)
                archive.add(self.room / name, f"{PACKAGE}-9.10.0/{name}")
        self.assert_impossible(f"the Python package registry did not give {PACKAGE}==9.10.0", "--sdk-version", "9.10.0")
        code, out, err = self.run_drift("--json")
        self.assertEqual((code, json.loads(out)["error"] in err), (1, True))
        self.assertIn(f"did not give {PACKAGE}==9.10.0", err)

    def test_a_registry_that_has_nothing_or_is_not_there(self):
        nothing = f"the Python package registry did not give {PACKAGE}"
        code, _, err = self.run_drift("--json")
        self.assertEqual((code, nothing in err), (1, True), err)
        closed = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0"}
        with mock.patch.dict(os.environ, closed):
            os.environ.pop("PIP_NO_INDEX")
            code, _, err = self.run_drift("--json")
        self.assertEqual((code, nothing in err, len(err.splitlines())), (1, True, 1), err)

    def test_a_release_that_is_no_archive_or_too_large(self):
        self.publish("9.9.0")
        wheel = next(self.shelf.iterdir())
        with mock.patch.object(fetch, "LARGEST", 1_000):
            code, _, err = self.run_drift("--json", "--sdk-version", "9.9.0")
        self.assertEqual((code, "is larger than any SDK" in err), (1, True), err)
        wheel.write_text("no archive")
        with self.assertRaisesRegex(CannotCompare, "cannot be unpacked"):
            fetch.unpack(wheel, self.room / "unpacked")


class ThePlainShape(unittest.TestCase):
    def test_an_sdk_that_is_written_out(self):
        """Not by the writer of the others, which could share an error with the reader."""
        with tempfile.TemporaryDirectory() as room:
            models = Path(room) / PACKAGE / "v1" / "model"
            models.mkdir(parents=True)
            (models.parent / "x_client.py").write_text(
                "class XClient:\n"
                "    def _put_some_thing_http_info(cls, request):\n"
                "        http_info = {'method': 'PUT', 'resource_path': '/v1/{owner}/{id}', 'response_type': 'Ack'}\n"
                "        local_var_params = {}\n"
                "        if 'key' in local_var_params:\n"
                "            path_params['id'] = local_var_params['key']\n"
                "        if 'tags' in local_var_params:\n"
                "            query_params.append(('tag', local_var_params['tags']))\n"
                "            collection_formats['tag'] = 'multi'\n"
            )
            imports = "from a.b.ask import PutSomeThingRequest\nfrom a.b.answer import Ack\n"
            (models / "__init__.py").write_text(imports)
            (models / "ask.py").write_text(
                "class PutSomeThingRequest:\n"
                "    openapi_types = {'key': 'str', 'tags': 'list[float]'}\n"
                "    attribute_map = {'key': 'id', 'tags': 'tag'}\n"
                "    def __init__(self, key=None, tags=None):\n"
                "        self._key = None\n"
                "        self.key = key\n"
                "        if tags is not None:\n"
                "            self.tags = tags\n"
            )
            answer = "class Ack(SdkResponse):\n    openapi_types = {}\n    attribute_map = {}\n"
            (models / "answer.py").write_text(answer)
            told = drift.Sdk(Path(room)).operations["PutSomeThing"].read()
        self.assertEqual((told.method, told.path, told.body, told.response), ("PUT", "/v1/{owner}/{id}", None, None))
        parameters = {name: str(told) for name, told in told.parameters.items()}
        expected = {"owner": "path untold, required", "id": "path string, required"}
        self.assertEqual(parameters, expected | {"tag": "query array of number, optional"})


if __name__ == "__main__":
    unittest.main()
