#!/usr/bin/env python3
"""Makes bundle.bin, the structure-only schemas of every supported Kubernetes version.

    schemas/generate.py [--wheel FILE] [--openapi FILE]

Input: the wheel of the PyPI package kubernetes-validate (Apache-2.0; fetched with pip when not given), kinds.tsv (plural and
scope of every kind), lifetimes.tsv (APIs that are gone), facts.json (enums and defaults, which the package does not carry).
Output: bundle.bin, compressed with the `zstd` program. `--openapi` first makes facts.json anew from an OpenAPI v3 document as
an API server serves it. No description text is taken over. The same input gives the same bytes.

Layout (numbers little endian; STR, TYPE, DEF are u16 indices):
  "KVB2", u32 offsets of the sections types, definitions, versions, lifetimes; then
  strings      u16 count, u8 lengths, bytes
  types        u16 count, each u8 tag (see TAGS) and for list: TYPE, u8 list type, u8 n, n STR; map: TYPE; ref: STR
  definitions  u16 count, u32 offset of each from the section's start, each STR name, u16 n, n fields sorted by name:
               STR name, TYPE, u8 flags (1 required, 2 enum follows, 4 default follows), [u8 n, n STR], [STR JSON text]
  versions     u8 count, each u8 minor, u16 n, n DEF, u16 n, n kinds: STR group, version, kind, plural, definition; u8 flags
               (1 namespaced, 2 served by default)
  lifetimes    u16 count, each STR group/version, kind, replacement; u8 minor deprecated in, u8 minor not served from
"""

import argparse
import glob
import json
import os
import struct
import subprocess
import sys
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = "kubernetes-validate==1.37.0"
MINORS = range(25, 38)
TAGS = {name: tag for tag, name in enumerate(
    ["any", "string", "bool", "int32", "int64", "double", "bytes", "quantity", "int-or-string", "time", "micro-time",
     "schema-or-bool", "schema-or-array", "schema-or-strings", "list", "map", "ref"])}
LIST_TYPES = {None: 0, "atomic": 1, "set": 2, "map": 3}
# Definitions whose Go types read their own JSON: the table knows them by name.
SPECIAL = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "micro-time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "any",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Patch": "any",
    "io.k8s.apimachinery.pkg.runtime.RawExtension": "any",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": "any",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": "schema-or-bool",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray": "schema-or-array",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": "schema-or-strings",
}
# Kinds that a swagger definition names but no client creates on its own: subresources, options, discovery.
NO_RESOURCE = {"DeleteOptions", "WatchEvent", "Status", "Scale", "TokenRequest", "APIGroup", "APIGroupList",
               "APIResourceList", "APIVersions"}


class Table:
    """Numbers things in the order in which they are first seen."""

    def __init__(self):
        self.index = {}

    def __getitem__(self, key):
        return self.index.setdefault(key, len(self.index))


class Bundle:
    def __init__(self, facts):
        self.facts, self.strings, self.types, self.definitions = facts, Table(), Table(), Table()

    def type_of(self, schema):
        """The type's key: a name from TAGS, or a tuple for list, map and ref."""
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            special = SPECIAL.get(name)
            return (special,) if special else ("ref", self.strings[name])
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next(k for k in kind if k != "null")
        if kind == "array":
            keys = tuple(self.strings[k] for k in schema.get("x-kubernetes-list-map-keys", []))
            inner = self.types[self.type_of(schema["items"])]
            return ("list", inner, LIST_TYPES[schema.get("x-kubernetes-list-type")], keys)
        if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
            return ("map", self.types[self.type_of(schema["additionalProperties"])])
        return (self.scalar(kind, schema.get("format")),)

    @staticmethod
    def scalar(kind, form):
        named = {("integer", "int32"): "int32", ("integer", "int64"): "int64", ("integer", None): "int64",
                 ("number", "double"): "double", ("number", None): "double", ("boolean", None): "bool",
                 ("string", None): "string", ("string", "byte"): "bytes", ("string", "date-time"): "time",
                 ("object", None): "any", (None, None): "any"}
        return named[(kind, form)]

    def field(self, definition, name, schema, required):
        fact = self.facts.get(definition, {}).get(name, {})
        enum = tuple(self.strings[value] for value in fact.get("enum", []))
        default = self.strings[json.dumps(fact["default"])] if "default" in fact else None
        return (name, self.strings[name], self.types[self.type_of(schema)], required, enum, default)

    def definition(self, name, schema):
        """The definition's number; equal definitions of several versions share one."""
        required = set(schema.get("required", []))
        fields = [self.field(name, key, schema["properties"][key], key in required)
                  for key in sorted(schema.get("properties", {}), key=lambda k: k.encode())]
        return self.definitions[(self.strings[name], tuple(fields))]

    def version(self, minor, schemas, kinds, served_betas):
        numbers = [self.definition(name, schemas[name]) for name in sorted(schemas) if name not in SPECIAL]
        roots = []
        for name in sorted(schemas):
            for gvk in schemas[name].get("x-kubernetes-group-version-kind", []):
                group, version, kind = gvk["group"], gvk["version"], gvk["kind"]
                if kind in NO_RESOURCE or kind.endswith("List") or (group, kind) == ("policy", "Eviction"):
                    continue
                if (group, kind) not in kinds:
                    sys.exit(f"kinds.tsv lacks {group or 'core'} {kind}")
                plural, scope = kinds[(group, kind)]
                api = f"{group}/{version}" if group else version
                served = not ("alpha" in version or "beta" in version) or (api, kind) in served_betas
                roots.append((group, version, kind, plural, name, (scope == "namespaced") | served << 1))
        packed = struct.pack("<BH", minor, len(numbers)) + b"".join(struct.pack("<H", n) for n in numbers)
        packed += struct.pack("<H", len(roots))
        for *texts, flags in sorted(roots):
            packed += struct.pack("<5HB", *(self.strings[t] for t in texts), flags)
        return packed

    def pack_strings(self):
        texts = [s.encode() for s in self.strings.index]
        assert all(len(t) < 256 for t in texts) and len(texts) < 65536
        return struct.pack("<H", len(texts)) + bytes(len(t) for t in texts) + b"".join(texts)

    def pack_types(self):
        out = struct.pack("<H", len(self.types.index))
        for tag, *rest in self.types.index:
            out += struct.pack("<B", TAGS[tag])
            if tag == "list":
                inner, list_type, keys = rest
                out += struct.pack("<HBB", inner, list_type, len(keys)) + b"".join(struct.pack("<H", k) for k in keys)
            elif rest:
                out += struct.pack("<H", rest[0])
        return out

    def pack_definitions(self):
        bodies = []
        for name, fields in self.definitions.index:
            body = struct.pack("<HH", name, len(fields))
            for _, key, kind, required, enum, default in fields:
                body += struct.pack("<HHB", key, kind, required | bool(enum) << 1 | (default is not None) << 2)
                if enum:
                    body += struct.pack("<B", len(enum)) + b"".join(struct.pack("<H", e) for e in enum)
                if default is not None:
                    body += struct.pack("<H", default)
            bodies.append(body)
        offsets, at = [], 2 + 4 * len(bodies)
        for body in bodies:
            offsets.append(at)
            at += len(body)
        return struct.pack("<H", len(bodies)) + b"".join(struct.pack("<I", o) for o in offsets) + b"".join(bodies)


