//! Fields that objects can be selected by.
//!
//! In: the versions of a definition. Out: violations. Mirrors `ValidateCustomResourceSelectableFields` and its callers,
//! the one of them included that crashes the server. Beta since 1.31 (CustomResourceFieldSelectors).

use std::collections::HashSet;

use super::layout::{Checked, Part};
use super::schema::{self, Schema, field_path};
use crate::api::check::text_at;
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// Most fields of a version.
const MOST: usize = 8;

/// Validates the selectable fields of all versions.
pub(super) fn validate<'t>(versions: &[Node<'t>], errors: &mut Errors<'t>) {
    if !errors.since(31) {
        return;
    }
    let schemas = Part::Schema.checked(versions);
    for part in Part::Selectable.checked(versions).iter().filter(|part| !part.node.is_empty()) {
        let found = schemas.iter().find(|schema| schema.version == part.version);
        match found.and_then(|schema| schema.node.get("openAPIV3Schema")) {
            Some(root) => fields(part, Schema(root), errors),
            None => {
                let message = "selectable fields must differ between versions where their schemas do, and only there";
                errors.error_at_path(ErrorType::Invalid, part.node, part.path.clone(), message);
            }
        }
    }
}

fn fields<'t>(part: &Checked<'t>, root: Schema<'t>, errors: &mut Errors<'t>) {
    if let Some((node, why)) = schema::unsupported(root) {
        let message = format!("the server crashes on selectable fields with a schema that is not structural: {why}");
        errors.error_at_path(ErrorType::Internal, Place::Key(node), part.path.clone(), message);
        return;
    }
    let mut seen = HashSet::new();
    for (index, field) in part.node.items().enumerate() {
        let path = format!("{}[{index}].jsonPath", part.path);
        let place = Place::field(field, "jsonPath");
        let value = text_at(field, "jsonPath");
        if value.is_empty() {
            errors.error_at_path(ErrorType::Required, place, path, "`jsonPath` is required");
            continue;
        }
        let mut refuse = |kind: ErrorType, why: &str| {
            errors.error_at_path(kind, place.clone(), path.clone(), format!("{}: {why}", quote(value)));
        };
        let (steps, found) = match field_path::resolve(value, root, false) {
            Ok(found) => found,
            Err(why) => {
                refuse(ErrorType::Invalid, &why);
                continue;
            }
        };
        if steps.first().is_some_and(|step| step == "metadata") {
            refuse(ErrorType::Invalid, "must not lie in the metadata");
        }
        if !matches!(found.ty(), "string" | "boolean" | "integer") {
            refuse(ErrorType::Invalid, "must be a field of type string, boolean or integer");
        }
        if !seen.insert(steps.join("\0")) {
            refuse(ErrorType::Duplicate, "is listed twice");
        }
    }
    if seen.len() > MOST {
        let message = format!("{} selectable fields: at most {MOST} are allowed", seen.len());
        errors.error_at_path(ErrorType::TooMany, part.node, part.path.clone(), message);
    }
}
