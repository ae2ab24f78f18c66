//! Patches.
//!
//! In: the entries of `patches`, `patchesStrategicMerge` and `patchesJson6902`. Out: the objects, patched. Each is read before
//! any is applied, as kustomize does.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::build::Scope;
use super::failure::{BuildResult, Context, at};
use super::json_patch::{self, Operation};
use super::merge;
use super::node::{Data, Entry, Node, Scalar, Tag};
use super::resmap::{check_unique, find_one, from_documents};
use super::resource::{Id, Resource};
use super::schema::Merging;
use super::select::select;
use super::settings::{Patch, Selector};
use super::store::Store;
use crate::render::origin::By;
use crate::source::Span;

/// A patch, read.
#[derive(Clone)]
pub enum Loaded {
    /// Strategic merge patches, each for the object that it names.
    Named(Vec<Resource>, Span),
    /// A strategic merge patch for the objects of a selector.
    Selected(Vec<Resource>, Selector, Span),
    /// A JSON patch.
    Json(Vec<Operation>, Option<Selector>, Span),
    /// A JSON patch of the old kind, which keeps no notes of the object's names.
    OldJson(Vec<Operation>, Selector, Span),
}

/// A patch's file or text: its documents, and the whole as a configuration, as JSON patches are read.
struct Text {
    nodes: BuildResult<Vec<Node>>,
    whole: BuildResult<Option<Node>>,
    raw: String,
}

fn text_of(store: &mut Store<'_>, scope: &Scope, patch: &Patch) -> BuildResult<Text> {
    match (&patch.path, &patch.patch) {
        (None, None) => at(patch.span, "a patch needs `path` or `patch`"),
        (Some(path), Some(_)) => at(path.span, "a patch cannot have both `path` and `patch`"),
        (Some(path), None) => {
            let id = store.load(&scope.folder, path).or_at(path.span)?;
            let raw = store.source(id).text.to_string();
            let nodes = store.documents(id).map(|nodes| marked(nodes.to_vec()));
            let whole = if may_be_json(&nodes) { store.configuration(id) } else { Ok(None) };
            let whole = whole.map(|node| node.map(|node| (*node).clone()));
            Ok(Text { nodes, whole, raw })
        }
        (None, Some(node)) => {
            let raw = node.text().trim().to_owned();
            let nodes = store.embedded(node, &raw, By::Patch);
            let whole = if may_be_json(&nodes) { store.embedded_configuration(node, &raw) } else { Ok(None) };
            Ok(Text { nodes, whole, raw })
        }
    }
}

fn may_be_json(nodes: &BuildResult<Vec<Node>>) -> bool {
    nodes.as_ref().is_ok_and(|nodes| nodes.first().is_none_or(|node| !node.is_map()))
}

fn marked(mut nodes: Vec<Node>) -> Vec<Node> {
    nodes.iter_mut().for_each(|node| node.mark(By::Patch));
    nodes
}

/// The operations of a text that may be a JSON patch; `None` where it is none.
fn json(text: &Text) -> BuildResult<Option<Vec<Operation>>> {
    if text.raw.starts_with('[') && serde_json::from_str::<serde::de::IgnoredAny>(&text.raw).is_err() {
        return Ok(None);
    }
    let is_map = text.nodes.as_ref().is_ok_and(|nodes| nodes.first().is_some_and(Node::is_map));
    match &text.whole {
        Ok(Some(node)) if !node.is_null() => {
            let mut node = node.clone();
            node.mark(By::Patch);
            Ok(json_patch::operations(&node).ok())
        }
        // The JSON `null` is read as no operations at all.
        Ok(_) => Ok((!text.raw.is_empty() && !is_map).then(Vec::new)),
        Err(_) => Ok(None),
    }
}

/// Reads an entry of `patches`.
///
/// # Errors
/// Where it is neither kind of patch.
pub fn load(store: &mut Store<'_>, scope: &Scope, patch: &Patch) -> BuildResult<Loaded> {
    let text = text_of(store, scope, patch)?;
    let span = patch.path.as_ref().map(|path| path.span).or(patch.patch.as_ref().map(|node| node.origin.span));
    let span = span.unwrap_or(patch.span);
    let operations = json(&text)?;
    let strategic = text.nodes.and_then(from_documents);
    match (strategic, operations) {
        (Ok(mut patches), _) if !patches.is_empty() => {
            for one in &mut patches {
                (one.allow_name, one.allow_kind) = (patch.allow_name, patch.allow_kind);
            }
            Ok(match &patch.target {
                Some(target) => Loaded::Selected(patches, target.clone(), span),
                None => Loaded::Named(patches, span),
            })
        }
        (Ok(_), Some(_)) => at(
            span,
            "the patch holds nothing but comments: kustomize takes it for a patch of both kinds and refuses it",
        ),
        (Ok(_), None) => Ok(Loaded::Named(Vec::new(), span)),
        (Err(_), Some(operations)) => Ok(Loaded::Json(operations, patch.target.clone(), span)),
        (Err(failure), None) => {
            Err(failure).or_at(span).while_doing(|| "this is neither a patch of an object nor a JSON patch".into())
        }
    }
}

