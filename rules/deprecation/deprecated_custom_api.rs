use crate::rule::prelude::*;

rule! {
    /// An API version of an add-on that its project no longer supports.
    ///
    /// Current releases of cert-manager, Istio, Argo, Flux, Traefik and others no longer serve it, or announce that
    /// they will not.
    ///
    /// **How to fix**: use the version that the message names.
    id: "deprecated-custom-api",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["pluto:addons"],
    references: &["https://github.com/FairwindsOps/pluto"],
    check: Check::Object(check),
}

/// Group, versions that are given up, and what to use.
const OLD: &[(&str, &[&str], &str)] = &[
    ("certmanager.k8s.io", &[], "cert-manager.io/v1"),
    ("cert-manager.io", &["v1alpha2", "v1alpha3", "v1beta1"], "cert-manager.io/v1"),
    ("acme.cert-manager.io", &["v1alpha2", "v1alpha3", "v1beta1"], "acme.cert-manager.io/v1"),
    ("authentication.istio.io", &[], "security.istio.io/v1"),
    ("rbac.istio.io", &[], "security.istio.io/v1"),
    ("networking.istio.io", &["v1alpha3", "v1beta1"], "networking.istio.io/v1"),
    ("security.istio.io", &["v1beta1"], "security.istio.io/v1"),
    ("traefik.containo.us", &[], "traefik.io/v1alpha1"),
    ("source.toolkit.fluxcd.io", &["v1beta1", "v1beta2"], "source.toolkit.fluxcd.io/v1"),
    ("kustomize.toolkit.fluxcd.io", &["v1beta1", "v1beta2"], "kustomize.toolkit.fluxcd.io/v1"),
    ("helm.toolkit.fluxcd.io", &["v2beta1", "v2beta2"], "helm.toolkit.fluxcd.io/v2"),
    ("gateway.networking.k8s.io", &["v1alpha1"], "gateway.networking.k8s.io/v1"),
    ("external-secrets.io", &["v1alpha1", "v1beta1"], "external-secrets.io/v1"),
    ("kubernetes-client.io", &[], "external-secrets.io/v1"),
    ("snapshot.storage.k8s.io", &["v1alpha1", "v1beta1"], "snapshot.storage.k8s.io/v1"),
    ("serving.knative.dev", &["v1alpha1", "v1beta1"], "serving.knative.dev/v1"),
    ("networking.x-k8s.io", &[], "gateway.networking.k8s.io/v1"),
    ("keda.k8s.io", &[], "keda.sh/v1alpha1"),
];

/// Kinds that have no later version than the one their group has given up for the others.
const CURRENT: &[(&str, &str)] = &[
    ("networking.istio.io", "EnvoyFilter"),
    ("networking.istio.io", "ProxyConfig"),
    ("external-secrets.io", "PushSecret"),
    ("external-secrets.io", "ClusterPushSecret"),
    ("serving.knative.dev", "DomainMapping"),
];

/// Versions whose objects the version that takes their place reads without a change.
const ALIKE: &[(&str, &[&str])] = &[
    ("cert-manager.io", &["v1beta1"]),
    ("acme.cert-manager.io", &["v1beta1"]),
    ("networking.istio.io", &["v1alpha3", "v1beta1"]),
    ("security.istio.io", &["v1beta1"]),
    ("traefik.containo.us", &["v1alpha1"]),
    ("external-secrets.io", &["v1beta1"]),
    ("snapshot.storage.k8s.io", &["v1beta1"]),
];

fn reads_alike(gvk: Gvk<'_>) -> bool {
    ALIKE.iter().any(|(group, versions)| *group == gvk.group && versions.contains(&gvk.version))
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let gvk = object.gvk;
    if CURRENT.contains(&(gvk.group, gvk.kind)) {
        return;
    }
    let old = OLD
        .iter()
        .find(|(group, versions, _)| *group == gvk.group && (versions.is_empty() || versions.contains(&gvk.version)));
    let (Some((_, versions, new)), Some(node)) = (old, object.root.get("apiVersion")) else { return };
    // Istio still serves the older versions of a group that lives on.
    let still_served = gvk.group.ends_with("istio.io") && !versions.is_empty();
    let what = if still_served {
        "is not the current version of its project"
    } else {
        "is no longer supported by its project"
    };
    let patch = if reads_alike(gvk) { Patch::new().set(node, *new) } else { Patch::none() };
    let finding =
        context.report(node, format!("`{}` {what}", gvk.api_version())).help(format!("use `{new}`")).fix(patch);
    if still_served {
        finding.at_most(Severity::Info);
    }
}
