"""Schemas as the readers of packages make them."""

ANYTHING = {"x-kubernetes-preserve-unknown-fields": True}
ANY_OBJECT = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
NUMBERS = ["minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "minProperties", "maxProperties"]
INT_OR_STRING = {"x-kubernetes-int-or-string": True}
OBJECT_REFERENCE = {"type": "object", "properties": {name: {"type": "string", "nullable": True} for name in (
    "apiVersion", "fieldPath", "kind", "name", "namespace", "resourceVersion", "uid")}}
SCALARS = {
    "String": {"type": "string"}, "bool": {"type": "boolean"}, "f32": {"type": "number"}, "f64": {"type": "number"},
    "i32": {"type": "integer", "format": "int32"}, "i64": {"type": "integer", "format": "int64"},
    "IntOrString": INT_OR_STRING, "serde_json::Value": ANYTHING, "ObjectReference": OBJECT_REFERENCE,
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
