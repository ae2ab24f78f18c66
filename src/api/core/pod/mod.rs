//! Pods and pod templates.
//!
//! In: a Pod, or the template of a workload and what its owner changes about it. Out: violations of the pod
//! specification and of the template's metadata (`pkg/apis/core/validation`).

use crate::api::{Report, meta};
use crate::object::Object;
use crate::yaml::Node;

/// What the owner of a pod template changes about it before it is validated.
#[derive(Debug, Clone, Default)]
pub struct Owner<'t> {
    /// Names of a StatefulSet's claim templates, each once, in their order: they become volumes before those of the
    /// template (whose indices shift) and replace those of the same name.
    pub claims: Vec<&'t str>,
    /// The controller overwrites `hostname` and `subdomain`, so that they are not judged (StatefulSet).
    pub names_pods: bool,
}

/// ValidatePod, without its metadata.
pub fn validate<'t>(_object: Object<'t>, _report: &mut Report<'t>) {}

/// ValidatePodTemplateSpec: the `template` of a workload.
pub fn template<'t>(template: Node<'t>, _owner: &Owner<'t>, report: &mut Report<'t>) {
    if let Some(metadata) = template.get("metadata") {
        meta::common(metadata, report);
    }
}
