"""What our client signs and sends, against the signer of the official Python SDK."""

import json
import os
import random
import subprocess
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from simulator import ACCESS_KEY, PATIENCE, PROJECT_ID, SECRET_KEY, WORKSPACE

PATH = f"/v1/{PROJECT_ID}/security/member-sync-tasks"
COUNT = 500
# Alone and in random company: all of ASCII, what looks encoded, and characters of two, three and four bytes.
PIECES = [chr(code) for code in range(128)]
PIECES += ["%2F", "%2f", "%", "%%", "%zz", "+%20", "..", "./", "//", "&limit=1", "=&=", "\r\n", "é", "e\u0301"]
PIECES += ["\u00a0", "财务", "集群_生产", "\u3000", "🙂", "👩\u200d🔧", "\u202e", "\ufeff", "\uffff", "\U0010ffff"]


def cluster_names():
    """The same on every run."""
    draw = random.Random(7)
    names = ["", "a" * 8000, "财" * 2000, " *~+/" * 500, *PIECES]
    while len(names) < COUNT:
        names.append("".join(draw.choices(PIECES, k=draw.randint(2, 12))))
    return names


class Recorder(ThreadingHTTPServer):
    """Keeps each request as it came over the wire, and answers with an empty page."""

    def __init__(self):
        self.requests = []
        super().__init__(("127.0.0.1", 0), RecordedExchange)
        self.url = "http://{}:{}".format(*self.server_address)


class RecordedExchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave together; apart, each answer would wait for the acknowledgement of its head.
    wbufsize = -1

    def do_GET(self):
        # Not `path`, in which Python has folded slashes.
        method, target, _ = self.raw_requestline.decode("latin-1").split(" ")
        self.server.requests.append((method, target, self.headers.items()))
        page = b'{"total": 0, "tasks": []}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_):
        pass


class OfficialSigner(Signer):
    """The SDK's own, which also tells what it signs."""

    canonical_request = None

    def _process_string_to_sign(self, canonical_request, *arguments):
        self.canonical_request = canonical_request
        return super()._process_string_to_sign(canonical_request, *arguments)


class SignedWire(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with Recorder() as recorder:
            thread = threading.Thread(target=recorder.serve_forever)
            thread.start()
            try:
                subprocess.run(
                    [os.environ["SIGNED_REQUESTS"], recorder.url, PROJECT_ID, WORKSPACE, ACCESS_KEY, SECRET_KEY],
                    input=json.dumps(cluster_names()),
                    text=True,
                    check=True,
                    timeout=PATIENCE,
                )
            finally:
                recorder.shutdown()
                thread.join()
        cls.requests = recorder.requests

    def test_the_official_signer_gives_the_same_target_and_signature(self):
        names = cluster_names()
        self.assertEqual(len(names), COUNT)
        self.assertEqual(len(self.requests), COUNT)
        for name, (method, target, headers) in zip(names, self.requests):
            with self.subTest(name):
                headers = {header.lower(): value for header, value in headers}
                authorization = headers.pop("authorization")
                signed = authorization.partition("SignedHeaders=")[2].partition(",")[0].split(";")
                self.assertLessEqual({"host", "workspace", "x-project-id", "x-sdk-date"}, set(signed))
                signer = OfficialSigner(BasicCredentials(ACCESS_KEY, SECRET_KEY, PROJECT_ID))
                request = SdkRequest(
                    method=method,
                    resource_path=PATH,
                    query_params=[("limit", 10), ("cluster_name", name)],
                    header_params={header: headers[header] for header in signed},
                    body="",
                )
                signer.sign(request)
                self.assertEqual(target, request.uri)
                # The signature is one of the whole canonical request, so what is equal here was equal there.
                self.assertEqual(authorization, request.header_params["Authorization"], signer.canonical_request)
