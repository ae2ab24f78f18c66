use std::collections::HashSet;

use crate::rule::prelude::*;

rule! {
    /// An Ingress (or an IngressRoute of Traefik) that sends traffic to a Service, or to a Service port, that does not exist.
    ///
    /// The controller answers such a path with 503. Checked where the repository contains Services or workloads of the
    /// namespace: elsewhere they come from another repository. Services that an operator's resource or a Helm release may
    /// create are taken into account.
    ///
    /// **How to fix**: correct the name or the port, or add the Service to the Ingress's namespace: an Ingress cannot reach
    /// into another one.
    id: "dangling-ingress-backend",
    severity: Warning,
    peers: &["kube-linter:dangling-ingress", "kube-score:ingress-targets-service", "kubescape:C-0298", "popeye:1401",
             "popeye:1402"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/ingress/"],
    check: Check::KindInSet(
        &["networking.k8s.io/Ingress", "extensions/Ingress", "traefik.io/IngressRoute", "traefik.containo.us/IngressRoute"],
        check,
    ),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let item = context.item();
    let mut seen = HashSet::new();
    let backends = if object.gvk.kind == "IngressRoute" { of_traefik(object) } else { ingress_backends(object) };
    for backend in backends {
        // A controller's own pseudo port (AWS) names an annotation, not a Service.
        let action = backend.port.and_then(Node::as_str) == Some("use-annotation");
        let port = backend.port.map(|port| port.raw().trim_matches(['"', '\'']));
        if action || seen.contains(&(backend.name, port)) {
            continue;
        }
        let services: Vec<_> = context
            .set
            .named("Service", backend.name, item.namespace())
            .filter_map(|item| Service::of(item.object))
            .collect();
        if services.is_empty() {
            if context.are_services_here() && !context.set.may_exist_in("Service", backend.name, item.namespace()) {
                let message = format!(
                    "Service `{}`, which this {} sends traffic to, is not defined in this repository",
                    backend.name, object.gvk.kind
                );
                let help = "correct the name, or add the Service to the Ingress's namespace";
                context.report(backend.node, message).help(help).missing("Service", backend.name);
                seen.insert((backend.name, port));
            }
        } else if let Some(node) = backend.port.filter(|&port| !services.iter().any(|&service| answers(service, port)))
        {
            seen.insert((backend.name, port));
            let message = format!("Service `{}` has no port `{}`", backend.name, port.unwrap_or(""));
            context
                .report(node, message)
                .help("use one of the ports of the Service, not of the container")
                .related(services[0].object.place(), "this Service");
        }
    }
}

/// The Services of its own namespace that an IngressRoute names; what has an `@` is another provider's.
fn of_traefik(route: Object<'_>) -> Vec<Backend<'_>> {
    let routes = route.spec().and_then(|spec| spec.get("routes")).into_iter().flat_map(Node::items);
    let services = routes.flat_map(|route| route.get("services").into_iter().flat_map(Node::items));
    let own = services.filter(|service| {
        service.str_at("kind").is_none_or(|kind| kind == "Service") && service.get("namespace").is_none()
    });
    let backends = own.filter_map(|service| {
        let node = service.get("name")?;
        let name = node.as_str().filter(|name| is_literal(name) && !name.contains('@'))?;
        Some(Backend { name, node, port: service.get("port"), path: None })
    });
    backends.collect()
}

fn answers(service: Service<'_>, port: Node<'_>) -> bool {
    let no_ports = service.ports().next().is_none();
    service.is_external_name()
        || no_ports
        || match port.as_str() {
            Some(name) => service.has_port_name(name),
            None => port.as_i64().is_some_and(|number| service.has_port_number(number)),
        }
}
