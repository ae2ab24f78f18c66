//! Small changes to a repository with all that makes sets: folders beside each other, bases and overlays, a chart, an Application,
//! definitions. A session says what a run from cold says after each, though it looks at a few objects alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::super::*;
use super::{pool, said, snapshot};
use crate::engine::Settings;
use crate::files::{Files, Memory};
use crate::finding::{Category, Severity};
use crate::object::Object;
use crate::rule::{Program, RuleInfo, SetContext};
use crate::rules;

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec:\n  \
                          replicas: 2\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    \
                          spec:\n      serviceAccountName: web\n      containers:\n      - name: web\n        image: web:1.0\n        \
                          ports: [{containerPort: 80}]\n        resources: {requests: {memory: 64Mi}, limits: {memory: 64Mi}}\n        \
                          envFrom: [{configMapRef: {name: settings}}]\n        args: [--secret, token]\n";
const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: \
                       [{port: 80, targetPort: 80}]}\n";
const CONFIG: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {a: 'x', b: token}\n";
const NAMESPACE: &str = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: \
                         {pod-security.kubernetes.io/enforce: baseline}}\n";
const KUSTOMIZATION: &str = "resources: [../../base, config.yaml]\n";

const FILES: [(&str, &str); 35] = [
    ("envs/dev/deployment.yaml", DEPLOYMENT),
    ("envs/dev/service.yaml", SERVICE),
    ("envs/dev/config.yaml", CONFIG),
    ("envs/prod/deployment.yaml", DEPLOYMENT),
    ("envs/prod/service.yaml", SERVICE),
    ("envs/prod/namespace.yaml", NAMESPACE),
    ("envs/stage/deployment.yaml", DEPLOYMENT),
    ("envs/stage/config.yaml", CONFIG),
    (
        "envs/budget.yaml",
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: shop}\nspec: {minAvailable: 2, selector: \
         {matchLabels: {app: web}}}\n",
    ),
    ("base/deployment.yaml", DEPLOYMENT),
    ("base/kustomization.yaml", "resources: [deployment.yaml]\n"),
    ("overlays/a/kustomization.yaml", KUSTOMIZATION),
    ("overlays/a/config.yaml", CONFIG),
    ("overlays/b/kustomization.yaml", KUSTOMIZATION),
    ("overlays/b/config.yaml", CONFIG),
    ("chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\n"),
    ("chart/values.yaml", "port: 80\nimage: web:1.0\n"),
    (
        "chart/templates/service.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Release.Name }}}\nspec: {selector: {app: web}, ports: [{port: {{ \
         .Values.port }}}]}\n",
    ),
    (
        "crds/boat.yaml",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: boats.example.org}\nspec:\n  group: \
         example.org\n  scope: Namespaced\n  names: {kind: Boat, plural: boats}\n  versions:\n  - name: v1\n    served: true\n    \
         storage: true\n    schema: {openAPIV3Schema: {type: object, properties: {hull: {type: integer}}}}\n",
    ),
    ("boats/one.yaml", "apiVersion: example.org/v1\nkind: Boat\nmetadata: {name: web}\nhull: wood\n"),
    (
        "argocd/app.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop, namespace: argocd}\nspec:\n  project: default\n  \
         source: {repoURL: https://example.org/shop.git, path: overlays/a, targetRevision: HEAD}\n  destination: {server: \
         https://kubernetes.default.svc, namespace: shop}\n",
    ),
    (
        "shared/ingress.yaml",
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: shop}\nspec:\n  rules: [{host: a.example.org, \
         http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]\n",
    ),
    (
        "shared/roles.yaml",
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop}\n---\napiVersion: \
         rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: web, namespace: shop}\nroleRef: {apiGroup: \
         rbac.authorization.k8s.io, kind: Role, name: web}\nsubjects: [{kind: ServiceAccount, name: web}]\n",
    ),
    (
        "shared/policy.yaml",
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec: {podSelector: {matchLabels: \
         {app: web}}, policyTypes: [Ingress], ingress: [{ports: [{port: 80}]}]}\n",
    ),
    (
        "shared/pod.yaml",
        "# kubevet: ignore[latest-image-tag] known\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {hostPID: \
         true, containers: [{name: a, image: web, env: [{name: X, valueFrom: {secretKeyRef: {name: token, key: a}}}]}]}\n",
    ),
    ("values.yaml", "image: web:1.0\n"),
    // `test` may be an environment; what lies in it asks for what others of its folder speak of.
    ("test/deployment.yaml", DEPLOYMENT),
    ("test/token.yaml", "# kubectl create secret generic other\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"),
    ("overlays/c/kustomization.yaml", "resources: [../../base]\npatches: [{path: patch.yaml}]\n"),
    ("overlays/c/patch.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n"),
    // None of these is a manifest: what they say of those counts all the same.
    (
        "README.md",
        "First `kubectl create configmap settings`, then:\n\n    sed -i s/token/$TOKEN/ envs/dev/deployment.yaml\n",
    ),
    (
        "skaffold.yaml",
        "apiVersion: skaffold/v4beta1\nkind: Config\nmetadata: {name: web}\nbuild: {artifacts: [{image: web}]}\n",
    ),
    ("envs/web.yaml.tmpl", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n"),
    ("boats/main.tf", "locals {\n  boat = yamldecode(file(\"${path.module}/one.yaml\"))\n}\n"),
    (".gitignore", "token\n"),
];

