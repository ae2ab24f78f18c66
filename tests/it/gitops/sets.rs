//! ApplicationSets.

use super::repository::{HERE, config_map, lines, objects, problems};
use serde_json::Value;

/// An ApplicationSet with this spec beside its template, and what it generates.
fn expand(spec: &str, template: &str, files: &[(&str, &str)]) -> Vec<Value> {
    let set = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: fleet, namespace: argocd}}\nspec:\n{spec}  template:\n{template}"
    );
    let files = files.iter().copied().chain([("sets/fleet.yaml", set.as_str())]);
    lines(files, HERE)
}

/// A template with this name and namespace.
fn template(name: &str, namespace: &str) -> String {
    format!(
        "    metadata: {{name: '{name}'}}\n    spec:\n      project: default\n      source: {{repoURL: {HERE}, path: 'apps/{name}'}}\n      destination: {{name: in-cluster, namespace: '{namespace}'}}\n"
    )
}

/// The generated Applications, as `name/destination namespace`.
fn generated(lines: &[Value]) -> Vec<String> {
    let applications = lines.iter().filter(|line| line["object"]["kind"] == "Application");
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    applications
        .map(|line| {
            let object = &line["object"];
            format!("{}/{}", text(&object["metadata"]["name"]), text(&object["spec"]["destination"]["namespace"]))
        })
        .collect()
}

#[test]
fn lists_fill_in_both_kinds_of_templates() {
    let elements = "  generators:\n    - list:\n        elements:\n          - {name: web, values: {ns: shop}}\n          - {name: api, values: {ns: back}}\n";
    let fast = expand(elements, &template("{{name}}", "{{ values.ns }}-{{nope}}"), &[]);
    assert_eq!(generated(&fast), ["web/shop-{{nope}}", "api/back-{{nope}}"]);
    let go = expand(&format!("  goTemplate: true\n{elements}"), &template("{{.name}}", "{{.values.ns | upper}}"), &[]);
    assert_eq!(generated(&go), ["web/SHOP", "api/BACK"]);
    let strict = format!("  goTemplate: true\n  goTemplateOptions: [missingkey=error]\n{elements}");
    let missing = expand(&strict, &template("{{.name}}", "{{.nope}}"), &[]);
    assert_eq!(
        (generated(&missing).len(), problems(&missing)),
        (0, vec!["appset-error sets/fleet.yaml:17".to_owned()])
    );
}

#[test]
fn the_parameter_decides_where_a_value_comes_from() {
    let map = config_map("a");
    let elements = "  generators:\n    - list:\n        elements:\n          - name: web\n";
    let found = expand(elements, &template("{{name}}", "x"), &[("apps/web/a.yaml", &map)]);
    assert_eq!(objects(&found, "web"), ["ConfigMap/x/a"]);
    let application = found.iter().find(|line| line["object"]["kind"] == "Application").expect("an Application");
    let origins = application["origins"].as_array().expect("origins");
    let name = origins.iter().find(|origin| origin["path"] == "/metadata/name").expect("a name");
    assert_eq!((&name["line"], &name["by"], &name["related"][0]["line"]), (&8.into(), &"values".into(), &10.into()));
}

#[test]
fn folders_match_level_by_level_and_hidden_ones_are_left_out() {
    let map = config_map("a");
    let files = ["apps/web/a.yaml", "apps/web/prod/a.yaml", "apps/old/a.yaml", "apps/.hidden/a.yaml"];
    let files: Vec<_> = files.iter().map(|path| (*path, map.as_str())).collect();
    let spec = format!(
        "  generators:\n    - git:\n        repoURL: {HERE}\n        directories: [{{path: 'apps/**'}}, {{path: apps/old, exclude: true}}]\n"
    );
    assert_eq!(generated(&expand(&spec, &template("{{path.basename}}", "{{path[0]}}"), &files)), ["web/apps"]);
}

#[test]
fn files_match_as_git_matches_them() {
    let files = [
        ("envs/a.yaml", "name: a\n"),
        ("envs/eu/b.yaml", "- name: b\n- name: c\n---\nname: d\n"),
        ("envs/x.txt", "name: x\n"),
    ];
    let spec = format!(
        "  goTemplate: true\n  generators:\n    - git:\n        repoURL: {HERE}\n        files: [{{path: 'envs/*.yaml'}}]\n"
    );
    let found = generated(&expand(&spec, &template("{{.name}}", "{{.path.basename}}"), &files));
    assert_eq!(found, ["a/envs", "b/eu", "c/eu"]);
    let elsewhere = expand(&spec.replace(HERE, "https://elsewhere.example/x"), &template("{{.name}}", "x"), &files);
    assert!(generated(&elsewhere).is_empty() && problems(&elsewhere).is_empty());
    assert!(elsewhere.iter().any(|line| line["absent"]["line"] == 8));
}

