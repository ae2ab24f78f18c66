//! A report is the same on any number of threads, and whatever is let go of on the way and read again.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use kubevet::engine::{Engine, Request, Settings, Snapshot};
use kubevet::report::{Format, Options};
use rayon::ThreadPoolBuilder;

use crate::common::files::write;

/// The report on a folder as JSON, made on so many threads and with so much room.
fn report(root: &Path, threads: usize, room: Option<usize>, policy: bool) -> String {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let engine = Engine::new(Settings { room, ..Settings::default() });
    let request = Request { policy, ..Request::default() };
    let outcome = pool.install(|| engine.check(&Snapshot::of_paths(vec![root.to_owned()]), &request));
    assert_eq!(outcome.failures, Vec::<String>::new());
    let mut text = Vec::new();
    for format in ["json", "text"] {
        let format = Format::parse(format).expect("a format");
        format.write(&outcome.report, &Options::default(), &mut text).expect("writing to memory");
    }
    String::from_utf8(text).expect("text")
}

/// Holds the reports of all ways to come to them against each other, and gives one.
fn same(root: &Path, policy: bool) -> String {
    let kept = report(root, 1, Some(usize::MAX), policy);
    for (threads, room) in [(1, Some(0)), (2, Some(0)), (8, Some(0)), (8, Some(2_000)), (2, None)] {
        let other = report(root, threads, room, policy);
        let differs = kept.lines().zip(other.lines()).find(|(one, other)| one != other);
        assert!(kept == other, "{threads} threads, room {room:?}: {differs:?}");
    }
    kept
}

/// Definitions in several versions, resources of them (right and wrong), and others that have no definition.
fn custom_resources() -> &'static Path {
    static TREE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let dir = TREE.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a folder");
        for number in 0..12 {
            let (kind, file) = (format!("Ship{}", number % 4), format!("crds/{number:02}.yaml"));
            write(dir.path(), &file, &definition(&kind, number));
            let size = if number % 3 == 0 { "large".to_owned() } else { number.to_string() };
            let ship = format!(
                "apiVersion: example.com/v1\nkind: {kind}\nmetadata: {{name: s-{number}}}\nspec: {{size: {size}}}\n"
            );
            write(dir.path(), &format!("ships/{number:02}.yaml"), &format!("{ship}---\n{ship}"));
        }
        // Beside others of their kinds: the same once more, in another text, and one that differs in what it says to people alone.
        let same = definition("Ship2", 2);
        write(dir.path(), "crds/same.yaml", &format!("# Another file.\n{same}"));
        write(dir.path(), "crds/told.yaml", &same.replace("release", "a release of"));
        for (name, text) in OTHERS {
            write(dir.path(), name, text);
        }
        dir
    });
    dir.path()
}

fn definition(kind: &str, number: usize) -> String {
    let plural = format!("{}s", kind.to_lowercase());
    let group = if number == 11 { "Example.com" } else { "example.com" };
    format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: {plural}.{group}}}\n\
         spec:\n  group: {group}\n  scope: Namespaced\n  names: {{kind: {kind}, plural: {plural}}}\n  versions:\n  - name: v1\n    \
         served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          \
         spec:\n            type: object\n            description: release {}\n            properties:\n              \
         size: {{type: integer, format: int32}}\n              description: {{type: string, maxLength: 3}}\n",
        number % 6
    )
}

