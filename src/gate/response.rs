//! The response of an AdmissionReview.
//!
//! In: the request's uid and what was found. Out: JSON. The fields are those of
//! `k8s.io/api/admission/v1.AdmissionResponse`. Warnings keep within what the API server passes on: 256 characters each,
//! 4,096 in all; we count bytes, which are never fewer.

use serde_json::{Value, json};

use crate::escape;
use crate::finding::Finding;

/// Longest warning, in bytes.
const MAX_WARNING: usize = 256;
/// Longest warnings together, in bytes.
const MAX_WARNINGS: usize = 4096;
/// Longest message of a denial, in bytes.
const MAX_MESSAGE: usize = 16 * 1024;

/// Lets the object in.
pub fn allow(uid: &str, warnings: &[&Finding], notes: Vec<String>) -> String {
    review(json!({"uid": uid, "allowed": true}), warnings, notes)
}

/// Keeps the object out.
pub fn deny(uid: &str, reasons: &[&Finding], warnings: &[&Finding], notes: Vec<String>) -> String {
    let lines: Vec<_> = reasons.iter().map(|finding| sentence(finding)).collect();
    let message = cut(&format!("kubevet: {}", lines.join("; ")), MAX_MESSAGE);
    let status = json!({"status": "Failure", "message": message, "reason": "Forbidden", "code": 403});
    review(json!({"uid": uid, "allowed": false, "status": status}), warnings, notes)
}

/// `notes` come first: what is said of the request as a whole.
fn review(mut response: Value, findings: &[&Finding], notes: Vec<String>) -> String {
    let warnings = warnings(findings, notes);
    if !warnings.is_empty() {
        response["warnings"] = json!(warnings);
    }
    json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}).to_string()
}

/// As many as fit; the last one says how many do not.
fn warnings(findings: &[&Finding], notes: Vec<String>) -> Vec<String> {
    let notes = notes.into_iter().map(|note| cut(&format!("kubevet: {note}"), MAX_WARNING));
    let mut warnings: Vec<String> = notes.collect();
    let mut left = MAX_WARNINGS.saturating_sub(warnings.iter().map(String::len).sum());
    for (index, finding) in findings.iter().enumerate() {
        let warning = cut(&format!("kubevet: {}", sentence(finding)), MAX_WARNING);
        let more = format!("kubevet: {} more", findings.len() - index);
        let is_last = index + 1 == findings.len();
        if warning.len() + if is_last { 0 } else { more.len() } > left {
            warnings.push(more);
            break;
        }
        left -= warning.len();
        warnings.push(warning);
    }
    warnings
}

/// `path: message (rule)`.
fn sentence(finding: &Finding) -> String {
    let path = if finding.path.is_empty() { String::new() } else { format!("{}: ", escape::line(&finding.path)) };
    format!("{path}{} ({})", escape::line(&finding.message), finding.rule)
}

/// At most `limit` bytes, an ellipsis included.
fn cut(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let mut end = limit - '…'.len_utf8();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}
