//! Names that objects know each other by.
//!
//! In: objects of which some were renamed or moved, and the fields in which objects are named. Out: the objects, each naming
//! the others by their new names.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::config::{Config, FieldSpec, Gvk};
use super::failure::{BuildResult, Context, at, somewhere};
use super::fieldspec::{Make, apply_where};
use super::node::{Data, Node, Tag};
use super::resource::{Id, Resource};
use crate::render::origin::Origin;

/// What is known of an object that may be named.
struct Candidate {
    id: Id,
    namespace: Arc<str>,
    first_namespace: Arc<str>,
    current_namespace: Arc<str>,
    cluster: bool,
    account: bool,
    previous: Vec<Id>,
    prefixes: Vec<Arc<str>>,
    suffixes: Vec<Arc<str>>,
    /// Where its name comes from.
    name: Origin,
    /// Where its namespace comes from.
    place: Origin,
}

/// All objects by the names that they had.
struct Index {
    all: Vec<Candidate>,
    by_name: FxHashMap<Arc<str>, Vec<usize>>,
}

/// Sets the new names.
///
/// # Errors
/// Where a name could mean several objects.
pub fn fix(resources: &mut [Resource], config: &Config) -> BuildResult<()> {
    let index = Index::new(resources);
    for resource in resources {
        let id = resource.original_id();
        let specs: Vec<_> = config.references_of(&id.kind).filter(|(spec, _)| id.is_selected(&spec.gvk)).collect();
        if !specs.is_empty() {
            Referrer::new(&index, resource).fix(resource, &specs)?;
        }
    }
    Ok(())
}

impl Index {
    fn new(resources: &[Resource]) -> Self {
        let all: Vec<Candidate> = resources.iter().map(Candidate::new).collect();
        let mut by_name: FxHashMap<Arc<str>, Vec<usize>> = FxHashMap::default();
        for (number, candidate) in all.iter().enumerate() {
            let names: FxHashSet<_> = candidate.previous.iter().map(|id| &id.name).collect();
            let mut names: Vec<_> = names.into_iter().collect();
            names.sort();
            for name in names {
                by_name.entry(name.clone()).or_default().push(number);
            }
        }
        Self { all, by_name }
    }
}

impl Candidate {
    fn new(resource: &Resource) -> Self {
        let id = resource.id();
        let origin = |key: &str| resource.node.at(&["metadata", key]).unwrap_or(&resource.node).origin.clone();
        Self {
            namespace: resource.namespace().into(),
            first_namespace: resource.original_id().effective_namespace().into(),
            current_namespace: id.effective_namespace().into(),
            cluster: id.is_cluster_scoped(),
            account: &*id.kind == "ServiceAccount",
            previous: resource.previous_ids().collect(),
            prefixes: resource.prefixes.clone(),
            suffixes: resource.suffixes.clone(),
            name: origin("name"),
            place: origin("namespace"),
            id,
        }
    }
}

/// An object that names others.
struct Referrer<'i> {
    index: &'i Index,
    id: Id,
    namespace: Arc<str>,
    cluster: bool,
    prefixes: Vec<Arc<str>>,
    suffixes: Vec<Arc<str>>,
    /// Namespaces of the accounts that a RoleBinding names.
    accounts: FxHashSet<Arc<str>>,
    /// The role that a binding gives.
    role: Option<Gvk>,
}

impl<'i> Referrer<'i> {
    fn new(index: &'i Index, resource: &Resource) -> Self {
        let id = resource.id();
        Self {
            index,
            namespace: id.effective_namespace().into(),
            cluster: id.is_cluster_scoped(),
            prefixes: resource.prefixes.clone(),
            suffixes: resource.suffixes.clone(),
            accounts: accounts(resource),
            role: role(resource),
            id,
        }
    }

    fn fix(&self, resource: &mut Resource, specs: &[(&FieldSpec, &Gvk)]) -> BuildResult<()> {
        for (spec, target) in specs {
            let is_role = spec.path.ends_with("roleRef/name");
            let acts = |field: &Node| self.may_set(field);
            let set = &mut |field: &mut Node| self.set(field, target, is_role);
            apply_where(&mut resource.node, spec, &Make::Nothing, &acts, set).or_at(resource.span())?;
        }
        resource.settle();
        Ok(())
    }

    /// Whether a field may have to be changed, or is none: it holds a name that an object had.
    fn may_set(&self, field: &Node) -> bool {
        let is_known = |name: &Node| self.index.by_name.contains_key(name.text());
        let one = |node: &Node| match &node.data {
            Data::Scalar(_) => is_known(node),
            Data::Mapping(_) => node.get("name").is_none_or(is_known),
            Data::Sequence(_) => true,
        };
        match &field.data {
            Data::Sequence(items) => items.iter().any(|item| !item.is_null() && one(item)),
            _ => !field.is_null() && one(field),
        }
    }

    fn set(&self, field: &mut Node, target: &Gvk, is_role: bool) -> BuildResult<()> {
        if field.is_null() {
            return Ok(());
        }
        match &mut field.data {
            Data::Scalar(_) => self.set_scalar(field, target, is_role),
            Data::Mapping(_) => self.set_map(field, target, is_role),
            Data::Sequence(items) => {
                items.iter_mut().filter(|item| !item.is_null()).try_for_each(|item| match item.data {
                    Data::Scalar(_) => self.set_scalar(item, target, is_role),
                    Data::Mapping(_) => self.set_map(item, target, is_role),
                    Data::Sequence(_) => at(item.origin.span, "a name, or a map with a name, is expected here"),
                })
            }
        }
    }

