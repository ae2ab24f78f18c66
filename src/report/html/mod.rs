//! The report as one page for a browser, which needs no network: by object, rule, file, severity or set, with search and the ledger.
//!
//! In: a finished report. Out: an HTML file that holds the findings as JSON, and a script that shows them.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::escape::{self, Shown};
use crate::finding::{Finding, Label, ObjectRef, Wiring};
use crate::source::Source;

use super::region::Region;
use super::style::Options;
use super::{Report, digest, rule_url, summary};

/// The page, with a place for the findings.
const PAGE: &str = include_str!("page.html");
/// Where the findings stand in it.
const PLACE: &str = "/*REPORT*/";
/// Most characters of a line that are shown.
const MAX_LINE: usize = 240;

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
    let findings: Vec<Value> = report.shown(options).map(|finding| entry(report, finding)).collect();
    let skipped = report.coverage.skipped.iter().map(|skipped| {
        json!({"file": skipped.file, "document": skipped.document, "reason": skipped.reason.as_str(), "detail": skipped.detail})
    });
    let sets = report.coverage.sets.iter();
    let sets =
        sets.map(|set| json!({"name": set.name, "what": set.what, "state": set.state.as_str(), "detail": set.detail}));
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "lines": summary::lines(report, false).into_iter().chain(digest::counts(report, options)).collect::<Vec<_>>(),
        "findings": findings,
        "skipped": skipped.collect::<Vec<_>>(),
        "sets": sets.collect::<Vec<_>>(),
        "wiring": report.wiring.iter().map(wiring).collect::<Vec<_>>(),
    })
}

/// The objects of a set that refer to one another, each once, and the links between them by their numbers.
fn wiring(wiring: &Wiring) -> Value {
    let (mut numbers, mut objects): (HashMap<&ObjectRef, usize>, Vec<Value>) = Default::default();
    let mut links: Vec<Value> = Vec::with_capacity(wiring.links.len());
    for link in &wiring.links {
        let ends = [(&*link.from, true), (&*link.to, link.defined)].map(|(object, defined)| {
            *numbers.entry(object).or_insert_with(|| {
                objects.push(json!([object.kind, object.namespace, object.name, defined]));
                objects.len() - 1
            })
        });
        links.push(json!([ends[0], ends[1], link.how]));
    }
    json!({"set": wiring.set, "objects": objects, "links": links, "more": wiring.more})
}

fn entry(report: &Report, finding: &Finding) -> Value {
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
        "source": lines(source, at.line),
    })
}

fn related(report: &Report, label: &Label) -> Value {
    let source = report.sources.get(label.span.source);
    json!({"file": source.name, "line": source.position(label.span.start).line, "message": label.message})
}

/// The line of a finding, with one around it.
fn lines(source: &Source, line: usize) -> Vec<Value> {
    let first = line.saturating_sub(1).max(1);
    let numbers = (first..=line + 1).filter(|&number| number <= source.line_starts().len());
    let shown = numbers.map(|number| {
        let text = source.line(number - 1);
        let text = Shown::new(text).map_or_else(|| text.to_owned(), |shown| shown.text);
        json!([number, escape::bounded(&text, MAX_LINE)])
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Format;
    use crate::report::tests::sample;

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
}
