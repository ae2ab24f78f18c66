//! What unit tests of validation share.
//!
//! In: the text of one manifest. Out: the violations found in it, as `rule path`, in the order of the text.

use crate::engine::validate_texts;
use crate::finding::Category;
use crate::version::KubeVersion;

/// Validates a manifest for a minor version. What decoding says is left out.
pub(crate) fn violations_in(text: &str, minor: u8) -> Vec<String> {
    let texts = vec![("test.yaml".to_owned(), text.as_bytes().to_vec())];
    let findings = validate_texts(texts, KubeVersion(minor)).findings;
    let said = findings.into_iter().filter(|finding| finding.category == Category::Api);
    said.map(|finding| format!("{} {}", finding.rule, finding.path)).collect()
}

/// Validates a manifest for Kubernetes 1.36.
pub(crate) fn violations(text: &str) -> Vec<String> {
    violations_in(text, 36)
}
