//! Tests that hold kubevet's schema bundle against the typed structs of the `k8s-openapi` crate.
