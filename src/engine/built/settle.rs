//! Findings on built objects, put where they belong.
//!
//! In: findings whose places are those that the nodes were written at. Out: the same with the document that holds the place,
//! the object's own file, and the places that decided together with it; without those that nobody asked for, and without
//! fixes in files that nobody named. What one line of a chart does to many objects is said once.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::finding::{Finding, Fix, Label, RuleId, Severity, Subject};
use crate::object::Object;
use crate::source::{SourceId, Span};
use crate::suppress::annotation::covers;
use crate::workspace::ReadFile;
use crate::yaml::origin::By;
use crate::yaml::{Document, Node};

use super::super::Place;
use super::super::join::leave;
use super::super::repeated::add_up;
use super::Built;

/// Most places that are related to one.
const MOST_RELATED: usize = 3;

impl Built {
    /// Settles the findings of a run over these files.
    pub(in super::super) fn settle(&self, findings: &mut Vec<Finding>, files: &[ReadFile], place: &Place<'_>) {
        if self.roots.is_empty() {
            return;
        }
        let mut lines = Lines::default();
        findings.retain_mut(|finding| {
            let Some(root) = self.root_for(finding) else { return true };
            let by = self.place(finding, files);
            let file = files.get(finding.source().0 as usize);
            let counts = file.is_some_and(|file| file.checked || add_up(&finding.rule));
            if !root.asked && !counts {
                return false;
            }
            let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
            if edits.into_iter().any(|edit| !place.is_named(edit.span.source.0 as usize, files)) {
                leave(finding, "the file is not among the paths that were given");
            }
            let of_chart = matches!(by, Some(By::Values | By::Template | By::Generated));
            let object = finding.subject.and_then(|subject| self.object(subject));
            if of_chart && let Some(edits) = finding.fix.as_ref().map(|fix| &fix.edits) {
                // What one line of a chart makes, the fix changes as a whole.
                let places = edits.iter().filter(|edit| !edit.span.is_empty());
                let makes = places.map(|edit| root.makes(edit.span)).max().unwrap_or_default();
                lines.makes.insert(finding.primary.span, makes);
            }
            match object.filter(|_| of_chart) {
                Some(object) => lines.is_first(finding, object),
                None => true,
            }
        });
        findings.iter_mut().for_each(|finding| lines.finish(finding));
    }

    /// Leaves out what files say that are not checked, once it is counted.
    pub(in super::super) fn leave_others(&self, findings: &mut Vec<Finding>, files: &[ReadFile]) {
        let is_unchecked = |source: SourceId| files.get(source.0 as usize).is_some_and(|file| !file.checked);
        findings.retain(|finding| {
            let asked = || self.root_for(finding).is_some_and(|root| root.asked);
            !add_up(&finding.rule) || !is_unchecked(finding.source()) || asked()
        });
    }

    /// Puts a finding where it belongs; what decided that place.
    fn place(&self, finding: &mut Finding, files: &[ReadFile]) -> Option<By> {
        finding.document = self.document_at(finding.primary.span, files);
        let object = finding.subject.and_then(|subject| self.object(subject))?;
        let home = object.root.span();
        finding.home = self.document_at(home, files).map(|document| (home.source, document));
        let node = self.node(finding);
        let by = node.and_then(Node::by);
        if let Some(key) = node.and_then(|node| key_instead(finding, node, object)) {
            finding.primary.span = key;
            finding.document = self.document_at(key, files);
            return by;
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
        by
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

/// What makes findings one: a rule, the line of a chart, whether an annotation of the object suppresses it, and, of what is not valid,
/// the message but for the places in lists.
type Line = (RuleId, Span, bool, String);

/// What is said of a line of a chart.
#[derive(Default)]
struct Lines {
    said: FxHashMap<Line, Said>,
    /// How many values the edits of a finding at a place change.
    makes: FxHashMap<Span, usize>,
}

/// The first finding of a line, and what others of it say.
struct Said {
    subject: Option<Subject>,
    path: String,
    message: String,
    fix: Option<Fix>,
    /// How many findings there are.
    count: usize,
    severity: Severity,
    others: Vec<Subject>,
    messages: BTreeSet<String>,
    names: Vec<Arc<str>>,
    differs: bool,
}

/// What is wrong at a place, whichever item of a list it is there: only of what is not valid, of which one line may have several
/// faults.
fn fault(finding: &Finding) -> String {
    if !finding.category.is_validity() {
        return String::new();
    }
    let mut inside = false;
    let mut is_index = |c: char| {
        inside = c == '[' || (inside && c.is_ascii_digit());
        inside && c != '['
    };
    finding.message.chars().filter(|c| !is_index(*c)).collect()
}

impl Lines {
    /// Whether nothing was said of a finding's line before; else it is added to what was.
    fn is_first(&mut self, finding: &Finding, object: Object<'_>) -> bool {
        let key = (finding.rule.clone(), finding.primary.span, covers(object, finding), fault(finding));
        let said = match self.said.entry(key) {
            Entry::Occupied(said) => said.into_mut(),
            Entry::Vacant(new) => {
                new.insert(Said {
                    subject: finding.subject,
                    path: finding.path.clone(),
                    message: finding.message.clone(),
                    fix: finding.fix.clone(),
                    count: 1,
                    severity: finding.severity,
                    others: Vec::new(),
                    messages: BTreeSet::new(),
                    names: Vec::new(),
                    differs: false,
                });
                return true;
            }
        };
        said.count += 1;
        said.severity = said.severity.max(finding.severity);
        said.others.extend(finding.subject.filter(|subject| said.subject != Some(*subject)));
        said.others.extend(&finding.sets.others);
        said.names.extend(finding.sets.names.iter().cloned());
        said.differs |= said.fix != finding.fix;
        if finding.message != said.message {
            said.messages.insert(finding.message.clone());
        }
        false
    }

    /// Says with the first finding of a line what the others said.
    fn finish(&mut self, finding: &mut Finding) {
        let mut count = 1;
        let keys =
            [false, true].map(|annotated| (finding.rule.clone(), finding.primary.span, annotated, fault(finding)));
        for key in keys {
            let is_it = |said: &Said| said.subject == finding.subject && said.path == finding.path;
            let Some(said) = self.said.get(&key).filter(|said| is_it(said)) else { continue };
            count = count.max(said.count);
            finding.severity = said.severity;
            finding.sets.add(said.names.iter().cloned());
            finding.sets.others.extend(&said.others);
            if said.differs {
                leave(finding, "the objects that this line makes need different fixes");
            }
            match said.messages.len() {
                0 => {}
                more => finding.message.push_str(&format!(" (and {more} more from this line)")),
            }
        }
        let makes = self.makes.get(&finding.primary.span).copied().unwrap_or_default();
        if finding.fix.is_some() && makes > count {
            leave(finding, "this place makes other values too");
        }
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
