"""Tells the outcome to people and to programs."""

import json
from dataclasses import asdict

from sdk import PACKAGE


def printable(text):
    """Names come from foreign code, and must not steer a terminal."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)


class Outcome:
    """A comparison, beside what is explained."""

    def __init__(self, version, is_newest, document, comparison, reasons):
        self.version, self.is_newest, self.document = version, is_newest, document
        self.comparison = comparison
        found = comparison.differences
        self.explained = {each: reasons[each] for each in found if each in reasons}
        self.unexplained = [each for each in found if each not in reasons]
        self.stale = {each: reason for each, reason in reasons.items() if each not in self.explained}

    @property
    def drifted(self):
        return bool(self.unexplained or self.stale)

    def as_json(self):
        found = self.comparison.differences
        whole = {
            "package": PACKAGE,
            "version": self.version,
            "newest": self.is_newest,
            "document": self.document,
            "compared": self.comparison.compared,
            "elsewhere": self.comparison.elsewhere,
            "drift": self.drifted,
            "differences": [asdict(each) | {"reason": self.explained.get(each)} for each in found],
            "stale": [asdict(each) | {"reason": reason} for each, reason in self.stale.items()],
            "lacking": [asdict(each) for each in self.comparison.knowledge],
        }
        return json.dumps(whole, indent=2)

    def as_text(self):
        lines = [self.title()]
        lines += ["", f"Compared ({len(self.comparison.compared)}): {', '.join(self.comparison.compared)}."]
        lines += [f"Operations of other areas, not looked at: {self.comparison.elsewhere}."]
        lines += self.section("Differences without an explanation", map(str, self.unexplained))
        lines += self.section("Explanations that fit no difference any more", map(str, self.stale))
        lines += self.section("Explained differences", map(str, self.explained), self.explained.values())
        lines += ["", "Known to the document alone, which is no drift (--json tells each place):"]
        lines += [f"  {known}" for known in self.knowledge()]
        lines += ["", self.verdict()]
        return "\n".join(map(printable, lines))

    def title(self):
        version = self.version or "of an unknown version"
        newest = ", the newest release" if self.is_newest else ""
        return f"The official Python SDK ({PACKAGE} {version}{newest}) beside {self.document}"

    @staticmethod
    def section(title, entries, reasons=()):
        """A title with the number of entries, and each entry with its reason below it, if it has one."""
        lines = [f"  {entry}" for entry in entries]
        head = ["", f"{title} ({len(lines)}):"] if lines else []
        for at, reason in enumerate(reasons):
            lines.insert(2 * at + 1, f"            {reason}")
        return head + lines

    def knowledge(self):
        """Each kind of knowledge in one line; the values of texts in full, for the SDK may come to tell them."""
        kinds = {}
        for each in self.comparison.knowledge:
            kinds.setdefault((each.what, each.ours if each.what == "values" else None), []).append(each)
        for (what, values), known in kinds.items():
            example = known[0].place if values else f"{known[0].place} ({known[0].ours})"
            places = f"at {count(len(known), 'place')}, such as {example}" if len(known) > 1 else f"at {example}"
            yield f"{what} {values} {places}" if values else f"{what} {places}"

    def verdict(self):
        if not self.drifted:
            return f"No drift: every difference is explained ({len(self.explained)})."
        words = []
        if self.unexplained:
            words.append(
                f"{count(len(self.unexplained), 'difference')} without an explanation: change the document, or explain"
                " them in .ci/drift/explained.yaml"
            )
        if self.stale:
            words.append(
                f"{count(len(self.stale), 'explanation')} without a difference: take them out of"
                " .ci/drift/explained.yaml"
            )
        return f"Drift: {'. And '.join(words)}."


def count(number, noun):
    return f"{number} {noun}{'' if number == 1 else 's'}"
