use crate::rule::prelude::*;

rule! {
    /// A claim that can never be bound to the volume it names.
    ///
    /// A PersistentVolumeClaim with `volumeName` is bound to that PersistentVolume alone, and only if its class, access modes,
    /// volume mode and size agree with the volume's, and the volume is not kept for another claim. Otherwise the claim stays
    /// `Pending`, and so do the pods that mount it. Info where the repository has other volumes, and none of that name.
    ///
    /// **How to fix**: let both say the same, or remove `volumeName`.
    id: "unbindable-claim",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume"],
    check: Check::KindInSet(&["PersistentVolumeClaim"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    let Some(name) = spec.str_at("volumeName").filter(|name| !name.is_empty()) else { return };
    let missing = context.set.lacks("", "PersistentVolume", name, None);
    // What a provisioner made has a name that it made, too.
    if missing && !name.starts_with("pvc-") {
        let node = spec.get("volumeName").unwrap_or(spec);
        let message =
            format!("PersistentVolume `{name}`, which {} names, is not defined in this repository", object.title());
        let help = "correct `volumeName`, or remove it";
        context.report(node, message).help(help).missing("PersistentVolume", name).at_most(Severity::Info);
        return;
    }
    let mut volumes = context.set.named("PersistentVolume", name, None);
    let Some(volume) = volumes.next().filter(|_| volumes.next().is_none()) else { return };
    let Some(offered) = volume.object.spec() else { return };
    let place = volume.object.place();
    if let Some((node, why)) = disagreement(object, context.item().namespace(), spec, offered) {
        let message = format!("{} cannot be bound to PersistentVolume `{name}`: {why}", object.title());
        context.report(node, message).help("make the claim and the volume agree").related(place, "this volume");
    }
}

fn disagreement<'t>(
    claim: Object<'t>,
    namespace: Option<&str>,
    spec: Node<'t>,
    offered: Node<'t>,
) -> Option<(Place<'t>, String)> {
    let at = |field: &str| spec.get(field).map_or(Place::Value(spec), Place::Value);
    // Where each names the other, they are bound, and nothing else is compared.
    let kept = offered.get("claimRef");
    let is =
        |field: &str, own: Option<&str>| kept.and_then(|kept| kept.str_at(field)).is_some_and(|name| Some(name) == own);
    if is("name", claim.name()) && is("namespace", namespace) {
        return None;
    }
    // Without a class the claim gets the default one, if there is any.
    let class = |spec: Node<'t>| spec.str_at("storageClassName");
    if let Some(wanted) = class(spec).filter(|wanted| *wanted != class(offered).unwrap_or("")) {
        let own = class(offered).filter(|own| !own.is_empty()).map_or("none".to_owned(), |own| format!("`{own}`"));
        return Some((at("storageClassName"), format!("it requests class `{wanted}`, but the volume has {own}")));
    }
    let modes = || offered.get("accessModes").into_iter().flat_map(Node::items).filter_map(Node::as_str);
    let asked = spec.get("accessModes").into_iter().flat_map(Node::items);
    if let Some(mode) =
        asked.filter_map(Node::as_str).find(|mode| modes().next().is_some() && !modes().any(|own| own == *mode))
    {
        return Some((at("accessModes"), format!("the volume has no access mode {mode}")));
    }
    let mode = |spec: Node<'t>| spec.str_at("volumeMode").unwrap_or("Filesystem");
    if mode(spec) != mode(offered) {
        return Some((
            at("volumeMode"),
            format!("it requests volume mode {}, but the volume has {}", mode(spec), mode(offered)),
        ));
    }
    let size = |node: Option<Node<'t>>| node.and_then(Quantity::of);
    let (asked, has) = (spec.at(&["resources", "requests", "storage"]), offered.at(&["capacity", "storage"]));
    if let (Some(node), Some(wanted), Some(own)) = (asked, size(asked), size(has))
        && wanted > own
    {
        return Some((Place::Value(node), format!("it requests {}, but the volume has {}", node.raw(), has?.raw())));
    }
    let kept = offered.get("claimRef")?;
    let other_name = kept.str_at("name").is_some_and(|name| Some(name) != claim.name());
    let other_place = kept.str_at("namespace").zip(namespace).is_some_and(|(there, own)| there != own);
    if other_name || other_place {
        let of = kept.str_at("namespace").map_or(String::new(), |namespace| format!("{namespace}/"));
        let why = format!("the volume is reserved for claim `{of}{}`", kept.str_at("name").unwrap_or_default());
        return Some((at("volumeName"), why));
    }
    None
}
