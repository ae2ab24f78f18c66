//! Pods and pod templates.
//!
//! In: a Pod, or the pod template of a workload and what its owner changes about it. Out: everything that validation of
//! the API types says about its spec and the annotations that belong to it. Mirrors `ValidatePodCreate` and
//! `ValidatePodTemplateSpec` of `pkg/apis/core/validation`, after the defaults of `pkg/apis/core/v1` and the fields that
//! `pkg/api/pod` drops where a feature gate is off. One module a concern; `fields` and `paths` are what they share.

mod affinity;
mod annotations;
mod claims;
mod containers;
mod dns;
mod env;
mod fieldrefs;
mod fields;
mod mounts;
pub(in crate::api) mod paths;
mod pod_resources;
mod ports;
mod probes;
mod profiles;
mod resize;
mod resources;
mod restart;
pub(in crate::api) mod scheduling;
mod security;
mod spec;
#[cfg(test)]
mod tests;
mod volumes;
mod volumes_certificate;
mod volumes_files;
mod volumes_projected;
mod windows;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::api::Errors;
use crate::api::check::{text, text_at};
use crate::api::errors::ErrorType;
use crate::api::meta;
use crate::object::Object;
use crate::yaml::{Node, Place};
use fields::{flag, path_of};

/// Seconds a pod has to stop where it says nothing.
const GRACE_PERIOD: i64 = 30;

/// What the owner of a pod template changes about it before it is validated.
#[derive(Debug, Clone, Default)]
pub struct Owner<'t> {
    /// Names of a StatefulSet's claim templates, each once, in their order: they become volumes before those of the
    /// template (whose indices shift) and replace those of the same name.
    pub claims: Vec<&'t str>,
    /// The controller overwrites `hostname` and `subdomain`, so that they are not checked (StatefulSet).
    pub names_pods: bool,
    /// The restart policies that it allows; empty where it allows all. It says itself where one of the others is used.
    pub restart_policies: &'static [&'static str],
}

/// A pod spec with what several checks need to know about it, defaults applied.
struct Pod<'t> {
    /// `PodSpec`.
    spec: Node<'t>,
    /// What holds `metadata`: the Pod, or the template.
    holder: Node<'t>,
    /// A Pod itself, not a template.
    is_pod: bool,
    /// What the owner of the template changes.
    owner: Owner<'t>,
    /// `hostUsers`; true by default.
    host_users: bool,
    host_network: bool,
    host_pid: bool,
    host_ipc: bool,
    /// `restartPolicy`; empty reads as Always.
    restart_policy: &'t str,
    /// `terminationGracePeriodSeconds`.
    grace: i64,
    /// The valid volumes by name; without a node where a StatefulSet's claim makes them.
    volumes: FxHashMap<&'t str, Option<Node<'t>>>,
    /// The names of all volumes, valid or not.
    volume_names: FxHashSet<&'t str>,
    /// Names of the resource claims.
    claims: FxHashSet<&'t str>,
}

impl<'t> Pod<'t> {
    fn new(holder: Node<'t>, spec: Node<'t>, owner: Option<&Owner<'t>>, errors: &Errors<'t>) -> Self {
        // Before 1.33 `hostUsers` is dropped (UserNamespacesSupport).
        let host_users = spec.get("hostUsers").and_then(Node::as_bool).filter(|_| errors.since(33));
        let grace = spec.get("terminationGracePeriodSeconds").and_then(Node::as_i64).unwrap_or(GRACE_PERIOD);
        Self {
            spec,
            holder,
            is_pod: owner.is_none(),
            owner: owner.cloned().unwrap_or_default(),
            host_users: host_users.unwrap_or(true),
            host_network: flag(spec, "hostNetwork"),
            host_pid: flag(spec, "hostPID"),
            host_ipc: flag(spec, "hostIPC"),
            restart_policy: text_at(spec, "restartPolicy"),
            // Of a Pod, though not of a template, a negative period becomes a second.
            grace: if owner.is_none() && grace < 0 { 1 } else { grace },
            volumes: FxHashMap::default(),
            volume_names: fields::items(spec, "volumes").map(|volume| text_at(volume, "name")).collect(),
            claims: FxHashSet::default(),
        }
    }

