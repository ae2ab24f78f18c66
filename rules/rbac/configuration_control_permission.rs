use crate::rule::prelude::*;

rule! {
    /// A role that changes configuration, traffic or traces.
    ///
    /// Changing ConfigMaps changes what programs do (in `kube-system` the cluster's DNS and, with `aws-auth`, who may log
    /// in); changing Services, Ingresses, policies and endpoints moves traffic; deleting events hides what happened.
    ///
    /// **How to fix**: name the objects in `resourceNames`, or remove the permission.
    id: "configuration-control-permission",
    severity: Info,
    peers: &["trivy:KSV-0042", "trivy:KSV-0049", "trivy:KSV-0056", "trivy:KSV-0115", "kubescape:C-0031", "kubescape:C-0037", "kyverno:restrict-edit-for-endpoints"],
    references: &["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"],
    profiles: &["strict"],
    check: Check::Kind(&["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], check),
}

/// Group, resources and verbs, and what they allow.
const GRANTS: &[permissions::Grant] = &[
    permissions::Grant { group: "", resources: &["configmaps"], verbs: CHANGE, what: "changing ConfigMaps" },
    permissions::Grant {
        group: "networking.k8s.io",
        resources: &["networkpolicies", "ingresses"],
        verbs: CHANGE,
        what: "changing how traffic flows",
    },
    permissions::Grant {
        group: "",
        resources: &["services", "endpoints"],
        verbs: CHANGE,
        what: "changing where Services send traffic",
    },
    permissions::Grant {
        group: "discovery.k8s.io",
        resources: &["endpointslices"],
        verbs: CHANGE,
        what: "changing where Services send traffic",
    },
    permissions::Grant {
        group: "",
        resources: &["events"],
        verbs: &["delete", "deletecollection"],
        what: "deleting events",
    },
    permissions::Grant {
        group: "",
        resources: &["pods/log"],
        verbs: &["delete", "deletecollection"],
        what: "deleting logs of pods",
    },
];

/// Permissions that say who is who where they are about single objects, too.
const MAPPED: &[permissions::Grant] = &[permissions::Grant {
    group: "",
    resources: &["configmaps"],
    verbs: CHANGE,
    what: "changing who may log in (`aws-auth`)",
}];

/// Verbs that change what they are about.
const CHANGE: &[&str] = &["create", "update", "patch", "delete", "deletecollection"];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let named = permissions::grants_of(object, "aws-auth", MAPPED);
    for found in permissions::grants(object, GRANTS).into_iter().chain(named) {
        let message = format!("{} allows {}", object.title(), found.what);
        context.report(found.node, message).help("remove the permission, or bind it to as few accounts as possible");
    }
}
