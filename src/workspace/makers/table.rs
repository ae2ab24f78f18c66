//! What controllers make of custom resources.
//!
//! In: the group of a custom resource. Out: which objects its controller makes, by kind and name. Of a group that is listed,
//! kinds that are not make nothing under names of their own.

/// Where the name of what is made comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Name {
    /// The text with the resource's own name in place of `{}`.
    Pattern(&'static str),
    /// Any name that begins with the pattern and a dash.
    Beginning(&'static str),
    /// The value of a field (a path; `[]` stands for the items of a list).
    Field(&'static str),
    /// The value of a field; the resource's own name where it is not set.
    FieldOrOwn(&'static str),
    /// Any name that begins with the value of a field and a dash.
    FieldBeginning(&'static str),
    /// Any name that ends with the pattern, which begins with a dot.
    Ending(&'static str),
    /// The resource's own name, where it has a field.
    OwnIf(&'static str),
    /// The labels of pods: the resource's own name, and any label that it writes down.
    Labels,
}

use Name::{Beginning, Field, FieldOrOwn, Labels, OwnIf, Pattern};
use regex::Regex;

use super::super::Item;
use super::operators;

/// Kind of the custom resource (`*` for any of the group), kind of what is made, its name.
pub(super) type Made = (&'static str, &'static str, Name);

/// The objects made of the custom resources of a group; nothing where the group is not known.
pub(super) fn of_group(group: &str) -> Option<&'static [Made]> {
    TABLE.iter().chain(operators::TABLE).find(|(known, _)| *known == group).map(|(_, made)| *made)
}

/// Whether what is made of an item may lie in a namespace.
pub(super) fn reaches(item: &Item<'_>, namespace: &str) -> bool {
    // The key of an account, where cert-manager itself runs.
    if item.object.gvk.is("cert-manager.io", "ClusterIssuer") {
        return namespace.contains("cert-manager");
    }
    let Some(annotations) = item.annotations else { return true };
    let reflector = |name: &str| annotations.str_at(&format!("reflector.v1.k8s.emberstack.com/{name}"));
    if item.namespace() == Some(namespace) || reflector("reflection-auto-enabled") != Some("true") {
        return true;
    }
    let lists = ["reflection-auto-namespaces", "reflection-allowed-namespaces"];
    lists.iter().filter_map(|list| reflector(list)).all(|list| is_listed(list, namespace))
}

/// Whether a namespace is in a list of expressions between commas; an empty one is for all.
fn is_listed(list: &str, namespace: &str) -> bool {
    let mut patterns = list.split(',').map(str::trim).filter(|pattern| !pattern.is_empty()).peekable();
    let is = |pattern: &str| Regex::new(&format!("^(?:{pattern})$")).map_or(true, |regex| regex.is_match(namespace));
    patterns.peek().is_none() || patterns.any(is)
}

pub(super) const OWN: Name = Pattern("{}");

const TABLE: &[(&str, &[Made])] = &[
    (
        "bitnami.com",
        &[("SealedSecret", "Secret", FieldOrOwn("spec template metadata name")), ("SealedSecret", "Secret", OWN)],
    ),
    (
        "cert-manager.io",
        &[
            ("Certificate", "Secret", Field("spec secretName")),
            ("Issuer", "Secret", Field("spec acme privateKeySecretRef name")),
            ("ClusterIssuer", "Secret", Field("spec acme privateKeySecretRef name")),
        ],
    ),
    (
        "trust.cert-manager.io",
        &[("*", "ConfigMap", OwnIf("spec target configMap")), ("*", "Secret", OwnIf("spec target secret"))],
    ),
    (
        "cluster.x-k8s.io",
        &[
            ("Cluster", "Secret", Pattern("{}-ca")),
            ("Cluster", "Secret", Pattern("{}-etcd")),
            ("Cluster", "Secret", Pattern("{}-kubeconfig")),
            ("Cluster", "Secret", Pattern("{}-proxy")),
            ("Cluster", "Secret", Pattern("{}-sa")),
        ],
    ),
    (
        "external-secrets.io",
        &[
            ("ExternalSecret", "Secret", FieldOrOwn("spec target name")),
            ("ExternalSecret", "ConfigMap", Field("spec target name")),
            ("ClusterExternalSecret", "Secret", FieldOrOwn("spec externalSecretSpec target name")),
            ("ClusterExternalSecret", "Secret", Field("spec externalSecretName")),
        ],
    ),
    ("kubernetes-client.io", &[("ExternalSecret", "Secret", OWN)]),
    ("isindir.github.com", &[("SopsSecret", "Secret", Field("spec secretTemplates [] name"))]),
    ("k8s.bitwarden.com", &[("BitwardenSecret", "Secret", Field("spec secretName"))]),
    (
        "kyverno.io",
        &[
            ("ClusterPolicy", "", Field("spec rules [] generate")),
            ("Policy", "", Field("spec rules [] generate")),
            ("CleanupPolicy", "", Field("spec generate")),
        ],
    ),
    (
        "monitoring.coreos.com",
        &[
            ("Prometheus", "Service", Pattern("prometheus-operated")),
            ("Prometheus", "Pod", Labels),
            ("Prometheus", "Pod", Pattern("prometheus")),
            ("Prometheus", "Secret", Beginning("prometheus-{}")),
            ("Prometheus", "ConfigMap", Beginning("prometheus-{}")),
            ("PrometheusAgent", "Service", Pattern("prometheus-agent-operated")),
            ("PrometheusAgent", "Pod", Labels),
            ("PrometheusAgent", "Pod", Pattern("prometheus-agent")),
            ("Alertmanager", "Service", Pattern("alertmanager-operated")),
            ("Alertmanager", "Pod", Labels),
            ("Alertmanager", "Pod", Pattern("alertmanager")),
            ("Alertmanager", "Secret", Beginning("alertmanager-{}")),
            ("ThanosRuler", "Service", Pattern("thanos-ruler-operated")),
            ("ThanosRuler", "Pod", Labels),
            ("ThanosRuler", "Pod", Pattern("thanos-ruler")),
        ],
    ),
    ("onepassword.com", &[("OnePasswordItem", "Secret", OWN)]),
    (
        "operator.victoriametrics.com",
        &[
            ("VMUser", "Secret", Pattern("vmuser-{}")),
            ("VMUser", "Secret", Field("spec passwordRef name")),
            ("VMAgent", "Service", Pattern("vmagent-{}")),
            ("VMAgent", "ServiceAccount", Pattern("vmagent-{}")),
            ("VMAlert", "Service", Pattern("vmalert-{}")),
            ("VMAlert", "ServiceAccount", Pattern("vmalert-{}")),
            ("VMAlertmanager", "Service", Pattern("vmalertmanager-{}")),
            ("VMAlertmanager", "Secret", Pattern("vmalertmanager-{}-config")),
            ("VMAuth", "Service", Pattern("vmauth-{}")),
            ("VMAuth", "Secret", Pattern("vmauth-config-{}")),
            ("VMCluster", "Service", Pattern("vminsert-{}")),
            ("VMCluster", "Service", Pattern("vmselect-{}")),
            ("VMCluster", "Service", Pattern("vmstorage-{}")),
            ("VMSingle", "Service", Pattern("vmsingle-{}")),
            ("VMSingle", "ServiceAccount", Pattern("vmsingle-{}")),
            ("VLAgent", "Service", Pattern("vlagent-{}")),
            ("VLCluster", "Service", Pattern("vlinsert-{}")),
            ("VLCluster", "Service", Pattern("vlselect-{}")),
            ("VLCluster", "Service", Pattern("vlstorage-{}")),
            ("VLSingle", "Service", Pattern("vlsingle-{}")),
            ("VLogs", "Service", Pattern("vlogs-{}")),
            ("VTSingle", "Service", Pattern("vtsingle-{}")),
            ("*", "Pod", Labels),
            ("*", "Pod", Pattern("vmagent")),
            ("*", "Pod", Pattern("vmalert")),
            ("*", "Pod", Pattern("vmalertmanager")),
            ("*", "Pod", Pattern("vmauth")),
            ("*", "Pod", Pattern("vminsert")),
            ("*", "Pod", Pattern("vmselect")),
            ("*", "Pod", Pattern("vmsingle")),
            ("*", "Pod", Pattern("vmstorage")),
        ],
    ),
    (
        "postgresql.cnpg.io",
        &[
            ("Cluster", "Service", Pattern("{}-rw")),
            ("Cluster", "Service", Pattern("{}-ro")),
            ("Cluster", "Service", Pattern("{}-r")),
            ("Cluster", "Service", Field("spec managed services additional [] serviceTemplate metadata name")),
            ("Cluster", "Secret", Pattern("{}-app")),
            ("Cluster", "Secret", Pattern("{}-ca")),
            ("Cluster", "Secret", Pattern("{}-pooler")),
            ("Cluster", "Secret", Pattern("{}-replication")),
            ("Cluster", "Secret", Pattern("{}-server")),
            ("Cluster", "Secret", Pattern("{}-superuser")),
            ("Cluster", "ServiceAccount", OWN),
            ("Cluster", "ConfigMap", Pattern("cnpg-default-monitoring")),
            ("Cluster", "Pod", Labels),
            ("Cluster", "Pod", Beginning("{}")),
            ("Pooler", "Service", OWN),
            ("Pooler", "Pod", Labels),
        ],
    ),
    (
        "ray.io",
        &[
            ("*", "Service", Pattern("{}-head-svc")),
            ("*", "Service", Pattern("{}-serve-svc")),
            ("*", "Service", Beginning("{}-raycluster")),
            ("*", "Service", Beginning("{}")),
            ("*", "ServiceAccount", Beginning("{}")),
            ("*", "Pod", Labels),
            ("*", "Pod", Beginning("{}")),
        ],
    ),
    ("ricoberger.de", &[("VaultSecret", "Secret", OWN)]),
    ("secretgenerator.mittwald.de", &[("*", "Secret", OWN)]),
    ("secrets.doppler.com", &[("DopplerSecret", "Secret", Field("spec managedSecret name"))]),
    (
        "secrets.hashicorp.com",
        &[
            ("HCPVaultSecretsApp", "Secret", Field("spec destination name")),
            ("VaultDynamicSecret", "Secret", Field("spec destination name")),
            ("VaultPKISecret", "Secret", Field("spec destination name")),
            ("VaultStaticSecret", "Secret", Field("spec destination name")),
        ],
    ),
    (
        "secrets.infisical.com",
        &[
            ("InfisicalSecret", "Secret", Field("spec managedSecretReference secretName")),
            ("InfisicalSecret", "Secret", Field("spec managedKubeSecretReferences [] secretName")),
            ("InfisicalSecret", "ConfigMap", Field("spec managedKubeConfigMapReferences [] configMapName")),
        ],
    ),
    ("secrets-store.csi.x-k8s.io", &[("SecretProviderClass", "Secret", Field("spec secretObjects [] secretName"))]),
    (
        "spv.no",
        &[
            ("AzureKeyVaultSecret", "Secret", Field("spec output secret name")),
            ("AzureKeyVaultSecret", "ConfigMap", Field("spec output configMap name")),
        ],
    ),
];

/// How annotations begin by which Ingresses and Gateways ask for certificates: cert-manager's under its names, kube-lego's, which
/// others have taken over, kube-cert-manager's and Gardener's.
pub(super) const ISSUED: &[&str] = &[
    "acme.cert-manager.io/",
    "cert-manager.io/",
    "cert.gardener.cloud/",
    "certmanager.k8s.io/",
    "kubernetes.io/tls-acme",
    "stable.k8s.psg.io/kcm.",
];

/// Annotations by which a controller copies a ConfigMap or Secret into other namespaces.
pub(super) const COPIED: &[&str] = &[
    "config.kubernetes.io/replicate",
    "config.syncer/sync",
    "kubed.appscode.com/sync",
    "reflector.v1.k8s.emberstack.com/reflection-allowed",
    "reflector.v1.k8s.emberstack.com/reflection-auto-enabled",
    "replicator.v1.mittwald.de/replicate-to",
    "replicator.v1.mittwald.de/replicate-to-matching",
    "replicator.v1.mittwald.de/replication-allowed",
];

/// Labels of pods that a cluster is made of: nodes run them, or its provider does.
const CONTROL_PLANE: &[(&str, &[&str])] = &[
    (
        "component",
        &[
            "etcd",
            "kube-apiserver",
            "kube-controller-manager",
            "kube-proxy",
            "kube-scheduler",
            "cloud-controller-manager",
        ],
    ),
    (
        "k8s-app",
        &[
            "aws-node",
            "calico-kube-controllers",
            "calico-node",
            "cilium",
            "coredns",
            "etcd",
            "etcd-server",
            "kube-apiserver",
            "kube-controller-manager",
            "kube-dns",
            "kube-proxy",
            "kube-scheduler",
            "metrics-server",
        ],
    ),
    ("tier", &["control-plane"]),
];

/// Whether a label is that of a part of the cluster itself.
pub(in crate::workspace) fn is_control_plane(key: &str, value: &str) -> bool {
    CONTROL_PLANE.iter().any(|(known, values)| *known == key && values.contains(&value))
}
