//! Validation of the API group `apiextensions.k8s.io`.
//!
//! In: a CustomResourceDefinition. Out: violations of its rules, except those on metadata. Mirrors
//! `apiextensions-apiserver/pkg/apis/apiextensions/validation`. The server judges an older form of the object, in which
//! what all versions have in common stands once at the top: its paths are reported (see `layout`).

mod approval;
mod columns;
mod conversion;
mod definition;
mod layout;
mod names;
mod schema;
mod selectable;
mod version;

use crate::api::Report;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, report: &mut Report<'t>) {
    if object.gvk.kind == "CustomResourceDefinition" {
        definition::validate(object, report);
    }
}
