//! The schema of a version.
//!
//! In: `openAPIV3Schema` as it is written. Out: violations: that it is structural, that lists, maps, defaults and rules
//! in it make sense. Mirrors `validateCustomResourceDefinitionValidation`.

mod budget;
mod cel_rules;
mod complete;
#[cfg(test)]
mod cost_tests;
mod cursor;
mod defaults;
pub(super) mod field_path;
mod lists;
mod nested;
mod openapi;
mod root;
mod sizes;
mod structural;
mod types;
mod unsupported;
mod view;

pub(super) use unsupported::find as unsupported;
pub(super) use view::Schema;

use super::layout::Judged;
use crate::api::{ErrorType, Report};
use crate::openapi::MAX_DEPTH;
use cursor::Cursor;

/// Judges the schema of a version, or of all.
pub(super) fn validate<'t>(part: &Judged<'t>, has_status: bool, report: &mut Report<'t>) {
    let Some(root) = part.node.get("openAPIV3Schema").filter(|node| node.is_mapping()) else { return };
    let before = report.len();
    let cursor = Cursor::new(root, format!("{}.openAPIV3Schema", part.path));
    let root = Schema(root);
    if has_status {
        root::beside_status(&cursor, root, report);
    }
    if root.flag("nullable") {
        cursor.error(ErrorType::Forbidden, root, "nullable", "the root must not be nullable", report);
    }
    let init = unsupported(root);
    let mut sound = init.is_none();
    if sound {
        let structural = report.len();
        structural::validate(&cursor, root, report);
        complete::validate(&cursor, root, report);
        sound = report.len() == structural;
        if sound {
            defaults::validate(&cursor, root, report);
            sound = report.len() == structural;
        }
    }
    openapi::validate(&cursor, root, sound, report);
    if let Some((node, why)) = init.filter(|_| report.len() == before) {
        report.error_at_path(ErrorType::Invalid, crate::yaml::Place::Key(node), cursor.prefix.clone(), why);
    }
}
