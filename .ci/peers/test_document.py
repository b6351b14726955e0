"""The OpenAPI document, turned into tests by schemathesis, against the simulator."""

import json
import os
import re
import subprocess
import sys
import unittest
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import yaml

from simulator import PATIENCE, PROJECT_ID, TOKEN, WORKSPACE, Simulator

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parents[1] / "openapi" / "dataarts-security.yaml"


class Document(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()
        cls.addClassCleanup(cls.simulator.stop)

    def some_instance(self):
        url = f"{self.simulator.url}/v1/{PROJECT_ID}/instances?limit=1"
        with urlopen(Request(url, headers={"X-Auth-Token": TOKEN}), timeout=PATIENCE) as answer:
            return json.load(answer)["commodity_orders"][0]["resource_id"]

    def some_task(self):
        url = f"{self.simulator.url}/v1/{PROJECT_ID}/security/member-sync-tasks?limit=1"
        with urlopen(Request(url, headers={"X-Auth-Token": TOKEN, "workspace": WORKSPACE}), timeout=PATIENCE) as answer:
            return json.load(answer)["tasks"][0]["id"]

    def test_the_simulator_does_what_the_document_says(self):
        report = Path(os.environ["ROOM"]) / "schemathesis.har"
        known = {"PROJECT_ID": PROJECT_ID, "WORKSPACE": WORKSPACE, "TOKEN": TOKEN}
        known |= {"TASK_ID": self.some_task(), "INSTANCE_ID": self.some_instance()}
        run = subprocess.run(
            [Path(sys.executable).with_name("st"), "--config-file", HERE / "schemathesis.toml", "run", DOCUMENT]
            + ["--url", self.simulator.url, "--report", "har", "--report-har-path", report, "--no-color"],
            # It leaves traces where it runs.
            cwd=report.parent,
            env=os.environ | known,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=10 * PATIENCE,
        )
        self.assertEqual(run.returncode, 0, run.stdout)
        self.assert_each_operation_served(json.loads(report.read_text()))

    def assert_each_operation_served(self, report):
        """No failure alone says little: all could have been refused at the door."""
        served = Counter()
        for entry in report["log"]["entries"]:
            if entry["response"]["status"] == 200:
                served[entry["request"]["method"], urlsplit(entry["request"]["url"]).path] += 1
        for template, methods in yaml.safe_load(DOCUMENT.read_text())["paths"].items():
            path = re.compile(re.sub(r"\{\w+\}", "[^/]+", template))
            for method in methods:
                count = sum(served[key] for key in served if key[0] == method.upper() and path.fullmatch(key[1]))
                self.assertGreater(count, 0, f"{method} {template}")
