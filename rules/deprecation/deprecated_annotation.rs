use crate::rule::prelude::*;

rule! {
    /// An annotation that a field has taken the place of.
    ///
    /// Annotations of early versions are ignored now, or will be.
    ///
    /// **How to fix**: use the field that the message names.
    id: "deprecated-annotation",
    severity: Warning,
    references: &["https://kubernetes.io/docs/reference/labels-annotations-taints/"],
    check: Check::Object(check),
}

/// Annotation (or its prefix, where it ends in a slash), what takes its place, and the version that stopped reading it.
const OLD: &[(&str, &str, u8)] = &[
    ("kubernetes.io/ingress.class", "`spec.ingressClassName`", 0),
    ("seccomp.security.alpha.kubernetes.io/pod", "`securityContext.seccompProfile`", 27),
    ("container.seccomp.security.alpha.kubernetes.io/", "`securityContext.seccompProfile`", 27),
    ("container.apparmor.security.beta.kubernetes.io/", "`securityContext.appArmorProfile`", 0),
    ("scheduler.alpha.kubernetes.io/critical-pod", "`priorityClassName`", 16),
    ("scheduler.alpha.kubernetes.io/tolerations", "`tolerations`", 16),
    ("scheduler.alpha.kubernetes.io/affinity", "`affinity`", 16),
    ("service.alpha.kubernetes.io/tolerate-unready-endpoints", "`publishNotReadyAddresses`", 0),
    ("service.kubernetes.io/topology-aware-hints", "`service.kubernetes.io/topology-mode`", 0),
    ("volume.beta.kubernetes.io/storage-class", "`spec.storageClassName`", 0),
    ("volume.beta.kubernetes.io/mount-options", "`spec.mountOptions`", 0),
    ("storageclass.beta.kubernetes.io/is-default-class", "`storageclass.kubernetes.io/is-default-class`", 0),
    ("pod.beta.kubernetes.io/init-containers", "`initContainers`", 16),
    ("security.alpha.kubernetes.io/sysctls", "`securityContext.sysctls`", 11),
    ("security.alpha.kubernetes.io/unsafe-sysctls", "`securityContext.sysctls`", 11),
    ("kubernetes.io/enforce-mountable-secrets", "namespaces of their own to keep Secrets apart", 0),
];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let own = object.metadata();
    let template = Workload::of(object).filter(|w| w.kind != WorkloadKind::Pod).and_then(Workload::template);
    let of_pods = template.and_then(|template| template.get("metadata"));
    for entry in own.into_iter().chain(of_pods).filter_map(|metadata| metadata.get("annotations")).flat_map(Node::entries) {
        let known = OLD.iter().find(|(key, _, _)| entry.name == *key || key.ends_with('/') && entry.name.starts_with(key));
        if let Some((key, instead, ignored)) = known {
            // Written beside the field for controllers that read the annotation alone.
            if *key == "kubernetes.io/ingress.class" && object.spec().is_some_and(|spec| spec.get("ingressClassName").is_some()) {
                continue;
            }
            let gone = *ignored > 0 && context.version >= KubeVersion(*ignored);
            let state = if gone { "is no longer read" } else { "is deprecated" };
            let finding = context.report(Place::key(entry), format!("the annotation `{}` {state}", entry.name)).help(format!("use {instead}"));
            if !gone {
                finding.at_most(Severity::Info);
            }
        }
    }
}
