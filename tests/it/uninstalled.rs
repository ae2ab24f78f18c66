//! Charts that nobody in their repository installs: what whoever installs them gives is no fault of theirs.

use std::path::Path;

use serde_json::Value;

use crate::common::files::write;
use crate::common::program::{report, tree};

const CHART: &str = "apiVersion: v2\nname: web\nversion: 0.1.0\n";
const CONFIG: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  host: \"{{ .Values.ingress.host }}\"\n";

/// `SEVERITY RULE FILE:LINE` of each finding of some rules.
fn found(folder: &Path, select: &str) -> Vec<String> {
    let report = report(folder, &["check", "--select", select]);
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let shown = |finding: &Value| {
        let [severity, rule, file] = ["severity", "rule", "file"].map(|key| text(finding, key));
        format!("{severity} {rule} {file}:{}", finding["line"])
    };
    report["findings"].as_array().expect("a list").iter().map(shown).collect()
}

fn messages(folder: &Path, select: &str) -> Vec<String> {
    let report = report(folder, &["check", "--select", select]);
    let findings = report["findings"].as_array().expect("a list");
    findings.iter().filter_map(|finding| finding["message"].as_str()).map(str::to_owned).collect()
}

/// A Deployment with one container, whose further lines are given.
fn deployment(name: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}}}
    spec:
      containers:
        - name: app
          image: registry.example.com/web:1.2
{container}"
    )
}

#[test]
fn a_value_that_is_read_and_not_given_is_asked_for() {
    let dir = tree(&[("Chart.yaml", CHART), ("templates/a.yaml", CONFIG)]);
    assert_eq!(found(dir.path(), "render"), ["info chart-needs-value templates/a.yaml:6"]);
    assert!(messages(dir.path(), "render")[0].contains("`.Values.ingress.host` is read but not set"));
    // Values beside its own that give it.
    let image = "image: {{ .Values.ingress.host }}/web\n";
    let pod = format!("---\n{}", deployment("web", "").replace("image: registry.example.com/web:1.2\n", image));
    write(dir.path(), "templates/b.yaml", &pod);
    write(dir.path(), "linter_values.yaml", "ingress: {host: a.example.com}\n");
    assert!(messages(dir.path(), "render")[0].contains("checked with the values of `linter_values.yaml`"));
    assert_eq!(found(dir.path(), "latest-image-tag").len(), 1);
    // In functions as well.
    let encoded = CONFIG.replace(".Values.ingress.host", ".Values.host | b64enc");
    let dir = tree(&[("Chart.yaml", CHART), ("templates/a.yaml", &encoded)]);
    assert!(messages(dir.path(), "render")[0].contains("`.Values.host` is read but not set"));
}

#[test]
fn what_no_value_mends_stays_a_fault() {
    for (template, values) in [
        (CONFIG.replace(".Values", ".Valeus"), ""),
        (CONFIG.replace(".Values.ingress", ".Release.Ingress"), ""),
        (CONFIG.replace(".Values.ingress.host", ".Values.ingerss.host"), "ingress: {host: a}\n"),
        (CONFIG.replace(" }}", ""), ""),
    ] {
        let dir = tree(&[("Chart.yaml", CHART), ("values.yaml", values), ("templates/a.yaml", &template)]);
        assert_eq!(found(dir.path(), "render"), ["error helm-render-failed templates/a.yaml:6"], "{template}");
    }
}

#[test]
fn a_cluster_serves_kinds_as_well_as_versions() {
    let template = "{{- if .Capabilities.APIVersions.Has \"policy/v1/PodDisruptionBudget\" }}
apiVersion: policy/v1
{{- else }}
apiVersion: policy/v1beta1
{{- end }}
kind: PodDisruptionBudget
metadata: {name: web}
spec: {selector: {matchLabels: {app: web}}}
";
    let dir = tree(&[("Chart.yaml", CHART), ("templates/a.yaml", template)]);
    assert_eq!(found(dir.path(), "schema,api,render"), [""; 0]);
}

