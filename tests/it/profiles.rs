//! docs/profiles.md against the rules: what its tables name runs in the profile, and what names the profile is in its table.

use crate::common::registry;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kubevet::config::Selection;
use kubevet::engine::{Engine, Request, Settings, Snapshot};
use kubevet::rule::profile;

/// The text of a chapter, by the beginning of its title.
fn chapter(title: &str) -> String {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/profiles.md")).expect("the page");
    let start = page.find(&format!("\n## {title}")).expect("a chapter") + 4;
    let rest = &page[start..];
    rest[..rest.find("\n## ").unwrap_or(rest.len())].to_owned()
}

/// The rules that a text names.
fn rules(text: &str) -> BTreeSet<&'static str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter_map(|name| Some(registry().find(name)?.id.as_str())).collect()
}

fn rows(text: &str) -> String {
    text.lines().filter(|line| line.starts_with("| ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_tables_are_the_profiles() {
    for (name, title, least) in [("nsa", "NSA", 40), ("cis", "CIS", 25)] {
        let text = chapter(title);
        let named = rules(&rows(&text));
        assert!(named.len() > least, "{name}: {}", named.len());
        for id in &named {
            let rule = registry().find(id).expect("a rule");
            assert!(profile::severity(rule, name).is_some(), "{id} does not run in {name}");
        }
        let anywhere = rules(&text);
        for registered in registry().policy().filter(|registered| registered.profiles.contains(&name)) {
            assert!(
                anywhere.contains(registered.id.as_str()),
                "{} names {name}, whose chapter is silent",
                registered.id
            );
        }
    }
}

#[test]
fn other_profiles_have_what_the_default_one_has() {
    for registered in registry().policy() {
        let rule = registered;
        if profile::severity(rule, "default").is_some() {
            for name in ["strict", "nsa", "cis", "seeds"] {
                assert!(profile::severity(rule, name).is_some(), "{} is missing in {name}", rule.id);
            }
        }
    }
}

#[test]
fn what_looks_like_a_rule_is_one() {
    let others = ["kube-system", "cluster-admin"];
    for title in ["NSA", "CIS"] {
        let text = rows(&chapter(title));
        let words = text.split('`').skip(1).step_by(2).filter(|word| word.contains('-') && !others.contains(word));
        assert_eq!(words.filter(|word| registry().find(word).is_none()).collect::<Vec<_>>(), [""; 0]);
    }
}

/// The findings of a profile on a text: `rule severity`.
fn check(text: &str, profile: &str, select: &[&str]) -> Vec<String> {
    let select = select.iter().map(|&name| name.to_owned()).collect();
    let selection = Selection { profile: Some(profile.to_owned()), select, ..Selection::default() };
    let engine = Engine::new(Settings { selection, ..Settings::default() });
    let report = engine.check(&Snapshot::of_text("a.yaml", text), &Request::policy()).report;
    report.findings.iter().map(|finding| format!("{} {}", finding.rule, finding.severity.as_str())).collect()
}

#[test]
fn seeds_has_figures_and_severities_of_its_own() {
    let autoscaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: shop}\nspec:\n  minReplicas: \
                      2\n  maxReplicas: 15\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}\n  \
                      metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: \
                      60}}}]\n";
    let rules = ["hpa-ceiling-too-high", "hpa-target-utilization-out-of-range", "hpa-single-replica-floor"];
    assert_eq!(check(autoscaler, "default", &rules), [""; 0]);
    let expected = ["hpa-ceiling-too-high error", "hpa-target-utilization-out-of-range warning"];
    assert_eq!(check(autoscaler, "seeds", &rules), expected);
}

#[test]
fn a_selected_category_narrows_the_profile_and_a_selected_rule_runs() {
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: example.com/a}]\n";
    assert_eq!(check(pod, "default", &["images"]), ["latest-image-tag warning"]);
    assert_eq!(check(pod, "strict", &["images"]).len(), 2);
    assert_eq!(check(pod, "default", &["image-without-digest"]), ["image-without-digest info"]);
}

/// An agent that needs its node is a remark, but where a standard is checked that makes no exception.
#[test]
fn standards_make_no_exception_for_agents() {
    let agent = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: cni, namespace: kube-system}\nspec:\n  selector: {matchLabels: {app: cni}}\n  template:\n    metadata: {labels: {app: cni}}\n    spec:\n      containers: [{name: a, image: 'quay.io/cilium/cilium:v1.16.0', securityContext: {privileged: true}}]\n";
    let dir = crate::common::program::tree(&[("a.yaml", agent)]);
    for (profile, severity) in [("default", "info"), ("pss-baseline", "error"), ("cis", "error"), ("seeds", "info")] {
        let found = crate::common::program::report(dir.path(), &["check", "--profile", profile]);
        let told = crate::common::program::told(&found, crate::common::program::of_rule("privileged-container"));
        assert_eq!(told, [format!("{severity} privileged-container a.yaml:9")], "{profile}");
    }
}
