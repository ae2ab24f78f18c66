//! Lease.
//!
//! In: a decoded lease. Out: findings. Mirrors `pkg/apis/coordination/validation`; `strategy` and `preferredHolder` are
//! dropped before validation while the feature CoordinatedLeaderElection is off, as it is by default.

use crate::api::field::Field;
use crate::api::report::Report;
use crate::object::Object;

/// `ValidateLeaseSpec`.
pub fn lease<'t>(object: Object<'t>, report: &mut Report<'t>) {
    let spec = Field::of(object.root).child("spec");
    if spec.child("leaseDurationSeconds").int().is_some_and(|seconds| seconds <= 0) {
        spec.child("leaseDurationSeconds").invalid(report, "must be greater than 0");
    }
    if spec.child("leaseTransitions").int().is_some_and(|count| count < 0) {
        spec.child("leaseTransitions").invalid(report, "must be greater than or equal to 0");
    }
}
