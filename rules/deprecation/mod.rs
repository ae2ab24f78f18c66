//! APIs, fields and annotations that were removed or will be.

mod deprecated_annotation;
mod deprecated_api;
mod deprecated_crd_version;
mod deprecated_custom_api;
mod deprecated_custom_field;
mod deprecated_field;
mod deprecated_node_label;
mod retired_ingress_nginx;

rules![
    deprecated_annotation,
    deprecated_api,
    deprecated_crd_version,
    deprecated_custom_api,
    deprecated_custom_field,
    deprecated_field,
    deprecated_node_label,
    retired_ingress_nginx
];
