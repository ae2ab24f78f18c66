use crate::rule::prelude::*;

rule! {
    /// A container that sees `/proc` unmasked in a user namespace of its own.
    ///
    /// The baseline level allows it since 1.35, because root in the container is nobody on the node; the restricted level
    /// does not. Without a user namespace `unmasked-proc-mount` reports it.
    ///
    /// **How to fix**: remove `procMount`.
    id: "proc-mount-in-user-namespace",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["pss-restricted"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    if pss::proc_mount(pod, context.version).is_empty() {
        for violation in pss::proc_mount_restricted(pod, context.version) {
            let patch = violation.patch();
            context.report(violation.place, violation.message).help("remove `procMount`").fix(patch);
        }
    }
}
