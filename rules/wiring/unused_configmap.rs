use crate::rule::prelude::*;

rule! {
    /// A ConfigMap that nothing in the repository uses.
    ///
    /// Nothing in the repository speaks of its name: it is left over, or a reference to it is misspelt. Checked where the
    /// repository holds workloads of its namespace; ConfigMaps with labels or annotations of their own, which controllers
    /// find them by, are not reported.
    ///
    /// **How to fix**: drop it, or correct the reference.
    id: "unused-configmap",
    severity: Info,
    peers: &["popeye:400", "popeye:401"],
    references: &["https://kubernetes.io/docs/concepts/configuration/configmap/"],
    check: Check::KindInSet(&["ConfigMap"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    if context.is_unused(object) {
        let message = format!("nothing in the repository uses {}", object.title());
        context.report(object.place(), message).help("drop it, or correct the reference to it");
    }
}
