//! Names, links, pipes, devices and disks.
//!
//! In: a tree made to hurt. Out: every file is read and written by its own path, nothing waits or grows without end, nothing
//! outside the tree changes, and what is not read or written is said.

#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::files::write;

/// An object with a value that a safe fix puts in quotes.
const WRONG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata: {a: 1}\n";
/// The same, mended.
const RIGHT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata: {a: \"1\"}\n";

/// What a run gave.
struct Said {
    status: i32,
    out: String,
    err: String,
}

/// Runs a command; it has a minute.
fn run(mut command: Command) -> Said {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let id = child.id();
    let (done, wait) = std::sync::mpsc::channel();
    let waiter = std::thread::spawn(move || {
        let output = child.wait_with_output();
        let _ = done.send(());
        output
    });
    if wait.recv_timeout(Duration::from_secs(60)).is_err() {
        let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
        panic!("still running after a minute");
    }
    let output = waiter.join().expect("a thread").expect("its output");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { status: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}

fn kubevet(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    command.args(arguments).current_dir(folder);
    run(command)
}

/// The JSON report of `kubevet validate`.
fn report(folder: &Path, arguments: &[&str]) -> Value {
    let said = kubevet(folder, &[&["validate", "-f", "json"], arguments].concat());
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err))
}

/// The files that findings are on, each once.
fn found(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("a list");
    let mut files: Vec<_> = findings.iter().filter_map(|finding| finding["file"].as_str()).collect();
    files.dedup();
    files
}

/// The ledger: file, reason and what more is said.
fn ledger(report: &Value) -> Vec<(&str, &str, &str)> {
    let skipped = report["coverage"]["skipped"].as_array().expect("a list").iter();
    skipped.map(|entry| (str_of(entry, "file"), str_of(entry, "reason"), str_of(entry, "detail"))).collect()
}

fn str_of<'v>(entry: &'v Value, field: &str) -> &'v str {
    entry[field].as_str().unwrap_or("")
}

fn put(root: &Path, name: &[u8]) -> PathBuf {
    let path = root.join(OsStr::from_bytes(name));
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(&path, WRONG).expect("a file");
    path
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a text")
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo runs").success());
}

/// Whatever a run leaves behind.
fn leftovers(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.file_name().is_some_and(|name| name.as_bytes().starts_with(b".kubevet-"))).collect()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

// Names are bytes.

#[test]
fn a_file_is_written_by_its_own_path() {
    let dir = folder();
    let (odd, plain) = (put(dir.path(), b"d/x\\y.yaml"), dir.path().join("d/x/y.yaml"));
    write(dir.path(), "d/x/y.yaml", "# somebody else's\n");
    let said = kubevet(dir.path(), &["validate", "--fix", "."]);
    assert_eq!((text(&odd), text(&plain)), (RIGHT.to_owned(), "# somebody else's\n".to_owned()), "{}", said.err);
}

#[test]
fn of_files_that_look_alike_all_are_read_and_mended() {
    let dir = folder();
    let names: [&[u8]; 9] = [
        b"d/x\\y.yaml",
        b"d/x/y.yaml",
        b"\xff.yaml",
        b"\xfe.yaml",
        b"\\xFF.yaml",
        b"\\\\xFF.yaml",
        b"\\\xff.yaml",
        b"\xef\xbf\xbd.yaml",
        b"a\nb.yaml",
    ];
    let paths = names.map(|name| put(dir.path(), name));
    let told = report(dir.path(), &["."]);
    assert_eq!(found(&told).len(), names.len(), "{told}");
    let said = kubevet(dir.path(), &["validate", "--fix", "."]);
    assert_eq!(said.status, 0, "{}", said.err);
    assert!(paths.iter().all(|path| text(path) == RIGHT), "{}", said.err);
}

