"""What is compared: operations, their parameters and models, told alike by the document and by the SDK."""

from dataclasses import dataclass, field
from typing import Callable


class CannotCompare(Exception):
    """Something is missing or has a shape that is not understood, so that no verdict would be honest."""


@dataclass
class Type:
    """A type by its JSON kind. `untold` stands for a type that the SDK leaves to its core."""

    kind: str
    # Allowed texts, where they are told.
    values: tuple | None = None
    # What an array or a map holds.
    items: "Type | None" = None
    # Lazy, because models may hold themselves; by JSON name.
    fields: Callable[[], dict] = dict
    # Tells models apart, so that one that holds itself is compared once.
    name: str | None = None
    # What only the document knows, such as bounds, by what it is.
    knowledge: dict = field(default_factory=dict)

    def __str__(self):
        return f"{self.kind} of {self.items}" if self.items else self.kind


@dataclass
class Field:
    type: Type
    required: bool
    # path, query, header or form, where it is a parameter.
    place: str | None = None

    def __str__(self):
        return f"{self.place + ' ' if self.place else ''}{self.type}, {requirement(self.required)}"


def requirement(required):
    return "required" if required else "optional"


@dataclass
class Operation:
    name: str
    method: str
    path: str
    parameters: dict
    body: Field | None
    response: Type | None
    response_headers: dict
    # As in Type.
    knowledge: dict = field(default_factory=dict)
