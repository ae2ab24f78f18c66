use crate::rule::prelude::*;

rule! {
    /// A role that can start pods or get into them.
    ///
    /// Whoever may create or change a pod or workload can use every service account, Secret and volume of its namespace; who
    /// may `exec`, `attach` or `portforward` can enter those that run. `delete` of workloads is an outage at hand.
    ///
    /// **How to fix**: remove the permission, or keep it to deployment tools.
    id: "workload-control-permission",
    severity: Warning,
    peers: &["kube-linter:access-to-create-pods", "polaris:clusterrolePodExecAttach", "polaris:rolePodExecAttach", "checkov:CKV2_K8S_2", "trivy:KSV-0048", "trivy:KSV-0053", "trivy:KSV-0054", "kubescape:C-0188", "kubescape:C-0002", "kubescape:C-0063", "kubescape:C-0007", "kics:permissive_access_to_create_pods", "kics:rbac_roles_with_exec_permission", "kics:rbac_roles_with_attach_permission", "kics:rbac_roles_with_portforwarding_permissions", "datree:CIS_INVALID_VALUE_CREATE_POD", "datree:CONTAINERS_INCORRECT_RESOURCES_VERBS_VALUE", "polaris:clusterrolebindingPodExecAttach", "polaris:rolebindingClusterRolePodExecAttach", "polaris:rolebindingRolePodExecAttach"],
    references: &["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"],
    profiles: &["nsa", "cis"],
    check: Check::Kind(&["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], check),
}

/// Verbs that start, change or stop what they are about.
const CHANGE: &[&str] = &["create", "update", "patch", "delete", "deletecollection"];

/// Group, resources and verbs, and what they allow.
const GRANTS: &[permissions::Grant] = &[
    permissions::Grant {
        group: "",
        resources: &["pods/exec", "pods/attach", "pods/portforward"],
        verbs: &["create", "get"],
        what: "entering pods",
    },
    permissions::Grant {
        group: "",
        resources: &["pods", "replicationcontrollers"],
        verbs: CHANGE,
        what: "starting, changing or deleting pods",
    },
    permissions::Grant {
        group: "apps",
        resources: &["deployments", "statefulsets", "daemonsets", "replicasets"],
        verbs: CHANGE,
        what: "starting, changing or deleting workloads",
    },
    permissions::Grant {
        group: "batch",
        resources: &["jobs", "cronjobs"],
        verbs: CHANGE,
        what: "starting, changing or deleting jobs",
    },
];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    for found in permissions::grants(object, GRANTS) {
        let message = format!("{} allows {}", object.title(), found.what);
        context.report(found.node, message).help("remove the permission, or bind it to as few accounts as possible");
    }
}
