//! Fixtures are examples: those without findings are manifests that a cluster takes.

use crate::common::registry;

use super::{errors, names_in, read, root};

/// Rules about what makes a manifest invalid as well, or about what no schema knows.
const EXEMPT: &[&str] = &[];

#[test]
fn pass_and_fixed_fixtures_are_valid() {
    let mut wrong = Vec::new();
    for rule in registry().policy() {
        let id = rule.id.as_str();
        let folder = root("fixtures/rules").join(id);
        let names = names_in(&folder).into_iter().filter(|name| name.starts_with("pass") || name.starts_with("fixed"));
        for name in names.filter(|_| !EXEMPT.contains(&id)) {
            let errors = errors(rule, &read(&folder.join(&name)));
            wrong.extend(errors.into_iter().map(|error| format!("{id}/{name}: {error}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