/// Reads an entry of `patchesStrategicMerge`: a text, or else a file.
///
/// # Errors
/// Where it is neither.
pub fn load_strategic(store: &mut Store<'_>, scope: &Scope, entry: &Node) -> BuildResult<Loaded> {
    let span = entry.origin.span;
    let inline = store.embedded(entry, entry.text(), By::Patch).and_then(from_documents);
    if let Ok(patches) = inline {
        return Ok(Loaded::Named(patches, span));
    }
    let id = store.load(&scope.folder, entry.text()).or_at(span)?;
    let patches = from_documents(marked(store.documents(id)?.to_vec()))?;
    Ok(Loaded::Named(patches, span))
}

/// Fails where all of several strategic merge patches are empty.
///
/// # Errors
/// At the first.
pub fn check_any(loaded: &[Loaded], span: Span) -> BuildResult<()> {
    if loaded.iter().all(|one| matches!(one, Loaded::Named(patches, _) if patches.is_empty())) {
        return at(span, "the patch is empty");
    }
    Ok(())
}

/// Reads an entry of `patchesJson6902`.
///
/// # Errors
/// Where it has no target with a name, or no operations.
pub fn load_json(store: &mut Store<'_>, scope: &Scope, patch: &Patch) -> BuildResult<Loaded> {
    let Some(target) = patch.target.clone().filter(|target| target.name.is_some()) else {
        return at(patch.span, "a JSON patch needs a target with a name");
    };
    let text = text_of(store, scope, patch)?;
    match json(&text)? {
        Some(operations) if !operations.is_empty() => Ok(Loaded::OldJson(operations, target, patch.span)),
        Some(_) => at(patch.span, "the JSON patch is empty"),
        None => {
            text.nodes.or_at(patch.span)?;
            at(patch.span, "this is not a JSON patch")
        }
    }
}

/// Applies patches, one after the other.
///
/// # Errors
/// At the first that does not apply.
pub fn apply(patches: &[Loaded], resources: &mut Vec<Resource>, merging: &Merging) -> BuildResult<()> {
    for run in patches.chunk_by(|one, other| matches!((one, other), (Loaded::Named(..), Loaded::Named(..)))) {
        match run {
            [Loaded::Named(..), ..] => {
                let mut places = if is_alone(run) { Places::default() } else { Places::of(resources) };
                let done = run.iter().try_for_each(|one| one.apply(resources, &mut places, merging));
                places.settle(resources);
                done?;
            }
            others => others.iter().try_for_each(|one| one.apply(resources, &mut Places::default(), merging))?,
        }
    }
    Ok(())
}

/// Whether it is one patch, that looks at all objects once.
fn is_alone(run: &[Loaded]) -> bool {
    matches!(run, [Loaded::Named(patches, _)] if patches.len() < 2)
}

/// Where objects stand, by the names that they have or had.
#[derive(Default)]
struct Places {
    /// Nothing where it is not worth it.
    by_name: Option<FxHashMap<Arc<str>, Vec<usize>>>,
    /// Those that are deleted, and are no longer found by their names.
    gone: BTreeSet<usize>,
}

impl Places {
    fn of(resources: &[Resource]) -> Self {
        let mut places = Self { by_name: Some(FxHashMap::default()), ..Self::default() };
        resources.iter().enumerate().for_each(|(index, resource)| places.note(index, resource));
        places
    }

    /// Notes the names of an object.
    fn note(&mut self, index: usize, resource: &Resource) {
        let Some(by_name) = &mut self.by_name else { return };
        for name in resource.names() {
            let known = by_name.entry(name.clone()).or_default();
            if let Err(at) = known.binary_search(&index) {
                known.insert(at, index);
            }
        }
    }

    fn find(&self, resources: &[Resource], id: &Id) -> BuildResult<usize> {
        let there = |index: &usize| !self.gone.contains(index);
        match &self.by_name {
            Some(by_name) if !id.name.is_empty() => {
                find_one(resources, by_name.get(&id.name).into_iter().flatten().copied().filter(there), id)
            }
            _ => find_one(resources, (0..resources.len()).filter(there), id),
        }
    }

    /// Takes away what is deleted.
    fn settle(&mut self, resources: &mut Vec<Resource>) {
        if !self.gone.is_empty() {
            let mut index = 0..;
            resources.retain(|_| index.next().is_none_or(|index| !self.gone.contains(&index)));
        }
        self.gone.clear();
    }
}

