//! Roots that share bases: each gives what it gives alone, also where it is refused.

use kubevet::files::Memory;
use kubevet::render::Rendered;
use kubevet::render::kustomize::{Limits, Partly, Shared, build, build_partly};

/// A base with an overlay of its own, and roots around it.
fn tree() -> Memory {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      \
                      containers:\n      - name: web\n        image: web:1\n        envFrom:\n        - configMapRef:\n            \
                      name: settings\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n";
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 3\n";
    let files = [
        (
            "base/kustomization.yaml",
            "resources:\n- web.yaml\n- service.yaml\nconfigMapGenerator:\n- name: settings\n  literals: [a=b]\n",
        ),
        ("base/web.yaml", deployment),
        ("base/service.yaml", service),
        ("middle/kustomization.yaml", "namePrefix: m-\nresources:\n- ../base\npatches:\n- path: patch.yaml\n"),
        ("middle/patch.yaml", patch),
        ("one/kustomization.yaml", "namespace: one\nresources:\n- ../middle\nimages:\n- name: web\n  newTag: '2'\n"),
        ("two/kustomization.yaml", "resources:\n- own.yaml\n- ../middle\ncommonLabels: {a: b}\n"),
        ("two/own.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: own\n"),
        ("both/kustomization.yaml", "resources:\n- ../base\n- ../middle\n- ../two\n"),
        ("noted/kustomization.yaml", "buildMetadata: [originAnnotations]\nresources:\n- ../middle\n"),
        ("remote/kustomization.yaml", "resources:\n- https://example.com/x\n- ../base\n"),
        ("above/kustomization.yaml", "resources:\n- ../remote\n- ../middle\n"),
        ("nothing/kustomization.yaml", "patches:\n- path: patch.yaml\n"),
        ("nothing/patch.yaml", patch),
        ("upon/kustomization.yaml", "resources:\n- ../nothing\n"),
        ("outer/kustomization.yaml", "resources:\n- inner\n"),
        ("outer/inner/kustomization.yaml", "resources:\n- ../../loop\n"),
        ("loop/kustomization.yaml", "resources:\n- ../outer/inner\n"),
        ("part/kustomization.yaml", "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nnameSuffix: -p\n"),
        ("with/kustomization.yaml", "resources:\n- ../base\ncomponents:\n- ../part\n"),
        ("twice/kustomization.yaml", "resources:\n- ../with\n- ../middle\n- ../part\n"),
    ];
    files.into_iter().collect()
}

const ROOTS: [&str; 15] = [
    "base",
    "middle",
    "one",
    "two",
    "both",
    "noted",
    "remote",
    "above",
    "nothing",
    "upon",
    "outer",
    "outer/inner",
    "loop",
    "with",
    "twice",
];

fn built(shared: &Shared<'_>, root: &str, limits: &Limits, partly: bool) -> String {
    let view = shared.view(root).expect("a root");
    let made = match partly {
        true => build_partly(&view, view.root(), root, limits, &Partly::default()),
        false => build(&view, view.root(), root, limits),
    };
    let Rendered { sources, objects, problems, absent, limited, .. } = made;
    let names: Vec<_> = sources.iter().map(|source| (source.id, &source.name)).collect();
    format!("{names:?}\n{objects:#?}\n{problems:#?}\n{absent:#?}\n{limited}")
}

#[test]
fn a_root_gives_what_it_gives_alone_whatever_was_built_before() {
    let memory = tree();
    let usual = Limits::default();
    let narrow = [
        Limits { depth: 2, ..usual },
        Limits { files: 2, ..usual },
        Limits { files: 4, ..usual },
        Limits { bytes: 300, ..usual },
        Limits { bytes: 600, ..usual },
        Limits { objects: 2, ..usual },
        Limits { objects: 3, ..usual },
        usual,
    ];
    let shared = Shared::new(&memory, []);
    for (limits, partly) in [usual].iter().chain(&narrow).flat_map(|limits| [(limits, false), (limits, true)]) {
        for root in ROOTS.iter().chain(ROOTS.iter().rev()) {
            let alone = built(&Shared::new(&memory, []), root, limits, partly);
            assert_eq!(built(&shared, root, limits, partly), alone, "{root}, {limits:?}, {partly}");
        }
    }
}

#[test]
fn a_base_that_multiplies_is_counted_each_time() {
    let mut files = Vec::new();
    for number in 0..20 {
        let next = number + 1;
        for name in ["a", "b"] {
            let text = match number {
                19 => "resources:\n- map.yaml\n".to_owned(),
                _ => format!("namePrefix: {name}\nresources:\n- ../a{next}\n- ../b{next}\n"),
            };
            files.push((format!("{name}{number}/kustomization.yaml"), text));
        }
    }
    for name in ["a", "b"] {
        let text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n");
        files.push((format!("{name}19/map.yaml"), text));
    }
    let memory: Memory = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let of = |shared: &Shared<'_>, limits: &Limits| built(shared, "a0", limits, false);
    for limits in [Limits { objects: 100, ..Limits::default() }, Limits { files: 300, ..Limits::default() }] {
        let shared = Shared::new(&memory, []);
        for number in (8..20).rev() {
            built(&shared, &format!("a{number}"), &Limits::default(), false);
        }
        let (warm, alone) = (of(&shared, &limits), of(&Shared::new(&memory, []), &limits));
        assert!(alone.contains("more than"), "{alone}");
        assert_eq!(warm, alone);
    }
}
