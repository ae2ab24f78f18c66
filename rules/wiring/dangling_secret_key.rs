use std::collections::HashSet;

use crate::rule::prelude::*;

rule! {
    /// A key that a Secret of the repository does not have.
    ///
    /// The pod stays in `CreateContainerConfigError` (or a mounted file is missing) until the key is there. Not reported for
    /// Secrets whose content is filled in elsewhere: without any key, of a type whose keys a controller writes, or also created
    /// by an ExternalSecret or SealedSecret. References with `optional: true` are fine.
    ///
    /// **How to fix**: correct the key, or add it to the Secret.
    id: "dangling-secret-key",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:env-value-from", "popeye:407"],
    references: &["https://kubernetes.io/docs/concepts/configuration/secret/#using-a-secret"],
    check: Check::PodSpecInSet(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut SetContext<'_, 't>) {
    let mut seen = HashSet::new();
    for reference in context.references(pod).iter().filter(|r| r.kind == "Secret" && !r.optional) {
        let Some((key, node)) = reference.key else { continue };
        if seen.contains(&(reference.name, key)) {
            continue;
        }
        let Some(secret) = context.lacks_key("Secret", reference.name, key) else { continue };
        seen.insert((reference.name, key));
        let message = format!("Secret `{}` has no key `{key}`", reference.name);
        let nearest = context.nearest_key("Secret", reference.name, key);
        let help = match nearest {
            Some(nearest) => format!("is `{nearest}` meant?"),
            None => "correct the key, or add it to the Secret".to_owned(),
        };
        context.report(node, message).help(help).related(secret, "this Secret").fix(Patch::respell(node, nearest));
    }
}
