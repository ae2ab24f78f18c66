//! One version of a definition.
//!
//! In: a version. Out: violations of its name and its deprecation. Mirrors `validateDeprecationWarning` and the checks
//! of names in `validateCustomResourceDefinitionSpec`.

use crate::api::check::{names, text, text_at};
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// Longest warning, in bytes.
const LONGEST_WARNING: usize = 256;

/// Validates a version.
pub(super) fn validate<'t>(version: Node<'t>, errors: &mut Errors<'t>) {
    let name = text_at(version, "name");
    if let Err(why) = names::dns_1035_label(name) {
        let place = Place::field(version, "name");
        let message = format!("{}: {why}", quote(name));
        errors.error(ErrorType::Invalid, place, message);
    }
    if let Some(node) = version.get("deprecationWarning") {
        warning(version, node, errors);
    }
}

fn warning<'t>(version: Node<'t>, node: Node<'t>, errors: &mut Errors<'t>) {
    let warning = text(node);
    if version.get("deprecated").and_then(Node::as_bool) != Some(true) {
        errors.error(ErrorType::Invalid, node, "`deprecationWarning` needs `deprecated: true`");
        return;
    }
    if warning.len() > LONGEST_WARNING {
        errors.invalid(node, "must be 256 bytes long at most");
    }
    if warning.is_empty() {
        errors.error(ErrorType::Invalid, node, "`deprecationWarning` must not be empty");
    }
    if !warning.chars().all(is_printable) {
        errors.invalid(node, "must hold only printable characters");
    }
}

/// Go's `unicode.IsPrint`, without its table of unassigned characters.
fn is_printable(char: char) -> bool {
    char == ' ' || !(char.is_control() || char.is_whitespace() || matches!(char, '\u{200b}'..='\u{200f}' | '\u{feff}'))
}
