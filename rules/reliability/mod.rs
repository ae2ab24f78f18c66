//! What keeps a workload available.

mod bare_pod;
mod budget_blocks_eviction;
mod command_in_one_string;
mod cronjob_allows_overlap;
mod cronjob_without_starting_deadline;
mod database_without_persistent_storage;
mod grace_shorter_than_pre_stop;
mod identical_probes;
mod job_without_deadline;
mod job_without_ttl;
mod liveness_before_start;
mod missing_liveness_probe;
mod missing_pod_disruption_budget;
mod missing_pod_spread;
mod missing_priority_class;
mod missing_readiness_probe;
mod missing_startup_probe;
mod missing_unhealthy_eviction_policy;
mod probe_timeout_above_period;
mod recreate_strategy;
mod rollback_disabled;
mod rolling_update_stops_all;
mod rolling_update_stuck;
mod schedule_never_comes;
mod shared_read_write_once_claim;
mod single_replica;
mod spread_misses_own_pods;
mod starting_deadline_too_short;
mod stateful_set_without_backup;
mod suspended_cronjob;
mod zero_replicas;

rules![
    bare_pod,
    budget_blocks_eviction,
    command_in_one_string,
    cronjob_allows_overlap,
    cronjob_without_starting_deadline,
    database_without_persistent_storage,
    grace_shorter_than_pre_stop,
    identical_probes,
    job_without_deadline,
    job_without_ttl,
    liveness_before_start,
    missing_liveness_probe,
    missing_pod_disruption_budget,
    missing_pod_spread,
    missing_priority_class,
    missing_readiness_probe,
    missing_startup_probe,
    missing_unhealthy_eviction_policy,
    probe_timeout_above_period,
    recreate_strategy,
    rollback_disabled,
    rolling_update_stops_all,
    rolling_update_stuck,
    schedule_never_comes,
    shared_read_write_once_claim,
    single_replica,
    spread_misses_own_pods,
    starting_deadline_too_short,
    stateful_set_without_backup,
    suspended_cronjob,
    zero_replicas
];
