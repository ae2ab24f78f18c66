//! How traffic reaches workloads, and what keeps it away.

rules! {
    ingress_without_tls,
    missing_network_policy,
    network_policy_selects_nothing,
}
