use std::collections::BTreeSet;
use std::sync::Arc;

use crate::rule::prelude::*;

rule! {
    /// A ServiceMonitor or PodMonitor that scrapes a port that does not exist.
    ///
    /// `port` of a ServiceMonitor is the name of a Service's port, that of a PodMonitor the name of a container's: Prometheus
    /// finds no target where nothing that is selected has a port of that name, and says nothing. Checked where the repository
    /// contains what is selected.
    ///
    /// **How to fix**: use the name of a port, or name the port (`ports[].name`).
    id: "monitor-port-unknown",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Endpoint"],
    check: Check::KindInSet(&["monitoring.coreos.com/ServiceMonitor", "monitoring.coreos.com/PodMonitor"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    let Some(selector) = spec.get("selector").filter(|selector| !selector.is_empty()) else { return };
    // An expression may be meant for more than the repository holds.
    if selector.get("matchExpressions").is_some_and(|list| !list.is_empty()) {
        return;
    }
    let is_of_pods = object.gvk.kind == "PodMonitor";
    let field = if is_of_pods { "podMetricsEndpoints" } else { "endpoints" };
    let find = || if is_of_pods { of_pods(selector, spec, context) } else { of_services(selector, spec, context) };
    let Some(ports) = context.set.remember_names(question(object, selector, spec, context), find) else { return };
    for node in spec.get(field).into_iter().flat_map(Node::items).filter_map(|endpoint| endpoint.get("port")) {
        let Some(name) = node.as_str().filter(|name| ports.iter().all(|port| port != name)) else { continue };
        let nearest = closest(name, ports.iter().map(String::as_str));
        let help = match nearest {
            Some(nearest) => format!("is `{nearest}` meant?"),
            None if ports.is_empty() => "give the port a name".to_owned(),
            None => format!("there are {}", ports.join(", ")),
        };
        context
            .report(node, format!("nothing that {} selects has a port named `{name}`", object.title()))
            .help(help)
            .fix(Patch::respell(node, nearest));
    }
}

/// All that the ports which a monitor may scrape depend on.
fn question(object: Object<'_>, selector: Node<'_>, spec: Node<'_>, context: &SetContext<'_, '_>) -> String {
    let labels: Vec<_> = Labels(selector.get("matchLabels")).iter().collect();
    let namespaces = spec.get("namespaceSelector");
    let any = namespaces.and_then(|selector| selector.get("any")).and_then(Node::as_bool);
    let names = namespaces.and_then(|selector| selector.get("matchNames")).into_iter().flat_map(Node::items);
    let names: Vec<_> = names.map(Node::as_str).collect();
    let own = context.item().namespace();
    format!("monitor-port-unknown {} {labels:?} {any:?} {names:?} {own:?}", object.gvk.kind)
}

/// The names of ports, each once.
fn names<'t>(ports: impl Iterator<Item = Node<'t>>) -> Arc<[String]> {
    let names: BTreeSet<&str> = ports.filter_map(|port| port.str_at("name")).collect();
    names.into_iter().map(str::to_owned).collect()
}

/// Whether a namespace may be one that the monitor looks into: its own, or those that `namespaceSelector` names.
fn looks_into(spec: Node<'_>, own: Option<&str>, namespace: Option<&str>) -> bool {
    let Some(selector) = spec.get("namespaceSelector").filter(|selector| !selector.is_empty()) else {
        return may_be_same(own, namespace);
    };
    let mut names = selector.get("matchNames").into_iter().flat_map(Node::items).filter_map(Node::as_str);
    selector.get("any").and_then(Node::as_bool) == Some(true) || names.any(|name| may_be_same(Some(name), namespace))
}

/// The names of the ports of the Services that are selected; nothing where the set holds none, or an operator makes others.
fn of_services<'t>(selector: Node<'t>, spec: Node<'t>, context: &SetContext<'_, 't>) -> Option<Arc<[String]>> {
    let own = context.item().namespace();
    let selected =
        |item: &&Item<'t>| looks_into(spec, own, item.namespace()) && selector::selects(selector, item.object.labels());
    let services: Vec<_> = context.set.like("Service", selector).filter(selected).collect();
    let made = Labels(selector.get("matchLabels")).iter().any(|(_, value)| context.set.may_be_made("Service", value));
    if services.is_empty() || made {
        return None;
    }
    Some(names(services.into_iter().flat_map(|item| Service { object: item.object }.ports())))
}

fn of_pods<'t>(selector: Node<'t>, spec: Node<'t>, context: &SetContext<'_, 't>) -> Option<Arc<[String]>> {
    let own = context.item().namespace();
    let selected = context.set.workloads_like(selector).filter(|(item, _)| looks_into(spec, own, item.namespace()));
    let pods: Vec<_> = selected.filter(|(_, w)| selector::selects(selector, w.pod_labels())).collect();
    if pods.is_empty() || context.makes_pods(Labels(selector.get("matchLabels"))) {
        return None;
    }
    let containers = pods.into_iter().filter_map(|(_, workload)| workload.pod_spec()).flat_map(|pod| pod.containers());
    Some(names(containers.flat_map(|container| container.ports())))
}
