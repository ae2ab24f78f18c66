//! Kustomizations are judged as they would be applied, and what is found is shown where someone wrote it.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::common::files::write;

const BASE: &str = "resources: [web.yaml]\n";
const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.2
";
const DEBUG: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          securityContext:
            privileged: true
";
const OVERLAY: &str = "resources: [../base]\n";
const PATCHED: &str = "resources: [../base]\npatches:\n  - path: debug.yaml\n";

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    files.iter().for_each(|(name, text)| write(dir.path(), name, text));
    dir
}

fn kubevet(folder: &Path, args: &[&str]) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    let out = command.args(args).current_dir(folder).output().expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (text(out.stdout), text(out.stderr))
}

fn report(folder: &Path, args: &[&str]) -> Value {
    let (out, error) = kubevet(folder, &[&["check", "-f", "json"], args].concat());
    serde_json::from_str(&out).unwrap_or_else(|_| panic!("a report: {out}{error}"))
}

/// `FILE:LINE` of each finding of some rules, with the sets it holds in.
fn places(folder: &Path, select: &str) -> Vec<String> {
    let report = report(folder, &["--select", select]);
    let findings = report["findings"].as_array().expect("a list");
    findings.iter().filter(|finding| finding["suppressed"].is_null()).map(place).collect()
}

fn place(finding: &Value) -> String {
    let sets = finding["sets"].as_array().map(|sets| sets.iter().filter_map(Value::as_str).collect::<Vec<_>>());
    let sets = sets.map(|sets| format!(" in {}", sets.join(" "))).unwrap_or_default();
    format!("{}:{}{sets}", finding["file"].as_str().expect("a file"), finding["line"])
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect("a file")
}

#[test]
fn what_a_patch_does_is_reported_and_mended_at_the_patch() {
    let dir = tree(&[
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", WEB),
        ("prod/kustomization.yaml", PATCHED),
        ("prod/debug.yaml", DEBUG),
    ]);
    let report = report(dir.path(), &["--select", "privileged-container"]);
    let findings = report["findings"].as_array().expect("a list");
    assert_eq!(findings.iter().map(place).collect::<Vec<_>>(), ["prod/debug.yaml:11 in prod"]);
    let object = &findings[0]["object"];
    assert_eq!((object["file"].as_str(), object["document"].as_u64()), (Some("base/web.yaml"), Some(0)));
    assert_eq!(findings[0]["path"], "spec.template.spec.containers[0].securityContext.privileged");
    assert_eq!(findings[0]["related"][0]["file"], "base/web.yaml");
    assert_eq!(report["coverage"]["sets"], serde_json::json!([{"name": "prod", "state": "rendered"}]));
    kubevet(dir.path(), &["check", "--select", "privileged-container", "--fix", "--unsafe-fixes"]);
    assert_eq!(read(dir.path(), "prod/debug.yaml"), DEBUG.replace("true", "false"));
    assert_eq!(read(dir.path(), "base/web.yaml"), WEB);
}

#[test]
fn a_fault_of_the_base_is_said_once_and_one_of_an_overlay_with_its_set_alone() {
    let dir = tree(&[
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", &WEB.replace(":1.2", ":latest")),
        ("dev/kustomization.yaml", &format!("namespace: dev\n{PATCHED}")),
        ("dev/debug.yaml", DEBUG),
        ("prod/kustomization.yaml", &format!("namespace: prod\n{OVERLAY}")),
    ]);
    assert_eq!(places(dir.path(), "latest-image-tag"), ["base/web.yaml:14 in dev prod"]);
    assert_eq!(places(dir.path(), "privileged-container"), ["dev/debug.yaml:11 in dev"]);
    // What an overlay mends is no fault of the base there.
    let images = "images:\n  - {name: registry.example.com/web, newTag: \"1.2\"}\n";
    write(dir.path(), "prod/kustomization.yaml", &format!("{OVERLAY}{images}"));
    assert_eq!(places(dir.path(), "latest-image-tag"), ["base/web.yaml:14 in dev"]);
}

