//! NetworkPolicies.
//!
//! In: an [`Object`]. Out: [`NetworkPolicy`]: which directions of its pods' traffic it bounds.

use crate::yaml::Node;

use super::Object;

/// A NetworkPolicy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkPolicy<'t> {
    /// The object.
    pub object: Object<'t>,
}

impl<'t> NetworkPolicy<'t> {
    fn types(self) -> Option<Node<'t>> {
        self.object.spec()?.get("policyTypes")
    }

    /// Whether it closes its pods to callers: all do but those of `policyTypes: [Egress]`.
    pub fn bounds_ingress(self) -> bool {
        self.types().filter(|types| !types.is_empty()).is_none_or(|types| lists(types, "Ingress"))
    }

    /// Whether it bounds whom its pods may reach: those that say so do, and those with rules for it.
    pub fn bounds_egress(self) -> bool {
        match self.types() {
            Some(types) => lists(types, "Egress"),
            None => self.object.spec().is_some_and(|spec| spec.get("egress").is_some()),
        }
    }
}

fn lists(types: Node<'_>, direction: &str) -> bool {
    types.items().any(|kind| kind.as_str() == Some(direction))
}
