//! Containers of all three lists.
//!
//! In: a pod whose volumes have been checked. Out: findings on its regular, init and ephemeral containers. Mirrors
//! `validateContainerCommon`, `validateContainers`, `validateInitContainers` and `validateEphemeralContainers`.

use rustc_hash::FxHashSet;

use super::Pod;
use super::fields::{duplicate, filled, forbidden, items, need};
use super::{env, mounts, ports, probes, resize, resources, restart, security};
use crate::api::check::{names, one_of_if_set, required_text, text_at};
use crate::api::errors::{ErrorType, Errors, quote};
use crate::yaml::{Node, Place};

/// All containers of the pod.
pub fn check<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    regular(pod, errors);
    init(pod, errors);
    ephemeral(pod, errors);
}

/// What holds for a container of any kind.
fn common<'t>(pod: &Pod<'t>, container: Node<'t>, errors: &mut Errors<'t>) {
    required_text(container, "name", names::dns_label, errors);
    need(container, "image", errors);
    one_of_if_set(container, "terminationMessagePolicy", &["FallbackToLogsOnError", "File"], errors);
    ports::check(container, errors);
    env::check(container, errors);
    mounts::check(pod, container, errors);
    one_of_if_set(container, "imagePullPolicy", &["Always", "IfNotPresent", "Never"], errors);
    resources::container(pod, container, errors);
    resize::check(pod, container, errors);
    if let Some(context) = container.get("securityContext") {
        security::container(pod, context, errors);
    }
}

/// A pod's images have no blanks around them; a template's may (`validateContainerOnlyForPod`).
fn image_blanks<'t>(container: Node<'t>, errors: &mut Errors<'t>) {
    let image = text_at(container, "image");
    if image.trim() != image {
        super::fields::invalid(container, "image", "must not have blanks at its ends", errors);
    }
}

fn regular<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    if !filled(pod.spec, "containers") {
        errors.required(pod.spec, "containers");
        return;
    }
    let mut seen = FxHashSet::default();
    for container in items(pod.spec, "containers") {
        common(pod, container, errors);
        unique(container, &mut seen, errors);
        probes::check(pod, container, errors);
        restart::regular(container, errors);
        if pod.is_pod {
            image_blanks(container, errors);
        }
    }
    ports::regular_host_ports(pod, errors);
}

/// The name must not have been seen; it has then.
fn unique<'t>(container: Node<'t>, seen: &mut FxHashSet<&'t str>, errors: &mut Errors<'t>) {
    if !seen.insert(text_at(container, "name")) {
        duplicate(container, "name", errors);
    }
}

fn names_of<'t>(pod: &Pod<'t>, list: &str) -> FxHashSet<&'t str> {
    items(pod.spec, list).map(|container| text_at(container, "name")).collect()
}

const FOR_SIDECARS: &str = "an init container may have it only with `restartPolicy: Always`";

fn init<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    let mut seen = names_of(pod, "containers");
    for container in items(pod.spec, "initContainers") {
        common(pod, container, errors);
        restart::init(container, errors);
        unique(container, &mut seen, errors);
        ports::init_host_ports(pod, container, errors);
        if restart::is_sidecar(container, errors) {
            probes::check(pod, container, errors);
        } else {
            no_probes(container, errors);
        }
        resize::init(container, errors);
        if pod.is_pod {
            image_blanks(container, errors);
        }
    }
}

fn no_probes<'t>(container: Node<'t>, errors: &mut Errors<'t>) {
    if probes::has_lifecycle(container) {
        forbidden(container, "lifecycle", FOR_SIDECARS, errors);
    }
    for field in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if container.get(field).is_some() {
            forbidden(container, field, FOR_SIDECARS, errors);
        }
    }
}

/// What an ephemeral container must not have, of the fields that hold a struct or list.
const NOT_EPHEMERAL: [&str; 6] =
    ["ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resizePolicy"];

const EPHEMERAL: &str = "an ephemeral container must not have it";

fn ephemeral<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    let Some(list) = pod.spec.get("ephemeralContainers").filter(|list| !list.is_empty()) else { return };
    let mut others = names_of(pod, "containers");
    others.extend(names_of(pod, "initContainers"));
    let mut seen = others.clone();
    for container in list.items() {
        common(pod, container, errors);
        image_blanks(container, errors);
        unique(container, &mut seen, errors);
        target(container, &others, errors);
        fundamental(container, errors);
    }
    let why = match pod.is_pod {
        true => "ephemeral containers are added to a pod that runs, not on creation",
        false => "a pod template has no ephemeral containers",
    };
    errors.forbidden(list, why);
}

fn target<'t>(container: Node<'t>, others: &FxHashSet<&str>, errors: &mut Errors<'t>) {
    let name = text_at(container, "targetContainerName");
    if !name.is_empty() && !others.contains(&name) {
        let message = format!("the pod has no container named {}", quote(name));
        errors.error(ErrorType::NotFound, Place::field(container, "targetContainerName"), message);
    }
}

fn fundamental<'t>(container: Node<'t>, errors: &mut Errors<'t>) {
    let is_set = |field: &str| container.get(field).is_some();
    for field in NOT_EPHEMERAL.into_iter().filter(|field| is_set(field)) {
        forbidden(container, field, EPHEMERAL, errors);
    }
    let resources = container.get("resources");
    if resources.is_some_and(|node| ["claims", "limits", "requests"].iter().any(|field| node.get(field).is_some())) {
        forbidden(container, "resources", EPHEMERAL, errors);
    }
    restart::ephemeral(container, errors);
    for mount in items(container, "volumeMounts") {
        for field in ["subPath", "subPathExpr"] {
            if !text_at(mount, field).is_empty() {
                forbidden(mount, field, EPHEMERAL, errors);
            }
        }
    }
}
