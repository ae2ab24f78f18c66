use crate::rule::prelude::*;

rule! {
    /// A Secret that nothing in the repository uses.
    ///
    /// Its name occurs nowhere else in the repository: it is left over, and a secret that nobody needs is one that nobody
    /// rotates. Checked where the repository contains workloads of its namespace; Secrets with labels or annotations of their own,
    /// which controllers find them by, are not reported.
    ///
    /// **How to fix**: remove it, or correct the reference.
    id: "unused-secret",
    severity: Info,
    peers: &["popeye:400", "popeye:401"],
    references: &["https://kubernetes.io/docs/concepts/configuration/secret/"],
    check: Check::KindInSet(&["Secret"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let kind = object.root.str_at("type").unwrap_or("Opaque");
    if matches!(kind, "Opaque" | "kubernetes.io/basic-auth" | "kubernetes.io/dockerconfigjson")
        && context.is_unused(object)
    {
        let message = format!("nothing in the repository uses {}", object.title());
        context.report(object.place(), message).help("remove it, or correct the reference to it");
    }
}