impl Loaded {
    fn apply(&self, resources: &mut Vec<Resource>, places: &mut Places, merging: &Merging) -> BuildResult<()> {
        match self {
            Loaded::Named(patches, span) => named(resources, patches, places, merging).or_at(*span),
            Loaded::Selected(patches, target, span) => {
                let [patch] = &patches[..] else {
                    return at(*span, "a patch with a target must be one document");
                };
                selected(resources, patch, target, merging).or_at(*span)
            }
            Loaded::Json(_, None, span) => at(*span, "a JSON patch needs a target"),
            Loaded::Json(operations, Some(target), span) => {
                for index in select(resources, target)? {
                    resources[index].remember();
                    apply_json(&mut resources[index], operations).or_at(*span)?;
                }
                Ok(())
            }
            Loaded::OldJson(operations, target, span) => {
                for index in select(resources, target)? {
                    apply_json(&mut resources[index], operations).or_at(*span)?;
                }
                Ok(())
            }
        }
    }
}

fn named(resources: &mut [Resource], patches: &[Resource], places: &mut Places, merging: &Merging) -> BuildResult<()> {
    for patch in patches {
        let index = places.find(resources, &patch.id()).or_at(patch.span())?;
        if !strategic(&mut resources[index], patch, merging)? {
            places.gone.insert(index);
        }
        if patch.allow_name || patch.allow_kind {
            places.note(index, &resources[index]); // it has its old name as well
        }
    }
    Ok(())
}

fn selected(resources: &mut Vec<Resource>, patch: &Resource, target: &Selector, merging: &Merging) -> BuildResult<()> {
    let found = select(resources, target)?;
    let mut gone = Vec::new();
    for index in found {
        let resource = &mut resources[index];
        let mut own = patch.clone();
        // What the patch's own metadata say is written anew; so null is a string there.
        own.restring("labels");
        own.restring("annotations");
        if !strategic(resource, &own, merging)? {
            gone.push(index);
        }
    }
    gone.iter().rev().for_each(|&index| drop(resources.remove(index)));
    check_unique(resources)
}

/// Patches one object; false where the patch deletes it.
fn strategic(resource: &mut Resource, patch: &Resource, merging: &Merging) -> BuildResult<bool> {
    if patch.allow_name || patch.allow_kind {
        resource.remember();
    }
    let kept = |keys: &[&str]| resource.node.at(keys).cloned();
    let (kind, name, namespace) = (kept(&["kind"]), kept(&["metadata", "name"]), kept(&["metadata", "namespace"]));
    let placeholder = Node::map(resource.node.origin.clone());
    let object = std::mem::replace(&mut resource.node, placeholder);
    let mut patch_node = patch.node.clone();
    // The object's own stays, whatever a patch with a target says.
    patch_node.remove("apiVersion");
    match merge::patch(object, patch_node, merging)? {
        Some(node) if !node.is_empty() => resource.node = node,
        _ => return Ok(false),
    }
    if !patch.allow_kind {
        restore(&mut resource.node, "kind", kind);
    }
    let own = resource.node.origin.clone();
    if let Some(meta) = resource.node.get_or_insert("metadata", || Node::map(own)) {
        if !patch.allow_name {
            restore(meta, "name", name);
        }
        match namespace.filter(|namespace| !namespace.value().is_empty()) {
            Some(namespace) => restore(meta, "namespace", Some(namespace)),
            None => drop(meta.remove("namespace")),
        }
    }
    resource.settle();
    Ok(true)
}

/// Puts a field back, its type left open, in the style of what stands there now.
fn restore(node: &mut Node, key: &str, old: Option<Node>) {
    let Some(mut old) = old else { return };
    if let Data::Scalar(scalar) = &mut old.data {
        *scalar = Scalar::new(scalar.text.clone(), Tag::Open);
    }
    node.set(key, old);
}

const NOTE: &str = "internal.config.kubernetes.io/note";

/// Applies a JSON patch. kustomize keeps its notes in the object's annotations, so that there are annotations to patch.
fn apply_json(resource: &mut Resource, operations: &[Operation]) -> BuildResult<()> {
    if resource.has_notes() {
        let origin = resource.node.origin.clone();
        let meta = resource.node.get_or_insert("metadata", || Node::map(origin.clone()));
        let map = meta.and_then(|meta| meta.get_or_insert("annotations", || Node::map(origin.clone())));
        if let Some(map) = map {
            // `annotations:` with nothing behind it holds the notes as well.
            if map.is_null() {
                *map = Node::map(map.origin.clone());
            }
            if let Data::Mapping(entries) = &mut map.data {
                entries.push(Entry {
                    key: Scalar::new(NOTE, Tag::Str),
                    at: origin.span,
                    value: Node::string("", origin),
                });
            }
        }
    }
    resource.shared.clear();
    json_patch::apply(&mut resource.node, operations)?;
    if let Some(map) = resource.node.get_mut("metadata").and_then(|meta| meta.get_mut("annotations")) {
        map.remove(NOTE);
    }
    resource.restring("annotations");
    Ok(())
}
