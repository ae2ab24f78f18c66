//! Flux Kustomizations that need what another one brings, and do not wait for it.
//!
//! In: all that was rendered. Out: a problem at the definition of each that does not wait: for the definition of a kind that it
//! applies an object of, or for the namespace of one. What the same Kustomization brings, or one that it depends on, or one that
//! brings it, is there before. Only Kustomizations of one cluster are held against each other: what brings the two lies, in the
//! end, in one folder.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::graph::Made;
use super::{Definition, Sort};
use crate::render::Problem;
use crate::render::kustomize::files::folder;
use crate::render::value::Value;
use crate::render::world::{group_and_kind, meta_text};
use crate::source::Span;

/// A name in a namespace.
type Name = (String, String);

/// What a Kustomization says of its place in the order.
#[derive(Debug, Clone)]
pub struct Waits {
    /// Where it is defined.
    pub at: Span,
    /// What it depends on.
    pub on: Vec<Name>,
}

/// What has to be there before an object can be applied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// The definition of a kind, by group and kind.
    Kind(String, String),
    Namespace(String),
}

/// So many steps are taken from one to what comes before it, in all.
const MOST_STEPS: usize = 2_000_000;

impl Waits {
    /// Of a Kustomization.
    pub fn of(definition: &Value) -> Self {
        let own = meta_text(definition, "namespace").unwrap_or("default");
        let entries = definition.get("spec").map_or(&[][..], |spec| spec.items_at("dependsOn"));
        let on = entries.iter().filter_map(|entry| {
            let namespace = entry.str_at("namespace").unwrap_or(own);
            Some((namespace.to_owned(), entry.str_at("name")?.to_owned()))
        });
        let name = definition.at(&["metadata", "name"]).unwrap_or(definition);
        Self { at: name.span(), on: on.collect() }
    }
}

/// Notes who does not wait.
pub fn note(made: &mut [Made]) {
    if !made.iter().any(|made| made.waits.is_some()) {
        return;
    }
    let problems = Order::of(made).problems();
    for (index, problem) in problems {
        made[index].rendered.problems.push(problem);
    }
}

/// What comes before what.
struct Order<'m> {
    made: &'m [Made],
    /// By number: what brings it.
    parents: Vec<Vec<usize>>,
    /// By number: the folder that what brings it in the end lies in, where that is one.
    cluster: Vec<Option<&'m str>>,
    /// Kustomizations by cluster and name.
    by_name: HashMap<(&'m str, Name), usize>,
    /// Who brings what, in order.
    providers: BTreeMap<Need, Vec<usize>>,
}

impl<'m> Order<'m> {
    fn of(made: &'m [Made]) -> Self {
        let mut defined: HashMap<(Sort, &str, Name), usize> = HashMap::new();
        for (index, one) in made.iter().enumerate() {
            if let (Some(sort), Some(by)) = (one.sort, &one.rendered.application) {
                defined.insert((sort, &one.rendered.root, (by.namespace.clone(), by.name.clone())), index);
            }
        }
        let mut parents = vec![Vec::new(); made.len()];
        for (index, one) in made.iter().enumerate() {
            for object in &one.rendered.objects {
                let Some(sort) = Definition::sort_of(object) else { continue };
                let file = &*one.rendered.sources.get(object.span().source).name;
                let namespace = meta_text(object, "namespace").unwrap_or("default").to_owned();
                let name = (namespace, meta_text(object, "name").unwrap_or_default().to_owned());
                if let Some(&child) = defined.get(&(sort, file, name)).filter(|child| **child != index) {
                    parents[child].push(index);
                }
            }
        }
        let mut order =
            Self { made, parents, cluster: Vec::new(), by_name: HashMap::new(), providers: BTreeMap::new() };
        order.cluster = clusters(made, &order.parents);
        for index in (0..made.len()).filter(|index| made[*index].sort == Some(Sort::Flux)) {
            if let (Some(cluster), Some(by)) = (order.cluster[index], &made[index].rendered.application) {
                order.by_name.insert((cluster, (by.namespace.clone(), by.name.clone())), index);
            }
        }
        for (index, one) in made.iter().enumerate() {
            // What a release brings comes with the Kustomization that brings the release.
            let own = [index];
            let by = if one.sort == Some(Sort::Flux) { &own[..] } else { &order.parents[index] };
            for brought in one.rendered.objects.iter().filter_map(brought) {
                order.providers.entry(brought).or_default().extend(by);
            }
        }
        order
    }

