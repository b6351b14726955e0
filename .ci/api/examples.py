"""Sees that every public function, type and operation of the library has an example, which its tests compile.

    examples.py JSON

JSON is what the nightly rustdoc wrote of the crate. Fields, variants, constants and plain getters speak for themselves, methods of a
trait are shown by their trait, and wire types are made of the document. Prints what has none; exits with 1 if there is any.
"""

import json
import pathlib
import sys


def is_shown(item):
    return "```" in (item["docs"] or "")


def is_plain_getter(item):
    """Whether a method only reads: it takes itself, not to change it, and nothing else."""
    inputs = item["inner"]["function"]["sig"]["inputs"]
    if len(inputs) != 1 or inputs[0][0] != "self" or item["inner"]["function"]["header"]["is_async"]:
        return False
    kind = inputs[0][1]
    return "borrowed_ref" in kind and not kind["borrowed_ref"]["is_mutable"]


def wanting(crate):
    """The paths of public items without an example."""
    index = crate["index"]
    missing = []

    def look(identifier, path, is_generated_type=False):
        item = index.get(str(identifier))
        if item is None:
            return
        kind, inner = next(iter(item["inner"].items()))
        if kind == "use":
            if inner["id"] is not None and not inner["is_glob"]:
                look(inner["id"], path, is_generated_type)
            return
        path = f"{path}::{item['name']}" if item["name"] else path
        file = (item["span"] or {}).get("filename", "")
        is_generated = not file.startswith(("src/", "core/src/"))
        if kind == "module":
            for child in inner["items"]:
                # Wire types and their builders come from the document, and so do the mocks.
                if item["name"] not in ("types", "mock"):
                    look(child, path)
            return
        if kind in ("struct", "enum", "trait", "function") and not is_generated and not is_shown(item):
            missing.append(path)
        for implementation in inner.get("impls", []) if kind in ("struct", "enum") else []:
            methods = index.get(str(implementation))
            if methods is None or methods["inner"]["impl"]["trait"] is not None:
                continue
            for method in methods["inner"]["impl"]["items"]:
                found = index.get(str(method))
                if found is None or "function" not in found["inner"]:
                    continue
                is_operation = item["name"] == "Client"
                by_hand = found["span"]["filename"].startswith(("src/", "core/src/"))
                if (by_hand or is_operation) and not is_plain_getter(found) and not is_shown(found):
                    missing.append(f"{path}::{found['name']}")

    look(crate["root"], "")
    return sorted(set(missing))


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    missing = wanting(json.loads(pathlib.Path(arguments[0]).read_text()))
    for path in missing:
        print(f"{path.removeprefix('::')} has no example")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