#[test]
fn names_that_are_no_text_have_a_uri() {
    let dir = folder();
    put(dir.path(), b"\xff ?.yaml");
    put(dir.path(), b"a.yaml");
    let told = report(dir.path(), &["."]);
    let named: Vec<_> =
        told["findings"].as_array().expect("a list").iter().map(|f| (str_of(f, "file"), f.get("fileUri"))).collect();
    assert_eq!(named, [("\\xFF ?.yaml", Some(&Value::from("%FF%20%3F.yaml"))), ("a.yaml", None)]);
    let sarif = kubevet(dir.path(), &["validate", "-f", "sarif", "."]);
    assert!(sarif.out.contains("\"uri\": \"%FF%20%3F.yaml\""), "{}", sarif.out);
}

#[test]
fn a_long_name_is_mended() {
    let dir = folder();
    let path = put(dir.path(), &[&[b'a'; 250][..], b".yaml"].concat());
    let said = kubevet(dir.path(), &["validate", "--fix", "."]);
    assert_eq!((said.status, text(&path)), (0, RIGHT.to_owned()), "{}", said.err);
}

// Reading.

#[test]
fn what_is_no_file_is_in_the_ledger_and_waits_for_nobody() {
    let dir = folder();
    let root = dir.path();
    pipe(&root.join("pipe.yaml"));
    let _socket = UnixListener::bind(root.join("socket.yml")).expect("a socket");
    symlink("/dev/zero", root.join("zero.yaml")).expect("a link");
    symlink("pipe.yaml", root.join("to-pipe.json")).expect("a link");
    symlink("/dev/zero", root.join("zero.txt")).expect("a link");
    let told = report(root, &["."]);
    assert_eq!(
        ledger(&told),
        [
            ("pipe.yaml", "unreadable", "a named pipe, not a file"),
            ("socket.yml", "unreadable", "a socket, not a file"),
            ("to-pipe.json", "unreadable", "a named pipe, not a file"),
            ("zero.yaml", "ignored", "a link out of the tree"),
        ]
    );
    for (name, what) in [("pipe.yaml", "a named pipe"), ("socket.yml", "a socket"), ("zero.yaml", "a device")] {
        for arguments in [
            &["check", name][..],
            &["check", "--config", name, "."],
            &["check", "--baseline", name, "."],
            &["read", name],
        ] {
            let said = kubevet(root, arguments);
            assert_eq!(said.status, 2, "{arguments:?}: {}", said.out);
            assert!(said.err.contains(&format!("{name}: {what}, not a file")), "{arguments:?}: {}", said.err);
        }
    }
    let said = kubevet(root, &["check", "--config", ".", "."]);
    assert!(said.status == 2 && said.err.contains("a directory, not a file"), "{}", said.err);
}

#[test]
fn what_a_shell_hands_over_is_read() {
    let dir = folder();
    put(dir.path(), b"a.yaml");
    let mut command = Command::new("sh");
    let script = "exec 3<a.yaml; cat a.yaml | \"$0\" validate -f concise /dev/stdin /dev/fd/3 --config /dev/null -f json=/dev/stderr";
    command.args(["-c", script, env!("CARGO_BIN_EXE_kubevet")]).current_dir(dir.path());
    let said = run(command);
    assert_eq!(said.status, 1, "{}", said.err);
    assert!(said.out.contains("/dev/fd/3:4:11: error") && said.out.contains("/dev/stdin:4:11: error"), "{}", said.out);
    assert!(said.err.contains("\"findings\""), "{}", said.err);
}

#[test]
fn a_file_that_grows_while_it_is_read_ends() {
    let dir = folder();
    let path = put(dir.path(), b"a.yaml");
    let growing = path.clone();
    let writer = std::thread::spawn(move || {
        let mut file = fs::OpenOptions::new().append(true).open(growing).expect("a file");
        let chunk = vec![b'#'; 1 << 16];
        (0..512).for_each(|_| std::io::Write::write_all(&mut file, &chunk).expect("room"));
    });
    let start = Instant::now();
    while !writer.is_finished() {
        if let Ok(bytes) = kubevet::files::read(&path, 1 << 20) {
            assert!(bytes.len() <= 1 << 20);
        }
        assert!(start.elapsed() < Duration::from_secs(60));
    }
    writer.join().expect("a thread");
    assert_eq!(kubevet::files::read(&path, 1 << 20).expect_err("too large").to_string(), "larger than 1 MiB");
}

