"""Reads a `@kubernetes-models/*` package: validators that a schema was compiled to, one function a schema node.

Structure, types, required fields, enums, patterns and bounds are read; of `anyOf` only "an integer or a string". Whether an
object takes fields beside those it declares is not in them, nor are defaults.
"""

import glob
import json
import os
import re

from .model import ANY_OBJECT, ANYTHING, INT_OR_STRING, NUMBERS, SCALARS, obj, optional

PIECES = re.compile(r"(?:^|(?<=[;}]))(?=(?:export |import|function validate|let schema))")
CALL = re.compile(r'(null!==data&&\()?(validate\d+)\(data(?:\.(\w+)|\["([^"]+)"\]|\[(i|key)\d+\])?,\{instancePath')
ERROR = re.compile(r'\{instancePath,schemaPath:"#/(\w+)",keyword:"\1",params:\{(?:comparison:"[<>=]+",)?(\w+):("(?:[^"\\]|\\.)*"|[^},]+)')
# Kubernetes' own types, which lie in a package of their own.
SHARED = [
    ("IntstrIntOrString", INT_OR_STRING), ("ResourceQuantity", INT_OR_STRING), ("Time", SCALARS["String"]),
    ("MetaV1Duration", SCALARS["String"]), ("MetaV1ObjectMeta", ANY_OBJECT), ("MetaV1LabelSelector", obj([
        ("matchLabels", {"type": "object", "additionalProperties": SCALARS["String"]}, False),
        ("matchExpressions", {"type": "array", "items": obj([
            ("key", SCALARS["String"], True), ("operator", SCALARS["String"], True),
            ("values", {"type": "array", "items": SCALARS["String"]}, False)])}, False)])),
]


class Npm:
    """The schemas of one package."""

    def __init__(self, folder):
        self.folder, self.modules, self.open = folder, {}, set()

    def kinds(self):
        """(group, kind, version, schema) of every kind."""
        for path in sorted(glob.glob(os.path.join(self.folder, "*.*", "v*", "*.js"))):
            group, version, file = path.split(os.sep)[-3:]
            with open(path, encoding="utf-8") as text:
                found = re.search(r'_schemas/([^"]+?)(?:\.js)?"', text.read())
            kind = file.removesuffix(".js")
            if not found or kind.endswith("List"):
                continue
            schema = self.module(found[1])
            fields = schema.get("properties", {})
            if fields.get("kind", {}).get("enum") == [kind]:
                yield group, kind, version, obj([(name, field, False) for name, field in fields.items()
                                                 if name not in ("apiVersion", "kind", "metadata")])

    def module(self, name):
        """The schema that a module of _schemas exports."""
        if name not in self.modules:
            if name in self.open:
                return ANYTHING
            self.open.add(name)
            path = os.path.join(self.folder, "_schemas", name + ".js")
            with open(path, encoding="utf-8") as text:
                self.modules[name] = Module(self, text.read()).exported()
            self.open.discard(name)
        return self.modules[name]

    def imported(self, path):
        name = os.path.basename(path).removesuffix(".js")
        if path.startswith("./"):
            return self.module(name)
        return next((schema for end, schema in SHARED if name.endswith(end)), ANYTHING)


class Module:
    """The functions of one file."""

    def __init__(self, package, text):
        self.package, self.functions, self.imports, self.enums, self.cache = package, {}, {}, {}, {}
        self.export = re.search(r"export const validate=(validate\d+);", text)[1]
        self.imports.update((name, path) for name, path in re.findall(r'validate as (validate\d+)\}from"([^"]+)"', text))
        for name, values in re.findall(r"(schema\d+_enum)=(\[[^\]]*\])", text):
            self.enums[name] = json.loads(values)
        for piece in PIECES.split(text):
            if piece.startswith("function "):
                self.functions[piece[9:piece.index("(")]] = piece

    def exported(self):
        return self.function(self.export)

    def function(self, name):
        if name in self.imports:
            return self.package.imported(self.imports[name])
        if name not in self.cache:
            self.cache[name] = ANYTHING  # Until it is known: schemas may hold themselves.
            self.cache[name] = self.read(self.functions[name][10:])
        return self.cache[name]

    def read(self, text):
        errors = [(keyword, value) for keyword, _, value in ERROR.findall(text)]
        keywords = dict(errors)
        calls = CALL.findall(text)
        fields, items, values, same = {}, None, None, []
        for null, callee, plain, quoted, index in calls:
            if plain or quoted:
                fields[plain or quoted] = self.function(callee)
            elif index == "i":
                items = self.function(callee)
            elif index == "key":
                values = self.function(callee)
            else:
                schema = self.function(callee)
                same.append(optional(schema) if null else schema)
        if {"anyOf", "oneOf", "not"} & set(re.findall(r'keyword:"(anyOf|oneOf|not)"', text)):
            types = {schema.get("type") for schema in same}
            same = [INT_OR_STRING if types == {"integer", "string"} else ANYTHING]
        return self.node(text, errors, keywords, fields, items, values, same)

    def node(self, text, errors, keywords, fields, items, values, same):
        kind = json.loads(keywords["type"]) if "type" in keywords else None
        if not fields and not items and values is None and kind is None:
            out = dict(same[0]) if len(same) == 1 else {}
            if "enum" in keywords:
                out = {"type": "string", "enum": self.enums[keywords["enum"]]}
            return out or ANYTHING
        if fields:
            required = {json.loads(value) for keyword, value in errors if keyword == "required"}
            out = obj([(name, schema, name in required) for name, schema in fields.items()])
        elif values is not None:
            out = ANY_OBJECT if values == ANYTHING else {"type": "object", "additionalProperties": values}
        elif kind == "array" or items:
            out = {"type": "array", "items": items or ANYTHING}
        elif kind == "object":
            out = ANY_OBJECT
        else:
            out = {"type": kind}
        out = dict(out)
        if "enum" in keywords:
            out["enum"] = self.enums[keywords["enum"]]
        if "pattern" in keywords:
            out["pattern"] = json.loads(keywords["pattern"])
        for keyword in NUMBERS:
            if keyword in keywords:
                out[keyword] = number(keywords[keyword])
        first = re.split(r"errors=0[^;]*;", text, maxsplit=1)[-1].split("{", 1)[0]
        return optional(out) if "null!==data" in first else out


def number(text):
    if text.lstrip("-").startswith("0x"):
        return int(text, 16)
    value = float(text)
    return int(value) if value.is_integer() else value
