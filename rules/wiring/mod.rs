//! References between objects that lead nowhere.

rules! {
    dangling_configmap_key,
    dangling_configmap_reference,
    dangling_hpa_target,
    dangling_ingress_backend,
    dangling_secret_key,
    dangling_secret_reference,
    dangling_service_host,
    dangling_service_name,
    dangling_service_selector,
    service_target_port_mismatch,
}
