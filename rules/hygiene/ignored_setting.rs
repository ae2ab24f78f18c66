use crate::rule::prelude::*;

rule! {
    /// A setting that Kubernetes ignores, or reads differently.
    ///
    /// A `hostIP` needs a `hostPort`, headless Services have no load balancer, external addresses or session affinity, only
    /// Services of type `ExternalName` have an `externalName`; pull secrets and projected sources that are empty give
    /// nothing; negative periods and limits mean something else than they say.
    ///
    /// **How to fix**: remove the setting, or write what makes it count.
    id: "ignored-setting",
    severity: Warning,
    fix: Some(Applicability::Safe),
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/#headless-services"],
    check: Check::Object(check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if let Some(pod) = Workload::of(object).and_then(Workload::pod_spec) {
        of_pod(pod, context);
    }
    if let Some(service) = Service::of(object) {
        of_service(service, context);
    }
    let history = object
        .spec()
        .filter(|_| object.gvk.is("apps", "StatefulSet"))
        .and_then(|spec| spec.get("revisionHistoryLimit"));
    negative(history, "`revisionHistoryLimit` below zero keeps every revision", None, context);
}

fn of_pod(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    // On the host's network every port is a port of the host.
    let on_host = pod.node.get("hostNetwork").and_then(Node::as_bool) == Some(true);
    for port in pod.containers().flat_map(Container::ports) {
        let host = port.get("hostPort").and_then(Node::as_i64).unwrap_or(0);
        let address = port.get("hostIP").filter(|node| !on_host && host == 0 && node.as_str() != Some(""));
        ignored(address, "`hostIP` is ignored without a `hostPort`", context);
    }
    for secret in pod.node.get("imagePullSecrets").into_iter().flat_map(Node::items) {
        if secret.str_at("name").is_none_or(str::is_empty) {
            let place = Place::field(secret, "name");
            let help = "set the name of the Secret, or remove the entry";
            let patch = Patch::new().prune(secret);
            context.report(place, "an image pull secret without a name is ignored").help(help).fix(patch);
        }
    }
    let grace = pod.node.get("terminationGracePeriodSeconds");
    negative(grace, "`terminationGracePeriodSeconds` below zero reads as 1", Some(1), context);
    for source in pod.volumes().filter_map(|volume| volume.at(&["projected", "sources"])).flat_map(Node::items) {
        projection(source, context);
    }
}

/// An empty source.
fn projection(source: Node<'_>, context: &mut Context<'_, '_>) {
    if source.entries().all(|entry| entry.value.is_null()) {
        let patch = Patch::new().remove(source);
        context
            .report(source, "this source of a projected volume is empty")
            .help("remove it, or set its type")
            .fix(patch);
    }
}

fn of_service(service: Service<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = service.object.spec() else { return };
    let written = |field: &str| {
        spec.get(field).filter(|node| node.as_str() != Some("") && !(node.is_sequence() && node.is_empty()))
    };
    if service.kind() == "ClusterIP" && service.is_headless() {
        ignored(written("loadBalancerIP"), "`loadBalancerIP` is ignored in headless Services", context);
        ignored(written("externalIPs"), "`externalIPs` is ignored in headless Services", context);
        let affinity = written("sessionAffinity").filter(|node| node.as_str() != Some("None"));
        ignored(affinity, "`sessionAffinity` is ignored in headless Services", context);
    }
    if service.is_external_name() {
        ignored(written("externalIPs"), "`externalIPs` is ignored in Services of type `ExternalName`", context);
    } else {
        ignored(
            written("externalName"),
            "`externalName` is ignored in Services of other types than `ExternalName`",
            context,
        );
    }
}

fn ignored(node: Option<Node<'_>>, message: &str, context: &mut Context<'_, '_>) {
    if let Some(node) = node {
        context.report(Place::Key(node), message).help("drop it").fix(Patch::new().remove(node));
    }
}

fn negative(node: Option<Node<'_>>, message: &str, reads_as: Option<i64>, context: &mut Context<'_, '_>) {
    if let Some(node) = node.filter(|node| node.as_i64().is_some_and(|value| value < 0)) {
        let patch = reads_as.map_or_else(Patch::none, |value| Patch::new().set(node, value));
        context.report(node, message).help("write a number of at least 0").fix(patch);
    }
}
