//! What is applied together: environments, clusters and overlays are checked each by itself.

use std::path::Path;

use crate::common::files::write;
use crate::common::program::{report, tree};

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: example.com/web:1.2.3
          envFrom:
            - configMapRef: {name: web-env}
";
const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web-env, namespace: shop}\ndata: {A: b}\n";

/// What `kubevet check` finds of some rules, as JSON.
fn findings(folder: &Path, select: &str) -> Vec<serde_json::Value> {
    report(folder, &["check", "--select", select])["findings"].as_array().expect("a list").clone()
}

/// The files of the findings, and the sets where they are named.
fn places(folder: &Path, select: &str) -> Vec<String> {
    let place = |finding: &serde_json::Value| {
        let sets =
            finding["sets"].as_array().map(|sets| sets.iter().filter_map(|set| set.as_str()).collect::<Vec<_>>());
        let file = finding["file"].as_str().unwrap_or("").to_owned();
        sets.map_or(file.clone(), |sets| format!("{file} in {}", sets.join(" ")))
    };
    findings(folder, select).iter().map(place).collect()
}

#[test]
fn an_environment_that_lacks_what_its_sibling_holds_is_told_so() {
    let dir = tree(&[("dev/web.yaml", DEPLOYMENT), ("dev/env.yaml", CONFIG), ("prod/web.yaml", DEPLOYMENT)]);
    assert_eq!(places(dir.path(), "dangling-configmap-reference"), ["prod/web.yaml"]);
    // What lies beside the environments belongs to both.
    write(dir.path(), "env.yaml", CONFIG);
    assert_eq!(places(dir.path(), "dangling-configmap-reference"), [""; 0]);
}

#[test]
fn what_stands_elsewhere_and_is_no_alternative_may_be_referred_to() {
    let dir = tree(&[("apps/web.yaml", DEPLOYMENT), ("config/env.yaml", CONFIG)]);
    assert_eq!(places(dir.path(), "dangling-configmap-reference"), [""; 0]);
    let keyed = DEPLOYMENT.replace(
        "envFrom:\n            - configMapRef: {name: web-env}",
        "env:\n            - \
         {name: X, valueFrom: {configMapKeyRef: {name: web-env, key: B}}}",
    );
    let dir = tree(&[
        ("dev/web.yaml", &keyed),
        ("dev/env.yaml", &CONFIG.replace("A: b", "B: b")),
        ("prod/web.yaml", &keyed),
        ("prod/env.yaml", CONFIG),
    ]);
    assert_eq!(
        places(dir.path(), "dangling-configmap-key"),
        ["prod/web.yaml"],
        "a key of the sibling's does not count"
    );
}

#[test]
fn services_behind_an_ingress_are_those_of_its_own_cluster() {
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: shop}\nspec:\n  \
                   defaultBackend: {service: {name: web, port: {number: 80}}}\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, \
                   ports: [{port: 80}]}\n";
    let other = service.replace("name: web,", "name: other,");
    let dir = tree(&[
        ("clusters/eu/ingress.yaml", ingress),
        ("clusters/eu/web.yaml", DEPLOYMENT),
        ("clusters/eu/service.yaml", service),
        ("clusters/us/ingress.yaml", ingress),
        ("clusters/us/web.yaml", DEPLOYMENT),
        ("clusters/us/other.yaml", &other),
    ]);
    assert_eq!(places(dir.path(), "dangling-ingress-backend"), ["clusters/us/ingress.yaml"]);
}

#[test]
fn the_configuration_says_where_a_cluster_ends() {
    let dir = tree(&[("clusters/eu/web.yaml", DEPLOYMENT), ("clusters/us/env.yaml", CONFIG)]);
    assert_eq!(places(dir.path(), "dangling-configmap-reference"), [""; 0], "nothing says that these are two");
    write(dir.path(), "kubevet.yaml", "clusters: [\"clusters/*\"]\n");
    assert_eq!(places(dir.path(), "dangling-configmap-reference"), ["clusters/eu/web.yaml"]);
}

#[test]
fn overlays_are_checked_each_by_itself() {
    let kustomization = |more: &str| format!("resources: [../../base{more}]\n");
    let dir = tree(&[
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", DEPLOYMENT),
        ("overlays/dev/kustomization.yaml", &kustomization(", env.yaml")),
        ("overlays/dev/env.yaml", CONFIG),
        ("overlays/prod/kustomization.yaml", &kustomization("")),
    ]);
    let found = places(dir.path(), "dangling-configmap-reference");
    assert_eq!(found, ["base/web.yaml in overlays/prod"], "once, with the overlay that lacks it");
    let generator =
        |namespace: &str| kustomization("") + &format!("configMapGenerator: [{{name: web-env{namespace}}}]\n");
    write(dir.path(), "overlays/prod/kustomization.yaml", &generator(", namespace: shop"));
    assert_eq!(places(dir.path(), "dangling-configmap-reference"), [""; 0]);
    // One of no namespace is another one to kustomize, and gets a name that nobody refers to.
    write(dir.path(), "overlays/prod/kustomization.yaml", &generator(""));
    assert_eq!(places(dir.path(), "dangling-configmap-reference"), ["base/web.yaml in overlays/prod"]);
}

