//! What an autoscaler scales by.
//!
//! In: the `metrics` of an autoscaler. Out: findings. Mirrors `validateMetrics` of `pkg/apis/autoscaling/validation`.

use crate::api::core::quantity::quantity;
use crate::api::core::resource_name::container_resource_name;
use crate::api::errors::Errors;
use crate::api::field::Field;
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
pub fn metrics<'t>(metrics: Field<'t>, errors: &mut Errors<'t>) {
    for metric in metrics.items() {
        one_metric(metric, errors);
    }
}

/// `validateMetricSpec`: the source that the type asks for and no other; of several the first is checked.
fn one_metric<'t>(metric: Field<'t>, errors: &mut Errors<'t>) {
    let kind = metric.child("type");
    let present: Vec<_> = SOURCES.iter().filter(|(_, field)| is_set(metric, field, errors)).collect();
    if let Some((_, field)) = present.first() {
        source(field, metric.child(field), errors);
    }
    let wanted = SOURCES.iter().find(|(name, _)| *name == kind.text()).map(|(_, field)| *field);
    if let Some(field) = wanted.filter(|field| !is_set(metric, field, errors)) {
        metric.child(field).required(errors, "the metric type requires it");
    }
    if present.len() > 1 {
        for (_, field) in present.iter().filter(|(_, field)| Some(*field) != wanted) {
            metric.child(field).forbidden(errors, "the metric is of another type");
        }
    }
}

/// Before 1.27 the resource of a container is dropped (HPAContainerMetrics).
fn is_set(metric: Field<'_>, source: &'static str, errors: &Errors<'_>) -> bool {
    metric.child(source).is_present() && (source != "containerResource" || errors.since(27))
}

fn source<'t>(name: &str, source: Field<'t>, errors: &mut Errors<'t>) {
    match name {
        "object" => object_source(source, errors),
        "external" => external_source(source, errors),
        "pods" => pods_source(source, errors),
        "resource" => resource_target(source, errors),
        _ => container_source(source, errors),
    }
}

/// `validateObjectSource`.
fn object_source<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    object_reference(source.child("describedObject"), true, errors);
    let (value, average) = target(source, errors);
    if !value.is_present() && !average.is_present() {
        average.required(errors, "the target needs a `value` or an `averageValue`");
    }
}

/// `validateExternalSource`.
fn external_source<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    let (value, average) = target(source, errors);
    match (value.is_present(), average.is_present()) {
        (false, false) => average.required(errors, "the target needs a `value` or an `averageValue`"),
        (true, true) => value.forbidden(errors, "`averageValue` is set, too"),
        _ => {}
    }
}

/// `validatePodsSource`.
fn pods_source<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    let (_, average) = target(source, errors);
    if !average.is_present() {
        average.required(errors, "a Pods metric needs `averageValue` as its target");
    }
}

/// `validateContainerResourceSource`.
fn container_source<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    source.child("name").check_if_set(errors, container_resource_name);
    resource_target(source, errors);
}

/// The end of `validateResourceSource`: a share of what is requested, or an amount.
fn resource_target<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    let (_, average) = target(source, errors);
    let share = source.at(&["target", "averageUtilization"]);
    match (share.is_present(), average.is_present()) {
        (false, false) => share.required(errors, "the target needs an `averageUtilization` or an `averageValue`"),
        (true, true) => average.forbidden(errors, "`averageUtilization` is set, too"),
        _ => {}
    }
}

/// `validateMetricTarget`; gives `value` and `averageValue`.
fn target<'t>(source: Field<'t>, errors: &mut Errors<'t>) -> (Field<'t>, Field<'t>) {
    let target = source.child("target");
    let kind = target.child("type");
    if kind.text().is_empty() {
        kind.required(errors, "it says how to interpret the target");
    } else if !matches!(kind.text(), "Utilization" | "Value" | "AverageValue") {
        kind.invalid(errors, "must be `Utilization`, `Value` or `AverageValue`");
    }
    let (value, average) = (target.child("value"), target.child("averageValue"));
    for amount in [value, average].into_iter().filter(|amount| amount.is_present()) {
        if quantity(amount).is_some_and(|amount| amount <= Quantity::ZERO) {
            amount.invalid(errors, "must be positive");
        }
    }
    (value, average)
}
