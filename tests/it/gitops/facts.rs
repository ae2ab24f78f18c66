//! What surprises in Argo CD and Flux, a fact a test.

use super::repository::{HERE, application, config_map, lines, objects, problems};
use serde_json::Value;

/// An Application `web` of the folder `apps` with these files in it.
fn web(source: &str, files: &[(&str, &str)]) -> Vec<Value> {
    let app = application("web", &format!("path: apps{source}"));
    let files = files.iter().copied().chain([("argocd/web.yaml", app.as_str())]);
    lines(files, HERE)
}

#[test]
fn includes_and_excludes_cross_slashes_and_begin_at_the_path() {
    let (a, b) = (config_map("a"), config_map("b"));
    let files = [("apps/a.yaml", a.as_str()), ("apps/sub/b.yaml", b.as_str())];
    for (options, wanted) in [
        ("recurse: true, include: '*.yaml'", &["ConfigMap/shop/a", "ConfigMap/shop/b"][..]),
        ("recurse: true, include: '**/*.yaml'", &["ConfigMap/shop/b"]),
        ("recurse: true, include: '{a,b}.yaml'", &["ConfigMap/shop/a"]),
        ("recurse: true, exclude: 'sub/*'", &["ConfigMap/shop/a"]),
        ("recurse: true, include: 'apps/*'", &[]),
        ("recurse: false", &["ConfigMap/shop/a"]),
    ] {
        let found = web(&format!(", directory: {{{options}}}"), &files);
        assert_eq!(objects(&found, "web"), wanted, "{options}");
    }
}

#[test]
fn a_file_that_is_no_manifest_is_passed_over_unless_it_looks_like_one() {
    let fine = config_map("a");
    let broken = format!("{fine}---\nfoo: bar\n");
    for (file, text, wanted) in [
        ("values.yaml", "a: b\n", None),
        ("templated.yaml", "apiVersion: v1\nkind: {{ x }}\nmetadata: {name: x}\n", Some("apps/templated.yaml:2")),
        ("b.yaml", broken.as_str(), Some("apps/b.yaml:5")),
        ("c.json", "{", Some("apps/c.json:1")),
        ("d.json", "{\"kind\": \"A\"}\n{\"kind\": \"B\"}", Some("apps/d.json:2")),
        ("e.yaml", "# +argocd:skip-file-rendering\napiVersion: v1\nkind: {{ x }}\nmetadata: {}\n", None),
    ] {
        let path = format!("apps/{file}");
        let found = problems(&web("", &[("apps/a.yaml", &fine), (&path, text)]));
        let wanted: Vec<_> = wanted.iter().map(|place| format!("render-failed {place}")).collect();
        assert_eq!(found, wanted, "{file}");
    }
}

#[test]
fn the_last_file_that_says_something_makes_the_type() {
    let map = config_map("a");
    let kustomization = "resources: [a.yaml]\nnamePrefix: k-\n";
    let files = [("apps/a.yaml", map.as_str()), ("apps/kustomization.yaml", kustomization)];
    assert_eq!(objects(&web("", &files), "web"), ["ConfigMap/shop/k-a"]);
    // A block that says something decides; one that is empty does not.
    assert_eq!(objects(&web(", directory: {recurse: true}", &files), "web"), ["ConfigMap/shop/a"]);
    assert_eq!(objects(&web(", directory: {}", &files), "web"), ["ConfigMap/shop/k-a"]);
    let both = web(", directory: {recurse: true}, kustomize: {namePrefix: x-}", &files);
    assert_eq!(problems(&both), ["render-failed argocd/web.yaml:6"]);
    let chart = [files[0], ("apps/OrgChart.yaml", "teams: []\n")];
    assert_eq!(problems(&web("", &chart)), ["render-failed argocd/web.yaml:6"]);
}

#[test]
fn options_of_kustomize_edit_the_kustomization() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 1\n  template:\n    spec: {containers: [{name: a, image: 'example.com/a:1'}]}\n";
    let kustomization = "resources: [d.yaml]\nnamePrefix: k-\ncommonLabels: {team: a}\nimages: [{name: example.com/a, newName: example.com/b}]\n";
    let files = [("apps/d.yaml", deployment), ("apps/kustomization.yaml", kustomization)];
    let field = |options: &str, path: &str| {
        let found = web(&format!(", kustomize: {{{options}}}"), &files);
        let object = found.iter().find(|line| line["object"]["kind"] == "Deployment");
        object.and_then(|line| line["object"].pointer(path)).cloned().unwrap_or(problems(&found).join(" ").into())
    };
    let image = "/spec/template/spec/containers/0/image";
    assert_eq!(field("namePrefix: x-", "/metadata/name"), "x-web");
    assert_eq!(field("namespace: other", "/metadata/namespace"), "other");
    assert_eq!(field("images: ['example.com/a:2']", image), "example.com/a:2");
    assert_eq!(field("images: ['example.com/a=*:$ARGOCD_APP_NAME']", image), "example.com/b:web");
    assert_eq!(field("replicas: [{name: web, count: '3'}]", "/spec/replicas"), 3);
    assert_eq!(field("commonLabels: {team: b}", "/x"), "render-failed argocd/web.yaml:6");
    assert_eq!(field("commonLabels: {team: b}, forceCommonLabels: true", "/metadata/labels/team"), "b");
    assert_eq!(field("commonAnnotations: {key: $ARGOCD_APP_NAME}", "/metadata/annotations/key"), "$ARGOCD_APP_NAME");
    let patch = "patches: [{target: {kind: Deployment}, patch: '[{\"op\": \"replace\", \"path\": \"/spec/replicas\", \"value\": 9}]'}]";
    assert_eq!(field(patch, "/spec/replicas"), 9);
    assert_eq!(field("components: [gone]", "/x"), "render-failed argocd/web.yaml:6");
    assert_eq!(field("components: [gone], ignoreMissingComponents: true", "/metadata/name"), "k-web");
}

