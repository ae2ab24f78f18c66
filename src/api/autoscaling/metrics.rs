//! What an autoscaler scales by.
//!
//! In: the `metrics` of an autoscaler. Out: findings. Mirrors `validateMetrics` of `pkg/apis/autoscaling/validation`.

use crate::api::core::quantity::quantity;
use crate::api::core::resource_name::container_resource_name;
use crate::api::field::Field;
use crate::api::report::Report;
use crate::object::Quantity;

use super::autoscaler::object_reference;

/// The sources, in the order in which the server looks at them, with the type that asks for each.
const SOURCES: [(&str, &str); 5] = [
    ("Object", "object"),
    ("External", "external"),
    ("Pods", "pods"),
    ("Resource", "resource"),
    ("ContainerResource", "containerResource"),
];

/// `validateMetrics`.
pub fn metrics<'t>(metrics: Field<'t>, report: &mut Report<'t>) {
    for metric in metrics.items() {
        one_metric(metric, report);
    }
}

/// `validateMetricSpec`: the source that the type asks for and no other; of several the first is judged.
fn one_metric<'t>(metric: Field<'t>, report: &mut Report<'t>) {
    let kind = metric.child("type");
    let present: Vec<_> = SOURCES.iter().filter(|(_, field)| is_set(metric, field, report)).collect();
    if let Some((_, field)) = present.first() {
        source(field, metric.child(field), report);
    }
    let wanted = SOURCES.iter().find(|(name, _)| *name == kind.text()).map(|(_, field)| *field);
    if let Some(field) = wanted.filter(|field| !is_set(metric, field, report)) {
        metric.child(field).required(report, "the type of the metric asks for it");
    }
    if present.len() > 1 {
        for (_, field) in present.iter().filter(|(_, field)| Some(*field) != wanted) {
            metric.child(field).forbidden(report, "the metric is of another type");
        }
    }
}

/// Before 1.27 the resource of a container is dropped (HPAContainerMetrics).
fn is_set(metric: Field<'_>, source: &'static str, report: &Report<'_>) -> bool {
    metric.child(source).is_present() && (source != "containerResource" || report.since(27))
}

fn source<'t>(name: &str, source: Field<'t>, report: &mut Report<'t>) {
    match name {
        "object" => object_source(source, report),
        "external" => external_source(source, report),
        "pods" => pods_source(source, report),
        "resource" => resource_target(source, report),
        _ => container_source(source, report),
    }
}

/// `validateObjectSource`.
fn object_source<'t>(source: Field<'t>, report: &mut Report<'t>) {
    object_reference(source.child("describedObject"), true, report);
    let (value, average) = target(source, report);
    if !value.is_present() && !average.is_present() {
        average.required(report, "the target has a `value` or an `averageValue`");
    }
}

/// `validateExternalSource`.
fn external_source<'t>(source: Field<'t>, report: &mut Report<'t>) {
    let (value, average) = target(source, report);
    match (value.is_present(), average.is_present()) {
        (false, false) => average.required(report, "the target has a `value` or an `averageValue`"),
        (true, true) => value.forbidden(report, "`averageValue` is set, too"),
        _ => {}
    }
}

/// `validatePodsSource`.
fn pods_source<'t>(source: Field<'t>, report: &mut Report<'t>) {
    let (_, average) = target(source, report);
    if !average.is_present() {
        average.required(report, "a metric of pods has a target for their average");
    }
}

/// `validateContainerResourceSource`.
fn container_source<'t>(source: Field<'t>, report: &mut Report<'t>) {
    source.child("name").check_if_set(report, container_resource_name);
    resource_target(source, report);
}

/// The end of `validateResourceSource`: a share of what is requested, or an amount.
fn resource_target<'t>(source: Field<'t>, report: &mut Report<'t>) {
    let (_, average) = target(source, report);
    let share = source.at(&["target", "averageUtilization"]);
    match (share.is_present(), average.is_present()) {
        (false, false) => share.required(report, "the target has an `averageUtilization` or an `averageValue`"),
        (true, true) => average.forbidden(report, "`averageUtilization` is set, too"),
        _ => {}
    }
}

/// `validateMetricTarget`; gives `value` and `averageValue`.
fn target<'t>(source: Field<'t>, report: &mut Report<'t>) -> (Field<'t>, Field<'t>) {
    let target = source.child("target");
    let kind = target.child("type");
    if kind.text().is_empty() {
        kind.required(report, "it says how the target is to be read");
    } else if !matches!(kind.text(), "Utilization" | "Value" | "AverageValue") {
        kind.invalid(report, "must be `Utilization`, `Value` or `AverageValue`");
    }
    let (value, average) = (target.child("value"), target.child("averageValue"));
    for amount in [value, average].into_iter().filter(|amount| amount.is_present()) {
        if quantity(amount).is_some_and(|amount| amount <= Quantity::ZERO) {
            amount.invalid(report, "must be positive");
        }
    }
    (value, average)
}
