//! Names, labels, namespaces.

rules! {
    default_namespace,
    missing_namespace,
    missing_recommended_labels,
}
