//! Suppression by annotations: `kubevet.io/ignore.<rule-id>: reason` on an object.
//!
//! In: an object. Out: the rules its annotations name, with their reasons and places.

use crate::finding::Finding;
use crate::object::Object;
use crate::source::Span;

/// What an annotation's name begins with.
pub const PREFIX: &str = "kubevet.io/ignore.";

/// One annotation that suppresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// Rule id or category.
    pub rule: String,
    /// The annotation's value.
    pub reason: String,
    /// Its key.
    pub span: Span,
}

/// Whether an object has annotations that suppress.
pub(super) fn speaks(object: Object<'_>) -> bool {
    object.annotations().is_some_and(|map| map.entries().any(|entry| entry.name.starts_with(PREFIX)))
}

/// Whether an annotation of an object suppresses a finding about it.
pub fn covers(object: Object<'_>, finding: &Finding) -> bool {
    speaks(object)
        && annotations(object)
            .iter()
            .any(|found| found.rule == finding.rule.as_str() || found.rule == finding.category.as_str())
}

/// The annotations of an object that suppress.
pub fn annotations(object: Object<'_>) -> Vec<Annotation> {
    let Some(map) = object.annotations() else { return Vec::new() };
    let found = map.entries().filter_map(|entry| {
        let rule = entry.name.strip_prefix(PREFIX)?.to_owned();
        Some(Annotation { rule, reason: entry.value.as_str().unwrap_or("").to_owned(), span: entry.key.span() })
    });
    found.collect()
}
