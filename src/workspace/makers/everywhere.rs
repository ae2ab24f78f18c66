//! What is in every cluster.
//!
//! In: the kind and name of an object. Out: whether the cluster itself, or a controller found in many, makes it.

/// Whether an object is there without a manifest.
pub(super) fn is_there(kind: &str, name: &str) -> bool {
    EVERYWHERE.contains(&(kind, name)) || is_token(kind, name)
}

/// Objects that every cluster, or a controller found in many, puts into namespaces.
const EVERYWHERE: &[(&str, &str)] = &[
    ("ConfigMap", "kube-root-ca.crt"),
    ("ConfigMap", "openshift-service-ca.crt"),
    ("ConfigMap", "istio-ca-root-cert"),
    ("ConfigMap", "extension-apiserver-authentication"),
    ("ConfigMap", "kubeadm-config"),
    ("ConfigMap", "kube-proxy"),
    ("ConfigMap", "coredns"),
    ("ConfigMap", "aws-auth"),
    ("ConfigMap", "calico-config"),
    ("ConfigMap", "canal-config"),
    ("ConfigMap", "cilium-config"),
    ("ConfigMap", "kube-flannel-cfg"),
    ("Secret", "calico-etcd-secrets"),
    ("ConfigMap", "argocd-cm"),
    ("ConfigMap", "argocd-cmd-params-cm"),
    ("ConfigMap", "argocd-gpg-keys-cm"),
    ("ConfigMap", "argocd-rbac-cm"),
    ("ConfigMap", "argocd-ssh-known-hosts-cm"),
    ("ConfigMap", "argocd-tls-certs-cm"),
    ("Secret", "argocd-initial-admin-secret"),
    ("Secret", "argocd-redis"),
    ("Secret", "argocd-repo-server-tls"),
    ("Secret", "argocd-secret"),
    ("Secret", "argocd-server-tls"),
    ("ConfigMap", "rook-ceph-mon-endpoints"),
    ("Secret", "rook-ceph-mon"),
    ("Secret", "memberlist"),
    ("Service", "webhook-receiver"),
    ("Service", "istiod"),
    ("Role", "extension-apiserver-authentication-reader"),
    ("Service", "kubernetes"),
    ("Service", "kube-dns"),
    ("Service", "metrics-server"),
    ("Service", "openshift"),
];

/// Secrets that the token controller and registries' controllers make.
fn is_token(kind: &str, name: &str) -> bool {
    kind == "Secret" && (name.starts_with("default-token-") || name.starts_with("sh.helm.release."))
}
