//! Validation of the API group `authorization.k8s.io`.
//!
//! In: an object of the group: a question about permissions, which is answered and not stored, so it has no metadata.
//! Out: violations. Mirrors `pkg/apis/authorization/validation/validation.go`.

use crate::api::check::{self, text_at};
use crate::api::{ErrorType, Errors};
use crate::object::Object;
use crate::yaml::{Node, Place};

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let (local, own) = match object.gvk.kind {
        "SubjectAccessReview" => (false, false),
        "SelfSubjectAccessReview" => (false, true),
        "LocalSubjectAccessReview" => (true, false),
        _ => return,
    };
    metadata(object, local, errors);
    let Some(spec) = object.spec() else {
        errors.error(ErrorType::Invalid, Place::missing(object.root, "spec.resourceAttributes"), "`spec` is required");
        return;
    };
    attributes(spec, errors);
    if !own && text_at(spec, "user").is_empty() && check::is_empty_at(spec, "groups") {
        errors.error(ErrorType::Invalid, Place::field(spec, "user"), "`user` or `groups` is required");
    }
    if local {
        same_namespace(object, spec, errors);
    }
}

fn metadata<'t>(object: Object<'t>, local: bool, errors: &mut Errors<'t>) {
    let Some(meta) = object.metadata() else { return };
    let allowed = |name: &str| name == "managedFields" || (local && name == "namespace");
    let filled = |node: Node<'_>| !node.is_null() && node.as_str() != Some("");
    if meta.entries().any(|entry| !allowed(entry.name) && filled(entry.value)) {
        let except = if local { " but for the namespace" } else { "" };
        errors.error(ErrorType::Invalid, meta, format!("the metadata of a question must be empty{except}"));
    }
}

/// ValidateSubjectAccessReviewSpec.
fn attributes<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let (resource, other) = (spec.get("resourceAttributes"), spec.get("nonResourceAttributes"));
    match (resource, other) {
        (Some(_), Some(other)) => {
            let message = "`nonResourceAttributes` and `resourceAttributes` are mutually exclusive";
            errors.error(ErrorType::Invalid, Place::Key(other), message);
        }
        (None, None) => {
            let message = "`resourceAttributes` or `nonResourceAttributes` is required";
            errors.error(ErrorType::Invalid, Place::field(spec, "resourceAttributes"), message);
        }
        _ => {}
    }
    for selector in ["fieldSelector", "labelSelector"] {
        if let Some(node) = resource.and_then(|resource| resource.get(selector)) {
            selection(node, errors);
        }
    }
}

fn selection<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    let raw = !text_at(node, "rawSelector").is_empty();
    match (raw, check::is_empty_at(node, "requirements")) {
        (true, false) => {
            let message = "`rawSelector` and `requirements` are mutually exclusive";
            errors.error(ErrorType::Invalid, Place::field(node, "rawSelector"), message);
        }
        (false, true) => {
            let message = "`rawSelector` or `requirements` is required";
            errors.error(ErrorType::Required, Place::field(node, "requirements"), message);
        }
        _ => {}
    }
}

/// ValidateLocalSubjectAccessReview.
fn same_namespace<'t>(object: Object<'t>, spec: Node<'t>, errors: &mut Errors<'t>) {
    if let Some(other) = spec.get("nonResourceAttributes") {
        errors.error(ErrorType::Invalid, Place::Key(other), "a question about a namespace is about resources only");
    }
    let Some(resource) = spec.get("resourceAttributes") else { return };
    if text_at(resource, "namespace") != object.namespace().unwrap_or("") {
        let message = "`namespace` must be that of the metadata";
        errors.error(ErrorType::Invalid, Place::field(resource, "namespace"), message);
    }
}

#[cfg(test)]
mod tests {
    use crate::api::testing::violations;

    #[test]
    fn questions() {
        let head = "apiVersion: authorization.k8s.io/v1\nkind: SelfSubjectAccessReview\n";
        assert!(violations(&format!("{head}spec: {{resourceAttributes: {{verb: get}}}}")).is_empty());
        assert_eq!(violations(&format!("{head}spec: {{}}")), ["invalid spec.resourceAttributes"]);
        let named = format!("{head}metadata: {{name: x}}\nspec: {{resourceAttributes: {{}}}}");
        assert_eq!(violations(&named), ["invalid metadata"]);
    }
}
