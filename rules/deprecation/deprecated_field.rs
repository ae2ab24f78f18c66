use crate::rule::prelude::*;

rule! {
    /// A field that is no longer used, or will go away.
    ///
    /// `serviceAccount` was renamed long ago; `gitRepo` volumes cannot run since 1.36, and most volumes of cloud disks
    /// are only read by their CSI drivers.
    ///
    /// **How to fix**: use what the message names.
    id: "deprecated-field",
    severity: Warning,
    peers: &["kube-linter:deprecated-service-account-field", "kubescape:C-0294"],
    references: &["https://kubernetes.io/docs/concepts/storage/volumes/"],
    check: Check::PodSpec(check),
}

/// Volume types that went away, and what takes their place.
const VOLUMES: &[(&str, &str)] = &[
    ("gitRepo", "an init container that clones into an `emptyDir`"),
    ("awsElasticBlockStore", "a claim with the CSI driver"),
    ("azureDisk", "a claim with the CSI driver"),
    ("gcePersistentDisk", "a claim with the CSI driver"),
    ("cinder", "a claim with the CSI driver"),
    ("vsphereVolume", "a claim with the CSI driver"),
    ("glusterfs", "another volume: it was removed in 1.26"),
    ("cephfs", "the CSI driver: it was removed in 1.31"),
    ("rbd", "the CSI driver: it was removed in 1.31"),
    ("flocker", "another volume: it was removed in 1.25"),
    ("quobyte", "another volume: it was removed in 1.25"),
    ("storageos", "another volume: it was removed in 1.25"),
    ("scaleIO", "another volume: it was removed"),
    ("photonPersistentDisk", "another volume: it was removed"),
];

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let renamed = pod.node.get("serviceAccountName").is_none();
    if let Some(node) = pod.node.get("serviceAccount").filter(|_| renamed) {
        context.report(Place::Key(node), "`serviceAccount` is the old name of `serviceAccountName`").help("use `serviceAccountName`");
    }
    for volume in pod.volumes() {
        if let Some((node, (kind, instead))) = VOLUMES.iter().find_map(|entry| Some((volume.get(entry.0)?, entry))) {
            context.report(Place::Key(node), format!("volumes of the type `{kind}` are gone or deprecated")).help(format!("use {instead}"));
        }
    }
}
