//! JUnit XML, for build servers.
//!
//! In: a finished report. Out: a suite a file; a failed case for each error and warning, a passed one for a file without,
//! and a skipped one for what was not checked. What is merely worth knowing goes to the output of the file's own case.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::escape::{line, name};
use crate::finding::{Finding, Severity};
use crate::source::SourceId;

use super::page::Page;
use super::style::Options;
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
pub(super) fn write(report: &Report, options: &Options, page: &mut Page<'_>) -> io::Result<()> {
    let suites = suites(report, options);
    let tests: usize = suites.values().map(Suite::tests).sum();
    let failures: usize = suites.values().map(|suite| suite.failures.len()).sum();
    let skipped: usize = suites.values().map(|suite| suite.skipped.len()).sum();
    page.own(r#"<?xml version="1.0" encoding="UTF-8"?>"#)?.end()?;
    page.text(format_args!(
        r#"<testsuites name="kubevet" tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}">"#
    ))?;
    page.end()?;
    suites.iter().try_for_each(|(file, suite)| write_suite(report, file, suite, page))?;
    page.own("</testsuites>")?.end()
}

fn suites<'a>(report: &'a Report, options: &Options) -> BTreeMap<&'a str, Suite<'a>> {
    let mut suites: BTreeMap<&str, Suite<'_>> = BTreeMap::new();
    // Files that were only read to resolve references were not checked: they have not passed either.
    let checked: BTreeSet<SourceId> = report.coverage.read.iter().copied().collect();
    for source in report.sources.iter().filter(|source| checked.contains(&source.id)) {
        suites.entry(&source.name).or_default();
    }
    for skipped in &report.coverage.skipped {
        suites.entry(&skipped.file).or_default().skipped.push(skipped);
    }
    for finding in report.shown(options) {
        let suite = suites.entry(&report.sources.get(finding.source()).name).or_default();
        let list = if finding.severity == Severity::Info { &mut suite.notes } else { &mut suite.failures };
        list.push(finding);
    }
    suites
}

fn write_suite(report: &Report, file: &str, suite: &Suite<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let file = escape(&line(file));
    page.text(format_args!(
        r#"  <testsuite name="{file}" tests="{}" failures="{}" errors="0" skipped="{}">"#,
        suite.tests(),
        suite.failures.len(),
        suite.skipped.len()
    ))?;
    page.end()?;
    for finding in &suite.failures {
        let (name, message) = (escape(&case_name(finding)), escape(&line(&finding.message)));
        page.text(format_args!(r#"    <testcase classname="{file}" name="{name}">"#))?.end()?;
        let severity = finding.severity.as_str();
        let body = escape(&describe(report, finding));
        page.text(format_args!(r#"      <failure type="{severity}" message="{message}">{body}</failure>"#))?.end()?;
        page.own("    </testcase>")?.end()?;
    }
    for skipped in &suite.skipped {
        let reason = skipped.reason.as_str();
        page.text(format_args!(r#"    <testcase classname="{file}" name="not checked: {reason}">"#))?.end()?;
        page.text(format_args!(r#"      <skipped message="{}"/>"#, escape(&line(&why(skipped)))))?.end()?;
        page.own("    </testcase>")?.end()?;
    }
    if suite.failures.is_empty() && suite.skipped.is_empty() {
        page.text(format_args!(r#"    <testcase classname="{file}" name="no errors or warnings"/>"#))?.end()?;
    }
    if !suite.notes.is_empty() {
        let notes: Vec<_> = suite.notes.iter().map(|finding| describe(report, finding)).collect();
        page.text(format_args!("    <system-out>{}</system-out>", escape(&notes.join("\n"))))?.end()?;
    }
    page.own("  </testsuite>")?.end()
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
    let object = object.map(|object| format!("{}/{}", name(&object.kind), name(object.name.as_deref().unwrap_or(""))));
    let parts = [Some(finding.rule.to_string()), object, Some(finding.path.clone())];
    let parts: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    line(&parts.join(" ")).into_owned()
}

fn describe(report: &Report, finding: &Finding) -> String {
    let source = report.sources.get(finding.source());
    let at = source.position(finding.primary.span.start);
    let place = format!("{}:{}:{}", source.name, at.line, at.column);
    let first = format!("{}: [{}] {}", line(&place), finding.rule, line(&finding.message));
    match &finding.help {
        Some(help) => format!("{first}\nhelp: {}", line(help)),
        None => first,
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
