use crate::rule::prelude::*;

rule! {
    /// A StatefulSet whose governing Service is not headless.
    ///
    /// Only a headless Service (`clusterIP: None`) gives each pod a name (`db-0.SERVICE`).
    ///
    /// **How to fix**: add a headless Service for `serviceName`, beside the one that clients use.
    id: "governing-service-not-headless",
    severity: Info,
    peers: &["kube-score:statefulset-has-servicename"],
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#limitations"],
    check: Check::KindInSet(&["apps/StatefulSet"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(node) = object.spec().and_then(|spec| spec.get("serviceName")) else { return };
    let Some(name) = node.as_str() else { return };
    let item = context.item();
    let services: Vec<_> =
        context.set.named("Service", name, item.namespace()).filter_map(|item| Service::of(item.object)).collect();
    if let Some(first) = services.first().filter(|_| !services.iter().any(|service| service.is_headless())) {
        let message = format!("Service `{name}`, the governing Service of {}, is not headless", object.title());
        context
            .report(node, message)
            .help("refer to a headless Service (`clusterIP: None`)")
            .related(first.object.place(), "this Service");
    }
}
