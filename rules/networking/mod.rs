//! How traffic reaches workloads, and what keeps it away.

rules! {
    exposed_service,
    external_name_localhost,
    gateway_without_tls,
    hardcoded_ip_address,
    host_network_without_cluster_dns,
    ingress_host_without_tls,
    ingress_nginx_snippet,
    ingress_without_tls,
    internal_service_exposed,
    missing_egress_policy,
    missing_ingress_class,
    missing_network_policy,
    network_policy_allows_everything,
    network_policy_selects_nothing,
    rewrite_target_without_capture,
    service_external_ips,
    ssl_redirect_without_tls,
    unnamed_service_port,
    wildcard_in_ingress_path,
    wildcard_ingress_host,
}
