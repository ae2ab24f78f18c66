//! Holds the code against the table in docs/development/architecture.md: which module may use which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Each module of the table with those it may use.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("docs/development/architecture.md")).expect("the page");
    let row = Regex::new(r"(?m)^\| `([a-z_]+)` \| .* \| ?([^|]*) ?\|$").expect("a pattern");
    let names: Vec<_> = row.captures_iter(&text).map(|c| (c[1].to_owned(), c[2].trim().to_owned())).collect();
    let all: BTreeSet<String> = names.iter().map(|(name, _)| name.clone()).collect();
    let rows = names.iter().map(|(name, uses)| {
        let uses = match uses.strip_prefix("all but ") {
            Some(out) => all.iter().filter(|name| !out.split(", ").any(|out| out == **name)).cloned().collect(),
            None if uses.starts_with("rule's prelude") => BTreeSet::from(["rule".to_owned(), "finding".to_owned()]),
            None => uses.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        };
        (name.clone(), uses)
    });
    rows.collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let tests = path.file_stem().is_some_and(|stem| ["tests", "testing"].iter().any(|name| stem == *name));
        if path.is_dir() && !tests {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !tests {
            found.push(path);
        }
    }
}

/// The module a file belongs to: the first component below `src`, or `rules`.
fn module(path: &Path) -> String {
    let below = path.strip_prefix(root()).expect("a file of ours");
    let mut parts = below.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    match parts.next().as_deref() {
        Some("rules") => "rules".to_owned(),
        _ => parts.next().unwrap_or_default().trim_end_matches(".rs").to_owned(),
    }
}

/// A file's lines without the items that are built for tests alone; what stands behind such an item is looked at.
fn without_tests(text: &str) -> Vec<&str> {
    let (mut kept, mut lines) = (Vec::new(), text.lines());
    while let Some(line) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            kept.push(line);
            continue;
        }
        let depth = line.len() - line.trim_start().len();
        let is_end = |line: &&str| {
            let own = line.len() - line.trim_start().len() == depth;
            own && (line.trim() == "}" || line.ends_with(';') || line.ends_with("{}"))
        };
        // Attributes and documentation of the item stand before it, each a line that is no end.
        lines.by_ref().find(is_end);
    }
    kept
}

#[test]
fn items_behind_tests_are_looked_at() {
    let text = "a\n#[cfg(test)]\nmod tests;\nb\n    #[cfg(test)]\n    fn c() {\n        d();\n    }\ne\n#[cfg(test)]\nmod t {\n    f;\n}\ng\n";
    assert_eq!(without_tests(text), ["a", "b", "e", "g"]);
}

#[test]
fn modules_use_only_what_the_table_allows() {
    let table = table();
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    sources(&root().join("rules"), &mut files);
    assert!(files.len() > 100 && table.len() > 15, "the test looks at the code and at the table");
    let uses = Regex::new(r"\bcrate::([a-z_]+)").expect("a pattern");
    let mut wrong = BTreeSet::new();
    for path in files {
        let own = module(&path);
        if ["lib", "main", "cli"].contains(&own.as_str()) {
            continue;
        }
        let allowed =
            table.get(&own).unwrap_or_else(|| panic!("docs/development/architecture.md does not know `{own}`"));
        let text = fs::read_to_string(&path).expect("a source file is text");
        let code = without_tests(&text);
        let lines = code.iter().filter(|line| !line.trim_start().starts_with("//"));
        for used in lines.flat_map(|line| uses.captures_iter(line).map(|found| found[1].to_owned()).collect::<Vec<_>>())
        {
            if used != own && !allowed.contains(&used) {
                wrong.insert(format!("`{own}` uses `{used}` in {}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
