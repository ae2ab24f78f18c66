//! Containers of all three lists.
//!
//! In: a pod whose volumes have been checked. Out: findings on its regular, init and ephemeral containers. Mirrors
//! `validateContainerCommon`, `validateContainers`, `validateInitContainers` and `validateEphemeralContainers`.

use rustc_hash::FxHashSet;

use super::Pod;
use super::fields::{duplicate, filled, forbidden, items, need};
use super::{env, mounts, ports, probes, resize, resources, restart, security};
use crate::api::check::{names, one_of_if_set, required_text, text_at};
use crate::api::report::{ErrorType, Report, quote};
use crate::yaml::{Node, Place};

/// All containers of the pod.
pub fn check<'t>(pod: &Pod<'t>, report: &mut Report<'t>) {
    regular(pod, report);
    init(pod, report);
    ephemeral(pod, report);
}

/// What holds for a container of any kind.
fn common<'t>(pod: &Pod<'t>, container: Node<'t>, report: &mut Report<'t>) {
    required_text(container, "name", names::dns_label, report);
    need(container, "image", report);
    one_of_if_set(container, "terminationMessagePolicy", &["FallbackToLogsOnError", "File"], report);
    ports::check(container, report);
    env::check(container, report);
    mounts::check(pod, container, report);
    one_of_if_set(container, "imagePullPolicy", &["Always", "IfNotPresent", "Never"], report);
    resources::container(pod, container, report);
    resize::check(pod, container, report);
    if let Some(context) = container.get("securityContext") {
        security::container(pod, context, report);
    }
}

/// A pod's images have no blanks around them; a template's may (`validateContainerOnlyForPod`).
fn image_blanks<'t>(container: Node<'t>, report: &mut Report<'t>) {
    let image = text_at(container, "image");
    if image.trim() != image {
        super::fields::invalid(container, "image", "must not have blanks at its ends", report);
    }
}

fn regular<'t>(pod: &Pod<'t>, report: &mut Report<'t>) {
    if !filled(pod.spec, "containers") {
        report.required(pod.spec, "containers");
        return;
    }
    let mut seen = FxHashSet::default();
    for container in items(pod.spec, "containers") {
        common(pod, container, report);
        unique(container, &mut seen, report);
        probes::check(pod, container, report);
        restart::regular(container, report);
        if pod.is_pod {
            image_blanks(container, report);
        }
    }
    ports::regular_host_ports(pod, report);
}

/// The name must not have been seen; it has then.
fn unique<'t>(container: Node<'t>, seen: &mut FxHashSet<&'t str>, report: &mut Report<'t>) {
    if !seen.insert(text_at(container, "name")) {
        duplicate(container, "name", report);
    }
}

fn names_of<'t>(pod: &Pod<'t>, list: &str) -> FxHashSet<&'t str> {
    items(pod.spec, list).map(|container| text_at(container, "name")).collect()
}

const FOR_SIDECARS: &str = "an init container may have it only with `restartPolicy: Always`";

fn init<'t>(pod: &Pod<'t>, report: &mut Report<'t>) {
    let mut seen = names_of(pod, "containers");
    for container in items(pod.spec, "initContainers") {
        common(pod, container, report);
        restart::init(container, report);
        unique(container, &mut seen, report);
        ports::init_host_ports(pod, container, report);
        if restart::is_sidecar(container, report) {
            probes::check(pod, container, report);
        } else {
            no_probes(container, report);
        }
        resize::init(container, report);
        if pod.is_pod {
            image_blanks(container, report);
        }
    }
}

fn no_probes<'t>(container: Node<'t>, report: &mut Report<'t>) {
    if probes::has_lifecycle(container) {
        forbidden(container, "lifecycle", FOR_SIDECARS, report);
    }
    for field in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if container.get(field).is_some() {
            forbidden(container, field, FOR_SIDECARS, report);
        }
    }
}

/// What an ephemeral container must not have, of the fields that hold a struct or list.
const NOT_EPHEMERAL: [&str; 6] =
    ["ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resizePolicy"];

const EPHEMERAL: &str = "an ephemeral container must not have it";

fn ephemeral<'t>(pod: &Pod<'t>, report: &mut Report<'t>) {
    let Some(list) = pod.spec.get("ephemeralContainers").filter(|list| !list.is_empty()) else { return };
    let mut others = names_of(pod, "containers");
    others.extend(names_of(pod, "initContainers"));
    let mut seen = others.clone();
    for container in list.items() {
        common(pod, container, report);
        image_blanks(container, report);
        unique(container, &mut seen, report);
        target(container, &others, report);
        fundamental(container, report);
    }
    let why = match pod.is_pod {
        true => "ephemeral containers are added to a pod that runs, not on creation",
        false => "a pod template has no ephemeral containers",
    };
    report.forbidden(list, why);
}

fn target<'t>(container: Node<'t>, others: &FxHashSet<&str>, report: &mut Report<'t>) {
    let name = text_at(container, "targetContainerName");
    if !name.is_empty() && !others.contains(&name) {
        let message = format!("no container of this pod has the name {}", quote(name));
        report.error(ErrorType::NotFound, Place::field(container, "targetContainerName"), message);
    }
}

fn fundamental<'t>(container: Node<'t>, report: &mut Report<'t>) {
    let is_set = |field: &str| container.get(field).is_some();
    for field in NOT_EPHEMERAL.into_iter().filter(|field| is_set(field)) {
        forbidden(container, field, EPHEMERAL, report);
    }
    let resources = container.get("resources");
    if resources.is_some_and(|node| ["claims", "limits", "requests"].iter().any(|field| node.get(field).is_some())) {
        forbidden(container, "resources", EPHEMERAL, report);
    }
    restart::ephemeral(container, report);
    for mount in items(container, "volumeMounts") {
        for field in ["subPath", "subPathExpr"] {
            if !text_at(mount, field).is_empty() {
                forbidden(mount, field, EPHEMERAL, report);
            }
        }
    }
}