#[test]
fn generators_are_combined_and_their_sets_selected() {
    let list = |elements: &str| format!("          - list: {{elements: [{elements}]}}\n");
    let two = |kind: &str, a: &str, b: &str, more: &str| {
        format!("  goTemplate: true\n  generators:\n    - {kind}:\n        generators:\n{}{}{more}", list(a), list(b))
    };
    let of = |spec: &str| generated(&expand(spec, &template("{{.name}}-{{.env}}", "{{.env}}"), &[]));
    let matrix = two("matrix", "{name: a}, {name: b}", "{env: x}, {env: '{{.name}}'}", "");
    assert_eq!(of(&matrix), ["a-x/x", "a-a/a", "b-x/x", "b-b/b"]);
    let merge = two(
        "merge",
        "{name: a, env: x}, {name: b, env: x}",
        "{name: b, env: w}, {name: c, env: z}",
        "        mergeKeys: [name]\n",
    );
    assert_eq!(of(&merge), ["a-x/x", "b-w/w"]);
    let selected =
        format!("{matrix}      selector: {{matchExpressions: [{{key: env, operator: NotIn, values: [x]}}]}}\n");
    assert_eq!(of(&selected), ["a-a/a", "b-b/b"]);
    let one = matrix.replacen(&list("{env: x}, {env: '{{.name}}'}"), "", 1);
    assert_eq!(problems(&expand(&one, &template("{{.name}}", "x"), &[])), ["appset-error sets/fleet.yaml:7"]);
    let clusters = "  generators:\n    - clusters: {}\n";
    let unknown = expand(clusters, &template("{{name}}", "x"), &[]);
    assert!(problems(&unknown).is_empty() && unknown.iter().any(|line| line["absent"]["line"] == 6));
}

#[test]
fn a_patch_changes_all_but_the_project() {
    let spec = "  goTemplate: true\n  templatePatch: |\n    metadata: {labels: {env: '{{.env}}'}, namespace: elsewhere}\n    spec: {project: other, destination: {namespace: patched}}\n  generators:\n    - list: {elements: [{name: web, env: prod}]}\n";
    let found = expand(spec, &template("{{.name}}", "x"), &[]);
    let object = &found.iter().find(|line| line["object"]["kind"] == "Application").expect("an Application")["object"];
    let at = |path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or("-");
    assert_eq!([at("/metadata/namespace"), at("/metadata/labels/env")], ["argocd", "prod"]);
    assert_eq!([at("/spec/project"), at("/spec/destination/namespace")], ["default", "patched"]);
    assert_eq!(at("/metadata/finalizers/0"), "resources-finalizer.argocd.argoproj.io");
}

#[test]
fn of_two_applications_of_one_name_neither_is_created() {
    let elements =
        "  generators:\n    - list: {elements: [{name: a}, {name: b}]}\n    - list: {elements: [{name: a}]}\n";
    let map = config_map("a");
    let found = expand(elements, &template("{{name}}", "x"), &[("apps/b/a.yaml", &map)]);
    assert_eq!(
        (generated(&found), problems(&found)),
        (vec!["b/x".to_owned()], vec!["appset-app-invalid sets/fleet.yaml:7".to_owned()])
    );
}

#[test]
fn a_chain_that_makes_ever_new_applications_ends() {
    let child = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: '{{{{ .Release.Name }}}}x'}}\nspec:\n  source: {{repoURL: {HERE}, path: chart}}\n  destination: {{name: in-cluster, namespace: argocd}}\n"
    );
    let root = child.replace("{{ .Release.Name }}x", "a");
    let files = [
        ("chart/Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n"),
        ("chart/templates/app.yaml", child.as_str()),
        ("root.yaml", &root),
    ];
    let found = lines(files, HERE);
    assert_eq!(problems(&found), ["render-failed chart/templates/app.yaml:1"]);
    assert_eq!(generated(&found).len(), 31, "each, and the first as it lies in its file");
}