#[test]
fn validity_is_that_of_the_built_object() {
    let broken = WEB.replace("  selector:\n    matchLabels: {app: web}\n", "");
    let selector = "labels:\n  - pairs: {app: web}\n    includeSelectors: true\n";
    let dir = tree(&[
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", &broken),
        ("prod/kustomization.yaml", &format!("{OVERLAY}{selector}")),
    ]);
    assert_eq!(places(dir.path(), "schema,api,render"), [""; 0]);
    write(dir.path(), "dev/kustomization.yaml", OVERLAY);
    let found = places(dir.path(), "schema,api,render");
    assert!(
        !found.is_empty()
            && found.iter().all(|place| place.starts_with("base/web.yaml:") && place.ends_with(" in dev")),
        "{found:?}"
    );
}

#[test]
fn a_comment_in_a_base_or_patch_counts_for_every_set_that_uses_its_line() {
    let base = WEB.replace(":1.2", ":latest # kubevet: ignore[latest-image-tag] pinned elsewhere");
    let dir = tree(&[
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", &base),
        ("dev/kustomization.yaml", PATCHED),
        ("dev/debug.yaml", &DEBUG.replace("true", "true # kubevet: ignore[privileged-container] to debug")),
        ("prod/kustomization.yaml", OVERLAY),
    ]);
    assert_eq!(places(dir.path(), "latest-image-tag,privileged-container,unused-suppression"), [""; 0]);
    let annotated = WEB.replace(":1.2", ":latest").replace(
        "  name: web\nspec",
        "  name: web\n  annotations: {kubevet.io/ignore.latest-image-tag: pinned elsewhere}\nspec",
    );
    write(dir.path(), "base/web.yaml", &annotated);
    assert_eq!(places(dir.path(), "latest-image-tag,unused-suppression"), [""; 0]);
    // An annotation that one overlay adds counts for its object alone.
    write(dir.path(), "base/web.yaml", &WEB.replace(":1.2", ":latest"));
    let annotation = "commonAnnotations: {kubevet.io/ignore.latest-image-tag: pinned elsewhere}\n";
    write(dir.path(), "prod/kustomization.yaml", &format!("{OVERLAY}{annotation}"));
    assert_eq!(places(dir.path(), "latest-image-tag,unused-suppression"), ["base/web.yaml:14 in dev"]);
}

#[test]
fn what_is_absent_leaves_the_rest_judged() {
    let remote = "resources: [../base, \"https://github.com/example/platform//ingress?ref=v1\"]\n";
    let uses =
        WEB.replace(":1.2", ":latest") + "          envFrom:\n            - configMapRef: {name: from-platform}\n";
    let dir = tree(&[("base/kustomization.yaml", BASE), ("base/web.yaml", &uses), ("prod/kustomization.yaml", remote)]);
    assert_eq!(places(dir.path(), "latest-image-tag,wiring,render"), ["base/web.yaml:14 in prod"]);
    let sets = report(dir.path(), &[])["coverage"]["sets"].clone();
    assert_eq!((&sets[0]["name"], &sets[0]["state"]), (&"prod".into(), &"partly".into()));
    assert!(sets[0]["detail"].as_str().is_some_and(|why| why.contains("github.com/example/platform")), "{sets}");
    let (text, _) = kubevet(dir.path(), &["check"]);
    assert!(text.contains("1 kustomization rendered in part"), "{text}");
    // Without it, the name leads nowhere.
    write(dir.path(), "prod/kustomization.yaml", OVERLAY);
    assert_eq!(places(dir.path(), "wiring"), ["base/web.yaml:16 in prod"]);
}

