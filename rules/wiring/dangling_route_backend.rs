use std::collections::HashSet;

use crate::rule::prelude::*;

rule! {
    /// A route that sends traffic to a Service, or to a Service port, that does not exist.
    ///
    /// Backends of the Gateway API's routes, destinations of Istio's VirtualServices, and Services and ports of OpenShift's
    /// Routes (`alternateBackends` as well): such a route is answered with 500 or 503. Backends in namespaces about which the repository contains nothing are not checked.
    ///
    /// **How to fix**: correct the name, the namespace or the port, or add the Service.
    id: "dangling-route-backend",
    severity: Warning,
    peers: &["kubescape:C-0302"],
    references: &["https://gateway-api.sigs.k8s.io/api-types/httproute/",
                  "https://istio.io/latest/docs/reference/config/networking/virtual-service/"],
    check: Check::KindInSet(
        &["gateway.networking.k8s.io/HTTPRoute", "gateway.networking.k8s.io/GRPCRoute", "gateway.networking.k8s.io/TCPRoute",
          "gateway.networking.k8s.io/TLSRoute", "gateway.networking.k8s.io/UDPRoute", "networking.istio.io/VirtualService",
          "route.openshift.io/Route"],
        check,
    ),
}

struct Target<'t> {
    node: Node<'t>,
    name: &'t str,
    namespace: Option<&'t str>,
    port: Option<Node<'t>>,
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let targets = match object.gvk.kind {
        "VirtualService" => destinations(object),
        "Route" => of_openshift(object),
        _ => backends(object),
    };
    let (set, own) = (context.set, context.item().namespace());
    let mut seen = HashSet::new();
    for target in targets {
        let namespace = target.namespace.or(own);
        let foreign = match target.namespace {
            Some(name) if Some(name) != own => !set.has_services_or_workloads_in(name),
            _ => !context.are_services_here(),
        };
        if foreign || seen.contains(&(target.name, namespace)) {
            continue;
        }
        let named = || set.named("Service", target.name, namespace);
        let patched = named().any(|item| item.surroundings.patched("Service", "port"));
        let services: Vec<_> = named().filter_map(|item| Service::of(item.object)).collect();
        if services.is_empty() {
            if !set.may_exist_in("Service", target.name, namespace) {
                seen.insert((target.name, namespace));
                let message = format!(
                    "Service `{}`, which this route sends traffic to, is not defined in this repository",
                    target.name
                );
                let help = "correct the name or the namespace, or add the Service";
                context.report(target.node, message).help(help).missing("Service", target.name);
            }
            continue;
        }
        // A Route means a port of the pods.
        let of_pods = object.gvk.kind == "Route";
        let open = |number| {
            services.iter().any(|s| {
                s.is_external_name()
                    || s.ports().next().is_none()
                    || s.has_port_number(number)
                    || (of_pods && s.ports().any(|port| leads_to(port, number)))
            })
        };
        if let Some((node, name)) = target.port.and_then(|node| Some((node, node.as_str()?)))
            && !patched
            && !services.iter().any(|s| s.is_external_name() || s.ports().any(|port| names_port(port, name)))
        {
            let message = format!("Service `{}` has no port `{name}`", target.name);
            let meant = closest(name, services[0].ports().filter_map(|port| port.str_at("name")));
            let help = meant.map_or_else(
                || "use one of the Service's ports".to_owned(),
                |meant| format!("did you mean `{meant}`?"),
            );
            context.report(node, message).help(help).related(services[0].object.place(), "this Service");
        }
        if let Some((node, number)) =
            target.port.and_then(|node| Some((node, node.as_i64()?))).filter(|(_, n)| !open(*n) && !patched)
        {
            let message = format!("Service `{}` has no port {number}", target.name);
            context
                .report(node, message)
                .help("use one of the Service's ports")
                .related(services[0].object.place(), "this Service");
        }
    }
}

/// `backendRefs` of the rules, where they name Services.
fn backends<'t>(route: Object<'t>) -> Vec<Target<'t>> {
    let rules = route.spec().and_then(|spec| spec.get("rules")).into_iter().flat_map(Node::items);
    let references = rules.flat_map(references);
    let services = references
        .filter(|r| r.str_at("kind").unwrap_or("Service") == "Service" && r.str_at("group").unwrap_or("").is_empty());
    services
        .filter_map(|r| {
            let node = r.get("name")?;
            Some(Target { node, name: node.as_str()?, namespace: r.str_at("namespace"), port: r.get("port") })
        })
        .collect()
}

/// The backends of a rule, and the mirrors of its filters and of theirs.
fn references(rule: Node<'_>) -> Vec<Node<'_>> {
    let backends: Vec<_> = rule.get("backendRefs").into_iter().flat_map(Node::items).collect();
    let around = || std::iter::once(rule).chain(backends.iter().copied());
    let filters = around().filter_map(|node| node.get("filters")).flat_map(Node::items);
    let mirrors: Vec<_> = filters.filter_map(|filter| filter.at(&["requestMirror", "backendRef"])).collect();
    backends.into_iter().chain(mirrors).collect()
}

/// Whether a port of a Service may lead to a port of the pods: by its number, or by a name that any may have.
fn leads_to(port: Node<'_>, number: i64) -> bool {
    port.get("targetPort").is_some_and(|target| target.as_i64().is_none_or(|target| target == number))
}

/// Whether a port of a Service is called so: endpoints have its name, and, where it has none, that of the pods' port.
fn names_port(port: Node<'_>, name: &str) -> bool {
    port.str_at("name") == Some(name) || port.str_at("targetPort") == Some(name)
}

/// The Services of an OpenShift Route.
fn of_openshift<'t>(route: Object<'t>) -> Vec<Target<'t>> {
    let Some(spec) = route.spec() else { return Vec::new() };
    let port = spec.at(&["port", "targetPort"]);
    let others = spec.get("alternateBackends").into_iter().flat_map(Node::items);
    let services = spec.get("to").into_iter().chain(others);
    services
        .filter(|to| to.str_at("kind").unwrap_or("Service") == "Service")
        .filter_map(|to| {
            let node = to.get("name")?;
            Some(Target { node, name: node.as_str()?, namespace: None, port })
        })
        .collect()
}

/// Destinations by a short name or by a full name of the cluster; other hosts are ServiceEntries or outside.
fn destinations<'t>(service: Object<'t>) -> Vec<Target<'t>> {
    let Some(spec) = service.spec() else { return Vec::new() };
    let rules = ["http", "tcp", "tls"].into_iter().filter_map(|field| spec.get(field)).flat_map(Node::items);
    let routes = rules.filter_map(|rule| rule.get("route")).flat_map(Node::items);
    routes
        .filter_map(|route| {
            let destination = route.get("destination")?;
            let node = destination.get("host")?;
            let port = destination.get("port").and_then(|port| port.get("number"));
            let host = node.as_str()?;
            let (name, namespace) = match hosts::qualified(host).first() {
                Some(full) => (full.name, full.namespace),
                None if !host.contains('.') => (host, None),
                None => return None,
            };
            Some(Target { node, name, namespace, port })
        })
        .collect()
}
