//! An item that borrows nothing.
//!
//! In: an [`Item`]. Out: [`Mark`]: where it stands in its document and what it is called, from which the item is made again as long as
//! the document is there. Nothing is looked up in the document for that.

use rustc_hash::FxHashSet;

use std::sync::Arc;

use crate::object::{Gvk, Object};
use crate::source::SourceId;
use crate::yaml::{Node, NodeId, Tree};

use super::{Item, Surroundings};

/// Texts that many marks have in common.
pub type Texts = FxHashSet<Arc<str>>;

/// Where an item stands, and what it is.
#[derive(Debug)]
pub struct Mark {
    /// The number of its document in the source.
    pub document: u32,
    root: NodeId,
    annotations: Option<NodeId>,
    checked: bool,
    group: Arc<str>,
    version: Arc<str>,
    kind: Arc<str>,
    name: Option<Box<str>>,
    namespace: Option<Arc<str>>,
}

impl Mark {
    /// That of an item.
    pub fn of(item: &Item<'_>, texts: &mut Texts) -> Self {
        let Gvk { group, version, kind } = item.object.gvk;
        let mut shared = |text: &str| match texts.get(text) {
            Some(known) => known.clone(),
            None => {
                let new: Arc<str> = text.into();
                texts.insert(new.clone());
                new
            }
        };
        Self {
            document: item.document,
            root: item.object.root.id(),
            annotations: item.annotations.map(Node::id),
            checked: item.checked,
            group: shared(group),
            version: shared(version),
            kind: shared(kind),
            name: item.names.0.map(Box::from),
            namespace: item.names.1.map(shared),
        }
    }

    /// The item, of the tree that it was taken from, or of one that is the same but for what hides.
    pub fn item<'t>(&'t self, tree: &'t Tree, source: SourceId, surroundings: &'t Surroundings) -> Item<'t> {
        let gvk = Gvk { group: &self.group, version: &self.version, kind: &self.kind };
        Item {
            object: Object { root: tree.node(self.root), gvk },
            source,
            document: self.document,
            surroundings,
            checked: self.checked,
            index: 0,
            names: (self.name.as_deref(), self.namespace.as_deref()),
            annotations: self.annotations.map(|id| tree.node(id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::yaml::{Limits, read};

    #[test]
    fn an_item_that_was_made_again_is_the_same() {
        let text =
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop, annotations: {a: b}}\n";
        let (source, surroundings) = (Source::from_text(SourceId(3), "a.yaml", text), Surroundings::default());
        let documents = read(&source, &Limits::default());
        let tree = documents[0].tree.as_ref().expect("it parses");
        let item = Item::new(Object::from_node(tree.root()).expect("an object"), source.id, 0, &surroundings);
        let mark = Mark::of(&item.checked(false), &mut Texts::default());
        let again = mark.item(tree, source.id, &surroundings);
        assert_eq!((again.object, again.names, again.annotations), (item.object, item.names, item.annotations));
        assert_eq!((again.source, again.document, again.checked), (item.source, 0, false));
    }
}
