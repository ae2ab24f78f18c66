#!/usr/bin/env python3
"""Condenses the custom resources named in crds.tsv into crds.bin: structure alone, no texts.

    schemas/crds.py PACKAGE...

Each PACKAGE is an unpacked registry package: a `kcr_*` crate (structs that kopium made of a CRD) or a `@kubernetes-models/*`
npm package (TypeScript interfaces); README.md has the commands that get them. What such types cannot say (patterns, bounds,
defaults, whether null is allowed) is left open, in favour of the object judged. The same input gives the same bytes. Needs the
`zstd` program.

Layout (numbers little endian): "KVC1", u16 count, then for each kind u8 length and text of group and of kind, u32 offset and
u32 length of its frame from the file's start, u32 length unpacked; then the frames, each a CRD as JSON.
"""

import glob
import json
import os
import re
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ANYTHING = {"x-kubernetes-preserve-unknown-fields": True}
ANY_OBJECT = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
INT_OR_STRING = {"x-kubernetes-int-or-string": True}
SCALARS = {
    "String": {"type": "string"}, "bool": {"type": "boolean"}, "f64": {"type": "number"},
    "i32": {"type": "integer", "format": "int32"}, "i64": {"type": "integer", "format": "int64"},
    "IntOrString": INT_OR_STRING, "serde_json::Value": ANYTHING,
}
# Fields that their CRDs require but fill in themselves, which the types cannot say: the end of a struct's name, and the field.
FILLED_IN = re.compile(
    r"(VaultAuth(AppRole|Jwt|Ldap|UserPass)\.path|VaultAuthKubernetes\.mountPath|Onboardbase\.(apiHost|environment|project)"
    r"|(HelmChart|OciRepository|ChartSpec)Verify\.provider|AutomationSourceRef\.kind|AutomationUpdate\.strategy)$")
# Structs beside whose fields others are kept: metadata that is handed on.
OPEN = {"SealedSecretTemplateMetadata", "ScaledJobJobTargetRefTemplateMetadata"}
# What the packages lack and published definitions of these kinds have, seen when the two were compared: the Gateway API's
# experimental channel (the crate has the standard one), and kinds of the Flux Operator that Flux's notifications may speak of.
ALSO_FIELDS = {
    "HttpRouteRules": ["retry", "sessionPersistence"], "GrpcRouteRules": ["sessionPersistence"],
    "HttpRouteRulesFilters": ["externalAuth"], "HttpRouteRulesBackendRefsFilters": ["externalAuth"],
}
FLUX_OPERATOR = ["FluxInstance", "ResourceSet", "ResourceSetInputProvider"]
ALSO_VALUES = {
    "HttpRouteRulesFiltersType": ["ExternalAuth"], "HttpRouteRulesBackendRefsFiltersType": ["ExternalAuth"],
    "AlertEventSourcesKind": FLUX_OPERATOR, "ReceiverResourcesKind": FLUX_OPERATOR,
}


def obj(fields):
    """The schema of an object with these (name, schema, required); one without fields takes anything."""
    if not fields:
        return ANY_OBJECT
    out = {"type": "object", "properties": {name: schema for name, schema, _ in sorted(fields, key=lambda field: field[0])}}
    required = sorted(name for name, _, needed in fields if needed)
    return {**out, "required": required} if required else out


def optional(schema):
    """An optional field: the types do not tell whether null may be written."""
    return schema if schema == ANYTHING else {**schema, "nullable": True}


