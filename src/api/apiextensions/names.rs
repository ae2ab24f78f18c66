//! The names of a resource.
//!
//! In: the spec of a definition. Out: violations. Mirrors `ValidateCustomResourceDefinitionNames`; the defaults of
//! `singular` and `listKind` come from `kind`.

use crate::api::check::{self, names, text, text_at};
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// Validates `spec.names`.
pub(super) fn validate<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let Some(node) = spec.get("names") else {
        for field in ["names.plural", "names.singular", "names.kind", "names.listKind"] {
            errors.error(ErrorType::Required, Place::missing(spec, field), "`names` is required");
        }
        return;
    };
    let kind = text_at(node, "kind");
    let any_case = |name: &str| names::dns_1035_label(&name.to_lowercase());
    check::required_text(node, "plural", names::dns_1035_label, errors);
    check::required_text(node, "kind", any_case, errors);
    for (field, rule) in [("singular", names::dns_1035_label as fn(&str) -> check::Check), ("listKind", any_case)] {
        if !text_at(node, field).is_empty() {
            check::valid_if_set(node, field, rule, errors);
        } else if kind.is_empty() {
            errors.required(node, field);
        }
    }
    let default_list = format!("{kind}List");
    if text_at(node, "listKind").is_empty() && any_case(kind).is_ok() && any_case(&default_list).is_err() {
        let message = format!("the default, `{default_list}`, has more than 63 characters");
        errors.error(ErrorType::Invalid, Place::field(node, "listKind"), message);
    }
    if let Some(list) = node.get("listKind").filter(|list| !kind.is_empty() && text(*list) == kind) {
        errors.invalid(list, "must differ from `kind`");
    }
    for field in ["shortNames", "categories"] {
        for item in node.get(field).into_iter().flat_map(Node::items) {
            check::valid(item, names::dns_1035_label, errors);
        }
    }
}
