//! Names, links, pipes and devices; and what must not be passed over in silence.
//!
//! In: a tree made to hurt. Out: every file is read and written by its own path, once; nothing waits or grows without end; and what
//! is not read is said.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::tree::{RIGHT, WRONG, folder, found, kubevet, ledger, pipe, put, report, run, str_of, text};
use crate::common::files::write;

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
fn of_files_that_look_alike_all_are_read_and_fixed() {
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
fn a_long_name_is_fixed() {
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
    // Fixed at its target; the link stays one.
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
fn a_configuration_that_lies_elsewhere_has_to_be_named() {
    let dir = folder();
    let root = dir.path();
    write(root, "home/secrets", "password: hunter2\n");
    write(root, "tree/k8s/a.yaml", RIGHT);
    write(root, "tree/shared.yaml", "failOn: never\n");
    fs::create_dir_all(root.join("tree/.git")).expect("a folder");
    symlink("../home/secrets", root.join("tree/kubevet.yaml")).expect("a link");
    let said = kubevet(&root.join("tree"), &["validate", "k8s"]);
    assert!(said.status == 2 && said.err.contains("outside the tree: use --config"), "{}", said.err);
    assert!(!said.err.contains("hunter2"), "{}", said.err);
    let said = kubevet(&root.join("tree"), &["validate", "--config", "kubevet.yaml", "k8s"]);
    assert!(said.status == 2 && said.err.contains("password"), "{}", said.err);
    fs::remove_file(root.join("tree/kubevet.yaml")).expect("the link is there");
    symlink("../shared.yaml", root.join("tree/k8s/kubevet.yaml")).expect("a link");
    assert_eq!(kubevet(&root.join("tree"), &["validate", "k8s"]).status, 0);
}

// Nothing is ignored in silence.

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
    assert_eq!(found(&told), ["half.json", "list.json", "stream.json"]);
    let numbers: Vec<_> = told["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|f| f["file"] == "stream.json")
        .map(|f| f["object"]["document"].clone())
        .collect();
    assert_eq!(numbers, [0, 1, 2].map(Value::from));
    assert_eq!(ledger(&told), [("other.json", "other", "")]);
}

#[test]
fn documents_beside_a_template_are_checked_and_the_ledger_names_it() {
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
    assert!(said.out.contains("1 file and 2 documents not checked: 2 template, 1 other\n"), "{}", said.out);
    assert!(said.out.contains("  template: a.yaml, document 1\n"), "{}", said.out);
}
