use crate::rule::prelude::*;

rule! {
    /// A ConfigMap that nothing in the repository uses.
    ///
    /// Its name occurs nowhere else in the repository: it is left over, or a reference to it is misspelt. Checked where the
    /// repository contains workloads of its namespace; ConfigMaps with labels or annotations of their own, which controllers
    /// find them by, are not reported.
    ///
    /// **How to fix**: remove it, or correct the reference.
    id: "unused-configmap",
    severity: Info,
    peers: &["popeye:400", "popeye:401"],
    references: &["https://kubernetes.io/docs/concepts/configuration/configmap/"],
    check: Check::KindInSet(&["ConfigMap"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    if context.is_unused(object) {
        let message = format!("nothing in the repository uses {}", object.title());
        context.report(object.place(), message).help("remove it, or correct the reference to it");
    }
}
