//! The policy rules: a folder a category, a file a rule.
//!
//! Each file holds a rule's documentation, its metadata and its check, and knows nothing but `rule::prelude`. Beside it,
//! `fixtures/rules/<rule-id>/` shows what it finds.

use crate::finding::Category;
use crate::rule::{Registry, Rule};

/// Lists the rules of a category as `RULES`. The modules are plain `mod` lines, so that rustfmt reaches them.
macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        /// The rules of this category.
        pub static RULES: &[&crate::rule::Rule] = &[$(&$module::RULE),*];
    };
}

pub mod autoscaling;
pub mod deprecation;
pub mod gitops;
pub mod hygiene;
pub mod images;
pub mod networking;
pub mod rbac;
pub mod reliability;
pub mod resources;
pub mod secrets;
pub mod security;
pub mod wiring;

/// Every category with its rules.
pub static GROUPS: &[(Category, &[&Rule])] = &[
    (Category::Wiring, wiring::RULES),
    (Category::Security, security::RULES),
    (Category::Rbac, rbac::RULES),
    (Category::Secrets, secrets::RULES),
    (Category::Networking, networking::RULES),
    (Category::Reliability, reliability::RULES),
    (Category::Autoscaling, autoscaling::RULES),
    (Category::Resources, resources::RULES),
    (Category::Images, images::RULES),
    (Category::Deprecation, deprecation::RULES),
    (Category::Gitops, gitops::RULES),
    (Category::Hygiene, hygiene::RULES),
];

/// The rules that kubevet has of its own: those of validity, and these.
pub fn registry() -> Registry {
    Registry::new(GROUPS)
}
