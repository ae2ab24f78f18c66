use std::collections::{BTreeMap, BTreeSet};

use crate::rule::prelude::*;

rule! {
    /// A custom resource whose definition another Application applies later.
    ///
    /// Within an Application Argo CD applies definitions first by itself. Between two it follows the waves of the Applications:
    /// the one in the earlier wave fails at `no matches for kind`, and where waves wait for health the other never comes. Checked for Applications
    /// in one directory or kustomization, and whose sources are plain directories and kustomizations of the
    /// repository at hand. Not reported with the sync option `SkipDryRunOnMissingResource=true`, of the resource or its Application.
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

/// A group and kind.
type Key<'t> = (&'t str, &'t str);

/// What a source brings that matters here.
struct Brought<'a, 't> {
    defines: BTreeSet<Key<'t>>,
    /// The first resource of each kind that needs a definition and does not skip the dry run.
    needs: BTreeMap<Key<'t>, &'a Item<'t>>,
}

fn check<'t>(set: &ApplySet<'t>, context: &mut SetContext<'_, 't>) {
    let applications: Vec<_> =
        set.of_kind("argoproj.io", "Application").filter(|item| !item.surroundings.altered).collect();
    // Most sets have none, and the definitions are those of all sets: there may be thousands of both.
    if applications.is_empty() {
        return;
    }
    let all = set.around.as_ref().map_or(set, |around| &*around.all);
    let definitions = all.of_kind("apiextensions.k8s.io", "CustomResourceDefinition");
    let defined: BTreeSet<Key<'t>> = definitions.filter_map(|item| defines(item.object)).collect();
    if defined.is_empty() {
        return;
    }
    let sources: Vec<Vec<Delivery>> = applications.iter().map(|item| deliveries(item, set)).collect();
    // Sources that bring the same are looked through once.
    let distinct: BTreeSet<&Delivery> = sources.iter().flatten().collect();
    let brought: BTreeMap<&Delivery, Brought<'_, 't>> =
        distinct.into_iter().map(|delivery| (delivery, brought(set, delivery, &defined))).collect();
    // By group and kind: the Applications that bring its definition, by number.
    let mut definers: BTreeMap<Key<'t>, Vec<usize>> = BTreeMap::new();
    for (index, sources) in sources.iter().enumerate() {
        let keys: BTreeSet<Key<'t>> = sources.iter().flat_map(|source| &brought[source].defines).copied().collect();
        keys.into_iter().for_each(|key| definers.entry(key).or_default().push(index));
    }
    for (index, application) in applications.iter().enumerate() {
        if skips_all(application.object) {
            continue;
        }
        let early = |other: &usize| is_earlier(set, application, applications[*other]);
        let needs = sources[index].iter().flat_map(|source| &brought[source].needs);
        let found = needs.filter_map(|(key, item)| {
            let others = definers.get(key)?;
            (others.binary_search(&index).is_err() && others.iter().all(early)).then_some((*item, others[0]))
        });
        if let Some((item, other)) = found.min_by_key(|(item, _)| item.index) {
            report(application, item, applications[other], context);
        }
    }
}

fn deliveries(item: &Item<'_>, set: &ApplySet<'_>) -> Vec<Delivery> {
    let sources = Application::of(item.object).into_iter().flat_map(Application::sources);
    sources.filter_map(|source| set.delivery(source)).collect()
}

fn brought<'a, 't>(set: &'a ApplySet<'t>, delivery: &Delivery, defined: &BTreeSet<Key<'t>>) -> Brought<'a, 't> {
    let mut found = Brought { defines: BTreeSet::new(), needs: BTreeMap::new() };
    for item in set.delivered(delivery) {
        found.defines.extend(defines(item.object));
        let key = (item.object.gvk.group, item.object.gvk.kind);
        if defined.contains(&key) && !skips(item.object) {
            found.needs.entry(key).or_insert(item);
        }
    }
    found
}

fn skips(object: Object<'_>) -> bool {
    let options = object.annotation("argocd.argoproj.io/sync-options");
    options.is_some_and(|text| sync::values(text).any(|option| option == SKIPS))
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
        "{} is synced before {}, which contains the definition of {}",
        application.object.title(),
        definer.object.title(),
        item.object.title()
    );
    let help = "give the Application with the definition the same or a lower wave";
    context
        .report_on(application, place, message)
        .help(help)
        .related(item.object.place(), "this object needs the definition");
}
