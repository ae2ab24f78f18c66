//! Requests, limits and quotas.

mod claim_without_storage_class;
mod empty_dir_without_size_limit;
mod heap_as_large_as_limit;
mod implausible_quantity;
mod limit_far_above_request;
mod limit_range_violated;
mod missing_cpu_limit;
mod missing_cpu_request;
mod missing_ephemeral_storage_limit;
mod missing_memory_limit;
mod missing_memory_request;
mod namespace_without_limit_range;
mod namespace_without_quota;
mod quota_exceeded;
mod request_differs_from_limit;

rules![
    claim_without_storage_class,
    empty_dir_without_size_limit,
    heap_as_large_as_limit,
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
    request_differs_from_limit
];
