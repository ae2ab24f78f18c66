//! CronJobs.
//!
//! In: the object. Out: what ValidateCronJobCreate finds.

use super::job::{self, Numbers};
use crate::api::check::{cron, text};
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors, meta};
use crate::object::Object;
use crate::yaml::{Node, Place};

/// The controller appends 11 characters to make a job's name.
const LONGEST_NAME: usize = 52;

/// Names and links of the time zone database (2025b), sorted.
const ZONES: &str = include_str!("../../../schemas/time-zones.txt");

/// ValidateCronJobCreate.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    if let Some((name, place)) = meta::final_name(object).filter(|(name, _)| name.len() > LONGEST_NAME) {
        let message = format!("{}: must have at most {LONGEST_NAME} characters: jobs are named after it", quote(&name));
        errors.error(ErrorType::Invalid, place, message);
    }
    let Some(spec) = object.root.get("spec") else {
        let place = Place::missing(object.root, "spec.schedule");
        errors.error(ErrorType::Required, place, "`spec` with a `schedule` is required");
        return;
    };
    schedule(spec, errors);
    time_zone(spec, errors);
    match spec.at(&["jobTemplate", "spec"]) {
        Some(job) => job_template(job, errors),
        None => {
            let place = Place::missing(spec, "jobTemplate.spec.template.spec.containers");
            errors.error(ErrorType::Required, place, "`jobTemplate` with a pod template is required");
        }
    }
}

/// validateScheduleFormat.
fn schedule<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let Some(node) = spec.get("schedule").filter(|node| !text(*node).is_empty()) else { return };
    if let Err(why) = cron::schedule(text(node)) {
        errors.invalid(node, &why);
    }
    if errors.since(29) && text(node).contains("TZ") {
        errors.invalid(node, "must not name a time zone: use `timeZone`");
    }
}

/// validateTimeZone.
fn time_zone<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let Some(node) = spec.get("timeZone") else { return };
    let name = text(node);
    if name.is_empty() {
        errors.invalid(node, "must not be empty: remove it, or set a time zone");
    } else if name.eq_ignore_ascii_case("local") {
        errors.invalid(node, "must be a time zone of the IANA database");
    } else if !is_zone(name) {
        errors.invalid(node, "is not a time zone of the IANA database");
    }
}

fn is_zone(name: &str) -> bool {
    ZONES.lines().any(|zone| zone == name)
}

/// ValidateJobTemplateSpec.
fn job_template<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    job::job_spec(spec, Numbers::of(spec), errors);
    if let Some(node) = spec.get("selector") {
        errors.error(ErrorType::Invalid, Place::Key(node), "the server sets the selector itself: remove it");
    }
    if let Some(node) = spec.get("manualSelector").filter(|node| node.as_bool() == Some(true)) {
        errors.not_supported(node, &["false"]);
    }
}
