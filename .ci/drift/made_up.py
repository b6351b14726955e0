"""Writes SDKs that never were, in the shapes of the official one, from OpenAPI documents."""

import re
from pathlib import Path

from sdk import PACKAGE

TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
OPERATION = """
    @classmethod
    def _{snake}_http_info(cls, request):
        http_info = {{
            "method": "{method}",
            "resource_path": "{path}",
            "request_type": request.__class__.__name__,
            "response_type": "{answer}",
        }}
        local_var_params = {{name: getattr(request, name) for name in request.attribute_map}}
        path_params, query_params, header_params, form_params = {{}}, [], {{}}, {{}}
        body = None
{sent}
        response_headers = {headers}
        header_params["Content-Type"] = select(["application/json"])
        return http_info
"""
MODEL = """
class {name}:
{constants}
    openapi_types = {types}
    attribute_map = {json_names}

    def __init__(self, {arguments}):
        self.discriminator = None
{sets}
"""


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def attribute(wire):
    return re.sub(r"\W", "_", wire)


class MadeUpSdk:
    """Says what a document says. `trap` is put before everything, and must never run; `values` tells whether the models
    name the values of their fields."""

    def __init__(self, directory, document, version="9.9.9", trap="", values=False):
        self.document, self.trap, self.values = document, trap, values
        self.client = directory / PACKAGE / "v1" / "dataartsstudio_client.py"
        self.models = self.client.parent / "model"
        self.models.mkdir(parents=True)
        self.imports, self.told = [], set()
        described = directory / f"{PACKAGE}-{version}.dist-info" / "METADATA"
        described.parent.mkdir()
        described.write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {version}\n")
        methods = "".join(
            self.operation(path, method, entry)
            for path, entries in document["paths"].items()
            for method, entry in entries.items()
        )
        self.write(self.client, f"class MadeUpClient:\n{methods}\n    pass\n")
        self.write(self.models / "__init__.py", "\n".join(self.imports))
        for package in (self.client.parents[1], self.client.parent):
            self.write(package / "__init__.py", "")

    def write(self, path, text):
        path.write_text(f"{self.trap}\n{text}", encoding="utf-8")

    def resolve(self, node):
        if "allOf" in node:
            return self.resolve(node["allOf"][0])
        if "$ref" not in node:
            return node
        target = self.document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return self.resolve(target)

    def operation(self, path, method, entry):
        name, sent, fields = entry["x-huawei-operation"], [], {}
        for parameter in map(self.resolve, entry.get("parameters", [])):
            wire = parameter["name"]
            if wire == "project_id":
                continue
            fields[wire] = (parameter["schema"], parameter.get("required", False))
            target, name_there = f"{parameter['in']}_params", attribute(wire)
            value = f"local_var_params[{name_there!r}]"
            put = f"{target}[{wire!r}] = {value}"
            if parameter["in"] == "query":
                put = f"{target}.append(({wire!r}, {value}))"
            sent.append(f"        if {name_there!r} in local_var_params:\n            {put}")
        if "requestBody" in entry:
            fields["body"] = (entry["requestBody"]["content"]["application/json"]["schema"], True)
            sent.append("        if 'body' in local_var_params:\n            body = local_var_params['body']")
        self.model(f"{name}Request", fields)
        answer = entry["responses"]["200"]
        schema = self.resolve(answer["content"]["application/json"]["schema"])
        fields = {field: (part, field in schema.get("required", [])) for field, part in schema["properties"].items()}
        headers = list(answer.get("headers", {}))
        self.model(f"{name}Response", fields | {header: ({"type": "string"}, False) for header in headers})
        told = {"snake": snake(name), "method": method.upper(), "path": path, "answer": f"{name}Response"}
        return OPERATION.format(**told, sent="\n".join(sent), headers=headers)

    def type(self, schema, name):
        schema = self.resolve(schema)
        if schema["type"] == "array":
            return f"list[{self.type(schema['items'], name)}]"
        if schema["type"] == "object" and "properties" not in schema:
            return f"dict(str, {self.type(schema['additionalProperties'], name)})"
        if schema["type"] != "object":
            return {"date-time": "datetime"}.get(schema.get("format"), TYPES[schema["type"]])
        name = schema.get("title", name)
        if name not in self.told:
            self.told.add(name)
            required = schema.get("required", [])
            self.model(name, {field: (part, field in required) for field, part in schema["properties"].items()})
        return name

    def model(self, name, fields):
        types, constants, sets = {}, [], []
        for wire, (schema, required) in fields.items():
            field = attribute(wire)
            types[field] = self.type(schema, f"{name}{field.title().replace('_', '')}")
            if self.values:
                values = self.resolve(schema).get("enum", [])
                constants += [f"    {field.upper()}_{value} = {value!r}" for value in values]
            put = f"self.{field} = {field}"
            sets.append(f"        {put}" if required else f"        if {field} is not None:\n            {put}")
        json_names = {attribute(wire): wire for wire in fields}
        arguments = ", ".join(f"{field}=None" for field in types)
        parts = {"name": name, "types": types, "json_names": json_names, "arguments": arguments}
        text = MODEL.format(**parts, constants="\n".join(constants), sets="\n".join(sets))
        self.write(self.models / f"{snake(name)}.py", text)
        self.imports.append(f"from {PACKAGE}.v1.model.{snake(name)} import {name}")


def replace(path: Path, old, new):
    """Changes a text that is there exactly once, or ends the test."""
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise AssertionError(f"{old!r} is not once in {path.name}")
    path.write_text(text.replace(old, new), encoding="utf-8")
