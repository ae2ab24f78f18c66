use crate::rule::prelude::*;

rule! {
    /// A Pod that nothing recreates.
    ///
    /// When its node goes away, or it is evicted, a bare Pod is gone for good. Pods that end by themselves or have an owner,
    /// and hooks of Helm and Argo CD, are not reported.
    ///
    /// **How to fix**: use a Deployment, or a Job for a task that ends.
    id: "bare-pod",
    severity: Info,
    peers: &["kubescape:C-0073", "kyverno:prevent-bare-pods", "popeye:208", "datree:K8S_INCORRECT_KIND_VALUE_POD"],
    references: &["https://kubernetes.io/docs/concepts/workloads/pods/#working-with-pods"],
    check: Check::Kind(&["Pod"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(pod) = Workload::of(object).and_then(Workload::pod_spec) else { return };
    let hook = ["helm.sh/hook", "argocd.argoproj.io/hook"].iter().any(|key| object.annotation(key).is_some());
    let owned = object.metadata().and_then(|metadata| metadata.get("ownerReferences")).is_some();
    let mirrored = object.annotation("kubernetes.io/config.mirror").is_some();
    let static_pod = object.namespace() == Some("kube-system") && pod.node.get("hostNetwork").is_some();
    if pod.runs_for_ever() && !hook && !owned && !mirrored && !static_pod {
        let message = format!("nothing recreates {} when its node goes away", object.title());
        context.report(object.place(), message).help("use a Deployment, or a Job for a task that ends");
    }
}
