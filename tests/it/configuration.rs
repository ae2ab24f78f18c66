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

const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: web, image: a:latest}]}\n";

/// What `kubevet check` says in a folder, a line a finding, with the exit status.
fn check(folder: &Path, arguments: &[&str]) -> (String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    command.args(["check", "-q", "-f", "concise"]).args(arguments).current_dir(folder);
    let out = command.output().expect("the program runs");
    let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    (said, out.status.code())
}

/// Of a finding counts the nearest configuration above its place, in whatever order the paths are named.
#[test]
fn the_nearest_configuration_counts_for_each_file() {
    let dir = tempfile::tempdir().expect("a folder");
    for name in ["a.yaml", "sub/b.yaml", "sub/deep/c.yaml", "other/d.yaml"] {
        write(dir.path(), name, POD);
    }
    write(dir.path(), "kubevet.yml", "rules: {latest-image-tag: error}\n");
    write(dir.path(), "sub/.kubevet.yaml", "rules: {latest-image-tag: info}\nprofile: nsa\nexclude: [gone]\n");
    write(dir.path(), "sub/deep/.kubevet.yml", "rules: {latest-image-tag: \"off\"}\n");
    let of = |arguments: &[&str]| {
        let (said, _) =
            check(dir.path(), &[&["--select", "images,misplaced-setting,unmatched-pattern"], arguments].concat());
        let mut lines: Vec<_> = said.lines().filter_map(|line| line.split("]: ").next()).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let all = [
        "a.yaml:4:40: error[latest-image-tag",
        "other/d.yaml:4:40: error[latest-image-tag",
        "sub/.kubevet.yaml:2:1: info[misplaced-setting",
        "sub/.kubevet.yaml:3:11: info[unmatched-pattern",
        "sub/b.yaml:4:40: info[latest-image-tag",
    ];
    assert_eq!(of(&["."]), all);
    assert_eq!(of(&["sub", "a.yaml", "other"]), of(&["other", "a.yaml", "sub"]));
    assert_eq!(of(&["sub/b.yaml", "a.yaml"])[..1], all[..1]);
    assert_eq!(of(&["sub/b.yaml"]), ["sub/b.yaml:4:40: info[latest-image-tag"]);
    // A file named on the command line, and none at all, hold for everything.
    assert_eq!(of(&["--config", "kubevet.yml", "."]).len(), 4);
    assert_eq!(of(&["--no-config", "."]).len(), 4);
}

/// What a nested configuration turns on for its folder runs there and nowhere else; its options hold there alone.
#[test]
fn a_nested_configuration_turns_rules_on_for_its_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "a.yaml", POD);
    write(dir.path(), "sub/b.yaml", POD);
    write(dir.path(), "sub/kubevet.yaml", "rules: {unapproved-image-registry: {severity: warn, allowed: [ghcr.io]}}\n");
    let (said, status) = check(dir.path(), &["--select", "images", "--ignore", "latest-image-tag", "."]);
    assert!(
        said.starts_with("sub/b.yaml:4:40: warning[unapproved-image-registry]") && said.lines().count() == 1,
        "{said}"
    );
    assert_eq!(status, Some(1));
}

/// A configuration below that is wrong is told, and the run fails.
#[test]
fn a_wrong_nested_configuration_is_told() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "sub/b.yaml", POD);
    write(dir.path(), "sub/kubevet.yaml", "rule: {}\n");
    let (said, status) = check(dir.path(), &["."]);
    assert!(said.contains("error: sub/kubevet.yaml:1:1: unknown key `rule` (did you mean `rules`?)"), "{said}");
    assert_eq!(status, Some(2));
}

