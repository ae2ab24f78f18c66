//! `kubevet.yaml` as the program takes it up.

use std::path::Path;
use std::process::Command;

use crate::common::files::write;

const WIDGET: &str = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: large}\n";
const SCHEMA: &str =
    r#"{"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}"#;

/// What `kubevet validate` says in a folder, on both streams.
fn validate(folder: &Path, path: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    command.args(["validate", "-q", "-f", "concise", path]).current_dir(folder);
    let out = command.output().expect("the program runs");
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

#[test]
fn schemas_are_read_from_the_folders_named() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "k8s/widget.yaml", WIDGET);
    write(dir.path(), "schemas/example.com/widget_v1.json", SCHEMA);
    assert_eq!(validate(dir.path(), "k8s"), "", "without the configuration there is no schema");
    write(dir.path(), "kubevet.yaml", "schemas: [schemas]\n");
    for (folder, path) in [("", "k8s"), ("k8s", ".")] {
        let said = validate(&dir.path().join(folder), path);
        assert!(said.contains("widget.yaml:4:14: error[") && said.lines().count() == 1, "{said}");
    }
    write(dir.path(), "kubevet.yaml", "schemas: [schemes]\n");
    assert_eq!(validate(dir.path(), "k8s"), "error: schemes: no such folder, but `schemas` names it\n");
}

#[test]
fn patterns_are_seen_from_the_configuration_wherever_it_is_run() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "kubevet.yaml", "exclude: [k8s/old]\nrules: {wrong-type: off}\n");
    let wrong = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: A}\n";
    for name in ["k8s/old/a.yaml", "k8s/older/a.yaml"] {
        write(dir.path(), name, wrong);
    }
    let absolute = dir.path().to_string_lossy().into_owned();
    for (folder, path) in [("", "."), ("", "k8s"), ("k8s", "."), ("k8s/old", ".."), ("", absolute.as_str())] {
        let said = validate(&dir.path().join(folder), path);
        assert!(
            said.lines().count() == 1 && said.contains("older/a.yaml:3:18: error[invalid]"),
            "in `{folder}`: {said}"
        );
    }
}

#[test]
fn a_severity_turns_a_rule_on_and_leaves_a_category_as_it_is() {
    let dir = tempfile::tempdir().expect("a folder");
    write(
        dir.path(),
        "a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}\n",
    );
    let check = |rules: &str| {
        write(dir.path(), "kubevet.yaml", &format!("rules: {{{rules}}}\n"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
        command.args(["check", "-q", "--statistics", "--select", "images"]).current_dir(dir.path());
        String::from_utf8_lossy(&command.output().expect("the program runs").stdout).into_owned()
    };
    assert_eq!(check(""), "1 warning latest-image-tag\n");
    assert_eq!(check("images: error"), "1 error   latest-image-tag\n");
    assert_eq!(check("image-without-digest: error"), "1 error   image-without-digest\n1 warning latest-image-tag\n");
    assert_eq!(check("images: on, latest-image-tag: off"), "1 info    image-without-digest\n");
}

/// Options under `overrides` hold for their files, later ones over earlier ones, and for no other file.
#[test]
fn options_of_overrides_hold_for_their_paths() {
    let dir = tempfile::tempdir().expect("a folder");
    let hpa = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a, namespace: NAME}\nspec:\n  \
               scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}\n  minReplicas: 2\n  maxReplicas: 50\n";
    for name in ["base", "big", "big/small"] {
        write(dir.path(), &format!("{name}/hpa.yaml"), &hpa.replace("NAME", &name.replace('/', "-")));
    }
    let overrides = "overrides:\n- paths: [big/**]\n  rules: {hpa-ceiling-too-high: {maximum: 60}}\n\
                     - paths: [big/small/**]\n  rules: {hpa-ceiling-too-high: {maximum: 40}}\n";
    write(dir.path(), "kubevet.yaml", overrides);
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    command.args(["check", "-q", "-f", "concise", "--select", "hpa-ceiling-too-high"]).current_dir(dir.path());
    let said = String::from_utf8_lossy(&command.output().expect("the program runs").stdout).into_owned();
    let files: Vec<_> = said.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(files, ["base/hpa.yaml", "big/small/hpa.yaml"], "{said}");
}
