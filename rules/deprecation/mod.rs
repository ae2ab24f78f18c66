//! APIs, fields and annotations that went away or will.

rules! {
    deprecated_annotation,
    deprecated_api,
    deprecated_crd_version,
    deprecated_custom_api,
    deprecated_custom_field,
    deprecated_field,
    deprecated_node_label,
    retired_ingress_nginx,
}
