//! Findings on built objects, put where they belong.
//!
//! In: findings whose places are those that the nodes were written at. Out: the same with the document that holds the place,
//! the object's own file, and the places that decided together with it; without those that nobody asked for, and without
//! fixes in files that nobody named.

use crate::finding::{Finding, Label};
use crate::object::Object;
use crate::source::{SourceId, Span};
use crate::workspace::ReadFile;
use crate::yaml::origin::By;
use crate::yaml::{Document, Node};

use super::super::Place;
use super::super::join::leave;
use super::Built;

/// Most places that are related to one.
const MOST_RELATED: usize = 3;

impl Built {
    /// Settles the findings of a run over these files.
    pub(in super::super) fn settle(&self, findings: &mut Vec<Finding>, files: &[ReadFile], place: &Place<'_>) {
        if self.roots.is_empty() {
            return;
        }
        findings.retain_mut(|finding| {
            let Some(root) = self.root_for(finding) else { return true };
            let is_checked = |source: SourceId| files.get(source.0 as usize).is_some_and(|file| file.checked);
            if !root.asked && !is_checked(finding.source()) {
                return false;
            }
            self.place(finding, files);
            let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
            if edits.into_iter().any(|edit| !place.is_named(edit.span.source.0 as usize, files)) {
                leave(finding, "the file is not among the paths that were given");
            }
            true
        });
    }

    fn place(&self, finding: &mut Finding, files: &[ReadFile]) {
        finding.document = self.document_at(finding.primary.span, files);
        let Some(object) = finding.subject.and_then(|subject| self.object(subject)) else { return };
        let home = object.root.span();
        finding.home = self.document_at(home, files).map(|document| (home.source, document));
        let node = self.node(finding);
        if let Some(key) = node.and_then(|node| key_instead(finding, node, object)) {
            finding.primary.span = key;
            finding.document = self.document_at(key, files);
            return;
        }
        let place = finding.primary.span;
        let others = node.map_or(&[][..], Node::other_places);
        for &(span, by) in others.iter().take(MOST_RELATED) {
            add(finding, span, note(by));
        }
        let by_patch = node.is_some_and(|node| node.by() == Some(By::Patch));
        if by_patch && place.source != home.source {
            let name = object.place().span();
            add(finding, name, &format!("patches this {}", object.gvk.kind));
        }
    }

    /// The number of the document that holds a span.
    fn document_at(&self, span: Span, files: &[ReadFile]) -> Option<u32> {
        let known = files.get(span.source.0 as usize).map_or(&[][..], |file| &file.documents);
        let documents = if known.is_empty() { self.written.documents(span.source) } else { known };
        let holds = |document: &&Document| document.span.start <= span.start && span.start < document.span.end;
        let found = documents.iter().find(holds).or(documents.last());
        found.map(|document| document.number)
    }
}

/// The key in a template that stands for what a finding is about, where the finding lies at a name that the chart is given but
/// is about something else: a container without a probe is written in the template, though its name comes from elsewhere.
fn key_instead(finding: &Finding, node: Node<'_>, object: Object<'_>) -> Option<Span> {
    if !matches!(node.by(), Some(By::Values | By::Template | By::Generated)) || node.is_mapping() || node.is_sequence()
    {
        return None;
    }
    let path = node.path_from(Some(object.root));
    let names_object = path == "metadata.name" && !finding.category.is_validity();
    let key = node.entry()?.key;
    (finding.path != path || names_object).then(|| key.span()).filter(|span| !span.is_empty())
}

fn add(finding: &mut Finding, span: Span, message: &str) {
    let known = span == finding.primary.span || finding.related.iter().any(|label| label.span == span);
    if !known && finding.related.len() < MOST_RELATED {
        finding.related.push(Label { span, message: message.to_owned() });
    }
}

/// What a further place did.
fn note(by: By) -> &'static str {
    match by {
        By::Patch => "patched here",
        By::Replacement => "replaced here",
        By::Transformer => "set together with this",
        By::Generator | By::Generated => "generated here",
        By::Values => "together with this value",
        By::Template => "by this template",
        _ => "made of this as well",
    }
}
