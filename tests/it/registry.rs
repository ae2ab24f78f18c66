//! The registry of rules: ids, names near them, and checks of other tools.

use std::collections::BTreeSet;
use std::sync::Arc;

use kubevet::api::ErrorType;
use kubevet::engine::{Engine, Request, Settings, Snapshot};
use kubevet::finding::{Category, Severity};
use kubevet::object::Object;
use kubevet::rule::peers::stands_for;
use kubevet::rule::{Program, RuleInfo, SetContext};
use kubevet::rules;

use crate::common::registry;

#[test]
fn ids_are_unique_documented_and_in_kebab_case() {
    let mut seen = BTreeSet::new();
    for entry in registry().all() {
        let id = entry.id.as_str();
        assert!(seen.insert(id), "{id} stands twice");
        assert!(id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{id}");
        assert!(!entry.summary().is_empty() && entry.summary().len() <= 120, "{id}: {}", entry.summary());
        assert!(entry.docs().lines().count() >= 3, "{id} needs more than a summary");
    }
}

#[test]
fn every_error_type_of_the_server_is_explained() {
    for kind in ErrorType::ALL {
        assert!(registry().find(kind.id()).is_some(), "{}", kind.id());
    }
}

#[test]
fn unknown_ids_lead_to_near_ones() {
    assert_eq!(registry().suggest("latest-image-tags"), ["latest-image-tag"]);
    assert_eq!(registry().suggest("UnknownField"), ["unknown-field"]);
    assert_eq!(registry().suggest("latest"), ["latest-image-tag", "stale-latest-image"]);
    assert!(registry().suggest("xyz").is_empty() && registry().suggest("").is_empty());
    assert_eq!(registry().hint("imagess").as_deref(), Some("did you mean `images`?"));
    assert_eq!(
        registry().hint("pod-probes").as_deref(),
        Some("here it is `missing-liveness-probe`, `missing-readiness-probe`")
    );
    assert_eq!(
        registry().hint("latest-tagg").as_deref(),
        Some("did you mean latest-tag? here it is `latest-image-tag`")
    );
    assert_eq!(registry().hint("xyz"), None);
}

#[test]
fn rules_stand_for_checks_of_other_tools() {
    let latest = registry().find("latest-image-tag").expect("a rule");
    for (tool, check) in [
        ("trivy", "KSV-0013"),
        ("trivy", "AVD-KSV-0013"),
        ("trivy", "ksv013"),
        ("trivy", "*"),
        ("trivy", "KSV*13"),
        ("trivy", "ksv*"),
        ("checkov", "CKV_K8S_14"),
        ("kube-linter", "latest-tag"),
    ] {
        assert!(stands_for(latest, tool, check), "{tool} {check}");
    }
    for (tool, check) in [("trivy", "CKV_K8S_14"), ("trivy", "KSV"), ("trivy", ""), ("trivy", "*14"), ("k", "*")] {
        assert!(!stands_for(latest, tool, check), "{tool} {check}");
    }
}

#[test]
fn ids_of_other_tools_lead_to_ours() {
    for id in ["CKV_K8S_14", "checkov:CKV_K8S_14", "ckv-k8s-14", "KSV-0013", "KSV013", "AVD-KSV-0013", "latest-tag"] {
        let found: Vec<_> = registry().of_peer(id).iter().map(|entry| entry.id.as_str()).collect();
        assert!(found.contains(&"latest-image-tag"), "{id}: {found:?}");
    }
    assert!(
        registry().of_peer("CKV_K8S_9999").is_empty()
            && registry().of_peer("").is_empty()
            && registry().of_peer("-").is_empty()
    );
}

/// A rule that a program brings: objects need a label.
struct NeedsLabel(&'static str);

impl Program for NeedsLabel {
    fn check<'t>(&self, object: Object<'t>, context: &mut SetContext<'_, 't>) {
        if object.labels().get(self.0).is_none() {
            context.report(object.place(), format!("label `{}` is missing", self.0));
        }
    }
}

#[test]
fn a_program_is_a_rule_like_ours() {
    let docs = "Objects have an owner.\n\nMore.".to_owned();
    let rule = |severity| {
        let program = Arc::new(NeedsLabel("owner"));
        RuleInfo::of_program("policy/owner".to_owned().into(), Category::Hygiene, severity, docs.clone(), program)
    };
    let mut registry = rules::registry();
    registry.add(rule(Severity::Warning));
    let all = registry.all().count();
    registry.add(rule(Severity::Error));
    assert_eq!(registry.all().count(), all, "a rule takes the place of one of its id");
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  \
                name: b # kubevet: ignore[policy/owner] nobody\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, \
                labels: {owner: us}}\n";
    let engine = Engine::new(Settings { registry: Arc::new(registry), ..Settings::default() });
    let report = engine.check(&Snapshot::of_text("a.yaml", text), &Request::policy()).report;
    let of_rule = report.findings.iter().filter(|finding| finding.rule == "policy/owner");
    let found: Vec<_> = of_rule.map(|f| (f.document, f.severity, f.suppressed.is_some())).collect();
    assert_eq!(found, [(Some(0), Severity::Error, false), (Some(1), Severity::Error, true)]);
}
