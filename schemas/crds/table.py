"""The table of packages in README.md."""

from . import packages

START, END = "<!-- packages -->", "<!-- end of packages -->"
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
