use std::collections::BTreeMap;

use crate::rule::prelude::*;

rule! {
    /// Two Services for the same pods and ports.
    ///
    /// Both do the same under two names: one is mostly left over from a change of name, and clients of it are forgotten. A
    /// headless Service beside an ordinary one, Services of two types, and those that a Rollout or an Ingress, a route or a
    /// StatefulSet speaks of are intentional and not reported.
    ///
    /// **How to fix**: keep one Service; an old name can be kept as a Service of the type ExternalName.
    id: "duplicate-service",
    severity: Info,
    peers: &["kyverno:require-unique-service-selector"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/"],
    profiles: &["strict"],
    check: Check::Set(check),
}

/// What two Services have in common that do the same: namespace, type, whether they are headless, selector and ports.
type Job<'t> = (Option<&'t str>, &'t str, bool, Vec<(&'t str, &'t str)>, Vec<(&'t str, &'t str, &'t str)>);

fn check<'t>(set: &ApplySet<'t>, context: &mut SetContext<'_, 't>) {
    let mut jobs: BTreeMap<Job<'t>, Vec<&Item<'t>>> = BTreeMap::new();
    for item in set.of_kind("", "Service") {
        let service = Service { object: item.object };
        let Some(selector) = service.selector() else { continue };
        let job = (item.namespace(), service.kind(), service.is_headless(), pairs(selector), ports(service));
        jobs.entry(job).or_default().push(item);
    }
    for items in jobs.into_values().filter(|items| items.iter().any(|item| item.name() != items[0].name())) {
        // For each place of application the first Service, and the first of another name.
        let mut known: BTreeMap<Unit<'_>, (&Item<'t>, Option<&Item<'t>>)> = BTreeMap::new();
        for item in items {
            let mut earlier: Option<&Item<'t>> = None;
            for unit in set.all_units(item) {
                let (first, other) = known.entry(unit).or_insert((item, None));
                let found = if first.name() == item.name() { *other } else { Some(*first) };
                if first.name() != item.name() {
                    other.get_or_insert(item);
                }
                earlier = earlier.into_iter().chain(found).min_by_key(|item| item.index);
            }
            earlier.into_iter().for_each(|earlier| report(item, earlier, context));
        }
    }
}

fn report<'t>(item: &Item<'t>, earlier: &Item<'t>, context: &mut SetContext<'_, 't>) {
    let (set, object) = (context.set, item.object);
    let selector = Service { object }.selector();
    let selects = |selector| !set.selected_by_map(selector, item.namespace()).is_empty();
    if set.is_spoken_of(object.name().unwrap_or("")) || !selector.is_some_and(selects) {
        return;
    }
    let message = format!("{} selects the same pods and ports as {}", object.title(), earlier.object.title());
    context
        .report_on(item, object.place(), message)
        .help("keep one of them")
        .related(earlier.object.place(), "the other");
}

fn pairs(map: Node<'_>) -> Vec<(&str, &str)> {
    let mut pairs: Vec<_> = Labels(Some(map)).iter().collect();
    pairs.sort_unstable();
    pairs
}

fn ports<'t>(service: Service<'t>) -> Vec<(&'t str, &'t str, &'t str)> {
    let raw = |port: Node<'t>, field: &str| port.get(field).map_or("", Node::raw);
    let mut ports: Vec<_> = service
        .ports()
        .map(|p| (raw(p, "port"), p.str_at("protocol").unwrap_or("TCP"), raw(p, "targetPort")))
        .collect();
    ports.sort_unstable();
    ports
}
