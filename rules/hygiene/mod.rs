//! Names, labels, namespaces.

mod default_namespace;
mod dropped_field;
mod duplicate_container_port;
mod duplicate_environment_variable;
mod duplicate_list_entry;
mod duplicate_port_name;
mod forbidden_key;
mod forbidden_kind;
mod fractional_bytes;
mod hardcoded_configuration;
mod ignored_setting;
mod missing_namespace;
mod missing_recommended_labels;
mod missing_scrape_annotation;
mod missing_term_selector;
mod name_unfit_for_hostname;
mod namespace_on_cluster_scoped_object;
mod overlapping_volume_path;
mod quota_request_above_limit;
mod required_annotation_missing;
mod server_set_field;
mod unknown_schema_format;
mod unqualified_finalizer;
mod unusual_address;
mod vendored_manifest;

rules![
    default_namespace,
    dropped_field,
    duplicate_container_port,
    duplicate_environment_variable,
    duplicate_list_entry,
    duplicate_port_name,
    forbidden_key,
    forbidden_kind,
    fractional_bytes,
    hardcoded_configuration,
    ignored_setting,
    missing_namespace,
    missing_recommended_labels,
    missing_scrape_annotation,
    missing_term_selector,
    name_unfit_for_hostname,
    namespace_on_cluster_scoped_object,
    overlapping_volume_path,
    quota_request_above_limit,
    required_annotation_missing,
    server_set_field,
    unknown_schema_format,
    unqualified_finalizer,
    unusual_address,
    vendored_manifest
];
