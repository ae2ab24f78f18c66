//! Permissions granted.

rules! {
    access_to_secrets,
    binding_to_system_group,
    cluster_admin_binding,
    configuration_control_permission,
    default_service_account_binding,
    discovery_without_rbac,
    privilege_escalating_permission,
    unknown_rbac_resource,
    unknown_rbac_verb,
    wildcard_in_role,
    workload_control_permission,
}
