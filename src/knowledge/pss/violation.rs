//! What the standard forbids in a pod, and what would fix it.
//!
//! In: a place, a message and a remedy. Out: [`Violation`], whose patch rules attach to their findings.

use crate::yaml::edit::Patch;
use crate::yaml::{Node, Place};

/// A field that the standard forbids, or asks for.
#[derive(Debug, Clone)]
pub struct Violation<'t> {
    /// Where.
    pub place: Place<'t>,
    /// One sentence without a final stop.
    pub message: String,
    /// What would fix it.
    pub remedy: Remedy<'t>,
}

/// What fixes a violation.
#[derive(Debug, Clone)]
pub enum Remedy<'t> {
    /// Something that only the author knows.
    Unknown,
    /// Setting a field to this flag.
    Flag(Place<'t>, bool),
    /// Setting a field to this text.
    Text(Place<'t>, &'static str),
    /// Setting a field to a list of this text alone.
    List(Place<'t>, &'static str),
    /// Adding this text to a list.
    Add(Node<'t>, &'static str),
    /// Taking out the field, or the item of a list.
    Drop(Node<'t>),
}

impl<'t> Violation<'t> {
    /// A violation that only the author can fix.
    pub(super) fn new(place: impl Into<Place<'t>>, message: String) -> Self {
        Self { place: place.into(), message, remedy: Remedy::Unknown }
    }

    pub(super) fn remedy(self, remedy: Remedy<'t>) -> Self {
        Self { remedy, ..self }
    }

    /// A violation that is fixed by taking out the node it points at.
    pub(super) fn droppable(node: Node<'t>, message: String) -> Self {
        Self::new(node, message).remedy(Remedy::Drop(node))
    }

    /// The change that fixes it.
    pub fn patch(&self) -> Patch {
        match &self.remedy {
            Remedy::Unknown => Patch::none(),
            Remedy::Flag(place, value) => Patch::new().put(place, *value),
            Remedy::Text(place, text) => Patch::new().put(place, *text),
            Remedy::List(place, text) => Patch::new().put(place, vec![*text]),
            Remedy::Add(list, text) => Patch::new().push(*list, *text),
            Remedy::Drop(node) => Patch::new().prune(*node),
        }
    }
}
