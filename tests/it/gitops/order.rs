//! Flux Kustomizations that need what another one brings.

use std::path::Path;

use serde_json::Value;

use crate::common::files::write;
use crate::common::program::report;

const DEFINITION: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, listKind: WidgetList, plural: widgets, singular: widget}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object}}
";
const NAMESPACE: &str = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";
const WIDGET: &str = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: one, namespace: shop}\n";
const SOURCE: &str = "apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 10m, url: https://git.example.com/team/shop.git, ref: {branch: main}}
";

fn kustomization(name: &str, path: &str, more: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: {name}\n  namespace: flux-system\n\
         spec:\n  interval: 10m\n  prune: true\n  path: {path}\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n{more}"
    )
}

fn found(folder: &Path) -> Vec<String> {
    let select = "missing-flux-dependency,dangling-flux-dependency,render";
    let report = report(folder, &["check", "--select", select]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one =
        |finding: &Value| format!("{}:{}: {}", text(&finding["file"]), finding["line"], text(&finding["message"]));
    report["findings"].as_array().into_iter().flatten().map(one).collect()
}

fn tree(apps: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in [
        ("clusters/prod/source.yaml", SOURCE),
        ("clusters/prod/base.yaml", &kustomization("base", "./base", "")),
        ("clusters/prod/apps.yaml", &kustomization("apps", "./apps", apps)),
        ("base/definition.yaml", DEFINITION),
        ("base/namespace.yaml", NAMESPACE),
        ("apps/widget.yaml", WIDGET),
    ] {
        write(dir.path(), name, text);
    }
    dir
}

#[test]
fn what_does_not_wait_for_a_definition_or_namespace_is_told() {
    let dir = tree("");
    let told = "clusters/prod/apps.yaml:4: Kustomization `apps` applies Widget `one`, whose kind Kustomization `base` defines, \
                but does not depend on it";
    assert_eq!(found(dir.path()), [told]);
    // A namespace alone is enough.
    write(dir.path(), "apps/widget.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: shop}\n");
    assert_eq!(found(dir.path()), [told.replace("Widget", "ConfigMap").replace("kind Kust", "namespace `shop` Kust")]);
    // Its own namespace is there, and so are those of Kubernetes.
    write(dir.path(), "base/system.yaml", &NAMESPACE.replace("shop", "flux-system"));
    write(
        dir.path(),
        "apps/widget.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: flux-system}\n",
    );
    assert_eq!(found(dir.path()), [""; 0]);
    write(dir.path(), "apps/widget.yaml", WIDGET);
    // What it brings itself is there.
    write(dir.path(), "apps/definition.yaml", DEFINITION);
    write(dir.path(), "apps/namespace.yaml", NAMESPACE);
    assert_eq!(found(dir.path()), [""; 0]);
}

#[test]
fn what_comes_before_need_not_be_waited_for() {
    assert_eq!(found(tree("  dependsOn: [{name: base}]\n").path()), [""; 0]);
    let by_another = tree("  dependsOn: [{name: middle}]\n");
    let middle = kustomization("middle", "./middle", "  dependsOn: [{name: base}]\n");
    write(by_another.path(), "clusters/prod/middle.yaml", &middle);
    write(by_another.path(), "middle/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n");
    assert_eq!(found(by_another.path()), [""; 0]);
    // What brings it has applied its own before.
    let brought = tree("");
    std::fs::remove_file(brought.path().join("clusters/prod/apps.yaml")).expect("a file");
    write(brought.path(), "base/apps.yaml", &kustomization("apps", "./apps", ""));
    assert_eq!(found(brought.path()), [""; 0]);
}

#[test]
fn another_cluster_has_an_order_of_its_own() {
    let dir = tree("");
    std::fs::rename(dir.path().join("clusters/prod/base.yaml"), dir.path().join("clusters/base.yaml")).expect("a file");
    assert_eq!(found(dir.path()), [""; 0]);
}

#[test]
fn a_dependency_that_nothing_makes_is_told() {
    let dir = tree("  dependsOn: [{name: base}, {name: gone}]\n");
    let found = found(dir.path());
    assert!(found.len() == 1 && found[0].starts_with("clusters/prod/apps.yaml:11: Kustomization `gone` "), "{found:?}");
}
