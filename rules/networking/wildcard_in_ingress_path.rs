use crate::rule::prelude::*;

rule! {
    /// A `*` in the path of an Ingress.
    ///
    /// With `Prefix` and `Exact` a star is a star: the path matches nothing but itself. Only `ImplementationSpecific`
    /// paths of some controllers (AWS, GCE) know wildcards.
    ///
    /// **How to fix**: remove the star: `Prefix` already covers everything below the path.
    id: "wildcard-in-ingress-path",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types"],
    check: Check::Kind(&["networking.k8s.io/Ingress"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    for backend in ingress_backends(object) {
        let Some(path) = backend.path else { continue };
        let literal = matches!(path.str_at("pathType"), Some("Prefix" | "Exact"));
        if let Some(node) = path
            .get("path")
            .filter(|node| literal && node.as_str().is_some_and(|text| text.contains('*') && !text.contains('(')))
        {
            let text = node.as_str().unwrap_or("");
            let prefix = path.str_at("pathType") == Some("Prefix");
            let above = text.strip_suffix("/*").filter(|above| prefix && !above.contains('*'));
            let patch = above
                .map_or_else(Patch::none, |above| Patch::new().set(node, if above.is_empty() { "/" } else { above }));
            context
                .report(node, format!("the `*` in `{text}` is taken literally"))
                .help("remove the star: `Prefix` covers everything below the path")
                .fix(patch);
        }
    }
}
