//! What a workload may do to its node, its cluster and its neighbours.

mod apparmor_profile_override;
mod capabilities_not_dropped;
mod control_plane_toleration;
mod dangerous_capability;
mod default_service_account;
mod host_aliases;
mod host_in_probe;
mod host_ipc;
mod host_network;
mod host_path_volume;
mod host_pid;
mod host_port;
mod low_user_id;
mod may_run_as_root;
mod missing_apparmor_profile;
mod missing_seccomp_profile;
mod missing_security_context;
mod missing_user_namespace;
mod namespace_without_pod_security;
mod pod_security_violation;
mod privilege_escalation_allowed;
mod privileged_container;
mod privileged_port;
mod privileged_security_context_constraints;
mod proc_mount_in_user_namespace;
mod restricted_volume_type;
mod root_group;
mod run_as_non_root_contradicted;
mod runs_as_root_user;
mod runtime_socket_mounted;
mod selinux_override;
mod sensitive_host_path;
mod service_account_token_mounted;
mod ssh_port_exposed;
mod sudo_in_command;
mod unconfined_seccomp_profile;
mod unmasked_proc_mount;
mod unsafe_sysctl;
mod windows_host_process;
mod workload_in_kube_system;
mod writable_host_path;
mod writable_root_filesystem;

rules![
    apparmor_profile_override,
    capabilities_not_dropped,
    control_plane_toleration,
    dangerous_capability,
    default_service_account,
    host_aliases,
    host_in_probe,
    host_ipc,
    host_network,
    host_path_volume,
    host_pid,
    host_port,
    low_user_id,
    may_run_as_root,
    missing_apparmor_profile,
    missing_seccomp_profile,
    missing_security_context,
    missing_user_namespace,
    namespace_without_pod_security,
    pod_security_violation,
    privilege_escalation_allowed,
    privileged_container,
    privileged_port,
    privileged_security_context_constraints,
    proc_mount_in_user_namespace,
    restricted_volume_type,
    root_group,
    run_as_non_root_contradicted,
    runs_as_root_user,
    runtime_socket_mounted,
    selinux_override,
    sensitive_host_path,
    service_account_token_mounted,
    ssh_port_exposed,
    sudo_in_command,
    unconfined_seccomp_profile,
    unmasked_proc_mount,
    unsafe_sysctl,
    windows_host_process,
    workload_in_kube_system,
    writable_host_path,
    writable_root_filesystem
];
