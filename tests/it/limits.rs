//! `limits:` of the configuration: where rendering ends, it says so at the line that went too far.

use std::process::Command;

use serde_json::Value;

use crate::common::files::write;

fn map(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n")
}

/// `RULE FILE MESSAGE` of each finding of category `render` under a configuration.
fn refused(configuration: &str, files: &[(&str, &str)]) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a folder");
    files.iter().for_each(|(name, text)| write(dir.path(), name, text));
    write(dir.path(), "kubevet.yaml", configuration);
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    let out = command.args(["check", "-f", "json", "--select", "render"]).current_dir(dir.path()).output();
    let out = out.expect("the program runs");
    let report: Value = serde_json::from_slice(&out.stdout).expect("a report");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = |finding: &Value| {
        format!("{} {}: {}", text(&finding["rule"]), text(&finding["file"]), text(&finding["message"]))
    };
    report["findings"].as_array().into_iter().flatten().map(line).collect()
}

#[test]
fn a_kustomization_ends_at_its_limits() {
    let (a, b) = (map("a"), map("b"));
    let files = [
        ("over/kustomization.yaml", "resources: [../base]\n"),
        ("base/kustomization.yaml", "resources: [a.yaml, b.yaml]\n"),
        ("base/a.yaml", &*a),
        ("base/b.yaml", &*b),
    ];
    assert_eq!(refused("limits: {depth: 2, files: 4, objects: 2}\n", &files), [""; 0]);
    for (limit, told) in [
        ("depth: 1", "more than 1 deep"),
        ("files: 3", "more than 3 files"),
        ("bytes: 60", "more than 60 bytes"),
        ("objects: 1", "more than 1 objects"),
    ] {
        let found = refused(&format!("limits: {{{limit}}}\n"), &files);
        assert!(found.len() == 1 && found[0].contains(told), "{limit}: {found:?}");
        assert!(found[0].starts_with("kustomize-build-failed "), "{found:?}");
    }
}

#[test]
fn definitions_are_followed_to_a_bound() {
    let application = |name: &str, path: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  \
             project: default\n  destination: {{server: \"https://kubernetes.default.svc\", namespace: {name}}}\n  \
             source: {{repoURL: https://git.example.com/team/shop.git, path: {path}}}\n"
        )
    };
    let (root, a, b) = (application("root", "apps"), application("a", "a"), application("b", "b"));
    let (one, two) = (map("one"), map("two"));
    let files = [
        ("root.yaml", &*root),
        ("apps/a.yaml", &*a),
        ("apps/b.yaml", &*b),
        ("a/one.yaml", &*one),
        ("b/two.yaml", &*two),
    ];
    assert_eq!(refused("limits: {definitions: 3}\n", &files), [""; 0]);
    let told = "it is left out: the repository has more than 2 definitions";
    let want = format!("argocd-render-failed root.yaml: Argo CD makes no manifests: {told}");
    assert_eq!(refused("limits: {definitions: 2}\n", &files), [want]);
}

#[test]
fn a_limit_is_a_number() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "kubevet.yaml", "limits: {objects: none, deepth: 3}\n");
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    let out = command.arg("check").current_dir(dir.path()).output().expect("the program runs");
    let error = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(2));
    assert!(error.contains("a limit is a whole number above 0") && error.contains("unknown limit `deepth`"), "{error}");
}
