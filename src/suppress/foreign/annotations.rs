//! Other tools' annotations.
//!
//! In: an object. Out: what the annotations on it, and those on its pod template for the tools that look there, suppress.

use crate::object::{Object, Workload, WorkloadKind};
use crate::yaml::Node;

use super::Foreign;

/// Checks that kube-score takes to be ignored where another one is.
const IMPLIED: [(&str, &str); 1] = [("container-resources", "container-ephemeral-storage-request-and-limit")];

/// The suppressions that an object carries.
pub fn of(object: Object<'_>) -> Vec<Foreign> {
    let mut found = Vec::new();
    for (key, value) in on(object.metadata()) {
        of_kube_linter(key, value, &mut found);
        of_polaris(key, value, &mut found);
        of_datree(key, value, &mut found);
        of_kube_score(key, value, &mut found);
        of_checkov(key, value, &mut found);
    }
    let of_pods =
        Workload::of(object).filter(|workload| workload.kind != WorkloadKind::Pod).and_then(Workload::template);
    let template =
        of_pods.or_else(|| object.root.at(&["spec", "template"])).and_then(|template| template.get("metadata"));
    for (key, value) in on(template) {
        of_kube_score(key, value, &mut found);
        of_checkov(key, value, &mut found);
    }
    found
}

fn on(metadata: Option<Node<'_>>) -> impl Iterator<Item = (&str, &str)> {
    let annotations = metadata.and_then(|metadata| metadata.get("annotations"));
    let entries = annotations.into_iter().flat_map(Node::entries);
    entries.map(|entry| (entry.name, entry.value.as_str().unwrap_or("")))
}

/// `ignore-check.kube-linter.io/CHECK: REASON`, and `kube-linter.io/ignore-all` for every check.
fn of_kube_linter(key: &str, value: &str, found: &mut Vec<Foreign>) {
    if let Some(check) = key.strip_prefix("ignore-check.kube-linter.io/") {
        found.push(Foreign::on_object("kube-linter", check, value));
    } else if key == "kube-linter.io/ignore-all" {
        found.push(Foreign::on_object("kube-linter", "*", value));
    }
}

/// `kube-score/ignore: CHECK,CHECK`.
fn of_kube_score(key: &str, value: &str, found: &mut Vec<Foreign>) {
    if key != "kube-score/ignore" {
        return;
    }
    for check in value.split(',').map(str::trim) {
        found.push(Foreign::on_object("kube-score", check, ""));
        let implied = IMPLIED.iter().filter(|(ignored, _)| *ignored == check);
        found.extend(implied.map(|(_, other)| Foreign::on_object("kube-score", other, "")));
    }
}

/// `polaris.fairwinds.com/exempt: "true"` for every check, `polaris.fairwinds.com/CHECK-exempt: "true"` for one.
fn of_polaris(key: &str, value: &str, found: &mut Vec<Foreign>) {
    let Some(what) = key.strip_prefix("polaris.fairwinds.com/") else { return };
    if !value.eq_ignore_ascii_case("true") {
        return;
    }
    if what == "exempt" {
        found.push(Foreign::on_object("polaris", "*", ""));
    } else if let Some(check) = what.strip_suffix("-exempt") {
        found.push(Foreign::on_object("polaris", check, ""));
    }
}

/// `checkov.io/skip1: CHECK=REASON`; two older names of the tool count as well.
fn of_checkov(key: &str, value: &str, found: &mut Vec<Foreign>) {
    const PREFIXES: [&str; 3] = ["checkov.io/skip", "bridgecrew.io/skip", "cortex.io/skip"];
    if PREFIXES.iter().any(|prefix| key.contains(prefix)) {
        let (check, reason) = value.split_once('=').unwrap_or((value, ""));
        found.push(Foreign::on_object("checkov", check, reason));
    }
}

/// `datree.skip/CHECK: REASON`.
fn of_datree(key: &str, value: &str, found: &mut Vec<Foreign>) {
    if let Some(check) = key.strip_prefix("datree.skip/") {
        found.push(Foreign::on_object("datree", check, value));
    }
}
