//! Names that only this group has.
//!
//! In: a text. Out: whether it is a pool, an attribute and so on, or what kind of violation it is. Mirrors
//! `validatePoolName`, `validateQualifiedName`, `validateFullyQualifiedName` and `validateCIdentifier`.

use crate::api::check::{Check, csi, names, text};
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// Longest identifier, in bytes (`DeviceMaxIDLength`).
const LONGEST_ID: usize = 32;

/// validatePoolName: subdomains joined by slashes.
pub(super) fn pool<'t>(parent: Node<'t>, field: &str, errors: &mut Errors<'t>) {
    let Some(node) = parent.get(field).filter(|node| !text(*node).is_empty()) else {
        errors.required(parent, field);
        return;
    };
    if text(node).len() > 253 {
        errors.error(ErrorType::TooLong, node, format!("{}: must be no more than 253 bytes", quote(text(node))));
    }
    if let Some(why) = text(node).split('/').find_map(|part| names::dns_subdomain(part).err()) {
        errors.invalid(node, why);
    }
}

/// validateQualifiedName: an identifier, or a driver's name, a slash and an identifier. What has more slashes passes.
pub(super) fn qualified(name: &str) -> Result<(), (ErrorType, &'static str)> {
    let invalid = |check: Check| check.map_err(|why| (ErrorType::Invalid, why));
    let mut parts = name.splitn(3, '/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(id), None, _) => identifier(id),
        (Some(""), Some(_), None) => Err((ErrorType::Invalid, "the domain must not be empty")),
        (Some(_), Some(""), None) => Err((ErrorType::Invalid, "the name must not be empty")),
        (Some(domain), Some(_), None) if domain.len() > csi::LONGEST => {
            Err((ErrorType::TooLong, "the domain must have at most 63 bytes"))
        }
        (Some(domain), Some(id), None) => invalid(csi::format(domain)).and_then(|()| identifier(id)),
        _ => Ok(()),
    }
}

/// validateCIdentifier.
fn identifier(id: &str) -> Result<(), (ErrorType, &'static str)> {
    names::c_identifier(id).map_err(|why| (ErrorType::Invalid, why))?;
    if id.len() > LONGEST_ID { Err((ErrorType::TooLong, "the name must have at most 32 bytes")) } else { Ok(()) }
}

/// A node that must hold a name with a domain (`FullyQualifiedName`).
pub(super) fn fully_qualified<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    let outcome = qualified(text(node)).and_then(|()| {
        let why = "must be a domain, a slash and a name";
        if text(node).contains('/') { Ok(()) } else { Err((ErrorType::Invalid, why)) }
    });
    if let Err((kind, why)) = outcome {
        errors.error(kind, node, format!("{}: {why}", quote(text(node))));
    }
}

/// A field that must hold a text of that form, the empty one included: the server calls a missing name invalid.
pub(super) fn field<'t>(parent: Node<'t>, field: &str, rule: fn(&str) -> Check, errors: &mut Errors<'t>) {
    let value = parent.str_at(field).unwrap_or("");
    if let Err(why) = rule(value) {
        errors.error(ErrorType::Invalid, Place::field(parent, field), format!("{}: {why}", quote(value)));
    }
}
