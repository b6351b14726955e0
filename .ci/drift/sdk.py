"""Reads the facts of the official Python SDK from its sources, which are foreign code: parsed, never imported or run.

An operation is a method `_..._http_info` of the client, which names the HTTP method, the path and the place of each
parameter. A model is a class whose `openapi_types` and `attribute_map` name its fields. A constant of it is a value of
the field that its name begins with. What has another shape, in an operation that we know, ends the comparison.
"""

import ast
import re
import warnings

from facts import CannotCompare, Field, Operation, Type

PACKAGE = "huaweicloudsdkdataartsstudio"
KINDS = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "datetime": "string (date-time)",
    "date": "string (date)",
    "file": "string (binary)",
    "object": "any",
}
LIST = re.compile(r"list\[(.*)\]")
MAP = re.compile(r"dict[(\[]\s*str\s*,\s*(.*)[)\]]")


def parse(path):
    try:
        with warnings.catch_warnings():
            # How it was written is not our matter.
            warnings.simplefilter("ignore")
            return ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise CannotCompare(f"the SDK's {path.name} cannot be read: {error!r}") from error


def classes(tree):
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


class Sdk:
    """The SDK that is unpacked in a directory."""

    def __init__(self, directory):
        package = directory / PACKAGE
        clients = sorted(package.glob("*/*_client.py"))
        clients = [client for client in clients if not client.name.endswith("_async_client.py")]
        if not clients:
            raise CannotCompare(f"{directory} holds no client of {PACKAGE}")
        self.version = version(directory)
        # By official name; one that an older version of the API has as well stands under the newer version's name too.
        self.operations = {}
        for client in clients:
            models = Models(client.parent / "model")
            for operation in operations(client, models):
                known = operation.name in self.operations
                key = f"{client.parent.name}/{operation.name}" if known else operation.name
                self.operations[key] = operation
        if not self.operations:
            raise CannotCompare(f"the client of {PACKAGE} has no operation in a shape that is understood")


def version(directory):
    """What its own description calls it, if it came with one."""
    for metadata in directory.glob(f"{PACKAGE}-*.dist-info/METADATA"):
        named = re.search(r"^Version: (\S+)$", metadata.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        if named:
            return named[1]
    return None


def operations(client, models):
    for node in classes(parse(client)):
        for function in node.body:
            if isinstance(function, ast.FunctionDef) and function.name.endswith("_http_info"):
                yield SdkOperation(function, models)


class SdkOperation:
    """Name, method and path of an operation; the rest is read where it is asked for."""

    def __init__(self, function, models):
        self.function, self.models = function, models
        told = {}
        for node in function.body:
            match node:
                case ast.Assign(targets=[ast.Name(id="http_info")], value=ast.Dict(keys=keys, values=values)):
                    for key, value in zip(keys, values):
                        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant):
                            told[key.value] = value.value
        self.name = "".join(part.capitalize() for part in function.name.removesuffix("_http_info").split("_"))
        self.method, self.path = told.get("method"), told.get("resource_path")
        self.answer = told.get("response_type")
        if not all(isinstance(text, str) for text in (self.method, self.path, self.answer)):
            raise self.not_understood("its method, path and answer")

    def not_understood(self, what):
        return CannotCompare(f"the SDK's operation {self.name} has a shape that is not understood: {what}")

    def read(self):
        places, bodies, headers = self.places()
        model = self.models.read(f"{self.name}Request")
        parameters = {}
        # The core fills in what no parameter of the operation does.
        for name in re.findall(r"\{(\w+)\}", self.path):
            parameters[name] = Field(Type("untold"), True, "path")
        body = None
        for attribute, told in model.fields.items():
            if attribute in bodies:
                body = told
            elif attribute in places:
                place, name = places[attribute]
                parameters[name] = Field(told.type, told.required, place)
            else:
                raise self.not_understood(f"where its parameter {attribute} goes")
        fields, response = {}, self.models.type(self.answer)
        if response.kind == "object":
            fields = response.fields()
            named = {name: told for name, told in fields.items() if name.lower() in headers}
            rest = {name: told for name, told in fields.items() if name not in named}
            fields = {name.lower(): told for name, told in named.items()}
            response = Type("object", fields=lambda: rest, name=response.name) if rest else None
        return Operation(self.name, self.method, self.path, parameters, body, response, fields)

    def places(self):
        """Place and wire name of each attribute of the request, the attributes that are the body, and the names of the
        answer's fields that come as headers."""
        places, bodies, headers = {}, set(), []
        for node in self.function.body:
            match node:
                case ast.Assign(targets=[ast.Name(id="local_var_params")]):
                    pass
                case ast.Assign(targets=[ast.Name(id="response_headers")], value=value):
                    headers = [name.lower() for name in literal(value, list, self)]
                case ast.If(
                    test=ast.Compare(
                        left=ast.Constant(), ops=[ast.In()], comparators=[ast.Name(id="local_var_params")]
                    ),
                    body=statements,
                    orelse=[],
                ):
                    for statement in statements:
                        self.place(statement, places, bodies)
                case _ if any(isinstance(part, ast.Name) and part.id == "local_var_params" for part in ast.walk(node)):
                    raise self.not_understood(ast.unparse(node))
        return places, bodies, headers

    def place(self, statement, places, bodies):
        match statement:
            case ast.Expr(
                ast.Call(
                    func=ast.Attribute(value=ast.Name(id="query_params"), attr="append"),
                    args=[
                        ast.Tuple(
                            [
                                ast.Constant(value=name),
                                ast.Subscript(ast.Name(id="local_var_params"), ast.Constant(value=attribute)),
                            ]
                        )
                    ],
                )
            ):
                places[attribute] = ("query", name)
            case ast.Assign(
                targets=[
                    ast.Subscript(
                        ast.Name(id="path_params" | "header_params" | "form_params" as kind), ast.Constant(value=name)
                    )
                ],
                value=ast.Subscript(ast.Name(id="local_var_params"), ast.Constant(value=attribute)),
            ):
                place = kind.removesuffix("_params")
                places[attribute] = (place, name.lower() if place == "header" else name)
            case ast.Assign(
                targets=[ast.Name(id="body")],
                value=ast.Subscript(ast.Name(id="local_var_params"), ast.Constant(value=attribute)),
            ):
                bodies.add(attribute)
            case ast.Assign(targets=[ast.Subscript(ast.Name(id="collection_formats"))]):
                pass
            case _:
                raise self.not_understood(ast.unparse(statement))


