use crate::rule::prelude::*;

rule! {
    /// A volume whose PersistentVolumeClaim does not exist.
    ///
    /// The pod stays pending until someone creates the claim. Claims of StatefulSets' templates, and those that an operator's
    /// resource or a Helm release may create, are taken into account.
    ///
    /// **How to fix**: add the PersistentVolumeClaim, or correct `claimName`.
    id: "dangling-claim",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/storage/persistent-volumes/#claims-as-volumes"],
    check: Check::PodSpecInSet(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut SetContext<'_, 't>) {
    // A template of the workload itself takes the place of a volume of its name.
    let templates = pod.workload.object.root.at(&["spec", "volumeClaimTemplates"]).into_iter().flat_map(Node::items);
    let own: Vec<_> = templates.filter_map(|template| template.get("metadata")?.str_at("name")).collect();
    for reference in context.references(pod).iter().filter(|r| r.kind == "PersistentVolumeClaim") {
        if !own.contains(&reference.name)
            && context.is_missing(reference.kind, reference.name)
            && !context.set.is_claim_of_template(reference.name)
        {
            let message = format!("PersistentVolumeClaim `{}` is not defined in this repository", reference.name);
            context
                .report(reference.node, message)
                .help("add the claim, or correct `claimName`")
                .missing(reference.kind, reference.name);
        }
    }
}
