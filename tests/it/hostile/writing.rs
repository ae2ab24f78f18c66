//! What is written, and where.
//!
//! In: files that cannot or must not be written to, and disks without room. Out: they are named and as they were, all others are
//! written as a whole, and nothing else is left behind.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;

use super::tree::{RIGHT, WRONG, folder, kubevet, leftovers, pipe, put, run, text};
use crate::common::files::write;

#[test]
fn a_link_out_of_the_tree_is_named_and_left() {
    let dir = folder();
    let outside = put(dir.path(), b"home/config");
    fs::create_dir_all(dir.path().join("tree/.git")).expect("a folder");
    symlink("../home/config", dir.path().join("tree/a.yaml")).expect("a link");
    let inside = put(dir.path(), b"tree/b.yaml");
    let tree = dir.path().join("tree");
    let said = kubevet(&tree, &["validate", "--fix", "a.yaml", "b.yaml"]);
    assert!(said.status == 2 && said.err.contains("a.yaml: not written: a link out of the tree"), "{}", said.err);
    assert_eq!((text(&outside), text(&inside)), (WRONG.to_owned(), RIGHT.to_owned()));
    // Nor is a report or a baseline written there.
    let said = kubevet(&tree, &["validate", "-f", "json=a.yaml", "b.yaml"]);
    assert!(said.status == 2 && text(&outside) == WRONG, "{}", said.err);
    symlink("../home/new", tree.join("baseline.json")).expect("a link");
    let said = kubevet(&tree, &["validate", "--baseline", "baseline.json", "--write-baseline", "b.yaml"]);
    assert!(said.status == 2 && !dir.path().join("home/new").exists(), "{}", said.err);
}

#[test]
fn one_file_that_cannot_be_written_does_not_stop_the_others() {
    let dir = folder();
    let root = dir.path();
    let (linked, locked, last) = (put(root, b"a.yaml"), put(root, b"b.yaml"), put(root, b"c.yaml"));
    fs::hard_link(&linked, root.join("precious.txt")).expect("a link");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o444)).expect("its permissions");
    fs::set_permissions(&last, fs::Permissions::from_mode(0o640)).expect("its permissions");
    // Only the system's administrator may give a file away.
    let given = std::os::unix::fs::chown(&last, Some(12345), Some(12345)).is_ok();
    let said = kubevet(root, &["validate", "--fix", "."]);
    assert_eq!(said.status, 2, "{}", said.err);
    for line in [
        "a.yaml: not written: the file has other hard links",
        "b.yaml: not written: the file is read-only",
        "1 of 3 files fixed",
    ] {
        assert!(said.err.contains(line), "{}", said.err);
    }
    assert_eq!([&linked, &locked, &last].map(|path| text(path)), [WRONG, WRONG, RIGHT]);
    assert_eq!(text(&root.join("precious.txt")), WRONG);
    let meta = fs::metadata(&last).expect("it is there");
    assert_eq!(meta.mode() & 0o7777, 0o640);
    assert_eq!((meta.uid() == 12345, meta.gid() == 12345), (given, given));
    assert_eq!(leftovers(root), Vec::<PathBuf>::new());
}

#[test]
fn a_full_disk_loses_nothing() {
    let dir = folder();
    let root = dir.path();
    let long = format!("{WRONG}# {}\n", "x".repeat(100_000));
    write(root, "a.yaml", &long);
    write(root, "b.yaml", WRONG);
    write(root, "report.json", "{}");
    // A limit on the size of files stands for a disk that is full: writing fails half way.
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"";
    let limited = |arguments: &[&str]| {
        let mut command = Command::new("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_kubevet")]).args(arguments).current_dir(root);
        run(command)
    };
    let said = limited(&["validate", "--fix", "."]);
    assert!(said.status == 2 && said.err.contains("a.yaml: file too large"), "{}", said.err);
    assert_eq!((text(&root.join("a.yaml")), text(&root.join("b.yaml"))), (long.clone(), RIGHT.to_owned()));
    // A report that does not fit leaves the old one.
    for number in 0..400 {
        write(root, &format!("c{number}.yaml"), WRONG);
    }
    let said = limited(&["validate", "-f", "json=report.json", "."]);
    assert!(said.status == 2 && said.err.contains("report.json: file too large"), "{}", said.err);
    assert_eq!(text(&root.join("report.json")), "{}");
    assert_eq!(leftovers(root), Vec::<PathBuf>::new());
}

