//! Validation of the API group `admissionregistration.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata. Mirrors
//! `pkg/apis/admissionregistration/validation/validation.go`.

mod binding;
mod conditions;
mod environment;
mod mutating;
mod policy;
mod rules;
mod webhook;

use crate::api::Errors;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let hooks = object.gvk.kind.ends_with("WebhookConfiguration");
    if hooks && object.gvk.version != "v1" {
        // Older versions, with other defaults, are served no more.
        return;
    }
    match object.gvk.kind {
        "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration" => {
            webhook::configuration(object.root, errors);
        }
        "ValidatingAdmissionPolicy" => policy::validate(object, errors),
        "MutatingAdmissionPolicy" => mutating::validate(object.root, errors),
        "ValidatingAdmissionPolicyBinding" => binding::validating(object.root, errors),
        "MutatingAdmissionPolicyBinding" => binding::mutating(object.root, errors),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::api::testing::violations;

    fn policy(kind: &str, spec: &str) -> Vec<String> {
        violations(&format!(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: {kind}\nmetadata: {{name: p}}\nspec:\n  \
             matchConstraints: {{resourceRules: [{{apiGroups: [''], apiVersions: [v1], operations: [CREATE], \
             resources: [pods]}}]}}\n{spec}"
        ))
    }

    #[test]
    fn expressions_know_what_stands_at_their_place() {
        let validate = |expression: &str| {
            let spec = format!(
                "  variables: [{{name: m, expression: object.spec.replicas}}, {{name: s, expression: \"'a'\"}}]\n  \
                 validations: [{{expression: {expression:?}}}]\n"
            );
            policy("ValidatingAdmissionPolicy", &spec)
        };
        for good in [
            "variables.m > 1 && variables.s.startsWith('a')",
            "request.userInfo.groups.exists(g, g == 'x')",
            "authorizer.group('').resource('pods').check('get').allowed()",
            "authorizer.requestResource.check('get').allowed()",
            "namespaceObject.metadata.labels['a'] == 'b' || has(oldObject.x)",
        ] {
            assert!(validate(good).is_empty(), "{good}: {:?}", validate(good));
        }
        for bad in ["variables.nope == 1", "variables.s > 1", "params.x == 1", "request.object == 1", "object.x", "'a'"]
        {
            assert_eq!(validate(bad), ["invalid spec.validations[0].expression"], "{bad}");
        }
    }

    #[test]
    fn patches_have_types_of_their_own() {
        let mutate = |patch: &str| {
            policy("MutatingAdmissionPolicy", &format!("  reinvocationPolicy: Never\n  mutations: [{patch}]\n"))
        };
        let apply = |expression: &str| {
            mutate(&format!("{{patchType: ApplyConfiguration, applyConfiguration: {{expression: {expression:?}}}}}"))
        };
        assert!(apply("Object{spec: Object.spec{replicas: 1}}").is_empty());
        assert_eq!(apply("{'spec': 1}"), ["invalid spec.mutations[0].applyConfiguration.expression"]);
        let json =
            |expression: &str| mutate(&format!("{{patchType: JSONPatch, jsonPatch: {{expression: {expression:?}}}}}"));
        assert!(json("[JSONPatch{op: 'add', path: '/a/' + jsonpatch.escapeKey('b/c'), value: object.x}]").is_empty());
        assert_eq!(json("[JSONPatch{op: 1}]"), ["invalid spec.mutations[0].jsonPatch.expression"]);
        assert_eq!(json("JSONPatch{op: 'add'}"), ["invalid spec.mutations[0].jsonPatch.expression"]);
    }

    #[test]
    fn wildcards_cover_others() {
        let hook = |resources: &str| {
            violations(&format!(
                "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {{name: p}}\n\
                 webhooks: [{{name: a.b.c, sideEffects: None, admissionReviewVersions: [v1], clientConfig: \
                 {{url: 'https://x'}}, rules: [{{apiGroups: ['*'], apiVersions: [v1], operations: ['*'], \
                 resources: {resources}}}]}}]"
            ))
        };
        assert!(hook("[pods, '*/status']").is_empty());
        assert_eq!(hook("['pods/*', pods/status]"), ["invalid webhooks[0].rules[0].resources[1]"]);
        assert_eq!(hook("['*', pods]"), ["invalid webhooks[0].rules[0].resources"]);
        // Only the last resource counts for that, as in the server.
        assert!(hook("['*', pods, '*']").is_empty());
    }
}
