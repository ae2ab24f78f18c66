//! Running the program on files made for a test.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use super::files::write;

/// A folder with files.
pub fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    files.iter().for_each(|(name, text)| write(dir.path(), name, text));
    dir
}

/// Runs the program in a folder.
pub fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kubevet")).args(args).current_dir(folder).output().expect("the program runs")
}

/// The report of a run as JSON.
pub fn report(folder: &Path, args: &[&str]) -> Value {
    let out = run(folder, &[args, &["-f", "json"]].concat());
    serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("a report: {}", String::from_utf8_lossy(&out.stderr)))
}

/// `severity rule file:line` of each finding for which this holds.
pub fn told(report: &Value, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
    let findings = report["findings"].as_array().expect("a list").iter().filter(|finding| wanted(finding));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = |f: &Value| format!("{} {} {}:{}", text(&f["severity"]), text(&f["rule"]), text(&f["file"]), f["line"]);
    findings.map(line).collect()
}

/// Findings of a rule.
pub fn of_rule<'r>(rule: &'r str) -> impl Fn(&Value) -> bool + 'r {
    move |finding| finding["rule"] == rule
}

/// Errors.
pub fn is_error(finding: &Value) -> bool {
    finding["severity"] == "error"
}

/// `file reason` of the ledger's entries.
pub fn ledger(report: &Value) -> Vec<String> {
    let entries = report["coverage"]["skipped"].as_array().expect("a list").iter();
    entries.map(|e| format!("{} {}", e["file"].as_str().unwrap_or(""), e["reason"].as_str().unwrap_or(""))).collect()
}
