//! Reviews and what becomes of them.

use serde_json::{Value, json};

use super::*;

fn policy(fail_on: Option<Severity>) -> Policy {
    Policy::new(Engine::default(), String::new(), fail_on)
}

fn request(operation: &str, object: Value) -> Value {
    json!({
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {"uid": "705ab4f5-6393-11e8-b7cc-42010a800002", "operation": operation, "object": object},
    })
}

fn pod(image: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a", "namespace": "shop"},
        "spec": {"containers": [{"name": "a", "image": image}]},
    })
}

fn decide(review_in: &Value, fail_on: Option<Severity>) -> Value {
    let out = review(review_in.to_string().as_bytes(), &policy(fail_on)).expect("the review is well formed");
    let out: Value = serde_json::from_str(&out).expect("it is JSON");
    assert_eq!((&out["apiVersion"], &out["kind"]), (&json!("admission.k8s.io/v1"), &json!("AdmissionReview")));
    assert_eq!(out["response"]["uid"], review_in["request"]["uid"]);
    out["response"].clone()
}

fn warnings(response: &Value) -> Vec<&str> {
    response["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn what_is_milder_than_the_policy_becomes_a_warning() {
    let response = decide(&request("CREATE", pod("nginx:latest")), Some(Severity::Error));
    assert_eq!(response["allowed"], true);
    let expected = "kubevet: spec.containers[0].image: container `a` uses the mutable tag `latest` (latest-image-tag)";
    assert!(warnings(&response).contains(&expected), "{response:#}");
}

#[test]
fn what_is_not_keeps_the_object_out() {
    let response = decide(&request("UPDATE", pod("nginx:latest")), Some(Severity::Warning));
    assert_eq!((&response["allowed"], &response["status"]["code"]), (&json!(false), &json!(403)));
    let message = response["status"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("spec.containers[0].image: container `a`"), "{message}");
    let invalid = decide(&request("CREATE", pod("")), Some(Severity::Error));
    assert_eq!(invalid["allowed"], false, "{invalid:#}");
    assert_eq!(decide(&request("CREATE", pod("")), None)["allowed"], true);
}

#[test]
fn where_there_is_nothing_to_check_all_is_allowed() {
    let mut scale = request("UPDATE", pod(""));
    scale["request"]["subResource"] = json!("status");
    for review in [request("DELETE", pod("")), request("CONNECT", pod("")), request("CREATE", Value::Null), scale] {
        assert_eq!(decide(&review, Some(Severity::Info)), json!({"uid": review["request"]["uid"], "allowed": true}));
    }
}

#[test]
fn warnings_keep_within_the_limits_of_the_api() {
    let mut object = pod("nginx:latest");
    let containers =
        (0..200).map(|index| json!({"name": format!("c{index}"), "image": format!("{}:latest", "ä".repeat(200))}));
    object["spec"]["containers"] = containers.collect();
    let response = decide(&request("CREATE", object), None);
    let warnings = warnings(&response);
    assert!(warnings.iter().all(|warning| warning.len() <= 256), "{warnings:#?}");
    assert!(warnings.iter().map(|warning| warning.len()).sum::<usize>() <= 4096);
    assert!(warnings.last().is_some_and(|last| last.ends_with(" more")), "{warnings:#?}");
}

#[test]
fn what_is_no_review_gets_no_response() {
    for (text, why) in [
        ("", "not JSON"),
        ("[]", "an AdmissionReview of admission.k8s.io/v1 is expected"),
        (r#"{"apiVersion": "admission.k8s.io/v1beta1", "kind": "AdmissionReview"}"#, "v1beta1"),
        (r#"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}"#, "no request"),
        (r#"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {}}"#, "no uid"),
        (
            r#"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "a"}}"#,
            "not an operation",
        ),
    ] {
        let error = review(text.as_bytes(), &policy(None)).expect_err(text);
        assert!(error.to_string().contains(why), "{text}: {error}");
    }
}

fn update(old: Value, new: Value) -> Value {
    let mut review = request("UPDATE", new);
    review["request"]["oldObject"] = old;
    review
}

#[test]
fn an_update_is_denied_only_for_what_it_makes_worse() {
    let mut more = pod("");
    more["metadata"]["labels"] = json!({"team": "shop"});
    let response = decide(&update(pod(""), more.clone()), Some(Severity::Error));
    assert_eq!(response["allowed"], true, "{response:#}");
    assert!(warnings(&response).iter().any(|warning| warning.contains("image")), "{response:#}");
    assert_eq!(decide(&update(pod("a:1"), more.clone()), Some(Severity::Error))["allowed"], false);
    // A second one of the kind that was there is new.
    let second = json!({"name": "b", "image": ""});
    more["spec"]["containers"].as_array_mut().expect("a list").push(second);
    assert_eq!(decide(&update(pod(""), more), Some(Severity::Error))["allowed"], false);
}

#[test]
fn what_is_being_deleted_may_lose_its_finalizers() {
    let mut old = pod("");
    old["metadata"]["finalizers"] = json!(["example.com/a"]);
    old["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
    let mut new = old.clone();
    new["metadata"]["finalizers"] = json!([]);
    assert_eq!(decide(&update(old.clone(), new), Some(Severity::Info))["allowed"], true);
    old["metadata"]["deletionTimestamp"] = Value::Null;
    let mut new = old.clone();
    new["metadata"]["finalizers"] = json!([]);
    assert_eq!(decide(&update(old, new), Some(Severity::Error))["allowed"], true);
}

#[test]
fn an_object_without_schema_is_a_warning() {
    let object = json!({"apiVersion": "unheard.example.com/v1", "kind": "Thing", "metadata": {"name": "a"}});
    let response = decide(&request("CREATE", object), Some(Severity::Error));
    assert_eq!(response["allowed"], true);
    assert!(warnings(&response).iter().any(|warning| warning.contains("no schema")), "{response:#}");
}
