//! References to objects that do not exist.

mod cyclic_flux_dependency;
mod dangling_alertmanager_reference;
mod dangling_binding_subject;
mod dangling_claim;
mod dangling_configmap_key;
mod dangling_configmap_reference;
mod dangling_flux_dependency;
mod dangling_flux_source;
mod dangling_gateway_reference;
mod dangling_hpa_target;
mod dangling_ingress_backend;
mod dangling_issuer_reference;
mod dangling_istio_subset;
mod dangling_monitor_selector;
mod dangling_pdb_selector;
mod dangling_priority_class;
mod dangling_role_reference;
mod dangling_rollout_reference;
mod dangling_route_backend;
mod dangling_runtime_class;
mod dangling_secret_key;
mod dangling_secret_reference;
mod dangling_service_account;
mod dangling_service_host;
mod dangling_service_name;
mod dangling_service_selector;
mod dangling_storage_class;
mod dangling_trigger_authentication;
mod dangling_vpa_target;
mod dangling_webhook_service;
mod duplicate_autoscaler;
mod duplicate_dns_name;
mod duplicate_ingress_path;
mod duplicate_node_port;
mod duplicate_object;
mod duplicate_service;
mod governing_service_not_headless;
mod mesh_policy_selects_nothing;
mod missing_reference_grant;
mod monitor_port_unknown;
mod network_policy_misspelt_namespace;
mod network_policy_peer_selects_nothing;
mod network_policy_port_mismatch;
mod network_policy_unknown_namespace;
mod overlapping_budgets;
mod probe_port_unknown;
mod route_not_attached;
mod secret_unfit_for_use;
mod service_target_port_mismatch;
mod shared_selector;
mod unbindable_claim;
mod uncreated_namespace;
mod undefined_variable_reference;
mod unknown_container_name;
mod unmounted_volume;
mod unused_configmap;
mod unused_secret;

rules![
    cyclic_flux_dependency,
    dangling_alertmanager_reference,
    dangling_binding_subject,
    dangling_claim,
    dangling_configmap_key,
    dangling_configmap_reference,
    dangling_flux_dependency,
    dangling_flux_source,
    dangling_gateway_reference,
    dangling_hpa_target,
    dangling_ingress_backend,
    dangling_issuer_reference,
    dangling_istio_subset,
    dangling_monitor_selector,
    dangling_pdb_selector,
    dangling_priority_class,
    dangling_role_reference,
    dangling_rollout_reference,
    dangling_route_backend,
    dangling_runtime_class,
    dangling_secret_key,
    dangling_secret_reference,
    dangling_service_account,
    dangling_service_host,
    dangling_service_name,
    dangling_service_selector,
    dangling_storage_class,
    dangling_trigger_authentication,
    dangling_vpa_target,
    dangling_webhook_service,
    duplicate_autoscaler,
    duplicate_dns_name,
    duplicate_ingress_path,
    duplicate_node_port,
    duplicate_object,
    duplicate_service,
    governing_service_not_headless,
    mesh_policy_selects_nothing,
    missing_reference_grant,
    monitor_port_unknown,
    network_policy_misspelt_namespace,
    network_policy_peer_selects_nothing,
    network_policy_port_mismatch,
    network_policy_unknown_namespace,
    overlapping_budgets,
    probe_port_unknown,
    route_not_attached,
    secret_unfit_for_use,
    service_target_port_mismatch,
    shared_selector,
    unbindable_claim,
    uncreated_namespace,
    undefined_variable_reference,
    unknown_container_name,
    unmounted_volume,
    unused_configmap,
    unused_secret
];
