#!/usr/bin/env python3
"""Condenses the custom resources named in crds.tsv into crds.bin: structure, patterns and bounds, no texts.

    schemas/crds.py [--packages DIR]                     fetches the packages (into DIR, else a temporary folder) and writes
                                                         crds.bin, the table in README.md and NOTICE
    schemas/crds.py --packages DIR --compare FOLDER...   holds them against the definitions below the folders (YAML), the newest
                                                         first, and writes crds/corrections.tsv
    schemas/crds.py --packages DIR --releases FOLDER...  adds to crds/corrections.tsv what the definitions below the folders, of
                                                         releases in use, take besides

crds/packages.tsv says of which packages, and why the first of two counts. What they cannot say (whether an object takes other
fields too, whether null is allowed) is left open, in favour of the object judged, or stands in crds/corrections.tsv and
crds/by-hand.tsv. The same input gives the same bytes. Needs cargo, npm and the `zstd` program; to compare needs PyYAML.

Layout (numbers little endian): "KVC2", u32 length and frame of a dictionary, u32 its length unpacked, u16 count of packages, for
each u8 length and text; u16 count of kinds, for each u8 length and text of group and of kind, u16 package, u32 offset of its frame
from the end of this table, u32 length, u32 length unpacked; then the frames, each a CRD as JSON, packed with the dictionary. A
CRD may have whatever Kubernetes allows in one, `x-kubernetes-validations` included.
"""

import argparse
import json
import os
import struct
import subprocess
import sys
import tempfile

from crds import corrections, packages, table
from crds.model import ANY_OBJECT

HERE = os.path.dirname(os.path.abspath(__file__))
DICTIONARY = 65536


def path(*names):
    return os.path.join(HERE, *names)


def read(*names):
    with open(path(*names), encoding="utf-8") as text:
        return text.read()


def wanted():
    """{(group, kind): scope} of crds.tsv."""
    scopes = {}
    for line in read("crds.tsv").splitlines():
        if not line.startswith("#"):
            group, scope, names = line.split("\t")
            scopes.update({(group, kind): scope for kind in names.split(",")})
    return scopes


def gather(folder, scopes):
    """{(group, kind): {version: schema}} of the kinds wanted, and {(group, kind): name and version of the package}."""
    found, sources = {}, {}
    for registry, name, number, _, _ in packages.listed():
        for group, kind, version, schema in packages.kinds(folder, registry, name):
            if (group, kind) not in scopes:
                continue
            versions = found.setdefault((group, kind), {})
            sources.setdefault((group, kind), f"{name} {number}")
            if version in versions:
                corrections.complete(versions[version], schema)
            else:
                versions[version] = json.loads(json.dumps(schema))
    if lacking := sorted(set(scopes) - set(found)):
        sys.exit(f"no package has {', '.join(' '.join(key) for key in lacking)}")
    return found, sources


def correct(found):
    """Mends what crds/corrections.tsv and crds/by-hand.tsv list."""
    for file in ("corrections.tsv", "by-hand.tsv"):
        for group, kind, version, where, what, value in corrections.parse(read("crds", file)):
            for name, schema in found.get((group, kind), {}).items():
                if version in ("*", name):
                    corrections.apply(schema, where, what, value)


def crd(group, kind, scope, schemas):
    """The CRD of a kind, with every version that the packages have."""
    versions = []
    for name, schema in sorted(schemas.items()):
        version = {"name": name, "served": True, "schema": {"openAPIV3Schema": schema}}
        if "status" in schema.get("properties", {}):
            schema["properties"]["status"] = ANY_OBJECT  # A controller's to write: not judged.
            version["subresources"] = {"status": {}}
        versions.append(version)
    spec = {"group": group, "scope": scope, "names": {"kind": kind}, "versions": versions}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": spec}


def zstd(data, *options):
    command = ["zstd", "-19", "--ultra", "-q", "--no-check", "--single-thread", "-c", *options]
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout


