//! Kustomizations are checked as they would be applied, and what is found is shown where someone wrote it.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::common::files::write;
use crate::common::program::{report, run, tree};

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

fn kubevet(folder: &Path, args: &[&str]) -> (String, String) {
    let out = run(folder, args);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (text(out.stdout), text(out.stderr))
}

/// `FILE:LINE` of each finding of some rules, with the sets it holds in.
fn places(folder: &Path, select: &str) -> Vec<String> {
    let report = report(folder, &["check", "--select", select]);
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
fn what_a_patch_does_is_reported_and_fixed_at_the_patch() {
    let dir = tree(&[
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", WEB),
        ("prod/kustomization.yaml", PATCHED),
        ("prod/debug.yaml", DEBUG),
    ]);
    let report = report(dir.path(), &["check", "--select", "privileged-container"]);
    let findings = report["findings"].as_array().expect("a list");
    assert_eq!(findings.iter().map(place).collect::<Vec<_>>(), ["prod/debug.yaml:11 in prod"]);
    let object = &findings[0]["object"];
    assert_eq!((object["file"].as_str(), object["document"].as_u64()), (Some("base/web.yaml"), Some(0)));
    assert_eq!(findings[0]["path"], "spec.template.spec.containers[0].securityContext.privileged");
    assert_eq!(findings[0]["related"][0]["file"], "base/web.yaml");
    assert_eq!(report["coverage"]["sets"], serde_json::json!([{"name": "prod", "state": "rendered"}]));
    kubevet(dir.path(), &["check", "--select", "privileged-container", "--fix", "--unsafe-fixes"]);
    let lines = DEBUG.lines().count() - 2;
    assert_eq!(read(dir.path(), "prod/debug.yaml"), DEBUG.split_inclusive('\n').take(lines).collect::<String>());
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
    // What an overlay fixes is no fault of the base there.
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
fn what_is_absent_leaves_the_rest_checked() {
    let remote = "resources: [../base, \"https://github.com/example/platform//ingress?ref=v1\"]\n";
    let uses =
        WEB.replace(":1.2", ":latest") + "          envFrom:\n            - configMapRef: {name: from-platform}\n";
    let dir = tree(&[("base/kustomization.yaml", BASE), ("base/web.yaml", &uses), ("prod/kustomization.yaml", remote)]);
    assert_eq!(places(dir.path(), "latest-image-tag,wiring,render"), ["base/web.yaml:14 in prod"]);
    let sets = report(dir.path(), &["check"])["coverage"]["sets"].clone();
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
    assert_eq!(report(dir.path(), &["check"])["coverage"]["sets"][0]["state"], "partly");
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
fn a_root_that_kustomize_refuses_is_a_finding_and_its_files_are_checked_as_written() {
    let missing = "resources:\n  - ../base\n  - absent.yaml\n";
    let dir = tree(&[
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", &WEB.replace(":1.2", ":latest")),
        ("prod/kustomization.yaml", missing),
    ]);
    assert_eq!(places(dir.path(), "render"), ["prod/kustomization.yaml:3 in prod"]);
    assert_eq!(places(dir.path(), "latest-image-tag"), ["base/web.yaml:14 in prod"]);
    let sets = report(dir.path(), &["check"])["coverage"]["sets"].clone();
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
fn a_manifest_that_no_kustomization_takes_in_is_checked_as_a_file() {
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
    let dir = tree(&[
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", &privileged),
        ("dev/kustomization.yaml", OVERLAY),
        ("prod/kustomization.yaml", PATCHED),
        ("prod/debug.yaml", &DEBUG.replace("true", "false")),
    ]);
    assert_eq!(places(dir.path(), "privileged-container"), ["base/web.yaml:16 in dev"]);
    let fix = ["check", "--select", "privileged-container", "--fix", "--unsafe-fixes"];
    kubevet(dir.path(), &fix);
    assert_eq!(read(dir.path(), "base/web.yaml"), privileged, "prod patches the map that would go");
    write(dir.path(), "prod/kustomization.yaml", OVERLAY);
    assert_eq!(places(dir.path(), "privileged-container"), ["base/web.yaml:16 in dev prod"]);
    kubevet(dir.path(), &fix);
    assert_eq!(read(dir.path(), "base/web.yaml"), WEB);
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
    let report = report(dir.path(), &["check", "--select", "stale-latest-image"]);
    let finding = &report["findings"][0];
    assert_eq!(place(finding), "base/web.yaml:15 in dev");
    assert!(finding["fix"].is_null(), "{finding}");
    assert!(finding["help"].as_str().is_some_and(|help| help.contains("`prod` uses this line too")), "{finding}");
    kubevet(dir.path(), &["check", "--select", "stale-latest-image", "--fix", "--unsafe-fixes"]);
    assert_eq!(read(dir.path(), "base/web.yaml"), always);
}

#[test]
fn inline_patches_are_shown_and_fixed_where_they_stand() {
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
    let lines = inline.lines().count() - 2;
    assert_eq!(
        read(dir.path(), "dev/kustomization.yaml"),
        inline.split_inclusive('\n').take(lines).collect::<String>()
    );
}

#[test]
fn a_file_that_is_named_is_checked_through_the_roots_around() {
    let dir = tree(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", &WEB.replace(":1.2", ":latest")),
        ("prod/kustomization.yaml", PATCHED),
        ("prod/debug.yaml", DEBUG),
    ]);
    let report = report(
        dir.path(),
        &["check", "base/web.yaml", "--repository", "--select", "latest-image-tag,privileged-container"],
    );
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
        let report = report(&dir.path().join(folder), &["check", path, "--select", "latest-image-tag"]);
        report["findings"].as_array().expect("a list").iter().map(place).collect::<Vec<_>>()
    };
    assert_eq!(found("elsewhere", "../r"), ["../r/base/web.yaml:14 in ../r/prod"]);
    assert_eq!(found("r/prod", "."), ["../base/web.yaml:14 in ."]);
    let absolute = dir.path().join("r").to_string_lossy().into_owned();
    assert_eq!(found(".", &absolute), [format!("{absolute}/base/web.yaml:14 in {absolute}/prod")]);
}

#[test]
fn other_formats_show_the_same_places() {
    let dir = tree(&[
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", WEB),
        ("prod/kustomization.yaml", PATCHED),
        ("prod/debug.yaml", DEBUG),
    ]);
    let (sarif, _) = kubevet(dir.path(), &["check", "--select", "privileged-container", "-f", "sarif"]);
    let sarif: Value = serde_json::from_str(&sarif).expect("SARIF");
    let result = &sarif["runs"][0]["results"][0];
    let place = |value: &Value| {
        let place = &value["physicalLocation"];
        (place["artifactLocation"]["uri"].as_str().map(str::to_owned), place["region"]["startLine"].as_u64())
    };
    assert_eq!(place(&result["locations"][0]), (Some("prod/debug.yaml".to_owned()), Some(11)));
    assert_eq!(place(&result["relatedLocations"][0]), (Some("base/web.yaml".to_owned()), Some(4)));
    let (text, _) = kubevet(dir.path(), &["check", "--select", "privileged-container"]);
    assert!(text.contains("11 |             privileged: true") && text.contains("[base/web.yaml:4:9]"), "{text}");
    let (junit, _) = kubevet(dir.path(), &["check", "--select", "privileged-container", "-f", "junit"]);
    assert!(!junit.contains("testsuite name=\"prod/\""), "what stands for a root is no file: {junit}");
}

/// A base, a component, two overlays, patches of both kinds, generators, replacements and images.
#[test]
fn everything_that_kustomize_does_is_checked_at_its_line() {
    let base =
        "resources: [web.yaml, service.yaml]\nconfigMapGenerator:\n  - name: settings\n    literals: [MODE=fast]\n";
    let web = WEB.to_owned() + "          envFrom:\n            - configMapRef: {name: settings}\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector: {app: web}\n  ports:\n    - port: 80\n";
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nsecretGenerator:\n  - name: keys\n    literals:\n      - password=hunter2-hunter2\npatches:\n  - path: host.yaml\n    target: {kind: Deployment}\n";
    let host = "- op: add\n  path: /spec/template/spec/hostNetwork\n  value: true\n";
    let dev = "namePrefix: dev-\nnamespace: dev\nresources: [../../base]\ncomponents: [../../debug]\nimages:\n  - name: registry.example.com/web\n    newTag: latest\n";
    let prod = "namespace: prod\nresources: [../../base, owner.yaml]\npatches:\n  - path: limits.yaml\nreplacements:\n  - source: {kind: ConfigMap, name: owner, fieldPath: data.account}\n    targets:\n      - select: {kind: Deployment}\n        fieldPaths: [spec.template.spec.serviceAccountName]\n        options: {create: true}\n";
    let owner = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: owner\ndata:\n  account: nobody-here\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n";
    let limits = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          resources: {limits: {memory: 1Gi}, requests: {memory: 2Gi}}\n";
    let dir = tree(&[
        ("base/kustomization.yaml", base),
        ("base/web.yaml", &web),
        ("base/service.yaml", service),
        ("debug/kustomization.yaml", component),
        ("debug/host.yaml", host),
        ("overlays/dev/kustomization.yaml", dev),
        ("overlays/prod/kustomization.yaml", prod),
        ("overlays/prod/owner.yaml", owner),
        ("overlays/prod/limits.yaml", limits),
    ]);
    let sets = report(dir.path(), &["check"])["coverage"]["sets"].clone();
    let rendered = |name: &str| serde_json::json!({"name": name, "state": "rendered"});
    assert_eq!(sets, serde_json::json!([rendered("overlays/dev"), rendered("overlays/prod")]));
    for (rules, expected) in [
        ("render,schema,api", vec!["overlays/prod/limits.yaml:9 in overlays/prod"]),
        ("host-network", vec!["debug/host.yaml:3 in overlays/dev"]),
        ("latest-image-tag", vec!["overlays/dev/kustomization.yaml:7 in overlays/dev"]),
        ("committed-secret", vec!["debug/kustomization.yaml:6 in overlays/dev"]),
        ("dangling-service-account", vec!["overlays/prod/owner.yaml:6 in overlays/prod"]),
        ("dangling-configmap-reference,dangling-service-selector,unreferenced-manifest", vec![]),
        ("missing-memory-limit", vec!["base/web.yaml:13 in overlays/dev"]),
        ("missing-readiness-probe", vec!["base/web.yaml:13 in overlays/dev overlays/prod"]),
    ] {
        assert_eq!(places(dir.path(), rules), expected, "{rules}");
    }
}

#[test]
fn a_fingerprint_is_made_of_names_as_written() {
    let fingerprint = |overlay: &str| {
        let dir = tree(&[
            ("base/kustomization.yaml", BASE),
            ("base/web.yaml", &WEB.replace(":1.2", ":latest")),
            ("prod/kustomization.yaml", overlay),
        ]);
        report(dir.path(), &["check", "--select", "latest-image-tag"])["findings"][0]["fingerprint"].clone()
    };
    let plain = fingerprint(OVERLAY);
    assert!(plain.is_string());
    assert_eq!(plain, fingerprint(&format!("namePrefix: a-\nnamespace: b\n{OVERLAY}")));
    let dir = tree(&[("base/web.yaml", &WEB.replace(":1.2", ":latest"))]);
    let alone = report(dir.path(), &["check", "--select", "latest-image-tag"]);
    assert_eq!(plain, alone["findings"][0]["fingerprint"], "a baseline of before it was built holds");
}

#[test]
fn one_field_that_decides_for_many_objects_is_said_once() {
    let two = format!("{WEB}---\n{}", WEB.replace("web", "api"));
    let dir =
        tree(&[("prod/kustomization.yaml", "namespace: default\nresources: [web.yaml]\n"), ("prod/web.yaml", &two)]);
    let report = report(dir.path(), &["check", "--select", "default-namespace"]);
    let findings = report["findings"].as_array().expect("a list");
    assert_eq!(findings.iter().map(place).collect::<Vec<_>>(), ["prod/kustomization.yaml:1 in prod"]);
    assert!(findings[0]["message"].as_str().is_some_and(|text| text.ends_with("(and 1 more object)")), "{findings:?}");
}

fn git(folder: &Path, args: &[&str]) {
    let own = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
    let done = Command::new("git").args(own).args(args).current_dir(folder).output().expect("git runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn what_an_overlay_no_longer_mends_is_new_though_the_base_is_as_it_was() {
    let images = "images:\n  - {name: registry.example.com/web, newTag: \"1.2\"}\n";
    let dir = tree(&[
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", &WEB.replace(":1.2", ":latest")),
        ("prod/kustomization.yaml", &format!("{OVERLAY}{images}")),
    ]);
    git(dir.path(), &["init", "-q"]);
    git(dir.path(), &["add", "."]);
    git(dir.path(), &["commit", "-q", "-m", "a"]);
    let new = |args: &[&str]| {
        let report = report(
            dir.path(),
            &[&["check", "--since", "HEAD", "--select", "latest-image-tag,privileged-container"], args].concat(),
        );
        report["findings"].as_array().expect("a list").iter().map(place).collect::<Vec<_>>()
    };
    assert_eq!(new(&[]), [""; 0]);
    write(dir.path(), "prod/kustomization.yaml", PATCHED);
    write(dir.path(), "prod/debug.yaml", DEBUG);
    assert_eq!(new(&[]), ["base/web.yaml:14 in prod", "prod/debug.yaml:11 in prod"]);
    assert_eq!(new(&["prod"]), ["base/web.yaml:14 in prod", "prod/debug.yaml:11 in prod"]);
}

#[test]
fn the_configuration_may_name_an_object_as_its_file_does() {
    let ignore =
        |name: &str| format!("ignore:\n  - {{rule: latest-image-tag, name: {name}, reason: pinned elsewhere}}\n");
    let dir = tree(&[
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", &WEB.replace(":1.2", ":latest")),
        ("prod/kustomization.yaml", &format!("namePrefix: prod-\n{OVERLAY}")),
        ("kubevet.yaml", &ignore("web")),
    ]);
    assert_eq!(places(dir.path(), "latest-image-tag"), [""; 0]);
    write(dir.path(), "kubevet.yaml", &ignore("prod-web"));
    assert_eq!(places(dir.path(), "latest-image-tag"), [""; 0]);
    write(dir.path(), "kubevet.yaml", &ignore("dev-web"));
    assert_eq!(places(dir.path(), "latest-image-tag"), ["base/web.yaml:14 in prod"]);
}

#[test]
fn a_json_patch_adds_to_annotations_with_nothing_behind_them() {
    let patch = "resources: [a.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |-\n    - {op: add, path: /metadata/annotations/x, value: z}\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\ndata: {a: b}\n";
    let dir = tree(&[("kustomization.yaml", patch), ("a.yaml", map)]);
    let out = run(dir.path(), &["render", "-f", "manifest", "."]);
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(text.contains("annotations:\n    x: z\n"), "{text}{}", String::from_utf8_lossy(&out.stderr));
}
