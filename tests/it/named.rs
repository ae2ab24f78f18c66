//! A file that is named tells what the run over its whole repository tells of it: what other roots define is in view, and what
//! others say of the same thing counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use kubevet::discover::repository::leaves_some_out;
use kubevet::engine::{Engine, Request, Snapshot};
use kubevet::files::Disk;
use tempfile::TempDir;

use crate::common::program::tree;

/// By file, what is said of it.
type Told = BTreeMap<String, BTreeSet<String>>;

fn told(root: &Path, name: &str) -> Told {
    let paths = vec![root.join(name)];
    let repository = leaves_some_out(&paths, None, &Disk);
    let request = Request { repository, ..Request::policy() };
    let report = Engine::default().check(&Snapshot::of_paths(paths), &request).report;
    let mut told = Told::new();
    for finding in &report.findings {
        let file = &report.sources.get(finding.source()).name;
        let (start, suppressed) = (finding.primary.span.start, finding.suppressed.is_some());
        let line = format!("{:?} {} at {start}: {} {suppressed}", finding.severity, finding.rule, finding.message);
        told.entry(file.clone()).or_default().insert(line);
    }
    told
}

/// Holds what each file of a repository tells by itself against what all of it tells, where at least so many findings are.
fn hold_together(dir: &TempDir, least: usize) {
    git(dir.path(), &["init", "-q"]);
    git(dir.path(), &["remote", "add", "origin", "https://git.example/a"]);
    let root = dir.path().canonicalize().expect("it is there");
    let whole = told(&root, "");
    let count: usize = whole.values().map(BTreeSet::len).sum();
    assert!(count >= least, "{count} findings: {whole:#?}");
    let mut files = Vec::new();
    list(&root, "", &mut files);
    for name in files {
        let file = root.join(&name).display().to_string();
        let said = |told: &Told| told.get(&file).cloned().unwrap_or_default();
        let (named, all) = (said(&told(&root, &name)), said(&whole));
        // One missing object is told at the first that asks for it, with the others: each tells it by itself.
        let is_elsewhere = |line: &str| {
            let (rule, message) = (line.split(" at ").next(), line.split(": ").nth(1));
            whole.values().flatten().any(|other| {
                (other.split(" at ").next(), other.split(": ").nth(1)) == (rule, message) && line.contains(" dangling-")
            })
        };
        let more: Vec<_> = named.difference(&all).filter(|line| !is_elsewhere(line)).collect();
        let less: Vec<_> = all.difference(&named).collect();
        assert!(more.is_empty() && less.is_empty(), "{name} by itself tells {more:#?}\nwhole {less:#?}");
    }
}

fn git(folder: &Path, args: &[&str]) {
    let status = Command::new("git").args(args).current_dir(folder).status();
    assert!(status.expect("git runs").success());
}

/// The YAML files below a folder.
fn list(root: &Path, below: &str, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(root.join(below)).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("a name");
        let name = if below.is_empty() { name } else { format!("{below}/{name}") };
        match entry.file_type().expect("a type").is_dir() {
            true if name == ".git" => {}
            true => list(root, &name, files),
            false if name.ends_with(".yaml") => files.push(name),
            false => {}
        }
    }
}

fn copied(from: &str) -> TempDir {
    let (dir, from) = (tempfile::tempdir().expect("a folder"), Path::new(from));
    let mut files = Vec::new();
    list(from, "", &mut files);
    for name in files {
        let text = std::fs::read_to_string(from.join(&name)).expect("a text");
        crate::common::files::write(dir.path(), &name, &text);
    }
    dir
}

const POLICY: &str = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n";
const ROUTE: &str = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web}\nspec:\n  parentRefs: [{name: front, namespace: edge}]\n  rules: [{backendRefs: [{name: web, port: 80}]}]\n";
const SERVICE: &str =
    "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";
const GATEWAY: &str = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: front}\nspec:\n  gatewayClassName: x\n  listeners: [{name: web, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Same}}}]\n";

fn namespace(name: &str) -> String {
    format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n")
}

fn web(name: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  revisionHistoryLimit: 0\n  selector: {{matchLabels: {{app: {name}}}}}\n  \
         template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      serviceAccountName: runner\n      containers:\n        - name: {name}\n          \
         image: 'ghcr.io/acme/{name}:1.2.3'\n          envFrom: [{{configMapRef: {{name: settings}}}}, {{secretRef: {{name: token}}}}]\n"
    )
}

#[test]
fn in_the_fixtures() {
    hold_together(&copied("fixtures/bad"), 10);
    hold_together(&copied("fixtures/good"), 0);
}

