//! What is told where a part of what is deployed is not in the repository, or stands for what each installation has of its own.

use crate::common::program::{of_rule, report, told, tree};

fn render(files: &[(&str, &str)], command: &str) -> Vec<String> {
    let dir = tree(files);
    std::fs::create_dir(dir.path().join(".git")).expect("a folder");
    told(&report(dir.path(), &[command]), |finding| finding["category"] == "render")
}

const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include \"common.name\" . }}\n";

#[test]
fn a_chart_without_its_library_is_told() {
    let chart = "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: common, version: 1.0.0, repository: 'https://example.org'}\n";
    let files = [("web/Chart.yaml", chart), ("web/templates/a.yaml", MAP), ("web/values.yaml", "a: b\n")];
    assert_eq!(render(&files, "check"), ["warning chart-not-checked web/Chart.yaml:5"]);
    assert_eq!(render(&files, "validate"), [""; 0]);
    // Nothing is wrong with a chart that only takes in others.
    assert_eq!(render(&[files[0], files[2]], "check"), [""; 0]);
}

#[test]
fn a_file_that_git_ignores_is_missing_where_the_repository_is_deployed() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web, namespace: flux-system}\nspec:\n  interval: 1h\n  path: ./apps/web\n  prune: true\n  sourceRef: {kind: GitRepository, name: flux-system}\n";
    let files = [
        ("flux.yaml", flux),
        ("apps/web/kustomization.yaml", "resources:\n- a.yaml\n- secret.yaml\n"),
        ("apps/web/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n"),
        (".gitignore", "secret.yaml\n"),
    ];
    assert_eq!(render(&files, "check"), ["error flux-build-failed apps/web/kustomization.yaml:3"]);
    // Nobody is known to build it from the repository.
    assert_eq!(render(&files[1..], "check"), [""; 0]);
}

#[test]
fn the_host_of_an_example_is_each_installations_own() {
    let chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
    let template = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  rules:\n  - host: {{ .Values.host }}\n    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}\n";
    let check = |host: &str| {
        let files =
            [("Chart.yaml", chart), ("templates/a.yaml", template), ("values.yaml", &format!("host: {host}\n"))];
        let dir = tree(&files);
        told(&report(dir.path(), &["check"]), |finding| finding["rule"] == "invalid")
    };
    assert_eq!(check("Web.example.com"), ["warning invalid values.yaml:1"]);
    assert_eq!(check("Web.shop.net"), ["error invalid values.yaml:1"]);
}

#[test]
fn what_names_the_key_of_a_secret_is_none() {
    let application = |key: &str, name: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a, namespace: argocd}}\nspec:\n  project: default\n  source:\n    repoURL: https://example.org/charts\n    chart: web\n    targetRevision: 1.0.0\n    helm:\n      values: |\n        web:\n          {name}: web-secrets\n          secretKey: {key}\n  destination: {{server: 'https://kubernetes.default.svc', namespace: shop}}\n"
        )
    };
    let check = |text: &str| {
        let found = report(tree(&[("a.yaml", text)]).path(), &["check"]);
        told(&found, of_rule("plaintext-secret-in-values")).len()
    };
    assert_eq!(check(&application("registrationSharedSecret", "existingSecret")), 0);
    assert_eq!(check(&application("Vk93mmPq2xLz81qw", "existingSecret")), 1);
}
