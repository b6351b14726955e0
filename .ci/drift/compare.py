"""Compares operations of the document with those of the SDK. Nothing is read from disk here."""

import re
from dataclasses import dataclass

from facts import requirement

# Where an operation is named so, it is about our subject, whatever its path.
AREA = ("MemberSync", "member-sync")


@dataclass(frozen=True)
class Difference:
    """What is not alike. `kind` is added (the SDK alone has it), removed (the document alone has it), changed, or
    uncovered (an operation of our area that the document leaves out)."""

    kind: str
    place: str
    ours: str | None
    theirs: str | None

    def __str__(self):
        sides = [f"{who} {what}" for who, what in (("ours", self.ours), ("theirs", self.theirs)) if what is not None]
        return f"{self.kind:9} {self.place}: {'; '.join(sides)}"


@dataclass(frozen=True)
class Knowledge:
    """What the document tells and the SDK does not."""

    place: str
    what: str
    ours: str


@dataclass
class Comparison:
    compared: list
    differences: list
    knowledge: list
    # Operations of other areas, which nobody looked at.
    elsewhere: int


def compare(ours, theirs):
    """`ours` by official name; `theirs` too, each to be read where it is compared."""
    comparing = Comparing()
    compared = []
    for name, operation in ours.items():
        if name in theirs:
            comparing.operation(operation, theirs[name].read())
            compared.append(name)
        else:
            comparing.differ("removed", name, f"{operation.method} {operation.path}", None)
    neighbourhood = [re.sub(r"/\{\w+\}$", "", operation.path) for operation in ours.values()]
    elsewhere = 0
    for name, operation in theirs.items():
        if name in ours:
            continue
        if is_near(name, operation.path, neighbourhood):
            comparing.differ("uncovered", name, None, f"{operation.method} {operation.path}")
        else:
            elsewhere += 1
    return Comparison(compared, comparing.differences, comparing.knowledge, elsewhere)


def is_near(name, path, neighbourhood):
    """Whether an operation is of our area: by its name, or because it is at a path of ours or below one."""
    named = any(word in name or word in path for word in AREA)
    return named or any(path == near or path.startswith(f"{near}/") for near in neighbourhood)


class Comparing:
    def __init__(self):
        self.differences, self.knowledge = [], []

    def differ(self, kind, place, ours, theirs):
        ours, theirs = (None if side is None else str(side) for side in (ours, theirs))
        self.differences.append(Difference(kind, place, ours, theirs))

    def alike(self, place, ours, theirs):
        if ours != theirs:
            self.differ("changed", place, ours, theirs)

    def know(self, place, knowledge):
        self.knowledge += [Knowledge(place, what, ours) for what, ours in knowledge.items()]

    def operation(self, ours, theirs):
        name = ours.name
        self.know(name, ours.knowledge)
        self.alike(f"{name}.method", ours.method, theirs.method)
        self.alike(f"{name}.path", ours.path, theirs.path)
        self.members(f"{name}.parameters", ours.parameters, theirs.parameters, ())
        bodies = [{"body": side.body} if side.body else {} for side in (ours, theirs)]
        self.members(name, *bodies, ())
        if ours.response and theirs.response:
            self.type(f"{name}.response", ours.response, theirs.response, ())
        elif ours.response:
            self.differ("removed", f"{name}.response", ours.response, None)
        elif theirs.response:
            self.differ("added", f"{name}.response", None, theirs.response)
        self.members(f"{name}.response_headers", ours.response_headers, theirs.response_headers, ())

    def members(self, place, ours, theirs, above):
        """Parameters or fields, by name."""
        for name, mine in ours.items():
            if name not in theirs:
                self.differ("removed", f"{place}.{name}", mine, None)
                continue
            other, at = theirs[name], f"{place}.{name}"
            self.alike(f"{at}.in", mine.place, other.place)
            self.alike(f"{at}.required", requirement(mine.required), requirement(other.required))
            self.type(at, mine.type, other.type, above)
        for name, other in theirs.items():
            if name not in ours:
                self.differ("added", f"{place}.{name}", None, other)

    def type(self, place, ours, theirs, above):
        self.know(place, ours.knowledge)
        if theirs.kind == "untold":
            self.know(place, {"type": ours.kind})
            return
        if ours.kind != theirs.kind:
            self.differ("changed", f"{place}.type", ours, theirs)
            return
        self.values(place, ours.values, theirs.values)
        if ours.items and theirs.items:
            self.type(f"{place}[]" if ours.kind == "array" else f"{place}.*", ours.items, theirs.items, above)
        pair = (ours.name, theirs.name)
        # A model that holds itself was compared further up.
        if ours.kind == "object" and (None in pair or pair not in above):
            self.members(place, ours.fields(), theirs.fields(), (*above, pair))

    def values(self, place, ours, theirs):
        place = f"{place}.values"
        if ours and not theirs:
            self.know(place.removesuffix(".values"), {"values": ", ".join(ours)})
        elif theirs and not ours:
            self.differ("changed", place, "any", ", ".join(theirs))
        elif ours and theirs:
            for value in ours:
                if value not in theirs:
                    self.differ("removed", place, value, None)
            for value in theirs:
                if value not in ours:
                    self.differ("added", place, None, value)
