//! A fix as SARIF has it.
//!
//! In: the fix of a finding. Out: the `fix` object: what it does, and what it replaces in each file. A fix that is only there to
//! be shown is left out: viewers apply what they are given.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::finding::{Applicability, Fix};
use crate::source::{SourceId, SourceMap, Span};

/// The fixes of a result; `artifact` gives the location of a file.
pub fn fixes(fix: &Fix, sources: &SourceMap, artifact: impl Fn(SourceId) -> Value) -> Option<Value> {
    if fix.applicability == Applicability::Display {
        return None;
    }
    let mut files: BTreeMap<SourceId, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let replacement = json!({"deletedRegion": region(edit.span, sources), "insertedContent": {"text": edit.text}});
        files.entry(edit.span.source).or_default().push(replacement);
    }
    let changes = files
        .into_iter()
        .map(|(source, replacements)| json!({"artifactLocation": artifact(source), "replacements": replacements}));
    Some(json!([{
        "description": {"text": fix.description},
        "artifactChanges": changes.collect::<Vec<_>>(),
        "properties": {"applicability": fix.applicability.as_str()},
    }]))
}

/// All of a span; where nothing is replaced, its end is its start.
fn region(span: Span, sources: &SourceMap) -> Value {
    let source = sources.get(span.source);
    let (start, end) = (source.position(span.start), source.position(span.end));
    json!({"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column})
}
