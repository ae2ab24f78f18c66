//! Argo CD: Applications, ApplicationSets with their generators and templates, AppProjects, sync options and waves.
//!
//! In: objects. Out: what they deploy from where, and when.

mod application;
pub mod environment;
pub mod generators;
pub mod pathspec;
pub mod project;
pub mod selector;
pub mod sync;
pub mod template;

pub use application::{AppSource, Application, is_literal, normalized_address};
