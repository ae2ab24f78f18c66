use crate::rule::prelude::*;

rule! {
    /// Two Ingresses that claim the same host and path.
    ///
    /// Which of the two serves it depends on the controller and on which is older. Copies of one Ingress (the same name) and
    /// canaries of ingress-nginx are not reported, nor Ingresses of different classes.
    ///
    /// **How to fix**: merge the two Ingresses, or change one of the paths.
    id: "duplicate-ingress-path",
    severity: Warning,
    peers: &["kyverno:restrict-ingress-host", "kyverno:unique-ingress-host-and-path", "kyverno:unique-ingress-paths"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/ingress/"],
    check: Check::Set(check),
}

type Claim<'t> = (&'t str, &'t str, &'t str, Option<&'t str>);

fn check<'t>(set: &ApplySet<'t>, context: &mut SetContext<'_, 't>) {
    let mut claims: Vec<(Claim<'t>, &Item<'t>, Node<'t>)> = Vec::new();
    for item in set.of_kind("networking.k8s.io", "Ingress") {
        if item.object.annotation("nginx.ingress.kubernetes.io/canary") != Some("true") {
            collect(item, &mut claims);
        }
    }
    claims.sort_by_key(|(claim, item, _)| (*claim, item.index));
    for pair in claims.windows(2) {
        let [(one, first, node), (two, second, place)] = pair else { continue };
        let known = one.3.is_some() || first.source == second.source;
        if one == two && known && first.name() != second.name() {
            let message = format!(
                "host `{}` and path `{}` are also claimed by Ingress `{}`",
                two.0,
                two.1,
                first.name().unwrap_or("?")
            );
            context
                .report_on(second, *place, message)
                .help("merge the two Ingresses, or change one of the paths")
                .related(*node, "here");
        }
    }
}

fn collect<'t, 'a>(item: &'a Item<'t>, claims: &mut Vec<(Claim<'t>, &'a Item<'t>, Node<'t>)>) {
    let Some(spec) = item.object.spec() else { return };
    let class = spec.str_at("ingressClassName").or(item.object.annotation("kubernetes.io/ingress.class")).unwrap_or("");
    for rule in spec.get("rules").into_iter().flat_map(Node::items) {
        let Some(host) = rule.str_at("host") else { continue };
        for path in rule.at(&["http", "paths"]).into_iter().flat_map(Node::items) {
            let node = path.get("path").unwrap_or(path);
            claims.push(((host, path.str_at("path").unwrap_or("/"), class, item.namespace()), item, node));
        }
    }
}
