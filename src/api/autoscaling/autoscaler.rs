//! HorizontalPodAutoscaler, in all its versions.
//!
//! In: a decoded autoscaler. Out: findings. Mirrors `validateHorizontalPodAutoscalerSpec` of
//! `pkg/apis/autoscaling/validation`, as far as no table holds it, after the defaults: one replica at least, and the processor's use where no metric is
//! named. Metrics and behavior that an autoscaler of version v1 carries in annotations are not looked at.

use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::object::Object;

use super::{behavior, metrics};

/// Where an autoscaler of version v1 keeps the metrics of later versions.
const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";

/// `validateHorizontalPodAutoscalerSpec`.
pub fn autoscaler<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let spec = Field::of(object.root).child("spec");
    replicas(spec, errors);
    scale_target(spec.child("scaleTargetRef"), errors);
    if object.gvk.version == "v1" {
        processor_use(spec.child("targetCPUUtilizationPercentage"), errors);
    } else {
        metrics::metrics(spec.child("metrics"), errors);
        behavior::behavior(spec.child("behavior"), errors);
    }
    if object.annotation(METRICS).is_none() {
        to_zero(spec, errors);
    }
}

/// Scaling to nothing needs the gate HPAScaleToZero, which is on by default since 1.37.
fn replicas<'t>(spec: Field<'t>, errors: &mut Errors<'t>) {
    let (min, max) = (spec.child("minReplicas"), spec.child("maxReplicas"));
    let least = if errors.since(37) { 0 } else { 1 };
    if min.int().is_some_and(|count| count < least) {
        min.invalid(errors, &format!("must be greater than or equal to {least}"));
    }
    match max.int().unwrap_or(0) {
        0 => max.required(errors, "it must be greater than 0"),
        i64::MIN..0 => max.invalid(errors, "must be greater than or equal to 1"),
        _ => {}
    }
    if max.int().unwrap_or(0) < min.int().unwrap_or(1) {
        max.invalid(errors, "must be greater than or equal to `minReplicas`");
    }
}

/// The workload: only a ReplicationController has no API group. The version is looked at since 1.34.
fn scale_target<'t>(target: Field<'t>, errors: &mut Errors<'t>) {
    object_reference(target, target.child("kind").text() == "ReplicationController", errors);
}

/// `ValidateAPIVersion`.
pub fn object_reference<'t>(reference: Field<'t>, core_group: bool, errors: &mut Errors<'t>) {
    let version = reference.child("apiVersion");
    if !errors.since(34) {
        return;
    }
    match version.text().split_once('/') {
        Some((_, rest)) if rest.contains('/') => version.invalid(errors, "must be a group, `/` and a version"),
        Some((group, _)) if !group.is_empty() => {}
        _ if core_group => {}
        _ => version.invalid(errors, "must name the API group, as in `apps/v1`"),
    }
}

/// The only metric of version v1, under the path it gets in the internal one.
fn processor_use<'t>(percentage: Field<'t>, errors: &mut Errors<'t>) {
    if percentage.int().is_some_and(|value| value < 1) {
        let path = "spec.metrics[0].resource.target.averageUtilization";
        let message = "the CPU utilization target must be greater than 0";
        errors.error_at_path(ErrorType::Invalid, percentage, path, message);
    }
}

/// `validateMetrics`, its last part: something must say when to leave zero.
fn to_zero<'t>(spec: Field<'t>, errors: &mut Errors<'t>) {
    let outside = |metric: Field<'_>| matches!(metric.child("type").text(), "Object" | "External");
    if spec.child("minReplicas").int() == Some(0) && !spec.child("metrics").items().any(outside) {
        let metrics = spec.child("metrics");
        metrics.forbidden(errors, "scaling to zero needs at least one metric of type Object or External");
    }
}

#[cfg(test)]
mod tests {
    use crate::api::testing::violations_in;

    fn autoscaler(minor: u8, version: &str, spec: &str) -> Vec<String> {
        let head = format!("apiVersion: autoscaling/{version}\nkind: HorizontalPodAutoscaler\nmetadata: {{name: a}}");
        violations_in(&format!("{head}\nspec: {{{spec}}}"), minor)
    }

    const TARGET: &str = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}";

    #[test]
    fn zero_replicas() {
        let to_zero = |minor, metrics: &str| {
            autoscaler(minor, "v2", &format!("{TARGET}, maxReplicas: 1, minReplicas: 0, {metrics}"))
        };
        let outside = "metrics: [{type: External, external: {metric: {name: a}, target: {type: Value, value: 1}}}]";
        assert_eq!(to_zero(36, outside), ["invalid spec.minReplicas"]);
        assert!(to_zero(37, outside).is_empty());
        assert_eq!(to_zero(37, "metrics: []"), ["forbidden spec.metrics"]);
    }

    #[test]
    fn targets_name_their_group() {
        let target = |version: &str, kind: &str| {
            autoscaler(
                36,
                "v1",
                &format!("maxReplicas: 1, scaleTargetRef: {{apiVersion: {version}, kind: {kind}, name: a}}"),
            )
        };
        assert!(target("v1", "ReplicationController").is_empty() && target("apps/v1", "Deployment").is_empty());
        assert_eq!(target("v1", "Deployment"), ["invalid spec.scaleTargetRef.apiVersion"]);
        assert_eq!(target("a/b/c", "Deployment"), ["invalid spec.scaleTargetRef.apiVersion"]);
    }

    #[test]
    fn the_internal_path_of_the_old_percentage() {
        let spec = format!("{TARGET}, maxReplicas: 1, targetCPUUtilizationPercentage: 0");
        assert_eq!(autoscaler(36, "v1", &spec), ["invalid spec.metrics[0].resource.target.averageUtilization"]);
    }

    #[test]
    fn metrics_have_the_source_their_type_asks_for() {
        let metric = |metric: &str| autoscaler(36, "v2", &format!("{TARGET}, maxReplicas: 1, metrics: [{{{metric}}}]"));
        let cpu = "resource: {name: cpu, target: {type: Utilization, averageUtilization: 1}}";
        assert!(metric(&format!("type: Resource, {cpu}")).is_empty());
        assert_eq!(metric(&format!("type: Pods, {cpu}")), ["required spec.metrics[0].pods"]);
        let pods = "pods: {metric: {name: a}, target: {type: AverageValue, averageValue: 1}}";
        assert_eq!(metric(&format!("type: Resource, {cpu}, {pods}")), ["forbidden spec.metrics[0].pods"]);
    }
}
