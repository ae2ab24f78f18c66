use crate::rule::prelude::*;

rule! {
    /// A claim that names no storage class.
    ///
    /// It gets the cluster's default, which may be slow, without snapshots, or missing: then the claim stays pending.
    ///
    /// **How to fix**: set `storageClassName`.
    id: "claim-without-storage-class",
    severity: Info,
    peers: &["kyverno:require-storageclass"],
    references: &["https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1"],
    profiles: &["strict", "seeds"],
    check: Check::Kind(&["PersistentVolumeClaim", "apps/StatefulSet"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let own = object.spec().filter(|_| object.gvk.kind == "PersistentVolumeClaim");
    let templates = object.root.at(&["spec", "volumeClaimTemplates"]).into_iter().flat_map(Node::items);
    for spec in own.into_iter().chain(templates.filter_map(|template| template.get("spec"))) {
        let bound = spec.get("volumeName").is_some() || spec.get("storageClassName").is_some();
        if !bound {
            let message = format!("a claim of {} has no storage class", object.title());
            context.report(Place::missing(spec, "storageClassName"), message).help("set `storageClassName`");
        }
    }
}
