use crate::rule::prelude::*;

rule! {
    /// An Ingress path that may read files of its controller.
    ///
    /// Controllers write paths into their configuration. `/etc`, `/root`, `/var/run/secrets`, `..` and the characters that end a
    /// directive have been used to read the controller's token (CVE-2021-25745, CVE-2021-25748).
    ///
    /// **How to fix**: use a path that the application serves.
    id: "suspicious-ingress-path",
    severity: Warning,
    peers: &["kyverno:restrict-ingress-paths"],
    references: &["https://github.com/kubernetes/ingress-nginx/issues/8502", "https://github.com/kubernetes/ingress-nginx/issues/8686"],
    check: Check::Kind(&["networking.k8s.io/Ingress"], check),
}

const FILES: &[&str] = &["/etc", "/root", "/var/run/secrets", "/run/secrets", "/proc", "/dev"];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    for path in ingress_backends(object).into_iter().filter_map(|backend| backend.path) {
        let Some((node, text)) = path.get("path").and_then(|node| Some((node, node.as_str()?))) else { continue };
        let below =
            |folder: &&str| text.strip_prefix(*folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let file = FILES.iter().any(below);
        let climbs = text.split('/').any(|part| part == "..");
        // In an expression braces and dollars have a meaning; line breaks and semicolons have none.
        let breaks = text.contains(['\n', '\r', ';']);
        if file || climbs || breaks {
            context
                .report(
                    node,
                    format!("the path `{}` may be an attempt to read files of the controller", text.escape_debug()),
                )
                .help("use a path that the application serves");
        }
    }
}
