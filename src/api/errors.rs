//! Collecting what validation says.
//!
//! In: violations at places of one object. Out: findings of category `api`.

use crate::finding::{Category, Finding, Severity};
pub use crate::openapi::{ErrorType, quote, show};
use crate::source::Span;
use crate::version::KubeVersion;
use crate::yaml::{Node, Place};

/// Gathers the findings about one object.
pub struct Errors<'t> {
    /// The object's root: paths start below it.
    pub root: Node<'t>,
    /// The version checked for.
    pub version: KubeVersion,
    findings: Vec<Finding>,
}

impl<'t> Errors<'t> {
    /// No error about one object yet.
    pub fn new(root: Node<'t>, version: KubeVersion) -> Self {
        Self { root, version, findings: Vec::new() }
    }

    /// Whether the target version is at least `1.minor`.
    pub fn since(&self, minor: u8) -> bool {
        self.version >= KubeVersion(minor)
    }

    /// Adds a violation.
    pub fn error(&mut self, kind: ErrorType, place: impl Into<Place<'t>>, message: impl Into<String>) -> &mut Finding {
        let place = place.into();
        let path = place.path(self.root);
        self.error_at_path(kind, place, path, message)
    }

    /// Adds a violation whose path is not the one its place has (the server sometimes names another).
    pub fn error_at_path(
        &mut self,
        kind: ErrorType,
        place: impl Into<Place<'t>>,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.error_at_span(kind, place.into().span(), path, message)
    }

    /// The same for a place that is known by its span alone.
    pub fn error_at_span(
        &mut self,
        kind: ErrorType,
        span: Span,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let index = self.findings.len();
        let mut finding = Finding::new(kind.id(), Category::Api, Severity::Error, message, span);
        finding.path = path.into();
        self.findings.push(finding);
        &mut self.findings[index]
    }

    /// `field` must be there under `parent`.
    pub fn required(&mut self, parent: Node<'t>, field: &str) -> &mut Finding {
        self.error(ErrorType::Required, Place::field(parent, field), format!("`{}` is required", last(field)))
    }

    /// A value that is wrong, and why (`must be greater than 0`).
    pub fn invalid(&mut self, node: Node<'t>, why: &str) -> &mut Finding {
        let message = match node.entry() {
            // A list or map is too long to be quoted: its name says which it is.
            Some(entry) if node.is_mapping() || node.is_sequence() => format!("`{}` {why}", entry.name),
            _ => format!("{}: {why}", show(node)),
        };
        self.error(ErrorType::Invalid, node, message)
    }

    /// A value that is not one of those allowed.
    pub fn not_supported(&mut self, node: Node<'t>, allowed: &[&str]) -> &mut Finding {
        let list: Vec<_> = allowed.iter().map(|value| format!("`{value}`")).collect();
        let message = format!("{} is not supported: use {}", show(node), list.join(", "));
        self.error(ErrorType::NotSupported, node, message)
    }

    /// A value (or a field) that must not be there.
    pub fn forbidden(&mut self, node: Node<'t>, why: &str) -> &mut Finding {
        let name = node.entry().map_or_else(|| "this".to_owned(), |entry| format!("`{}`", entry.name));
        self.error(ErrorType::Forbidden, Place::Key(node), format!("{name} is forbidden: {why}"))
    }

    /// A value that may only occur once.
    pub fn duplicate(&mut self, node: Node<'t>) -> &mut Finding {
        let message = format!("{} is listed twice", show(node));
        self.error(ErrorType::Duplicate, node, message)
    }

    /// Puts `to` for `from` at the start of the paths of all findings since the first `since`: for what the server has
    /// moved elsewhere before it looks.
    pub fn move_paths(&mut self, since: usize, from: &str, to: &str) {
        for finding in &mut self.findings[since..] {
            if let Some(rest) = finding.path.strip_prefix(from) {
                finding.path = format!("{to}{rest}");
            }
        }
    }

    /// What was gathered, in the order found.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Number of findings so far.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether nothing was found so far.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }
}

fn last(field: &str) -> &str {
    field.rsplit('.').next().unwrap_or(field)
}
