//! `--shard I/N`: the parts of a tree, merged, say what is said of the whole.

use std::path::Path;

use serde_json::Value;

use crate::common::files::write;
use crate::common::program::run;

fn kubevet(folder: &Path, args: &[&str]) -> (Vec<u8>, Option<i32>) {
    let out = run(folder, args);
    (out.stdout, out.status.code())
}

/// What is said of a folder as a whole and of its parts, each merged to one report.
fn whole_and_parts(folder: &Path, of: usize) -> (Vec<u8>, Vec<u8>) {
    let reports = tempfile::tempdir().expect("a folder");
    let checked = |name: &str, args: &[&str]| {
        let (report, status) =
            kubevet(folder, &[&["check", "-f", "json", "--profile", "strict"], args, &["."]].concat());
        assert!(matches!(status, Some(0 | 1)), "{args:?}: {status:?}");
        let path = reports.path().join(name);
        std::fs::write(&path, report).expect("it is written");
        path.display().to_string()
    };
    let merged = |paths: Vec<String>| {
        let args: Vec<&str> = std::iter::once("merge").chain(paths.iter().map(String::as_str)).collect();
        kubevet(folder, &args).0
    };
    let whole = merged(vec![checked("whole.json", &[])]);
    let part = |number: usize| checked(&format!("{number}.json"), &["--shard", &format!("{number}/{of}")]);
    (whole, merged((1..=of).map(part).collect()))
}

fn hold_together(folder: &Path, of: &[usize]) {
    for &of in of {
        let (whole, parts) = whole_and_parts(folder, of);
        let report: Value = serde_json::from_slice(&whole).expect("a report");
        assert!(report["findings"].as_array().is_some_and(|findings| findings.len() > 3), "{report}");
        assert_eq!(String::from_utf8_lossy(&parts), String::from_utf8_lossy(&whole), "{of} parts");
    }
}

#[test]
fn parts_of_plain_files_say_what_the_whole_says() {
    hold_together(Path::new("fixtures/bad"), &[1, 3]);
}

/// A base and a patch in other parts than the overlay; a Service in another than the Ingress that names it; a Secret in no part.
#[test]
fn parts_of_what_is_rendered_say_what_the_whole_says() {
    let dir = tempfile::tempdir().expect("a folder");
    let workload = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  \
                    template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n        - name: web\n          \
                    image: web:latest\n          envFrom: [{secretRef: {name: gone}}]\n";
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 1\n  template:\n    spec:\n      \
                 containers:\n        - {name: web, securityContext: {privileged: true}}\n";
    for (name, text) in [
        ("base/kustomization.yaml", "resources: [web.yaml, service.yaml]\n"),
        ("base/web.yaml", workload),
        (
            "base/service.yaml",
            "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: webb}, ports: [{port: 80}]}\n",
        ),
        ("overlays/dev/kustomization.yaml", "resources: [../../base]\nnamespace: dev\n"),
        (
            "overlays/prod/kustomization.yaml",
            "resources: [../../base]\nnamespace: prod\npatches: [{path: patch.yaml}]\n",
        ),
        ("overlays/prod/patch.yaml", patch),
        (
            "plain/a.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, envFrom: [{configMapRef: {name: env}}]}]}\n",
        ),
        (
            "plain/b.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\ndata: {A: b}\n---\nkind: Wrong\nmetadata: {name: x}\n",
        ),
        ("plain/broken.yaml", "a: [\n"),
    ] {
        write(dir.path(), name, text);
    }
    hold_together(dir.path(), &[2, 9]);
}

/// A part that is forgotten would leave its files out in silence.
#[test]
fn all_parts_are_merged_or_none() {
    let dir = tempfile::tempdir().expect("a folder");
    let part = |number: usize| {
        let (report, _) =
            kubevet(Path::new("fixtures/bad"), &["check", "-f", "json", "--shard", &format!("{number}/3"), "."]);
        std::fs::write(dir.path().join(format!("{number}.json")), report).expect("it is written");
    };
    (1..=3).for_each(part);
    assert_eq!(kubevet(dir.path(), &["merge", "--fail-on", "never", "1.json", "2.json", "3.json"]).1, Some(0));
    assert_eq!(kubevet(dir.path(), &["merge", "--fail-on", "never", "1.json", "3.json"]).1, Some(2));
    assert_eq!(
        kubevet(dir.path(), &["merge", "--fail-on", "never", "1.json", "2.json", "2.json", "3.json"]).1,
        Some(2)
    );
}

#[test]
fn a_part_that_does_not_exist_is_refused() {
    let (_, status) = kubevet(Path::new("fixtures/good"), &["check", "--shard", "4/3", "."]);
    assert_eq!(status, Some(2));
}
