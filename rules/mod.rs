//! The policy rules: a folder a category, a file a rule.
//!
//! Each file holds a rule's documentation, its metadata and its check, and knows nothing but `rule::prelude`. Beside it,
//! `fixtures/rules/<rule-id>/` shows what it finds.

use crate::finding::Category;
use crate::rule::Rule;

/// Lists the rules of a category: a module for each file, and `RULES` over them.
macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// The rules of this category.
        pub static RULES: &[&crate::rule::Rule] = &[$(&$module::RULE),*];
    };
}

pub mod images;

/// Every category with its rules.
pub static GROUPS: &[(Category, &[&Rule])] = &[(Category::Images, images::RULES)];
