//! Flux: the language of its substitutions.
//!
//! In: texts. Out: what their variables make of them.

pub mod envsubst;
