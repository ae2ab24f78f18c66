//! Requests, limits and quotas.

rules! {
    missing_cpu_limit,
    missing_cpu_request,
    missing_memory_limit,
    missing_memory_request,
}
