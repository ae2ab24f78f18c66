//! Binding: a pod put on a node by hand.
//!
//! In: a decoded binding. Out: findings. Mirrors `ValidatePodBinding` of `pkg/apis/core/validation`.

use crate::api::field::Field;
use crate::api::report::Report;
use crate::object::Object;

/// `ValidatePodBinding`.
pub fn binding<'t>(object: Object<'t>, report: &mut Report<'t>) {
    let target = Field::of(object.root).child("target");
    if !target.child("kind").text().is_empty() {
        target.child("kind").one_of(report, &["Node"]);
    }
    target.child("name").required_text(report);
}
