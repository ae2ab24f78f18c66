use crate::rule::prelude::*;

rule! {
    /// A binding to a ServiceAccount that does not exist.
    ///
    /// The binding is accepted, and the pod that it was meant for is denied at run time. Checked where the repository contains
    /// accounts of the subject's namespace.
    ///
    /// **How to fix**: correct the name or the namespace of the subject, or add the ServiceAccount.
    id: "dangling-binding-subject",
    severity: Info,
    peers: &["popeye:1300"],
    references: &["https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects"],
    check: Check::KindInSet(&["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    for subject in object.root.get("subjects").into_iter().flat_map(Node::items) {
        let (Some("ServiceAccount"), Some(node)) = (subject.str_at("kind"), subject.get("name")) else { continue };
        let Some(name) = node.as_str().filter(|name| *name != "default") else { continue };
        let Some(namespace) = subject.str_at("namespace").filter(|namespace| *namespace != "kube-system") else {
            continue;
        };
        let set = context.set;
        let known = set.known_of_kind_in("", "ServiceAccount", Some(namespace)).next().is_some();
        let there = set.named("ServiceAccount", name, Some(namespace)).next().is_some();
        if known && !there && !set.may_exist_in("ServiceAccount", name, Some(namespace)) {
            let message = format!("ServiceAccount `{name}` is not defined in namespace `{namespace}`");
            let help = "correct the subject's name or namespace, or add the ServiceAccount";
            context.report(node, message).help(help).missing("ServiceAccount", name);
        }
    }
}
