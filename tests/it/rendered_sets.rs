//! What Argo CD and Flux bring, and charts, are checked as they would be applied.

use std::path::Path;

use serde_json::Value;

use crate::common::files::write;
use crate::common::program::{report, run, tree};

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
          image: registry.example.com/web:latest
";
const URL: &str = "https://git.example.com/team/shop.git";

fn application(name: &str, source: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {name}
  namespace: argocd
spec:
  project: default
  destination: {{server: \"https://kubernetes.default.svc\", namespace: {name}}}
  source:
    repoURL: {URL}
{source}"
    )
}

fn kubevet(folder: &Path, args: &[&str]) -> (String, String) {
    let out = run(folder, args);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (text(out.stdout), text(out.stderr))
}

/// `FILE:LINE` of each finding of some rules, with the sets it holds in.
fn places(folder: &Path, select: &str) -> Vec<String> {
    let report = report(folder, &["check", "--select", select]);
    let findings = report["findings"].as_array().expect("a list");
    let texts = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let place = |finding: &Value| {
        let sets = texts(&finding["sets"]);
        let sets = if sets.is_empty() { String::new() } else { format!(" in {}", sets.join(", ")) };
        format!("{}:{}{sets}", finding["file"].as_str().expect("a file"), finding["line"])
    };
    findings.iter().filter(|finding| finding["suppressed"].is_null()).map(place).collect()
}

/// `NAME: STATE` of each set in the ledger.
fn states(folder: &Path) -> Vec<String> {
    let report = report(folder, &["check"]);
    let sets = report["coverage"]["sets"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    sets.iter().map(|set| format!("{}: {}", text(&set["name"]), text(&set["state"]))).collect()
}

#[test]
fn an_application_of_plain_files_is_a_set() {
    let dir = tree(&[("argocd/web.yaml", &application("web", "    path: web\n")), ("web/web.yaml", WEB)]);
    assert_eq!(places(dir.path(), "latest-image-tag"), ["web/web.yaml:14 in argocd/web.yaml"]);
    assert_eq!(states(dir.path()), ["argocd/web.yaml: rendered"]);
    // What it has no namespace for goes to that of the destination.
    assert_eq!(places(dir.path(), "missing-namespace"), [""; 0]);
}

/// The configuration says under which addresses the repository is known.
#[test]
fn an_address_of_the_configuration_is_this_repository() {
    let dir = tree(&[("argocd/web.yaml", &application("web", "    path: web\n")), ("web/web.yaml", WEB)]);
    write(dir.path(), "kubevet.yaml", "repositories: [\"https://git.example.com/other.git\"]\n");
    assert_eq!(states(dir.path()), ["argocd/web.yaml: partly"]);
    write(dir.path(), "kubevet.yaml", "repositories: [\"https://GIT.example.com/team/shop\"]\n");
    assert_eq!(states(dir.path()), ["argocd/web.yaml: rendered"]);
}

#[test]
fn a_file_that_two_applications_bring_is_checked_once() {
    let both = format!("{}---\n{}", application("one", "    path: web\n"), application("two", "    path: web\n"));
    let dir = tree(&[("apps.yaml", &both), ("web/web.yaml", WEB)]);
    assert_eq!(places(dir.path(), "latest-image-tag"), ["web/web.yaml:14 in apps.yaml (one), apps.yaml (two)"]);
    assert_eq!(states(dir.path()), ["apps.yaml (one): rendered", "apps.yaml (two): rendered"]);
}

#[test]
fn a_kustomization_that_an_application_brings_is_checked_through_it_alone() {
    let source = "    path: over/prod\n    kustomize:\n      images: [\"registry.example.com/web:1.2\"]\n";
    let dir = tree(&[
        ("argocd/web.yaml", &application("web", source)),
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", WEB),
        ("over/prod/kustomization.yaml", "resources: [../../base]\n"),
    ]);
    // The Application sets another tag.
    assert_eq!(places(dir.path(), "latest-image-tag"), [""; 0]);
    assert_eq!(places(dir.path(), "missing-readiness-probe"), ["base/web.yaml:13 in argocd/web.yaml"]);
    assert_eq!(states(dir.path()), ["argocd/web.yaml: rendered"]);
    write(dir.path(), "over/dev/kustomization.yaml", "resources: [../../base]\n");
    assert_eq!(states(dir.path()), ["argocd/web.yaml: rendered", "over/dev: rendered"]);
    assert_eq!(places(dir.path(), "latest-image-tag"), ["base/web.yaml:14 in over/dev"]);
}

#[test]
fn each_application_of_an_application_set_is_a_set() {
    let set = format!(
        "apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {{name: apps, namespace: argocd}}
spec:
  goTemplate: true
  generators:
    - git: {{repoURL: '{URL}', revision: HEAD, directories: [{{path: apps/*}}]}}
  template:
    metadata: {{name: '{{{{.path.basename}}}}'}}
    spec:
      project: default
      source: {{repoURL: '{URL}', path: '{{{{.path.path}}}}', targetRevision: HEAD}}
      destination: {{server: 'https://kubernetes.default.svc', namespace: '{{{{.path.basename}}}}'}}
"
    );
    let dir = tree(&[("set.yaml", &set), ("apps/a/web.yaml", WEB), ("apps/b/web.yaml", &WEB.replace("latest", "1.2"))]);
    assert_eq!(states(dir.path()), ["set.yaml (a): rendered", "set.yaml (b): rendered"]);
    assert_eq!(places(dir.path(), "latest-image-tag"), ["apps/a/web.yaml:14 in set.yaml (a)"]);
}

#[test]
fn what_flux_patches_is_reported_at_its_patch() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web, namespace: flux-system}
spec:
  interval: 10m
  prune: true
  path: ./web
  targetNamespace: shop
  sourceRef: {kind: GitRepository, name: shop}
  patches:
    - target: {kind: Deployment, name: web}
      patch: |
        - op: add
          path: /spec/template/spec/containers/0/securityContext
          value:
            privileged: true
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: shop, namespace: flux-system}
spec: {interval: 10m, url: https://git.example.com/team/shop.git, ref: {branch: main}}
";
    let dir = tree(&[("clusters/web.yaml", flux), ("web/web.yaml", WEB)]);
    assert_eq!(states(dir.path()), ["clusters/web.yaml: rendered"]);
    assert_eq!(places(dir.path(), "privileged-container"), ["clusters/web.yaml:16 in clusters/web.yaml"]);
}

#[test]
fn variables_whose_values_are_encrypted_are_not_known() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web, namespace: flux-system}
spec:
  interval: 10m
  prune: true
  path: ./web
  sourceRef: {kind: GitRepository, name: shop}
  postBuild:
    substituteFrom: [{kind: Secret, name: vars}]
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: shop, namespace: flux-system}
spec: {interval: 10m, url: https://git.example.com/team/shop.git, ref: {branch: main}}
";
    let secret = "apiVersion: v1
kind: Secret
metadata: {name: vars, namespace: flux-system}
stringData: {HOST: 'ENC[AES256_GCM,data:5cGPwnA/,iv:WK3l=,tag:x==,type:str]'}
sops: {version: 3.8.1}
";
    let ingress = "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  defaultBackend: {service: {name: web, port: {number: 80}}}
  rules: [{host: 'web.${HOST}'}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: shop}
data: {list: \"${quote:='}[{ a: b }]${quote:='}\"}
";
    let dir = tree(&[("clusters/web.yaml", flux), ("clusters/vars.sops.yaml", secret), ("web/web.yaml", ingress)]);
    assert_eq!(states(dir.path()), ["clusters/web.yaml: partly"]);
    assert_eq!(places(dir.path(), "schema,api,render"), [""; 0]);
}

const CHART: &str = "apiVersion: v2\nname: web\nversion: 0.1.0\n";
const TEMPLATE: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: \"{{ .Values.image.repository }}:{{ .Values.image.tag }}\"
";
const VALUES: &str = "image:\n  repository: registry.example.com/web\n  tag: latest\nreplicas: 1.5\n";

#[test]
fn a_chart_is_checked_by_its_own_values() {
    let dir = tree(&[
        ("charts/web/Chart.yaml", CHART),
        ("charts/web/values.yaml", VALUES),
        ("charts/web/templates/web.yaml", TEMPLATE),
        ("charts/web/templates/off.yaml", "{{- if .Values.extra }}\nkind: Nothing\n{{- end }}\n"),
    ]);
    assert_eq!(states(dir.path()), ["charts/web: rendered"]);
    // A wrong value where it stands, what is missing in the template.
    assert_eq!(places(dir.path(), "schema,api"), ["charts/web/values.yaml:4 in charts/web"]);
    assert_eq!(places(dir.path(), "latest-image-tag"), ["charts/web/values.yaml:2 in charts/web"]);
    assert_eq!(places(dir.path(), "missing-readiness-probe"), ["charts/web/templates/web.yaml:15 in charts/web"]);
    // Where it goes is for its release to say.
    assert_eq!(places(dir.path(), "missing-namespace,default-namespace"), [""; 0]);
    let report = report(dir.path(), &["check"]);
    let skipped = report["coverage"]["skipped"].as_array().expect("a list");
    assert!(skipped.iter().all(|skipped| skipped["reason"] != "helm-template"), "{skipped:?}");
    // Nothing is edited in values or templates.
    kubevet(dir.path(), &["check", "--fix", "--unsafe-fixes"]);
    let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).expect("a file");
    assert_eq!((&*read("charts/web/values.yaml"), &*read("charts/web/templates/web.yaml")), (VALUES, TEMPLATE));
}

#[test]
fn a_chart_that_an_application_brings_is_checked_by_its_values() {
    let source =
        "    path: charts/web\n    helm:\n      valuesObject:\n        replicas: 2\n        image: {tag: \"1.2\"}\n";
    let dir = tree(&[
        ("argocd/web.yaml", &application("web", source)),
        ("charts/web/Chart.yaml", CHART),
        ("charts/web/values.yaml", VALUES),
        ("charts/web/templates/web.yaml", TEMPLATE),
    ]);
    // By its own values as well.
    assert_eq!(states(dir.path()), ["argocd/web.yaml: rendered", "charts/web: rendered"]);
    let found = places(dir.path(), "schema,api,render,latest-image-tag");
    assert!(!found.is_empty() && found.iter().all(|place| place.ends_with(" in charts/web")), "{found:?}");
    write(dir.path(), "argocd/web.yaml", &application("web", &source.replace("replicas: 2", "replicas: two")));
    let want = ["argocd/web.yaml:14 in argocd/web.yaml", "charts/web/values.yaml:4 in charts/web"];
    assert_eq!(places(dir.path(), "schema,api,render"), want);
}

#[test]
fn a_chart_that_asks_for_a_value_is_no_fault() {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  host: {{ required \"say which host\" .Values.host }}\n";
    let dir = tree(&[("web/Chart.yaml", CHART), ("web/templates/web.yaml", template)]);
    let report = report(dir.path(), &["check", "--select", "render"]);
    let finding = &report["findings"][0];
    assert_eq!((finding["rule"].as_str(), finding["severity"].as_str()), (Some("chart-needs-value"), Some("info")));
    assert!(finding["message"].as_str().is_some_and(|message| message.contains("say which host")), "{finding}");
    assert_eq!(places(dir.path(), "render"), ["web/templates/web.yaml:6 in web"]);
    assert_eq!(states(dir.path()), ["web: failed"]);
    // A release that gives it is checked.
    let source = "    path: web\n    helm: {values: \"host: a.example.com\"}\n";
    write(dir.path(), "app.yaml", &application("web", source));
    assert_eq!(places(dir.path(), "render"), ["web/templates/web.yaml:6 in web"]);
    assert_eq!(states(dir.path()), ["app.yaml: rendered", "web: failed"]);
}

#[test]
fn a_chart_whose_tests_do_not_render_is_refused() {
    let dir = tree(&[
        ("web/Chart.yaml", CHART),
        ("web/values.yaml", "hosts: [a]\n"),
        ("web/templates/web.yaml", "{{- range .Values.hosts }}\n{{- fail \"no hosts\" }}\n{{- end }}\n"),
        ("web/ci/none-values.yaml", "hosts: []\n"),
        ("web/ci/bad-values.yaml", "hosts: [a, b]\n"),
    ]);
    assert_eq!(states(dir.path()), ["web: failed", "web/ci/bad-values.yaml: failed"]);
}

#[test]
fn a_dependency_that_is_not_vendored_leaves_the_rest_checked() {
    let chart = format!(
        "{CHART}dependencies:\n  - {{name: redis, version: 1.0.0, repository: \"https://charts.example.com\"}}\n"
    );
    let dir = tree(&[
        ("web/Chart.yaml", &chart),
        ("web/values.yaml", &VALUES.replace("1.5", "2")),
        ("web/templates/web.yaml", TEMPLATE),
    ]);
    assert_eq!(states(dir.path()), ["web: partly"]);
    assert_eq!(places(dir.path(), "latest-image-tag,render"), ["web/values.yaml:2 in web"]);
}

#[test]
fn what_is_elsewhere_is_in_the_ledger() {
    let chart = application("web", "    chart: web\n    targetRevision: 1.2.3\n");
    let dir = tree(&[("app.yaml", &chart)]);
    assert_eq!((states(dir.path()), places(dir.path(), "render")), (vec!["app.yaml: partly".to_owned()], Vec::new()));
    let (out, _) = kubevet(dir.path(), &["check"]);
    assert!(out.contains("1 Application rendered in part"), "{out}");
}

#[test]
fn a_source_that_does_not_render_is_said_where_it_stands() {
    let dir = tree(&[
        ("app.yaml", &application("web", "    path: over\n")),
        ("over/kustomization.yaml", "resources: [gone.yaml]\n"),
    ]);
    // By kustomize, whose folder it is; not by Argo CD as well.
    assert_eq!(places(dir.path(), "render"), ["over/kustomization.yaml:1 in over"]);
    assert_eq!(states(dir.path()), ["app.yaml: failed", "over: failed"]);
}

#[test]
fn applications_that_bring_each_other_end() {
    let dir = tree(&[
        ("a/one.yaml", &application("one", "    path: b\n")),
        ("b/two.yaml", &application("two", "    path: a\n")),
        ("b/web.yaml", WEB),
    ]);
    assert_eq!(places(dir.path(), "latest-image-tag"), ["b/web.yaml:14 in a/one.yaml"]);
    assert_eq!(states(dir.path()), ["a/one.yaml: rendered", "b/two.yaml: rendered"]);
}

#[test]
fn an_object_that_the_project_does_not_permit_is_said_of_the_object() {
    let project = "apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: shop, namespace: argocd}
spec:
  sourceRepos: ['*']
  destinations: [{server: '*', namespace: '*'}]
  namespaceResourceBlacklist: [{group: apps, kind: Deployment}]
";
    let app = application("web", "    path: web\n").replace("project: default", "project: shop");
    let dir = tree(&[("argocd/project.yaml", project), ("argocd/web.yaml", &app), ("web/web.yaml", WEB)]);
    assert_eq!(places(dir.path(), "object-outside-project"), ["web/web.yaml:2 in argocd/web.yaml"]);
    let closed = project.replace("server: '*'", "server: 'https://elsewhere.example.com'");
    write(dir.path(), "argocd/project.yaml", &closed);
    assert_eq!(places(dir.path(), "application-outside-project").len(), 1);
}

#[test]
fn an_object_of_two_applications_is_shared_once() {
    let dir = tree(&[
        ("argocd/one.yaml", &application("one", "    path: web\n").replace("namespace: one", "namespace: shop")),
        ("argocd/two.yaml", &application("two", "    path: web\n").replace("namespace: two", "namespace: shop")),
        ("web/web.yaml", WEB),
    ]);
    assert_eq!(places(dir.path(), "shared-resource").len(), 1);
    write(
        dir.path(),
        "web/more.yaml",
        &format!("{}---\n{}", WEB.replace("name: web", "name: a"), WEB.replace("name: web", "name: b")),
    );
    let report = report(dir.path(), &["check", "--select", "shared-resource"]);
    let messages: Vec<_> =
        report["findings"].as_array().into_iter().flatten().map(|finding| &finding["message"]).collect();
    assert_eq!(messages, ["Deployment `a` and 2 more objects also belong to the Application `one`"]);
}

#[test]
fn applications_that_all_bring_each_other_end() {
    let all: Vec<_> = (0..40)
        .map(|i| {
            application(&format!("a{i}"), "    path: argocd\n").replace(&format!("namespace: a{i}"), "namespace: shop")
        })
        .collect();
    let dir = tree(&[("argocd/all.yaml", &all.join("---\n"))]);
    assert_eq!(places(dir.path(), "shared-resource").len(), 1);
}

#[test]
fn one_application_is_checked_alone_with_what_it_brings() {
    let dir = tree(&[
        ("root.yaml", &application("root", "    path: apps\n")),
        ("apps/web.yaml", &application("web", "    path: web\n")),
        ("web/web.yaml", WEB),
        ("other.yaml", &application("other", "    path: other\n")),
        ("other/web.yaml", WEB),
        ("plain.yaml", WEB),
    ]);
    let found = |name: &str| {
        let report = report(dir.path(), &["check", "--argocd", name, "--select", "latest-image-tag"]);
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        findings.iter().map(|finding| finding["file"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((found("web"), found("root")), (vec!["web/web.yaml".to_owned()], vec!["web/web.yaml".to_owned()]));
    // A comment counts as it does otherwise.
    let quiet = WEB.replace(":latest", ":latest # kubevet: ignore[latest-image-tag] pinned elsewhere");
    write(dir.path(), "web/web.yaml", &quiet);
    let report = report(dir.path(), &["check", "--argocd", "web", "--select", "latest-image-tag,unused-suppression"]);
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    assert!(findings.iter().all(|finding| !finding["suppressed"].is_null()) && findings.len() == 1, "{findings:?}");
    let (_, error) = kubevet(dir.path(), &["check", "--argocd", "nobody"]);
    assert!(error.contains("no Application `nobody` is defined"), "{error}");
}

#[test]
fn a_kustomization_that_runs_behind_a_chart_opens_its_own_set_alone() {
    let web = format!("{WEB}          envFrom: [{{secretRef: {{name: gone}}}}]\n");
    let post = "patches:\n- target: {kind: Deployment}\n  patch: '[{\"op\": \"add\", \"path\": \"/spec/replicas\", \"value\": 2}]'\n";
    let dir = tree(&[("post/kustomization.yaml", post), ("app/web.yaml", &web)]);
    write(dir.path(), "app/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: here}\n");
    assert_eq!(states(dir.path()), ["post: partly"]);
    assert_eq!(places(dir.path(), "dangling-secret-reference"), ["app/web.yaml:15"]);
    write(dir.path(), "app/kustomization.yaml", "resources: [web.yaml, secret.yaml]\n");
    assert_eq!(places(dir.path(), "dangling-secret-reference"), ["app/web.yaml:15 in app"]);
}

#[test]
fn an_object_that_an_application_brings_twice_is_said_once() {
    let dir = tree(&[("app.yaml", &application("web", "    path: web\n")), ("web/a.yaml", WEB), ("web/b.yaml", WEB)]);
    assert_eq!(places(dir.path(), "duplicate-object"), ["web/b.yaml:4 in app.yaml"]);
}
