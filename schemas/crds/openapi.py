"""Reads the OpenAPI document (Swagger 2) of a server that has kinds beside Kubernetes' own."""

import gzip
import json

from .model import ANY_OBJECT, ANYTHING, INT_OR_STRING, SCALARS, obj, optional

SHARED = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": INT_OR_STRING,
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": INT_OR_STRING,
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": SCALARS["String"],
    "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": ANY_OBJECT,
}
OWN = ("apiVersion", "kind", "metadata")


class OpenApi:
    """The definitions of one document. An aggregated API server fills in what is missing: there `required` means that the field
    is always written, and is not read."""

    def __init__(self, path, aggregated):
        self.aggregated = aggregated
        opened = gzip.open if path.endswith(".gz") else open
        with opened(path, "rt", encoding="utf-8") as text:
            self.definitions = json.load(text)["definitions"]
        self.within = []

    def kinds(self):
        """(group, kind, version, schema) of every kind that is not Kubernetes' own."""
        for name, definition in sorted(self.definitions.items()):
            for gvk in definition.get("x-kubernetes-group-version-kind", []):
                fields = definition.get("properties", {})
                if self.wanted(gvk["group"]) and "metadata" in fields and "items" not in fields:
                    fields = {field: schema for field, schema in fields.items() if field not in OWN}
                    yield gvk["group"], gvk["kind"], gvk["version"], self.object(fields, [])

    def wanted(self, group):
        """A server's document has Kubernetes' own groups too."""
        return "." in group and not (self.aggregated and group.endswith(".k8s.io"))

    def object(self, fields, required):
        required = [] if self.aggregated else required
        return obj([(name, self.schema(schema) if name in required else optional(self.schema(schema)), name in required)
                    for name, schema in fields.items()])

    def schema(self, schema):
        if "$ref" in schema:
            return self.named(schema["$ref"].rsplit("/", 1)[1])
        kind = schema.get("type")
        if "properties" in schema:
            return self.object(schema["properties"], schema.get("required", []))
        if kind == "array":
            return {"type": "array", "items": self.schema(schema.get("items", {}))}
        if kind == "object":
            values = schema.get("additionalProperties")
            made = self.schema(values) if isinstance(values, dict) else ANYTHING
            return ANY_OBJECT if made == ANYTHING else {"type": "object", "additionalProperties": made}
        if kind in ("string", "boolean", "integer", "number"):
            return {key: schema[key] for key in ("type", "enum", "pattern") if key in schema}
        return ANYTHING

    def named(self, name):
        if name in SHARED:
            return SHARED[name]
        # Kubernetes' own types are of the release that the document is of, and grow with each.
        if name.startswith("io.k8s.") or name in self.within or name not in self.definitions:
            return ANYTHING
        self.within.append(name)
        made = self.schema(self.definitions[name])
        self.within.pop()
        return made
