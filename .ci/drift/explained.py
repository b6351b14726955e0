"""Reads the differences that are explained, and tells which explanations still fit."""

import yaml

from compare import Difference
from facts import CannotCompare

KEYS = ("kind", "place", "ours", "theirs", "reason")


def read(path):
    """The reason for each explained difference."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CannotCompare(f"{path.name} cannot be read: {error!r}") from error
    if not isinstance(entries, list):
        raise CannotCompare(f"{path.name} is no list of explanations")
    reasons = {}
    for number, entry in enumerate(entries, 1):
        where = f"explanation {number} in {path.name}"
        if not isinstance(entry, dict) or not set(entry) <= set(KEYS):
            raise CannotCompare(f"{where} may have {', '.join(KEYS)} and nothing else")
        for key in ("kind", "place", "reason"):
            if key not in entry:
                raise CannotCompare(f"{where} has no {key}")
        for key, text in entry.items():
            if not isinstance(text, str) or not text.strip() or "\n" in text.strip():
                raise CannotCompare(f"{where}: {key} must be a text of one line")
        difference = Difference(entry["kind"], entry["place"], entry.get("ours"), entry.get("theirs"))
        if difference in reasons:
            raise CannotCompare(f"{where} explains again what is explained above it: {difference}")
        reasons[difference] = entry["reason"].strip()
    return reasons
