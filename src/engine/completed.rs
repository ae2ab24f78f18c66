//! What objects lack that something else completes before it counts.
//!
//! In: all findings of a run, its objects. Out: the same; what is missing in the manifest of a policy, which is compared with what a
//! cluster has, is a remark; what a custom resource lacks that a mutating webhook of the repository may fill in is a warning, as is what the
//! patches of a kustomization that does not build would replace. Where the server's word alone is asked for, all is told as it is.

use rustc_hash::FxHashSet;

use crate::discover::Survey;
use crate::finding::{Finding, Severity};
use crate::workspace::{ApplySet, Item};
use crate::yaml::Node;

use super::Run;

const COMPARED: &str =
    "a policy compares this manifest with what the cluster has, so it needs only the fields that it checks";
const PATCHED: &str =
    "a patch in the kustomization that lists this file replaces the value, but that kustomization does not build";
const WEBHOOK: &str = "a mutating webhook of this repository may fill it in before the object is checked";

/// Softens what is said of what is missing.
pub(super) fn soften(findings: &mut [Finding], whole: &ApplySet<'_>, survey: &Survey, run: &Run<'_>) {
    if !run.job.request.policy {
        return;
    }
    let mut hooked = None;
    let lacks = |finding: &Finding| matches!(finding.rule.as_str(), "required" | "not-found");
    let is_value = |finding: &Finding| matches!(finding.rule.as_str(), "invalid" | "not-supported" | "type-invalid");
    for finding in findings.iter_mut().filter(|finding| finding.severity > Severity::Info) {
        let name = &run.sources.get(finding.source()).name;
        // Beside a root that does not build its files are looked at as they are written.
        if is_value(finding) && finding.severity == Severity::Error && run.built.root_for(finding).is_none() {
            let around = survey.surroundings(name);
            let kind = finding.object.as_ref().map_or("", |object| &object.kind);
            if !around.taken_in_by.is_empty() && around.patched(kind, &finding.path) {
                finding.severity = Severity::Warning;
                finding.explain(PATCHED);
            }
        }
        if !lacks(finding) {
            continue;
        }
        // What an Application deploys as well is created as it stands.
        if survey.is_compared(name) && run.built.root_for(finding).is_none() && !survey.is_applied(name) {
            finding.severity = Severity::Info;
            finding.explain(COMPARED);
        } else if finding.severity == Severity::Error
            && is_of_webhook(finding, hooked.get_or_insert_with(|| hooks(whole)))
        {
            finding.severity = Severity::Warning;
            finding.explain(WEBHOOK);
        }
    }
}

/// Groups and resources that mutating webhooks ask to see.
type Hooks = FxHashSet<(String, String)>;

fn hooks(whole: &ApplySet<'_>) -> Hooks {
    let texts = |rule: Node<'_>, field: &str| -> Vec<String> {
        let values = rule.get(field).into_iter().flat_map(Node::items).filter_map(Node::as_str);
        values.map(str::to_ascii_lowercase).collect()
    };
    let configurations = whole.of_kind("admissionregistration.k8s.io", "MutatingWebhookConfiguration");
    let webhooks = configurations.flat_map(|item: &Item<'_>| item.object.root.get("webhooks")).flat_map(Node::items);
    let rules = webhooks.flat_map(|webhook| webhook.get("rules")).flat_map(Node::items);
    let mut found = Hooks::default();
    for rule in rules {
        for group in texts(rule, "apiGroups") {
            found.extend(texts(rule, "resources").into_iter().map(|resource| (group.clone(), resource)));
        }
    }
    found
}

/// Whether a finding is about a custom resource that a mutating webhook sees: its kind is looked for in the plural.
fn is_of_webhook(finding: &Finding, hooks: &Hooks) -> bool {
    let Some(object) = finding.object.as_ref().filter(|_| finding.rule == "required") else { return false };
    // A name is asked for before any webhook is; and what looks at built-in kinds adds a container, and does not mend one.
    let Some((group, _)) = object.api_version.split_once('/').filter(|_| finding.path.starts_with("spec")) else {
        return false;
    };
    let kind = object.kind.to_ascii_lowercase();
    let plurals = [format!("{kind}s"), format!("{kind}es"), format!("{}ies", kind.trim_end_matches('y')), kind];
    let is_own = group.contains('.') && !group.ends_with(".k8s.io");
    is_own && plurals.into_iter().any(|plural| hooks.contains(&(group.to_owned(), plural)))
}
