use crate::rule::prelude::*;

rule! {
    /// A role that reads or changes Secrets.
    ///
    /// Whoever may `get`, `list` or `watch` Secrets has the passwords, certificates and tokens of the namespace (or of the
    /// cluster); `update` and `patch` answer with the Secret and put another in its place, and `create` makes tokens of
    /// service accounts. Rules that name single Secrets in `resourceNames` are not reported.
    ///
    /// **How to fix**: name the Secrets in `resourceNames`, or mount them instead.
    id: "access-to-secrets",
    severity: Warning,
    peers: &["kube-linter:access-to-secrets", "checkov:CKV2_K8S_5", "trivy:KSV-0041", "trivy:KSV-0113", "kubescape:C-0015", "kubescape:C-0186", "kics:rbac_roles_with_read_secrets_permissions", "kics:service_account_allows_access_secrets", "kyverno:restrict-secret-role-verbs", "datree:CIS_INVALID_VERB_SECRETS"],
    references: &["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"],
    profiles: &["nsa", "cis", "seeds"],
    check: Check::Kind(&["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], check),
}

/// Group, resources and verbs, and what they allow.
const GRANTS: &[permissions::Grant] = &[permissions::Grant {
    group: "",
    resources: &["secrets"],
    verbs: &["get", "list", "watch"],
    what: "reading Secrets",
}];

/// The same for those who need not read to do harm.
const CHANGES: &[permissions::Grant] = &[permissions::Grant {
    group: "",
    resources: &["secrets"],
    verbs: &["create", "update", "patch", "delete", "deletecollection"],
    what: "changing Secrets",
}];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let read = permissions::grants(object, GRANTS);
    let changed = permissions::grants(object, CHANGES);
    let changed = changed.into_iter().filter(|found| read.iter().all(|other| other.node != found.node));
    for found in read.iter().copied().chain(changed) {
        let message = format!("{} allows {}", object.title(), found.what);
        context.report(found.node, message).help("remove the permission, or bind it to as few accounts as possible");
    }
}