#[test]
fn a_configuration_extends_others() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "k8s/a.yaml", POD);
    write(dir.path(), "k8s/legacy/b.yaml", POD);
    let base = "failOn: error\nrules: {images: error, latest-image-tag: info}\noverrides: [{paths: [k8s/legacy], rules: {latest-image-tag: off}}]\n";
    write(dir.path(), "base.yaml", base);
    let select = ["--select", "images", "."];
    write(dir.path(), "k8s/kubevet.yaml", "extends: ../base.yaml\n");
    let (said, status) = check(&dir.path().join("k8s"), &select);
    assert!(said.starts_with("a.yaml:4:40: info[") && said.lines().count() == 1, "{said}");
    assert_eq!(status, Some(0), "failOn is taken over");
    write(
        dir.path(),
        "k8s/kubevet.yaml",
        "extends: [../base.yaml]\nrules: {latest-image-tag: warning}\nfailOn: warning\n",
    );
    let (said, status) = check(&dir.path().join("k8s"), &select);
    assert!(said.contains("a.yaml:4:40: warning[") && said.contains("legacy/b.yaml"), "{said}");
    assert_eq!(status, Some(1));
    write(dir.path(), "base.yaml", "extends: base.yaml\n");
    let (said, status) = check(&dir.path().join("k8s"), &select);
    assert!(said.contains("extend each other in a circle"), "{said}");
    assert_eq!(status, Some(2));
}

#[test]
fn ignores_can_name_a_container() {
    let dir = tempfile::tempdir().expect("a folder");
    let two = POD.replace("]}", ", {name: proxy, image: b:latest}]}");
    write(dir.path(), "a.yaml", &two);
    write(dir.path(), "kubevet.yaml", "ignore: [{rule: latest-image-tag, container: prox*, reason: injected}]\n");
    let (said, _) = check(dir.path(), &["--select", "latest-image-tag", "."]);
    assert!(said.contains("`web`") && said.lines().count() == 1, "{said}");
}

#[test]
fn objects_that_exist_elsewhere_do_not_dangle() {
    let dir = tempfile::tempdir().expect("a folder");
    let pod = POD.replace(
        "image: a:latest",
        "image: a, envFrom: [{configMapRef: {name: shared-env}}, {configMapRef: {name: gone}}]",
    );
    write(dir.path(), "a.yaml", &pod);
    write(dir.path(), "kubevet.yaml", "external: [{kind: ConfigMap, name: \"shared-*\", reason: made by Terraform}]\n");
    let (said, _) = check(dir.path(), &["--select", "dangling-configmap-reference", "."]);
    assert!(said.contains("`gone`") && said.lines().count() == 1, "{said}");
}

#[test]
fn what_exists_elsewhere_may_be_said_of_a_namespace() {
    let dir = tempfile::tempdir().expect("a folder");
    let pod = |namespace: &str| {
        let named = POD.replace("metadata: {name: a}", &format!("metadata: {{name: a, namespace: {namespace}}}"));
        assert_ne!(named, POD);
        named.replace("image: a:latest", "image: a, envFrom: [{configMapRef: {name: env}}]")
    };
    write(dir.path(), "a.yaml", &pod("shop"));
    write(dir.path(), "b.yaml", &pod("other"));
    write(dir.path(), "kubevet.yaml", "external: [{kind: ConfigMap, namespace: \"sh*\"}]\n");
    let (said, _) = check(dir.path(), &["--select", "dangling-configmap-reference", "."]);
    assert!(said.contains("b.yaml") && !said.contains("a.yaml"), "{said}");
}

/// Nothing passes in silence where nothing was checked.
#[test]
fn what_checks_nothing_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "a.yaml", POD);
    let (said, status) = check(dir.path(), &["--exclude", "*.yaml", "--exclude", "nowhere", "."]);
    let nothing = "warning: no objects were checked: 1 file skipped (-v lists them)";
    let expected = format!("warning: --exclude nowhere: matches no file\n{nothing}\n");
    assert_eq!((said, status), (expected, Some(0)));
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    command.args(["check", "--exclude", "/a.yaml", "."]).current_dir(dir.path());
    let out = command.output().expect("the program runs");
    assert!(String::from_utf8_lossy(&out.stderr).starts_with("warning: no objects were"), "{out:?}");
    let (_, status) = check(dir.path(), &["--exclude", "*.yaml", "--require-objects", "."]);
    assert_eq!(status, Some(2));
}

#[test]
fn a_word_that_is_no_setting_is_told_with_those_there_are() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "a.yaml", POD);
    write(dir.path(), "kubevet.yaml", "rules: {latest-image-tag: \"warn\", images: \"warnings\"}\n");
    let (said, status) = check(dir.path(), &["."]);
    assert!(
        said.contains("`warnings` is not a setting of a rule") && said.contains("did you mean `warning`?"),
        "{said}"
    );
    assert_eq!(status, Some(2));
}
