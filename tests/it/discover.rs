//! What a walk finds and what it says of the rest.

use std::path::Path;

use crate::common::files::write;

use kubevet::config::Selection;
use kubevet::engine::{Engine, Request, Settings, Snapshot};
use kubevet::files::{Door, Memory};
use kubevet::finding::Finding;
use kubevet::report::{Report, SkipReason};

fn check(root: &Path) -> Report {
    let paths = vec![root.to_owned()];
    Engine::default().check(&Snapshot::of_paths(paths), &Request::default()).report
}

fn ledger(root: &Path, report: &Report) -> Vec<(String, SkipReason)> {
    let prefix = format!("{}/", root.display());
    report.coverage.skipped.iter().map(|s| (s.file.replace(&prefix, ""), s.reason)).collect()
}

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n";

#[test]
fn every_file_is_checked_or_accounted_for() {
    let dir = tempfile::tempdir().expect("a folder");
    let root = dir.path();
    for (name, text) in [
        ("app/cm.yaml", CONFIG_MAP),
        ("app/.hidden/cm.yml", CONFIG_MAP),
        ("app/empty.yaml", "# nothing\n"),
        (
            "app/licence.yaml",
            "# a licence\n---\n# nothing\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: l}\n---\n",
        ),
        ("app/config.yaml", "a: 1\n"),
        ("app/secret.yaml", "apiVersion: v1\nkind: Secret\nsops: {mac: x}\n"),
        ("app/template.yaml", "kind: {{ x }}\nfoo\n"),
        ("app/data.json", "{\"a\": 1}"),
        ("app/cm.json", "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"j\"}}"),
        ("chart/Chart.yaml", "name: c\n"),
        ("chart/values.yaml", "a: 1\n"),
        ("chart/templates/x.yaml", "{{ if }}\n"),
        ("chart/crds/x.yaml", CONFIG_MAP),
        ("k/kustomization.yaml", "resources: [cm.yaml]\npatches: [{path: p.yaml}]\n"),
        ("k/cm.yaml", CONFIG_MAP),
        ("k/p.yaml", CONFIG_MAP),
        (".github/workflows/ci.yaml", "on: push\njobs: {}\n"),
        ("docker-compose.yml", "services: {}\n"),
        (".gitignore", "/out/\n*.tmp.yaml\n"),
        ("out/cm.yaml", CONFIG_MAP),
        ("app/x.tmp.yaml", CONFIG_MAP),
    ] {
        write(root, name, text);
    }
    let report = check(root);
    let want = [
        (".github/workflows/ci.yaml", SkipReason::CiWorkflow),
        ("app/config.yaml", SkipReason::Other),
        ("app/empty.yaml", SkipReason::Empty),
        ("app/secret.yaml", SkipReason::Encrypted),
        ("app/template.yaml", SkipReason::Template),
        ("app/x.tmp.yaml", SkipReason::Ignored),
        ("chart/Chart.yaml", SkipReason::Other),
        ("chart/templates/x.yaml", SkipReason::HelmTemplate),
        ("chart/values.yaml", SkipReason::HelmValues),
        ("docker-compose.yml", SkipReason::Compose),
        ("k/kustomization.yaml", SkipReason::Kustomization),
        ("k/p.yaml", SkipReason::Patch),
        ("out/", SkipReason::Ignored),
    ];
    assert_eq!(ledger(root, &report), want.map(|(name, reason)| (name.to_owned(), reason)));
    assert_eq!(report.coverage.objects, 6);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_and_loops_do_no_harm() {
    let dir = tempfile::tempdir().expect("a folder");
    let root = dir.path();
    write(root, "tree/a/cm.yaml", CONFIG_MAP);
    write(root, "outside.yaml", CONFIG_MAP);
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, root.join("tree").join(name)).expect("a link");
    link("..", "a/up");
    link("a", "same");
    link("nowhere.yaml", "dangling.yaml");
    link("../outside.yaml", "out.yaml");
    let root = root.join("tree");
    let report = check(&root);
    assert_eq!(report.coverage.objects, 1);
    let out = [("dangling.yaml".to_owned(), SkipReason::Unreadable), ("out.yaml".to_owned(), SkipReason::Ignored)];
    assert_eq!(ledger(&root, &report), out);
}

