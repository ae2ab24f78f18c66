//! Trees made to hurt, and runs over them.
//!
//! In: names and texts; arguments. Out: files, pipes; what a run said, within a minute.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// An object with a value that a safe fix puts in quotes.
pub const WRONG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata: {a: 1}\n";
/// The same, fixed.
pub const RIGHT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata: {a: \"1\"}\n";

/// What a run gave.
pub struct Said {
    pub status: i32,
    pub out: String,
    pub err: String,
}

/// Runs a command; it has a minute.
pub fn run(mut command: Command) -> Said {
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

pub fn kubevet(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    command.args(arguments).current_dir(folder);
    run(command)
}

/// The JSON report of `kubevet validate`.
pub fn report(folder: &Path, arguments: &[&str]) -> Value {
    let said = kubevet(folder, &[&["validate", "-f", "json"], arguments].concat());
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err))
}

/// The files that findings are on, each once.
pub fn found(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("a list");
    let mut files: Vec<_> = findings.iter().filter_map(|finding| finding["file"].as_str()).collect();
    files.dedup();
    files
}

/// The ledger: file, reason and what more is said.
pub fn ledger(report: &Value) -> Vec<(&str, &str, &str)> {
    let skipped = report["coverage"]["skipped"].as_array().expect("a list").iter();
    skipped.map(|entry| (str_of(entry, "file"), str_of(entry, "reason"), str_of(entry, "detail"))).collect()
}

pub fn str_of<'v>(entry: &'v Value, field: &str) -> &'v str {
    entry[field].as_str().unwrap_or("")
}

pub fn put(root: &Path, name: &[u8]) -> PathBuf {
    let path = root.join(OsStr::from_bytes(name));
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(&path, WRONG).expect("a file");
    path
}

pub fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a text")
}

pub fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo runs").success());
}

/// Whatever a run leaves behind.
pub fn leftovers(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.file_name().is_some_and(|name| name.as_bytes().starts_with(b".kubevet-"))).collect()
}

pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}
