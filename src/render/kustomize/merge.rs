//! Strategic merge.
//!
//! In: an object and a patch. Out: the object, patched; nothing where the patch deletes it. This follows kyaml's walk with its
//! turns: null deletes, what is new is merged with itself (so that its own nulls and directives go), and a scalar keeps the
//! quotes of the one that it replaces.

use super::branch::Branch;
use super::failure::{BuildResult, at};
use super::merge_list::merge_list;
use super::node::{Data, Entry, Node, Style};
use super::schema::{Merging, Schema};

/// A merged node.
pub struct Merged {
    /// What it is now.
    pub node: Node,
    /// It is the one that was there, and not the patch's.
    pub own: bool,
    /// It is a null that stays: it was written as such, and the patch says nothing of it.
    pub kept_null: bool,
}

/// Patches an object.
///
/// # Errors
/// Where a map meets a list or scalar, and at directives that do not exist.
pub fn patch(object: Node, patch: Node, merging: &Merging) -> BuildResult<Option<Node>> {
    let merge = Merge { merging };
    Ok(merge.walk(Some(object), Some(patch), None)?.map(|merged| merged.node))
}

/// What a patch says is to be done with a map or list.
#[derive(PartialEq, Eq, Clone, Copy)]
pub enum Directive {
    /// Merge it: what is done where nothing is said.
    Merge,
    /// Take the patch's instead.
    Replace,
    /// Take it away.
    Delete,
}

/// The walk.
#[derive(Clone, Copy)]
pub struct Merge<'m> {
    merging: &'m Merging,
}

fn present(node: &Option<Node>) -> Option<&Node> {
    node.as_ref().filter(|node| !node.is_null())
}

impl<'m> Merge<'m> {
    /// Merges what is there with what the patch has in its place.
    pub fn walk(
        self,
        dest: Option<Node>,
        patch: Option<Node>,
        schema: Option<Schema<'m>>,
    ) -> BuildResult<Option<Merged>> {
        let schema = schema.or_else(|| self.kind_of(&dest)).or_else(|| self.kind_of(&patch));
        let leading = present(&dest).or(present(&patch));
        match leading.map(|node| &node.data) {
            None => self.maps(dest, patch, schema),
            Some(Data::Mapping(_)) => {
                expect(&dest, &patch, "a map", Node::is_map)?;
                self.maps(dest, patch, schema)
            }
            Some(Data::Sequence(_)) => {
                expect(&dest, &patch, "a list", |node| matches!(node.data, Data::Sequence(_)))?;
                match schema.and_then(Schema::keys) {
                    Some(_) => merge_list(self, dest, patch, schema),
                    None => Ok(either(patch, dest)),
                }
            }
            Some(Data::Scalar(_)) => {
                expect(&dest, &patch, "a scalar", |node| node.scalar().is_some())?;
                Ok(either(patch, dest))
            }
        }
    }

    fn kind_of(self, node: &Option<Node>) -> Option<Schema<'m>> {
        let node = present(node)?;
        let (version, kind) = (node.get("apiVersion")?, node.get("kind")?);
        if version.value().is_empty() || kind.value().is_empty() {
            return None;
        }
        self.merging.of(version.value(), kind.value())
    }

    fn maps(self, dest: Option<Node>, patch: Option<Node>, schema: Option<Schema<'m>>) -> BuildResult<Option<Merged>> {
        let Some(start) = choose_map(dest, patch)? else { return Ok(None) };
        let Start { mut dest, patch, own, kept_null } = start;
        let mut names: Vec<_> = dest.entries().iter().map(|entry| entry.key.text.clone()).collect();
        names.extend(patch.iter().flat_map(|patch| patch.entries()).map(|entry| entry.key.text.clone()));
        names.sort();
        names.dedup();
        let mut patch = patch;
        for name in names {
            // Where the patch is silent nothing changes but a null of no text, which goes.
            let theirs = patch.as_mut().and_then(|patch| take(patch, &name));
            if theirs.is_none() && dest.get(&name).is_some_and(untouched) {
                continue;
            }
            let Some(mine) = dest.get_mut(&name) else {
                let style = theirs.as_ref().map_or(Style::Plain, |(_, style)| *style);
                let inner = schema.and_then(|schema| schema.field(&name));
                if let Some(merged) = self.walk(None, theirs.map(|(node, _)| node), inner)? {
                    set(&mut dest, &name, merged, style);
                }
                continue;
            };
            let placeholder = Node { data: Data::Sequence(Branch::default()), origin: mine.origin.clone() };
            let old = std::mem::replace(mine, placeholder);
            let scalar = old.scalar().cloned();
            let inner = schema.and_then(|schema| schema.field(&name));
            let merged = self.walk(Some(old), theirs.map(|(node, _)| node), inner)?;
            match (merged, scalar) {
                (Some(mut merged), scalar) if !merged.node.is_null() || merged.kept_null => {
                    if let (Data::Scalar(new), Some(old)) = (&mut merged.node.data, scalar) {
                        (new.style, new.shared) = (old.style, old.shared);
                    }
                    if let Some(mine) = dest.get_mut(&name) {
                        *mine = merged.node;
                    }
                }
                _ => {
                    dest.remove(&name);
                }
            }
        }
        Ok(Some(Merged { node: dest, own, kept_null }))
    }
}