/// Namespaces, policies, a Gateway and what generators make stand in other roots than what asks for them.
#[test]
fn among_overlays() {
    let (shop, edge, web, more, pay) = (namespace("shop"), namespace("edge"), web("web"), web("more"), web("pay"));
    hold_together(
        &tree(&[
            ("cluster/kustomization.yaml", "resources: [shop.yaml, edge.yaml]\nnamePrefix: ''\n"),
            ("cluster/shop.yaml", &shop),
            ("cluster/edge.yaml", &edge),
            ("edge/kustomization.yaml", "namespace: edge\nresources: [gateway.yaml]\n"),
            ("edge/gateway.yaml", GATEWAY),
            ("guard/kustomization.yaml", "namespace: shop\nresources: [policy.yaml]\n"),
            ("guard/policy.yaml", POLICY),
            (
                "settings/kustomization.yaml",
                "namespace: shop\nconfigMapGenerator: [{name: settings, literals: [a=b]}]\ngeneratorOptions: {disableNameSuffixHash: true}\n",
            ),
            ("base/kustomization.yaml", "resources: [web.yaml, service.yaml, route.yaml]\n"),
            ("base/web.yaml", &web),
            ("base/service.yaml", SERVICE),
            ("base/route.yaml", ROUTE),
            ("overlays/shop/kustomization.yaml", "namespace: shop\nresources: [../../base]\n"),
            (
                "overlays/lab/kustomization.yaml",
                "namespace: lab\nresources: [../../base]\npatches: [{path: one.yaml}]\n",
            ),
            (
                "overlays/lab/one.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n",
            ),
            ("pay/kustomization.yaml", "namespace: pay\nresources: [pay.yaml]\n"),
            ("pay/pay.yaml", &pay),
            ("pay-more/kustomization.yaml", "namespace: pay\nresources: [more.yaml]\n"),
            ("pay-more/more.yaml", &more),
        ]),
        12,
    );
}

/// A source, a namespace and patches that other Kustomizations bring, and a Kustomization of which nothing is here.
#[test]
fn where_flux_applies() {
    let kustomization = |name: &str, path: &str, source: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\nspec: {{interval: 1h, prune: true, path: {path}, targetNamespace: {name}, sourceRef: {{kind: GitRepository, name: {source}}}}}\n"
        )
    };
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: db}\nspec:\n  interval: 1h\n  chart: {spec: {chart: db, version: 1.2.3, sourceRef: {kind: HelmRepository, name: charts, namespace: sources}}}\n";
    let charts = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: charts}\nspec: {interval: 1h, url: 'https://charts.example.org'}\n";
    let (pay, web) = (web("pay"), web("web"));
    hold_together(
        &tree(&[
            ("clusters/main/shop.yaml", &kustomization("shop", "./apps/shop", "flux-system")),
            ("clusters/main/pay.yaml", &kustomization("pay", "./apps/pay", "gone")),
            ("clusters/main/sources.yaml", &kustomization("sources", "./sources", "flux-system")),
            ("sources/kustomization.yaml", "namespace: sources\nresources: [charts.yaml]\n"),
            ("sources/charts.yaml", charts),
            ("apps/shop/kustomization.yaml", "resources: [web.yaml, db.yaml]\n"),
            ("apps/shop/web.yaml", &web),
            ("apps/shop/db.yaml", release),
            ("apps/pay/pay.yaml", &pay),
            ("apps/pay/namespace.yaml", &namespace("pay")),
        ]),
        8,
    );
}

#[test]
fn where_argo_cd_applies() {
    let application = |name: &str, path: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  project: default\n  destination: {{server: 'https://kubernetes.default.svc', namespace: {name}}}\n  source: {{repoURL: 'https://git.example/a', path: {path}}}\n"
        )
    };
    let template = web("web").replace("image: 'ghcr.io/acme/web:1.2.3'", "image: '{{ .Values.image }}'");
    let template = template.replace("- name: web", "- name: {{ .Chart.Name }}");
    let (pay, guard) = (web("pay"), POLICY.replace("{name: deny}", "{name: deny, namespace: pay}"));
    hold_together(
        &tree(&[
            ("argo/shop.yaml", &application("shop", "charts/web")),
            ("argo/pay.yaml", &application("pay", "apps/pay")),
            ("argo/guard.yaml", &application("guard", "apps/guard")),
            ("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n"),
            ("charts/web/values.yaml", "image: 'ghcr.io/acme/web:latest'\nunused: 1\n"),
            ("charts/web/templates/web.yaml", &template),
            ("charts/other/Chart.yaml", "apiVersion: v2\nname: other\nversion: 0.1.0\n"),
            (
                "charts/other/templates/settings.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}\n",
            ),
            ("apps/pay/pay.yaml", &pay),
            ("apps/guard/policy.yaml", &guard),
        ]),
        8,
    );
}

/// Templates beside a file, resources of operators, and habits make remarks of findings, whichever files are named.
#[test]
fn where_something_else_may_bring_it() {
    let many: Vec<(String, String)> = (0..12).map(|n| (format!("many/{n}.yaml"), web(&format!("w{n}")))).collect();
    let (one, two, three) = (web("one"), web("two"), web("three"));
    let operator = "apiVersion: delivery.acme.org/v1\nkind: Pipeline\nmetadata: {name: main, namespace: build}\n";
    let in_build = one.replace("{name: one}\nspec", "{name: one, namespace: build}\nspec");
    let mut files = vec![
        ("build/one.yaml", in_build.as_str()),
        ("operators/main.yaml", operator),
        ("half/two.yaml", &two),
        ("half/settings.yaml", "{{ if a }}\napiVersion: v1\nkind: ConfigMap\n{{ end }}\n"),
        ("patches/three.yaml", &three),
        ("patches/four.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n$patch: delete\n"),
    ];
    files.extend(many.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    hold_together(&tree(&files), 20);
}
