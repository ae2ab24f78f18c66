//! `limits:` of the configuration: where rendering ends, it says so at the line that went too far.

use serde_json::Value;

use crate::common::files::write;
use crate::common::program::{report, run};

fn map(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n")
}

/// `RULE FILE MESSAGE` of each finding of category `render` under a configuration.
fn refused(configuration: &str, files: &[(&str, &str)]) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a folder");
    files.iter().for_each(|(name, text)| write(dir.path(), name, text));
    write(dir.path(), "kubevet.yaml", configuration);
    let report = report(dir.path(), &["check", "--select", "render"]);
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

fn application(name: &str, path: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  \
         project: default\n  destination: {{server: \"https://kubernetes.default.svc\", namespace: {name}}}\n  \
         source: {{repoURL: https://git.example.com/team/shop.git, path: {path}}}\n"
    )
}

#[test]
fn time_ends_at_a_limit() {
    let (a, app) = (map("a"), application("app", "plain"));
    let kustomization = [("over/kustomization.yaml", "resources: [a.yaml]\n"), ("over/a.yaml", &*a)];
    let definition = [("app.yaml", &*app), ("plain/a.yaml", &*a)];
    assert_eq!(refused("limits: {seconds: 1e6, allSeconds: 1e6}\n", &kustomization), [""; 0]);
    for (limit, told) in [("seconds: 0", "takes longer than 0 s"), ("allSeconds: 0", "take more than 0 s")] {
        let found = refused(&format!("limits: {{{limit}}}\n"), &kustomization);
        assert!(found.len() == 1 && found[0].contains(told), "{limit}: {found:?}");
    }
    assert_eq!(refused("limits: {allSeconds: 1e6}\n", &definition), [""; 0]);
    let found = refused("limits: {allSeconds: 0}\n", &definition);
    assert!(found.len() == 1 && found[0].contains("takes more than 0 s"), "{found:?}");
}

#[test]
fn what_is_rendered_beside_others_is_bound_before_it_is_counted() {
    let maps: String = (0..3000).map(|number| format!("{}---\n", map(&format!("c{number}")))).collect();
    let (a, b) = (application("a", "maps"), application("b", "maps"));
    let files = [("a.yaml", &*a), ("b.yaml", &*b), ("maps/maps.yaml", &*maps)];
    // More than what is rendered beside others may make, and less than what is refused.
    assert_eq!(refused("limits: {objects: 3000}\n", &files), [""; 0]);
    let found = refused("limits: {objects: 2999}\n", &files);
    assert!(found.len() == 2 && found[0].contains("more than 2999 objects"), "{found:?}");
}

#[test]
fn limits_and_charts_are_taken_from_what_is_extended() {
    let (a, chart) = (map("a"), "apiVersion: v2\nname: web\nversion: 0.1.0\n");
    let files = [
        ("base/kubevet.yaml", "limits: {objects: 1, depth: 1}\ncharts: [{chart: web}]\n"),
        ("base/web/Chart.yaml", chart),
        ("base/web/values.yaml", "a: 1\n"),
        ("base/web/templates/a.yaml", "{{ fail \"never\" }}\n"),
        ("over/kustomization.yaml", "resources: [../under]\n"),
        ("under/kustomization.yaml", "resources: [a.yaml]\n"),
        ("under/a.yaml", &*a),
    ];
    let found = refused("extends: base/kubevet.yaml\n", &files);
    assert!(found.iter().any(|line| line.contains("more than 1 deep")), "{found:?}");
    assert!(found.iter().any(|line| line.contains("base/web")), "{found:?}");
    // What it says itself counts before that.
    let found = refused("extends: base/kubevet.yaml\nlimits: {depth: 2}\n", &files);
    assert!(!found.iter().any(|line| line.contains("deep")), "{found:?}");
}

#[test]
fn definitions_are_followed_to_a_bound() {
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
    let found = refused("limits: {definitions: 2}\n", &files);
    let told = "the repository has more than 2 definitions";
    assert!(
        found.len() == 1 && found[0].starts_with("argocd-render-failed root.yaml: ") && found[0].ends_with(told),
        "{found:?}"
    );
}

#[test]
fn a_limit_is_a_number() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "kubevet.yaml", "limits: {objects: none, deepth: 3, seconds: -1}\n");
    let out = run(dir.path(), &["check"]);
    let error = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(2));
    assert!(
        ["a limit is a whole number above 0", "unknown limit `deepth`", "a limit of time is a number of seconds"]
            .iter()
            .all(|told| error.contains(told)),
        "{error}"
    );
}
