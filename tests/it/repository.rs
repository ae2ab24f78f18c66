//! What is named is checked, with the whole git repository around it in view; `--no-repository` checks it alone.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::files::write;
use crate::common::shop::{CONFIG_MAP, pod};

fn repository() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in [
        ("pods/one.yaml", pod("one")),
        ("pods/two.yaml", pod("two")),
        ("config/map.yaml", CONFIG_MAP.to_owned()),
        ("config/broken.yaml", "a: \"".to_owned()),
        ("tsconfig.json", "{ // no manifest\n".to_owned()),
    ] {
        write(dir.path(), name, &text);
    }
    fs::create_dir(dir.path().join(".git")).expect("a folder");
    dir
}

/// Runs `kubevet check` in a folder on a path; what it prints, without the summary.
fn check(folder: &Path, arguments: &[&str]) -> String {
    let select = "latest-image-tag,dangling-configmap-reference,yaml-syntax,unused-suppression";
    let out = Command::new(env!("CARGO_BIN_EXE_kubevet"))
        .args(["check", "--no-config", "-q", "--select", select])
        .args(if arguments.contains(&"-f") { &[][..] } else { &["-f", "concise"][..] })
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

/// What is only read for the references of others has not passed a check.
#[test]
fn the_junit_report_has_the_files_that_were_checked() {
    let dir = repository();
    let suites = check(dir.path(), &["-f", "junit", "pods/one.yaml"]);
    assert_eq!(suites.matches("<testsuite name=").count(), 1, "{suites}");
    assert!(suites.contains("<testsuite name=\"pods/one.yaml\""), "{suites}");
}

#[test]
fn a_file_alone_does_not_know_what_lies_beside_it() {
    let dir = repository();
    let said = check(dir.path(), &["--no-repository", "pods/one.yaml"]);
    assert!(said.contains("pods/one.yaml:9:32: warning[dangling-configmap-reference]"), "{said}");
}

#[test]
fn the_repository_is_in_view_unless_it_is_turned_off() {
    let dir = repository();
    for paths in [&["pods/one.yaml"][..], &["pods/one.yaml", "config/map.yaml"], &["./pods/one.yaml"]] {
        let said = check(dir.path(), paths);
        assert_eq!(said, check(dir.path(), &[&["--repository"], paths].concat()));
        assert!(!said.contains("dangling") && said.contains("latest-image-tag"), "{said}");
    }
    // Both at once make no sense.
    let said = check(dir.path(), &["--repository", "--no-repository", "pods"]);
    assert!(said.contains("cannot be used with"), "{said}");
    // A folder that lies in no repository has nothing around it.
    fs::remove_dir(dir.path().join(".git")).expect("the folder goes");
    let said = check(dir.path(), &["pods/one.yaml"]);
    assert!(said.contains("dangling-configmap-reference"), "{said}");
}

#[test]
fn only_what_is_named_is_reported_on() {
    let dir = repository();
    for (folder, name) in [("", "pods/one.yaml"), ("pods", "one.yaml"), ("config", "../pods/one.yaml")] {
        let said = check(&dir.path().join(folder), &["--repository", name]);
        assert_eq!(said.lines().count(), 1, "in `{folder}`: {said}");
        assert!(said.starts_with(&format!("{name}:7:14: warning[latest-image-tag]")), "in `{folder}`: {said}");
    }
    let said = check(dir.path(), &["--repository", "tsconfig.json"]);
    assert_eq!(said, "warning: no objects were checked: there are no manifests in the paths\n");
    let absolute = dir.path().join("pods/one.yaml");
    let said = check(Path::new("/"), &["--repository", &absolute.to_string_lossy()]);
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn the_ledger_counts_what_is_named() {
    let dir = repository();
    let out = Command::new(env!("CARGO_BIN_EXE_kubevet"))
        .args(["check", "--no-config", "--repository", "--select", "yaml-syntax", "config/map.yaml"])
        .current_dir(dir.path())
        .output()
        .expect("the program runs");
    let text = String::from_utf8_lossy(&out.stdout);
    assert_eq!(text, "1 object in 1 file checked against Kubernetes 1.37: no findings\n");
}

/// Runs `kubevet check` on a text that stands for a file.
fn check_text(folder: &Path, arguments: &[&str], input: &str) -> String {
    let select = "latest-image-tag,dangling-configmap-reference,duplicate-object";
    let mut child = Command::new(env!("CARGO_BIN_EXE_kubevet"))
        .args(["check", "--no-config", "-q", "-f", "concise", "--select", select, "--repository"])
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    let out = child.wait_with_output().expect("it ends");
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

#[test]
fn standard_input_stands_in_for_its_file() {
    let dir = repository();
    let found = pod("one").replace("settings", "setings");
    for (folder, name) in [("", "pods/one.yaml"), ("", "./pods/one.yaml"), ("config", "../pods/one.yaml")] {
        let said = check_text(&dir.path().join(folder), &["--stdin-filename", name, "-"], &found);
        let name = name.trim_start_matches("./");
        assert!(said.contains(&format!("{name}:9:32: warning[dangling-configmap-reference]")), "in `{folder}`: {said}");
        assert_eq!(said.lines().count(), 2, "in `{folder}`: {said}");
    }
    // A file that is yet to be written, by its absolute path.
    let absolute = dir.path().join("pods/new/three.yaml").to_string_lossy().into_owned();
    let said = check_text(Path::new("/"), &["--stdin-filename", &absolute, "-"], &pod("three"));
    assert!(said.starts_with(&format!("{absolute}:7:14: warning[latest-image-tag]")), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    // What stood in the file is not in view any more: the others miss it.
    let said = check_text(dir.path(), &["--stdin-filename", "config/map.yaml", "pods/two.yaml", "-"], "");
    assert!(said.contains("pods/two.yaml:9:32: warning[dangling-configmap-reference]"), "{said}");
}
