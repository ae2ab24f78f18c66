//! Autoscalers and what they scale.

rules! {
    autoscaler_eviction_blocked,
    hpa_ceiling_too_high,
    hpa_fixed_size,
    hpa_on_daemonset,
    hpa_single_replica_floor,
    hpa_target_utilization_out_of_range,
    hpa_target_without_request,
    missing_hpa,
    replicas_owned_by_hpa,
    vpa_conflicts_with_hpa,
}
