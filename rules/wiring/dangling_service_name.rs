use crate::rule::prelude::*;

rule! {
    /// A StatefulSet whose governing Service does not exist.
    ///
    /// `serviceName` gives the pods their stable names (`db-0.SERVICE`): without the Service these names do not resolve, and
    /// the members of a cluster do not find each other.
    ///
    /// **How to fix**: add a headless Service (`clusterIP: None`) of that name to the namespace, or correct `serviceName`.
    id: "dangling-service-name",
    severity: Warning,
    peers: &["kube-score:statefulset-has-servicename", "kics:statefulset_without_service_name"],
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id"],
    check: Check::KindInSet(&["apps/StatefulSet"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(node) = object.spec().and_then(|spec| spec.get("serviceName")) else { return };
    let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { return };
    if context.is_missing("Service", name) {
        let message =
            format!("Service `{name}`, the governing Service of {}, is not defined in this repository", object.title());
        let help = "add a headless Service of that name, or correct `serviceName`";
        // Nobody asks for the name of the only pod.
        let one = object.spec().and_then(|spec| spec.get("replicas")).is_none_or(|number| number.as_i64() <= Some(1));
        let most = if one { Severity::Info } else { Severity::Error };
        context.report(node, message).help(help).missing("Service", name).at_most(most);
    }
}
