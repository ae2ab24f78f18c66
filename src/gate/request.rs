//! The request of an AdmissionReview.
//!
//! In: JSON. Out: [`AdmissionRequest`], or in what way it is [`Malformed`]. The fields are those of
//! `k8s.io/api/admission/v1.AdmissionRequest`.

use std::fmt;

use serde_json::Value;

/// What is to be decided.
pub struct AdmissionRequest {
    /// To be echoed in the response.
    pub uid: String,
    /// The object to check, as JSON; nothing where there is nothing to check.
    pub object: Option<String>,
    /// What an update changes, as JSON.
    pub old: Option<String>,
}

/// Why a text is no AdmissionReview with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed(String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Malformed {}

fn malformed<T>(why: impl Into<String>) -> Result<T, Malformed> {
    Err(Malformed(why.into()))
}

impl AdmissionRequest {
    /// Reads a review.
    pub fn parse(text: &[u8]) -> Result<Self, Malformed> {
        let review: Value = match serde_json::from_slice(text) {
            Ok(review) => review,
            Err(error) => return malformed(format!("the review is not JSON: {error}")),
        };
        let text_at = |pointer: &str| review.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        match (text_at("/apiVersion"), text_at("/kind")) {
            ("admission.k8s.io/v1", "AdmissionReview") => {}
            (api_version, kind) => {
                let got = format!("`{api_version}` `{kind}`");
                return malformed(format!("an AdmissionReview of admission.k8s.io/v1 is expected, not {got}"));
            }
        }
        if !review.get("request").is_some_and(Value::is_object) {
            return malformed("the review has no request");
        }
        let uid = text_at("/request/uid");
        if uid.is_empty() {
            return malformed("the request has no uid");
        }
        let whole = text_at("/request/subResource").is_empty();
        let (object, old) = match text_at("/request/operation") {
            "CREATE" if whole => (object(&review, "object")?, None),
            // What is on its way out is let go: nobody fixes it any more, and its finalizers have to come off.
            "UPDATE" if whole && !is_leaving(&review) => (object(&review, "object")?, object(&review, "oldObject")?),
            "CREATE" | "UPDATE" | "DELETE" | "CONNECT" => (None, None),
            other => return malformed(format!("`{other}` is not an operation: use CREATE, UPDATE, DELETE or CONNECT")),
        };
        Ok(Self { uid: uid.to_owned(), object, old })
    }
}

/// Whether the object is being deleted.
fn is_leaving(review: &Value) -> bool {
    let at = review.pointer("/request/object/metadata/deletionTimestamp");
    at.is_some_and(|at| !at.is_null())
}

fn object(review: &Value, field: &str) -> Result<Option<String>, Malformed> {
    match review.get("request").and_then(|request| request.get(field)) {
        None | Some(Value::Null) => Ok(None),
        Some(object @ Value::Object(_)) => Ok(Some(object.to_string())),
        Some(_) => malformed(format!("the request's `{field}` is not an object")),
    }
}
