"""What is a difference, and what is none."""

import copy
import json

from case import Case, LIST, OURS, SHOW, TASK, TASKS, TEXT, listing, only_list, operation, parameter, schema, task_field
from made_up import replace
from sdk import PACKAGE


class NoDrift(Case):
    def test_what_is_alike_is_no_drift(self):
        for values in (False, True):
            with self.subTest(values=values):
                self.made_up(name=f"values {values}", values=values)
                code, out, err = self.run_drift("--sdk", self.room / f"values {values}")
                self.assertEqual((code, self.differences(out), err), (0, [], ""))
                self.assertIn("No drift: every difference is explained (0).", out)
                self.assertIn(f"{PACKAGE} 9.9.9) beside openapi/dataarts-security.yaml", out)

    def test_what_the_sdk_does_not_tell_is_knowledge_and_no_drift(self):
        self.made_up()
        code, out, _ = self.run_drift("--json", "--sdk", self.room / "sdk")
        lacking = [(each["place"], each["what"], each["ours"]) for each in json.loads(out)["lacking"]]
        self.assertEqual(code, 0)
        self.assertIn((LIST, "error answers", "4XX, 5XX"), lacking)
        self.assertIn((f"{LIST}.parameters.limit", "bounds", "minimum 0, maximum 100"), lacking)
        self.assertIn((f"{LIST}.parameters.limit", "format", "int32"), lacking)
        self.assertIn((f"{LIST}.parameters.project_id", "type", "string"), lacking)
        self.assertIn((f"{LIST}.response.tasks[].schedule_period", "values", "MINUTE, HOUR"), lacking)

    def test_operations_of_other_areas_are_only_counted(self):
        self.made_up(lambda theirs: theirs["paths"].update({"/v1/{project_id}/jobs": {"get": operation("ListJobs")}}))
        code, out, _ = self.run_drift()
        self.assertEqual(code, 0)
        self.assertIn("\nOperations of other areas, not looked at: 1.\n", out)
        self.assertNotIn("ListJobs", out)

    def test_a_model_that_holds_itself_is_compared_once(self):
        document = copy.deepcopy(OURS)
        schema(document, "MemberSyncTask")["title"] = "Task"
        schema(document, "MemberSyncTask")["properties"]["earlier"] = {"$ref": "#/components/schemas/MemberSyncTask"}
        # The made-up answer of Show is a class of its own that holds the class Task.
        self.made_up(document=document)
        code, out, err = self.run_drift(ours=document)
        self.assertEqual((code, self.differences(out), err), (0, [], ""))


class Operations(Case):
    def test_a_path_that_changed(self):
        path = f"{TASKS}/all"
        self.made_up(lambda theirs: theirs["paths"].update({path: theirs["paths"].pop(TASKS)}))
        self.assert_drift(f"changed {LIST}.path: ours {TASKS}; theirs {path}")

    def test_a_method_that_changed(self):
        self.made_up(lambda theirs: theirs["paths"][TASKS].update(post=theirs["paths"][TASKS].pop("get")))
        self.assert_drift(f"changed {LIST}.method: ours GET; theirs POST")

    def test_an_operation_that_is_gone(self):
        self.made_up(lambda theirs: theirs["paths"].pop(TASK))
        self.assert_drift(f"removed {SHOW}: ours GET {TASK}")

    def test_a_new_operation_of_the_area_wherever_it_is(self):
        def change(theirs):
            theirs["paths"]["/v1/{project_id}/tasks"] = {"post": operation("RunMemberSync")}
            theirs["paths"]["/v2/{project_id}/member-sync-logs"] = {"get": operation("ListLogs")}
            theirs["paths"]["/v1/{project_id}/instances/{id}"] = {"get": operation("ShowInstance")}
            theirs["paths"][TASKS]["post"] = operation("CreateTask")

        self.made_up(change)
        self.assert_drift(
            f"uncovered CreateTask: theirs POST {TASKS}",
            "uncovered RunMemberSync: theirs POST /v1/{project_id}/tasks",
            "uncovered ListLogs: theirs GET /v2/{project_id}/member-sync-logs",
            "uncovered ShowInstance: theirs GET /v1/{project_id}/instances/{id}",
        )

    def test_a_newer_version_of_the_whole_api(self):
        self.made_up(only_list, name="new")
        self.made_up()
        (self.room / "new" / PACKAGE / "v1").rename(self.room / "sdk" / PACKAGE / "v2")
        self.assert_drift(f"uncovered v2/{LIST}: theirs GET {TASKS}")