class Rust:
    """The structs and enums of one file that kopium made."""

    HEAD = re.compile(r'#\[kube\(group = "([^"]+)", version = "([^"]+)", kind = "([^"]+)"')
    FIELD = re.compile(r"pub (?:r#)?(\w+): (.*)$")

    def __init__(self, text):
        self.structs, self.enums, self.used = {}, {}, set()
        head = self.HEAD.search(text)
        self.group, self.version, self.kind = head.groups() if head else (None, None, None)
        self.status = re.search(r'#\[kube\(status = "(\w+)"', text)
        self.spec = re.search(r"pub struct (\w+)", text[head.end():]).group(1) if head else None
        self.read(text)

    def read(self, text):
        into, rename = None, None
        for line in text.splitlines():
            line = line.strip()
            if start := re.match(r"pub (struct|enum) (\w+) \{", line):
                into = (self.structs if start[1] == "struct" else self.enums).setdefault(start[2], [])
            elif line.startswith("}"):
                into = None
            elif into is not None and line.startswith("#[serde("):
                rename = re.search(r'rename = "([^"]*)"', line)
            elif into is not None and line and not line.startswith(("//", "#[")):
                name, ty = self.FIELD.match(line.rstrip(",")).groups() if line.startswith("pub ") else (line.rstrip(","), None)
                into.append((rename[1] if rename else name, name, ty))
                rename = None

    def schema(self, ty):
        """The schema of a type."""
        if ty in SCALARS:
            return SCALARS[ty]
        if ty == "Condition":
            # Any list of conditions, be it Kubernetes' common form or that of a PersistentVolumeClaim.
            names = ["lastProbeTime", "lastTransitionTime", "message", "reason", "status", "type"]
            fields = [(name, SCALARS["String"], name in ("status", "type")) for name in names]
            return obj(fields + [("observedGeneration", SCALARS["i64"], False)])
        if inner := re.fullmatch(r"Vec<(.*)>", ty):
            return {"type": "array", "items": self.schema(inner[1])}
        if inner := re.fullmatch(r"BTreeMap<String, (.*)>", ty):
            value = self.schema(inner[1])
            return ANY_OBJECT if value == ANYTHING else {"type": "object", "additionalProperties": value}
        self.used.add(ty)
        if ty in self.enums:
            return self.enum(ty)
        fields = {name: self.field(ty, name, inner) for name, _, inner in self.structs[ty]}
        for name in ALSO_FIELDS.get(ty, []):
            fields.setdefault(name, (name, ANYTHING, False))
        schema = obj(fields.values())
        return {**schema, **ANYTHING} if ty in OPEN else schema

    def field(self, struct_name, name, ty):
        inner = re.fullmatch(r"Option<(.*)>", ty)
        if inner:
            return name, optional(self.schema(inner[1])), False
        return name, self.schema(ty), not FILLED_IN.search(f"{struct_name}.{name}")

    def enum(self, ty):
        """Variants that are called by a number stand for numbers."""
        variants = self.enums[ty]
        if all(re.fullmatch(r"(r#)?_\d+", name) and text.isdigit() for text, name, _ in variants):
            return {"type": "integer", "enum": [int(text) for text, _, _ in variants]}
        values = [text for text, _, _ in variants]
        return {"type": "string", "enum": values + [value for value in ALSO_VALUES.get(ty, []) if value not in values]}

    def root(self):
        """The kind: spec, status, and fields beside them, whose structs nothing else uses."""
        fields = [("spec", self.schema(self.spec), False)]
        if self.status:
            fields.append(("status", self.schema(self.status[1]), False))
        prefix = self.spec.removesuffix("Spec")
        used = set(re.findall(r"\w+", " ".join(ty for struct in self.structs.values() for _, _, ty in struct)))
        for name in self.structs:
            if name not in used and name not in self.used:
                own = name.removeprefix(prefix)
                fields.append((own[0].lower() + own[1:], self.schema(name), False))
        return obj(fields)


class TypeScript:
    """The interfaces of one folder (group/version) of a @kubernetes-models package."""

    TOKEN = re.compile(r'"[^"]*"|\w+|[{}<>\[\]():;?|&,]')
    SHARED = {
        "IntstrIntOrString": INT_OR_STRING, "ResourceQuantity": INT_OR_STRING, "MetaV1Time": SCALARS["String"],
        "MetaV1ObjectMeta": ANY_OBJECT,
        "MetaV1LabelSelector": obj([
            ("matchLabels", {"type": "object", "additionalProperties": SCALARS["String"]}, False),
            ("matchExpressions", {"type": "array", "items": obj([
                ("key", SCALARS["String"], True), ("operator", SCALARS["String"], True),
                ("values", {"type": "array", "items": SCALARS["String"]}, False)])}, False)]),
    }
    # Argo Rollouts, the package these are read of, has no number with a fraction.
    PRIMITIVES = {"string": SCALARS["String"], "boolean": SCALARS["bool"], "number": {"type": "integer"}, "any": ANYTHING}

    def __init__(self, folder):
        self.types, self.other_names, self.bases = {}, {}, {}
        for path in sorted(glob.glob(os.path.join(folder, "*.d.ts"))):
            with open(path, encoding="utf-8") as lines:
                text = re.sub(r"/\*.*?\*/", "", lines.read(), flags=re.S)
            for name, base, body in re.findall(r"^export interface (\w+)(?: extends (\w+))? (\{.*?^\})", text, flags=re.S | re.M):
                self.types[name], self.bases[name] = body, base
            for name, body in re.findall(r"^export type (\w+) = (.*?);$", text, flags=re.S | re.M):
                self.types[name] = body
            self.other_names.update((other, name) for name, other in re.findall(r"(\w+) as (\w+)", text))

    def named(self, name):
        if name in self.PRIMITIVES:
            return self.PRIMITIVES[name]
        name = self.other_names.get(name, name)
        shared = next((schema for end, schema in self.SHARED.items() if name.endswith(end)), None)
        if shared or name not in self.types:
            return shared or ANYTHING
        schema = self.union(Tokens(self.TOKEN.findall(self.types[name])))
        base = self.named(self.bases[name]) if self.bases.get(name) else {}
        if "properties" in base:
            schema = {**base, **schema, "properties": {**base["properties"], **schema.get("properties", {})}}
        return schema

    def union(self, tokens):
        options = [self.one(tokens)]
        while tokens.peek() == "|":
            tokens.next()
            options.append(self.one(tokens))
        if len(options) == 1:
            return options[0]
        if all("enum" in option for option in options):
            return {"type": "string", "enum": [value for option in options for value in option["enum"]]}
        kinds = {option.get("type") for option in options}
        return INT_OR_STRING if kinds == {"integer", "string"} else ANYTHING

    def one(self, tokens):
        token = tokens.next()
        if token == "{":
            return self.members(tokens)
        if token == "Array":
            tokens.expect("<")
            items = self.union(tokens)
            tokens.expect(">")
            return {"type": "array", "items": items}
        if token.startswith('"'):
            return {"type": "string", "enum": [token[1:-1]]}
        return self.named(token)

    def members(self, tokens):
        fields, value = [], None
        while (token := tokens.next()) != "}":
            if token == "[":
                while tokens.next() != "]":
                    pass
                tokens.expect(":")
                value = self.union(tokens)
            else:
                needed = tokens.peek() != "?"
                if not needed:
                    tokens.next()
                tokens.expect(":")
                schema = self.union(tokens)
                fields.append((token.strip('"'), schema if needed else optional(schema), needed))
            tokens.expect(";")
        if value is not None:
            return ANY_OBJECT if fields or value == ANYTHING else {"type": "object", "additionalProperties": value}
        return obj(fields)

    def root(self, kind):
        """The kind without the fields that every object has."""
        whole = self.named("I" + kind)
        return obj([(name, schema, False) for name, schema in whole["properties"].items()
                    if name not in ("apiVersion", "kind", "metadata")])


