//! Validation of the API group `batch`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata. Mirrors
//! `pkg/apis/batch/validation`.

mod cron_job;
mod failure_policy;
mod indexes;
mod job;
mod job_labels;
mod success_policy;

use crate::api::Errors;
use crate::object::Object;

/// Validates an object by its kind. Statuses are not checked: creation drops them.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    match object.gvk.kind {
        "CronJob" => cron_job::validate(object, errors),
        "Job" => job::validate(object, errors),
        _ => {}
    }
}