def pack(texts):
    """The dictionary and the frames: definitions have much in common, pod templates above all."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, text in enumerate(texts):
            files.append(os.path.join(folder, f"{number:05}"))
            with open(files[-1], "wb") as out:
                out.write(text)
        made = os.path.join(folder, "dictionary")
        subprocess.run(["zstd", "-q", "--train", f"--maxdict={DICTIONARY}", "-o", made, *files], check=True, stderr=subprocess.DEVNULL)
        with open(made, "rb") as dictionary:
            return dictionary.read(), [zstd(text, "-D", made) for text in texts]


def text(value):
    return bytes([len(value)]) + value.encode()


def write(found, sources, scopes):
    keys = sorted(scopes)
    texts = [json.dumps(crd(*key, scopes[key], found[key]), separators=(",", ":"), sort_keys=True).encode() for key in keys]
    dictionary, frames = pack(texts)
    names, packed = sorted(set(sources.values())), zstd(dictionary)
    out = b"KVC2" + struct.pack("<I", len(packed)) + packed + struct.pack("<I", len(dictionary))
    out += struct.pack("<H", len(names)) + b"".join(map(text, names)) + struct.pack("<H", len(keys))
    offset = 0
    for key, plain, frame in zip(keys, texts, frames):
        out += text(key[0]) + text(key[1]) + struct.pack("<HIII", names.index(sources[key]), offset, len(frame), len(plain))
        offset += len(frame)
    with open(path("crds.bin"), "wb") as file:
        file.write(out + b"".join(frames))
    print(f"{len(keys)} kinds of {len({group for group, _ in keys})} groups, {sum(map(len, texts))} bytes, {len(out) + offset} packed")


def compare(found, folders):
    """Writes crds/corrections.tsv: what the definitions below the first folder say, and what those below the others, older
    releases, take besides."""
    rows = {}
    for number, folder in enumerate(folders):
        take(found, folder, rows, older if number else None)
    keep(rows)


def releases(found, folders):
    """Adds to crds/corrections.tsv what the definitions below the folders take besides; bounds hold where all of them have them."""
    rows = dict.fromkeys(row for row in read("crds", "corrections.tsv").splitlines() if not row.startswith("#"))
    correct(found)
    for folder in folders:
        take(found, folder, rows, small)
    keep(rows)


def older(where, what):
    """Not asked of older releases: bounds that came later hold."""
    return what in ("drop", "pattern") or small(where, what)


def small(where, what):
    """Asked for by test data, and by the small definitions beside full ones, which say nothing of `spec`."""
    return what == "any" and where in ("", ".spec")


def take(found, folder, rows, left):
    """Adds the corrections that the definitions below a folder ask for, and makes them, but those that are left."""
    from crds import published
    new = {}
    for group, kind, version, schema in published.definitions([folder], found):
        for where, what, value in corrections.compare(found[group, kind].get(version, {}), schema):
            if not left or not left(where, what):
                new[corrections.line(group, kind, version, where, what, value)] = None
    for group, kind, version, where, what, value in corrections.parse("\n".join(new)):
        corrections.apply(found[group, kind][version], where, what, value)
    rows.update(new)


def keep(rows):
    with open(path("crds", "corrections.tsv"), "w", encoding="utf-8") as out:
        out.write("# group\tkind\tversion\tpath\twhat\tvalue: written by crds.py --compare and --releases, see crds/corrections.py\n")
        out.writelines(row + "\n" for row in sorted(rows))
    print(f"{len(rows)} corrections")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", metavar="DIR")
    parser.add_argument("--compare", metavar="FOLDER", nargs="+")
    parser.add_argument("--releases", metavar="FOLDER", nargs="+")
    args = parser.parse_args()
    scopes = wanted()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.packages or temporary
        if not os.path.isdir(os.path.join(folder, "crates", "vendor")):
            packages.fetch(folder)
        found, sources = gather(folder, scopes)
    if args.compare:
        compare(found, args.compare)
        return
    if args.releases:
        releases(found, args.releases)
        return
    correct(found)
    write(found, sources, scopes)
    table.write(path("README.md"), sources)
    table.notice(path("..", "NOTICE"))


if __name__ == "__main__":
    main()
