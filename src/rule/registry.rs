//! All rules.
//!
//! In: the categories' lists under `rules/`. Out: every rule with its category, in the order of categories and ids.

use std::sync::OnceLock;

use crate::finding::Category;

use super::Rule;

/// A rule and the category it was found in.
#[derive(Clone, Copy)]
pub struct Registered {
    /// The folder its file lies in.
    pub category: Category,
    /// The rule.
    pub rule: &'static Rule,
}

impl Registered {
    /// Whether its findings hold for an object of which nothing but itself is known.
    pub fn judges_alone(self) -> bool {
        self.rule.check.judges_alone()
    }
}

/// Every policy rule, sorted by category and id.
pub fn all() -> &'static [Registered] {
    static ALL: OnceLock<Vec<Registered>> = OnceLock::new();
    ALL.get_or_init(|| {
        let groups = crate::rules::GROUPS.iter();
        let mut all: Vec<_> = groups
            .flat_map(|&(category, rules)| rules.iter().map(move |&rule| Registered { category, rule }))
            .collect();
        all.sort_by_key(|registered| (registered.category, registered.rule.id));
        all
    })
}

/// The rule of that id.
pub fn find(id: &str) -> Option<Registered> {
    all().iter().copied().find(|registered| registered.rule.id == id)
}
