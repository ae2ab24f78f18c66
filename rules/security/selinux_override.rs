use crate::rule::prelude::*;

rule! {
    /// SELinux options that are not a container's.
    ///
    /// A type of its own, a user or a role can lift the confinement of the container. Info for the types that the policy of containers
    /// itself keeps for confined containers with one more right (`container_device_plugin_t`); not in the profiles of published
    /// standards.
    ///
    /// **How to fix**: remove `user` and `role`, and use one of the container types.
    id: "selinux-override",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["trivy:KSV-0025", "kyverno:disallow-selinux", "datree:EKS_INVALID_SELINUXOPTIONS_TYPE_VALUE", "datree:EKS_INVALID_SELINUXOPTIONS_USER_VALUE", "datree:EKS_INVALID_SELINUXOPTIONS_ROLE_VALUE"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-baseline", "pss-restricted", "nsa", "cis"],
    check: Check::PodSpec(check),
}

/// Types of container-selinux that confine a container as `container_t` does, but for one thing that each is named after.
const CONFINED: [&str; 6] = [
    "container_device_plugin_init_t",
    "container_device_plugin_t",
    "container_device_t",
    "container_logreader_t",
    "container_logwriter_t",
    "container_userns_t",
];

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    for violation in pss::selinux(pod, context.version) {
        let patch = violation.patch();
        // What may be privileged may have a type of its own.
        let known = agents::needs(pod, agents::Need::Privileged);
        let confined = matches!(&violation.place, Place::Value(node) if node.as_str().is_some_and(is_confined));
        context
            .report(violation.place, agents::explained(&violation.message, known))
            .help("drop the option, or use the type `container_t`")
            .fix(patch)
            .excused(known.is_some() || confined);
    }
}

fn is_confined(name: &str) -> bool {
    CONFINED.contains(&name)
}
