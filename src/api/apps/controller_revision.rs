//! ControllerRevisions.
//!
//! In: the object. Out: what ValidateControllerRevisionCreate finds.

use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// ValidateControllerRevisionCreate.
pub fn validate<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    if !root.get("data").is_some_and(Node::is_mapping) {
        errors.error(ErrorType::Required, Place::field(root, "data"), "`data` is required and must be a map");
    }
}
