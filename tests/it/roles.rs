//! How much is said of what roles and bindings grant.

use crate::common::program::{of_rule, report, told, tree};

fn severity(rule: &str, text: &str) -> Option<String> {
    let found = told(&report(tree(&[("a.yaml", text)]).path(), &["check"]), of_rule(rule));
    found.first().and_then(|line| line.split(' ').next()).map(str::to_owned)
}

#[test]
fn administrators_have_what_is_theirs() {
    let of = |kind: &str, name: &str| {
        let subject = format!("{{kind: {kind}, name: '{name}', apiGroup: rbac.authorization.k8s.io}}");
        let role = "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}";
        let text = format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: a}}\n{role}\nsubjects: [{subject}]\n"
        );
        severity("cluster-admin-binding", &text)
    };
    for name in ["oidc:admin", "cluster-admins", "team-sre", "Platform"] {
        assert_eq!(of("Group", name).as_deref(), Some("info"), "{name}");
    }
    for name in ["developers", "badminton", "opsgenie", "system:authenticated", "system:serviceaccounts:admin"] {
        assert_eq!(of("Group", name).as_deref(), Some("warning"), "{name}");
    }
    assert_eq!(of("User", "admin").as_deref(), Some("warning"));
}

#[test]
fn reading_all_of_named_groups_is_mild() {
    let of = |groups: &str, verbs: &str| {
        let text = format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: a}}\nrules: [{{apiGroups: {groups}, resources: ['*'], verbs: {verbs}}}]\n"
        );
        severity("wildcard-in-role", &text)
    };
    assert_eq!(of("[apps, apiregistration.k8s.io]", "[get, list, watch]").as_deref(), Some("info"));
    for (groups, verbs) in
        [("[apps]", "[get, delete]"), ("[apps]", "['*']"), ("['', apps]", "[get]"), ("['*']", "[get]")]
    {
        assert_eq!(of(groups, verbs).as_deref(), Some("warning"), "{groups} {verbs}");
    }
}

#[test]
fn a_definition_in_the_repository_tells_what_is_served() {
    let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\nrules: [{apiGroups: [boot.acme.org], resources: [parts], resourceNames: [a], verbs: [create]}]\n";
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: parts.boot.acme.org}\nspec:\n  group: boot.acme.org\n  scope: Namespaced\n  names: {kind: Part, plural: parts}\n  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]\n";
    assert_eq!(severity("create-with-resource-names", role), None);
    let both = format!("{role}---\n{definition}");
    assert_eq!(severity("create-with-resource-names", &both).as_deref(), Some("warning"));
}
