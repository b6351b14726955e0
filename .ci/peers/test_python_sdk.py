"""The official Python SDK, as it is released, against the simulator."""

import json
import logging
import unittest
from datetime import datetime, timedelta
from unittest import mock
from urllib.request import Request, urlopen

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkdataartsstudio.v1 import (
    DataArtsStudioClient,
    ListDataArtsStudioInstancesRequest,
    ListDataconnectionsRequest,
    ListManagerWorkSpacesRequest,
    ListSecurityMemberSyncTasksRequest,
    ShowSecurityMemberSyncTaskRequest,
)

from simulator import ACCESS_KEY, PATIENCE, PROJECT_ID, SECRET_KEY, TASKS, WORKSPACE, Simulator

PAGE_SIZE = 100
UNKNOWN = "0" * 32
SIGNED = f"GET|/v1/{PROJECT_ID}/security/member-sync-tasks/||"

# Some of what the SDK raises it also prints.
logging.disable()


def clock_off_by(minutes):
    """Lets the SDK date what it signs as if the machine's clock were wrong."""

    class OffClock(datetime):
        @classmethod
        def utcnow(cls):
            return datetime.utcnow() + timedelta(minutes=minutes)

    return mock.patch("huaweicloudsdkcore.signer.signer.datetime", OffClock)


