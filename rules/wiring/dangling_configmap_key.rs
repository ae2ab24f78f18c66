use std::collections::HashSet;

use crate::rule::prelude::*;

rule! {
    /// A key that a ConfigMap of the repository does not have.
    ///
    /// The pod stays in `CreateContainerConfigError` (or a mounted file is missing) until the key is there. Not reported for
    /// ConfigMaps without any key, whose content comes from elsewhere. References with `optional: true` are fine.
    ///
    /// **How to fix**: correct the key, or add it to the ConfigMap.
    id: "dangling-configmap-key",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:env-value-from", "popeye:407"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/"],
    check: Check::PodSpecInSet(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut SetContext<'_, 't>) {
    let mut seen = HashSet::new();
    for reference in context.references(pod).iter().filter(|r| r.kind == "ConfigMap" && !r.optional) {
        let Some((key, node)) = reference.key else { continue };
        if seen.contains(&(reference.name, key)) {
            continue;
        }
        let Some(map) = context.lacks_key("ConfigMap", reference.name, key) else { continue };
        seen.insert((reference.name, key));
        let message = format!("ConfigMap `{}` has no key `{key}`", reference.name);
        let nearest = context.nearest_key("ConfigMap", reference.name, key);
        let help = match nearest {
            Some(nearest) => format!("is `{nearest}` meant?"),
            None => "correct the key, or add it to the ConfigMap".to_owned(),
        };
        context.report(node, message).help(help).related(map, "this ConfigMap").fix(Patch::respell(node, nearest));
    }
}
