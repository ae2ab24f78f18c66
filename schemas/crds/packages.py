"""The packages: which ones (packages.tsv), fetched with the registries' own clients, and what kinds they hold."""

import glob
import os
import subprocess
import sys

from .npm import Npm
from .openapi import OpenApi
from .rust import Rust

HERE = os.path.dirname(os.path.abspath(__file__))


def listed():
    """(registry, name, version, licence, projects) of each package, in order of precedence."""
    with open(os.path.join(HERE, "packages.tsv"), encoding="utf-8") as lines:
        return [tuple(line.rstrip("\n").split("\t")) for line in lines if not line.startswith("#")]


def fetch(folder):
    """Fetches them into a folder, by `cargo vendor` and `npm pack`."""
    crates = os.path.join(folder, "crates")
    os.makedirs(os.path.join(crates, "src"), exist_ok=True)
    open(os.path.join(crates, "src", "lib.rs"), "w").close()
    with open(os.path.join(crates, "Cargo.toml"), "w", encoding="utf-8") as out:
        out.write('[package]\nname = "scratch"\nversion = "0.1.0"\nedition = "2021"\n[workspace]\n[dependencies]\n')
        out.writelines(f'{name} = {{ version = "={version}", default-features = false }}\n'
                       for registry, name, version, _, _ in listed() if registry == "crates.io")
    subprocess.run(["cargo", "vendor", "--quiet", "vendor"], cwd=crates, stdout=subprocess.DEVNULL, check=True)
    for registry, name, version, _, _ in listed():
        if registry == "npm":
            into = place(folder, registry, name)
            os.makedirs(into, exist_ok=True)
            done = subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=into, stdout=subprocess.PIPE, text=True, check=True)
            subprocess.run(["tar", "xzf", done.stdout.strip()], cwd=into, check=True)


def place(folder, registry, name):
    return os.path.join(folder, "crates", "vendor", name) if registry == "crates.io" else os.path.join(folder, name.replace("/", "+"))


def kinds(folder, registry, name):
    """(group, kind, version, schema) of every kind of a package."""
    where = place(folder, registry, name)
    if registry == "by hand":
        yield from OpenApi(os.path.join(HERE, name), aggregated=False).kinds()
        return
    if documents := sorted(glob.glob(os.path.join(where, "package", "lib", "specs", "*openapi*"))):
        yield from OpenApi(documents[0], aggregated=True).kinds()
        return
    if registry == "npm":
        yield from Npm(os.path.join(where, "package")).kinds()
        return
    paths = sorted(glob.glob(os.path.join(where, "src", "v*", "*.rs")))
    if not paths:
        sys.exit(f"{where} has no kinds: fetch the packages first")
    for path in paths:
        with open(path, encoding="utf-8") as text:
            rust = Rust(text.read())
        if rust.kind:
            yield rust.group, rust.kind, rust.version, rust.root()
