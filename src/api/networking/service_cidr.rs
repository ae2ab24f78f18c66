//! ServiceCIDR.
//!
//! In: a decoded range. Out: findings. Mirrors `ValidateServiceCIDR` of `pkg/apis/networking/validation`.

use crate::api::check::ip;
use crate::api::errors::Errors;
use crate::api::field::Field;
use crate::object::Object;

/// `validateServiceCIDRSpec`: one block, or one of each IP family.
pub fn service_cidr<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let blocks = Field::of(object.root).at(&["spec", "cidrs"]);
    match blocks.len() {
        0 => return blocks.required(errors, "at least one block is needed"),
        1 | 2 => {}
        _ => return blocks.invalid(errors, "may have at most 2 blocks"),
    }
    for block in blocks.items() {
        block.check(errors, |text| ip::strict_cidr(text).map(drop));
    }
    let parsed: Vec<_> = blocks.items().filter_map(|block| ip::parse_cidr(block.text())).collect();
    if matches!(parsed.as_slice(), [one, other] if one.address.is_ipv4() == other.address.is_ipv4()) {
        blocks.invalid(errors, "may have at most one block of each IP family");
    }
}
