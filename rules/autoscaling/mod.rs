//! Autoscalers and what they scale.

rules! {
    hpa_ceiling_too_high,
    hpa_fixed_size,
    hpa_single_replica_floor,
    hpa_target_without_request,
    missing_hpa,
    replicas_owned_by_hpa,
}
