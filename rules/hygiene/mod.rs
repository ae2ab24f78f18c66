//! Names, labels, namespaces.

rules! {
    default_namespace,
    duplicate_container_port,
    duplicate_environment_variable,
    forbidden_key,
    hardcoded_configuration,
    missing_namespace,
    missing_recommended_labels,
    missing_scrape_annotation,
    required_annotation_missing,
    server_set_field,
}
