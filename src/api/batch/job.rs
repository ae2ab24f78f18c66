//! Jobs, and the job templates of CronJobs.
//!
//! In: the object, or a job's spec. Out: what ValidateJob, ValidateJobSpec and validateJobSpec find.

use super::{failure_policy, job_labels, success_policy};
use crate::api::apps::template;
use crate::api::check::{names, number, one_of, text, text_at};
use crate::api::core::pod::Owner;
use crate::api::{ErrorType, Errors, meta};
use crate::object::Object;
use crate::yaml::{Node, Place};

/// maxParallelismForIndexedJob, maxFailedIndexesForIndexedJob and completionsSoftLimit.
const MANY: i64 = 100_000;
/// parallelismLimitForHighCompletions and maxFailedIndexesLimitForHighCompletions.
const MANY_OF_MANY: i64 = 10_000;

/// What validation needs to know of a job's numbers once defaults are filled in.
#[derive(Debug, Clone, Copy)]
pub struct Numbers {
    /// Whether the completion mode is `Indexed`.
    pub indexed: bool,
    /// Wanted completions.
    pub completions: Option<i64>,
}

/// ValidateJob.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = object.root.get("spec") else {
        let place = Place::missing(object.root, "spec.template.spec.containers");
        errors.error(ErrorType::Required, place, "`spec` with a `template` is required");
        return;
    };
    let mut numbers = Numbers::of(spec);
    if numbers.completions.is_none() && spec.get("parallelism").is_none() {
        numbers.completions = Some(1);
    }
    job_labels::validate(object, spec, errors);
    job_spec(spec, numbers, errors);
    pod_host_names(object, numbers, errors);
}

/// The job controller names the pods of an indexed job after it and their index.
fn pod_host_names<'t>(object: Object<'t>, numbers: Numbers, errors: &mut Errors<'t>) {
    let Some((name, place)) = meta::final_name(object) else { return };
    let Some(completions) = numbers.completions.filter(|count| numbers.indexed && *count > 0) else { return };
    let host = format!("{name}-{}", completions - 1);
    if names::dns_label(&host).is_err() {
        let message = format!("pods cannot be named `{host}`, which is not a valid DNS label");
        errors.error(ErrorType::Invalid, place, message);
    }
}

impl Numbers {
    /// As written, without the defaults that jobs (but not job templates) have.
    pub fn of(spec: Node<'_>) -> Self {
        let indexed = text_at(spec, "completionMode") == "Indexed";
        Self { indexed, completions: number::int_at(spec, "completions") }
    }
}

/// validateJobSpec.
pub fn job_spec<'t>(spec: Node<'t>, numbers: Numbers, errors: &mut Errors<'t>) {
    let per_index = errors.since(29); // JobBackoffLimitPerIndex: dropped before
    if per_index && spec.get("maxFailedIndexes").is_some() && spec.get("backoffLimitPerIndex").is_none() {
        errors.required(spec, "backoffLimitPerIndex").help = Some("`maxFailedIndexes` needs it".to_owned());
    }
    if numbers.indexed {
        indexed(spec, numbers, errors);
    } else if per_index && matches!(text_at(spec, "completionMode"), "" | "NonIndexed") {
        only_indexed(spec, &["backoffLimitPerIndex", "maxFailedIndexes"], errors);
    }
    policies(spec, numbers, errors);
    template::validate(spec, &Owner { restart_policies: &["OnFailure", "Never"], ..Owner::default() }, errors);
    restart_policy(spec, errors);
}

fn only_indexed<'t>(spec: Node<'t>, fields: &[&str], errors: &mut Errors<'t>) {
    for node in fields.iter().filter_map(|field| spec.get(field)) {
        errors.error(ErrorType::Invalid, Place::Value(node), "needs completion mode `Indexed`");
    }
}

/// The limits of indexed jobs.
fn indexed<'t>(spec: Node<'t>, numbers: Numbers, errors: &mut Errors<'t>) {
    if numbers.completions.is_none() {
        let place = Place::field(spec, "completions");
        errors.error(ErrorType::Required, place, "`completions` is required with completion mode `Indexed`");
    }
    number::at_most(spec, "parallelism", MANY, errors);
    if !errors.since(29) {
        return;
    }
    let completions = numbers.completions.unwrap_or(i64::MAX);
    if let Some(node) = spec.get("maxFailedIndexes").filter(|node| node.as_i64() > Some(completions)) {
        errors.invalid(node, "must be less than or equal to `completions`");
    }
    number::at_most(spec, "maxFailedIndexes", MANY, errors);
    if numbers.completions > Some(MANY) && spec.get("backoffLimitPerIndex").is_some() {
        if spec.get("maxFailedIndexes").is_none() {
            errors.required(spec, "maxFailedIndexes").help = Some(format!("with more than {MANY} completions"));
        }
        number::at_most(spec, "parallelism", MANY_OF_MANY, errors);
        number::at_most(spec, "maxFailedIndexes", MANY_OF_MANY, errors);
    }
}

fn policies<'t>(spec: Node<'t>, numbers: Numbers, errors: &mut Errors<'t>) {
    // What the gates JobPodFailurePolicy, JobSuccessPolicy and JobPodReplacementPolicy dropped before is not checked.
    if let Some(policy) = spec.get("podFailurePolicy").filter(|_| errors.since(26)) {
        failure_policy::validate(spec, policy, errors);
    }
    match spec.get("successPolicy").filter(|_| errors.since(31)) {
        Some(policy) if numbers.indexed => success_policy::validate(policy, numbers, errors),
        Some(_) => only_indexed(spec, &["successPolicy"], errors),
        None => {}
    }
    let replacements: &[&str] =
        if spec.get("podFailurePolicy").is_some() { &["Failed"] } else { &["Failed", "TerminatingOrFailed"] };
    if errors.since(29) {
        one_of(spec, "podReplacementPolicy", replacements, errors);
    }
}

/// Pods of jobs end: `Always`, which is the default, will not do.
fn restart_policy<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let place = template::nearest(spec, &["template", "spec", "restartPolicy"]);
    let policy = spec.at(&["template", "spec", "restartPolicy"]);
    let fails = errors.since(26) && spec.get("podFailurePolicy").is_some();
    match (policy.map_or("", text), policy) {
        ("" | "Always", _) | (_, None) => {
            let message = "`restartPolicy` is required and must be `OnFailure` or `Never`";
            errors.error(ErrorType::Required, place, message);
        }
        ("OnFailure", Some(node)) if fails => {
            errors.invalid(node, "must be `Never` where there is a `podFailurePolicy`");
        }
        // Any other text is refused with the pod.
        _ => {}
    }
}
