"""The metrics of our command line, read by Prometheus's own tool and by the official reader of OpenMetrics."""

import json
import os
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from simulator import PATIENCE, PROJECT_ID, TASKS, TOKEN, WORKSPACE, Simulator

AGE = "dataarts_member_sync_last_sync_age_seconds"
NAMES = ["", " ", '"', "\\", '\\"', "\\n", "a\nb", "a\r\nb", "{}", 'x",y="z', "# EOF"]
NAMES += ["\u2028", "\u0085", "财务 🙂", "\u202e", "\x1b[31m"]
TYPES = ["DWS", "MRS", 'NEW"\\', "", None]


class Tasks(ThreadingHTTPServer):
    """Answers every request with one page of tasks."""

    def __init__(self, tasks):
        self.body = json.dumps({"total": len(tasks), "tasks": tasks}).encode()
        super().__init__(("127.0.0.1", 0), TasksExchange)
        self.url = "http://{}:{}".format(*self.server_address)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class TasksExchange(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_):
        pass


class Metrics(unittest.TestCase):
    def read(self, url):
        """The families of one place."""
        return self.families(["--endpoint", url, "--project-id", PROJECT_ID, "--workspace", WORKSPACE], {}, 0)

    def families(self, place, environment, code):
        """The families by name, when both readers have taken the text."""
        environment = environment | {"HOME": os.environ["HOME"], "DATAARTS_TOKEN": TOKEN, "NO_PROXY": "*"}
        words = ["sync-tasks", "health", "-o", "prometheus", "--fail-on", "never", "--retries", "0"]
        command = [os.environ["DATAARTS"], *place, *words]
        run = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE)
        self.assertEqual(run.returncode, code, run.stderr)
        text = run.stdout
        promtool = [os.environ["PROMTOOL"], "check", "metrics"]
        judged = subprocess.run(promtool, input=text, capture_output=True, timeout=PATIENCE)
        self.assertEqual((judged.returncode, judged.stdout, judged.stderr), (0, b"", b""))
        return {family.name: family for family in text_string_to_metric_families(text.decode())}

    def test_the_tasks_of_the_simulator_are_all_counted(self):
        with Simulator() as simulator:
            families = self.read(simulator.url)
        self.assertEqual({family.type for family in families.values()}, {"gauge"})
        self.assertEqual(sum(sample.value for sample in families["dataarts_member_sync_tasks"].samples), TASKS)
        self.assertGreater(len(families[AGE].samples), 100)

    def test_no_task_is_well_said(self):
        with Tasks([]) as tasks:
            families = self.read(tasks.url)
        self.assertEqual({sample.value for sample in families["dataarts_member_sync_tasks"].samples}, {0})
        self.assertEqual(families[AGE].samples, [])

    def test_a_target_that_is_down_is_said_to_be(self):
        with Tasks([]) as tasks, tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
            for name, url in (("here", tasks.url), ("down \\\" 集群", "http://127.0.0.1:9")):
                config.write(f"[targets.{json.dumps(name)}]\nendpoint = {json.dumps(url)}\n")
                config.write(f'project_id = "{PROJECT_ID}"\nworkspace = "{WORKSPACE}"\n')
            config.flush()
            families = self.families(["--all-targets"], {"DATAARTS_CONFIG": config.name}, 1)
        up = {sample.labels["target"]: sample.value for sample in families["dataarts_member_sync_target_up"].samples}
        self.assertEqual(up, {"here": 1, "down \\\" 集群": 0})

    def test_any_name_is_read_as_it_was_shown(self):
        known = {"sync_status": "SYNC_SUCCESS", "sync_time": 1710901516000}
        all_tasks = [
            known | {"id": f"{number}", "cluster_name": name, "cluster_type": kind}
            for number, (name, kind) in enumerate((name, kind) for name in NAMES for kind in TYPES)
        ]
        with Tasks(all_tasks) as tasks:
            families = self.read(tasks.url)
        shown = {sample.labels["task_id"]: sample.labels.get("cluster_name", "") for sample in families[AGE].samples}
        self.assertEqual(len(shown), len(all_tasks))
        for task in all_tasks:
            if task["cluster_name"].isprintable():
                self.assertEqual(shown[task["id"]], task["cluster_name"].strip())


if __name__ == "__main__":
    unittest.main()
