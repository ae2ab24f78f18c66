use crate::rule::prelude::*;

rule! {
    /// A rewrite that discards the rest of the path.
    ///
    /// With ingress-nginx and `rewrite-target: /` every request below `/auth` arrives as `/`: `/auth/login` is lost.
    /// The rest of the path has to be captured by a group and used in the target.
    ///
    /// **How to fix**: use `path: /auth(/|$)(.*)` with `pathType: ImplementationSpecific`, `use-regex: "true"` and
    /// `rewrite-target: /$2`.
    id: "rewrite-target-without-capture",
    severity: Warning,
    references: &["https://kubernetes.github.io/ingress-nginx/examples/rewrite/"],
    check: Check::Kind(&["networking.k8s.io/Ingress"], check),
}

/// Annotations that put lines into the configuration of nginx.
const SNIPPETS: [&str; 2] =
    ["nginx.ingress.kubernetes.io/configuration-snippet", "nginx.ingress.kubernetes.io/server-snippet"];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let annotations = object.annotations();
    let Some(node) = annotations.and_then(|map| map.get("nginx.ingress.kubernetes.io/rewrite-target")) else { return };
    let captured = node.as_str().is_none_or(|target| target.contains('$'));
    // What a snippet rewrites first is not rewritten again.
    let rewrites = |key: &&str| {
        let lines = annotations.and_then(|map| map.str_at(key)).into_iter().flat_map(str::lines);
        lines.map(str::trim_start).any(|line| line.starts_with("rewrite ") || line.contains(" rewrite "))
    };
    let captured = captured || SNIPPETS.iter().any(rewrites);
    let below = ingress_backends(object).into_iter().filter_map(|backend| backend.path?.get("path")).find(|path| {
        let prefix =
            path.entry().and_then(|entry| entry.value.parent()).and_then(|p| p.str_at("pathType")) != Some("Exact");
        prefix && path.as_str().is_some_and(|text| text.trim_end_matches('/').len() > 1)
    });
    if let Some(path) = below.filter(|_| !captured) {
        let message = format!(
            "every request below `{}` is sent to `{}`",
            path.as_str().unwrap_or(""),
            node.as_str().unwrap_or("")
        );
        context
            .report(node, message)
            .help("capture the rest of the path, `/auth(/|$)(.*)`, and use it: `/$2`")
            .related(path, "anything after this path is lost");
    }
}
