"""Fetches a release of the SDK from the Python package registry, and unpacks it without running any of it."""

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from facts import CannotCompare
from sdk import PACKAGE

# Nothing that pip, or a path, could take for more.
VERSION = "[0-9][0-9A-Za-z.]*"
# Longer than any download takes; only there so that nothing hangs for ever.
PATIENCE = 300
# Ten times what it holds today.
LARGEST = 300 << 20


def pip(*arguments):
    # It is never run, so that it does not matter which Python it asks for.
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    command.append("--ignore-requires-python")
    try:
        outcome = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise CannotCompare(f"the Python package registry did not answer within {PATIENCE} s") from error
    if outcome.returncode != 0:
        told = [line for line in outcome.stderr.splitlines() if line.startswith("ERROR")] or ["pip failed"]
        raise CannotCompare(f"the Python package registry did not give {arguments[-1]}: {told[-1]}")
    return outcome.stdout


def newest():
    """The newest release, in whatever form it is published."""
    told = pip("index", "versions", PACKAGE)
    version = re.match(rf"{PACKAGE} \(({VERSION})\)", told)
    if not version:
        raise CannotCompare(f"pip does not tell the newest release of {PACKAGE} in a form that is understood")
    return version[1]


def fetch(version, room):
    """The directory of an unpacked release, which is fetched once: what a release holds does not change."""
    unpacked = room / "sdk" / version
    if unpacked.is_dir():
        return unpacked
    unpacked.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=unpacked.parent) as new:
        # Without a wheel pip would build one, and so run what it fetched.
        arguments = ["--quiet", "--no-deps", "--only-binary", ":all:", "--dest", new]
        pip("download", *arguments, f"{PACKAGE}=={version}")
        wheels = list(Path(new).glob("*.whl"))
        if len(wheels) != 1:
            raise CannotCompare(f"the Python package registry gave {len(wheels)} wheels of {PACKAGE} {version}")
        unpack(wheels[0], Path(new) / "unpacked")
        # Another run may have been quicker.
        if not unpacked.is_dir():
            (Path(new) / "unpacked").rename(unpacked)
    return unpacked


def unpack(wheel, directory):
    try:
        with zipfile.ZipFile(wheel) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise CannotCompare(f"{wheel.name} is larger than any SDK")
            # It writes nothing outside the directory, whatever the names in the archive.
            archive.extractall(directory)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise CannotCompare(f"{wheel.name} cannot be unpacked: {error!r}") from error