#[test]
fn what_no_kustomization_lists_acts_on_none_of_its_objects() {
    let limit = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: a, namespace: shop}\nspec: {limits: [{type: Container, \
                 max: {memory: 1Mi}}]}\n";
    let limited = DEPLOYMENT.replace(
        "          envFrom:\n            - configMapRef: {name: web-env}\n",
        "          resources: {limits: {memory: 1Gi}}\n",
    );
    let dir = tree(&[("web.yaml", &limited), ("limit.yaml", limit)]);
    assert_eq!(places(dir.path(), "limit-range-violated"), ["web.yaml"]);
    write(dir.path(), "kustomization.yaml", "resources: [web.yaml]\n");
    assert_eq!(places(dir.path(), "limit-range-violated"), [""; 0]);
    // Nor does one of another environment.
    let dir = tree(&[("dev/web.yaml", &limited), ("dev/limit.yaml", limit), ("prod/web.yaml", &limited)]);
    assert_eq!(places(dir.path(), "limit-range-violated"), ["dev/web.yaml"]);
}

#[test]
fn files_for_environments_are_alternatives() {
    for (dev, prod) in [("dev.yaml", "prod.yaml"), ("a/web-dev.yaml", "a/web-prod.yaml")] {
        let both = format!("{DEPLOYMENT}---\n{CONFIG}");
        let dir = tree(&[(dev, &both), (prod, DEPLOYMENT)]);
        assert_eq!(places(dir.path(), "dangling-configmap-reference"), [prod]);
        // What lies beside them belongs to both.
        write(dir.path(), &prod.replace("prod", "common"), CONFIG);
        assert_eq!(places(dir.path(), "dangling-configmap-reference"), [""; 0]);
    }
    let dir = tree(&[("web-one.yaml", &format!("{DEPLOYMENT}---\n{CONFIG}")), ("web-two.yaml", DEPLOYMENT)]);
    assert_eq!(places(dir.path(), "dangling-configmap-reference"), [""; 0], "names that say nothing");
}

#[test]
fn applications_to_different_clusters_make_alternatives() {
    let application = |name: &str, server: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec: {{project: default, source: {{repoURL: 'https://git.example.com/x/y.git', path: envs/{name}, targetRevision: main}}, destination: {{server: 'https://{server}.example', namespace: shop}}}}\n---\n"
        )
    };
    let files = |one: &str, other: &str| {
        let apps = application("dev", one) + &application("prod", other);
        tree(&[("apps/a.yaml", &apps), ("envs/dev/env.yaml", CONFIG), ("envs/prod/web.yaml", DEPLOYMENT)])
    };
    assert_eq!(
        places(files("dev", "prod").path(), "dangling-configmap-reference"),
        ["envs/prod/web.yaml in apps/a.yaml (prod)"]
    );
    assert_eq!(places(files("one", "one").path(), "dangling-configmap-reference"), [""; 0]);
}

#[test]
fn what_another_environment_or_namespace_has_is_said_to_be_there() {
    let pod = |namespace: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: {namespace}}}\nspec:\n  containers:\n  - name: a\n    image: a:1\n    envFrom: [{{configMapRef: {{name: env}}}}]\n"
        )
    };
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env, namespace: shop}\n";
    let both = format!("{}---\n{map}", pod("shop"));
    let dir = crate::common::program::tree(&[("dev/a.yaml", &both), ("prod/a.yaml", &pod("shop"))]);
    let found = crate::common::program::report(dir.path(), &["check", "--select", "dangling-configmap-reference"]);
    assert_eq!(found["findings"][0]["message"], "ConfigMap `env` is not applied together with this");
    assert_eq!(found["findings"][0]["related"][0]["file"], "dev/a.yaml");
    let dir = crate::common::program::tree(&[("a.yaml", &pod("web")), ("b.yaml", map)]);
    let found = crate::common::program::report(dir.path(), &["check", "--select", "dangling-configmap-reference"]);
    assert_eq!(found["findings"][0]["message"], "ConfigMap `env` is not defined in its namespace");
    assert_eq!(found["findings"][0]["related"][0]["message"], "this one is in namespace `shop`");
}
