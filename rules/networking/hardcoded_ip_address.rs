use crate::rule::prelude::*;

rule! {
    /// A private address written into configuration.
    ///
    /// Addresses of pods and Services change when they are recreated. Found in variables and ConfigMap keys named like
    /// a host or URL; loopback, wildcard and documentation addresses are not reported.
    ///
    /// **How to fix**: use the name of a Service; for machines outside of the cluster, a Service without selector or of
    /// the type ExternalName.
    id: "hardcoded-ip-address",
    severity: Info,
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors"],
    check: Check::Object(check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if object.gvk.is("", "ConfigMap") {
        object
            .root
            .get("data")
            .into_iter()
            .flat_map(Node::entries)
            .for_each(|entry| value(entry.name, entry.value, context));
    }
    let Some(pod) = Workload::of(object).and_then(Workload::pod_spec) else { return };
    for variable in pod.containers().flat_map(|container| container.env()) {
        if let (Some(name), Some(node)) = (variable.str_at("name"), variable.get("value")) {
            value(name, node, context);
        }
    }
}

fn value(key: &str, node: Node<'_>, context: &mut Context<'_, '_>) {
    let Some(text) = node.as_str().filter(|text| text.len() < 200 && !text.contains('\n')) else { return };
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = rest.rsplit('@').next().unwrap_or(rest).split(['/', ':', ',']).next().unwrap_or("");
    let private = host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_private());
    // Where a pod is to find the API server before Services work, there is no name to use.
    if private && hosts::names_host(key) && key != "KUBERNETES_SERVICE_HOST" {
        context.report(node, format!("`{key}` holds the private address `{host}`")).help("use the name of a Service");
    }
}
