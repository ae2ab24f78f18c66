//! Permissions granted.

mod access_to_secrets;
mod binding_to_system_group;
mod cluster_admin_binding;
mod configuration_control_permission;
mod create_with_resource_names;
mod default_service_account_binding;
mod discovery_without_rbac;
mod privilege_escalating_permission;
mod unknown_rbac_resource;
mod unknown_rbac_verb;
mod wildcard_in_role;
mod workload_control_permission;

rules![
    access_to_secrets,
    binding_to_system_group,
    cluster_admin_binding,
    configuration_control_permission,
    create_with_resource_names,
    default_service_account_binding,
    discovery_without_rbac,
    privilege_escalating_permission,
    unknown_rbac_resource,
    unknown_rbac_verb,
    wildcard_in_role,
    workload_control_permission
];
