//! Validity of one object by itself.
//!
//! In: an object of the set and the target version. Out: findings of the categories `schema` and `api`, and whether there
//! was a schema to judge by.

use std::sync::Arc;

use crate::api;
use crate::finding::{Category, Finding};
use crate::schema::{self, Schemas};
use crate::version::KubeVersion;
use crate::workspace::Item;
use crate::yaml::Node;

/// What decoding sees goes to the tables of field rules.
struct Seen<'t>(api::Typed<'t>);

impl<'t> schema::Visit<'t> for Seen<'t> {
    fn object(&mut self, node: Node<'t>, definition: &'static schema::Definition) {
        self.0.see(node, definition.name);
    }
}

/// Validity of one object by itself: schema, then what the server checks after decoding.
pub(super) fn validate<'t>(
    item: &Item<'t>,
    schemas: &Schemas<'t>,
    version: KubeVersion,
) -> (schema::Outcome, Vec<Finding>) {
    let mut typed = Seen(api::Typed::default());
    let schema::Judgement { outcome, mut findings, custom, .. } = schemas.judge_with(item.object, &mut typed);
    if outcome != schema::Outcome::Refused {
        let schema = findings.iter().filter(|finding| finding.category == Category::Schema);
        let unread: Vec<String> = schema.map(|finding| finding.path.clone()).collect();
        let said = match custom {
            Some(custom) => api::custom::validate(item.object, custom.namespaced, &custom.embedded, version),
            None => api::validate_typed(item.object, &typed.0, version),
        };
        let said = said.into_iter().filter(|finding| !unread.iter().any(|path| lies_in(&finding.path, path)));
        findings.extend(said.filter(|finding| !item.surroundings.fills(item.object.gvk.kind, &finding.path)));
    }
    if !findings.is_empty() {
        let reference = Arc::new(item.object.reference());
        for finding in &mut findings {
            finding.document = Some(item.document);
            finding.object = Some(reference.clone());
        }
    }
    (outcome, findings)
}

/// Whether a path is `outer` or lies below it: a value that cannot be read is not validated as well.
fn lies_in(path: &str, outer: &str) -> bool {
    let rest = path.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
