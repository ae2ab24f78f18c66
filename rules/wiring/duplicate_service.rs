use crate::rule::prelude::*;

rule! {
    /// Two Services for the same pods and ports.
    ///
    /// Both do the same under two names: one is mostly left over from a change of name, and clients of it are forgotten. A
    /// headless Service beside an ordinary one, Services of two types, and those that a Rollout or an Ingress, a route or a
    /// StatefulSet speaks of are meant so and are not reported.
    ///
    /// **How to fix**: keep one Service; an old name can be kept as a Service of the type ExternalName.
    id: "duplicate-service",
    severity: Info,
    peers: &["kyverno:require-unique-service-selector"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/"],
    profiles: &["strict"],
    check: Check::Kind(&["Service"], check),
}

fn check<'t>(object: Object<'t>, context: &mut Context<'_, 't>) {
    let (set, item) = (context.set, context.item());
    let service = Service { object };
    let Some(selector) = service.selector().filter(|selector| !selector.is_empty()) else { return };
    if set.is_spoken_of(object.name().unwrap_or("")) {
        return;
    }
    let Some((reached, _)) = set.selected_by_map(selector, item.namespace()).next() else { return };
    let earlier = set.services_of(reached).find(|other| {
        let twin = Service { object: other.object };
        other.index < item.index
            && other.namespace() == item.namespace()
            && other.name() != item.name()
            && set.are_applied_together(&item, other)
            && twin.kind() == service.kind()
            && twin.is_headless() == service.is_headless()
            && twin.selector().is_some_and(|other| pairs(other) == pairs(selector))
            && ports(twin) == ports(service)
    });
    if let Some(earlier) = earlier {
        let message = format!("{} does the same as {}", object.title(), earlier.object.title());
        context.report(object.place(), message).help("keep one of them").related(earlier.object.place(), "the other");
    }
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
