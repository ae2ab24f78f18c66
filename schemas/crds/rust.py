"""Reads a `kcr_*` crate: structs that kopium made of a CRD."""

import re

from .model import ANY_OBJECT, ANYTHING, SCALARS, obj, optional


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
        return obj([self.field(name, inner) for name, _, inner in self.structs[ty]])

    def field(self, name, ty):
        inner = re.fullmatch(r"Option<(.*)>", ty)
        if inner:
            return name, optional(self.schema(inner[1])), False
        return name, self.schema(ty), True

    def enum(self, ty):
        """Variants that are called by a number stand for numbers."""
        variants = self.enums[ty]
        if all(re.fullmatch(r"(r#)?_\d+", name) and text.isdigit() for text, name, _ in variants):
            return {"type": "integer", "enum": [int(text) for text, _, _ in variants]}
        return {"type": "string", "enum": [text for text, _, _ in variants]}

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
