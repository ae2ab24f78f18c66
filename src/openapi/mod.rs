//! Structural schemas and the values they allow: the one place that knows either.
//!
//! In: the `openAPIV3Schema` of a CRD, and values: of a custom resource, or the defaults that stand in the schema itself.
//! Out: [`Schema`], compiled, and [`Violation`]s of it, which name the server's error type, the node, the path below the value
//! and what is wrong; the callers make findings of them. Mirrors `k8s.io/kube-openapi/pkg/validation` (`validate`, `strfmt`)
//! and the parts of apiextensions-apiserver that lead there.

mod address;
mod checksum;
mod compile;
mod error_type;
mod formats;
pub mod goregex;
mod lists;
mod numbers;
mod pruning;
mod schema;
#[cfg(test)]
mod tests;
mod validate;
mod view;

pub use compile::Use;
pub use error_type::ErrorType;
pub use lists::{Clash, clashes};
pub use pruning::unknown_fields;
pub use schema::Schema;
pub use validate::{Violation, quote, show, validate};
pub use view::{Shape, View};

/// Deepest nesting of a schema that is looked at. Walks guided by a schema may recurse.
pub const MAX_DEPTH: usize = 200;
