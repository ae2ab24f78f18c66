//! Requests, limits and quotas.

rules! {
    claim_without_storage_class,
    empty_dir_without_size_limit,
    implausible_quantity,
    limit_far_above_request,
    limit_range_violated,
    missing_cpu_limit,
    missing_cpu_request,
    missing_ephemeral_storage_limit,
    missing_memory_limit,
    missing_memory_request,
    namespace_without_limit_range,
    namespace_without_quota,
    quota_exceeded,
    request_differs_from_limit,
}
