//! Suppressions of what several sets hold: a comment counts for all of them, an annotation for its object, an entry of a
//! baseline for its sets; what a fix leaves alone names the sets that disagree.

use std::path::Path;

use crate::common::files::write;
use crate::common::program::run;

const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:latest
";
const SELECT: &str = "latest-image-tag,privileged-container,host-network,unused-suppression,invalid-suppression";

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "base/kustomization.yaml", "resources: [web.yaml]\n");
    write(dir.path(), "base/web.yaml", WEB);
    for name in ["dev", "prod"] {
        write(dir.path(), &format!("{name}/kustomization.yaml"), "resources: [../base]\n");
    }
    files.iter().for_each(|(name, text)| write(dir.path(), name, text));
    dir
}

/// `FILE:LINE: RULE` of what counts.
fn check(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let out = run(folder, &[&["check", "-q", "-f", "concise", "--select", SELECT], arguments].concat());
    assert!(out.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&out.stderr));
    let line = |line: &str| {
        let mut parts = line.splitn(4, ':');
        let (file, number) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let rule = line.split(['[', ']']).nth(1).unwrap_or_default();
        format!("{file}:{number}: {rule}")
    };
    String::from_utf8_lossy(&out.stdout).lines().map(line).collect()
}

#[test]
fn a_comment_in_a_base_counts_for_every_set_that_uses_it() {
    let dir = tree(&[]);
    assert_eq!(check(dir.path(), &[]), ["base/web.yaml:15: latest-image-tag"]);
    let quiet = WEB.replace(":latest", ":latest # kubevet: ignore[latest-image-tag] pinned elsewhere");
    write(dir.path(), "base/web.yaml", &quiet);
    assert_eq!(check(dir.path(), &[]), [""; 0]);
}

const PATCH: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1
          securityContext: {privileged: true}
";

#[test]
fn a_comment_in_a_patch_counts_for_every_set_that_uses_it() {
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n- path: patch.yaml\n";
    let with = "resources: [../base]\ncomponents: [../component]\n";
    let dir = tree(&[
        ("component/kustomization.yaml", component),
        ("component/patch.yaml", PATCH),
        ("dev/kustomization.yaml", with),
        ("prod/kustomization.yaml", with),
    ]);
    assert_eq!(check(dir.path(), &[]), ["component/patch.yaml:10: privileged-container"]);
    let quiet = PATCH.replace(
        "          securityContext",
        "          # kubevet: ignore[privileged-container] needed\n          securityContext",
    );
    write(dir.path(), "component/patch.yaml", &quiet);
    assert_eq!(check(dir.path(), &[]), [""; 0]);
}

#[test]
fn a_comment_in_an_inline_patch_counts_for_every_set_that_uses_it() {
    let inline = |strategic: &str, json: &str| {
        let patch: String = PATCH.lines().map(|line| format!("    {line}\n")).collect();
        let patch =
            patch.replace("              securityContext", &format!("{strategic}              securityContext"));
        format!(
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n- patch: |\n{patch}\
             - target: {{kind: Deployment}}\n  patch: |-\n    - op: add\n      path: /spec/template/spec/hostNetwork\n      \
             value: true{json}\n"
        )
    };
    let with = "resources: [../base]\ncomponents: [../component]\n";
    let dir = tree(&[("dev/kustomization.yaml", with), ("prod/kustomization.yaml", with)]);
    write(dir.path(), "component/kustomization.yaml", &inline("", ""));
    let found =
        ["component/kustomization.yaml:14: privileged-container", "component/kustomization.yaml:19: host-network"];
    assert_eq!(check(dir.path(), &[]), found);
    let above = "              # kubevet: ignore[privileged-container] needed\n";
    write(dir.path(), "component/kustomization.yaml", &inline(above, " # kubevet: ignore[host-network] needed"));
    assert_eq!(check(dir.path(), &[]), [""; 0]);
    // What covers nothing is told.
    write(dir.path(), "component/kustomization.yaml", &inline(above, " # kubevet: ignore[latest-image-tag] pinned"));
    let found =
        ["component/kustomization.yaml:20: host-network", "component/kustomization.yaml:20: unused-suppression"];
    assert_eq!(check(dir.path(), &[]), found);
}

#[test]
fn an_annotation_counts_for_its_object_alone() {
    let overlay = "resources: [../base]\ncommonAnnotations: {kubevet.io/ignore.latest-image-tag: pinned elsewhere}\n";
    let dir = tree(&[("dev/kustomization.yaml", overlay)]);
    let out = run(dir.path(), &["check", "-f", "json", "--select", "latest-image-tag"]);
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).expect("a report");
    let findings = report["findings"].as_array().expect("a list");
    let of = |suppressed: bool| {
        let found = findings.iter().filter(|finding| finding["suppressed"].is_null() != suppressed);
        found.map(|finding| finding["sets"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!((of(true), of(false)), (vec!["[\"dev\"]".to_owned()], vec!["[\"prod\"]".to_owned()]));
}

#[test]
fn an_entry_of_a_baseline_knows_its_sets() {
    let dir = tree(&[]);
    run(dir.path(), &["check", "--select", SELECT, "--baseline", "known.json", "--write-baseline"]);
    let known = ["--baseline", "known.json"];
    assert_eq!(check(dir.path(), &known), [""; 0]);
    assert_eq!(check(dir.path(), &["--baseline", "known.json", "dev"]), [""; 0]);
    assert_eq!(check(&dir.path().join("dev"), &["--baseline", "../known.json"]), [""; 0]);
    // One of its sets is enough; where none is left, it is stale, and what another set has is new.
    std::fs::remove_dir_all(dir.path().join("dev")).expect("a folder");
    assert_eq!(check(dir.path(), &known), [""; 0]);
    std::fs::rename(dir.path().join("prod"), dir.path().join("stage")).expect("a folder");
    assert_eq!(check(dir.path(), &known), ["base/web.yaml:15: latest-image-tag", "known.json:6: unused-suppression"]);
}

#[test]
fn what_a_fix_leaves_alone_names_the_sets_that_disagree() {
    let env = "          env:\n            - name: MODE\n              valueFrom: {configMapKeyRef: {name: settings, key: mode}}\n";
    let overlay = |key: &str| {
        format!(
            "resources: [../base]\nnamespace: shop\ngeneratorOptions: {{disableNameSuffixHash: true}}\n\
             configMapGenerator:\n- {{name: settings, literals: [{key}=1]}}\n"
        )
    };
    let dir = tree(&[
        ("base/web.yaml", &format!("{WEB}{env}")),
        ("dev/kustomization.yaml", &overlay("modes")),
        ("prod/kustomization.yaml", &overlay("mood")),
    ]);
    let out = run(dir.path(), &["check", "--select", "dangling-configmap-key", "-f", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).expect("a report");
    let findings = report["findings"].as_array().expect("a list");
    assert_eq!(findings.len(), 1, "{findings:?}");
    let help = findings[0]["help"].as_str().unwrap_or_default();
    assert!(findings[0]["fix"].is_null() && help.contains("`dev` and `prod` need different fixes"), "{findings:?}");
}