#[test]
fn what_kustomizations_set_counts() {
    let dir = tempfile::tempdir().expect("a folder");
    let root = dir.path();
    write(root, "base/kustomization.yaml", "resources: [pod.yaml]\n");
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a/b}, {name: c, image: c}]}\n";
    write(root, "base/pod.yaml", pod);
    let overlay =
        |extra| format!("resources: [../base]\nnamespace: shop\nimages: [{{name: a/b, newTag: v1}}{extra}]\n");
    write(root, "one/kustomization.yaml", &overlay(""));
    write(root, "two/kustomization.yaml", &overlay(", {name: c, newName: d}"));
    let selection =
        Selection { select: vec!["latest-image-tag".into(), "missing-namespace".into()], ..Selection::default() };
    let engine = Engine::new(Settings { selection, ..Settings::default() });
    let report = engine.check(&Snapshot::of_paths(vec![root.to_owned()]), &Request::policy()).report;
    let place = |finding: &Finding| {
        let name = report.sources.get(finding.source()).name.replace(&format!("{}/", root.display()), "");
        (name, finding.message.clone())
    };
    let found: Vec<_> = report.findings.iter().map(place).collect();
    // In one overlay the base decides, in the other the entry that gives the image another name.
    let message = "container `c` uses an image without a tag, which means `latest`";
    assert_eq!(found, ["base/pod.yaml", "two/kustomization.yaml"].map(|file| (file.to_owned(), message.to_owned())));
}

#[test]
fn what_kustomizations_complete_is_not_missing() {
    let dir = tempfile::tempdir().expect("a folder");
    let root = dir.path();
    let deployment = |name: &str, image: &str| {
        let container = format!("{{name: a{image}}}");
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec: {{template: {{spec: {{containers: [{container}]}}}}}}\n"
        )
    };
    let claim = |more: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: a}}\nspec: {{resources: {{requests: {{storage: 1Gi}}}}{more}}}\n"
        )
    };
    // Labels for selectors, a patch with the missing field; and one that is for another kind.
    write(root, "labels/kustomization.yaml", "resources: [a.yaml]\ncommonLabels: {app: a}\n");
    write(root, "labels/a.yaml", &deployment("selected", ", image: a"));
    write(root, "patch/kustomization.yaml", "resources: [a.yaml]\npatches: [{path: modes.yaml}]\n");
    write(root, "patch/modes.yaml", &claim(", accessModes: [ReadWriteOnce]"));
    write(root, "patch/a.yaml", &claim(""));
    write(root, "other/kustomization.yaml", "resources: [a.yaml]\npatches: [{path: p.yaml, target: {kind: Pod}}]\n");
    write(root, "other/p.yaml", &claim(", accessModes: [ReadWriteOnce]"));
    write(root, "other/a.yaml", &claim(""));
    // Nobody takes these in: patches by name, and by what they lack.
    write(root, "labels/patches/cert.yaml", &deployment("patch", ""));
    write(root, "labels/manager.yaml", &deployment("piece", ""));
    // No kustomization far and wide: that is broken.
    write(root, "plain/a.yaml", &deployment("plain", ""));
    let report = check(root);
    let prefix = format!("{}/", root.display());
    let mut found: Vec<_> = report
        .findings
        .iter()
        .map(|f| (report.sources.get(f.primary.span.source).name.replace(&prefix, ""), f.path.clone()))
        .collect();
    found.dedup();
    let want = [
        ("other/a.yaml", "spec.accessModes"),
        ("plain/a.yaml", "spec.selector"),
        // That the selector matches nothing follows from there being none.
        ("plain/a.yaml", "spec.template.spec.containers[0].image"),
    ];
    assert_eq!(found, want.map(|(file, path)| (file.to_owned(), path.to_owned())));
    let patches: Vec<_> =
        ledger(root, &report).into_iter().filter(|(_, reason)| *reason == SkipReason::Patch).collect();
    let names = ["labels/manager.yaml", "labels/patches/cert.yaml", "other/p.yaml", "patch/modes.yaml"];
    assert_eq!(patches, names.map(|name| (name.to_owned(), SkipReason::Patch)));
}

#[test]
fn values_that_are_filled_in_later_are_noted_and_not_checked() {
    let dir = tempfile::tempdir().expect("a folder");
    let root = dir.path();
    let object =
        |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: \"{name}\", namespace: b}}\n");
    write(root, "flux.yaml", &object("${APP}-config"));
    write(root, "wrong.yaml", &object("$(APP)-config"));
    assert_eq!(check(root).findings.len(), 2, "nothing in the repository fills them in");
    let spec = "{interval: 1h, path: ./apps, prune: true, sourceRef: {kind: GitRepository, name: a}, postBuild: {substitute: {APP: a}}}";
    write(
        root,
        "apps.yaml",
        &format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: apps, namespace: flux-system}}\nspec: {spec}\n"
        ),
    );
    let report = check(root);
    let skipped: Vec<_> = report.coverage.skipped.iter().map(|s| (s.reason, &*s.detail)).collect();
    assert_eq!(skipped, [(SkipReason::Template, "`${APP}` is a placeholder")]);
    let places: Vec<_> = report.findings.iter().map(|f| &*report.sources.get(f.primary.span.source).name).collect();
    assert!(places.len() == 1 && places[0].ends_with("wrong.yaml"), "{places:?}");
}

