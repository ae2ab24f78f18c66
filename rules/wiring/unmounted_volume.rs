use std::collections::HashSet;

use crate::rule::prelude::*;

rule! {
    /// A volume that no container mounts.
    ///
    /// The program does not see what is in it: the configuration, the certificate or the disk is not used, and a claim is
    /// held for nothing.
    ///
    /// **How to fix**: add a `volumeMount` (or `volumeDevice`), or remove the volume.
    id: "unmounted-volume",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/storage/volumes/"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    let lists = |container: Container<'t>| {
        ["volumeMounts", "volumeDevices"].into_iter().filter_map(move |field| container.node.get(field))
    };
    let mounts = pod.containers().flat_map(lists).flat_map(Node::items);
    let mounted: HashSet<&str> = mounts.filter_map(|mount| mount.str_at("name")).collect();
    for volume in pod.volumes() {
        let Some(node) = volume.get("name") else { continue };
        let Some(name) = node.as_str() else { continue };
        // A sidecar injector mounts its own volumes, and those it is told of.
        let injected = pod.workload.pod_annotation("sidecar.istio.io/userVolume").is_some();
        if !mounted.contains(name) && !injected {
            let message = format!("no container mounts volume `{name}`");
            context.report(node, message).help("add a `volumeMount`, or remove the volume");
        }
    }
}
