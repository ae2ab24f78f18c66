//! ControllerRevisions.
//!
//! In: the object. Out: what ValidateControllerRevisionCreate finds.

use crate::api::{ErrorType, Report};
use crate::yaml::{Node, Place};

/// ValidateControllerRevisionCreate.
pub fn validate<'t>(root: Node<'t>, report: &mut Report<'t>) {
    if !root.get("data").is_some_and(Node::is_mapping) {
        report.error(ErrorType::Required, Place::field(root, "data"), "`data` is required and must be a map");
    }
}
