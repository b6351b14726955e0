"""Lists that change while they are read: a plain loop over the official Python SDK, and our listing, on the same seeds.

docs/exact-listing.md holds the counts; UPDATE_DOCS=1 .ci/peers/run writes them anew.
"""

import os
import subprocess
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkdataartsstudio.v1 import (
    DataArtsStudioClient,
    ListSecurityMemberSyncTasksRequest,
    ShowSecurityMemberSyncTaskRequest,
)

from simulator import ACCESS_KEY, PATIENCE, PROJECT_ID, SECRET_KEY, WORKSPACE, Simulator

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "exact-listing.md"
BEGIN = "<!-- What follows is written by a run: UPDATE_DOCS=1 .ci/peers/run -->\n"

SEEDS = range(1, 21)
TASKS = 1_000
PAGE_SIZE = 100
# On average after each request.
MIXES = {
    "a task created after every second request": "inserts=0.5",
    "a task deleted after every second request": "deletes=0.5",
    "one created and one deleted after every second request": "inserts=0.5,deletes=0.5",
    "3 created, 3 deleted, 3 edited and run after every request": "inserts=3,deletes=3,moves=3",
}
ORDERS = {
    "newest first": {"order_by": "CREATE_TIME", "order_by_asc": False},
    "oldest first": {"order_by": "CREATE_TIME", "order_by_asc": True},
}
# What a plain loop would end with; ours meets it besides.
FAULTS = (
    "list,request=3:status=503",
    "list,request=5:reset=after-headers",
    "list,request=7:truncated-body",
    "list,request=9:repeated-first-page",
    "list,request=11:capped-page=7",
)


def sdk(simulator):
    credentials = BasicCredentials(ACCESS_KEY, SECRET_KEY, PROJECT_ID)
    return DataArtsStudioClient.new_builder().with_credentials(credentials).with_endpoint(simulator.url).build()


def loop(client, **order):
    """The loop that the documentation of such lists leads to: page by page, up to the first short one."""
    ids = []
    offset = 0
    while True:
        request = ListSecurityMemberSyncTasksRequest(workspace=WORKSPACE, limit=PAGE_SIZE, offset=offset, **order)
        tasks = client.list_security_member_sync_tasks(request).tasks
        ids += [task.id for task in tasks]
        if len(tasks) < PAGE_SIZE:
            return ids
        offset += PAGE_SIZE


def ours(simulator):
    """The same list by our client, which asks for the pages itself."""
    arguments = [simulator.url, PROJECT_ID, WORKSPACE, ACCESS_KEY, SECRET_KEY]
    program = os.environ["EXACT_LISTING"]
    outcome = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=10 * PATIENCE)
    if outcome.returncode != 0:
        raise AssertionError(f"our listing failed: {outcome.stderr}")
    return outcome.stdout.split()


def is_there(client, task_id):
    """Whether a task is still listed; one that went does not come back, so then it was there all the time."""
    try:
        client.show_security_member_sync_task(ShowSecurityMemberSyncTaskRequest(workspace=WORKSPACE, task_id=task_id))
    except ClientRequestException as refusal:
        if refusal.error_code != "DLS.3100":
            raise
        return False
    return True


def counts(seed, churn, everything, read, faults=()):
    """Tasks that were there throughout and did not come, and tasks that came again."""
    with Simulator(faults=faults, tasks=TASKS, seed=seed, churn=churn) as simulator:
        ids = Counter(read(simulator))
        client = sdk(simulator)
        missed = sum(is_there(client, task_id) for task_id in everything[seed] if task_id not in ids)
    return missed, sum(ids.values()) - len(ids)


def all_ids(seed):
    """What is there at first, from a simulator in which nothing changes."""
    with Simulator(tasks=TASKS, seed=seed) as simulator:
        return loop(sdk(simulator), **ORDERS["oldest first"])


def summed(outcomes):
    """The sums over all seeds, and in how many there was anything."""
    cells = []
    for kind in zip(*outcomes):
        affected = sum(count > 0 for count in kind)
        cells.append(f"{sum(kind)}, in {affected} of {len(kind)} runs" if affected else "0")
    return cells


def table():
    with ThreadPoolExecutor(4) as pool:
        everything = dict(zip(SEEDS, pool.map(all_ids, SEEDS)))
        lines = [
            "| while the list is read | order | Python SDK: missed | Python SDK: twice | `items()`: missed | `items()`: twice |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for name, churn in MIXES.items():
            mine = list(pool.map(lambda seed: counts(seed, churn, everything, ours, FAULTS), SEEDS))
            for order_name, order in ORDERS.items():
                def read(simulator, order=order):
                    return loop(sdk(simulator), **order)

                theirs = list(pool.map(lambda seed: counts(seed, churn, everything, read), SEEDS))
                # Ours reads oldest first, whatever the loop is told.
                cells = [name, order_name, *summed(theirs), *summed(mine)]
                lines.append(f"| {' | '.join(cells)} |")
    return "\n" + "\n".join(lines) + "\n"


class ExactListing(unittest.TestCase):
    maxDiff = None

    def test_the_document_says_what_comes_of_a_run(self):
        before, begin, written = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
        self.assertTrue(begin, "the mark before the table is gone")
        counted = table()
        rows = [line.split(" | ") for line in counted.splitlines() if line.startswith("| ")][2:]
        for row in rows:
            self.assertEqual(row[-2:], ["0", "0 |"], "our listing missed a task, or gave one twice")
        # Or nothing was shown.
        self.assertTrue(any(not row[2].startswith("0") for row in rows))
        if "UPDATE_DOCS" in os.environ:
            DOCUMENT.write_text(before + begin + counted, encoding="utf-8")
        else:
            self.assertEqual(written, counted, "docs/exact-listing.md; write it anew with UPDATE_DOCS=1 .ci/peers/run")
