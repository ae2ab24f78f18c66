//! Argo CD: Applications, ApplicationSets with their generators and templates, sync options and waves.
//!
//! In: objects. Out: what they deploy from where, and when.

mod application;
pub mod generators;
pub mod sync;
pub mod template;

pub use application::{AppSource, Application, is_literal, normalized_address};
