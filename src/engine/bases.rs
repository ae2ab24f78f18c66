//! What a base leaves to the kustomization that takes it in.
//!
//! In: all findings of a run, with what its kustomizations make. Out: the same; that a ServiceAccount among the subjects of a binding has
//! no namespace is a warning where the kustomization has that account, and gives no namespace to it either: one that takes it in and
//! sets `namespace` fills in both.

use crate::finding::{Finding, Severity};
use crate::yaml::Node;

use super::Run;
use super::built::BuiltRoot;

const FILLED: &str =
    "a kustomization that takes this one in and sets `namespace` fills it in; applied by itself, this is refused";

/// Softens what is required, and left to whoever takes a base in.
pub(super) fn soften(findings: &mut [Finding], run: &Run<'_>) {
    let is_subject = |finding: &&mut Finding| {
        finding.rule == "required" && finding.severity == Severity::Error && subject_of(&finding.path).is_some()
    };
    for finding in findings.iter_mut().filter(is_subject) {
        let Some(root) = run.built.root_for(finding).filter(|root| !root.by_own_values) else { continue };
        if account(finding, root).is_some_and(|name| makes_account(root, name)) {
            finding.severity = Severity::Warning;
            finding.explain(FILLED);
        }
    }
}

/// The number of the subject whose namespace a path leads to.
fn subject_of(path: &str) -> Option<usize> {
    path.strip_prefix("subjects[")?.strip_suffix("].namespace")?.parse().ok()
}

/// The name of the ServiceAccount that a finding is about.
fn account<'r>(finding: &Finding, root: &'r BuiltRoot) -> Option<&'r str> {
    let document = root.file.documents.get(finding.subject?.document as usize)?;
    let binding = document.tree.as_ref().ok()?.root();
    let subject = binding.get("subjects")?.items().nth(subject_of(&finding.path)?)?;
    subject.str_at("name")
}

/// Whether a root has a ServiceAccount of a name, in no namespace.
fn makes_account(root: &BuiltRoot, name: &str) -> bool {
    let is_it = |object: Node<'_>| {
        let metadata = object.get("metadata");
        let is_named = || metadata.and_then(|metadata| metadata.str_at("name")) == Some(name);
        let in_none = || metadata.is_none_or(|metadata| metadata.get("namespace").is_none());
        object.str_at("kind") == Some("ServiceAccount") && is_named() && in_none()
    };
    root.file.documents.iter().filter_map(|document| document.tree.as_ref().ok()).any(|tree| is_it(tree.root()))
}
