use crate::rule::prelude::*;

rule! {
    /// A role that allows privilege escalation.
    ///
    /// Whoever may impersonate others, bind or escalate roles, change or remove admission webhooks, approve certificates, reach
    /// kubelets through `nodes/proxy`, create service account tokens or host path volumes, or move traffic with
    /// `services/status`, is as good as an administrator.
    ///
    /// **How to fix**: remove the permission, or keep it to the one controller that cannot work without it.
    id: "privilege-escalating-permission",
    severity: Warning,
    peers: &["checkov:CKV2_K8S_1", "checkov:CKV2_K8S_3", "checkov:CKV2_K8S_4", "checkov:CKV_K8S_155", "checkov:CKV_K8S_156", "checkov:CKV_K8S_157", "checkov:CKV_K8S_158", "trivy:KSV-0043", "trivy:KSV-0047", "trivy:KSV-0050", "trivy:KSV-0051", "trivy:KSV-0052", "trivy:KSV-0055", "trivy:KSV-0114", "kubescape:C-0065", "kubescape:C-0191", "kubescape:C-0278", "kubescape:C-0279", "kubescape:C-0280", "kubescape:C-0281", "kubescape:C-0282", "kics:rbac_roles_with_impersonate_permission", "kics:rbac_roles_allow_privilege_escalation", "kyverno:restrict-escalation-verbs-roles", "kyverno:restrict-clusterrole-nodesproxy", "kyverno:restrict-clusterrole-mutating-validating-admission-webhooks", "datree:CIS_INVALID_VALUE_BIND_IMPERSONATE_ESCALATE", "kyverno:restrict-clusterrole-csr"],
    references: &["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"],
    profiles: &["nsa", "cis", "seeds"],
    check: Check::Kind(&["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], check),
}

/// Group, resources and verbs, and what they allow.
const GRANTS: &[permissions::Grant] = &[
    permissions::Grant {
        group: "",
        resources: &["users", "groups", "serviceaccounts"],
        verbs: &["impersonate"],
        what: "impersonating others",
    },
    permissions::Grant {
        group: "rbac.authorization.k8s.io",
        resources: &["roles", "clusterroles"],
        verbs: &["bind", "escalate"],
        what: "binding and escalating roles",
    },
    permissions::Grant {
        group: "rbac.authorization.k8s.io",
        resources: &["rolebindings", "clusterrolebindings"],
        verbs: &["create", "update", "patch"],
        what: "changing bindings",
    },
    permissions::Grant {
        group: "admissionregistration.k8s.io",
        resources: &["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
        verbs: &["create", "update", "patch", "delete", "deletecollection"],
        what: "changing admission webhooks",
    },
    permissions::Grant {
        group: "certificates.k8s.io",
        resources: &["certificatesigningrequests/approval"],
        verbs: &["update", "patch"],
        what: "approving certificates",
    },
    permissions::Grant { group: "", resources: &["nodes/proxy"], verbs: &["get", "create"], what: "reaching kubelets" },
    permissions::Grant {
        group: "",
        resources: &["serviceaccounts/token"],
        verbs: &["create"],
        what: "creating service account tokens",
    },
    permissions::Grant {
        group: "",
        resources: &["persistentvolumes"],
        verbs: &["create"],
        what: "creating host path volumes",
    },
    permissions::Grant {
        group: "",
        resources: &["services/status"],
        verbs: &["update", "patch"],
        what: "moving traffic through `services/status`",
    },
];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    for found in permissions::grants(object, GRANTS) {
        let message = format!("{} allows {}", object.title(), found.what);
        context.report(found.node, message).help("remove the permission, or bind it to as few accounts as possible");
    }
}