/// Whether a node comes out of a walk as it is where the patch has nothing in its place: no null of no text is in it.
fn untouched(node: &Node) -> bool {
    match &node.data {
        Data::Scalar(scalar) => !scalar.is_null(),
        // A list that is merged by keys is put together anew, which may move items.
        Data::Sequence(_) => false,
        Data::Mapping(entries) => entries.iter().all(|entry| untouched(&entry.value)),
    }
}

fn take(patch: &mut Node, name: &str) -> Option<(Node, Style)> {
    let Data::Mapping(entries) = &mut patch.data else { return None };
    let at = entries.iter().position(|entry| &*entry.key.text == name)?;
    let Entry { key, value, .. } = entries.remove(at);
    Some((value, key.style))
}

fn set(dest: &mut Node, name: &str, merged: Merged, style: Style) {
    if merged.node.is_null() && !merged.kept_null {
        dest.remove(name);
    } else {
        dest.set_with(name, merged.node, style);
    }
}

/// The patch's, where it has something; a null there takes the other away.
pub fn either(patch: Option<Node>, dest: Option<Node>) -> Option<Merged> {
    match (patch, dest) {
        (Some(node), _) => Some(Merged { node, own: false, kept_null: false }),
        (None, Some(node)) => Some(Merged { node, own: true, kept_null: false }),
        (None, None) => None,
    }
}

struct Start {
    dest: Node,
    patch: Option<Node>,
    own: bool,
    kept_null: bool,
}

/// Which of two maps the fields of the patch are merged into.
fn choose_map(dest: Option<Node>, mut patch: Option<Node>) -> BuildResult<Option<Start>> {
    let Some(mut mine) = dest.filter(|dest| !dest.is_null() || patch.is_none()) else {
        let Some(node) = patch else { return Ok(None) };
        return Ok(alone(node));
    };
    if mine.is_null() {
        // The patch is silent: a null stays where it is written out.
        let kept_null = !mine.text().is_empty();
        return Ok(kept_null.then_some(Start { dest: mine, patch: None, own: true, kept_null }));
    }
    let Some(theirs) = patch.as_mut() else {
        return Ok(Some(Start { dest: mine, patch: None, own: true, kept_null: false }));
    };
    if theirs.is_null() {
        return Ok(None);
    }
    match map_directive(theirs)? {
        Directive::Delete => Ok(None),
        Directive::Replace => Ok(alone_with(patch)),
        Directive::Merge => {
            mine.remove("$patch");
            Ok(Some(Start { dest: mine, patch, own: true, kept_null: false }))
        }
    }
}

/// A map of the patch that nothing is there for: it is merged with itself.
fn alone(mut node: Node) -> Option<Start> {
    if node.is_map() && matches!(map_directive(&mut node), Ok(Directive::Delete)) {
        return None;
    }
    alone_with(Some(node))
}

fn alone_with(patch: Option<Node>) -> Option<Start> {
    patch.map(|node| Start { dest: node.clone(), patch: Some(node), own: false, kept_null: false })
}

fn expect(dest: &Option<Node>, patch: &Option<Node>, what: &str, fits: impl Fn(&Node) -> bool) -> BuildResult<()> {
    match [patch, dest].into_iter().filter_map(present).find(|node| !fits(node)) {
        Some(node) => at(node.origin.span, format!("a patch cannot be merged here: {what} is expected")),
        None => Ok(()),
    }
}

/// What a map of a patch says is to be done; the directive itself is taken out.
fn map_directive(patch: &mut Node) -> BuildResult<Directive> {
    let Some(node) = patch.get("$patch") else { return Ok(Directive::Merge) };
    let directive = directive(node)?;
    patch.remove("$patch");
    Ok(directive)
}

/// A directive by its name.
pub fn directive(node: &Node) -> BuildResult<Directive> {
    match node.text() {
        "merge" => Ok(Directive::Merge),
        "replace" => Ok(Directive::Replace),
        "delete" => Ok(Directive::Delete),
        other => {
            at(node.origin.span, format!("`{other}` is not a patch directive: merge, replace or delete is expected"))
        }
    }
}