class Tokens:
    """Tokens with a look at the next one."""

    def __init__(self, tokens):
        self.tokens, self.at = tokens, 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, token):
        if (found := self.next()) != token:
            sys.exit(f"expected {token}, found {found} in {' '.join(self.tokens[:self.at][-12:])}")


def gather(packages, wanted):
    """The schemas of the kinds wanted: {(group, kind): {version: schema}}; the first package that has one counts."""
    found = {}
    for package in packages:
        for path in sorted(glob.glob(os.path.join(package, "src", "v*", "*.rs"))):
            with open(path, encoding="utf-8") as text:
                rust = Rust(text.read())
            if (rust.group, rust.kind) in wanted:
                found.setdefault((rust.group, rust.kind), {}).setdefault(rust.version, rust.root())
        for group, kind in sorted(wanted):
            for path in sorted(glob.glob(os.path.join(package, group, "v*", kind + ".d.ts"))):
                folder = os.path.dirname(path)
                versions = found.setdefault((group, kind), {})
                versions.setdefault(os.path.basename(folder), TypeScript(folder).root(kind))
    return found


def crd(group, kind, scope, schemas):
    """The CRD of a kind, with every version that the packages have."""
    versions = []
    for name, schema in sorted(schemas.items()):
        version = {"name": name, "served": True, "schema": {"openAPIV3Schema": schema}}
        if "status" in schema["properties"]:
            schema["properties"]["status"] = ANY_OBJECT  # A controller's to write: not judged.
            version["subresources"] = {"status": {}}
        versions.append(version)
    spec = {"group": group, "scope": scope, "names": {"kind": kind}, "versions": versions}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": spec}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    scopes = {}
    with open(os.path.join(HERE, "crds.tsv"), encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                group, scope, names = line.rstrip("\n").split("\t")
                scopes.update({(group, kind): scope for kind in names.split(",")})
    found = gather(sys.argv[1:], set(scopes))
    if lacking := sorted(set(scopes) - set(found)):
        sys.exit(f"no package has {', '.join(' '.join(key) for key in lacking)}")
    frames = []
    for (group, kind), scope in sorted(scopes.items()):
        text = json.dumps(crd(group, kind, scope, found[group, kind]), separators=(",", ":"), sort_keys=True).encode()
        packed = subprocess.run(["zstd", "-19", "--ultra", "-q", "--no-check", "-c"], input=text, stdout=subprocess.PIPE, check=True)
        frames.append((len(text), packed.stdout))
    names = [bytes([len(group)]) + group.encode() + bytes([len(kind)]) + kind.encode() for group, kind in sorted(scopes)]
    offset = 6 + sum(len(name) + 12 for name in names)
    head, body = b"KVC1" + struct.pack("<H", len(names)), b""
    for name, (unpacked, frame) in zip(names, frames):
        head += name + struct.pack("<III", offset + len(body), len(frame), unpacked)
        body += frame
    with open(os.path.join(HERE, "crds.bin"), "wb") as out:
        out.write(head + body)
    print(f"{len(names)} kinds, {sum(unpacked for unpacked, _ in frames)} bytes, {len(head + body)} compressed")


if __name__ == "__main__":
    main()
