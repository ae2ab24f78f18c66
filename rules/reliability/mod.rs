//! What keeps a workload available.

rules! {
    missing_liveness_probe,
    missing_pod_disruption_budget,
    missing_readiness_probe,
    missing_startup_probe,
    single_replica,
}
