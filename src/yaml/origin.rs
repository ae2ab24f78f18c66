//! Where a rendered value comes from.
//!
//! In: spans of what someone wrote. Out: [`Origin`], one primary place and, for a value put together, others.

use std::sync::Arc;

use crate::source::Span;

/// What made the value what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// A manifest that the root names.
    Resource,
    /// A patch.
    Patch,
    /// A replacement or a variable: the place of the value that was copied.
    Replacement,
    /// An entry of a generator, or the file it reads.
    Generator,
    /// A field such as `namespace`, `images` or `labels`.
    Transformer,
    /// A chart's values.
    Values,
    /// A chart's template.
    Template,
    /// Something computed: a hash, a random value. The place is the one that asked for it.
    Generated,
    /// What the renderer adds of its own accord.
    Default,
}

impl By {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            By::Resource => "resource",
            By::Patch => "patch",
            By::Replacement => "replacement",
            By::Generator => "generator",
            By::Transformer => "transformer",
            By::Values => "values",
            By::Template => "template",
            By::Generated => "generated",
            By::Default => "default",
        }
    }
}

/// Where someone wrote what decides a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The place that decides it.
    pub span: Span,
    /// What kind of place that is.
    pub by: By,
    /// Further places that the value was put together from.
    pub others: Option<Arc<[(Span, By)]>>,
}

impl Origin {
    /// An origin of one place.
    pub fn new(span: Span, by: By) -> Self {
        Self { span, by, others: None }
    }

    /// The same elsewhere.
    pub fn placed(&self, place: &impl Fn(Span) -> Span) -> Self {
        let others = self.others.as_deref().map(|others| others.iter().map(|&(span, by)| (place(span), by)).collect());
        Self { span: place(self.span), by: self.by, others }
    }

    /// The same with a place more; one that is there already is not added twice.
    pub fn and(&self, span: Span, by: By) -> Self {
        let known = self.others.as_deref().unwrap_or_default();
        if span == self.span || known.iter().any(|(other, _)| *other == span) {
            return self.clone();
        }
        let others = known.iter().copied().chain([(span, by)]).collect();
        Self { span: self.span, by: self.by, others: Some(others) }
    }

    /// The same with all places of another.
    pub fn and_all(&self, other: &Origin) -> Self {
        let rest = other.others.as_deref().unwrap_or_default();
        rest.iter().fold(self.and(other.span, other.by), |origin, &(span, by)| origin.and(span, by))
    }
}
