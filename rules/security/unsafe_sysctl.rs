use crate::rule::prelude::*;

rule! {
    /// A sysctl that is not known to be safe.
    ///
    /// Such a setting is not confined to the pod, or can starve its node; kubelets refuse it unless told otherwise.
    /// Which ones are safe depends on the version of Kubernetes. A value with `+` or `=` in it sets further ones in runtimes
    /// that are not up to date.
    ///
    /// **How to fix**: remove the sysctl, or set it on the node.
    id: "unsafe-sysctl",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:unsafe-sysctls", "trivy:KSV-0026", "kics:cluster_allows_unsafe_sysctls", "kyverno:restrict-sysctls", "kyverno:prevent-cr8escape"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-baseline", "pss-restricted", "nsa", "cis"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    for violation in pss::sysctls(pod, context.version) {
        let patch = violation.patch();
        context.report(violation.place, violation.message).help("remove the sysctl, or set it on the node").fix(patch);
    }
    for node in pod.security("sysctls").into_iter().flat_map(Node::items).filter_map(|sysctl| sysctl.get("value")) {
        // Runtimes once passed values on as they were: `1+kernel.core_pattern=…` sets a second one (CVE-2022-0811).
        if node.as_str().is_some_and(|value| value.contains(['+', '='])) {
            context.report(node, "the value of a sysctl sets another").help("keep `+` and `=` out of the value");
        }
    }
}