/// What is put in the place of what, where a text has it; a line is added before all others where nothing is replaced.
const CHANGES: [(&str, &str); 29] = [
    ("", "# a comment\n"),
    ("", "# kubevet: ignore[single-replica] why not\n"),
    ("image: web:1.0", "image: web:latest"),
    ("image: web:latest", "image: 'settings'"),
    ("image: 'settings'", "image: web:1.0"),
    ("memory: 64Mi", "memory: 1Gi"),
    ("limits: {memory: 64Mi}", "limits: {}"),
    ("replicas: 2", "replicas: 1"),
    ("name: settings", "name: other"),
    ("name: other", "name: settings"),
    ("app: web", "app: api"),
    ("app: api", "app: web"),
    ("port: 80", "port: 81"),
    ("namespace: shop", "namespace: mall"),
    ("{a: 'x'", "{c: 'x'"),
    ("token", "web"),
    ("name: web", "name: api"),
    ("enforce: baseline", "enforce: restricted"),
    ("type: integer", "type: string"),
    ("path: overlays/a", "path: overlays/b"),
    ("", "# kubectl create secret generic token\n"),
    ("", "#@overlay/match missing_ok=True\n"),
    ("", "# LoadRestrictionsNone, for kustomize.buildOptions\n"),
    ("resources: {requests", "resources: {$patch: delete, requests"),
    ("token", "boats/"),
    ("/one.yaml", "/two.yaml"),
    ("/two.yaml", "/one.yaml"),
    // A template that another tool fills in.
    ("replicas: 2", "replicas: {{ 2 }}"),
    ("replicas: {{ 2 }}", "replicas: 2"),
];

/// A text with the change of a number in it.
fn changed(text: &str, change: usize) -> String {
    let (from, to) = CHANGES[change];
    text.replacen(from, to, 1)
}

/// Numbers of files, and of the changes to them; none where a file goes, or comes back.
fn edits() -> impl Strategy<Value = Vec<(usize, Option<usize>)>> {
    let edit = (0..FILES.len(), prop::option::weighted(0.93, 0..CHANGES.len()));
    prop::collection::vec(edit, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn small_changes_are_seen_by_all_who_see_them_in_a_run_from_cold(edits in edits()) {
        let (one, eight) = (pool(1), pool(8));
        let mut tree: Memory = FILES.iter().copied().collect();
        let engine = Engine::default();
        let mut session = Session::new(Engine::default(), Request::policy());
        session.check(&snapshot(&tree), Changes::Any);
        for (at, (file, change)) in edits.into_iter().enumerate() {
            let (name, first) = FILES[file];
            let text = tree.read(name.as_ref(), u64::MAX).ok().map(|bytes| String::from_utf8(bytes).expect("text"));
            let texts = [name];
            let mut changes = Changes::Any;
            match (text, change) {
                (Some(text), Some(change)) => {
                    tree.put(name, changed(&text, change));
                    let is_plain = (name.ends_with(".yaml") && !name.ends_with("Chart.yaml")) || name.ends_with(".tf");
                    changes = if is_plain { Changes::Texts(&texts) } else { Changes::Any };
                }
                (Some(_), None) => tree.remove(name.as_ref()),
                (None, _) => tree.put(name, first),
            }
            let (warm, cold) = if at % 2 == 0 { (&one, &eight) } else { (&eight, &one) };
            let warm = warm.install(|| said(&session.check(&snapshot(&tree), changes)));
            let cold = cold.install(|| said(&engine.check(&snapshot(&tree), &Request::policy())));
            prop_assert_eq!(warm, cold, "after edit {}: change {:?} of {}", at, change, name);
        }
    }
}

/// A rule that counts the objects that it is asked about.
struct Counts(Arc<AtomicUsize>);

impl Program for Counts {
    fn check<'t>(&self, _: Object<'t>, _: &mut SetContext<'_, 't>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn sets_that_do_not_see_a_change_are_not_looked_through_again() {
    let count = Arc::new(AtomicUsize::new(0));
    let mut registry = rules::registry();
    let (docs, program) = ("Counts.\n\nMore.".to_owned(), Arc::new(Counts(count.clone())));
    let rule = RuleInfo::of_program("policy/count".to_owned().into(), Category::Hygiene, Severity::Info, docs, program);
    registry.add(rule);
    let engine = Engine::new(Settings { registry: Arc::new(registry), ..Settings::default() });
    let mut session = Session::new(engine, Request::policy());
    let files = ["dev", "prod", "stage"].into_iter().flat_map(|env| {
        [("deployment", DEPLOYMENT), ("service", SERVICE), ("config", CONFIG)]
            .map(|(name, text)| (format!("envs/{env}/{name}.yaml"), text.to_owned()))
    });
    let mut tree: Memory = files.collect();
    let mut looks = |tree: &Memory, changes: Changes<'_>| {
        session.check(&snapshot(tree), changes);
        count.swap(0, Ordering::Relaxed)
    };
    assert_eq!(looks(&tree, Changes::Any), 9);
    assert_eq!(looks(&tree, Changes::Texts(&[])), 0);
    let name = "envs/dev/deployment.yaml";
    tree.put(name, format!("# why\n{}", changed(DEPLOYMENT, 2)));
    assert_eq!(looks(&tree, Changes::Texts(&[name])), 3, "an image is the own set's affair");
    tree.put(name, changed(DEPLOYMENT, 10));
    assert_eq!(looks(&tree, Changes::Texts(&[name])), 9, "others may select by labels");
}
