//! What is in a repository.
//!
//! In: the paths a user named. Out: the files to read, in a fixed order, and what each document in them is.

mod aside;
pub mod bundles;
pub mod charts;
pub mod checkout;
mod claims;
pub mod classify;
pub mod commands;
mod compared;
pub mod corners;
mod directory;
pub mod fixtures;
pub mod gitignore;
mod hint;
mod kustomize;
mod links;
mod overlays;
mod patches;
mod patterns;
pub mod placeholder;
pub mod repository;
pub mod restriction;
pub mod survey;
mod unapplied;
pub mod viewpoint;
pub mod walk;

pub use charts::Charts;
pub use classify::DocumentClass;
pub use kustomize::{Claims, is_kustomization_file, resolve};
pub use overlays::Plan;
pub use patches::{DIRECTIVES, is_called_patch};
pub use survey::Survey;
pub use viewpoint::Viewpoint;
pub use walk::{FoundFile, Listed, Walk, is_draft_name, walk};