    fn set_scalar(&self, field: &mut Node, target: &Gvk, is_role: bool) -> BuildResult<()> {
        let known = self.reachable(field.text());
        let Some(found) =
            self.choose(known, target, is_role, |a, b| a.id.name == b.id.name).or_at(field.origin.span)?
        else {
            return Ok(());
        };
        if *found.id.name != *field.text() {
            let origin = joined(&found.name, &field.origin);
            field.set_scalar(found.id.name.clone(), Tag::Open, origin);
        }
        Ok(())
    }

    fn set_map(&self, field: &mut Node, target: &Gvk, is_role: bool) -> BuildResult<()> {
        let Some(name) = field.get("name") else {
            return at(field.origin.span, "a `name` is expected here, since this field refers to an object");
        };
        let (text, span) = (name.text().to_owned(), name.origin.span);
        let known = match field.get("namespace") {
            None => self.reachable(&text),
            Some(namespace) => self.reachable_in(&text, namespace.text()),
        };
        let same = |a: &Candidate, b: &Candidate| a.id.name == b.id.name && a.namespace == b.namespace;
        let Some(found) = self.choose(known, target, is_role, same).or_at(span)? else { return Ok(()) };
        if *found.id.name == *text && found.namespace.is_empty() {
            return Ok(());
        }
        if let Some(name) = field.get_mut("name").filter(|name| *name.text() != *found.id.name) {
            let origin = joined(&found.name, &name.origin);
            name.set_scalar(found.id.name.clone(), Tag::Open, origin);
        }
        if !found.namespace.is_empty() {
            let place = match field.get("namespace") {
                Some(old) if old.text() == &*found.namespace => old.origin.clone(),
                _ => found.place.clone(),
            };
            field.set("namespace", Node::open(found.namespace.clone(), place));
        }
        Ok(())
    }

    /// The objects that had a name and that this one could name at all.
    fn reachable(&self, name: &str) -> Vec<&'i Candidate> {
        let numbers = self.index.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let all = numbers.iter().map(|&number| &self.index.all[number]);
        all.filter(|candidate| {
            self.cluster
                || candidate.cluster
                || candidate.current_namespace == self.namespace
                || self.accounts.contains(&candidate.namespace)
        })
        .collect()
    }

    /// Those of them that were in a namespace, or, if no object at all was, that are in it now.
    fn reachable_in(&self, name: &str, namespace: &str) -> Vec<&'i Candidate> {
        let reachable = |candidate: &Candidate| {
            self.cluster
                || candidate.cluster
                || candidate.current_namespace == self.namespace
                || self.accounts.contains(&candidate.namespace)
        };
        let was =
            |candidate: &Candidate| !is_none(&candidate.first_namespace) && *candidate.first_namespace == *namespace;
        let is = |candidate: &Candidate| {
            !is_none(&candidate.current_namespace) && *candidate.current_namespace == *namespace
        };
        let any = self.index.all.iter().any(|candidate| reachable(candidate) && was(candidate));
        let found = self.reachable(name).into_iter();
        found.filter(|candidate| if any { was(candidate) } else { is(candidate) }).collect()
    }

    fn choose(
        &self,
        mut found: Vec<&'i Candidate>,
        target: &Gvk,
        is_role: bool,
        same: impl Fn(&Candidate, &Candidate) -> bool,
    ) -> BuildResult<Option<&'i Candidate>> {
        found.retain(|candidate| candidate.previous.iter().any(|id| id.is_selected(target)));
        if let Some(role) = self.role.as_ref().filter(|_| is_role) {
            found.retain(|candidate| candidate.previous.iter().any(|id| id.is_selected(role)));
        }
        if !self.cluster {
            let fits = |candidate: &Candidate| {
                candidate.cluster || candidate.account || candidate.current_namespace == self.namespace
            };
            found.retain(|candidate| fits(candidate));
        }
        if found.len() == 1 {
            return Ok(Some(found[0]));
        }
        found.retain(|candidate| self.affixes_fit(candidate, true));
        if found.len() > 1 {
            found.retain(|candidate| self.affixes_fit(candidate, false));
        }
        match &found[..] {
            [] => Ok(None),
            [first, rest @ ..] if rest.iter().all(|other| same(first, other)) => Ok(Some(first)),
            several => {
                let names: Vec<_> = several.iter().map(|candidate| candidate.id.to_string()).collect();
                somewhere(format!("{} could name more than one object: {}", self.id, names.join(", ")))
            }
        }
    }

    fn affixes_fit(&self, other: &Candidate, or_none: bool) -> bool {
        let fit = |own: &[Arc<str>], other: &[Arc<str>]| match own.is_empty() || other.is_empty() {
            true => or_none || own.len() == other.len(),
            false => own.ends_with(other) || other.ends_with(own),
        };
        fit(&self.prefixes, &other.prefixes) && fit(&self.suffixes, &other.suffixes)
    }
}

/// Whoever decides the object's name decides the name here; what was written here is a part of it still.
fn joined(name: &Origin, own: &Origin) -> Origin {
    name.and_all(own)
}

fn is_none(namespace: &str) -> bool {
    namespace == "_non_namespaceable_"
}

fn accounts(resource: &Resource) -> FxHashSet<Arc<str>> {
    let subjects = if resource.kind() == "RoleBinding" { resource.node.get("subjects") } else { None };
    let subjects = subjects.map_or(&[][..], Node::items).iter();
    let accounts = subjects.filter(|subject| subject.get("kind").is_some_and(|kind| kind.value() == "ServiceAccount"));
    accounts.filter_map(|subject| Some(subject.get("namespace")?.value().into())).collect()
}

fn role(resource: &Resource) -> Option<Gvk> {
    let role = resource.node.get("roleRef")?;
    let text = |key: &str| role.get(key).map(|node| Arc::from(node.text()));
    Some(Gvk { group: text("apiGroup")?, version: "".into(), kind: text("kind")? })
}
