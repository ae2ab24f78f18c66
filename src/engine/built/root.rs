//! A root, before it is known what it makes.
//!
//! In: a kustomization, a definition that brings objects, a chart. Out: [`Root`]: what it is called, where it stands, who asked
//! for it.

use std::collections::HashSet;

use crate::discover::Plan;
use crate::render::Problem;
use crate::version::VersionRange;

/// What a root is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    /// A kustomization that nobody else brings.
    Kustomization,
    /// An Argo CD Application or ApplicationSet.
    Argo,
    /// A Flux Kustomization.
    Flux,
    /// A Flux HelmRelease.
    Release,
    /// A chart by its own values.
    Chart,
    /// A release that the configuration names.
    Configured,
}

impl Sort {
    /// What the ledger calls it.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Sort::Kustomization => "kustomization",
            Sort::Argo => "Application",
            Sort::Flux => "Flux Kustomization",
            Sort::Release => "HelmRelease",
            Sort::Chart => "chart",
            Sort::Configured => "release",
        }
    }
}

/// A root.
#[derive(Debug, Clone)]
pub(super) struct Root {
    pub sort: Sort,
    /// What sets call it: the folder of a kustomization or chart, empty for the working directory; the file of a definition,
    /// with the name of what it defines where the file brings several.
    pub name: String,
    /// The file that makes it a root.
    pub file: String,
    /// The folder that it stands for.
    pub folder: String,
    /// The folders of the kustomizations and charts that it takes in, the first of all first.
    pub directories: Vec<String>,
    /// So many of its sources only define it.
    pub own: usize,
    /// It is asked for, or takes in a file that is. The others are rendered for what they define, and not checked.
    pub wanted: bool,
    /// Findings on it are wanted wherever they are; else only those in files that are checked.
    pub asked: bool,
    /// It does not render because it asks for a value.
    pub asks: bool,
    /// Another chart of the repository takes it in, and it is looked at by itself all the same.
    pub is_part: bool,
    /// The values file of the chart's tests, or another one beside its own, without which it makes nothing.
    pub given: Option<String>,
    /// The versions of Kubernetes that it is made for, where those are not all that are checked for.
    pub versions: Option<VersionRange>,
    /// What is noted of it beside what it makes.
    pub remarks: Vec<Problem>,
}

impl Root {
    /// A kustomization.
    pub(super) fn of_plan(plan: &Plan, asked: bool, wanted: bool) -> Self {
        Self {
            sort: Sort::Kustomization,
            name: plan.directory.clone(),
            file: plan.file.clone(),
            folder: plan.directory.clone(),
            directories: plan.directories.clone(),
            own: 0,
            wanted,
            asked,
            asks: false,
            is_part: false,
            given: None,
            versions: None,
            remarks: Vec::new(),
        }
    }

    /// What a report calls it.
    pub(super) fn shown(&self) -> &str {
        shown(&self.name)
    }
}

/// What a report calls the root of that name.
pub(in super::super) fn shown(name: &str) -> &str {
    if name.is_empty() { "." } else { name }
}

/// Tells apart what has the same name: a chart in a kustomization's folder.
pub(super) fn name_apart(roots: &mut [Root]) {
    let mut taken: HashSet<String> = HashSet::new();
    for root in roots {
        if taken.contains(&root.name) {
            root.name = format!("{} ({})", root.shown(), root.sort.noun());
        }
        taken.insert(root.name.clone());
    }
}