#[test]
fn what_the_application_sets_has_its_line() {
    let map = config_map("a");
    let files = [("apps/a.yaml", map.as_str()), ("apps/kustomization.yaml", "resources: [a.yaml]\n")];
    let found = web(", kustomize: {commonLabels: {team: $ARGOCD_APP_NAME}}", &files);
    let line = found.iter().find(|line| line["application"]["name"] == "web").expect("an object");
    let origin = |path: &str| {
        let origins = line["origins"].as_array().expect("origins");
        let origin = origins.iter().find(|origin| origin["path"] == path).expect("an origin");
        format!("{}:{}", origin["file"].as_str().unwrap_or(""), origin["line"])
    };
    assert_eq!(origin("/metadata/labels/team"), "argocd/web.yaml:6");
    assert_eq!(origin("/metadata/namespace"), "argocd/web.yaml:7");
    assert_eq!(origin("/kind"), "apps/a.yaml:2");
}

#[test]
fn files_in_the_repository_override_the_source() {
    let map = config_map("a");
    let files = [
        ("apps/a.yaml", map.as_str()),
        ("apps/kustomization.yaml", "resources: [a.yaml]\n"),
        ("apps/.argocd-source.yaml", "kustomize: {namePrefix: g-, nameSuffix: -g}\npath: elsewhere\n"),
        ("apps/.argocd-source-web.yaml", "kustomize: {namePrefix: w-, nameSuffix: null}\n"),
    ];
    assert_eq!(objects(&web("", &files), "web"), ["ConfigMap/shop/w-a-g"]);
}

#[test]
fn namespaces_are_filled_in_and_taken_away() {
    let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: one, namespace: x}\n---\napiVersion: example.com/v1\nkind: Odd\nmetadata: {name: o}\n---\napiVersion: v1\nkind: Event\nmetadata: {name: e}\n";
    let found = web("", &[("apps/a.yaml", text)]);
    assert_eq!(objects(&found, "web"), ["Namespace/-/one", "Odd/shop/o"]);
    assert_eq!(problems(&found), ["excluded-resource apps/a.yaml:11"]);
}

#[test]
fn the_last_of_two_objects_of_one_name_is_applied() {
    let two = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\n---\napiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata: {name: a, namespace: shop}\n";
    let found = web("", &[("apps/a.yaml", two)]);
    assert_eq!(
        (objects(&found, "web").len(), problems(&found)),
        (1, vec!["repeated-resource apps/a.yaml:7".to_owned()])
    );
}

#[test]
fn waves_and_kinds_make_the_order() {
    let one = |kind: &str, name: &str, annotations: &str| {
        format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}, annotations: {{{annotations}}}}}\n---\n")
    };
    let text = one("Service", "late", "argocd.argoproj.io/sync-wave: '1'")
        + &one("Pod", "hook", "argocd.argoproj.io/hook: PreSync")
        + &one("Service", "b", "")
        + &one("ConfigMap", "a", "");
    let found = web("", &[("apps/a.yaml", &text)]);
    assert_eq!(objects(&found, "web"), ["Pod/shop/hook", "ConfigMap/shop/a", "Service/shop/b", "Service/shop/late"]);
}

#[test]
fn what_is_elsewhere_is_absent_and_no_problem() {
    for source in [
        "repoURL: https://elsewhere.example/x.git, path: apps",
        "repoURL: https://charts.example, chart: a, targetRevision: '1'",
    ] {
        let app =
            application("web", "path: x").replace(&format!("repoURL: {HERE}, targetRevision: main, path: x"), source);
        let found = lines([("argocd/web.yaml", app.as_str())], HERE);
        assert!(problems(&found).is_empty(), "{found:?}");
        let absent: Vec<_> = found.iter().filter_map(|line| line["absent"]["line"].as_u64()).collect();
        assert_eq!(absent, [6], "{source}");
    }
}