#[test]
fn a_folder_that_takes_no_file_is_named() {
    let dir = folder();
    let path = put(dir.path(), b"d/a.yaml");
    let closed = path.parent().expect("a folder");
    fs::set_permissions(closed, fs::Permissions::from_mode(0o555)).expect("its permissions");
    let is_root = fs::write(closed.join("probe"), "").is_ok();
    let said = kubevet(dir.path(), &["validate", "--fix", "."]);
    fs::set_permissions(closed, fs::Permissions::from_mode(0o755)).expect("its permissions");
    if is_root {
        return; // root writes everywhere
    }
    assert!(
        said.status == 2 && said.err.contains("d/a.yaml: not written: no file can be made in its folder"),
        "{}",
        said.err
    );
    assert_eq!(text(&path), WRONG);
}

#[test]
fn a_file_that_changed_after_it_was_read_is_left() {
    use kubevet::engine::{Engine, Request, Snapshot};
    use kubevet::files::{Before, Tree, replace};
    use kubevet::finding::Applicability;
    let dir = folder();
    let path = put(dir.path(), b"a.yaml");
    let fixed = Engine::default().fix(
        Snapshot::of_paths(vec![dir.path().to_owned()]),
        &Request::default(),
        Applicability::Safe,
    );
    let (before, after) = fixed.changes.values().next().expect("a change");
    let try_it = || replace(&path, Before::Bytes(before.as_bytes()), after.as_bytes(), &Tree::default());
    let refused = |what: &str| {
        assert!(try_it().is_err(), "{what}");
    };
    fs::write(&path, WRONG.replace("a: 1", "a: 2")).expect("a file");
    refused("edited");
    assert!(text(&path).contains("a: 2"));
    fs::remove_file(&path).expect("it was there");
    refused("gone");
    pipe(&path);
    refused("a pipe");
    fs::remove_file(&path).expect("it was there");
    fs::create_dir(&path).expect("a folder");
    refused("a folder");
    fs::remove_dir(&path).expect("it was there");
    let outside = folder();
    let target = put(outside.path(), b"a.yaml");
    symlink(&target, &path).expect("a link");
    refused("a link");
    assert_eq!(text(&target), WRONG);
    fs::remove_file(&path).expect("it was there");
    fs::write(&path, WRONG).expect("a file");
    try_it().expect("it is as it was");
    assert_eq!((text(&path).as_str(), leftovers(dir.path()).len()), (RIGHT, 0));
}

#[test]
fn a_baseline_is_written_as_a_whole() {
    let dir = folder();
    let root = dir.path();
    put(root, b"a.yaml");
    let arguments = ["validate", "--baseline", "b.json", "--write-baseline", "a.yaml"];
    assert_eq!(kubevet(root, &arguments).status, 0);
    fs::set_permissions(root.join("b.json"), fs::Permissions::from_mode(0o600)).expect("its permissions");
    assert_eq!(kubevet(root, &arguments).status, 0);
    assert_eq!(fs::metadata(root.join("b.json")).expect("it is there").mode() & 0o777, 0o600);
    assert_eq!(kubevet(root, &["validate", "--baseline", "b.json", "a.yaml"]).status, 0);
    fs::hard_link(root.join("b.json"), root.join("c.json")).expect("a link");
    let said = kubevet(root, &arguments);
    assert!(
        said.status == 2 && said.err.contains("b.json: not written: the file has other hard links"),
        "{}",
        said.err
    );
}

#[test]
fn a_report_goes_down_a_pipe_and_leaves_other_names_of_its_file_alone() {
    let dir = folder();
    let root = dir.path();
    put(root, b"a.yaml");
    pipe(&root.join("pipe"));
    let script =
        "cat pipe >got & \"$0\" validate -q -f json=pipe -f concise=report.txt a.yaml; status=$?; wait; exit $status";
    fs::write(root.join("old.txt"), "yesterday\n").expect("a file");
    fs::hard_link(root.join("old.txt"), root.join("report.txt")).expect("a link");
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_kubevet")]).current_dir(root);
    let said = run(command);
    assert!(said.status == 1 && text(&root.join("got")).contains("\"findings\""), "{}", said.err);
    assert!(text(&root.join("report.txt")).starts_with("a.yaml:4:11: error"), "{}", said.err);
    assert_eq!(text(&root.join("old.txt")), "yesterday\n");
}
