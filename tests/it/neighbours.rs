//! What stands beside the cases that were known: lists that are refused, forms of placeholders, places of suppressions.

use crate::common::program::{is_error, of_rule, report, told, tree};

const FLUX: &str = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a, namespace: flux-system}\nspec: {interval: 1h, prune: true, path: ./maps, sourceRef: {kind: GitRepository, name: flux-system}}\n";

#[test]
fn lists_that_server_side_apply_refuses_are_errors_there() {
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: shop, finalizers: [a.b/c, a.b/c]}\nsecrets: [{name: a}, {name: a}]\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n  imagePullSecrets: [{name: a}, {name: a}]\n  tolerations: [{operator: Exists}, {operator: Exists}]\n  containers: [{name: a, image: 'ghcr.io/acme/a:1.2.3'}]\n";
    let listed =
        |files: &[(&str, &str)]| told(&report(tree(files).path(), &["check"]), of_rule("duplicate-list-entry"));
    let refused = listed(&[("a.yaml", FLUX), ("maps/a.yaml", account), ("maps/b.yaml", pod)]);
    let expected = [
        "error duplicate-list-entry maps/a.yaml:3",
        "error duplicate-list-entry maps/a.yaml:4",
        "error duplicate-list-entry maps/b.yaml:5",
        "warning duplicate-list-entry maps/b.yaml:6",
    ];
    assert_eq!(refused, expected);
    let taken = listed(&[("maps/a.yaml", account), ("maps/b.yaml", pod)]);
    assert_eq!(taken, ["warning duplicate-list-entry maps/b.yaml:5", "warning duplicate-list-entry maps/b.yaml:6"]);
}

#[test]
fn listeners_of_one_name_are_refused() {
    let gateway = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: a, namespace: shop}\nspec:\n  gatewayClassName: x\n  listeners:\n  - {name: a, port: 80, protocol: HTTP}\n  - {name: a, port: 81, protocol: HTTP}\n";
    let found = report(tree(&[("a.yaml", gateway)]).path(), &["validate"]);
    assert_eq!(told(&found, is_error), ["error duplicate a.yaml:8"]);
}

#[test]
fn placeholders_of_the_configuration_may_have_any_form() {
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\nspec: {ports: [{port: ~~PORT~~}]}\n";
    let found = report(tree(&[("a.yaml", service)]).path(), &["check"]);
    assert_eq!(told(&found, is_error), ["error wrong-type a.yaml:4"]);
    let found = report(tree(&[("a.yaml", service), ("kubevet.yaml", "placeholders: ['~~*~~']\n")]).path(), &["check"]);
    assert_eq!(told(&found, is_error), [""; 0]);
}

#[test]
fn suppressions_that_name_no_rule_are_told() {
    let pod = |metadata: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: shop, {metadata}}}\nspec: {{containers: [{{name: a, image: nginx}}]}}\n"
        )
    };
    for metadata in
        ["annotations: {kubevet.io/ignore: latest-image-tag}", "labels: {kubevet.io/ignore.latest-image-tag: x}"]
    {
        let found = report(tree(&[("a.yaml", &pod(metadata))]).path(), &["check"]);
        assert_eq!(
            told(&found, of_rule("invalid-suppression")),
            ["warning invalid-suppression a.yaml:3"],
            "{metadata}"
        );
    }
}

#[test]
fn one_mistake_is_said_once() {
    let prometheus = "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: a, namespace: shop}\nspec:\n  containers: [{name: side, image: 'a:1', prots: []}]\n";
    let found = report(tree(&[("a.yaml", prometheus)]).path(), &["check"]);
    assert_eq!(told(&found, of_rule("unknown-field")), ["error unknown-field a.yaml:5"]);
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n  containers: [{name: a, image: 'nginx:latest', imagePullPolicy: IfNotPresent}]\n";
    let found = report(tree(&[("a.yaml", pod)]).path(), &["check"]);
    assert_eq!(told(&found, of_rule("latest-image-tag")), ["warning latest-image-tag a.yaml:5"]);
    assert_eq!(told(&found, of_rule("stale-latest-image")), [""; 0]);
}

#[test]
fn large_objects_are_told_where_a_copy_of_them_is_kept() {
    let (large, generator) =
        ("x".repeat(300_000), "configMapGenerator: [{name: g, namespace: shop, files: [data.txt]}]\n");
    let found = report(tree(&[("kustomization.yaml", generator), ("data.txt", &large)]).path(), &["check"]);
    assert_eq!(told(&found, of_rule("oversized-object")), ["warning oversized-object kustomization.yaml:1"]);
    let map =
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: shop}}\ndata: {{a: {large}}}\n");
    let application = |option: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a, namespace: argocd}}\nspec: {{project: default, source: {{repoURL: 'https://git.example.com/x/y.git', path: big, targetRevision: main}}, destination: {{name: in-cluster, namespace: shop}}, syncPolicy: {{syncOptions: [{option}]}}}}\n"
        )
    };
    for (option, number) in [("Replace=true", 0), ("ServerSideApply=true", 0), ("Prune=false", 1)] {
        let found = report(tree(&[("a.yaml", &application(option)), ("big/a.yaml", &map)]).path(), &["check"]);
        assert_eq!(told(&found, of_rule("oversized-object")).len(), number, "{option}");
    }
}

#[test]
fn scaled_jobs_run_pods() {
    let job = "apiVersion: keda.sh/v1alpha1\nkind: ScaledJob\nmetadata: {name: a, namespace: shop}\nspec:\n  jobTargetRef:\n    template:\n      spec:\n        restartPolicy: Never\n        containers: [{name: a, image: nginx, envFrom: [{configMapRef: {name: gone}}]}]\n  triggers: [{type: cron, metadata: {timezone: UTC, start: 0 6 * * *, end: 0 8 * * *, desiredReplicas: '1'}}]\n";
    let found = report(tree(&[("a.yaml", job)]).path(), &["check"]);
    assert_eq!(told(&found, of_rule("latest-image-tag")), ["warning latest-image-tag a.yaml:9"]);
    assert_eq!(
        told(&found, of_rule("dangling-configmap-reference")),
        ["warning dangling-configmap-reference a.yaml:9"]
    );
}

#[test]
fn what_was_not_read_is_not_spoken_of() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: [{name: a, image: 'ghcr.io/acme/a:1.2.3', envFrom: [{configMapRef: {name: there}}]}]}\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: there, namespace: shop}\n";
    let dir = tree(&[("app/a.yaml", pod), ("conf/a.yaml", map)]);
    let git = std::process::Command::new("git").args(["init", "-q"]).current_dir(dir.path()).status();
    assert!(git.expect("git runs").success());
    let found = report(dir.path(), &["check", "app", "--no-repository"]);
    let messages: Vec<_> = found["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|f| f["rule"] == "dangling-configmap-reference")
        .map(|f| f["message"].clone())
        .collect();
    assert_eq!(messages, ["ConfigMap `there` is not defined in what was read"]);
}

#[test]
fn groups_turned_around_are_no_groups() {
    let ingress = "apiVersion: k8s.networking.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: shop}\nspec: {}\n";
    let found = report(tree(&[("a.yaml", ingress)]).path(), &["validate"]);
    assert_eq!(told(&found, is_error), ["error unknown-kind a.yaml:1"]);
}