#[test]
fn apps_of_apps_are_followed_to_the_leaves_and_circles_end() {
    let map = config_map("a");
    let root = application("root", "path: argocd");
    let child = application("child", "path: apps").replace(", namespace: argocd", "");
    let found = lines(
        [("argocd/root.yaml", root.as_str()), ("argocd/child.yaml", child.as_str()), ("apps/a.yaml", map.as_str())],
        HERE,
    );
    assert_eq!(objects(&found, "root"), ["Application/shop/child", "Application/argocd/root"]);
    assert_eq!(objects(&found, "child"), ["ConfigMap/shop/a"]);
    assert!(found.iter().all(|line| line["renderer"] != "plain"), "each file is brought by somebody");
    // Two that bring each other: the first begins.
    let (a, b) = (application("a", "path: b"), application("b", "path: a"));
    let found = lines([("a/a.yaml", a.as_str()), ("b/b.yaml", b.as_str())], HERE);
    assert_eq!(
        (objects(&found, "a"), objects(&found, "b")),
        (vec!["Application/argocd/b".to_owned()], vec!["Application/argocd/a".to_owned()])
    );
}

#[test]
fn kustomizations_that_somebody_brings_are_no_sets_of_their_own() {
    let map = config_map("a");
    let app = application("web", "path: overlays/prod");
    let files = [
        ("base/a.yaml", map.as_str()),
        ("base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("overlays/prod/kustomization.yaml", "resources: [../../base]\n"),
        ("overlays/dev/kustomization.yaml", "resources: [../../base]\nnamespace: dev\n"),
        ("argocd/web.yaml", app.as_str()),
        ("loose.yaml", map.as_str()),
    ];
    let found = lines(files, HERE);
    let sets: Vec<_> = found
        .iter()
        .map(|line| format!("{} {}", line["renderer"].as_str().unwrap_or(""), line["root"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(sets, ["plain argocd/web.yaml", "argocd argocd/web.yaml", "plain loose.yaml", "kustomize overlays/dev"]);
}

#[test]
fn objects_that_two_applications_of_one_cluster_own_are_told() {
    let map = config_map("a");
    let two = format!("{}---\n{}", application("a", "path: apps"), application("b", "path: apps"));
    let found = lines([("argocd/two.yaml", two.as_str()), ("apps/a.yaml", map.as_str())], HERE);
    assert_eq!(problems(&found), ["shared-resource apps/a.yaml:3"]);
    let apart = two.replacen("https://kubernetes.default.svc", "https://other.example", 1);
    assert!(problems(&lines([("argocd/two.yaml", apart.as_str()), ("apps/a.yaml", map.as_str())], HERE)).is_empty());
}

#[test]
fn a_project_permits_what_it_lists() {
    let app = application("web", "path: apps").replace("project: default", "project: shop");
    let project = |spec: &str| {
        format!("apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {{name: shop}}\nspec:\n{spec}")
    };
    let open = "  sourceRepos: ['*']\n  destinations: [{server: '*', namespace: shop}]\n";
    let text = format!(
        "{}---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: n}}\n---\n{}",
        config_map("a"),
        config_map("b, namespace: other")
    );
    for (spec, wanted) in [
        (open.to_owned(), &["resource-not-permitted apps/a.yaml:6", "namespace-not-permitted apps/a.yaml:11"][..]),
        (
            format!("{open}  clusterResourceWhitelist: [{{group: '', kind: Name*}}]\n"),
            &["namespace-not-permitted apps/a.yaml:11"],
        ),
        (
            "  sourceRepos: ['!https://git.example.com/x/*']\n  destinations: [{name: in-cluster, namespace: '*'}]\n"
                .to_owned(),
            &["resource-not-permitted apps/a.yaml:6"],
        ),
        (
            "  sourceRepos: ['https://git.example.com/*']\n  destinations: []\n".to_owned(),
            &["source-not-permitted argocd/web.yaml:6", "destination-not-permitted argocd/web.yaml:7"],
        ),
        (
            format!("{open}  namespaceResourceWhitelist: []\n"),
            &[
                "resource-not-permitted apps/a.yaml:2",
                "resource-not-permitted apps/a.yaml:6",
                "resource-not-permitted apps/a.yaml:10",
            ],
        ),
    ] {
        let project = project(&spec);
        let mut found = problems(&lines(
            [("argocd/web.yaml", app.as_str()), ("argocd/p.yaml", project.as_str()), ("apps/a.yaml", text.as_str())],
            HERE,
        ));
        let mut wanted: Vec<_> = wanted.iter().map(|text| (*text).to_owned()).collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{spec}");
    }
    let bad = project("  sourceRepos: ['*', '*']\n");
    assert_eq!(problems(&lines([("p.yaml", bad.as_str())], HERE)), ["invalid-project p.yaml:5"]);
}

#[test]
fn nothing_outside_the_repository_is_read() {
    let app = application("web", "path: ../outside");
    let found = lines([("argocd/web.yaml", app.as_str())], HERE);
    assert_eq!(problems(&found), ["render-failed argocd/web.yaml:6"]);
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a, namespace: flux-system}\nspec:\n  path: ../../../apps\n  sourceRef: {kind: GitRepository, name: flux-system}\n";
    let map = config_map("a, namespace: x");
    let found = lines([("a.yaml", flux), ("apps/a.yaml", map.as_str())], HERE);
    assert_eq!(objects(&found, "a"), ["ConfigMap/x/a"]);
}