def table(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]


def minor_of(version):
    return int(version.split(".")[1])


def pack_lifetimes(bundle, rows):
    out, count = b"", 0
    for api, kinds, deprecated, gone, replacement in rows:
        for kind in kinds.split(","):
            texts = (bundle.strings[t] for t in (api, kind, replacement))
            out += struct.pack("<3HBB", *texts, minor_of(deprecated), minor_of(gone))
            count += 1
    return struct.pack("<H", count) + out


def condense(path):
    """facts.json from an OpenAPI v3 document: enums, and defaults that are not the zero value."""
    with open(path, encoding="utf-8") as text:
        document = json.load(text)
    schemas = document.get("definitions") or document["components"]["schemas"]
    facts = {}
    for name, schema in sorted(schemas.items()):
        for key, field in sorted(schema.get("properties", {}).items()):
            fact = {k: field[k] for k in ("enum", "default") if k in field}
            if fact.get("default") in ("", {}, 0, False, [], None):
                fact.pop("default", None)
            if "items" in field and "enum" in field["items"]:
                fact["enum"] = field["items"]["enum"]
            if fact:
                facts.setdefault(name, {})[key] = fact
    with open(os.path.join(HERE, "facts.json"), "w", encoding="utf-8") as out:
        json.dump(facts, out, indent=0, sort_keys=True)
        out.write("\n")


def fetch():
    folder = tempfile.mkdtemp()
    subprocess.run([sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", folder, PACKAGE], check=True)
    return glob.glob(os.path.join(folder, "*.whl"))[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", help="the package's wheel, when it is here already")
    parser.add_argument("--openapi", help="an OpenAPI v3 document to make facts.json anew from")
    arguments = parser.parse_args()
    if arguments.openapi:
        condense(arguments.openapi)
    with open(os.path.join(HERE, "facts.json"), encoding="utf-8") as text:
        bundle = Bundle(json.load(text))
    kinds = {("" if group == "core" else group, kind): (plural, scope) for group, kind, plural, scope in table("kinds.tsv")}
    lifetimes = table("lifetimes.tsv")
    betas = {(api, kind) for api, names, *_ in lifetimes for kind in names.split(",") if "beta" in api}
    wheel = zipfile.ZipFile(arguments.wheel or fetch())
    versions = b""
    for minor in MINORS:
        path = f"kubernetes_validate/kubernetes-json-schema/v1.{minor}.0-local/_definitions.json"
        versions += bundle.version(minor, json.loads(wheel.read(path))["$defs"], kinds, betas)
    versions = struct.pack("<B", len(MINORS)) + versions
    gone = pack_lifetimes(bundle, lifetimes)
    sections = [bundle.pack_strings(), bundle.pack_types(), bundle.pack_definitions(), versions, gone]
    offsets, at = [], 4 + 4 * 4
    for section in sections[:-1]:
        at += len(section)
        offsets.append(at)
    raw = b"KVB2" + struct.pack("<4I", *offsets) + b"".join(sections)
    target = os.path.join(HERE, "bundle.bin")
    subprocess.run(["zstd", "-19", "--ultra", "-q", "-f", "--no-check", "-o", target], input=raw, check=True)
    print(f"{len(bundle.strings.index)} strings, {len(bundle.types.index)} types, {len(bundle.definitions.index)} definitions,"
          f" {len(raw)} bytes, {os.path.getsize(target)} compressed")


if __name__ == "__main__":
    main()
