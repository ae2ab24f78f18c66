//! The report as one page for a browser, which needs no network: by object, rule, file, severity or set, with search and the ledger.
//!
//! In: a finished report. Out: an HTML file that holds the findings as JSON, and a script that shows them. Lines on which a secret was
//! found, and those of Secrets, are shown without their values.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::escape::{self, Shown};
use crate::finding::{Category, Finding, Label};
use crate::source::{Source, SourceId};

use super::region::Region;
use super::style::Options;
use super::{Report, digest, rule_url, summary};

/// The page, with a place for the findings.
const PAGE: &str = include_str!("page.html");
/// Where the findings stand in it.
const PLACE: &str = "/*REPORT*/";
/// Most characters of a line that are shown.
const MAX_LINE: usize = 240;
/// What stands for a value that is not shown.
const MASK: &str = "••••••";

/// Writes the report.
///
/// # Errors
/// Those of the writer.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    write_data(&data(report, options), out)
}

/// Writes a page that shows data of the form that its script knows.
///
/// # Errors
/// Those of the writer.
pub(super) fn write_data(data: &Value, out: &mut dyn Write) -> io::Result<()> {
    let (before, behind) = PAGE.split_once(PLACE).unwrap_or((PAGE, ""));
    out.write_all(before.as_bytes())?;
    // Within a script, only `<` could end it.
    out.write_all(escape_json(&data.to_string()).as_bytes())?;
    out.write_all(behind.as_bytes())
}

/// JSON that can stand in a script, and in a file that somebody opens in a terminal.
fn escape_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' | '\u{2028}' | '\u{2029}' | '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            _ => out.push(c),
        }
    }
    out
}

fn data(report: &Report, options: &Options) -> Value {
    let secret = secret_lines(report);
    let findings: Vec<Value> = report.shown(options).map(|finding| entry(report, finding, &secret)).collect();
    let skipped = report.coverage.skipped.iter().map(|skipped| {
        json!({"file": skipped.file, "document": skipped.document, "reason": skipped.reason.as_str(), "detail": skipped.detail})
    });
    let sets = report.coverage.sets.iter();
    let sets =
        sets.map(|set| json!({"name": set.name, "what": set.what, "state": set.state.as_str(), "detail": set.detail}));
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "lines": summary::lines(report, false).into_iter().chain(digest::lines(report, options)).collect::<Vec<_>>(),
        "findings": findings,
        "skipped": skipped.collect::<Vec<_>>(),
        "sets": sets.collect::<Vec<_>>(),
    })
}

fn entry(report: &Report, finding: &Finding, secret: &BTreeSet<(SourceId, usize)>) -> Value {
    let source = report.sources.get(finding.source());
    let at = Region::first_line(source, finding.primary.span);
    let object = finding
        .object
        .as_deref()
        .map(|object| json!({"kind": object.kind, "namespace": object.namespace, "name": object.name}));
    let related = finding.related.iter().map(|label| related(report, label));
    json!({
        "rule": finding.rule.as_str(),
        "category": finding.category.as_str(),
        "severity": finding.severity.as_str(),
        "message": finding.message,
        "help": finding.help,
        "url": rule_url(&finding.rule),
        "file": source.name,
        "line": at.line,
        "column": at.column,
        "end": at.end_column,
        "path": finding.path,
        "object": object,
        "sets": finding.sets.names,
        "fix": finding.fix.as_ref().map(|fix| format!("{} ({})", fix.description, fix.applicability.as_str())),
        "related": related.collect::<Vec<_>>(),
        "source": lines(source, finding, at.line, secret),
    })
}

fn related(report: &Report, label: &Label) -> Value {
    let source = report.sources.get(label.span.source);
    json!({"file": source.name, "line": source.position(label.span.start).line, "message": label.message})
}

