"""The custom resource definitions below folders, to compare packages with."""

import json
import os

import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def definitions(folders, wanted):
    """(group, kind, version, schema) of every definition of a kind wanted."""
    for folder in folders:
        for where, below, names in os.walk(folder):
            below.sort()
            for name in sorted(names):
                if name.endswith((".json", ".yaml", ".yml")):
                    yield from of_file(os.path.join(where, name), wanted)


def of_file(path, wanted):
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    if "CustomResourceDefinition" not in text:
        return
    try:
        documents = [json.loads(text)] if text.startswith("{") else list(yaml.load_all(text, Loader))
    except (ValueError, yaml.YAMLError):
        return
    for document in documents:
        if isinstance(document, dict) and document.get("kind") == "CustomResourceDefinition":
            spec = document.get("spec") or {}
            key = (spec.get("group"), (spec.get("names") or {}).get("kind"))
            for version in spec.get("versions") or []:
                schema = (version.get("schema") or {}).get("openAPIV3Schema")
                if key in wanted and isinstance(schema, dict):
                    yield *key, version["name"], schema