#[test]
fn schemas_are_imported_from_files_alone() {
    let dir = folder();
    write(dir.path(), "from/example.com/car_v1.json", "{}");
    pipe(&dir.path().join("from/example.com/boat_v1.json"));
    let said = kubevet(dir.path(), &["schemas", "import", "from", "--to", "to"]);
    assert!(said.status == 0 && said.out.contains("1 JSON Schemas"), "{}{}", said.out, said.err);
    // What stands in the place of a schema is not waited for.
    pipe(&dir.path().join("to/example.com/boat_v1.json"));
    write(dir.path(), "a.yaml", "apiVersion: example.com/v1\nkind: Boat\nmetadata: {name: a, namespace: b}\n");
    write(dir.path(), "kubevet.yaml", "schemas: [to]\n");
    let told = report(dir.path(), &["a.yaml"]);
    assert_eq!(told["coverage"]["noSchema"][0]["kind"], "Boat");
}

// Links.

#[test]
fn a_link_within_the_tree_is_read_once() {
    let dir = folder();
    let root = dir.path();
    put(root, b"tree/data/a.txt");
    put(root, b"tree/data/walked.yaml");
    put(root, b"tree/.git/hidden");
    put(root, b"tree/out/kept.yaml");
    put(root, b"elsewhere/a.txt");
    write(root, "tree/.gitignore", "/out/\nmine.yaml\n");
    for (to, name) in [
        ("../data/a.txt", "links/a.yaml"),
        ("a.yaml", "links/again.yaml"),
        ("../data/walked.yaml", "links/walked.yaml"),
        ("../data", "links/folder.yaml"),
        ("../.git/hidden", "links/git.yaml"),
        ("../out/kept.yaml", "links/out.yaml"),
        ("../data/a.txt", "links/mine.yaml"),
        ("../../elsewhere/a.txt", "links/stranger.yaml"),
        ("loop.yaml", "links/loop.yaml"),
        ("..", "links/up.yaml"),
    ] {
        fs::create_dir_all(root.join("tree/links")).expect("a folder");
        symlink(to, root.join("tree").join(name)).expect("a link");
    }
    let told = report(&root.join("tree"), &["."]);
    assert_eq!(found(&told), ["data/walked.yaml", "links/a.yaml"]);
    let reasons: Vec<_> = ledger(&told)
        .into_iter()
        .map(|(file, reason, detail)| (file, reason, detail.chars().take(20).collect::<String>()))
        .collect();
    let want = [
        ("links/git.yaml", "ignored", "a link into a folder"),
        ("links/loop.yaml", "unreadable", "too many levels of s"),
        ("links/mine.yaml", "ignored", ""),
        ("links/out.yaml", "ignored", "a link to what .giti"),
        ("links/stranger.yaml", "ignored", "a link out of the tr"),
        ("out/", "ignored", ""),
    ];
    assert_eq!(reasons, want.map(|(file, reason, detail)| (file, reason, detail.to_owned())));
    // Mended at its target; the link stays one.
    let said = kubevet(&root.join("tree"), &["validate", "--fix", "."]);
    assert_eq!((said.status, text(&root.join("tree/data/a.txt"))), (0, RIGHT.to_owned()), "{}", said.err);
    assert!(fs::symlink_metadata(root.join("tree/links/a.yaml")).expect("it is there").is_symlink());
    assert_eq!(text(&root.join("elsewhere/a.txt")), WRONG);
}

#[test]
fn a_file_that_comes_in_two_ways_is_one() {
    let dir = folder();
    put(dir.path(), b"a/x.yaml");
    symlink("a", dir.path().join("same")).expect("a link");
    let told = report(dir.path(), &["a", "same", "same/x.yaml", "a/../a"]);
    assert_eq!((told["findings"].as_array().map(Vec::len), found(&told)), (Some(1), vec!["same/x.yaml"]));
}

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

