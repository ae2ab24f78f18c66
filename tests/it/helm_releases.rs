//! Releases of charts that a repository holds: Flux's HelmReleases, kustomize's `helmCharts`, `charts:` of the configuration.

use std::path::Path;

use serde_json::Value;

use crate::common::files::write;
use crate::common::program::{report, run};

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

/// `RULE FILE:LINE in SETS` of each finding.
fn places(folder: &Path, select: &str) -> Vec<String> {
    let report = report(folder, &["check", "--select", select]);
    let place = |finding: &Value| {
        let sets = finding["sets"].as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>();
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}:{} in {}", text("rule"), text("file"), finding["line"], sets.join(", "))
    };
    report["findings"].as_array().into_iter().flatten().map(place).collect()
}

/// `NAME: STATE DETAIL` of each set in the ledger.
fn states(folder: &Path) -> Vec<String> {
    let report = report(folder, &["check", "--select", "render"]);
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
    let report = report(dir.path(), &["check", "--select", "privileged-container"]);
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

const SCHEMA: &str = "{
  \"properties\": {
    \"replicas\": {\"type\": \"integer\"},
    \"image\": {
      \"properties\": {\"tag\": {\"type\": \"string\"}},
      \"additionalProperties\": false,
      \"required\": [\"tag\"]
    }
  }
}
";

fn with_schema(values: &str, files: &[(&str, &str)]) -> tempfile::TempDir {
    let own = [("charts/web/values.schema.json", SCHEMA), ("charts/web/values.yaml", values)];
    tree(&own.iter().chain(files).copied().collect::<Vec<_>>())
}

/// `RULE FILE:LINE MESSAGE < FILE:LINE` of each finding of category `render`.
fn refused(folder: &Path) -> Vec<String> {
    let report = report(folder, &["check", "--select", "render"]);
    let place = |at: &Value| format!("{}:{}", at["file"].as_str().unwrap_or_default(), at["line"]);
    let one = |finding: &Value| {
        let schema = finding["related"].as_array().into_iter().flatten().map(place).collect::<Vec<_>>().join(" ");
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        format!("{} {} {} < {schema}", text("rule"), place(finding), text("message"))
    };
    report["findings"].as_array().into_iter().flatten().map(one).collect()
}

#[test]
fn a_value_that_a_schema_refuses_is_told_where_it_stands() {
    let dir = with_schema("replicas: three\nimage:\n  tag: \"1\"\n  tagg: \"2\"\n", &[]);
    assert_eq!(
        refused(dir.path()),
        [
            "invalid-chart-value charts/web/values.yaml:1 `replicas` is not of type \"integer\" < charts/web/values.schema.json:3",
            "invalid-chart-value charts/web/values.yaml:4 `image.tagg` is not a value that the schema of the chart has < charts/web/values.schema.json:6",
        ]
    );
    let dir = with_schema("replicas: 3\nimage:\n  repository: web\n", &[]);
    let asked = refused(dir.path());
    assert_eq!(asked.len(), 2, "{asked:#?}");
    assert!(asked.iter().any(|one| one.contains("charts/web/values.yaml:2 `image.tag` is required")), "{asked:#?}");
    // Only missing: whoever installs the chart may give it.
    let dir = with_schema("replicas: 3\nimage: {}\n", &[]);
    assert_eq!(
        refused(dir.path()),
        [
            "chart-needs-value charts/web/values.yaml:2 `image.tag` is required by the schema of the chart < charts/web/values.schema.json:7"
        ]
    );
    // A release has its own line.
    let values = "replicas: 3\nimage:\n  tag: \"1\"\n";
    let web = release(LOCAL, "  values:\n    replicas: many\n");
    let dir = with_schema(values, &[("web.yaml", &web), ("source.yaml", SOURCE)]);
    assert_eq!(
        refused(dir.path()),
        ["invalid-chart-value web.yaml:8 `replicas` is not of type \"integer\" < charts/web/values.schema.json:3"]
    );
}

#[test]
fn a_value_of_a_flag_is_said_to_be_one() {
    let dir = with_schema("replicas: 3\nimage:\n  tag: \"1\"\n", &[]);
    let out = run(dir.path(), &["render", "charts/web", "--set", "replicas=x"]);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(said.contains("(given by --set)"), "{said}");
    let out = run(dir.path(), &["render", "charts/web", "--set-json", "image={\"tag\": 1}"]);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(said.contains("'/image/tag'") && said.contains("(given by --set-json)"), "{said}");
}

/// A chart that makes one API or another, as the version of Kubernetes asks for it.
const BUDGET: &str = "{{- if semverCompare \">=1.29-0\" .Capabilities.KubeVersion.Version }}
apiVersion: flowcontrol.apiserver.k8s.io/v1
{{- else }}
apiVersion: flowcontrol.apiserver.k8s.io/v1beta3
{{- end }}
kind: FlowSchema
metadata: {name: web}
spec:
  priorityLevelConfiguration: {name: exempt}
{{- if .Capabilities.APIVersions.Has \"policy/v1beta1\" }}
---
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: web}
{{- end }}
";

#[test]
fn a_chart_is_checked_for_each_version_that_it_is_asked_for() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "web/Chart.yaml", CHART);
    write(dir.path(), "web/templates/web.yaml", BUDGET);
    let check = |versions: &str| {
        let report = report(dir.path(), &["check", "--select", "schema,render", "--kubernetes-version", versions]);
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        let names = report["coverage"]["sets"].as_array().into_iter().flatten();
        let names: Vec<String> = names.filter_map(|set| set["name"].as_str().map(str::to_owned)).collect();
        (findings.len(), names)
    };
    // Neither the API of old clusters nor that of new ones is held against the others.
    assert_eq!(check("1.37"), (0, vec!["web".to_owned()]));
    assert_eq!(check("1.28"), (0, vec!["web".to_owned()]));
    let both = vec!["web".to_owned(), "web (Kubernetes 1.27 to 1.28)".to_owned()];
    assert_eq!(check("1.27..1.31"), (0, both));
}

#[test]
fn what_a_container_lacks_is_told_at_the_container_though_labels_have_its_name_too() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), "web/Chart.yaml", CHART);
    let labels = "labels:\n    app: {{ .Chart.Name }}\n";
    let named = TEMPLATE.replace("metadata:\n  name", &format!("metadata:\n  {labels}  name"));
    let named = named.replace("- name: web", "- name: {{ .Chart.Name }}").replace("{{ .Values.privileged }}", "false");
    let named = named.replace("{{ .Values.replicas }}", "2").replace("{{ .Values.image.tag }}", "1");
    write(dir.path(), "web/templates/web.yaml", &named);
    assert_eq!(
        places(dir.path(), "missing-memory-limit,missing-network-policy"),
        [
            "missing-network-policy web/templates/web.yaml:6 in web",
            "missing-memory-limit web/templates/web.yaml:16 in web",
        ]
    );
}