/// The line of a finding, with one around it.
fn lines(source: &Source, finding: &Finding, line: usize, secret: &BTreeSet<(SourceId, usize)>) -> Vec<Value> {
    let of_secret = finding.object.as_deref().is_some_and(|object| object.kind == "Secret");
    let first = line.saturating_sub(1).max(1);
    let numbers = (first..=line + 1).filter(|&number| number <= source.line_starts().len());
    let shown = numbers.map(|number| {
        let text = source.line(number - 1);
        let text = if of_secret || secret.contains(&(source.id, number)) { masked(text) } else { text.to_owned() };
        let text = Shown::new(&text).map_or(text, |shown| shown.text);
        json!([number, escape::bounded(&text, MAX_LINE)])
    });
    shown.collect()
}

/// The lines on which a secret was found, suppressed or not.
fn secret_lines(report: &Report) -> BTreeSet<(SourceId, usize)> {
    let secrets = report.findings.iter().filter(|finding| finding.category == Category::Secrets);
    let lines = secrets.flat_map(|finding| {
        let (source, span) = (report.sources.get(finding.source()), finding.primary.span);
        let (first, last) = (source.position(span.start).line, source.position(span.end).line);
        (first..=last).map(|line| (source.id, line)).collect::<Vec<_>>()
    });
    lines.collect()
}

/// A line without the value in it: what stands behind the key, or all of it.
fn masked(line: &str) -> String {
    let key = line.find(": ").map(|at| &line[..at + 2]);
    let is_key_alone = line.trim_end().ends_with(':') || line.trim().is_empty() || line.trim() == "---";
    match key {
        _ if is_key_alone => line.to_owned(),
        Some(key) => format!("{key}{MASK}"),
        None => format!("{}{MASK}", &line[..line.len() - line.trim_start().len()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{ObjectRef, Severity};
    use crate::report::Format;
    use crate::report::tests::sample;
    use crate::source::{SourceMap, Span};

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        Format::Html.write(report, &Options::default(), &mut out).expect("a vector takes all");
        String::from_utf8(out).expect("it is text")
    }

    #[test]
    fn the_findings_stand_in_the_page_and_cannot_leave_their_script() {
        let mut report = sample::report();
        report.findings[0].message = "</script><script>alert(1)</script>".to_owned();
        let page = written(&report);
        assert!(!page.contains("</script><script>alert"), "{page}");
        let json = page
            .split("<script id=\"report\" type=\"application/json\">")
            .nth(1)
            .and_then(|rest| rest.split("</script>").next());
        let data: Value = serde_json::from_str(json.expect("the findings")).expect("they are JSON");
        assert_eq!(data["findings"].as_array().map(Vec::len), Some(report.active().count()));
        assert_eq!(data["skipped"].as_array().map(Vec::len), Some(3));
    }

    #[test]
    fn the_page_asks_nobody_for_anything() {
        assert!(!PAGE.contains("src=") && !PAGE.contains("@import") && !PAGE.contains("fetch("), "{PAGE}");
        assert!(PAGE.contains("default-src 'none'"));
    }

    #[test]
    fn values_of_secrets_are_not_shown() {
        let text = "kind: Secret\ndata:\n  password: aHVudGVyMg==\n  other: b3RoZXI=\n---\nenv:\n- name: TOKEN\n  value: hunter3\n";
        let at = |part: &str| {
            let start = text.find(part).expect("it is there");
            Span::new(SourceId(0), start, start + part.len())
        };
        let mut secret = Finding::new("a", Category::Hygiene, Severity::Info, "m", at("password"));
        let object = ObjectRef { api_version: "v1".into(), kind: "Secret".into(), ..ObjectRef::default() };
        secret.object = Some(std::sync::Arc::new(object));
        let near = Finding::new("b", Category::Images, Severity::Info, "m", at("TOKEN"));
        let value = Finding::new("c", Category::Secrets, Severity::Error, "m", at("hunter3"));
        let source = Source::from_text(SourceId(0), "a.yaml", text);
        let report =
            Report { findings: vec![secret, near, value], sources: SourceMap::new(vec![source]), ..sample::report() };
        let page = written(&report);
        for value in ["aHVudGVyMg", "b3RoZXI", "hunter3"] {
            assert!(!page.contains(value), "{value}");
        }
        assert!(page.contains("password: ••••••") && page.contains("name: TOKEN"));
    }
}
