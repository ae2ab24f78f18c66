//! Ways to install the program and to run it elsewhere: what they say of it is what it is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn everything_that_installs_the_program_installs_this_version() {
    let wrapper = read("pre-commit/pyproject.toml");
    assert!(wrapper.contains(&format!("version = \"{VERSION}\"")));
    assert!(wrapper.contains(&format!("dependencies = [\"kubevet=={VERSION}\"]")));
    assert!(read("action.yml").contains(&format!("default: \"{VERSION}\"")), "the action's version");
    let mut images = 0;
    for file in files(&root().join("deploy")) {
        let text = std::fs::read_to_string(&file).expect("a file of ours is text");
        for (_, rest) in text.split("ghcr.io/kubevet/kubevet:").enumerate().skip(1) {
            images += 1;
            let tag = rest.split(['\n', '"', ' ', '@']).next().unwrap_or_default();
            assert_eq!(tag.trim_end_matches("-shell"), VERSION, "{}", file.display());
        }
    }
    assert!(images > 0, "deploy/ names the image");
}

#[test]
fn what_we_give_others_to_deploy_is_free_of_findings() {
    let out = Command::new(env!("CARGO_BIN_EXE_kubevet"))
        .args(["check", "--require-objects", "-f", "concise", "deploy"])
        .current_dir(root())
        .output()
        .expect("the program runs");
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stdout));
}

/// The scripts of deploy/fleet, by hand: a repository that no share scanned is missed.
#[cfg(unix)]
#[test]
fn the_reports_of_a_fleet_are_those_of_its_list() {
    let dir = tempfile::tempdir().expect("a folder");
    let program = Path::new(env!("CARGO_BIN_EXE_kubevet")).parent().expect("it lies in a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let run = |command: &str| {
        let mut bash = Command::new("bash");
        bash.args(["-euc", command])
            .current_dir(dir.path())
            .env("PATH", &path)
            .env("SCRIPTS", root().join("deploy/fleet/base"));
        let out = bash.output().expect("there is bash");
        (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr))
    };
    let made = run("for name in one two; do
           git init -q $name
           printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' > $name/a.yaml
           git -C $name add . && git -C $name -c user.name=a -c user.email=a@b.c commit -qm a
           echo \"file://$PWD/$name\" >> list
         done");
    assert_eq!(made.0, Some(0), "{}", made.1);
    let scan = "REPOSITORIES=list REPORTS=reports COUNT=2 INDEX=$1 bash $SCRIPTS/scan.sh";
    let merge = "REPOSITORIES=list REPORTS=reports bash $SCRIPTS/merge.sh";
    let share = |number: usize| run(&format!("set -- {number}; {scan}"));
    assert_eq!(share(0).0, Some(0));
    let (status, said) = run(merge);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("/two (not scanned)"), "{said}");
    assert_eq!(share(1).0, Some(0));
    let (status, said) = run(merge);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("2 of 2 repositories"), "{said}");
}

/// Documentation that nobody can reach is not read, and a link that leads nowhere is worse.
#[test]
fn the_book_has_every_page_and_every_link_leads_somewhere() {
    let summary = read("docs/SUMMARY.md");
    let link = regex::Regex::new(r"\]\(([^)#\s]+\.(?:md|yaml|svg|yml))(?:#[^)]*)?\)").expect("a pattern");
    let targets = |text: &str| link.captures_iter(text).map(|found| found[1].to_owned()).collect::<BTreeSet<_>>();
    let listed = targets(&summary);
    for page in listed.iter().filter(|page| *page != "index.md") {
        assert!(root().join("docs").join(page).exists(), "docs/SUMMARY.md lists {page}");
    }
    let docs = root().join("docs");
    for page in files(&docs).into_iter().filter(|page| page.extension().is_some_and(|ending| ending == "md")) {
        let name = page.strip_prefix(&docs).expect("below").to_string_lossy().replace('\\', "/");
        assert!(name == "SUMMARY.md" || listed.contains(&name), "docs/SUMMARY.md does not list {name}");
    }
    let readme = root().join("README.md");
    // The first page of the site is the README.
    let pages = files(&docs).into_iter().chain([readme]).filter(|page| !page.ends_with("docs/SUMMARY.md"));
    for page in pages.filter(|page| page.extension().is_some_and(|ending| ending == "md")) {
        let text = std::fs::read_to_string(&page).expect("a page is text");
        for target in targets(&text).into_iter().filter(|target| !target.contains("://")) {
            let file = page.parent().expect("a folder").join(&target);
            assert!(file.exists(), "{} links to {target}", page.display());
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("it can be read").flatten().map(|entry| entry.path());
    let mut found: Vec<_> = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    found.sort();
    found
}
