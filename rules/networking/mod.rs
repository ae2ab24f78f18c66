//! How traffic reaches workloads, and what keeps it away.

mod exposed_service;
mod external_name_localhost;
mod gateway_without_tls;
mod hardcoded_ip_address;
mod host_network_without_cluster_dns;
mod ingress_host_without_tls;
mod ingress_nginx_snippet;
mod ingress_without_tls;
mod internal_service_exposed;
mod missing_egress_policy;
mod missing_ingress_class;
mod missing_network_policy;
mod network_policy_allows_everything;
mod network_policy_rule_ignored;
mod network_policy_selects_nothing;
mod network_policy_split_peer;
mod rewrite_target_without_capture;
mod service_external_ips;
mod ssl_redirect_without_tls;
mod suspicious_ingress_path;
mod unnamed_service_port;
mod wildcard_in_ingress_path;
mod wildcard_ingress_host;

rules![
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
    network_policy_rule_ignored,
    network_policy_selects_nothing,
    network_policy_split_peer,
    rewrite_target_without_capture,
    service_external_ips,
    ssl_redirect_without_tls,
    suspicious_ingress_path,
    unnamed_service_port,
    wildcard_in_ingress_path,
    wildcard_ingress_host
];
