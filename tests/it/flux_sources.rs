//! What a Flux Kustomization takes from where: other repositories, artifacts, values that a Secret goes over.

use std::path::Path;

use crate::common::program::{ledger, of_rule, report, told, tree};

fn source(name: &str, url: &str) -> String {
    format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {{name: {name}, namespace: flux-system}}\nspec: {{interval: 1h, url: '{url}'}}\n---\n"
    )
}

fn kustomization(name: &str, path: &str, source: &str, more: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\nspec:\n  interval: 1h\n  prune: true\n  path: {path}\n  sourceRef: {{kind: GitRepository, name: {source}}}\n{more}---\n"
    )
}

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\ndata: {a: b}\n";
/// What Flux cannot apply, which lies at the top of a repository.
const HOOKS: &str = "repos:\n  - repo: local\n";

fn failures(dir: &Path) -> Vec<String> {
    told(&report(dir, &["check"]), of_rule("flux-build-failed"))
}

#[test]
fn a_kustomization_of_another_repository_is_not_built_here() {
    let check = |sources: &str, own: &str| {
        let other = kustomization("other", "./", "other", "");
        let files = [
            (".pre-commit-config.yaml", HOOKS),
            ("apps/a.yaml", CONFIG),
            ("flux/apps.yaml", &*kustomization("apps", "./apps", own, "")),
            ("flux/other.yaml", &*(sources.to_owned() + &other)),
        ];
        failures(tree(&files).path()).len()
    };
    let other = source("other", "http://git.home.${SECRET_DOMAIN}/acme/other.git");
    // The repository that is at hand is one that no file defines, or the one whose paths lie here.
    assert_eq!(check(&other, "flux-system"), 0);
    assert_eq!(check(&(source("home", "ssh://git@example.org/acme/home.git") + &other), "home"), 0);
    // The same repository, under another name.
    let again =
        source("home", "ssh://git@example.org/acme/home.git") + &source("other", "https://example.org/acme/home");
    assert_eq!(check(&again, "home"), 1);
}

#[test]
fn the_source_of_the_bootstrap_is_at_hand_where_no_path_tells() {
    let check = |used: &str| {
        let sources =
            source("flux-system", "ssh://git@example.org/acme/fleet") + &source("app", "https://example.org/app");
        let all = sources + &kustomization("all", "./", used, "");
        failures(tree(&[(".pre-commit-config.yaml", HOOKS), ("flux/all.yaml", &all)]).path()).len()
    };
    assert_eq!(check("flux-system"), 1);
    assert_eq!(check("app"), 0);
}

#[test]
fn what_is_suspended_need_not_build() {
    let check = |more: &str| {
        let all = source("flux-system", "https://example.org/a") + &kustomization("all", "./none", "flux-system", more);
        let dir = tree(&[("a.yaml", HOOKS), ("flux/all.yaml", &all)]);
        let built = tree(&[("a.yaml", HOOKS), ("flux/all.yaml", &all.replace("./none", "./"))]);
        failures(dir.path()).len() + failures(built.path()).len()
    };
    assert!(check("") > 0);
    assert_eq!(check("  suspend: true\n"), 0);
}

#[test]
fn the_top_of_an_artifact_is_not_the_top_of_this_repository() {
    let all = kustomization("parts", "./", "parts", "  targetNamespace: parts\n");
    let artifact = all.replace("GitRepository", "OCIRepository");
    let one = |namespace: &str| {
        format!(
            "apiVersion: boot.example.org/v1\nkind: Bootstrap\nmetadata: {{name: a, namespace: {namespace}}}\nspec: {{}}\n"
        )
    };
    let dir = tree(&[
        ("flux/parts.yaml", &*artifact),
        ("boot/kustomization.yaml", "resources: [a.yaml, b.yaml]\n"),
        ("boot/a.yaml", &*one("default")),
        ("boot/b.yaml", &*one("test")),
        ("top/kustomization.yaml", "resources: [../boot]\n"),
    ]);
    assert_eq!(told(&report(dir.path(), &["check"]), of_rule("duplicate-object")), Vec::<String>::new());
}

const GATEWAY: &str = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: outer, namespace: net}\nspec:\n  gatewayClassName: a\n  listeners: [{name: a, port: 443, protocol: HTTPS, hostname: '*.${DOMAIN}', tls: {certificateRefs: [{name: tls}]}}]\n";
const ROUTE: &str = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r, namespace: net}\nspec: {hostnames: [a.acme.org], parentRefs: [{name: outer}]}\n";
const DUMMIES: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: flux-system}\ndata: {DOMAIN: example.com}\n";
const MADE: &str = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: fetched, namespace: flux-system}\nspec:\n  secretStoreRef: {name: s, kind: ClusterSecretStore}\n  target:\n    name: secrets\n    template: {data: {DOMAIN: '{{ .DOMAIN }}'}}\n  dataFrom: [{extract: {key: a}}]\n";
const SOPS: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: secrets, namespace: flux-system}\nstringData: {DOMAIN: 'ENC[AES256_GCM,data:aa,iv:aa,tag:aa,type:str]'}\nsops: {mac: 'ENC[AES256_GCM,data:aa,iv:aa,tag:aa,type:str]', version: 3.9.0}\n";

#[test]
fn a_secret_goes_over_the_values_before_it() {
    let check = |secret: &str, file: &str| {
        let from = format!("  postBuild:\n    substituteFrom:\n      - {{kind: ConfigMap, name: settings}}\n{secret}");
        let apps = kustomization("apps", "./apps", "flux-system", &from);
        let dir = tree(&[
            ("flux/apps.yaml", &*apps),
            ("flux/settings.yaml", DUMMIES),
            ("flux/secret.yaml", file),
            ("apps/gateway.yaml", GATEWAY),
            ("apps/route.yaml", ROUTE),
        ]);
        told(&report(dir.path(), &["check"]), of_rule("route-not-attached")).len()
    };
    let (needed, optional) =
        ("      - {kind: Secret, name: secrets}\n", "      - {kind: Secret, name: secrets, optional: true}\n");
    assert_eq!(check("", CONFIG), 1);
    for (secret, file) in [(needed, MADE), (optional, MADE), (needed, SOPS), (optional, SOPS), (needed, CONFIG)] {
        assert_eq!(check(secret, file), 0, "{secret}{file}");
    }
    // One that need not be there, and that nothing makes, is not.
    assert_eq!(check(optional, CONFIG), 1);
    // What the Secret does not hold stays.
    assert_eq!(check(needed, &SOPS.replace("DOMAIN", "TOKEN")), 1);
    assert_eq!(check(optional, &MADE.replace("DOMAIN", "TOKEN")), 1);
}

#[test]
fn what_is_not_built_stands_in_the_ledger() {
    let other = source("other", "https://example.org/acme/other") + &source("home", "https://example.org/acme/home");
    let flux = other + &kustomization("apps", "./apps", "home", "") + &kustomization("other", "./", "other", "");
    let found = report(tree(&[("apps/a.yaml", CONFIG), ("flux/all.yaml", &flux)]).path(), &["check"]);
    let sets = found["coverage"]["sets"].to_string();
    assert!(sets.contains("the source is not this repository"), "{sets} {:?}", ledger(&found));
}