    /// Init, regular and ephemeral containers, in this order.
    fn all_containers(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        let spec = self.spec;
        let lists = ["initContainers", "containers", "ephemeralContainers"];
        lists.into_iter().flat_map(move |list| fields::items(spec, list))
    }

    /// Whether a valid volume has that name, and where it is written.
    fn volume(&self, name: &str) -> Option<Option<Node<'t>>> {
        self.volumes.get(name).copied()
    }

    /// The volumes as written, less those that a StatefulSet's claims replace.
    fn written_volumes(&self) -> impl Iterator<Item = Node<'t>> + use<'_, 't> {
        fields::items(self.spec, "volumes").filter(|volume| !self.owner.claims.contains(&text_at(*volume, "name")))
    }

    fn is_windows(&self) -> bool {
        self.spec.get("os").is_some_and(|os| text_at(os, "name") == "windows")
    }

    /// The Pod's own name: known of a Pod only, and there only where it is not generated.
    fn name(&self) -> &'t str {
        let metadata = self.holder.get("metadata").filter(|_| self.is_pod);
        metadata.map_or("", |metadata| text_at(metadata, "name"))
    }

    fn annotations(&self) -> Option<Node<'t>> {
        self.holder.at(&["metadata", "annotations"])
    }

    fn annotation(&self, key: &str) -> Option<&'t str> {
        self.annotations()?.get_entry(key).map(|entry| text(entry.value))
    }

    fn label(&self, key: &str) -> Option<&'t str> {
        self.holder.at(&["metadata", "labels"])?.get_entry(key).map(|entry| text(entry.value))
    }

    /// Where the server says the annotations are: it leaves `metadata` out for a template.
    fn annotations_path(&self, errors: &Errors<'t>) -> String {
        if self.is_pod {
            return "metadata.annotations".to_owned();
        }
        format!("{}.annotations", path_of(self.holder, errors))
    }
}

/// Validates a Pod, but for what its metadata share with every object's: `ValidatePodCreate`.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    check(object.root, None, errors);
}

/// Validates the pod template of a workload: `ValidatePodTemplateSpec`.
pub fn template<'t>(template: Node<'t>, owner: &Owner<'t>, errors: &mut Errors<'t>) {
    template_labels(template, errors);
    check(template, Some(owner), errors);
}

/// Validates the pod template at `path` (`spec.template`) below `holder`, where a missing one is an empty one.
pub fn template_at<'t>(holder: Node<'t>, path: &str, owner: &Owner<'t>, errors: &mut Errors<'t>) {
    let (mut at, mut rest) = (holder, path);
    while !rest.is_empty() {
        let (step, further) = rest.split_once('.').unwrap_or((rest, ""));
        let Some(next) = at.get(step) else {
            return no_containers(at, &format!("{rest}.spec.containers"), errors);
        };
        (at, rest) = (next, further);
    }
    template(at, owner, errors);
}

fn no_containers<'t>(at: Node<'t>, path: &str, errors: &mut Errors<'t>) {
    errors.error(ErrorType::Required, Place::missing(at, path), "at least one container is required");
}

fn check<'t>(holder: Node<'t>, owner: Option<&Owner<'t>>, errors: &mut Errors<'t>) {
    // Without a spec the holder stands for an empty one: it has none of its fields.
    let spec = holder.get("spec");
    let mut pod = Pod::new(holder, spec.unwrap_or(holder), owner, errors);
    annotations::check(&pod, errors);
    match spec {
        Some(_) => spec::check(&mut pod, errors),
        None => no_containers(holder, "spec.containers", errors),
    }
}

/// Labels and annotations of a template: reported without `metadata` in the path.
pub fn template_labels<'t>(template: Node<'t>, errors: &mut Errors<'t>) {
    let Some(metadata) = template.get("metadata") else { return };
    let (before, at) = (errors.len(), path_of(template, errors));
    meta::common(metadata, errors);
    errors.move_paths(before, &format!("{at}.metadata"), &at);
}