#[test]
fn an_environment_file_that_git_ignores_is_absent_and_one_that_is_not_there_is_a_fault() {
    let generator = "resources: [../base]\nsecretGenerator:\n  - name: keys\n    envs: [keys.env]\n";
    let dir = tree(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".gitignore", "*.env\n"),
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", WEB),
        ("prod/kustomization.yaml", generator),
    ]);
    assert_eq!(places(dir.path(), "render"), [""; 0]);
    assert_eq!(report(dir.path(), &[])["coverage"]["sets"][0]["state"], "partly");
    let (out, error) = kubevet(dir.path(), &["render", "prod", "--partial"]);
    assert!(out.contains("kind: Secret") && error.contains("left out: prod/kustomization.yaml:4: "), "{out}{error}");
    let (out, error) = kubevet(dir.path(), &["render", "prod"]);
    assert!(out.is_empty() && error.contains("error: prod/kustomization.yaml:4: "), "{out}{error}");
    write(dir.path(), ".gitignore", "");
    assert_eq!(places(dir.path(), "render"), ["prod/kustomization.yaml:4 in prod"]);
}

#[test]
fn fields_that_an_absent_patch_may_set_are_not_required() {
    let broken = WEB.replace("  selector:\n    matchLabels: {app: web}\n", "");
    let remote = "resources: [../base]\ncomponents: [\"https://github.com/example/labels?ref=v1\"]\n";
    let dir =
        tree(&[("base/kustomization.yaml", BASE), ("base/web.yaml", &broken), ("prod/kustomization.yaml", remote)]);
    assert_eq!(places(dir.path(), "required"), [""; 0]);
}

#[test]
fn a_root_that_kustomize_refuses_is_a_finding_and_its_files_are_judged_as_written() {
    let missing = "resources:\n  - ../base\n  - absent.yaml\n";
    let dir = tree(&[
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", &WEB.replace(":1.2", ":latest")),
        ("prod/kustomization.yaml", missing),
    ]);
    assert_eq!(places(dir.path(), "render"), ["prod/kustomization.yaml:3 in prod"]);
    assert_eq!(places(dir.path(), "latest-image-tag"), ["base/web.yaml:14 in prod"]);
    let sets = report(dir.path(), &[])["coverage"]["sets"].clone();
    assert_eq!(sets[0]["state"], "failed");
    // Validity alone says so as well.
    let (out, _) = kubevet(dir.path(), &["validate", "-f", "concise"]);
    assert!(out.contains("error[kustomize-build-failed]"), "{out}");
}

#[test]
fn kustomizations_that_take_each_other_in_are_told() {
    let dir = tree(&[("a/kustomization.yaml", "resources: [../b]\n"), ("b/kustomization.yaml", "resources: [../a]\n")]);
    assert_eq!(places(dir.path(), "render"), ["b/kustomization.yaml:1 in a"]);
}

#[test]
fn a_manifest_that_no_kustomization_takes_in_is_judged_as_a_file() {
    let dir = tree(&[
        ("prod/kustomization.yaml", "resources: [web.yaml]\nconfigMapGenerator:\n  - {name: a, files: [data.yaml]}\n"),
        ("prod/web.yaml", WEB),
        ("prod/data.yaml", WEB),
        ("prod/stray.yaml", &WEB.replace(":1.2", ":latest").replace("name: web\nspec", "name: stray\nspec")),
    ]);
    assert_eq!(places(dir.path(), "unreferenced-manifest"), ["prod/stray.yaml:4"]);
    assert_eq!(places(dir.path(), "latest-image-tag"), ["prod/stray.yaml:14"]);
}

#[test]
fn a_fix_is_made_only_where_every_set_agrees() {
    let privileged = WEB.to_owned() + "          securityContext:\n            privileged: true\n";
    let pss = "apiVersion: v1\nkind: Namespace\nmetadata: {name: prod}\n";
    let agent = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: web}\n";
    let _ = (pss, agent);
    // In prod a patch takes the container that the base calls privileged and says so as well; the line is used in dev alone.
    let dir = tree(&[
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", &privileged),
        ("dev/kustomization.yaml", OVERLAY),
        ("prod/kustomization.yaml", PATCHED),
        ("prod/debug.yaml", &DEBUG.replace("true", "false")),
    ]);
    assert_eq!(places(dir.path(), "privileged-container"), ["base/web.yaml:16 in dev"]);
    kubevet(dir.path(), &["check", "--select", "privileged-container", "--fix", "--unsafe-fixes"]);
    assert_eq!(read(dir.path(), "base/web.yaml"), privileged.replace("true", "false"));
}

