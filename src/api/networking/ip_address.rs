//! IPAddress.
//!
//! In: a decoded address, whose name was judged with the metadata. Out: findings. Mirrors `ValidateIPAddress` of
//! `pkg/apis/networking/validation`.

use crate::api::check::names;
use crate::api::field::Field;
use crate::api::report::Report;
use crate::object::Object;

/// `validateIPAddressParentReference`.
pub fn ip_address<'t>(object: Object<'t>, report: &mut Report<'t>) {
    let parent = Field::of(object.root).at(&["spec", "parentRef"]);
    if !parent.is_present() {
        return parent.required(report, "say what the address belongs to");
    }
    parent.child("group").check_if_set(report, names::dns_subdomain);
    parent.child("resource").check_required(report, names::path_segment);
    parent.child("name").check_required(report, names::path_segment);
    parent.child("namespace").check_if_set(report, names::path_segment);
}
