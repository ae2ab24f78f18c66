use crate::rule::prelude::*;

rule! {
    /// An image from a registry that is not approved.
    ///
    /// What comes from elsewhere was not scanned, and may disappear. Reports nothing until `allowed` (or `blocked`) lists
    /// registries, with or without a path: `ghcr.io`, `ghcr.io/acme`.
    ///
    /// **How to fix**: push the image to an approved registry, or extend `allowed`.
    id: "unapproved-image-registry",
    severity: Warning,
    options: &[OptionSpec { name: "allowed", default: OptionValue::Strings(&[]), help: "Registries that are allowed; if empty, all are." }, OptionSpec { name: "blocked", default: OptionValue::Strings(&[]), help: "Registries that are not allowed." }],
    peers: &["kyverno:advanced-restrict-image-registries", "trivy:KSV-0125", "trivy:KSV-0032", "trivy:KSV-0033", "trivy:KSV-0034", "trivy:KSV-0035", "kubescape:C-0078", "kubescape:C-0001", "kyverno:restrict-image-registries", "kyverno:allowed-image-repos", "popeye:113"],
    references: &["https://kubernetes.io/docs/concepts/containers/images/"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let (Some(node), Some(image)) = (container.image_node(), container.image()) else { return };
    let full = format!("{}/{}", image.host(), image.repository);
    let within = |list: &[&str]| {
        list.iter().any(|entry| full == *entry || full.starts_with(&format!("{}/", entry.trim_end_matches('/'))))
    };
    let (allowed, blocked) = (context.strings("allowed"), context.strings("blocked"));
    if within(&blocked) || !allowed.is_empty() && !within(&allowed) {
        let message = format!(
            "the image of container `{}` comes from `{}`, which is not an approved registry",
            container.name(),
            image.host()
        );
        let help = if allowed.is_empty() {
            "use another registry".to_owned()
        } else {
            format!("use one of {}", allowed.join(", "))
        };
        context.report(node, message).help(help);
    }
}
