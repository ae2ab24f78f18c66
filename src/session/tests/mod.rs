//! A session says what a run from cold says, whatever happened before, on any number of threads.

mod edits;

use std::path::PathBuf;

use proptest::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::*;
use crate::files::{Door, Files, Memory};
use crate::report::{Format, Options};

const NAMES: [&str; 12] = [
    "a.yaml",
    "b.json",
    "base/deployment.yaml",
    "base/kustomization.yaml",
    "chart/Chart.yaml",
    "chart/templates/service.yaml",
    "crd.yaml",
    "dev/config.yaml",
    "dev/kustomization.yaml",
    "prod/config.yaml",
    "prod/kustomization.yaml",
    "prod/service.yaml",
];

const TEXTS: [&str; 14] = [
    "",
    "a: [\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {a: yes, a: '1'}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: shop}\ndata: {b: '1'}\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: {matchLabels: {app: web}}\n  \
     template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: web\n        image: nginx\n        \
     envFrom: [{configMapRef: {name: settings}}]\n",
    "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n---\n\
     apiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: shop}\nspec: {selector: {app: api}, ports: [{port: 80}]}\n",
    "resources: [../base, config.yaml]\n",
    "resources: [deployment.yaml]\nnamePrefix: x-\n",
    "resources: [service.yaml]\nconfigMapGenerator: [{name: settings, literals: [a=1]}]\n",
    "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
    "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Release.Name }}}\nspec: {ports: [{port: {{ .Values.port }}}]}\n",
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: boats.example.org}\nspec:\n  group: \
     example.org\n  scope: Namespaced\n  names: {kind: Boat, plural: boats}\n  versions:\n  - name: v1\n    served: true\n    storage: \
     true\n    schema: {openAPIV3Schema: {type: object, properties: {hull: {type: integer}}}}\n",
    "apiVersion: example.org/v1\nkind: Boat\nmetadata: {name: a}\nhull: wood\nhul: 1\n",
    "# kubevet: ignore[latest-image-tag] known\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPID: true, containers: \
     [{name: a, image: a}]}\n",
];

/// Files to begin with, and what becomes of files later: numbers of names and of texts, none where a file goes.
type Edits = (Vec<(usize, usize)>, Vec<(usize, Option<usize>)>);

fn edits() -> impl Strategy<Value = Edits> {
    let file = || (0..NAMES.len(), 0..TEXTS.len());
    let edit = (0..NAMES.len(), prop::option::weighted(0.85, 0..TEXTS.len()));
    (prop::collection::vec(file(), 1..12), prop::collection::vec(edit, 1..8))
}

pub(super) fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
}

/// All that an outcome says.
pub(super) fn said(outcome: &Outcome) -> String {
    let mut bytes = Vec::new();
    for format in ["json", "text", "sarif"] {
        let format = Format::parse(format).expect("a format");
        format.write(&outcome.report, &Options::default(), &mut bytes).expect("writing to memory does not fail");
    }
    format!("{:?}\n{}", outcome.failures, String::from_utf8_lossy(&bytes))
}

pub(super) fn snapshot(tree: &Memory) -> Snapshot {
    Snapshot::new(Door::new(tree.clone()), vec![PathBuf::from(".")])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn warm_and_cold_say_the_same((files, edits) in edits()) {
        let (one, eight) = (pool(1), pool(8));
        let mut tree: Memory = files.iter().map(|&(name, text)| (NAMES[name], TEXTS[text])).collect();
        let engine = Engine::default();
        let mut session = Session::new(Engine::default(), Request::policy());
        session.check(&snapshot(&tree), Changes::Any);
        for (at, (name, text)) in edits.into_iter().enumerate() {
            let name = NAMES[name];
            let stays = tree.read(name.as_ref(), u64::MAX).is_ok() && text.is_some();
            match text {
                Some(text) => tree.put(name, TEXTS[text]),
                None => tree.remove(name.as_ref()),
            }
            let is_plain = !name.ends_with("Chart.yaml");
            let texts = [name];
            let changes = if stays && is_plain { Changes::Texts(&texts) } else { Changes::Any };
            let (warm, cold) = (if at % 2 == 0 { &one } else { &eight }, if at % 2 == 0 { &eight } else { &one });
            let warm = warm.install(|| said(&session.check(&snapshot(&tree), changes)));
            let cold = cold.install(|| said(&engine.check(&snapshot(&tree), &Request::policy())));
            prop_assert_eq!(warm, cold, "after edit {} of {}", at, name);
        }
    }
}

#[test]
fn texts_that_an_editor_holds_are_checked_in_place_of_those_on_disk() {
    let tree: Memory = [("a.yaml", TEXTS[4]), ("b.yaml", TEXTS[2])].into_iter().collect();
    let mut session = Session::new(Engine::default(), Request::policy());
    let missing = |outcome: &Outcome| {
        let mut found = outcome.report.findings.iter();
        found.any(|finding| finding.rule == "dangling-configmap-reference")
    };
    assert!(!missing(&session.check(&snapshot(&tree), Changes::Any)));
    let typed = snapshot(&tree).with_texts([("b.yaml".to_owned(), TEXTS[3].into())]);
    assert!(missing(&session.check(&typed, Changes::Texts(&["b.yaml"]))));
    assert!(!missing(&session.check(&snapshot(&tree), Changes::Texts(&["b.yaml"]))));
}
