//! The schema of a version.
//!
//! In: `openAPIV3Schema` as it is written. Out: violations: that it is structural, that lists, maps, defaults and rules
//! in it make sense. Mirrors `validateCustomResourceDefinitionValidation`.

mod budget;
mod cel_rules;
mod complete;
#[cfg(test)]
mod cost_tests;
mod defaults;
pub(super) mod field_path;
mod lists;
mod nested;
mod openapi;
mod root;
mod schema_root;
mod sizes;
mod structural;
mod types;
mod unsupported;
mod view;

pub(super) use unsupported::find as unsupported;
pub(super) use view::Schema;

use super::layout::Checked;
use crate::api::{ErrorType, Errors};
use crate::openapi::MAX_DEPTH;
use schema_root::SchemaRoot;

/// Validates the schema of a version, or of all.
pub(super) fn validate<'t>(part: &Checked<'t>, has_status: bool, errors: &mut Errors<'t>) {
    let Some(root) = part.node.get("openAPIV3Schema").filter(|node| node.is_mapping()) else { return };
    let before = errors.len();
    let cursor = SchemaRoot::new(root, format!("{}.openAPIV3Schema", part.path));
    let root = Schema(root);
    if has_status {
        root::beside_status(&cursor, root, errors);
    }
    if root.flag("nullable") {
        cursor.error(ErrorType::Forbidden, root, "nullable", "the root must not be nullable", errors);
    }
    let init = unsupported(root);
    let mut sound = init.is_none();
    if sound {
        let structural = errors.len();
        structural::validate(&cursor, root, errors);
        complete::validate(&cursor, root, errors);
        sound = errors.len() == structural;
        if sound {
            defaults::validate(&cursor, root, errors);
            sound = errors.len() == structural;
        }
    }
    openapi::validate(&cursor, root, sound, errors);
    if let Some((node, why)) = init.filter(|_| errors.len() == before) {
        errors.error_at_path(ErrorType::Invalid, crate::yaml::Place::Key(node), cursor.prefix.clone(), why);
    }
}
