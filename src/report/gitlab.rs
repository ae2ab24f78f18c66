//! GitLab's Code Quality report.
//!
//! In: a finished report. Out: a JSON list of issues, each with a fingerprint that stands once in the list, as GitLab asks.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::escape::{self, Json};
use crate::finding::{Finding, Severity};

use super::Report;
use super::region::Region;
use super::style::Options;

/// Writes the report.
///
/// # Errors
/// Those of the writer.
pub(super) fn write(report: &Report, options: &Options, out: &mut Json<&mut dyn Write>) -> io::Result<()> {
    let mut seen = BTreeMap::new();
    let issues: Vec<_> = report.shown(options).map(|finding| issue(report, finding, options, &mut seen)).collect();
    out.value(&issues)
}

fn issue(report: &Report, finding: &Finding, options: &Options, seen: &mut BTreeMap<String, usize>) -> Value {
    let source = report.sources.get(finding.source());
    let path = options.repository_name(&source.name);
    let at = Region::first_line(source, finding.primary.span);
    json!({
        "description": escape::line(&finding.message),
        "check_name": finding.rule.as_str(),
        "fingerprint": unique(format!("{}:{path}", options.fingerprint(finding, &report.sources)), seen),
        "severity": severity(finding.severity),
        "location": {"path": path, "lines": {"begin": at.line}},
    })
}

/// The second of the same fingerprint gets a number.
fn unique(fingerprint: String, seen: &mut BTreeMap<String, usize>) -> String {
    let count = seen.entry(fingerprint.clone()).or_default();
    *count += 1;
    if *count == 1 { fingerprint } else { format!("{fingerprint}:{count}") }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "info",
    }
}
