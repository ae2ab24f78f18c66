use crate::rule::prelude::*;

rule! {
    /// The ingress-nginx controller, which is retired.
    ///
    /// The project ended on 24 March 2026: there are no more releases, and no fixes of vulnerabilities.
    ///
    /// **How to fix**: move to a Gateway API implementation or another controller.
    id: "retired-ingress-nginx",
    severity: Warning,
    peers: &["kubescape:C-0292", "kubescape:C-0059", "kyverno:check-ingress-nginx-controller-version-and-annotation-policy"],
    references: &["https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let (Some(node), Some(image)) = (container.image_node(), container.image()) else { return };
    let names = ["ingress-nginx/controller", "ingress-nginx/controller-chroot", "nginx-ingress-controller"];
    if names.iter().any(|name| image.is_called(name)) {
        let message = format!("container `{}` runs ingress-nginx, which is retired", container.name());
        context.report(node, message).help("move to a Gateway API implementation or another controller");
    }
}