    /// What is there before one, itself included; nothing once too much was looked at.
    fn before(&self, index: usize, steps: &mut usize) -> Option<BTreeSet<usize>> {
        let (mut known, mut open) = (BTreeSet::from([index]), vec![index]);
        while let Some(at) = open.pop() {
            let on = self.made[at].waits.iter().flat_map(|waits| &waits.on);
            let named = |name: &Name| self.by_name.get(&(self.cluster[at]?, name.clone())).copied();
            for next in on.filter_map(named).chain(self.parents[at].iter().copied()) {
                *steps = steps.checked_sub(1)?;
                if known.insert(next) {
                    open.push(next);
                }
            }
        }
        Some(known)
    }

    fn problems(&self) -> Vec<(usize, Problem)> {
        let (mut found, mut steps) = (Vec::new(), MOST_STEPS);
        for (index, one) in self.made.iter().enumerate() {
            let (Some(waits), Some(cluster)) = (&one.waits, self.cluster[index]) else { continue };
            let (mut before, mut told) = (None, BTreeSet::new());
            let needs = one.rendered.objects.iter().flat_map(|object| needs(object).map(move |need| (object, need)));
            for (object, need) in needs {
                if is_there(&need, one) {
                    continue;
                }
                let Some(all) = self.providers.get(&need) else { continue };
                let here: Vec<usize> = all.iter().copied().filter(|by| self.cluster[*by] == Some(cluster)).collect();
                let Some(&by) = here.first() else { continue };
                let before = before.get_or_insert_with(|| self.before(index, &mut steps));
                if before.as_ref().is_none_or(|before| here.iter().any(|by| before.contains(by))) {
                    continue;
                }
                if told.insert(by) {
                    let message = self.message(index, object, &need, by);
                    found.push((index, Problem::new("missing-dependency", Some(waits.at), message)));
                }
            }
        }
        found
    }

    fn message(&self, index: usize, object: &Value, need: &Need, by: usize) -> String {
        let name = |index: usize| self.made[index].rendered.application.as_ref().map_or("", |by| &by.name);
        let title = format!("{} `{}`", group_and_kind(object).1, meta_text(object, "name").unwrap_or_default());
        let what = match need {
            Need::Kind(..) => "whose kind".to_owned(),
            Need::Namespace(namespace) => format!("whose namespace `{namespace}`"),
        };
        let (own, by) = (name(index), name(by));
        format!("Kustomization `{own}` applies {title}, {what} Kustomization `{by}` defines, but does not depend on it")
    }
}

/// By number: the folder that what brings it in the end lies in, where that is one.
fn clusters<'m>(made: &'m [Made], parents: &[Vec<usize>]) -> Vec<Option<&'m str>> {
    let mut children = vec![Vec::new(); made.len()];
    for (child, parents) in parents.iter().enumerate() {
        parents.iter().for_each(|parent| children[*parent].push(child));
    }
    // Each is looked at again at most twice: when its first folder is known, and when there is another.
    let mut folders: Vec<Option<Option<&str>>> = vec![None; made.len()];
    let mut open: Vec<usize> = (0..made.len()).filter(|index| parents[*index].is_empty()).collect();
    open.iter().for_each(|top| folders[*top] = Some(Some(folder(&made[*top].rendered.root))));
    while let Some(at) = open.pop() {
        for &child in &children[at] {
            let both = if folders[child].is_none() || folders[child] == folders[at] { folders[at] } else { Some(None) };
            if folders[child] != both {
                folders[child] = both;
                open.push(child);
            }
        }
    }
    folders.into_iter().map(Option::flatten).collect()
}

/// Whether a cluster has it anyhow: the namespaces of Kubernetes, and the one that the Kustomization itself lives in.
fn is_there(need: &Need, one: &Made) -> bool {
    let Need::Namespace(name) = need else { return false };
    let own = one.rendered.application.as_ref().is_some_and(|by| by.namespace == *name);
    own || name == "default" || name.starts_with("kube-")
}

/// What an object brings that others need.
fn brought(object: &Value) -> Option<Need> {
    match group_and_kind(object) {
        ("", "Namespace") => Some(Need::Namespace(meta_text(object, "name")?.to_owned())),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            let (spec, text) = (object.get("spec")?, |value: &Value| value.as_str().map(str::to_owned));
            Some(Need::Kind(spec.str_at("group")?.to_owned(), spec.at(&["names", "kind"]).and_then(text)?))
        }
        _ => None,
    }
}

/// What an object needs.
fn needs(object: &Value) -> impl Iterator<Item = Need> {
    let (group, kind) = group_and_kind(object);
    let namespace = meta_text(object, "namespace").map(|name| Need::Namespace(name.to_owned()));
    [Some(Need::Kind(group.to_owned(), kind.to_owned())), namespace].into_iter().flatten()
}
