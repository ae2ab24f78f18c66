//! SARIF 2.1.0, fit for GitHub code scanning and GitLab.
//!
//! In: a finished report. Out: one run with the rules that reported, a result for each finding that counts, and the
//! coverage ledger. Suppressed findings are left out: code scanning does not read SARIF's suppressions.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::escape::{Json, name};
use crate::finding::{Finding, Label, Severity};
use crate::source::SourceId;

use super::line_hash::line_hashes;
use super::region::{Region, uri};
use super::style::Options;
use super::{Report, summary};
use super::{sarif_fix, sarif_rule};

/// Code scanning refuses a run with more results.
const MAX_RESULTS: usize = 25_000;

/// Writes the report.
///
/// # Errors
/// Those of the writer.
pub(super) fn write(report: &Report, options: &Options, out: &mut Json<&mut dyn Write>) -> io::Result<()> {
    let run = Run::new(report, options);
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run.to_json()],
    });
    out.value(&log)
}

struct Run<'a> {
    report: &'a Report,
    options: &'a Options,
    findings: Vec<&'a Finding>,
    /// Rule id to its index in the list of rules.
    rules: BTreeMap<&'a str, usize>,
    hashes: BTreeMap<SourceId, Vec<String>>,
}

impl<'a> Run<'a> {
    fn new(report: &'a Report, options: &'a Options) -> Self {
        let findings = worst(report, options);
        let mut rules: BTreeMap<_, _> = findings.iter().map(|finding| (finding.rule.as_str(), 0)).collect();
        rules.values_mut().enumerate().for_each(|(index, slot)| *slot = index);
        let mut hashes = BTreeMap::new();
        for finding in &findings {
            let source = report.sources.get(finding.source());
            hashes.entry(source.id).or_insert_with(|| line_hashes(&source.text));
        }
        Self { report, options, findings, rules, hashes }
    }

    fn to_json(&self) -> Value {
        json!({
            "tool": {"driver": {
                "name": "kubevet",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": "https://github.com/kubevet/kubevet",
                "rules": self.rules.keys().map(|id| sarif_rule::describe(id, &self.report.registry)).collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": "kubevet/"},
            "columnKind": "unicodeCodePoints",
            "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": self.notifications()}],
            "results": self.findings.iter().map(|finding| self.result(finding)).collect::<Vec<_>>(),
            "properties": self.properties(),
        })
    }

    /// The summary, so that a log tells how much was checked.
    fn notifications(&self) -> Vec<Value> {
        let mut lines = summary::lines(self.report, false);
        let left_out = self.report.shown(self.options).count() - self.findings.len();
        if left_out > 0 {
            lines.push(format!(
                "{left_out} findings of the lowest severities left out: code scanning takes {MAX_RESULTS}"
            ));
        }
        lines.iter().map(|line| json!({"level": "note", "message": {"text": line}})).collect()
    }

    fn properties(&self) -> Value {
        let coverage = &self.report.coverage;
        let no_schema = coverage.no_schema.iter().map(
            |((api_version, kind), count)| json!({"apiVersion": name(api_version), "kind": name(kind), "count": count}),
        );
        json!({
            "kubernetesVersion": self.report.versions.to_string(),
            "files": coverage.files,
            "documents": coverage.documents,
            "objects": coverage.objects,
            "validated": coverage.validated,
            "noSchema": no_schema.collect::<Vec<_>>(),
            "skipped": summary::skipped_by_reason(self.report).into_iter().collect::<BTreeMap<_, _>>(),
        })
    }

    fn result(&self, finding: &Finding) -> Value {
        let mut result = json!({
            "ruleId": finding.rule.as_str(),
            "ruleIndex": self.rules[finding.rule.as_str()],
            "level": level(finding.severity),
            "message": {"text": message(finding)},
            "locations": [self.location(finding)],
            "partialFingerprints": {
                "primaryLocationLineHash": self.line_hash(finding),
                "kubevet/v1": finding.first_fingerprint(),
                "kubevet/v2": self.options.fingerprint(finding, &self.report.sources),
            },
        });
        let fix =
            finding.fix.as_ref().and_then(|fix| sarif_fix::fixes(fix, &self.report.sources, |id| self.artifact(id)));
        if let Some(fixes) = fix {
            result["fixes"] = fixes;
        }
        if !finding.related.is_empty() {
            let related = finding.related.iter().enumerate().map(|(index, label)| self.related(index, label));
            result["relatedLocations"] = related.collect();
        }
        result
    }

    fn location(&self, finding: &Finding) -> Value {
        let mut location = json!({"physicalLocation": self.physical(&finding.primary)});
        if !finding.path.is_empty() {
            location["logicalLocations"] = json!([{"fullyQualifiedName": finding.path, "kind": "property"}]);
        }
        location
    }

    fn related(&self, index: usize, label: &Label) -> Value {
        let text = if label.message.is_empty() { "see here" } else { &label.message };
        json!({"id": index + 1, "physicalLocation": self.physical(label), "message": {"text": text}})
    }

    fn physical(&self, label: &Label) -> Value {
        let source = self.report.sources.get(label.span.source);
        let region = Region::first_line(source, label.span);
        json!({
            "artifactLocation": self.artifact(source.id),
            "region": {
                "startLine": region.line,
                "startColumn": region.column,
                "endLine": region.line,
                "endColumn": region.end_column,
            },
        })
    }

    fn artifact(&self, source: SourceId) -> Value {
        json!({"uri": uri(self.options.repository_name(&self.report.sources.get(source).name))})
    }

    fn line_hash(&self, finding: &Finding) -> &str {
        let line = self.report.sources.get(finding.source()).line_of(finding.primary.span.start);
        let hashes = self.hashes.get(&finding.source()).map_or(&[][..], Vec::as_slice);
        hashes.get(line).or(hashes.last()).map_or("", String::as_str)
    }
}

/// The findings that count; where there are more than code scanning takes, the worst of them, in their order.
fn worst<'r>(report: &'r Report, options: &Options) -> Vec<&'r Finding> {
    let mut findings: Vec<_> = report.shown(options).enumerate().collect();
    if findings.len() > MAX_RESULTS {
        findings.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
        findings.truncate(MAX_RESULTS);
        findings.sort_by_key(|&(index, _)| index);
    }
    findings.into_iter().map(|(_, finding)| finding).collect()
}

/// The first sentence becomes the title.
fn message(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}. Help: {help}", finding.message),
        None => finding.message.clone(),
    }
}

/// SARIF's word for a severity.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}
