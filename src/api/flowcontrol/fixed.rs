//! The objects that every server creates itself: they cannot be changed.
//!
//! In: an object of such a name. Out: a violation where its spec is another. The values are those of
//! `pkg/apis/flowcontrol/internalbootstrap` and `k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap`.

use serde_json::{Value, json};

use crate::api::{ErrorType, Errors};
use crate::object::Object;
use crate::yaml::{self, Place};

/// Validates the spec of a FlowSchema by its name.
pub(super) fn flow_schema<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let group = |name: &str| json!({"kind": "Group", "group": {"name": name}});
    let all = |subjects: Vec<Value>| {
        json!([{
            "subjects": subjects,
            "resourceRules": [
                {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "namespaces": ["*"], "clusterScope": true}
            ],
            "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
        }])
    };
    let fixed = match object.name() {
        Some("exempt") => json!({
            "matchingPrecedence": 1,
            "priorityLevelConfiguration": {"name": "exempt"},
            "rules": all(vec![group("system:masters")]),
        }),
        Some("catch-all") => json!({
            "matchingPrecedence": 10_000,
            "priorityLevelConfiguration": {"name": "catch-all"},
            "distinguisherMethod": {"type": "ByUser"},
            "rules": all(vec![group("system:unauthenticated"), group("system:authenticated")]),
        }),
        _ => return,
    };
    compare(object, &fixed, errors);
}

/// Validates the spec of a PriorityLevelConfiguration by its name. What is exempt may be tuned, so only its type counts,
/// and that is checked for all names.
pub(super) fn priority_level<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    if object.name() == Some("catch-all") {
        let limited = json!({"nominalConcurrencyShares": 5, "lendablePercent": 0, "limitResponse": {"type": "Reject"}});
        compare(object, &json!({"type": "Limited", "limited": limited}), errors);
    }
}

fn compare<'t>(object: Object<'t>, fixed: &Value, errors: &mut Errors<'t>) {
    let text = object.spec().and_then(|spec| yaml::to_json(spec).ok());
    let mut given = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(Value::Null);
    if let Some(limited) = given.get_mut("limited").and_then(Value::as_object_mut) {
        limited.entry("lendablePercent").or_insert(json!(0));
    }
    if given != *fixed {
        let message = format!("the spec of `{}` is fixed by the server", object.name().unwrap_or(""));
        errors.error(ErrorType::Invalid, Place::field(object.root, "spec"), message);
    }
}
