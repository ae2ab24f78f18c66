//! What is in a repository.
//!
//! In: the paths a user named. Out: the files to read, in a fixed order, and what each document in them is.

pub mod classify;
pub mod walk;

pub use classify::{DocumentClass, classify};
pub use walk::{FoundFile, Walk, walk};
