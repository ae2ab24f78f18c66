use crate::rule::prelude::*;

rule! {
    /// An annotation that was replaced by a field.
    ///
    /// Annotations of early versions are ignored now, or will be: of Kubernetes, cert-manager, ingress-nginx and Istio.
    ///
    /// **How to fix**: use the field that the message names.
    id: "deprecated-annotation",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &[
        "https://kubernetes.io/docs/reference/labels-annotations-taints/",
        "https://github.com/kubernetes/ingress-nginx/blob/main/Changelog.md",
        "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/",
    ],
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
    (
        "certmanager.k8s.io/",
        "annotations that begin with `cert-manager.io/`: cert-manager reads no others since 0.11",
        0,
    ),
    ("nginx.ingress.kubernetes.io/secure-backends", "`nginx.ingress.kubernetes.io/backend-protocol: HTTPS`", 0),
    ("nginx.ingress.kubernetes.io/grpc-backend", "`nginx.ingress.kubernetes.io/backend-protocol: GRPC`", 0),
    ("nginx.ingress.kubernetes.io/add-base-url", "nothing: it is not read", 0),
    ("nginx.ingress.kubernetes.io/session-cookie-hash", "nothing: it is not read", 0),
    ("nginx.ingress.kubernetes.io/enable-opentracing", "`nginx.ingress.kubernetes.io/enable-opentelemetry`", 0),
    ("sidecar.istio.io/inject", "the label `sidecar.istio.io/inject` of the pod", 0),
    ("kubernetes.io/enforce-mountable-secrets", "namespaces of their own to keep Secrets apart", 0),
];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let own = object.metadata();
    let template = Workload::of(object).filter(|w| w.kind != WorkloadKind::Pod).and_then(Workload::template);
    let of_pods = template.and_then(|template| template.get("metadata"));
    for entry in
        own.into_iter().chain(of_pods).filter_map(|metadata| metadata.get("annotations")).flat_map(Node::entries)
    {
        let known =
            OLD.iter().find(|(key, _, _)| entry.name == *key || key.ends_with('/') && entry.name.starts_with(key));
        if let Some((key, instead, ignored)) = known {
            // Written beside the field for controllers that read the annotation alone.
            if *key == "kubernetes.io/ingress.class"
                && object.spec().is_some_and(|spec| spec.get("ingressClassName").is_some())
            {
                continue;
            }
            let (how, patch) = moved(object, entry, context.oldest);
            let gone = *ignored > 0 && context.version >= KubeVersion(*ignored);
            let state = if gone { "is no longer read" } else { "is deprecated" };
            let finding = context
                .report(Place::key(entry), format!("the annotation `{}` {state}", entry.name))
                .help(format!("use {instead}"))
                .fix_as(how, patch);
            if !gone {
                finding.at_most(Severity::Info);
            }
        }
    }
}

const APPARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const SECCOMP: &str = "container.seccomp.security.alpha.kubernetes.io/";

/// How to say the same by field, or by the annotation's new name.
fn moved(object: Object<'_>, entry: Entry<'_>, oldest: KubeVersion) -> (Applicability, Patch) {
    let node = entry.value;
    // Since then the server itself keeps annotation and field the same.
    if let Some(container) = entry.name.strip_prefix(APPARMOR).filter(|_| oldest >= KubeVersion(30)) {
        return (Applicability::Safe, profile(object, node, Some(container), "appArmorProfile"));
    }
    match (object.gvk.kind, entry.name) {
        (_, "service.kubernetes.io/topology-aware-hints") if oldest >= KubeVersion(27) => {
            (Applicability::Safe, Patch::new().rename(node, "service.kubernetes.io/topology-mode"))
        }
        ("StorageClass", "storageclass.beta.kubernetes.io/is-default-class") => {
            (Applicability::Safe, Patch::new().rename(node, "storageclass.kubernetes.io/is-default-class"))
        }
        (kind, name) => (Applicability::Unsafe, to_field(object, node, kind, name)),
    }
}

/// Moves the value of an annotation to the field that took its place, which is read otherwise in places.
fn to_field(object: Object<'_>, node: Node<'_>, kind: &str, name: &str) -> Patch {
    let spec =
        |field: &str| Patch::new().prune(node).field(object.root, &["spec", field], node.as_str().unwrap_or_default());
    match (kind, name) {
        ("Ingress", "kubernetes.io/ingress.class") if object.gvk.group == "networking.k8s.io" => {
            spec("ingressClassName")
        }
        ("PersistentVolumeClaim" | "PersistentVolume", "volume.beta.kubernetes.io/storage-class") => {
            spec("storageClassName")
        }
        (_, "seccomp.security.alpha.kubernetes.io/pod") => profile(object, node, None, "seccompProfile"),
        _ => match name.strip_prefix(SECCOMP) {
            Some(container) => profile(object, node, Some(container), "seccompProfile"),
            None => Patch::none(),
        },
    }
}

/// Moves a profile from the annotation of the pod template to the security context of the pod or of a container.
fn profile(object: Object<'_>, node: Node<'_>, container: Option<&str>, field: &str) -> Patch {
    let workload = Workload::of(object);
    let template = workload.and_then(Workload::template).and_then(|template| template.at(&["metadata", "annotations"]));
    let pod = workload.and_then(Workload::pod_spec).filter(|_| node.parent() == template);
    let owner = pod.and_then(|pod| match container {
        None => Some(pod.node),
        Some(name) => pod.containers().find(|c| c.name() == name).map(|c| c.node),
    });
    let known = match node.as_str().unwrap_or_default() {
        "runtime/default" | "docker/default" => Some(json!({"type": "RuntimeDefault"})),
        "unconfined" => Some(json!({"type": "Unconfined"})),
        text => text.strip_prefix("localhost/").map(|name| json!({"type": "Localhost", "localhostProfile": name})),
    };
    match (owner, known) {
        (Some(owner), Some(value)) if owner.at(&["securityContext", field]).is_none() => {
            Patch::new().prune(node).field(owner, &["securityContext", field], value)
        }
        _ => Patch::none(),
    }
}