class Parameters(Case):
    def test_one_that_was_added(self):
        new = {"name": "user", "in": "query", "required": True, "schema": {"type": "array", "items": TEXT}}
        self.made_up(lambda theirs: listing(theirs)["parameters"].append(new))
        self.assert_drift(f"added {LIST}.parameters.user: theirs query array of string, required")

    def test_one_that_was_removed(self):
        ours = copy.deepcopy(OURS)
        listing(ours)["parameters"].append({"name": "X-Mine", "in": "header", "schema": TEXT})
        self.made_up()
        self.assert_drift(f"removed {LIST}.parameters.x-mine: ours header string, optional", ours=ours)

    def test_one_that_became_required(self):
        self.made_up(lambda theirs: parameter(theirs, "limit").update(required=True))
        self.assert_drift(f"changed {LIST}.parameters.limit.required: ours optional; theirs required")

    def test_one_of_another_type(self):
        self.made_up(lambda theirs: parameter(theirs, "limit").update(schema=TEXT))
        self.assert_drift(f"changed {LIST}.parameters.limit.type: ours integer; theirs string")

    def test_one_at_another_place(self):
        self.made_up(lambda theirs: parameter(theirs, "limit").update({"in": "header"}))
        self.assert_drift(f"changed {LIST}.parameters.limit.in: ours query; theirs header")

    def test_a_place_in_the_path_of_another_name(self):
        path = f"{TASKS}/{{id}}"

        def change(theirs):
            show = theirs["paths"].pop(TASK)
            show["get"]["parameters"][2]["name"] = "id"
            theirs["paths"][path] = show

        self.made_up(change)
        self.assert_drift(
            f"changed {SHOW}.path: ours {TASK}; theirs {path}",
            f"removed {SHOW}.parameters.task_id: ours path string, required",
            f"added {SHOW}.parameters.id: theirs path string, required",
        )

    def test_a_value_that_was_added_or_removed(self):
        def change(theirs):
            schema(theirs, "OrderBy")["enum"][0] = "OWNER"

        self.made_up(change, values=True)
        self.assert_drift(
            f"removed {LIST}.parameters.order_by.values: ours CLUSTER_NAME",
            f"added {LIST}.parameters.order_by.values: theirs OWNER",
        )

    def test_values_of_a_text_that_was_free(self):
        values = {"type": "string", "enum": ["A", "B"]}
        self.made_up(lambda theirs: parameter(theirs, "cluster_name").update(schema=values), values=True)
        self.assert_drift(f"changed {LIST}.parameters.cluster_name.values: ours any; theirs A, B")

    def test_a_body(self):
        def body(kind):
            wanted = {"type": "object", "properties": {"ids": {"type": "array", "items": kind}}}
            return {"required": True, "content": {"application/json": {"schema": wanted}}}

        self.made_up(lambda theirs: listing(theirs).update(requestBody=body({"type": "integer"})))
        self.assert_drift(f"added {LIST}.body: theirs object, required")
        ours = copy.deepcopy(OURS)
        listing(ours)["requestBody"] = body(TEXT)
        self.assert_drift(f"changed {LIST}.body.ids[].type: ours string; theirs integer", ours=ours)


class Answers(Case):
    def both(self, text):
        """A task is told by both operations."""
        kind, rest = text.split(" ", 1)
        return f"{kind} {LIST}.response.tasks[].{rest}", f"{kind} {SHOW}.response.{rest}"

    def test_a_field_that_was_added(self):
        self.made_up(lambda theirs: schema(theirs, "MemberSyncTask")["properties"].update(owner=TEXT))
        self.assert_drift(*self.both("added owner: theirs string, optional"))

    def test_a_field_that_was_removed(self):
        self.made_up(lambda theirs: schema(theirs, "MemberSyncTask")["properties"].pop("sync_msg"))
        self.assert_drift(*self.both("removed sync_msg: ours string, optional"))

    def test_a_field_of_another_type(self):
        self.made_up(lambda theirs: schema(theirs, "Timestamp").update(type="string", format="date-time"))
        ours = copy.deepcopy(OURS)
        # All but one are told alike.
        schema(ours, "Timestamp").update(type="string", format="date-time")
        task_field(ours, "sync_time").update(allOf=[{"type": "integer"}])
        self.assert_drift(*self.both("changed sync_time.type: ours integer; theirs string (date-time)"), ours=ours)

    def test_a_field_that_holds_something_else(self):
        self.made_up(lambda theirs: schema(theirs, "MemberSyncTaskList")["properties"]["tasks"].update(items=TEXT))
        self.assert_drift(f"changed {LIST}.response.tasks[].type: ours object; theirs string")

    def test_a_map_that_holds_something_else(self):
        ours = copy.deepcopy(OURS)
        schema(ours, "MemberSyncTaskList")["properties"]["tasks"] = {"type": "object", "additionalProperties": TEXT}
        number = {"type": "object", "additionalProperties": {"type": "integer"}}
        self.made_up(lambda theirs: schema(theirs, "MemberSyncTaskList")["properties"].update(tasks=number))
        self.assert_drift(f"changed {LIST}.response.tasks.*.type: ours string; theirs integer", ours=ours)

    def test_a_field_that_is_promised(self):
        self.made_up(lambda theirs: schema(theirs, "MemberSyncTask").update(required=["id"]))
        self.assert_drift(*self.both("changed id.required: ours optional; theirs required"))

    def test_a_value_that_was_added(self):
        self.made_up(lambda theirs: schema(theirs, "SchedulePeriod")["enum"].append("DAY"), values=True)
        self.assert_drift(*self.both("added schedule_period.values: theirs DAY"))

    def test_a_value_that_is_named_by_a_model_of_its_own(self):
        made_up = self.made_up()
        model = made_up.models / "list_security_member_sync_tasks_request.py"
        replace(model, "'sync_status': 'str'", "'sync_status': 'State'")
        (made_up.models / "state.py").write_text(
            f"{self.trap}\nclass State:\n    UNKNOWN = 'UNKNOWN'\n    NOT_SYNC = 'NOT_SYNC'\n    SYNCING = 'SYNCING'\n"
            "    SYNC_SUCCESS = 'SYNC_SUCCESS'\n    SYNC_FAIL = 'SYNC_FAIL'\n    STOPPED = 'STOPPED'\n"
            "    openapi_types = {}\n    attribute_map = {}\n"
        )
        with (made_up.models / "__init__.py").open("a") as imports:
            imports.write(f"\nfrom {PACKAGE}.v1.model.state import State\n")
        self.assert_drift(f"added {LIST}.parameters.sync_status.values: theirs STOPPED")

    def test_a_header_of_the_answer(self):
        header = {"X-Total": {"schema": TEXT}}
        self.made_up(lambda theirs: listing(theirs)["responses"]["200"].update(headers=header))
        self.assert_drift(f"added {LIST}.response_headers.x-total: theirs string, optional")
