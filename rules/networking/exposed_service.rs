use crate::rule::prelude::*;

rule! {
    /// A Service exposed on every node or by a load balancer.
    ///
    /// Traffic then comes in past the Ingress: without TLS, authentication and limits, and each load balancer costs.
    ///
    /// **How to fix**: use type ClusterIP with an Ingress or Gateway.
    id: "exposed-service",
    severity: Info,
    peers: &["kubescape:C-0021", "kube-linter:exposed-services", "kube-score:service-type", "kubescape:C-0256", "kics:service_type_is_nodeport", "kics:service_with_external_load_balancer", "kyverno:restrict-node-port", "kyverno:restrict-loadbalancer", "popeye:1103", "popeye:1104", "datree:SERVICE_INCORRECT_TYPE_VALUE_NODEPORT"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types"],
    profiles: &["strict", "seeds"],
    check: Check::Kind(&["Service"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let service = Service { object };
    if let Some(node) = object
        .spec()
        .and_then(|spec| spec.get("type"))
        .filter(|_| matches!(service.kind(), "NodePort" | "LoadBalancer"))
    {
        let message = format!("{} has type {}", object.title(), service.kind());
        context.report(node, message).help("use type ClusterIP with an Ingress or Gateway");
    }
}
