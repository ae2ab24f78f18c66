use crate::rule::prelude::*;

rule! {
    /// A workload without a namespace.
    ///
    /// Where it ends up depends on who applies it: on the namespace of their current context, `default` more often than not.
    /// Reported once per workload; its other objects follow it. Not reported where a kustomization or a GitOps tool gives the
    /// namespace.
    ///
    /// **How to fix**: set `metadata.namespace`, or set it in a kustomization.
    id: "missing-namespace",
    severity: Info,
    peers: &["kube-linter:use-namespace", "checkov:CKV_K8S_21", "trivy:KSV-0110", "kubescape:C-0061", "kubescape:C-0212",
             "kyverno:disallow-default-namespace"],
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"],
    profiles: &["strict", "seeds", "nsa", "cis"],
    check: Check::Workload(check),
}

fn check(workload: Workload<'_>, context: &mut Context<'_, '_>) {
    let item = context.item();
    if item.namespace().is_none() && !item.surroundings.rendered {
        let place = workload.object.metadata().map_or(workload.object.place(), |m| Place::missing(m, "namespace"));
        let message = format!("{} has no namespace", workload.object.title());
        context.report(place, message).help("set `metadata.namespace`, or set it in a kustomization");
    }
}