#[test]
fn labels_and_names_that_kustomizations_set_count() {
    let dir = tempfile::tempdir().expect("a folder");
    let root = dir.path();
    let service = |selector: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec: {{selector: {{{selector}}}, ports: [{{port: 80}}]}}\n"
        )
    };
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\nspec: {containers: [{name: a, image: a:1}]}\n";
    write(
        root,
        "base/kustomization.yaml",
        "resources: [pod.yaml, account.yaml]\ncommonLabels: {part-of: shop}\nnamePrefix: shop-\n",
    );
    write(root, "base/pod.yaml", pod);
    write(root, "base/account.yaml", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: b}\n");
    // What a component adds, it adds to what is taken in beside it.
    write(root, "part/kustomization.yaml", "kind: Component\nlabels: [{pairs: {tier: web}, includeTemplates: true}]\n");
    write(root, "over/kustomization.yaml", "resources: [../base]\ncomponents: [../part]\n");
    write(root, "also-right.yaml", &service("app: a, tier: web"));
    write(root, "right.yaml", &service("app: a, part-of: shop"));
    write(root, "wrong.yaml", &service("app: a, part-of: other"));
    let binding = |name: &str| {
        let subject = format!("{{kind: ServiceAccount, name: {name}, namespace: b}}");
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: a}}\nroleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}}\nsubjects: [{subject}]\n"
        )
    };
    write(root, "renamed.yaml", &binding("shop-web"));
    write(root, "missing.yaml", &binding("feed"));
    let select = vec!["dangling-service-selector".into(), "dangling-binding-subject".into()];
    let selection = Selection { select, ..Selection::default() };
    let engine = Engine::new(Settings { selection, ..Settings::default() });
    let report = engine.check(&Snapshot::of_paths(vec![root.to_owned()]), &Request::policy()).report;
    let found: Vec<_> = report
        .findings
        .iter()
        .map(|f| report.sources.get(f.primary.span.source).name.rsplit('/').next().unwrap_or("").to_owned())
        .collect();
    assert_eq!(found, ["missing.yaml", "wrong.yaml"]);
}

#[test]
fn a_tree_in_memory_is_checked_as_one_on_disk() {
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b, comand: [c]}]}\n";
    let crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {group: example.org, names: {kind: Boat, plural: boats}, scope: Namespaced, \
               versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {hull: {type: string}}}}}]}\n";
    let tree = [
        ("base/kustomization.yaml", "resources: [pod.yaml]\npatches: [{path: patch.yaml}]\n"),
        ("base/pod.yaml", pod),
        ("base/patch.yaml", pod),
        ("chart/Chart.yaml", "name: c\n"),
        ("chart/templates/pod.yaml", pod),
        ("chart/values-a.yaml", "a: 1\n"),
        (".kubevet/schemas/example.org/boat.crd.yaml", crd),
        ("boat.yaml", "apiVersion: example.org/v1\nkind: Boat\nmetadata: {name: a}\nhull: wood\nhul: 1\n"),
        ("large/.gitignore", "*.json\n"),
        ("broken.yaml", "a: [\n"),
    ];
    let dir = tempfile::tempdir().expect("a folder");
    tree.iter().for_each(|(name, text)| write(dir.path(), name, text));
    let memory: Memory = tree.into_iter().collect();
    let report = |files: Door, path: &Path| {
        let snapshot = Snapshot::new(files, vec![path.to_owned()]);
        let report = Engine::default().check(&snapshot, &Request::policy()).report;
        let prefix = format!("{}/", path.display());
        let found = report.findings.iter().map(|finding| {
            let source = report.sources.get(finding.source());
            (
                source.name.replace(&prefix, ""),
                finding.primary.span.start,
                finding.rule.clone(),
                finding.message.clone(),
            )
        });
        (found.collect::<Vec<_>>(), ledger(path, &report))
    };
    let on_disk = report(Door::default(), dir.path());
    let in_memory = report(Door::new(memory), Path::new("."));
    assert_eq!(in_memory, on_disk);
    let rules: Vec<_> = on_disk.0.iter().map(|found| (found.0.as_str(), found.2.as_str())).collect();
    assert!(rules.contains(&("boat.yaml", "unknown-field")), "the schema was found: {rules:?}");
    assert!(on_disk.1.contains(&("chart/templates/pod.yaml".to_owned(), SkipReason::HelmTemplate)), "{:?}", on_disk.1);
}
