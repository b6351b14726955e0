"""Reads the facts of an OpenAPI document."""

import yaml

from facts import CannotCompare, Field, Operation, Type

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# In these formats the SDK tells a text apart from others.
TOLD_FORMATS = ("date-time", "date", "binary")
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern")
BOUNDS += ("minLength", "maxLength", "minItems", "maxItems", "uniqueItems")


def read(path):
    """The operations of the document by their official names."""
    try:
        return operations(path, yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError) as error:
        raise CannotCompare(f"{path.name} is no readable OpenAPI document: {error!r}") from error


def operations(path, document):
    reader = Reader(document)
    operations = {}
    for url, entries in document["paths"].items():
        for method in METHODS:
            if method in entries:
                operation = reader.operation(url, method, entries[method], entries.get("parameters", []))
                if operation.name in operations:
                    raise CannotCompare(f"{path.name} has the operation {operation.name} twice")
                operations[operation.name] = operation
    return operations


class Reader:
    def __init__(self, document):
        self.document = document

    def resolve(self, node):
        """The node itself, or what it refers to, with the last name on the way."""
        name = None
        while "$ref" in node:
            target, name = self.document, node["$ref"]
            for part in name.removeprefix("#/").split("/"):
                if not isinstance(target, dict) or part not in target:
                    raise CannotCompare(f"the document refers to {name}, which it does not hold")
                target = target[part]
            node = target
        return node, name

    def operation(self, url, method, entry, shared):
        name = entry.get("x-huawei-operation")
        if not name:
            raise CannotCompare(f"{method.upper()} {url} has no x-huawei-operation in the document")
        parameters = {}
        for parameter in [*shared, *entry.get("parameters", [])]:
            parameter, _ = self.resolve(parameter)
            place = parameter["in"]
            key = parameter["name"].lower() if place == "header" else parameter["name"]
            kind = self.type(parameter.get("schema", {}))
            parameters[key] = Field(kind, bool(parameter.get("required", False)), place)
        body, _ = self.resolve(entry.get("requestBody", {}))
        content = self.content(body)
        good, response, headers, errors = [], None, {}, []
        for status, answer in entry["responses"].items():
            answer, _ = self.resolve(answer)
            if not str(status).startswith("2"):
                errors.append(str(status))
                continue
            good.append(status)
            response = self.content(answer)
            for header, described in answer.get("headers", {}).items():
                described, _ = self.resolve(described)
                headers[header.lower()] = Field(self.type(described.get("schema", {})), False)
        if len(good) != 1:
            raise CannotCompare(f"{name} has {len(good)} good answers in the document; the SDK knows one")
        knowledge = {"error answers": ", ".join(errors)} if errors else {}
        if "x-paging" in entry:
            knowledge["how the list is read as a whole"] = "x-paging"
        body = Field(content, bool(body.get("required", False))) if content else None
        return Operation(name, method.upper(), url, parameters, body, response, headers, knowledge)

    def content(self, node):
        """The type of a body, if it has one."""
        content = node.get("content")
        if not content:
            return None
        media = content.get("application/json") or next(iter(content.values()))
        return self.type(media.get("schema", {}))

    def merged(self, schema, name=None):
        """The schema with everything that it refers to or is made of."""
        schema, referred = self.resolve(schema)
        name = referred or name
        for several in ("oneOf", "anyOf", "not"):
            if several in schema:
                raise CannotCompare(f"the document uses {several} in an operation, which no SDK model can tell")
        whole = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema.get("allOf", []):
            part, name = self.merged(part, name)
            properties = {**whole.get("properties", {}), **part.get("properties", {})}
            required = [*whole.get("required", []), *part.get("required", [])]
            whole = {**part, **whole}
            if properties:
                whole |= {"properties": properties, "required": required}
        return whole, name

    def type(self, schema):
        schema, name = self.merged(schema)
        knowledge = {}
        bounds = [f"{bound} {schema[bound]}" for bound in BOUNDS if bound in schema]
        if bounds:
            knowledge["bounds"] = ", ".join(bounds)
        if schema.get("nullable"):
            knowledge["may be null"] = "nullable"
        kind = schema.get("type") or ("object" if "properties" in schema else "any")
        if kind == "array":
            return Type("array", items=self.type(schema.get("items", {})), knowledge=knowledge)
        if kind == "object":
            rest = schema.get("additionalProperties")
            if "properties" not in schema and isinstance(rest, dict):
                return Type("map", items=self.type(rest), knowledge=knowledge)
            return Type("object", fields=lambda: self.fields(schema), name=name, knowledge=knowledge)
        form = schema.get("format")
        if kind == "string" and form in TOLD_FORMATS:
            kind = f"string ({form})"
        elif form:
            knowledge["format"] = form
        values = schema.get("enum")
        return Type(kind, values=tuple(str(value) for value in values) if values else None, knowledge=knowledge)

    def fields(self, schema):
        required = schema.get("required", [])
        properties = schema.get("properties", {}).items()
        return {name: Field(self.type(part), name in required) for name, part in properties}
