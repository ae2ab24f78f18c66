//! Flux's Kustomizations.

use super::repository::{HERE, config_map, lines, objects, problems};
use serde_json::Value;

/// The Kustomization `apps` with this spec, of a folder with these files.
fn apps(spec: &str, files: &[(&str, &str)]) -> Vec<Value> {
    let text = format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {{name: here, namespace: flux-system}}\nspec: {{url: {HERE}, ref: {{branch: main}}}}\n---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: apps, namespace: flux-system}}\nspec:\n  path: ./apps\n  sourceRef: {{kind: GitRepository, name: here}}\n{spec}"
    );
    lines(files.iter().copied().chain([("clusters/a.yaml", text.as_str())]), HERE)
}

fn field(lines: &[Value], path: &str) -> Value {
    let line = lines.iter().find(|line| line["application"]["name"] == "apps" && line["object"].is_object());
    line.and_then(|line| line["object"].pointer(path)).cloned().unwrap_or(Value::Null)
}

#[test]
fn a_folder_without_a_kustomization_gives_all_that_is_in_and_below_it() {
    let (a, b, c) = (config_map("a, namespace: x"), config_map("b, namespace: x"), config_map("c, namespace: x"));
    let files = [
        ("apps/a.yaml", a.as_str()),
        ("apps/sub/b.yml", &b),
        ("apps/k/c.yaml", &c),
        ("apps/k/kustomization.yaml", "resources: [c.yaml]\nnamePrefix: k-\n"),
        ("apps/.sops.yaml", "creation_rules: []\n"),
        ("apps/x.json", "{}"),
    ];
    assert_eq!(objects(&apps("", &files), "apps"), ["ConfigMap/x/a", "ConfigMap/x/k-c", "ConfigMap/x/b"]);
    let broken = [files[0], ("apps/values.yaml", "a: b\n")];
    assert_eq!(problems(&apps("", &broken)), ["build-failed apps/values.yaml:1"]);
}

#[test]
fn the_spec_goes_over_the_kustomization() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: own}\nspec: {containers: [{name: a, image: 'example.com/a:1'}]}\n";
    let kustomization = "resources: [p.yaml, ../shared/c.yaml]\nimages: [{name: example.com/a, newName: example.com/b, newTag: '2'}]\nunknown: field\n";
    let shared = config_map("c");
    let files = [("apps/p.yaml", pod), ("apps/kustomization.yaml", kustomization), ("shared/c.yaml", &shared)];
    let found = apps(
        "  targetNamespace: shop\n  namePrefix: x-\n  images: [{name: example.com/a, digest: 'sha256:aa'}]\n  commonMetadata: {labels: {team: a}}\n",
        &files,
    );
    assert_eq!(objects(&found, "apps"), ["Pod/shop/x-p", "ConfigMap/shop/x-c"]);
    assert_eq!(field(&found, "/spec/containers/0/image"), "example.com/b@sha256:aa");
    assert_eq!(field(&found, "/metadata/labels/team"), "a");
    assert_eq!(problems(&apps("", &files)), ["namespace-missing shared/c.yaml:3"]);
}

#[test]
fn variables_are_replaced_in_the_text_of_an_object() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 'a-${env}', namespace: x}\ndata:\n  plain: '${env}-${tier:=low}-${none}'\n  number: '${port}'\n  quoted: 'say: ${port}'\n  dollars: '$$ $env $${env}'\n  nothing: '${none}'\n";
    let vars = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata: {env: dev, port: '80'}\n";
    let spec = "  postBuild:\n    substituteFrom: [{kind: ConfigMap, name: vars}, {kind: Secret, name: gone, optional: true}]\n    substitute: {env: prod}\n";
    let files = [("apps/a.yaml", text), ("clusters/vars.yaml", vars)];
    let found = apps(spec, &files);
    let data = field(&found, "/data");
    assert_eq!(field(&found, "/metadata/name"), "a-prod");
    assert_eq!((&data["plain"], &data["number"], &data["nothing"]), (&"prod-low-".into(), &80.into(), &Value::Null));
    assert_eq!((&data["quoted"], &data["dollars"]), (&"say: 80".into(), &"$ $env ${env}".into()));
    let line = found.iter().find(|line| line["application"]["name"] == "apps").expect("an object");
    let origin = |path: &str| {
        let origins = line["origins"].as_array().expect("origins");
        let origin = origins.iter().find(|origin| origin["path"] == path).expect("an origin");
        format!("{}:{}", origin["file"].as_str().unwrap_or(""), origin["line"])
    };
    assert_eq!(origin("/metadata/name"), "clusters/a.yaml:14");
    assert_eq!(origin("/data/number"), "clusters/vars.yaml:4");
    assert_eq!(origin("/data/nothing"), "apps/a.yaml:9");
    assert_eq!(origin("/kind"), "apps/a.yaml:2");
    // Without any variable nothing is replaced.
    assert_eq!(field(&apps("", &files), "/data/number"), "${port}");
}

#[test]
fn what_cannot_be_substituted_is_told() {
    let map = |text: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: x}}\ndata: {{a: '{text}'}}\n")
    };
    for (text, spec, wanted) in [
        ("${open", "substitute: {a: b}", "substitute-failed apps/a.yaml:4"),
        ("x", "substitute: {a-b: c}", "substitute-failed clusters/a.yaml:12"),
        ("x", "substituteFrom: [{kind: ConfigMap, name: gone}]", "substitute-failed clusters/a.yaml:12"),
    ] {
        let text = map(text);
        assert_eq!(
            problems(&apps(&format!("  postBuild: {{{spec}}}\n"), &[("apps/a.yaml", &text)])),
            [wanted],
            "{spec}"
        );
    }
    let kept =
        map("${a}").replace("namespace: x", "namespace: x, labels: {kustomize.toolkit.fluxcd.io/substitute: disabled}");
    let found = apps("  postBuild: {substitute: {a: b}}\n", &[("apps/a.yaml", &kept)]);
    assert_eq!(field(&found, "/data/a"), "${a}");
}

#[test]
fn other_sources_are_absent() {
    let map = config_map("a, namespace: x");
    let found = apps("  dependsOn: []\n", &[("apps/a.yaml", &map)]);
    assert_eq!(objects(&found, "apps"), ["ConfigMap/x/a"]);
    for source in ["kind: OCIRepository, name: here", "kind: GitRepository, name: other"] {
        let text = format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: b, namespace: flux-system}}\nspec:\n  path: ./gone\n  sourceRef: {{{source}}}\n"
        );
        let found = lines([("b.yaml", text.as_str())], HERE);
        assert!(problems(&found).is_empty() && found.iter().any(|line| line["absent"]["line"] == 6), "{source}");
    }
}