#[test]
fn a_schema_elsewhere_is_not_checked() {
    let schema = "{\"properties\": {\"a\": {\"$ref\": \"https://schemas.example.com/a.json\"}}}";
    let config = CONFIG.replace("{{ .Values.ingress.host }}", "a");
    let dir = tree(&[("Chart.yaml", CHART), ("values.schema.json", schema), ("templates/a.yaml", &config)]);
    let report = report(dir.path(), &["check"]);
    assert_eq!(report["summary"]["error"], 0);
    let set = &report["coverage"]["sets"][0];
    assert_eq!(set["state"], "partly");
    assert!(set["detail"].as_str().is_some_and(|detail| detail.contains("https://schemas.example.com/a.json")));
}

#[test]
fn what_was_fetched_says_less() {
    let bare = deployment("sub", "");
    let dependency = |repository: &str| {
        format!("{CHART}dependencies:\n  - {{name: sub, version: 0.1.0, repository: \"{repository}\"}}\n")
    };
    let sub = CHART.replace("name: web", "name: sub");
    let dir = tree(&[
        ("web/Chart.yaml", &dependency("https://charts.example.com")),
        ("web/charts/sub/Chart.yaml", &sub),
        ("web/charts/sub/templates/a.yaml", &bare),
    ]);
    let want = |severity| [format!("{severity} missing-memory-limit web/charts/sub/templates/a.yaml:13")];
    assert_eq!(found(dir.path(), "missing-memory-limit"), want("info"));
    for own in [dependency("file://charts/sub"), CHART.to_owned()] {
        write(dir.path(), "web/Chart.yaml", &own);
        assert_eq!(found(dir.path(), "missing-memory-limit"), want("warning"));
    }
}

#[test]
fn pods_of_helm_test_serve_nobody() {
    let pod = "apiVersion: v1
kind: Pod
metadata:
  name: web-test
  annotations: {helm.sh/hook: test}
spec:
  containers:
    - name: wget
      image: busybox
      command: [wget, web]
      securityContext: {privileged: true}
";
    let dir = tree(&[("Chart.yaml", CHART), ("templates/tests/a.yaml", pod)]);
    assert_eq!(found(dir.path(), "resources,reliability,images,networking"), [""; 0]);
    assert!(!found(dir.path(), "privileged-container").is_empty());
    write(dir.path(), "templates/tests/a.yaml", &pod.replace("hook: test", "hook: pre-install"));
    assert!(!found(dir.path(), "latest-image-tag").is_empty());
}

#[test]
fn what_values_leave_open_is_the_installers_to_give() {
    let open = "          resources: {{- toYaml .Values.resources | nindent 12 }}\n";
    let dir = tree(&[
        ("Chart.yaml", CHART),
        ("values.yaml", "resources: {}\n"),
        ("templates/a.yaml", &deployment("web", open)),
    ]);
    assert_eq!(found(dir.path(), "missing-memory-limit"), ["info missing-memory-limit templates/a.yaml:13"]);
    write(dir.path(), "templates/a.yaml", &deployment("web", ""));
    write(dir.path(), "values.yaml", "");
    assert_eq!(found(dir.path(), "missing-memory-limit"), ["warning missing-memory-limit templates/a.yaml:13"]);
    // Where the repository installs it, that says what is so.
    write(dir.path(), "templates/a.yaml", &deployment("web", open));
    write(dir.path(), "kubevet.yaml", "charts:\n  - {name: prod, chart: .}\n");
    assert_eq!(found(dir.path(), "missing-memory-limit"), ["warning missing-memory-limit templates/a.yaml:13"]);
}

#[test]
fn one_line_is_told_once() {
    let loops = format!("{{{{- range .Values.apps }}}}\n---\n{}{{{{- end }}}}\n", deployment("{{ . }}", ""));
    let dir = tree(&[
        ("Chart.yaml", CHART),
        ("values.yaml", "apps: [a, b, c]\n"),
        ("templates/a.yaml", &loops.replace("name: app", "name: {{ . }}")),
    ]);
    assert_eq!(found(dir.path(), "missing-memory-limit"), ["warning missing-memory-limit templates/a.yaml:15"]);
    assert_eq!(
        messages(dir.path(), "missing-memory-limit"),
        ["container `a` has no memory limit (and 2 more from this line)"]
    );
}