// Writing.

#[test]
fn one_file_that_cannot_be_written_does_not_stop_the_others() {
    let dir = folder();
    let root = dir.path();
    let (linked, locked, last) = (put(root, b"a.yaml"), put(root, b"b.yaml"), put(root, b"c.yaml"));
    fs::hard_link(&linked, root.join("precious.txt")).expect("a link");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o444)).expect("its permissions");
    fs::set_permissions(&last, fs::Permissions::from_mode(0o640)).expect("its permissions");
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
    assert_eq!(fs::metadata(&last).expect("it is there").mode() & 0o7777, 0o640);
    assert_eq!(leftovers(root), [PathBuf::new(); 0]);
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
    assert_eq!(leftovers(root), [PathBuf::new(); 0]);
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
    use kubevet::files::{Before, Tree, replace};
    use kubevet::finding::Applicability;
    use kubevet::lint::{Job, mend};
    let dir = folder();
    let path = put(dir.path(), b"a.yaml");
    let mended = mend(Job { paths: vec![dir.path().to_owned()], ..Job::default() }, Applicability::Safe);
    let (before, after) = mended.changes.values().next().expect("a change");
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

// Nothing is passed over in silence.

#[test]
fn json_without_an_api_version_and_streams_are_read() {
    let dir = folder();
    let root = dir.path();
    write(root, "half.json", "{\"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}, \"spec\": {}}");
    write(root, "other.json", "{\"apiVersion\": 1}");
    write(root, "list.json", "[{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}]");
    write(root, "tasks.json", "{ // for an editor\n \"tasks\": [{\"kind\": \"build\"}]}\n");
    write(root, "schema.json", "{\"properties\": {\"kind\": {}, \"apiVersion\": {}}}");
    let pod = |name: &str| {
        format!("{{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {{\"name\": \"{name}\"}}, \"spec\": {{}}}}")
    };
    write(root, "stream.json", &format!("{}\n{}{}\n", pod("a"), pod("b"), pod("c")));
    let told = report(root, &["."]);
    assert_eq!(found(&told), ["half.json", "stream.json"]);
    let numbers: Vec<_> = told["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|f| f["file"] == "stream.json")
        .map(|f| f["object"]["document"].clone())
        .collect();
    assert_eq!(numbers, [0, 1, 2].map(Value::from));
    assert_eq!(ledger(&told), [("list.json", "other", ""), ("other.json", "other", "")]);
}

#[test]
fn documents_beside_a_template_are_judged_and_the_ledger_names_it() {
    let dir = folder();
    write(dir.path(), "a.yaml", &format!("{WRONG}---\nkind: {{{{ x }}}}\nfoo\n---\nb: 1\n---\n{WRONG}"));
    write(dir.path(), "b.yaml", "kind: {{ x }}\nfoo\n---\nkind: {{ y }}\nfoo\n");
    let told = report(dir.path(), &["."]);
    let findings = told["findings"].as_array().expect("a list").iter();
    let documents: Vec<_> = findings.map(|finding| finding["object"]["document"].clone()).collect();
    assert_eq!(documents, [0, 3].map(Value::from));
    let skipped = told["coverage"]["skipped"].as_array().expect("a list").iter();
    let skipped: Vec<_> = skipped.map(|s| (str_of(s, "file"), s["document"].as_u64(), str_of(s, "reason"))).collect();
    assert_eq!(skipped, [("a.yaml", Some(1), "template"), ("a.yaml", Some(2), "other"), ("b.yaml", None, "template")]);
    let said = kubevet(dir.path(), &["validate", "-f", "concise", "-v", "."]);
    assert!(said.out.contains("1 file and 2 documents not judged: 2 template, 1 other\n"), "{}", said.out);
    assert!(said.out.contains("  template: a.yaml, document 1\n"), "{}", said.out);
}
