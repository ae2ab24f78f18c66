//! Decoding an object as the API server decodes it, with strict field validation.
//!
//! In: an object's root and the target version. Out: findings of category `schema`, and whether there was a schema to check
//! by. The built-in kinds come from the bundle (`schemas/bundle.bin`), whose definitions are compiled one by one when an
//! object first needs them.

mod bundle;
mod check;
mod custom;
mod decode;
mod derived;
pub mod import;
pub(crate) mod json_schema;
pub mod library;
mod lists;
mod messages;
pub mod packed;
mod packed_reader;
mod resolve;
mod scalar;
mod templates;
mod unpack;

pub use crate::suggest::closest;
pub use bundle::{Bundle, Definition, Field, KindSchema, Lifetime, List, ListKind, Name, Type, Version};
pub use check::{CustomParts, SchemaResult, SchemaStatus, Schemas};
pub use custom::{CustomKinds, Embedded, identity};
pub use decode::{Ignore, Visit, decode, decode_with};
pub use derived::{defines_otherwise, derived};
pub use resolve::{Resolved, broken, nested_list, reads_as, resolve};
