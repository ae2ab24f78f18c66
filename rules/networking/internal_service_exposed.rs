use crate::rule::prelude::*;

rule! {
    /// A database or cache that is exposed outside the cluster.
    ///
    /// A Service of the type NodePort or LoadBalancer on the well-known port of a database, cache or queue opens it to
    /// the network. Load balancers that an annotation keeps inside (by its value, as each cloud reads it), or that are bounded by
    /// source ranges, are not reported.
    ///
    /// **How to fix**: use type ClusterIP, and let clients in the cluster use the Service's name.
    id: "internal-service-exposed",
    severity: Warning,
    peers: &["kube-linter:exposed-services"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types"],
    check: Check::Kind(&["Service"], check),
}

const INTERNAL: &[i64] = &[1433, 1521, 2379, 3306, 4222, 5432, 5672, 6379, 7000, 9042, 9092, 9200, 11211, 27017];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let service = Service { object };
    let exposed = matches!(service.kind(), "NodePort" | "LoadBalancer");
    let internal = service.kind() == "LoadBalancer" && balancers::is_internal(object);
    let bounded =
        object.spec().and_then(|spec| spec.get("loadBalancerSourceRanges")).is_some_and(|list| !list.is_empty());
    if !exposed || internal || bounded {
        return;
    }
    let port = service
        .ports()
        .filter_map(|port| port.get("port"))
        .find(|port| port.as_i64().is_some_and(|n| INTERNAL.contains(&n)));
    if let Some(port) = port {
        let message = format!("{} exposes port {} outside the cluster", object.title(), port.raw());
        context.report(port, message).help("use type ClusterIP");
    }
}
