use crate::rule::prelude::*;

rule! {
    /// A field that is no longer used, or will go away.
    ///
    /// `serviceAccount` was renamed long ago; `gitRepo` volumes cannot run since 1.33 unless the cluster says otherwise, and
    /// most volumes of cloud disks are only read by their CSI drivers. The API server warns of the same volumes in pods and
    /// PersistentVolumes, of the reclaim policy `Recycle`, of `PreferClose`, of `FQDN` slices and of old fields of Nodes.
    ///
    /// **How to fix**: use what the message names.
    id: "deprecated-field",
    severity: Warning,
    fix: Some(Applicability::Safe),
    peers: &["kube-linter:deprecated-service-account-field", "kubescape:C-0294"],
    references: &["https://kubernetes.io/docs/concepts/storage/volumes/"],
    check: Check::Object(check),
}

/// Volume types that went away: since when they do nothing (0 where the CSI driver took over), and what takes their place.
const VOLUMES: &[(&str, u8, &str)] = &[
    ("gitRepo", 33, "an init container that clones into an `emptyDir`"),
    ("awsElasticBlockStore", 0, "a claim with the CSI driver"),
    ("azureDisk", 0, "a claim with the CSI driver"),
    ("gcePersistentDisk", 0, "a claim with the CSI driver"),
    ("cinder", 0, "a claim with the CSI driver"),
    ("vsphereVolume", 0, "a claim with the CSI driver"),
    ("glusterfs", 26, "another volume"),
    ("cephfs", 31, "the CSI driver"),
    ("rbd", 31, "the CSI driver"),
    ("flocker", 25, "another volume"),
    ("quobyte", 25, "another volume"),
    ("storageos", 25, "another volume"),
    ("scaleIO", 22, "another volume"),
    ("photonPersistentDisk", 16, "another volume"),
];

/// Kind, path, the value that is deprecated (any if empty), since when, and what to use.
const FIELDS: &[(&str, &[&str], &str, u8, &str)] = &[
    (
        "PersistentVolume",
        &["spec", "persistentVolumeReclaimPolicy"],
        "Recycle",
        0,
        "dynamic provisioning, and `Delete` or `Retain`",
    ),
    ("Service", &["spec", "trafficDistribution"], "PreferClose", 35, "`PreferSameZone`"),
    ("EndpointSlice", &["addressType"], "FQDN", 33, "`IPv4` or `IPv6`"),
    ("Node", &["spec", "externalID"], "", 0, "`providerID`: nothing reads it"),
    ("Node", &["spec", "configSource"], "", 0, "the kubelet's own configuration file: the feature was removed"),
];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if let Some(pod) = Workload::of(object).and_then(Workload::pod_spec) {
        of_pod(pod, context);
    }
    let builtin = matches!(object.gvk.group, "" | "discovery.k8s.io");
    if !builtin {
        return;
    }
    if let Some(spec) = object.spec().filter(|_| object.gvk.kind == "PersistentVolume") {
        volume(spec, context);
    }
    for (_, path, value, since, instead) in FIELDS.iter().filter(|field| field.0 == object.gvk.kind) {
        let Some(node) = object.root.at(path).filter(|_| context.version >= KubeVersion(*since)) else { continue };
        let name = path.last().copied().unwrap_or_default();
        if value.is_empty() && node.as_str() != Some("") {
            let patch = Patch::new().remove(node);
            context
                .report(Place::Key(node), format!("`{name}` is deprecated"))
                .help(format!("use {instead}"))
                .fix(patch);
        } else if !value.is_empty() && node.as_str() == Some(*value) {
            // The new name of the same behaviour.
            let known = *value == "PreferClose" && context.oldest >= KubeVersion(*since);
            let patch = if known { Patch::new().set(node, "PreferSameZone") } else { Patch::none() };
            context.report(node, format!("`{name}: {value}` is deprecated")).help(format!("use {instead}")).fix(patch);
        }
    }
}

fn of_pod(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let new = pod.node.get("serviceAccountName").and_then(Node::as_str);
    // What was taken from a cluster has both, with the same value.
    if let Some(node) = pod.node.get("serviceAccount").filter(|old| new.is_none() || new != old.as_str()) {
        let message = match new {
            None => "`serviceAccount` is the old name of `serviceAccountName`",
            Some(_) => "`serviceAccount` differs from `serviceAccountName`, and is ignored",
        };
        let finding = context.report(Place::Key(node), message).help("use `serviceAccountName`");
        if new.is_none() {
            // It works as well.
            finding.at_most(Severity::Info).fix(Patch::new().rename(node, "serviceAccountName"));
        }
    }
    for node in pod.volumes() {
        volume(node, context);
    }
}

fn volume(volume: Node<'_>, context: &mut Context<'_, '_>) {
    for (kind, dead, instead) in VOLUMES {
        let Some(node) = volume.get(kind) else { continue };
        let state =
            if *dead > 0 && context.version >= KubeVersion(*dead) { "no longer work" } else { "are deprecated" };
        context
            .report(Place::Key(node), format!("volumes of the type `{kind}` {state}"))
            .help(format!("use {instead}"));
    }
}
