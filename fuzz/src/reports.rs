//! What must hold of every report.
//!
//! In: a report. Out: its bytes in every format, after a look at what they hold.

use std::collections::BTreeMap;

use kubevet::finding::Severity;
use kubevet::report::{Format, Options, Report};

/// The report in every format. Those for people hold no control character but line breaks, those for programs are JSON.
pub fn all_formats(report: &Report) -> Vec<Vec<u8>> {
    Format::ALL.into_iter().map(|format| written(report, format)).collect()
}

fn written(report: &Report, format: Format) -> Vec<u8> {
    let options = Options { unicode: true, verbose: true, ..Options::default() };
    let mut out = Vec::new();
    format.write(report, &options, &mut out).expect("memory can be written to");
    let text = std::str::from_utf8(&out).expect("a report is UTF-8");
    match format {
        Format::Json | Format::Sarif | Format::Gitlab => {
            serde_json::from_str::<serde_json::Value>(text).expect("the report is JSON");
        }
        _ => {
            let odd = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
            assert_eq!(odd, None, "{} shows a control character", format.as_str());
            let longest = text.lines().map(str::len).max().unwrap_or(0);
            // The findings of a page are one line of JSON in it, and those of a file one element of JUnit, however many there are.
            let bounded = longest < 40_000 || matches!(format, Format::Html | Format::Junit);
            assert!(bounded, "{} has a line of {longest} bytes", format.as_str());
        }
    }
    out
}

/// Number of things that the server refuses, by file.
pub fn errors(report: &Report) -> BTreeMap<&str, usize> {
    let refused = |finding: &&_| is_refused(finding);
    let mut errors = BTreeMap::new();
    for finding in report.findings.iter().filter(refused) {
        *errors.entry(report.sources.get(finding.source()).name.as_str()).or_default() += 1;
    }
    errors
}

fn is_refused(finding: &kubevet::finding::Finding) -> bool {
    finding.category.is_validity() && finding.severity == Severity::Error
}
