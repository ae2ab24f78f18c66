//! Autoscalers and what they scale.

mod autoscaler_eviction_blocked;
mod hpa_ceiling_too_high;
mod hpa_fixed_size;
mod hpa_on_daemonset;
mod hpa_single_replica_floor;
mod hpa_target_utilization_out_of_range;
mod hpa_target_without_request;
mod missing_hpa;
mod replicas_owned_by_hpa;
mod vpa_conflicts_with_hpa;

rules![
    autoscaler_eviction_blocked,
    hpa_ceiling_too_high,
    hpa_fixed_size,
    hpa_on_daemonset,
    hpa_single_replica_floor,
    hpa_target_utilization_out_of_range,
    hpa_target_without_request,
    missing_hpa,
    replicas_owned_by_hpa,
    vpa_conflicts_with_hpa
];
