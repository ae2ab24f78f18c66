//! The objects of a build, no two of one name.
//!
//! In: documents. Out: lists of [`Resource`]s; a failure where two have the same name.

use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashSet};

use super::failure::{BuildResult, Context, Why, at, somewhere};
use super::node::{Data, Node, Style};
use super::notes::ORIGIN;
use super::resource::{Behavior, Id, Resource, validate};

/// Objects from documents: lists give their items, empty documents nothing.
///
/// # Errors
/// At a document that is not an object.
pub fn from_documents(nodes: Vec<Node>) -> BuildResult<Vec<Resource>> {
    let nodes: Vec<Node> = nodes.into_iter().filter(|node| !node.is_empty()).collect();
    nodes.iter().try_for_each(validate)?;
    let (mut queue, mut found) = (std::collections::VecDeque::from(nodes), Vec::new());
    while let Some(mut node) = queue.pop_front() {
        let list = node.get("kind").is_some_and(|kind| kind.text().ends_with("List"));
        let items = if list { node.remove("items") } else { None };
        match items {
            None => found.push(Resource::new(node)),
            Some(Node { data: Data::Sequence(items), .. }) => {
                let mut items: Vec<Node> = items.into_iter().filter(|item| !item.is_empty()).collect();
                items.iter().try_for_each(validate)?;
                items.iter_mut().for_each(unfold);
                queue.extend(items);
            }
            Some(items) if items.is_null() => {}
            Some(items) => return at(items.origin.span, "`items` must be a list"),
        }
    }
    Ok(found)
}

/// The items of a list went through JSON: none of their texts is folded any more.
fn unfold(item: &mut Node) {
    if !item.any_scalar(&|scalar| scalar.style == Style::Folded) {
        return;
    }
    item.for_each_scalar(&mut |scalar, _| {
        if scalar.style == Style::Folded {
            scalar.style = Style::Quoted;
        }
    });
}

/// Adds objects.
///
/// # Errors
/// At one that is there already.
pub fn append(into: &mut Vec<Resource>, more: Vec<Resource>) -> BuildResult<()> {
    Names::of(into).append(into, more)
}

/// The names of a list of objects, while it only grows: many lists are added to it without a look at all that is there.
pub struct Names {
    ids: FxHashSet<Id>,
    /// Kinds and names that they have or had.
    called: FxHashSet<(Arc<str>, Arc<str>)>,
}

impl Names {
    /// Of these objects.
    pub fn of(resources: &[Resource]) -> Self {
        let mut names = Self {
            ids: FxHashSet::with_capacity_and_hasher(resources.len(), FxBuildHasher),
            called: FxHashSet::default(),
        };
        for resource in resources {
            names.ids.insert(resource.id().key());
            names.call(resource);
        }
        names
    }

    fn call(&mut self, resource: &Resource) {
        let ids = resource.previous_ids().chain([resource.id()]);
        self.called.extend(ids.map(|id| (id.kind, id.name)));
    }

    /// Adds objects to the list.
    ///
    /// # Errors
    /// At one that is there already.
    pub fn append(&mut self, into: &mut Vec<Resource>, more: Vec<Resource>) -> BuildResult<()> {
        for resource in more {
            let id = resource.id();
            if !self.ids.insert(id.clone().key()) {
                return at(resource.span(), format!("{id} is in the root more than once"));
            }
            self.call(&resource);
            into.push(resource);
        }
        Ok(())
    }

    /// Takes in a generated object: it is new, or is merged with the one of its name.
    ///
    /// # Errors
    /// Where its behaviour does not allow that.
    pub fn absorb(&mut self, into: &mut Vec<Resource>, new: Resource) -> BuildResult<()> {
        let id = new.id();
        let is_known = self.called.contains(&(id.kind.clone(), id.name.clone()));
        match new.behavior {
            Behavior::Merge | Behavior::Replace => {}
            _ if !is_known => return self.append(into, vec![new]),
            _ => {}
        }
        absorb(into, new)?;
        *self = Self::of(into);
        Ok(())
    }
}

/// Fails where two objects have one name.
///
/// # Errors
/// At the second.
pub fn check_unique(resources: &[Resource]) -> BuildResult<()> {
    let mut known = FxHashSet::default();
    match resources.iter().find(|resource| !known.insert(resource.id().key())) {
        Some(twice) => at(twice.span(), format!("{} is in the root more than once", twice.id())),
        None => Ok(()),
    }
}

/// Finds the one object that is or was called so, among those of some places.
///
/// # Errors
/// Where none or several are.
pub fn find_one(resources: &[Resource], mut among: impl Iterator<Item = usize>, id: &Id) -> BuildResult<usize> {
    let is_it = |&index: &usize| {
        let resource: &Resource = &resources[index];
        resource.is_or_was_named(&id.name) && resource.is_or_was(|own| own.is(id))
    };
    match (among.find(is_it), among.find(is_it)) {
        (Some(index), None) => Ok(index),
        (None, _) => somewhere(format!("the root has no {} {id}", id.api_version)).because(Why::Unmatched),
        (Some(_), Some(_)) => somewhere(format!("more than one object in the root is or was {} {id}", id.api_version)),
    }
}

/// Takes in a generated object: it is new, or is merged with the one of its name.
///
/// # Errors
/// Where its behaviour does not allow that.
fn absorb(into: &mut Vec<Resource>, mut new: Resource) -> BuildResult<()> {
    let (id, span) = (new.id(), new.span());
    let matches = into.iter().enumerate().filter(|(_, resource)| resource.is_or_was(|own| own.is(&id)));
    let matches: Vec<usize> = matches.map(|(index, _)| index).collect();
    match (&matches[..], new.behavior) {
        ([], Behavior::Merge | Behavior::Replace) => {
            at(span, format!("{id} does not exist: nothing can be merged or replaced")).because(Why::Unmatched)
        }
        ([], _) => append(into, vec![new]),
        (&[index], Behavior::Merge | Behavior::Replace) => {
            let (old, behavior) = (&into[index], new.behavior);
            if behavior == Behavior::Merge && old.note(ORIGIN).is_some() {
                // What is merged into an object does not change where that comes from.
                let meta = new.node.get_mut("metadata").and_then(|meta| meta.get_mut("annotations"));
                meta.and_then(|map| map.remove(ORIGIN));
            }
            super::generate::inherit(&mut new, old);
            if behavior == Behavior::Merge {
                super::generate::merge_data(&mut new, old, "data");
                super::generate::merge_data(&mut new, old, "binaryData");
            }
            // The object takes the place of the one that it had the name of, which must be the one of its name now.
            let now = new.id();
            let same: Vec<_> = into.iter().enumerate().filter(|(_, own)| own.id().is(&now)).collect();
            match same[..] {
                [(place, _)] if place == index => into[index] = new,
                _ => return at(span, format!("{now} cannot be replaced: it does not exist, or there are several")),
            }
            Ok(())
        }
        (&[_], _) => at(span, format!("{id} exists already: `behavior` must be merge or replace")),
        _ => at(span, format!("more than one object is or was {id}")),
    }
}
