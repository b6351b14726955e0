"""The whole list by the official Python SDK, in the loop that its users write.

Prints how many tasks came, the most memory in use at a time, in KiB, and how many seconds the loop took without the start.

Usage: sdk_loop.py ENDPOINT PROJECT_ID WORKSPACE ACCESS_KEY SECRET_KEY
"""

import re
import sys
import time
from pathlib import Path

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkdataartsstudio.v1 import DataArtsStudioClient, ListSecurityMemberSyncTasksRequest

PAGE_SIZE = 100

endpoint, project_id, workspace, access_key, secret_key = sys.argv[1:]
start = time.monotonic()
credentials = BasicCredentials(access_key, secret_key, project_id)
client = DataArtsStudioClient.new_builder().with_credentials(credentials).with_endpoint(endpoint).build()
count = 0
while True:
    # Nothing of a page is kept, as nothing is by the stream beside it.
    request = ListSecurityMemberSyncTasksRequest(
        workspace=workspace, order_by="CREATE_TIME", order_by_asc=True, limit=PAGE_SIZE, offset=count
    )
    page = client.list_security_member_sync_tasks(request)
    count += len(page.tasks)
    if not page.tasks or count >= page.total:
        break
seconds = time.monotonic() - start
peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii")).group(1)
print(count, peak, f"{seconds:.3f}")
