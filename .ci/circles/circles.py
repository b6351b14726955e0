#!/usr/bin/env python3
"""Finds circles of files: files of a package that need each other, directly or through others.

    .ci/circles/circles.py [--list] FOLDER...

FOLDER holds a package (`.`, `codegen`). The files are those that `mod` reaches from src/lib.rs and src/main.rs. A file
needs another if a path in it leads there: in a `use`, or anywhere else if the path begins with `crate`, `super`, `self`
or a module that the file declares. A path leads to the file of the last module that it names: `crate::a::Item` to the
file of `a`, even if `a` only re-exports the item; `crate::Item` and `super::Item` to the parent's file. So a parent that
uses, or re-exports from, a child that uses an item of the parent is a circle. `mod child;` alone needs nothing.

Left out: what stands behind `#[cfg(test)]`, files `tests.rs` and folders `tests/`; comments and strings; what is inside
`quote!` and `parse_quote!`, which is code of another crate.

Prints each circle with the paths that make it. Exit code 1 if there is one; with --list 0.
"""

import argparse
import pathlib
import re
import sys

TOKEN = re.compile(r"""
    (?P<skip>\s+ | //[^\n]* | /\*.*?\*/)
  | (?P<text>b?c?r(?P<hashes>\#*)".*?"(?P=hashes) | [bc]?"(?:\\.|[^"\\])*" | b?'(?:\\(?:x..|u\{[^}]*\}|.)|[^'\\])')
  | (?P<lifetime>'[A-Za-z_]\w*)
  | (?P<word>(?:r\#)?[A-Za-z_]\w*)
  | (?P<other>::|.)
""", re.VERBOSE | re.DOTALL)
QUOTES = {"quote", "parse_quote", "quote_spanned", "parse_quote_spanned"}
OPEN, CLOSE = "([{", ")]}"


def tokens(text):
    """Words and signs of `text`; a string or character is one sign of its own."""
    found = []
    for match in TOKEN.finditer(text):
        if match.lastgroup == "word":
            found.append(match.group().removeprefix("r#"))
        elif match.lastgroup == "other":
            found.append(match.group())
        elif match.lastgroup != "skip":
            found.append('""')
    return found


def is_word(token):
    return token[0].isalpha() or token[0] == "_"


def after_group(stream, at):
    """The place after the bracket that opens at `at`."""
    depth = 0
    for place in range(at, len(stream)):
        depth += (stream[place] in OPEN) - (stream[place] in CLOSE)
        if depth == 0:
            return place + 1
    return len(stream)


def after_item(stream, at):
    """The place after the item, with its attributes, that begins at `at`: after its `;`, its `,` or its braces."""
    while stream[at:at + 2] == ["#", "["]:
        at = after_group(stream, at + 1)
    is_use = "use" in stream[at:at + 6]
    while at < len(stream):
        if stream[at] in CLOSE:
            return at
        if stream[at] in (";", ","):
            return at + 1
        if stream[at] in OPEN:
            is_end = stream[at] == "{" and not is_use
            at = after_group(stream, at)
            if is_end:
                return at
        else:
            at += 1
    return at


def without_tests(stream):
    """`stream` without what stands behind #[cfg(test)], and without what is inside the macros of `quote`."""
    kept, at = [], 0
    while at < len(stream):
        if stream[at:at + 2] == ["#", "["]:
            end = after_group(stream, at + 1)
            if stream[at + 2:at + 4] == ["cfg", "("] and "test" in stream[at:end] and "not" not in stream[at:end]:
                at = after_item(stream, end)
            else:
                at = end
        elif stream[at] in QUOTES and stream[at + 1:at + 2] == ["!"]:
            kept.append('""')
            at = after_group(stream, at + 2)
        else:
            kept.append(stream[at])
            at += 1
    return kept


class Module:
    """A module: its file, its parent and its children by name."""

    def __init__(self, file, parent=None):
        self.file, self.parent, self.children, self.paths = file, parent, {}, []

    def root(self):
        return self.parent.root() if self.parent else self

    def target(self, path):
        """The file that `path`, written in this module, leads to; None if that is outside the crate."""
        module, rest = self, list(path)
        if rest[0] == "crate":
            module = self.root()
            rest.pop(0)
        elif rest[0] in ("super", "self"):
            while rest and rest[0] in ("super", "self"):
                if rest.pop(0) == "super":
                    module = module.parent or module
        elif rest[0] not in self.children:
            return None
        while rest and rest[0] in module.children:
            module = module.children[rest.pop(0)]
        return module.file


