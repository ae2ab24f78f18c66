use crate::rule::prelude::*;

rule! {
    /// A claim whose StorageClass does not exist.
    ///
    /// The claim stays pending, and so does its pod. Checked where the repository defines storage classes of its own, since
    /// others come with the cluster; info nevertheless, since an operator may make the class at run time.
    ///
    /// **How to fix**: add the StorageClass, or correct `storageClassName`.
    id: "dangling-storage-class",
    severity: Info,
    references: &["https://kubernetes.io/docs/concepts/storage/storage-classes/"],
    check: Check::KindInSet(&["PersistentVolumeClaim", "apps/StatefulSet"], check),
}

/// Classes that clouds and local clusters come with.
const COMMON: &[&str] = &[
    "standard",
    "standard-rwo",
    "premium-rwo",
    "gp2",
    "gp3",
    "default",
    "managed",
    "managed-csi",
    "managed-premium",
    "azurefile",
    "hostpath",
    "local-path",
    "do-block-storage",
    "manual",
    "local-storage",
];

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let own = object.spec().into_iter();
    let templates = object.root.at(&["spec", "volumeClaimTemplates"]).into_iter().flat_map(Node::items);
    let defines = context.set.known_of_kind("storage.k8s.io", "StorageClass").next().is_some();
    let bound = |spec: &Node<'t>| spec.get("volumeName").is_some();
    for spec in own.chain(templates.filter_map(|template| template.get("spec"))).filter(|spec| !bound(spec)) {
        let Some(node) = spec.get("storageClassName") else { continue };
        let Some(name) = node.as_str().filter(|name| !name.is_empty() && !COMMON.contains(name)) else { continue };
        if defines && context.is_missing("StorageClass", name) {
            let message = format!("StorageClass `{name}` is not defined in this repository");
            context
                .report(node, message)
                .help("add the StorageClass, or correct the name")
                .missing("StorageClass", name);
        }
    }
}
