use crate::rule::prelude::*;

rule! {
    /// A role that changes configuration, traffic or traces.
    ///
    /// Changing ConfigMaps changes what programs do (in `kube-system` the cluster's DNS and who may log in); changing
    /// Ingresses, policies and endpoints moves traffic; deleting events hides what happened.
    ///
    /// **How to fix**: name the objects in `resourceNames`, or drop the permission.
    id: "configuration-control-permission",
    severity: Info,
    peers: &["trivy:KSV-0042", "trivy:KSV-0049", "trivy:KSV-0056", "trivy:KSV-0115", "kubescape:C-0031", "kubescape:C-0037", "kyverno:restrict-edit-for-endpoints"],
    references: &["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"],
    profiles: &["strict"],
    check: Check::Kind(&["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], check),
}

/// Group, resources and verbs, and what they allow.
const GRANTS: &[permissions::Grant] = &[
    permissions::Grant { group: "", resources: &["configmaps"], verbs: &["create", "update", "patch", "delete"], what: "changing ConfigMaps" },
    permissions::Grant { group: "networking.k8s.io", resources: &["networkpolicies", "ingresses"], verbs: &["create", "update", "patch", "delete"], what: "changing how traffic flows" },
    permissions::Grant { group: "", resources: &["endpoints"], verbs: &["create", "update", "patch"], what: "changing endpoints" },
    permissions::Grant { group: "", resources: &["events"], verbs: &["delete", "deletecollection"], what: "deleting events" },
];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    for found in permissions::grants(object, GRANTS) {
        let message = format!("{} allows {}", object.title(), found.what);
        context.report(found.node, message).help("drop the permission, or bind it to as few accounts as can be");
    }
}