#[test]
fn what_is_missing_in_a_container_is_told_where_it_is_written() {
    let helper = "{{- define \"labels\" }}\napp.kubernetes.io/name: {{ .Chart.Name }}\n{{- end }}\n";
    let template = deployment("{{ .Chart.Name }}", "").replace("name: app", "name: {{ .Chart.Name }}").replace(
        "kind: Deployment\nmetadata:\n",
        "kind: Deployment\nmetadata:\n  labels: {{- include \"labels\" . | nindent 4 }}\n",
    );
    let dir = tree(&[("Chart.yaml", CHART), ("templates/_helpers.tpl", helper), ("templates/a.yaml", &template)]);
    assert_eq!(found(dir.path(), "missing-memory-limit"), ["warning missing-memory-limit templates/a.yaml:14"]);
}

#[test]
fn templates_by_name_or_by_a_script_are_told_once() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports: [{port: web_port}]\n";
    let dir = tree(&[("web-template.yaml", service)]);
    assert_eq!(found(dir.path(), "schema,api,syntax"), ["info unfilled-placeholder web-template.yaml:5"]);
    let dir = tree(&[("web.yaml", service)]);
    assert_eq!(found(dir.path(), "schema,api,syntax"), ["error wrong-type web.yaml:5"]);
    write(dir.path(), "deploy.sh", "sed \"s/web_port/$PORT/\" web.yaml | kubectl apply -f -\n");
    assert_eq!(found(dir.path(), "schema,api,syntax"), ["info unfilled-placeholder web.yaml:5"]);
    // What is wrong with more than values stays.
    let dir = tree(&[("web-template.yaml", &service.replace("ports:", "prots:"))]);
    assert_eq!(found(dir.path(), "schema"), ["error unknown-field web-template.yaml:5"]);
}

