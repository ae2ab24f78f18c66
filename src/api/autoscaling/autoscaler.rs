//! HorizontalPodAutoscaler, in all its versions.
//!
//! In: a decoded autoscaler. Out: findings. Mirrors `validateHorizontalPodAutoscalerSpec` of
//! `pkg/apis/autoscaling/validation`, as far as no table holds it, after the defaults: one replica at least, and the processor's use where no metric is
//! named. Metrics and behavior that an autoscaler of version v1 carries in annotations are not looked at.

use crate::api::field::Field;
use crate::api::report::{ErrorType, Report};
use crate::object::Object;

use super::{behavior, metrics};

/// Where an autoscaler of version v1 keeps the metrics of later versions.
const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";

/// `validateHorizontalPodAutoscalerSpec`.
pub fn autoscaler<'t>(object: Object<'t>, report: &mut Report<'t>) {
    let spec = Field::of(object.root).child("spec");
    replicas(spec, report);
    scale_target(spec.child("scaleTargetRef"), report);
    if object.gvk.version == "v1" {
        processor_use(spec.child("targetCPUUtilizationPercentage"), report);
    } else {
        metrics::metrics(spec.child("metrics"), report);
        behavior::behavior(spec.child("behavior"), report);
    }
    if object.annotation(METRICS).is_none() {
        to_zero(spec, report);
    }
}

/// Scaling to nothing needs the gate HPAScaleToZero, which is on by default since 1.37.
fn replicas<'t>(spec: Field<'t>, report: &mut Report<'t>) {
    let (min, max) = (spec.child("minReplicas"), spec.child("maxReplicas"));
    let least = if report.since(37) { 0 } else { 1 };
    if min.int().is_some_and(|count| count < least) {
        min.invalid(report, &format!("must be greater than or equal to {least}"));
    }
    match max.int().unwrap_or(0) {
        0 => max.required(report, "it must be greater than 0"),
        i64::MIN..0 => max.invalid(report, "must be greater than or equal to 1"),
        _ => {}
    }
    if max.int().unwrap_or(0) < min.int().unwrap_or(1) {
        max.invalid(report, "must be greater than or equal to `minReplicas`");
    }
}

/// The workload: only a ReplicationController has no API group. The version is looked at since 1.34.
fn scale_target<'t>(target: Field<'t>, report: &mut Report<'t>) {
    object_reference(target, target.child("kind").text() == "ReplicationController", report);
}

/// `ValidateAPIVersion`.
pub fn object_reference<'t>(reference: Field<'t>, core_group: bool, report: &mut Report<'t>) {
    let version = reference.child("apiVersion");
    if !report.since(34) {
        return;
    }
    match version.text().split_once('/') {
        Some((_, rest)) if rest.contains('/') => version.invalid(report, "must be a group, `/` and a version"),
        Some((group, _)) if !group.is_empty() => {}
        _ if core_group => {}
        _ => version.invalid(report, "must name the API group, as in `apps/v1`"),
    }
}

/// The only metric of version v1, under the path it gets in the internal one.
fn processor_use<'t>(percentage: Field<'t>, report: &mut Report<'t>) {
    if percentage.int().is_some_and(|value| value < 1) {
        let path = "spec.metrics[0].resource.target.averageUtilization";
        let message = "the target for the use of the processor must be greater than 0";
        report.error_at_path(ErrorType::Invalid, percentage, path, message);
    }
}

/// `validateMetrics`, its last part: something must say when to leave zero.
fn to_zero<'t>(spec: Field<'t>, report: &mut Report<'t>) {
    let outside = |metric: Field<'_>| matches!(metric.child("type").text(), "Object" | "External");
    if spec.child("minReplicas").int() == Some(0) && !spec.child("metrics").items().any(outside) {
        let metrics = spec.child("metrics");
        metrics.forbidden(report, "scaling to zero needs at least one metric of type Object or External");
    }
}
