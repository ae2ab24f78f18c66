//! All that a repository would have applied.
//!
//! In: the repository. Out: one [`Rendered`] for each set in it: Applications (those that ApplicationSets and other
//! Applications bring included, down to the last), Flux Kustomizations, kustomization roots that nobody else brings, and files
//! that nobody brings. Nothing is printed here.
//!
//! `seeds` finds what is defined in files, `graph` follows it to what it brings and finds out what nobody brings, `around`
//! keeps what definitions look up in each other: projects, repositories, values, kinds; `shared` and `order` say what sets do to each
//! other.

mod around;
mod definition;
mod graph;
mod order;
mod seeds;
pub mod shared;

use std::collections::BTreeSet;
use std::time::Duration;

use super::budget::Budget;
use super::kustomize::files::Files;
use super::world::{World, group_and_kind};
use super::{Rendered, argocd};
pub use around::{Around, Keys, KnownObject};
pub use definition::{Definition, Sort};
pub use graph::Made;

/// Bounds on what one repository may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Applications that bring each other, one in the other.
    pub depth: usize,
    /// Definitions that are rendered at all.
    pub definitions: usize,
    /// What all of them together may make.
    pub budget: Budget,
    /// Time that all of them together take.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 30,
            definitions: 200_000,
            budget: Budget { objects: 2_000_000, ..Budget::ENDLESS },
            time: Duration::MAX,
        }
    }
}

/// What is asked of a repository.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The folder (or file) that sets are asked for; empty for all.
    pub below: String,
    /// Whether files that nobody brings are sets, too.
    pub plain: bool,
    /// Whether kustomizations that nobody brings are no sets: they are only looked through for definitions.
    pub definitions_alone: bool,
    /// Bounds.
    pub limits: Limits,
}

/// Renders what the definitions of a repository bring, each definition once.
pub fn brought(world: &World<'_>, limits: Limits) -> Vec<Made> {
    let seeds = seeds::find(world);
    let asked = Asked { definitions_alone: true, limits, ..Asked::default() };
    let mut found = graph::follow(world, &seeds, &asked);
    found.retain(|made| made.sort.is_some());
    shared::note(&mut found);
    order::note(&mut found);
    found.iter_mut().for_each(|made| invalid_projects(&mut made.rendered));
    found
}

/// Renders a repository: the sets whose roots lie below what is asked for.
pub fn render(world: &World<'_>, asked: &Asked) -> Vec<Rendered> {
    let seeds = seeds::find(world);
    let mut found = graph::follow(world, &seeds, asked);
    shared::note(&mut found);
    let taken: BTreeSet<String> = found.iter().flat_map(graph::reads).collect();
    let mut sets: Vec<Rendered> = found.into_iter().map(|made| made.rendered).collect();
    if asked.plain {
        sets.extend(seeds.plain(world, &taken));
    }
    sets.retain(|set| is_below(world, &set.root, &asked.below));
    sets.sort_by(|a, b| order(a).cmp(&order(b)));
    sets.iter_mut().for_each(invalid_projects);
    sets
}

/// Notes the AppProjects of a set that Argo CD does not take.
fn invalid_projects(set: &mut Rendered) {
    let projects = set.objects.iter().filter(|object| group_and_kind(object) == ("argoproj.io", "AppProject"));
    let problems: Vec<_> = projects.filter_map(argocd::validate).collect();
    set.problems.extend(problems);
}

fn order(set: &Rendered) -> (&str, Option<(&str, &str)>) {
    (&set.root, set.application.as_ref().map(|by| (&*by.namespace, &*by.name)))
}

/// Whether a root, by the name that it is shown by, lies at or below a path.
fn is_below(world: &World<'_>, root: &str, below: &str) -> bool {
    let below = if below.is_empty() { return true } else { world.files.name(below) };
    root == below || root.strip_prefix(&below).is_some_and(|rest| rest.starts_with('/'))
}
