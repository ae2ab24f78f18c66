//! PodDisruptionBudget.
//!
//! In: a decoded budget. Out: findings. Mirrors `pkg/apis/policy/validation`.

use crate::api::check::{int_or_percent, labels};
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::object::Object;

/// `ValidatePodDisruptionBudgetSpec`.
pub fn disruption_budget<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let spec = Field::of(object.root).child("spec");
    let (least, most) = (spec.child("minAvailable"), spec.child("maxUnavailable"));
    if least.is_present() && most.is_present() {
        errors.error(ErrorType::Invalid, spec, "`minAvailable` and `maxUnavailable` cannot both be set");
    }
    for bound in [least, most].into_iter().filter_map(Field::node) {
        int_or_percent::non_negative(bound, errors);
        int_or_percent::at_most_all(bound, errors);
    }
    if let Some(selector) = spec.child("selector").node() {
        labels::selector(selector, errors);
    }
}
