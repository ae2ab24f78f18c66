//! The JSON report, version 1: a contract with other programs.
//!
//! In: a finished report. Out: one JSON object.

use std::borrow::Cow;
use std::io::{self, Write};

use rayon::prelude::*;
use serde::Serialize;

use crate::escape::{Json, name};
use crate::files::name as file_name;
use crate::finding::{Edit, Finding, Fix, Label, Severity};
use crate::source::{Source, SourceMap, Span};

use super::{Options, RenderedSet, Report};

/// Writes the report.
///
/// # Errors
/// Those of the writer.
pub(super) fn write(report: &Report, options: &Options, out: &mut Json<&mut dyn Write>) -> io::Result<()> {
    out.value(&Root::new(report, options))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Root<'a> {
    version: u8,
    tool: Tool,
    kubernetes_version: String,
    findings: Vec<JsonFinding<'a>>,
    coverage: JsonCoverage<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<JsonSince<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<String>,
    summary: Summary,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// What is left out because it is older than a revision.
#[derive(Serialize)]
struct JsonSince<'a> {
    revision: &'a str,
    commit: &'a str,
    #[serde(rename = "changedDocuments")]
    changed: usize,
    #[serde(rename = "olderFindings")]
    older: usize,
}

#[derive(Serialize)]
struct Summary {
    error: usize,
    warning: usize,
    info: usize,
    suppressed: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonFinding<'a> {
    rule: &'a str,
    category: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    url: String,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_uri: Option<String>,
    #[serde(flatten)]
    region: Region,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<JsonObject<'a>>,
    related: Vec<JsonRelated<'a>>,
    fix: Option<JsonFix<'a>>,
    suppressed: Option<JsonSuppression<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    sets: &'a [std::sync::Arc<str>],
    fingerprint: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    api_version: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    document: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonRelated<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_uri: Option<String>,
    line: usize,
    column: usize,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    applicability: &'a str,
    description: &'a str,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonEdit<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_uri: Option<String>,
    start: u32,
    end: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonSuppression<'a> {
    by: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonCoverage<'a> {
    files: usize,
    documents: usize,
    objects: usize,
    validated: usize,
    no_schema: Vec<JsonNoSchema<'a>>,
    skipped: Vec<JsonSkipped<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sets: Vec<JsonSet<'a>>,
}

#[derive(Serialize)]
struct JsonSet<'a> {
    name: &'a str,
    state: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonNoSchema<'a> {
    api_version: Cow<'a, str>,
    kind: Cow<'a, str>,
    count: usize,
}

#[derive(Serialize)]
struct JsonSkipped<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none", rename = "fileUri")]
    file_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<u32>,
    reason: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
}

impl<'a> Root<'a> {
    fn new(report: &'a Report, options: &Options) -> Self {
        Self {
            version: 1,
            tool: Tool { name: "kubevet", version: env!("CARGO_PKG_VERSION") },
            kubernetes_version: report.versions.to_string(),
            findings: report
                .findings
                .par_iter()
                .filter(|finding| options.min_severity.is_none_or(|least| finding.severity >= least))
                .map(|finding| JsonFinding::new(finding, &report.sources, options))
                .collect(),
            coverage: JsonCoverage::new(report),
            since: report.since.as_ref().map(|since| JsonSince {
                revision: &since.revision,
                commit: &since.commit,
                changed: since.changed,
                older: since.older,
            }),
            shard: report.shard.map(|(number, of)| format!("{number}/{of}")),
            summary: Summary {
                error: report.count(Severity::Error),
                warning: report.count(Severity::Warning),
                info: report.count(Severity::Info),
                suppressed: report.suppressed(),
            },
        }
    }
}

impl<'a> JsonFinding<'a> {
    fn new(finding: &'a Finding, sources: &'a SourceMap, options: &Options) -> Self {
        let source = sources.get(finding.source());
        Self {
            rule: &finding.rule,
            category: finding.category.as_str(),
            severity: finding.severity.as_str(),
            message: &finding.message,
            help: finding.help.as_deref(),
            url: super::rule_url(&finding.rule),
            file: &source.name,
            file_uri: file_name::uri_of_bytes(&source.name),
            region: Region::new(source, finding.primary.span),
            path: &finding.path,
            object: finding.document.map(|document| JsonObject::new(finding, document, sources)),
            related: finding.related.iter().map(|label| JsonRelated::new(label, sources)).collect(),
            fix: finding.fix.as_ref().map(|fix| JsonFix::new(fix, sources)),
            suppressed: finding.suppressed.as_ref().map(|s| JsonSuppression { by: s.by, reason: &s.reason }),
            sets: &finding.sets.names,
            fingerprint: options.fingerprint(finding, sources),
        }
    }
}

impl Region {
    fn new(source: &Source, span: Span) -> Self {
        let (start, end) = (source.position(span.start), source.position(span.end));
        Self { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }
}

impl<'a> JsonObject<'a> {
    fn new(finding: &'a Finding, document: u32, sources: &'a SourceMap) -> Self {
        let object = finding.object.as_deref();
        let home = finding.home.filter(|(source, _)| *source != finding.source());
        let document = finding.home.map_or(document, |(_, document)| document);
        Self {
            api_version: object.map(|o| name(&o.api_version)),
            kind: object.map(|o| name(&o.kind)),
            namespace: object.and_then(|o| o.namespace.as_deref()).map(name),
            name: object.and_then(|o| o.name.as_deref()).map(name),
            file: home.map(|(source, _)| sources.get(source).name.as_str()),
            document,
        }
    }
}

impl<'a> JsonRelated<'a> {
    fn new(label: &'a Label, sources: &'a SourceMap) -> Self {
        let source = sources.get(label.span.source);
        let position = source.position(label.span.start);
        Self {
            file: &source.name,
            file_uri: file_name::uri_of_bytes(&source.name),
            line: position.line,
            column: position.column,
            message: &label.message,
        }
    }
}

impl<'a> JsonFix<'a> {
    fn new(fix: &'a Fix, sources: &'a SourceMap) -> Self {
        let edit = |edit: &'a Edit| JsonEdit {
            file: &sources.get(edit.span.source).name,
            file_uri: file_name::uri_of_bytes(&sources.get(edit.span.source).name),
            start: edit.span.start,
            end: edit.span.end,
            text: &edit.text,
        };
        Self {
            applicability: fix.applicability.as_str(),
            description: &fix.description,
            edits: fix.edits.iter().map(edit).collect(),
        }
    }
}

impl<'a> JsonSet<'a> {
    fn new(set: &'a RenderedSet) -> Self {
        Self { name: &set.name, state: set.state.as_str(), detail: &set.detail }
    }
}

impl<'a> JsonCoverage<'a> {
    fn new(report: &'a Report) -> Self {
        let coverage = &report.coverage;
        let no_schema = coverage.no_schema.iter();
        let no_schema = no_schema.map(|((api_version, kind), &count)| JsonNoSchema {
            api_version: name(api_version),
            kind: name(kind),
            count,
        });
        let skipped = coverage.skipped.iter();
        let skipped = skipped.map(|s| JsonSkipped {
            file: &s.file,
            file_uri: file_name::uri_of_bytes(&s.file),
            document: s.document,
            reason: s.reason.as_str(),
            detail: &s.detail,
        });
        Self {
            files: coverage.files,
            documents: coverage.documents,
            objects: coverage.objects,
            validated: coverage.validated,
            no_schema: no_schema.collect(),
            skipped: skipped.collect(),
            sets: coverage.sets.iter().map(JsonSet::new).collect(),
        }
    }
}
