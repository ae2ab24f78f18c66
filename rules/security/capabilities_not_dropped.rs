use crate::rule::prelude::*;

rule! {
    /// A container that keeps capabilities it may not need, or adds some.
    ///
    /// Runtimes give each container a dozen capabilities, `NET_RAW` among them; almost no program needs one. The
    /// restricted level lets only `NET_BIND_SERVICE` be added.
    ///
    /// **How to fix**: drop `ALL`, and add back only `NET_BIND_SERVICE` where it is needed.
    id: "capabilities-not-dropped",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:drop-net-raw-capability", "polaris:insecureCapabilities", "checkov:CKV_K8S_28", "checkov:CKV_K8S_37", "trivy:KSV-0003", "trivy:KSV-0004", "trivy:KSV-0106", "trivy:KSV-0119", "kics:no_drop_capabilities_for_containers", "kics:net_raw_capabilities_not_being_dropped", "kyverno:require-drop-all", "kyverno:require-drop-cap-net-raw", "kubesec:CapDropAll", "kubesec:CapDropAny", "datree:CIS_MISSING_VALUE_DROP_NET_RAW", "kyverno:disallow-capabilities-strict"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["pss-restricted", "nsa", "cis", "seeds"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    for violation in pss::capabilities_restricted(pod, context.version) {
        let patch = violation.patch();
        context.report(violation.place, violation.message).help("set `capabilities.drop: [ALL]`").fix(patch);
    }
}
