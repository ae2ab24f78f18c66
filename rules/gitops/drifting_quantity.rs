use crate::rule::prelude::*;

rule! {
    /// A quantity that Argo CD may show as out of sync.
    ///
    /// The server keeps quantities in their canonical form: `1000m` becomes `1`, `0.5` becomes `500m`, `1024Mi` becomes
    /// `1Gi`. Argo CD compares texts where it does not know the type of a field: in custom resources, and at times in claims
    /// of StatefulSets, the difference never goes away. Checked where the repository contains an Application: requests and limits
    /// of containers, claims, quotas, and the quotas of Kueue.
    ///
    /// **How to fix**: write the canonical form.
    id: "drifting-quantity",
    severity: Info,
    fix: Some(Applicability::Safe),
    references: &["https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/", "https://github.com/argoproj/argo-cd/issues/21135"],
    profiles: &["strict"],
    check: Check::ObjectInSet(check),
}

fn check(object: Object<'_>, context: &mut SetContext<'_, '_>) {
    if ["Application", "ApplicationSet"]
        .iter()
        .all(|kind| context.set.known_of_kind("argoproj.io", kind).next().is_none())
    {
        return;
    }
    for node in quantities(object) {
        let written = node.as_str().unwrap_or(node.raw());
        let canonical = Quantity::canonical(written).filter(|canonical| canonical != written);
        // A whole number keeps its form as long as it is short.
        if let Some(canonical) = canonical.filter(|_| node.as_i64().is_none_or(|number| number >= 1000)) {
            let message = format!("`{written}` is stored as `{canonical}`");
            let patch = Patch::new().set(node, canonical);
            context.report(node, message).help("write the canonical form").fix(patch);
        }
    }
}

/// The quantities of an object.
fn quantities(object: Object<'_>) -> Vec<Node<'_>> {
    let mut maps: Vec<_> = Workload::of(object)
        .and_then(Workload::pod_spec)
        .into_iter()
        .flat_map(PodSpec::containers)
        .flat_map(|c| lists(c.node))
        .collect();
    let own = object.spec().filter(|_| object.gvk.is("", "PersistentVolumeClaim"));
    let templates = object.root.at(&["spec", "volumeClaimTemplates"]).into_iter().flat_map(Node::items);
    let claims = own.into_iter().chain(templates.filter_map(|template| template.get("spec")));
    maps.extend(claims.flat_map(lists));
    maps.extend(object.root.at(&["spec", "hard"]).filter(|_| object.gvk.is("", "ResourceQuota")));
    let mut found: Vec<_> = maps.into_iter().flat_map(Node::entries).map(|entry| entry.value).collect();
    let groups = object.root.at(&["spec", "resourceGroups"]).filter(|_| object.gvk.group == "kueue.x-k8s.io");
    let flavors =
        groups.into_iter().flat_map(Node::items).filter_map(|group| group.get("flavors")).flat_map(Node::items);
    let resources = flavors.filter_map(|flavor| flavor.get("resources")).flat_map(Node::items);
    found.extend(
        resources
            .flat_map(|resource| ["nominalQuota", "borrowingLimit", "lendingLimit"].map(|field| resource.get(field)))
            .flatten(),
    );
    found
}

/// Requests and limits of a container or claim.
fn lists(parent: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    ["requests", "limits"].into_iter().filter_map(move |list| parent.at(&["resources", list]))
}
