//! Releases of charts that a repository holds: Flux's HelmReleases, kustomize's `helmCharts`, `charts:` of the configuration.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::common::files::write;

const CHART: &str = "apiVersion: v2\nname: web\nversion: 0.1.0\n";
const VALUES: &str = "replicas: 1\nimage: {tag: \"1.2\"}\nprivileged: false\n";
const TEMPLATE: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: \"registry.example.com/web:{{ .Values.image.tag }}\"
          securityContext:
            privileged: {{ .Values.privileged }}
";
const SOURCE: &str = "apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: shop, namespace: shop}
spec: {url: https://git.example.com/team/shop.git, interval: 1m}
";

fn release(chart: &str, more: &str) -> String {
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: web, namespace: shop}}
spec:
  interval: 5m
  {chart}
{more}"
    )
}

const LOCAL: &str = "chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: shop}}}";

/// A repository with the chart and some files.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let chart = [
        ("charts/web/Chart.yaml", CHART),
        ("charts/web/values.yaml", VALUES),
        ("charts/web/templates/web.yaml", TEMPLATE),
    ];
    chart.iter().chain(files).for_each(|(name, text)| write(dir.path(), name, text));
    dir
}

fn report(folder: &Path, select: &str) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubevet"));
    let out = command.args(["check", "-f", "json", "--select", select]).current_dir(folder).output();
    let out = out.expect("the program runs");
    serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&out.stderr)))
}

/// `RULE FILE:LINE in SETS` of each finding.
fn places(folder: &Path, select: &str) -> Vec<String> {
    let report = report(folder, select);
    let place = |finding: &Value| {
        let sets = finding["sets"].as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>();
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}:{} in {}", text("rule"), text("file"), finding["line"], sets.join(", "))
    };
    report["findings"].as_array().into_iter().flatten().map(place).collect()
}

/// `NAME: STATE DETAIL` of each set in the ledger.
fn states(folder: &Path) -> Vec<String> {
    let report = report(folder, "render");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let state = |set: &Value| format!("{}: {} {}", text(&set["name"]), text(&set["state"]), text(&set["detail"]));
    let sets = report["coverage"]["sets"].as_array().into_iter().flatten();
    sets.map(|set| state(set).trim_end().to_owned()).collect()
}

const SOME: &str = "schema,render,privileged-container,latest-image-tag,host-network";

#[test]
fn a_helm_release_is_checked_by_its_values_and_post_renderers() {
    let more = "  valuesFrom:
    - {kind: ConfigMap, name: web-values}
  values:
    privileged: true
  postRenderers:
    - kustomize:
        patches:
          - target: {kind: Deployment}
            patch: |
              - op: add
                path: /spec/template/spec/hostNetwork
                value: true
        images:
          - {name: registry.example.com/web, newTag: latest}
";
    let values = "apiVersion: v1
kind: ConfigMap
metadata: {name: web-values, namespace: shop}
data:
  values.yaml: |
    replicas: two
";
    let dir =
        tree(&[("flux/web.yaml", &release(LOCAL, more)), ("flux/source.yaml", SOURCE), ("flux/values.yaml", values)]);
    assert_eq!(states(dir.path()), ["flux/web.yaml: rendered", "charts/web: rendered"]);
    assert_eq!(
        places(dir.path(), SOME),
        [
            "wrong-type flux/values.yaml:6 in flux/web.yaml",
            "privileged-container flux/web.yaml:10 in flux/web.yaml",
            "host-network flux/web.yaml:18 in flux/web.yaml",
            "latest-image-tag flux/web.yaml:20 in flux/web.yaml",
        ]
    );
    let report = report(dir.path(), "privileged-container");
    assert_eq!(report["findings"][0]["object"]["namespace"], "shop");
}

#[test]
fn what_a_helm_release_lacks_is_told() {
    let from = "chart: {spec: {chart: redis, sourceRef: {kind: HelmRepository, name: charts}}}";
    let dir = tree(&[("flux/web.yaml", &release(from, ""))]);
    let told = "flux/web.yaml: partly the chart `redis` of the HelmRepository `charts` is not in this repository; nothing is fetched";
    assert_eq!(states(dir.path()), [told, "charts/web: rendered"]);
    // Values that are not here might make good what the chart refuses.
    let more = "  valuesFrom: [{kind: Secret, name: none}]\n";
    let dir = tree(&[("flux/web.yaml", &release(LOCAL, more)), ("charts/web/templates/a.yaml", "{{ fail \"no\" }}")]);
    assert!(states(dir.path())[0].starts_with("flux/web.yaml: partly"), "{:?}", states(dir.path()));
    let dir = tree(&[("flux/web.yaml", &release(LOCAL, "")), ("charts/web/templates/a.yaml", "{{ fail \"no\" }}")]);
    let found = places(dir.path(), "render");
    let want = [
        "chart-needs-value charts/web/templates/a.yaml:1 in charts/web",
        "helm-render-failed charts/web/templates/a.yaml:1 in flux/web.yaml",
    ];
    assert_eq!(found, want);
}

#[test]
fn charts_of_a_kustomization_go_on_through_its_build() {
    let kustomization = "helmGlobals: {chartHome: ../charts}
helmCharts:
  - name: web
    releaseName: shop
    valuesInline:
      privileged: true
  - {name: redis, repo: \"https://charts.example.com\"}
images:
  - {name: registry.example.com/web, newTag: latest}
";
    let dir = tree(&[("k/kustomization.yaml", kustomization)]);
    assert_eq!(
        places(dir.path(), SOME),
        ["privileged-container k/kustomization.yaml:6 in k", "latest-image-tag k/kustomization.yaml:9 in k"]
    );
    let told =
        "k: partly the chart `redis` of https://charts.example.com is not in this repository; nothing is fetched";
    assert_eq!(states(dir.path()), [told, "charts/web: rendered"]);
    write(dir.path(), "k/kustomization.yaml", "helmCharts:\n  - name: web\n");
    assert_eq!(places(dir.path(), SOME), ["kustomize-build-failed k/kustomization.yaml:2 in k"]);
}

#[test]
fn releases_of_the_configuration_are_checked() {
    let configuration = "charts:
  - chart: charts/web
    name: prod
    namespace: shop
    values: [env/prod.yaml]
    set: {image.tag: latest}
";
    let dir = tree(&[("kubevet.yaml", configuration), ("env/prod.yaml", "privileged: true\n")]);
    assert_eq!(
        places(dir.path(), SOME),
        [
            "privileged-container env/prod.yaml:1 in charts/web (prod)",
            "latest-image-tag kubevet.yaml:6 in charts/web (prod)",
        ]
    );
    assert_eq!(states(dir.path()), ["charts/web: rendered", "charts/web (prod): rendered"]);
    write(
        dir.path(),
        "kubevet.yaml",
        "charts:\n  - chart: charts/none\n  - chart: charts/web\n    values: none.yaml\n",
    );
    let found = places(dir.path(), "render");
    let want = [
        "helm-render-failed kubevet.yaml:2 in charts/none (release-name)",
        "helm-render-failed kubevet.yaml:4 in charts/web (web)",
    ];
    assert_eq!(found, want);
}