def use_paths(stream, at, before=()):
    """The paths of the use tree that begins at `at`, and the place after it."""
    path, found = list(before), []
    while at < len(stream):
        token = stream[at]
        if token == "{":
            at += 1
            while stream[at] != "}":
                inner, at = use_paths(stream, at, path)
                found += inner
                at += stream[at] == ","
            return found, at + 1
        if token == "as":
            at += 2
        elif is_word(token) or token == "*":
            path += [token] if token not in ("*", "self") or not path else []
            at += 1
        elif token == "::":
            at += 1
        else:
            break
    return [path] if path else [], at


def read(module, folder, stream):
    """Reads the modules and the paths of one file, or of one inline module."""
    at = 0
    while at < len(stream):
        token = stream[at]
        if token == "mod" and is_word(stream[at + 1]) and stream[at + 2] in (";", "{"):
            name = stream[at + 1]
            if stream[at + 2] == "{":
                end = after_group(stream, at + 2)
                child = module.children[name] = Module(module.file, module)
                read(child, folder / name, stream[at + 3:end - 1])
            else:
                end = at + 3
                files = folder / f"{name}.rs", folder / name / "mod.rs"
                file = next((file for file in files if file.is_file()), None)
                if file and name != "tests":
                    child = module.children[name] = Module(file, module)
                    read(child, folder / name, without_tests(tokens(file.read_text())))
            at = end
        elif token == "use" and (at == 0 or stream[at - 1] not in ("+", "<", ",")):
            paths, at = use_paths(stream, at + 1)
            module.paths += paths
        elif stream[at:at + 3] == ["(", "in", "crate"] or stream[at:at + 3] == ["(", "in", "super"]:
            at = after_group(stream, at)
        elif is_word(token) and stream[at + 1:at + 2] == ["::"] and stream[at - 1:at] not in (["::"], ["."]):
            path = [token]
            at += 1
            while stream[at:at + 1] == ["::"] and at + 1 < len(stream) and is_word(stream[at + 1]):
                path.append(stream[at + 1])
                at += 2
            module.paths.append(path)
        else:
            at += 1


def modules(module):
    yield module
    for child in module.children.values():
        yield from modules(child)


def graph(package):
    """The files of a package: for each, the files that it needs, with the path that says so."""
    needs = {}
    for start in ("lib.rs", "main.rs"):
        file = pathlib.Path(package, "src", start)
        if not file.is_file():
            continue
        root = Module(file)
        read(root, file.parent, without_tests(tokens(file.read_text())))
        for module in modules(root):
            edges = needs.setdefault(module.file, {})
            for path in module.paths:
                target = module.target(path)
                if target not in (None, module.file):
                    edges.setdefault(target, "::".join(path))
    return needs


def circles(needs):
    """The strongly connected components of more than one file (Tarjan)."""
    order, low, stack, found = {}, {}, [], []

    def visit(file):
        order[file] = low[file] = len(order)
        stack.append(file)
        for other in needs.get(file, {}):
            if other not in order:
                visit(other)
                low[file] = min(low[file], low[other])
            elif other in stack:
                low[file] = min(low[file], order[other])
        if low[file] == order[file]:
            at = stack.index(file)
            component = sorted(stack[at:])
            del stack[at:]
            if len(component) > 1:
                found.append(component)

    sys.setrecursionlimit(10_000)
    for file in sorted(needs):
        if file not in order:
            visit(file)
    return found


def main(arguments):
    parser = argparse.ArgumentParser(description="Finds circles of files in packages.")
    parser.add_argument("--list", action="store_true", help="exit with 0 even if there are circles")
    parser.add_argument("folder", nargs="+", help="the folder of a package")
    options = parser.parse_args(arguments)
    count = 0
    for package in options.folder:
        needs = graph(package)
        if not needs:
            parser.error(f"{package}/src has neither lib.rs nor main.rs; name the folder of a package")
        found = circles(needs)
        count += len(found)
        print(f"{package}: {len(needs)} files, {len(found)} circles")
        for circle in found:
            print(f"  circle of {len(circle)} files:")
            for file in circle:
                for other in circle:
                    if other in needs[file]:
                        print(f"    {file} -> {other} ({needs[file][other]})")
    return 1 if count and not options.list else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
