//! The language of Go's text/template.
//!
//! In: template texts, values, a library of functions. Out: text whose every byte knows the template place that wrote it
//! and, where a value went through it, the place of the value; or an error in Go's words at its place.

pub mod arguments;
pub mod builtin;
pub mod compare;
pub mod error;
mod eval;
mod field;
mod lex;
pub mod machine;
pub mod mark;
pub mod node;
pub mod number;
pub mod object;
pub mod parse;
mod parse_pipe;
pub mod print;
mod printf;
pub mod quote;
pub mod text;
pub mod value;

pub use error::{Failure, Fault};
pub use machine::{CallResult, Function, Library, Limits, Machine, MissingKey, Set, Type};
pub use mark::{Mark, Marks, Origin};
pub use text::{Text, TextBuilder};
pub use value::{Data, Entries, List, ListKind, Map, MapKind, Slot, Value};
