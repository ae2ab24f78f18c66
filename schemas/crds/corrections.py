"""What packages say that published definitions of the same kinds do not: found by `compare`, mended by `apply`.

A correction is (group, kind, version, path, what, value). A path is made of field names, `[]` for items and `{}` for values of
a map. What: `any` (not judged), `open` (takes fields beside those declared), `field` (one more), `optional` (not required after
all), `default` (required, but filled in), `nullable`, `values` (more values of an enum), `pattern` (another one, which values may
match instead), `drop` (a keyword that does not hold).
"""

import json

from .model import ANYTHING, NUMBERS

STATUS = ("status", "metadata", "apiVersion", "kind")
WIDER = {"int-or-string": ("integer", "string"), "number": ("integer",)}


def is_open(schema):
    return schema.get("x-kubernetes-preserve-unknown-fields") is True


def type_of(schema):
    return "int-or-string" if schema.get("x-kubernetes-int-or-string") else schema.get("type")


def compare(ours, theirs, path=""):
    """Yields (path, what, value) of each place where `ours` refuses what `theirs` takes."""
    if type_of(ours) is None:
        return
    if type_of(theirs) != type_of(ours):
        if type_of(theirs) not in WIDER.get(type_of(ours), ()):
            yield path, "any", None
        return
    if theirs.get("nullable") and not ours.get("nullable"):
        yield path, "nullable", None
    yield from compare_values(ours, theirs, path)
    if type_of(ours) == "array":
        if "items" in ours:
            yield from compare(ours["items"], theirs.get("items", {}), path + "[]")
    elif type_of(ours) == "object":
        yield from compare_fields(ours, theirs, path)


def compare_values(ours, theirs, path):
    if "enum" in ours:
        more = [value for value in theirs.get("enum", []) if value not in ours["enum"]]
        if "enum" not in theirs:
            yield path, "drop", "enum"
        elif more:
            yield path, "values", more
    if "pattern" in ours and not has(ours["pattern"], theirs.get("pattern")):
        yield (path, "pattern", theirs["pattern"]) if "pattern" in theirs else (path, "drop", "pattern")
    for keyword in ["format", *NUMBERS]:
        if keyword in ours and refuses(keyword, ours[keyword], theirs.get(keyword)):
            yield path, "drop", keyword


def has(pattern, one):
    """Whether a pattern is, or was made to be, a choice of which another one is a part."""
    return f"|{one}|" in f"|{pattern}|"


def refuses(keyword, ours, theirs):
    """Whether a bound refuses what another one takes."""
    if keyword == "format":
        return ours == "int32" and theirs != "int32"
    if theirs is None:
        return True
    return ours < theirs if keyword.startswith("max") else ours > theirs


def compare_fields(ours, theirs, path):
    fields, known = ours.get("properties"), theirs.get("properties")
    if not known and "additionalProperties" not in theirs and not is_open(theirs):
        return  # It takes no field at all.
    if fields is None:
        if "additionalProperties" in ours:
            values = theirs.get("additionalProperties")
            if known or not isinstance(values, dict):
                yield path, "any", None
            else:
                yield from compare(ours["additionalProperties"], values, path + "{}")
        return
    if not known:
        yield path, "any", None
        return
    if is_open(theirs) and not is_open(ours):
        yield path, "open", None
    for name in ours.get("required", []):
        if name not in theirs.get("required", []):
            yield f"{path}.{escaped(name)}", "optional", None
        elif "default" in known.get(name, {}) and "default" not in fields[name]:
            yield f"{path}.{escaped(name)}", "default", known[name]["default"]
    for name, schema in sorted(known.items()):
        if path == "" and name in STATUS:
            continue
        if name in fields:
            yield from compare(fields[name], schema, f"{path}.{escaped(name)}")
        elif not is_open(ours):
            yield f"{path}.{escaped(name)}", "field", None


def escaped(name):
    return name.replace(".", "\\.")


def find(schema, path):
    """The schemas on the way to a path: the last but one, the last (None where there is none), the last step."""
    above, at, step = None, schema, ""
    for step in steps(path):
        above = at
        if above is None:
            return None, None, step
        at = above.get("items") if step == "[]" else above.get("additionalProperties") if step == "{}" else above.get("properties", {}).get(step)
    return above, at, step


def steps(path):
    """Names may have dots in them, which are written with a backslash."""
    return [step.replace("\0", ".") for step in path.replace("\\.", "\0").replace("[]", ".[]").replace("{}", ".{}").split(".")[1:]]


def apply(schema, path, what, value):
    """Mends a schema in place; `**` (of `open` and `optional`) stands for every object in it but the outermost."""
    if path == "**":
        for field in schema.get("properties", {}).values():
            everywhere(field, what)
        return
    above, at, step = find(schema, path)
    if what == "field":
        if above is not None and "properties" in above:
            above["properties"].setdefault(step, dict(ANYTHING))
    elif at is None:
        return
    elif what == "any":
        at.clear()
        at.update(ANYTHING)
    elif what == "open":
        at.update(ANYTHING)
    elif what == "nullable":
        at["nullable"] = True
    elif what == "optional":
        release(above, step)
    elif what == "default":
        at["default"] = value
    elif what == "values" and "enum" in at:
        at["enum"] = at["enum"] + [one for one in value if one not in at["enum"]]
    elif what == "pattern":
        if "pattern" in at and not has(at["pattern"], value):
            at["pattern"] += "|" + value
    elif what == "drop":
        at.pop(value, None)


def everywhere(schema, what):
    if what == "open" and "properties" in schema:
        schema.update(ANYTHING)
    elif what == "optional":
        for name in schema.get("required", []):
            release(schema, name)
    for inner in [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]:
        if isinstance(inner, dict):
            everywhere(inner, what)


def release(above, name):
    required = [other for other in above.get("required", []) if other != name]
    above.pop("required", None)
    if required:
        above["required"] = required
    above["properties"][name].setdefault("nullable", True)


def complete(ours, other):
    """Takes over patterns and bounds that another package knows of the same places."""
    if type_of(ours) != type_of(other) or type_of(ours) is None:
        return
    for keyword in ["pattern", *NUMBERS]:
        if keyword in other:
            ours.setdefault(keyword, other[keyword])
    if "enum" in other and ours.get("type") == "string":
        ours.setdefault("enum", other["enum"])
    if "items" in ours and "items" in other:
        complete(ours["items"], other["items"])
    if isinstance(ours.get("additionalProperties"), dict) and isinstance(other.get("additionalProperties"), dict):
        complete(ours["additionalProperties"], other["additionalProperties"])
    for name, schema in ours.get("properties", {}).items():
        if name in other.get("properties", {}):
            complete(schema, other["properties"][name])


def line(group, kind, version, path, what, value):
    text = "" if value is None else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return "\t".join([group, kind, version, path, what, text])


def parse(text):
    for row in text.splitlines():
        if row and not row.startswith("#"):
            group, kind, version, path, what, value = row.split("\t")
            yield group, kind, version, path, what, json.loads(value) if value else None
