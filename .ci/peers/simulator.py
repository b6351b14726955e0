"""The simulator as a child process, and what it is told to accept."""

import os
import subprocess

ACCESS_KEY = "PEERS-ACCESS-KEY"
SECRET_KEY = "peers-secret-key"
TOKEN = "peers-token"
PROJECT_ID = "0123456789abcdef0123456789abcdef"
WORKSPACE = "fedcba9876543210fedcba9876543210"
TASKS = 2537

# Longer than any end or start takes; only there so that nothing hangs for ever.
PATIENCE = 60


class Simulator:
    """A running simulator; its URL is `url`."""

    def __init__(self, program=None, faults=(), **options):
        accepted = {"token": TOKEN, "access-key": f"{ACCESS_KEY}:{SECRET_KEY}"}
        accepted |= {"project-id": PROJECT_ID, "workspace": WORKSPACE}
        options = accepted | {"tasks": TASKS, "seed": 7} | options
        arguments = [f"--{name}={value}" for name, value in options.items()]
        arguments += [f"--fault={rule}" for rule in faults]
        program = program or os.environ["SIMULATOR"]
        self.process = subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, text=True)
        # Whatever it prints first, or nothing where it ended at once, shows in the first request's error.
        self.url = self.process.stdout.readline().strip().removeprefix("listening on ")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Asks it to end, as a service manager does, and makes sure that it ends well."""
        self.process.terminate()
        try:
            code = self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.stdout.close()
        if code != 0:
            raise AssertionError(f"the simulator ended with exit code {code}")
