//! Manifests that look as if a kustomization took them in.
//!
//! In: the objects of a run that are checked as they are written. Out: a finding on each file among them that lies right beside a
//! kustomization and that no kustomization speaks of.

use std::sync::Arc;

use crate::discover::Survey;
use crate::finding::{Category, Finding, Severity};
use crate::workspace::{ApplySet, Item};

use super::Run;

/// Manifests beside a kustomization that no kustomization takes in.
pub(super) fn find(run: &Run<'_>, survey: &Survey, set: &ApplySet<'_>) -> Vec<Finding> {
    let claimed = &run.built.claimed;
    let stray = |item: &&Item<'_>| {
        item.checked
            && !claimed.contains(&item.source)
            && survey.unreferenced.contains(&run.sources.get(item.source).name)
    };
    let mut last = None;
    let first_of_each = |item: &&Item<'_>| last.replace(item.source) != Some(item.source);
    let found = set.items().iter().filter(stray).filter(first_of_each).map(|item| {
        let message = "no kustomization includes this file, though it is next to one";
        let span = item.object.place().span();
        let mut finding = Finding::new("unreferenced-manifest", Category::Hygiene, Severity::Info, message, span)
            .help("list it under `resources`, or move it out of the kustomization's folder");
        item.object.attach_to(&mut finding, item.document, &Arc::new(item.object.reference()));
        finding
    });
    found.collect()
}
