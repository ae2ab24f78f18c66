use crate::rule::prelude::*;

rule! {
    /// An Istio subset that is not defined, or that selects no pods.
    ///
    /// A destination's `subset` must be one of a DestinationRule for the same host: otherwise requests are answered with 503. A
    /// subset whose labels no pod of the Service has is answered with 503 as well. Hosts that are not Services of the repository
    /// are not checked.
    ///
    /// **How to fix**: correct the name, define the subset, or label the pods.
    id: "dangling-istio-subset",
    severity: Warning,
    references: &["https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset"],
    check: Check::KindInSet(&["networking.istio.io/VirtualService", "networking.istio.io/DestinationRule"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    if object.gvk.kind == "DestinationRule" {
        subsets(object, spec, context);
        return;
    }
    let rules = ["http", "tcp", "tls"].into_iter().filter_map(|field| spec.get(field)).flat_map(Node::items);
    for rule in rules {
        let routes = rule.get("route").into_iter().flat_map(Node::items).filter_map(|route| route.get("destination"));
        let mirrors =
            rule.get("mirrors").into_iter().flat_map(Node::items).filter_map(|mirror| mirror.get("destination"));
        routes.chain(rule.get("mirror")).chain(mirrors).for_each(|destination| check_one(destination, context));
    }
}

/// The Service that a host means, with its namespace; nothing for hosts outside.
fn service<'t>(host: &'t str, own: Option<&'t str>) -> Option<(&'t str, Option<&'t str>)> {
    match hosts::qualified(host).first() {
        Some(full) => Some((full.name, full.namespace)),
        None if !host.contains(['.', '*']) => Some((host, own)),
        None => None,
    }
}

fn check_one<'t>(destination: Node<'t>, context: &mut SetContext<'_, 't>) {
    let (set, own) = (context.set, context.item().namespace());
    let (Some(host), Some(node)) = (destination.str_at("host"), destination.get("subset")) else { return };
    let Some((name, namespace)) = service(host, own) else { return };
    let Some(subset) = node.as_str().filter(|subset| !subset.is_empty()) else { return };
    // A rule for a host by its short name means a Service of the rule's own namespace.
    let rules: Vec<_> = set
        .destination_rules(name)
        .filter_map(|item| Some((item, item.object.spec()?)))
        .filter(|(item, spec)| {
            let means = spec.str_at("host").and_then(|host| service(host, item.namespace()));
            means.is_some_and(|(other, there)| other == name && may_be_same(there, namespace))
        })
        .collect();
    let defined =
        |spec: &Node<'t>| spec.get("subsets").into_iter().flat_map(Node::items).filter_map(|s| s.str_at("name"));
    if rules.iter().any(|(_, spec)| defined(spec).any(|name| name == subset)) {
        return;
    }
    let Some((first, _)) = rules.first() else {
        let here = set.named("Service", name, namespace).next().is_some();
        if here {
            let message = format!("no DestinationRule for `{host}` defines the subset `{subset}`");
            context.report(node, message).help("add a DestinationRule with this subset").at_most(Severity::Info);
        }
        return;
    };
    let meant = closest(subset, rules.iter().flat_map(|(_, spec)| defined(spec)));
    let help = meant.map_or_else(
        || "define the subset, or correct its name".to_owned(),
        |meant| format!("did you mean `{meant}`?"),
    );
    let message = format!("no DestinationRule for `{host}` defines the subset `{subset}`");
    context.report(node, message).help(help).related(first.object.place(), "the DestinationRule for this host");
}

/// The subsets of a rule that select none of the pods behind its host.
fn subsets<'t>(object: Object<'t>, spec: Node<'t>, context: &mut SetContext<'_, 't>) {
    let (set, own) = (context.set, context.item().namespace());
    let Some((name, namespace)) = spec.str_at("host").and_then(|host| service(host, own)) else { return };
    let Some(selector) = set.named("Service", name, namespace).find_map(|item| Service::of(item.object)?.selector())
    else {
        return;
    };
    let behind = set.selected_by_map(selector, namespace);
    if behind.is_empty() || behind.len() > MAX_PODS {
        return;
    }
    for subset in spec.get("subsets").into_iter().flat_map(Node::items) {
        let (Some(node), Some(labels)) = (subset.get("name"), subset.get("labels").filter(|map| !map.is_empty()))
        else {
            continue;
        };
        let carries = |item: &Item<'t>, workload: Workload<'t>| {
            let added =
                |key: &str| item.surroundings.labels.iter().find(|(own, _)| own == key).map(|(_, value)| &**value);
            Labels(Some(labels))
                .iter()
                .all(|(key, value)| workload.pod_labels().get(key).or_else(|| added(key)) == Some(value))
        };
        let wanted =
            || Labels(Some(labels)).iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",");
        if !behind.iter().any(|(item, workload)| carries(item, workload)) && !context.makes_pods(Labels(Some(labels))) {
            let shown = node.as_str().unwrap_or_default();
            let message = format!(
                "subset `{shown}` of {} selects no pods: no pod of `{name}` has the labels `{}`",
                object.title(),
                wanted()
            );
            context.report(node, message).help("label the pods, or remove the subset");
        }
    }
}

/// Behind more workloads than these, subsets are not looked for.
const MAX_PODS: usize = 200;
