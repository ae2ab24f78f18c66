use std::collections::BTreeMap;

use crate::rule::prelude::*;

rule! {
    /// A custom resource whose definition another Application brings later.
    ///
    /// Within an Application Argo CD applies definitions first by itself. Between two it follows the waves of the Applications:
    /// the one in the earlier wave fails at `no matches for kind`, and where waves wait for health the other never comes. Judged for Applications
    /// that lie in one directory or kustomization, and whose sources are plain directories and kustomizations of the
    /// repository at hand. Silent with the sync option `SkipDryRunOnMissingResource=true`, of the resource or its Application.
    ///
    /// **How to fix**: give the Application with the definition the same or a lower wave.
    id: "custom-resource-before-definition",
    severity: Warning,
    references: &[
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#skip-dry-run-for-new-custom-resources-types",
    ],
    check: Check::Set(check),
}

const SKIPS: &str = "SkipDryRunOnMissingResource=true";

fn check<'t>(set: &ApplySet<'t>, context: &mut SetContext<'_, 't>) {
    let applications: Vec<_> =
        set.of_kind("argoproj.io", "Application").filter(|item| !item.surroundings.altered).collect();
    let brought: Vec<_> = applications.iter().map(|item| brings(item, set)).collect();
    // By group and kind: the Applications that bring its definition, by number.
    let mut definers: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (index, items) in brought.iter().enumerate() {
        for key in items.iter().filter_map(|item| defines(item.object)) {
            definers.entry(key).or_default().push(index);
        }
    }
    for (index, (application, items)) in applications.iter().zip(&brought).enumerate() {
        if skips_all(application.object) {
            continue;
        }
        let early = |other: &&usize| is_earlier(set, application, applications[**other]);
        for item in items {
            let Some(others) = definers.get(&(item.object.gvk.group, item.object.gvk.kind)) else { continue };
            let skips = item
                .object
                .annotation("argocd.argoproj.io/sync-options")
                .is_some_and(|text| sync::values(text).any(|option| option == SKIPS));
            if !skips && !others.contains(&index) && others.iter().all(|other| early(&other)) {
                report(application, item, applications[others[0]], context);
                break;
            }
        }
    }
}

fn brings<'a, 't>(item: &Item<'t>, set: &'a ApplySet<'t>) -> Vec<&'a Item<'t>> {
    Application::of(item.object)
        .into_iter()
        .flat_map(Application::sources)
        .flat_map(|source| set.delivered_by(source))
        .collect()
}

/// The group and kind that a CustomResourceDefinition defines.
fn defines(object: Object<'_>) -> Option<(&str, &str)> {
    let spec = object.spec().filter(|_| object.gvk.is("apiextensions.k8s.io", "CustomResourceDefinition"))?;
    Some((spec.str_at("group")?, spec.at(&["names", "kind"])?.as_str()?))
}

fn skips_all(application: Object<'_>) -> bool {
    let options = application.root.at(&["spec", "syncPolicy", "syncOptions"]).into_iter().flat_map(Node::items);
    options.into_iter().any(|option| option.as_str() == Some(SKIPS))
}

/// Whether one Application is sure to be synchronised before another.
fn is_earlier<'t>(set: &ApplySet<'t>, one: &Item<'t>, other: &Item<'t>) -> bool {
    let slots = sync::slot(one.object).zip(sync::slot(other.object));
    slots.is_some_and(|(own, later)| own < later) && set.are_applied_together(one, other)
}

fn report<'t>(application: &Item<'t>, item: &Item<'t>, definer: &Item<'t>, context: &mut SetContext<'_, 't>) {
    let annotations = application.object.annotations();
    let place = annotations.and_then(|map| map.get(sync::WAVE)).map_or(application.object.place(), Place::Value);
    let message = format!(
        "{} is synchronised before {}, which brings the definition of {}",
        application.object.title(),
        definer.object.title(),
        item.object.title()
    );
    let help = "give the Application with the definition the same or a lower wave";
    context.report_on(application, place, message).help(help).related(item.object.place(), "this needs the definition");
}