#[test]
fn a_fix_that_another_set_does_not_need_is_left_and_said() {
    // `Always` is said of every tag; dev pulls `latest`, for which it is right.
    let always = WEB.to_owned() + "          imagePullPolicy: IfNotPresent\n";
    let images = "images:\n  - {name: registry.example.com/web, newTag: latest}\n";
    let dir = tree(&[
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", &always),
        ("dev/kustomization.yaml", &format!("{OVERLAY}{images}")),
        ("prod/kustomization.yaml", OVERLAY),
    ]);
    let report = report(dir.path(), &["--select", "stale-latest-image"]);
    let finding = &report["findings"][0];
    assert_eq!(place(finding), "base/web.yaml:15 in dev");
    assert!(finding["fix"].is_null(), "{finding}");
    assert!(finding["help"].as_str().is_some_and(|help| help.contains("`prod` uses this line too")), "{finding}");
    kubevet(dir.path(), &["check", "--select", "stale-latest-image", "--fix", "--unsafe-fixes"]);
    assert_eq!(read(dir.path(), "base/web.yaml"), always);
}

#[test]
fn inline_patches_are_shown_and_mended_where_they_stand() {
    let inline = format!(
        "resources: [../base]\npatches:\n  - patch: |\n{}",
        DEBUG.lines().map(|line| format!("      {line}\n")).collect::<String>()
    );
    let json = "resources: [../base]\npatches:\n  - target: {kind: Deployment}\n    patch: |-\n      - op: add\n        \
                path: /spec/template/spec/hostNetwork\n        value: true\n";
    let dir = tree(&[
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", WEB),
        ("dev/kustomization.yaml", &inline),
        ("prod/kustomization.yaml", json),
    ]);
    assert_eq!(places(dir.path(), "privileged-container"), ["dev/kustomization.yaml:14 in dev"]);
    assert_eq!(places(dir.path(), "host-network"), ["prod/kustomization.yaml:7 in prod"]);
    kubevet(dir.path(), &["check", "--select", "privileged-container", "--fix", "--unsafe-fixes"]);
    assert_eq!(read(dir.path(), "dev/kustomization.yaml"), inline.replace("privileged: true", "privileged: false"));
}

#[test]
fn a_file_that_is_named_is_judged_through_the_roots_around() {
    let dir = tree(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", &WEB.replace(":1.2", ":latest")),
        ("prod/kustomization.yaml", PATCHED),
        ("prod/debug.yaml", DEBUG),
    ]);
    let report =
        report(dir.path(), &["base/web.yaml", "--repository", "--select", "latest-image-tag,privileged-container"]);
    let found: Vec<_> = report["findings"].as_array().expect("a list").iter().map(place).collect();
    assert_eq!(found, ["base/web.yaml:14 in prod"]);
}

#[test]
fn names_of_files_and_folders_are_the_users() {
    let dir = tree(&[
        ("r/base/kustomization.yaml", BASE),
        ("r/base/web.yaml", &WEB.replace(":1.2", ":latest")),
        ("r/prod/kustomization.yaml", OVERLAY),
        ("elsewhere/x", ""),
    ]);
    let found = |folder: &str, path: &str| {
        let report = report(&dir.path().join(folder), &[path, "--select", "latest-image-tag"]);
        report["findings"].as_array().expect("a list").iter().map(place).collect::<Vec<_>>()
    };
    assert_eq!(found("elsewhere", "../r"), ["../r/base/web.yaml:14 in ../r/prod"]);
    assert_eq!(found("r/prod", "."), ["../base/web.yaml:14 in ."]);
    let absolute = dir.path().join("r").to_string_lossy().into_owned();
    assert_eq!(found(".", &absolute), [format!("{absolute}/base/web.yaml:14 in {absolute}/prod")]);
}
