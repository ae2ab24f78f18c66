use crate::rule::prelude::*;

rule! {
    /// A workload name that is not valid as a host name.
    ///
    /// Pods take their names from it, and the host name of a pod is its name: with dots or more than 63 characters it is cut or
    /// read as a domain. The API server accepts it with a warning.
    ///
    /// **How to fix**: use lower-case letters, digits and dashes, at most 63 of them.
    id: "name-unfit-for-hostname",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names"],
    check: Check::Workload(check),
}

fn check(workload: Workload<'_>, context: &mut Context<'_, '_>) {
    use WorkloadKind as W;
    let checked =
        [W::Pod, W::Deployment, W::ReplicaSet, W::ReplicationController, W::Job, W::CronJob].contains(&workload.kind);
    let Some(node) = workload.object.metadata().and_then(|metadata| metadata.get("name")).filter(|_| checked) else {
        return;
    };
    let Some(name) = node.as_str().filter(|name| names::dns_subdomain(name).is_ok()) else { return };
    if names::dns_label(name).is_err() {
        let why = if name.len() > 63 { "is longer than 63 characters" } else { "has dots" };
        let message = format!("the name `{name}` {why}, and the pods take their host names from it");
        context.report(node, message).help("use at most 63 letters, digits and dashes");
    }
}
