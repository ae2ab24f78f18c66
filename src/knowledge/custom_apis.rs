//! Versions of add-ons' APIs that their projects have given up.
//!
//! In: a group, version and kind. Out: what takes its place.

use crate::object::Gvk;

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

/// The `apiVersion` that takes the place of one that is given up.
pub fn successor(gvk: Gvk<'_>) -> Option<&'static str> {
    if CURRENT.contains(&(gvk.group, gvk.kind)) {
        return None;
    }
    let is_old = |versions: &[&str]| versions.is_empty() || versions.contains(&gvk.version);
    let old = OLD.iter().find(|(group, versions, _)| *group == gvk.group && is_old(versions));
    old.map(|(_, _, new)| *new)
}