const OTHERS: &[(&str, &str)] = &[
    (
        "ships/list.yaml",
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: example.com/v1, kind: Ship1, metadata: {name: l}, spec: {size: 1, sails: 3}}\n- {apiVersion: example.com/v1, kind: Boat, metadata: {name: m}}\n",
    ),
    (
        "ships/described.yaml",
        "apiVersion: example.com/v1\nkind: Ship2\nmetadata: {name: d}\nspec: {size: 1, description: too long}\n",
    ),
    ("ships/unknown.yaml", "apiVersion: example.org/v1\nkind: Raft\nmetadata: {name: a}\n"),
    ("overlay/kustomization.yaml", "resources: [ship.yaml]\npatches: [{path: change.yaml}]\n"),
    ("overlay/ship.yaml", "apiVersion: example.com/v1\nkind: Ship2\nmetadata: {name: o}\nspec: {}\n"),
    ("overlay/change.yaml", "apiVersion: example.com/v1\nkind: Ship2\nmetadata: {name: o}\nspec: {size: 1}\n"),
    (
        "flux.yaml",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a, namespace: b}\nspec: {interval: 1m, path: ./ships, prune: true, sourceRef: {kind: GitRepository, name: a}, postBuild: {substitute: {x: y}}}\n",
    ),
    ("ships/filled.yaml", "apiVersion: example.com/v1\nkind: Ship3\nmetadata: {name: f}\nspec: {size: \"${SIZE}\"}\n"),
    ("data.json", "{\"type\": \"object\", \"properties\": {\"apiVersion\": {}, \"kind\": {}}}\n"),
    ("values.yaml", "a: 1\nb: [c, {d: e}]\n"),
    ("compose.yaml", "services: {a: {image: b}}\nversion: \"3\"\n"),
    (
        "suppressed.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata: {a: b} # kubevet: ignore[latest-image-tag] none\n",
    ),
    (
        "policy/suite.yaml",
        "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\nmetadata: {name: a}\ntests: [{template: t.yaml, cases: [{object: samples/a.yaml}]}]\n",
    ),
    (
        "policy/samples/a.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: of-a-suite}\nspec: {ports: [{port: 800000}]}\n",
    ),
    ("template.yaml", "a: {{ .Values.a }}\n"),
    ("broken.yaml", "a: b: c\n"),
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

#[test]
fn validate_reports_the_same() {
    let said = same(custom_resources(), false);
    assert!(["unknown-field", "is a placeholder", "too-long"].iter().all(|word| said.contains(word)), "{said}");
    assert!(!said.contains("of-a-suite"), "what a test names is a fixture: {said}");
    same(&fixtures(), false);
}

#[test]
fn check_reports_the_same() {
    let said = same(custom_resources(), true);
    assert!(said.contains("unknown-field") && said.contains("duplicate-object"), "{said}");
    same(&fixtures(), true);
}

/// What rules say of parts that are let go, and names that only stand in such parts.
fn bundles() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let definition = |kind: &str| definition(kind, 1).replace("format: int32", "format: rainbow");
    write(dir.path(), "crds/unknown-format.yaml", &definition("Colour"));
    let large =
        definition("Large").replace("description: release 1", &format!("description: \"{}\"", "words ".repeat(50_000)));
    write(dir.path(), "crds/large.yaml", &large);
    write(
        dir.path(),
        "bundle.yaml",
        &format!(
            "apiVersion: operators.coreos.com/v1alpha1\nkind: ClusterServiceVersion\nmetadata:\n  name: ships.v1\n  namespace: a\n  \
             annotations: {{alm-examples: '[{{\"name\": \"spoken-of\"}}] {}'}}\nspec: {{description: about ships, install: [made-by-it]}}\n",
            "long ".repeat(100)
        ),
    );
    for name in ["spoken-of", "made-by-it", "in-prose"] {
        let data =
            format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: a}}\ndata: {{a: b}}\n");
        write(dir.path(), &format!("{name}.yaml"), &data);
    }
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: a}\nspec:\n  containers:\n  - name: a\n    image: a:1\n    \
               envFrom: [{secretRef: {name: made-by-it}}, {secretRef: {name: missing}}]\n";
    write(dir.path(), "pod.yaml", pod);
    dir
}

#[test]
fn what_is_said_of_parts_that_are_let_go_stays() {
    let dir = bundles();
    let said = same(dir.path(), true);
    assert!(said.contains("`rainbow` for integer") && said.contains("Secret `missing`"), "{said}");
    assert!(!said.contains("Secret `made-by-it`"), "{said}");
    assert!(said.contains("oversized-object") && said.contains("kubectl apply --server-side"), "{said}");
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: argocd}\nspec:\n  project: \
                       default\n  source: {repoURL: https://example.com/a, path: crds, targetRevision: main}\n  destination: {name: b}\n";
    write(dir.path(), "application.yaml", application);
    let said = same(dir.path(), true);
    assert!(said.contains("oversized-object") && !said.contains("kubectl apply --server-side"), "{said}");
}
