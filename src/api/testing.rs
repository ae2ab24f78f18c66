//! What unit tests of validation share.
//!
//! In: the text of one manifest. Out: the violations found in it, as `rule path`.

use crate::object::Object;
use crate::source::{Source, SourceId};
use crate::version::KubeVersion;
use crate::yaml;

/// Judges a manifest for a minor version.
pub(crate) fn violations_in(text: &str, minor: u8) -> Vec<String> {
    let source = Source::from_text(SourceId(0), "test.yaml", text);
    let documents = yaml::read(&source, &yaml::Limits::default());
    let tree = documents[0].tree.as_ref().expect("well-formed YAML");
    let object = Object::from_node(tree.root()).expect("an object");
    let findings = super::validate(object, KubeVersion(minor));
    findings.into_iter().map(|finding| format!("{} {}", finding.rule, finding.path)).collect()
}

/// Judges a manifest for Kubernetes 1.36.
pub(crate) fn violations(text: &str) -> Vec<String> {
    violations_in(text, 36)
}
