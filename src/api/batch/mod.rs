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

use crate::api::Report;
use crate::object::Object;

/// Validates an object by its kind. Statuses are not judged: creation drops them.
pub fn validate<'t>(object: Object<'t>, report: &mut Report<'t>) {
    match object.gvk.kind {
        "CronJob" => cron_job::validate(object, report),
        "Job" => job::validate(object, report),
        _ => {}
    }
}