def literal(node, kind, owner):
    """A value that is written out, so that it can be had without running anything."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        value = None
    texts = [*value, *value.values()] if isinstance(value, dict) else value
    if not isinstance(value, kind) or not all(isinstance(text, str) for text in texts):
        raise owner.not_understood(ast.unparse(node))
    return value


class Models:
    """The models of one version of the API, each read when it is asked for."""

    def __init__(self, directory):
        self.directory, self.read_already = directory, {}
        self.files = {}
        for node in parse(directory / "__init__.py").body:
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    # The last part of a module's name is one name, and so no way out of the directory.
                    self.files[alias.name] = node.module.rpartition(".")[2]

    def read(self, name):
        if name not in self.read_already:
            if name not in self.files:
                raise CannotCompare(f"the SDK has no model {name}")
            tree = parse(self.directory / f"{self.files[name]}.py")
            found = [node for node in classes(tree) if node.name == name]
            if len(found) != 1:
                raise CannotCompare(f"the SDK's {self.files[name]}.py does not hold the model {name}")
            self.read_already[name] = Model(found[0], self)
        return self.read_already[name]

    def type(self, name):
        """The type that the SDK calls so."""
        name = name.strip()
        if name in KINDS:
            return Type(KINDS[name])
        if held := LIST.fullmatch(name):
            return Type("array", items=self.type(held[1]))
        if held := MAP.fullmatch(name):
            return Type("map", items=self.type(held[1]))
        if name not in self.files:
            # Shown by its own name, where it differs from ours.
            return Type(name)
        model = self.read(name)
        if model.values:
            return Type("string", values=model.values)
        if model.is_stream:
            return Type("string (binary)")
        return Type("object", fields=lambda: model.by_json_name(), name=name)


class Model:
    def __init__(self, node, models):
        self.name, self.models = node.name, models
        self.is_stream = any(isinstance(base, ast.Name) and base.id == "SdkStreamResponse" for base in node.bases)
        assigned, constants, required = {}, {}, {}
        for statement in node.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id="openapi_types" | "attribute_map" as name)], value=value):
                    assigned[name] = literal(value, dict, self)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)) if name.isupper():
                    constants[name] = str(value)
                case ast.FunctionDef(name="__init__"):
                    required = requirements(statement)
        if set(assigned) != {"openapi_types", "attribute_map"}:
            raise self.not_understood("its types and its JSON names")
        self.types, self.json_names = assigned["openapi_types"], assigned["attribute_map"]
        if self.types.keys() != self.json_names.keys():
            raise self.not_understood("its types and its JSON names are not of the same fields")
        self.values = tuple(constants.values()) if constants and not self.types else None
        self.constants = constants if self.types else {}
        for name in self.types:
            if name not in required:
                raise self.not_understood(f"whether its field {name} is required")
        self.required = required

    def not_understood(self, what):
        return CannotCompare(f"the SDK's model {self.name} has a shape that is not understood: {what}")

    @property
    def fields(self):
        """By the name of the attribute."""
        values = {}
        for constant, value in self.constants.items():
            owners = [name for name in self.types if constant.startswith(f"{name.upper()}_")]
            if not owners:
                raise self.not_understood(f"which field the constant {constant} is for")
            values.setdefault(max(owners, key=len), []).append(value)
        fields = {}
        for name, type_name in self.types.items():
            told = self.models.type(type_name)
            if name in values:
                (told.items or told).values = tuple(values[name])
            fields[name] = Field(told, self.required[name])
        return fields

    def by_json_name(self):
        return {self.json_names[name]: told for name, told in self.fields.items()}


def requirements(init):
    """Whether each attribute is set in any case; an optional one is only set where it is given."""
    required = {}
    for statement in init.body:
        match statement:
            case ast.Assign(targets=[ast.Attribute(ast.Name(id="self"), name)], value=ast.Name(id=given)) if (
                name == given
            ):
                required[name] = True
            case ast.If(
                test=ast.Compare(left=ast.Name(id=given), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]),
                body=[ast.Assign(targets=[ast.Attribute(ast.Name(id="self"), name)])],
            ) if (
                name == given
            ):
                required[name] = False
    return required
