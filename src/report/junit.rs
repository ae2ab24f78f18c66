//! JUnit XML, for build servers.
//!
//! In: a finished report. Out: a suite a file; a failed case for each error and warning, a passed one for a file without,
//! and a skipped one for what was not judged. What is merely worth knowing goes to the output of the file's own case.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::finding::{Finding, Severity};

use super::concise::one_line;
use super::{Report, Skipped};

/// One file's findings and what was skipped in it.
#[derive(Default)]
struct Suite<'a> {
    failures: Vec<&'a Finding>,
    notes: Vec<&'a Finding>,
    skipped: Vec<&'a Skipped>,
}

impl Suite<'_> {
    /// Failures, skips, and one more case where nothing failed or was skipped.
    fn tests(&self) -> usize {
        (self.failures.len() + self.skipped.len()).max(1)
    }
}

/// Writes the report.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let suites = suites(report);
    let tests: usize = suites.values().map(Suite::tests).sum();
    let failures: usize = suites.values().map(|suite| suite.failures.len()).sum();
    let skipped: usize = suites.values().map(|suite| suite.skipped.len()).sum();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="kubevet" tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}">"#
    )?;
    suites.iter().try_for_each(|(file, suite)| write_suite(report, file, suite, out))?;
    writeln!(out, "</testsuites>")
}

fn suites(report: &Report) -> BTreeMap<&str, Suite<'_>> {
    let mut suites: BTreeMap<&str, Suite<'_>> = BTreeMap::new();
    for source in report.sources.iter() {
        suites.entry(&source.name).or_default();
    }
    for skipped in &report.coverage.skipped {
        suites.entry(&skipped.file).or_default().skipped.push(skipped);
    }
    for finding in report.active() {
        let suite = suites.entry(&report.sources.get(finding.source()).name).or_default();
        let list = if finding.severity == Severity::Info { &mut suite.notes } else { &mut suite.failures };
        list.push(finding);
    }
    suites
}

fn write_suite(report: &Report, file: &str, suite: &Suite<'_>, out: &mut dyn Write) -> io::Result<()> {
    let file = escape(file);
    writeln!(
        out,
        r#"  <testsuite name="{file}" tests="{}" failures="{}" errors="0" skipped="{}">"#,
        suite.tests(),
        suite.failures.len(),
        suite.skipped.len()
    )?;
    for finding in &suite.failures {
        let (name, message) = (escape(&case_name(finding)), escape(&finding.message));
        writeln!(out, r#"    <testcase classname="{file}" name="{name}">"#)?;
        let severity = finding.severity.as_str();
        let body = escape(&describe(report, finding));
        writeln!(out, r#"      <failure type="{severity}" message="{message}">{body}</failure>"#)?;
        writeln!(out, "    </testcase>")?;
    }
    for skipped in &suite.skipped {
        let reason = skipped.reason.as_str();
        writeln!(out, r#"    <testcase classname="{file}" name="not judged: {reason}">"#)?;
        writeln!(out, r#"      <skipped message="{}"/>"#, escape(&why(skipped)))?;
        writeln!(out, "    </testcase>")?;
    }
    if suite.failures.is_empty() && suite.skipped.is_empty() {
        writeln!(out, r#"    <testcase classname="{file}" name="no errors or warnings"/>"#)?;
    }
    if !suite.notes.is_empty() {
        let notes: Vec<_> = suite.notes.iter().map(|finding| describe(report, finding)).collect();
        writeln!(out, "    <system-out>{}</system-out>", escape(&notes.join("\n")))?;
    }
    writeln!(out, "  </testsuite>")
}

fn why(skipped: &Skipped) -> String {
    match skipped.detail.as_str() {
        "" => skipped.reason.as_str().to_owned(),
        detail => format!("{}: {detail}", skipped.reason.as_str()),
    }
}

/// `rule Kind/name path`.
fn case_name(finding: &Finding) -> String {
    let object = finding.object.as_deref();
    let object = object.map(|object| format!("{}/{}", object.kind, object.name.as_deref().unwrap_or("")));
    let parts = [Some(finding.rule.to_owned()), object, Some(finding.path.clone())];
    let parts: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

fn describe(report: &Report, finding: &Finding) -> String {
    let source = report.sources.get(finding.source());
    let at = source.position(finding.primary.span.start);
    let message = one_line(&finding.message);
    let line = format!("{}:{}:{}: [{}] {message}", source.name, at.line, at.column, finding.rule);
    match &finding.help {
        Some(help) => format!("{line}\nhelp: {help}"),
        None => line,
    }
}

/// Text for XML 1.0: markup escaped, characters that XML cannot have replaced.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => escaped.push(c),
            _ => escaped.push('\u{fffd}'),
        }
    }
    escaped
}
