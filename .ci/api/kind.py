"""What a difference of the public API means: breaking or not, which version it asks for, and what the changelog says.

    kind.py OLD NEW [--version X.Y.Z]

OLD and NEW are texts as `docs/public-api.txt`, an item a line. Prints the difference, the kind of the change, the next
version after X.Y.Z (that of Cargo.toml, unless given) and a draft for CHANGELOG.md. Exits with 0 if the texts are the
same, with 1 if they differ, and with 2 on wrong usage.
"""

import argparse
import difflib
import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def items(text):
    """The items in their order, each once: `impl` blocks of a type come several times."""
    return list(dict.fromkeys(line for line in text.splitlines() if line.strip()))


def compare(old, new):
    """What was removed and what was added; an item that changed is in both."""
    before, after = items(old), items(new)
    return [item for item in before if item not in set(after)], [item for item in after if item not in set(before)]


def kind(removed, added, old=""):
    """`breaking`: something that was there is not, or not as it was; or somebody has to follow. `addition`: only new items.

    Whoever implements a trait has to follow a new item of it, unless that has a default, which this text does not tell;
    whoever names all variants or fields of a type that is not `#[non_exhaustive]`, a new one.
    """
    if removed or any(binds(item, items(old)) for item in added):
        return "breaking"
    return "addition" if added else "none"


def binds(item, before):
    """Whether a new item is a part of something whose users have to have all parts."""
    parent = path(item).rpartition("::")[0]
    whole = next((line for line in before if re.match(rf"pub (unsafe )?(trait|enum|struct) {re.escape(parent)}\b(?!::)", line)), "")
    is_of_trait = " trait " in whole
    is_part = not re.match(r"(pub )?(const |async )*(fn|type|mod|const|static|use) |impl\b", item)
    return bool(whole) and (is_of_trait or is_part)


def next_version(version, change):
    """By Semantic Versioning; before 1.0 the minor number stands for what breaks (CONTRIBUTING.md)."""
    major, minor, patch = (int(number) for number in version.split("."))
    if change == "none":
        return version
    if change == "breaking":
        return f"0.{minor + 1}.0" if major == 0 else f"{major + 1}.0.0"
    return f"0.{minor}.{patch + 1}" if major == 0 else f"{major}.{minor + 1}.0"


def path(item):
    """The path of an item, without the words and types around it; empty for what has none."""
    found = re.search(r"(?:dataarts_security|huaweicloud_core|httpmock)(?:::\w+)+", re.sub(r"^impl\b.*? for ", "", item))
    return found.group() if found else ""


def name(item):
    """The path as a user writes it."""
    return path(item).removeprefix("dataarts_security::").removeprefix("huaweicloud_core::") or item


def is_implementation(item):
    return item.startswith(("impl ", "impl<"))


def draft(removed, added):
    """Lines for CHANGELOG.md, to be put into a user's words."""
    gone, come = ({name(item): item for item in side if not is_implementation(item)} for side in (removed, added))
    sections = {
        "Added": [path for path in come if path not in gone],
        "Changed": [path for path in come if path in gone],
        "Removed": [path for path in gone if path not in come],
    }
    # Where only implementations of traits differ, they are what there is to tell.
    if not any(sections.values()):
        sections["Changed"] = [*removed, *added]
    return "\n".join(
        line
        for title, paths in sections.items()
        if paths
        for line in (f"### {title}", "", *(f"- `{path}`" for path in paths), "")
    )


def main(arguments):
    parser = argparse.ArgumentParser(prog="kind.py", description=__doc__.splitlines()[0])
    parser.add_argument("old", type=pathlib.Path)
    parser.add_argument("new", type=pathlib.Path)
    parser.add_argument("--version", help="what the next version comes after")
    asked = parser.parse_args(arguments)
    old, new = asked.old.read_text(), asked.new.read_text()
    version = asked.version
    if version is None:
        version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        parser.error(f"{version} is no version of the form X.Y.Z")
    removed, added = compare(old, new)
    change = kind(removed, added, old)
    if change == "none":
        print("The public API is as it was.")
        return 0
    # Without numbers of lines, which every other change moves.
    difference = list(difflib.unified_diff(items(old), items(new), lineterm="", n=0))[2:]
    print(*(line for line in difference if not line.startswith("@@")), sep="\n")
    print(f"\nThe change is {'breaking' if change == 'breaking' else 'an addition'}: after {version} comes {next_version(version, change)}.")
    print(f"\nA draft for CHANGELOG.md, below Unreleased:\n\n{draft(removed, added)}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
