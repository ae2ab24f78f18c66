//! How objects refer to one another.

use std::sync::Arc;

use super::ObjectRef;

/// One object refers to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The object that refers.
    pub from: Arc<ObjectRef>,
    /// How, as a verb: `uses`, `selects`.
    pub how: &'static str,
    /// The object that is meant.
    pub to: Arc<ObjectRef>,
    /// Whether that is defined in the repository.
    pub defined: bool,
}

/// What the objects of one set refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wiring {
    /// The set; nothing for plain files.
    pub set: Option<Arc<str>>,
    /// The links, in the order of the objects that refer.
    pub links: Vec<Link>,
    /// How many more there are than are listed.
    pub more: usize,
}
