use crate::rule::prelude::*;

rule! {
    /// A reference to a container that the pod does not have.
    ///
    /// `resourceFieldRef.containerName` of a variable or of a downward API file: the pod does not start. `container` of an
    /// autoscaler's `ContainerResource` metric, `containerName` of KEDA's triggers and `envSourceContainerName` of its target: the metric is never read. `containerName` of a
    /// VerticalPodAutoscaler's policies: the policy has no effect. The annotation
    /// `kubectl.kubernetes.io/default-container`: kubectl falls back to the first container.
    ///
    /// **How to fix**: use the name of one of the containers.
    id: "unknown-container-name",
    severity: Error,
    references: &["https://kubernetes.io/docs/concepts/workloads/pods/downward-api/",
                  "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#container-resource-metrics"],
    check: Check::ObjectInSet(check),
}

const DEFAULT: &str = "kubectl.kubernetes.io/default-container";

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    if let Some(workload) = Workload::of(object) {
        of_workload(workload, context);
    } else if let Some(autoscaler) = Autoscaler::of(object) {
        of_autoscaler(autoscaler, context);
    } else if object.gvk.is("autoscaling.k8s.io", "VerticalPodAutoscaler") {
        of_vertical(object, context);
    }
}

/// The containers that a VerticalPodAutoscaler has policies for.
fn of_vertical<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(target) = object.root.at(&["spec", "targetRef"]) else { return };
    let (Some(kind), Some(name)) = (target.str_at("kind"), target.str_at("name")) else { return };
    let (set, namespace) = (context.set, context.item().namespace());
    let targets = || set.named(kind, name, namespace).filter_map(|item| item.workload()?.pod_spec());
    let policies = object.root.at(&["spec", "resourcePolicy", "containerPolicies"]).into_iter().flat_map(Node::items);
    for node in policies.filter_map(|policy| policy.get("containerName")) {
        let Some(name) = node.as_str().filter(|name| *name != "*" && is_literal(name)) else { continue };
        let has = |pod: PodSpec<'_>| pod.containers().any(|container| container.name() == name);
        let Some(first) = targets().next().filter(|_| !targets().any(has)) else { continue };
        let message =
            format!("{} has no container `{name}`, which {} refers to", first.workload.object.title(), object.title());
        let help = "use the name of one of the target's containers, or `*`";
        context
            .report(node, message)
            .help(help)
            .at_most(Severity::Warning)
            .related(first.node, "these are its containers");
    }
}

fn of_workload<'t>(workload: Workload<'t>, context: &mut SetContext<'_, 't>) {
    let Some(pod) = workload.pod_spec() else { return };
    for reference in resource_references(pod) {
        let Some(node) = reference.get("containerName") else { continue };
        named(pod, node, Severity::Error, context);
    }
    let annotations = workload.template().and_then(|template| template.at(&["metadata", "annotations"]));
    if let Some(node) = annotations.and_then(|annotations| annotations.get(DEFAULT)) {
        named(pod, node, Severity::Info, context);
    }
}

/// The places of a pod that ask for a resource of some container.
fn resource_references<'t>(pod: PodSpec<'t>) -> impl Iterator<Item = Node<'t>> {
    let variables = pod.containers().flat_map(Container::env);
    let variables = variables.filter_map(|variable| variable.at(&["valueFrom", "resourceFieldRef"]));
    let projected = |volume: Node<'t>| volume.at(&["projected", "sources"]).into_iter().flat_map(Node::items);
    let sources = pod.volumes().flat_map(move |volume| std::iter::once(volume).chain(projected(volume)));
    let files = sources.filter_map(|source| source.at(&["downwardAPI", "items"])).flat_map(Node::items);
    variables.chain(files.filter_map(|file| file.get("resourceFieldRef")))
}

fn named(pod: PodSpec<'_>, node: Node<'_>, most: Severity, context: &mut SetContext<'_, '_>) {
    let Some(name) = node.as_str().filter(|name| !name.is_empty() && is_literal(name)) else { return };
    let names = || pod.containers().map(Container::name);
    if names().any(|own| own == name) || context.item().surroundings.patched(pod.workload.object.gvk.kind, "containers")
    {
        return;
    }
    let message = format!("{} has no container `{name}`", pod.workload.object.title());
    let help =
        closest(name, names()).map_or("use the name of one of the containers".to_owned(), |m| format!("write `{m}`"));
    context.report(node, message).help(help).at_most(most);
}

fn of_autoscaler<'t>(autoscaler: Autoscaler<'t>, context: &mut SetContext<'_, 't>) {
    let metrics = autoscaler.spec.get("metrics").into_iter().flat_map(Node::items);
    let of_hpa = metrics.filter_map(|metric| metric.at(&["containerResource", "container"]));
    let triggers = autoscaler.spec.get("triggers").into_iter().flat_map(Node::items);
    let measured = triggers.filter(|trigger| matches!(trigger.str_at("type"), Some("cpu" | "memory")));
    let of_keda = measured.filter_map(|trigger| trigger.at(&["metadata", "containerName"]));
    let (item, set) = (context.item(), context.set);
    // Whose variables KEDA's triggers read.
    let of_source = autoscaler.spec.at(&["scaleTargetRef", "envSourceContainerName"]);
    for node in of_hpa.chain(of_keda).chain(of_source) {
        let Some(name) = node.as_str().filter(|name| !name.is_empty() && is_literal(name)) else { continue };
        let has = |pod: PodSpec<'_>| pod.long_running().any(|container| container.name() == name);
        let mut targets = set.targets_of(&item, autoscaler).filter_map(|(_, workload)| workload.pod_spec());
        // Where several may be the target, one that has the container is enough.
        let Some(first) = targets.clone().next().filter(|_| !targets.any(has)) else { continue };
        let message = format!(
            "{} has no container `{name}`, which {} refers to",
            first.workload.object.title(),
            autoscaler.object.title()
        );
        let help = "use the name of one of the target's containers";
        context.report(node, message).help(help).related(first.node, "these are its containers");
    }
}
