//! Models of the tools that apply what a repository holds: what their files say, and their rules as those tools have them.
//!
//! In: objects. Out: sources, destinations, options, generators of each tool.

pub mod argocd;
pub mod flux;
