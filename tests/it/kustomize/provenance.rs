//! Where each value comes from: a base, a component, two overlays, both kinds of patches, generators, replacements, variables
//! and images, with the file and line of every scalar.

use kubevet::render::output::json_lines;
use serde_json::Value;

use super::memory::Memory;

const FILES: &[(&str, &str)] = &[
    (
        "base/kustomization.yaml",
        "resources:\n- app.yaml\n- service.yaml\nconfigMapGenerator:\n- name: settings\n  literals:\n  - MODE=plain\n  envs:\n  - settings.env\nvars:\n- name: PORT\n  objref:\n    apiVersion: v1\n    kind: Service\n    name: app\n  fieldref:\n    fieldPath: spec.ports[0].port\n",
    ),
    ("base/settings.env", "# read as it is\nREGION=eu\n"),
    (
        "base/app.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n  replicas: 1\n  selector:\n    matchLabels:\n      app: app\n  template:\n    metadata:\n      labels:\n        app: app\n    spec:\n      containers:\n      - name: app\n        image: shop/app:1\n        args: [\"--port=$(PORT)\"]\n        envFrom:\n        - configMapRef:\n            name: settings\n",
    ),
    (
        "base/service.yaml",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: app\nspec:\n  selector:\n    app: app\n  ports:\n  - port: 8080\n",
    ),
    (
        "logging/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n- path: sidecar.yaml\n",
    ),
    (
        "logging/sidecar.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n  template:\n    spec:\n      containers:\n      - name: logs\n        image: shop/logs:3\n",
    ),
    (
        "stage/kustomization.yaml",
        "resources:\n- ../base\ncomponents:\n- ../logging\nnamespace: stage\nnamePrefix: s-\nlabels:\n- pairs:\n    tier: web\nimages:\n- name: shop/app\n  newTag: '2'\n",
    ),
    (
        "prod/kustomization.yaml",
        "resources:\n- ../stage\nnamePrefix: p-\nreplicas:\n- name: app\n  count: 5\npatches:\n- target:\n    kind: Service\n  patch: |-\n    - op: add\n      path: /spec/type\n      value: NodePort\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: app\n      namespace: stage\n    spec:\n      template:\n        spec:\n          priorityClassName: high\nsecretGenerator:\n- name: key\n  files:\n  - key.txt\n  options:\n    disableNameSuffixHash: true\nreplacements:\n- source:\n    kind: Service\n    fieldPath: spec.type\n  targets:\n  - select:\n      kind: Deployment\n    fieldPaths:\n    - metadata.annotations.service\n    options:\n      create: true\n",
    ),
    ("prod/key.txt", "secret\n"),
];

/// Each scalar: path, value, place, what made it, further places.
fn table(root: &str) -> String {
    let rendered = Memory::new(FILES).build(root);
    assert_eq!(rendered.problems, []);
    let mut out = String::new();
    for line in json_lines(&rendered).lines() {
        let line: Value = serde_json::from_str(line).expect("a line of JSON");
        out.push_str(&format!("{}\n", line["object"]["kind"].as_str().unwrap_or_default()));
        for origin in line["origins"].as_array().expect("origins") {
            let path = origin["path"].as_str().expect("a path");
            let value = line["object"].pointer(path).expect("a value");
            let place = |o: &Value| format!("{}:{}:{} {}", text(&o["file"]), o["line"], o["column"], text(&o["by"]));
            let others = origin["related"].as_array().map_or(&[][..], Vec::as_slice).iter().map(place);
            let others: Vec<_> = others.map(|other| format!(" + {other}")).collect();
            out.push_str(&format!("  {path} = {value}  {}{}\n", place(origin), others.concat()));
        }
    }
    out
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn every_scalar_has_its_file_and_line() {
    insta::assert_snapshot!(table("prod"));
}

#[test]
fn the_base_alone_points_into_itself() {
    let table = table("base");
    assert!(table.lines().filter(|line| line.starts_with("  ")).all(|line| line.contains("  base/")), "{table}");
}