class PythonSdk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()
        cls.addClassCleanup(cls.simulator.stop)

    def client(
        self,
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        security_token=None,
        project_id=PROJECT_ID,
        simulator=None,
    ):
        credentials = BasicCredentials(access_key, secret_key, project_id)
        credentials.security_token = security_token
        builder = DataArtsStudioClient.new_builder().with_credentials(credentials)
        return builder.with_endpoint((simulator or self.simulator).url).build()

    def list(self, client=None, workspace=WORKSPACE, **query):
        request = ListSecurityMemberSyncTasksRequest(workspace=workspace, **query)
        return (client or self.client()).list_security_member_sync_tasks(request)

    def show(self, task_id):
        request = ShowSecurityMemberSyncTaskRequest(workspace=WORKSPACE, task_id=task_id)
        return self.client().show_security_member_sync_task(request)

    def temporary_key(self):
        """Access key, secret key and security token, as a program on a cloud server fetches them."""
        metadata = self.simulator.url
        request = Request(f"{metadata}/meta-data/latest/api/token", method="PUT")
        request.add_header("X-Metadata-Token-Ttl-Seconds", "60")
        with urlopen(request, timeout=PATIENCE) as answer:
            token = answer.read().decode()
        request = Request(f"{metadata}/openstack/latest/securitykey", headers={"X-Metadata-Token": token})
        with urlopen(request, timeout=PATIENCE) as answer:
            key = json.load(answer)["credential"]
        return key["access"], key["secret"], key["securitytoken"]

    def assert_refused(self, status, code, message, call, *arguments, **options):
        """Expects the SDK's own exception, with what the service says and the id of the request."""
        with self.assertRaises(ClientRequestException) as caught:
            call(*arguments, **options)
        refusal = caught.exception
        self.assertEqual((refusal.status_code, refusal.error_code), (status, code))
        self.assertIn(message, refusal.error_msg)
        self.assertRegex(refusal.request_id, "^[0-9a-f]{32}$")

    def test_it_lists_every_task_once_page_by_page(self):
        client, ids, sizes = self.client(), [], []
        # Up to the first short page, and bounded, so that a server that repeats itself cannot hold it.
        while len(sizes) <= TASKS // PAGE_SIZE and sizes[-1:] in ([], [PAGE_SIZE]):
            page = self.list(client, limit=PAGE_SIZE, offset=len(ids))
            self.assertEqual(page.total, TASKS)
            ids += [task.id for task in page.tasks]
            sizes.append(len(page.tasks))
        self.assertEqual(sizes, [PAGE_SIZE] * 25 + [37])
        self.assertEqual(len(set(ids)), TASKS)

    def test_it_filters_and_sorts(self):
        wanted = {"sync_status": "SYNC_FAIL", "cluster_type": "DWS", "schedule_status": "SCHEDULING"}
        page = self.list(**wanted, cluster_name="财务", order_by="CLUSTER_NAME", order_by_asc=True, limit=PAGE_SIZE)
        names = [task.cluster_name for task in page.tasks]
        self.assertTrue(0 < len(names) == page.total)
        self.assertEqual(names, sorted(names))
        for task in page.tasks:
            self.assertEqual({name: getattr(task, name) for name in wanted}, wanted)
            self.assertIn("财务", task.cluster_name)

    def test_it_gets_one_task_as_listed(self):
        listed = self.list(limit=1, order_by="SYNC_TIME").tasks[0]
        shown = self.show(listed.id)
        self.assertEqual({name: getattr(shown, name) for name in listed.attribute_map}, listed.to_dict())
        self.assertTrue(shown.sync_time)

    def connections(self, workspace, **query):
        request = ListDataconnectionsRequest(workspace=workspace, **query)
        return self.client().list_dataconnections(request)

    def test_it_finds_every_connection_that_a_task_names(self):
        client = self.client()
        instances = client.list_data_arts_studio_instances(ListDataArtsStudioInstancesRequest(limit=5))
        self.assertEqual(instances.count, len(instances.commodity_orders))
        found = {}
        for instance in instances.commodity_orders:
            request = ListManagerWorkSpacesRequest(instance_id=instance.resource_id)
            for workspace in client.list_manager_work_spaces(request).data:
                # To this SDK both numbers are texts.
                page = self.connections(workspace.id, limit="100", offset="0").data_connection_lists
                found |= {(instance.resource_id, workspace.id, each.dw_id): each.dw_name for each in page}
        tasks = self.list(limit=5, cluster_name="_0000", order_by="CLUSTER_NAME", order_by_asc=True).tasks
        for task in tasks:
            page = self.connections(task.data_connection_workspace, name=task.data_connection_name)
            self.assertEqual([each.dw_id for each in page.data_connection_lists], [task.data_connection_id])
            self.assertIn((task.instance_id, task.data_connection_workspace), {key[:2] for key in found})
        self.assertEqual(len(tasks), 5)

    def test_connections_are_filtered_by_type(self):
        page = self.connections(WORKSPACE, type="RANGER")
        self.assertEqual({each.dw_type for each in page.data_connection_lists}, {"RANGER"})
        self.assertTrue(page.data_connection_lists[0].create_time)

    def test_an_unknown_task_is_a_bad_request(self):
        self.assert_refused(400, "DLS.3100", UNKNOWN, self.show, UNKNOWN)

    def test_an_unknown_workspace_is_refused_in_camel_case(self):
        self.assert_refused(400, "DLS.6036", "Workspace does not exist", self.list, workspace=UNKNOWN)

    def test_a_missing_workspace_is_refused_by_the_gateway(self):
        self.assert_refused(400, "APIGW.0106", "workspace", self.list, workspace=None)

    def test_a_wrong_secret_is_answered_with_what_should_have_been_signed(self):
        self.assert_refused(401, "APIGW.0301", SIGNED, self.list, self.client(secret_key="wrong"))

    def test_an_unknown_key_is_refused(self):
        self.assert_refused(401, "APIGW.0301", "access key is unknown", self.list, self.client(access_key="UNKNOWN"))

    def test_more_than_five_failures_in_a_row_lock_the_key(self):
        with Simulator() as simulator:
            wrong = self.client(secret_key="wrong", simulator=simulator)
            for _ in range(6):
                self.assert_refused(401, "APIGW.0301", SIGNED, self.list, wrong)
            limit = "AK access failed to reach the limit, forbidden"
            self.assert_refused(401, "APIGW.0301", limit, self.list, self.client(simulator=simulator))

    def test_a_clock_may_be_off_by_a_quarter_of_an_hour_and_no_more(self):
        for minutes in (-14, 14):
            with self.subTest(minutes), clock_off_by(minutes):
                self.assertEqual(self.list().total, TASKS)
        for minutes in (-16, 16):
            with self.subTest(minutes), clock_off_by(minutes):
                self.assert_refused(401, "APIGW.0301", "signature expired, signature time:", self.list)

    def test_a_temporary_key_needs_its_security_token(self):
        access_key, secret_key, security_token = self.temporary_key()
        whole = self.client(access_key, secret_key, security_token)
        self.assertEqual(self.list(whole).total, TASKS)
        without = self.client(access_key, secret_key)
        self.assert_refused(401, "APIGW.0301", "X-Security-Token", self.list, without)

    def test_another_project_is_forbidden(self):
        self.assert_refused(403, "APIGW.0302", "project", self.list, self.client(project_id=UNKNOWN))

    def test_what_is_out_of_bounds_is_refused_by_name(self):
        for name, value in {"limit": 101, "offset": 100_000, "sync_status": "DONE", "order_by": "ID"}.items():
            with self.subTest(name):
                self.assert_refused(400, "DLS.1001", name, self.list, **{name: value})

    def test_a_throttled_request_is_told_by_its_status(self):
        with Simulator(throttle="1/1h") as simulator:
            client = self.client(simulator=simulator)
            self.list(client)
            with self.assertRaises(ClientRequestException) as caught:
                self.list(client)
        # The SDK drops the gateway's code, its text and the id of the request.
        self.assertEqual((caught.exception.status_code, caught.exception.error_code), (429, "429"))
