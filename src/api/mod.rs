//! What the API server checks after decoding.
//!
//! In: a decoded object and the target version of Kubernetes. Out: findings of category `api`, with the server's own
//! field paths and error types. One folder per API group, one file per type or concern.

pub mod report;

pub use report::{ErrorType, Report};

use crate::finding::Finding;
use crate::object::Object;
use crate::version::KubeVersion;

/// Validates one object as the server of that version would on creation.
pub fn validate(object: Object<'_>, version: KubeVersion) -> Vec<Finding> {
    let report = Report::new(object.root, version);
    report.into_findings()
}
