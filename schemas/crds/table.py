"""The table of packages in README.md."""

from . import packages

START, END = "<!-- packages -->", "<!-- end of packages -->"
BY_HAND = "\nThe tests hold"
REGISTRIES = {"crates.io": "crate", "npm": "npm", "by hand": "by hand:"}


def write(path, sources):
    """Writes it between its marks: package and version, groups, projects and their licence."""
    groups = {}
    for (group, _), source in sources.items():
        groups.setdefault(source, {}).setdefault(group, 0)
        groups[source][group] += 1
    lines = ["| package | kinds first taken from it | projects | their licence |", "|---|---|---|---|"]
    for registry, name, version, licence, projects in packages.listed():
        taken = groups.get(f"{name} {version}", {})
        told = ", ".join(f"{group} ({count})" for group, count in sorted(taken.items())) or "patterns, bounds and older versions"
        lines.append(f"| {REGISTRIES[registry]} `{name}` {version} | {told} | {projects} | {licence} |")
    with open(path, encoding="utf-8") as file:
        before, rest = file.read().split(START)
    after = rest.split(END)[1]
    with open(path, "w", encoding="utf-8") as file:
        file.write(before + START + "\n" + "\n".join(lines) + "\n" + END + after)


def notice(path):
    """Writes NOTICE down to its last words, which are by hand: whose definitions the bundled facts are of, by licence."""
    with open(path, encoding="utf-8") as file:
        _, mark, last = file.read().partition(BY_HAND)
    projects = {}
    for _, _, _, licence, names in packages.listed():
        projects.setdefault(licence, set()).update(names.split(", "))
    lines = ["kubevet", "", "The bundled schemas are facts (names, types, enums, patterns and bounds; no texts) of the APIs of Kubernetes",
             "(Apache-2.0, The Kubernetes Authors) and of the custom resources of the projects below, read of the packages that",
             "schemas/README.md lists: kcr_* crates (0BSD, The kube-custom-resources-rs Authors), @kubernetes-models/* (MIT)",
             "and openshift-rest-client (Apache-2.0, Red Hat). The projects publish their definitions under:"]
    for licence, names in sorted(projects.items()):
        lines += ["", licence + ":"] + ["  " + name for name in sorted(names)]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n" + mark + last)