#[test]
fn a_field_that_values_leave_empty_is_the_installers_to_give() {
    let volume = |server: &str| {
        format!(
            "apiVersion: v1
kind: PersistentVolume
metadata: {{name: data}}
spec:
  capacity: {{storage: 1Gi}}
  accessModes: [ReadWriteOnce]
  nfs:
    server: {server}
    path: /data
"
        )
    };
    let dir = tree(&[("Chart.yaml", CHART), ("templates/a.yaml", &volume("{{ .Values.server }}"))]);
    let severities = || {
        let found = found(dir.path(), "required");
        found.iter().map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(severities(), ["info"]);
    write(dir.path(), "templates/a.yaml", &volume("\"\""));
    assert_eq!(severities(), ["error"]);
}

#[test]
fn credentials_that_values_stand_in_for_are_no_error() {
    let secret = "apiVersion: v1
kind: Secret
metadata: {name: web}
stringData: {{- toYaml .Values.secret | nindent 2 }}
";
    let dir = tree(&[
        ("Chart.yaml", CHART),
        ("values.yaml", "secret:\n  cloud: aws_secret_access_key=secretKey1\n"),
        ("templates/a.yaml", secret),
    ]);
    assert!(found(dir.path(), "committed-secret").iter().all(|found| found.starts_with("warning ")));
    write(dir.path(), "values.yaml", "secret:\n  columns.csv: client_id;secret;scope;grant_types;redirect\n");
    assert_eq!(found(dir.path(), "committed-secret"), [""; 0]);
}

/// What is missing in charts that charts next door depend on, and values that these would bring.
#[test]
fn what_missing_charts_would_bring_is_not_missed() {
    let dependency =
        |name: &str| format!("dependencies:\n- name: {name}\n  version: 1.x.x\n  repository: https://charts.example\n");
    let (app, lib) =
        (format!("{CHART}{}", dependency("lib")), "apiVersion: v2\nname: lib\nversion: 1.2.0\ntype: library\n");
    let (lib, db) = (format!("{lib}{}", dependency("far")), CHART.replace("web", "db") + &dependency("postgresql"));
    let tree = tree(&[
        ("charts/app/Chart.yaml", &app),
        ("charts/app/templates/a.yaml", "{{ include \"far.labels\" . }}\n"),
        ("charts/lib/Chart.yaml", &lib),
        ("charts/lib/templates/_lib.tpl", "{{ define \"lib.name\" }}lib{{ end }}"),
        ("charts/db/Chart.yaml", &db),
        ("charts/db/values.yaml", "postgresql: {enabled: true}\n"),
        ("charts/db/templates/a.yaml", &CONFIG.replace("ingress.host", "postgresql.primary.port")),
    ]);
    assert_eq!(found(tree.path(), "undefined-chart-template,helm-render-failed"), [""; 0]);
}

/// A file for tests that lacks what the chart asks for anyway; a value that a text run by `tpl` reads, and one that leaves YAML
/// nobody can read.
#[test]
fn what_is_asked_for_is_asked_for_in_tests_as_well() {
    let required = CONFIG.replace("{{ .Values.ingress.host }}", "{{ required \"license\" .Values.license }}");
    let tree = tree(&[
        ("a/Chart.yaml", CHART),
        ("a/ci/test-values.yaml", "size: 1\n"),
        ("a/templates/a.yaml", &required),
        ("b/Chart.yaml", CHART),
        ("b/files/run.sh", "{{ if .Values.snapshots.enabled }}run{{ end }}\n"),
        (
            "b/templates/a.yaml",
            &CONFIG.replace("{{ .Values.ingress.host }}", "{{ tpl (.Files.Get `files/run.sh`) . }}"),
        ),
        ("c/Chart.yaml", CHART),
        ("c/values.yaml", "image: {}\n"),
        ("c/templates/a.yaml", "kind: Pod\nimage: {{ .Values.image.repository }}:{{ .Values.image.tag }}\n"),
        ("d/Chart.yaml", CHART),
        ("d/templates/a.yaml", "kind: Pod\nimage: a: b\n"),
    ]);
    assert_eq!(
        found(tree.path(), "chart-needs-value,helm-render-failed"),
        [
            "info chart-needs-value a/templates/a.yaml:6",
            "info chart-needs-value b/templates/a.yaml:6",
            "info chart-needs-value c/templates/a.yaml:2",
            "error helm-render-failed d/templates/a.yaml:1",
        ]
    );
}

/// A chart that is checked with the values of another file has the places of remarks in its own files.
#[test]
fn remarks_on_a_chart_that_asks_for_a_value_are_at_their_places() {
    let config = CONFIG.replace("{{ .Values.ingress.host }}", "{{ required \"host\" .Values.host }}");
    let call = CONFIG
        .replace("name: web", "name: other")
        .replace("{{ .Values.ingress.host }}", "{{ if .Values.no }}{{ include \"none\" . }}{{ end }}");
    let tree = tree(&[
        ("a/Chart.yaml", CHART),
        ("a/values-prod.yaml", "host: example.com\n"),
        ("a/templates/a.yaml", &config),
        ("a/templates/b.yaml", "kind: A\n"),
        ("a/templates/c.yaml", &call),
    ]);
    assert_eq!(
        found(tree.path(), "undefined-chart-template"),
        ["warning undefined-chart-template a/templates/c.yaml:6"]
    );
}

/// A helper that nothing calls is not run: what it calls need not be there. One that a name put together may be is.
#[test]
fn what_only_an_unused_helper_calls_is_not_missed() {
    let helpers =
        "{{ define \"web.check\" }}{{ include \"web.none\" . }}{{ end }}\n{{ define \"web.name\" }}web{{ end }}\n";
    let call = |text: &str| CONFIG.replace("{{ .Values.ingress.host }}", text);
    let tree = tree(&[
        ("a/Chart.yaml", CHART),
        ("a/templates/_helpers.tpl", helpers),
        ("a/templates/a.yaml", &call("{{ include \"web.name\" . }}")),
        ("b/Chart.yaml", CHART),
        ("b/templates/_helpers.tpl", helpers),
        ("b/templates/a.yaml", &call("{{ if .Values.no }}{{ include \"web.check\" . }}{{ end }}")),
        ("c/Chart.yaml", CHART),
        ("c/templates/_helpers.tpl", helpers),
        ("c/templates/a.yaml", &call("{{ if .Values.no }}{{ include (printf \"web.%s\" .Values.no) . }}{{ end }}")),
    ]);
    assert_eq!(
        found(tree.path(), "undefined-chart-template"),
        [
            "warning undefined-chart-template b/templates/_helpers.tpl:1",
            "warning undefined-chart-template c/templates/_helpers.tpl:1",
        ]
    );
}
