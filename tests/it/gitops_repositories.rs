//! Repositories of kustomizations, Applications and operators: what is an alternative, what others make or fill in, and what nobody
//! edits or applies is not said as if somebody had forgotten it.

use crate::common::program::{is_error, ledger, of_rule, report, told, tree};

const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: a, image: 'ghcr.io/acme/web:1.2.3', resources: {limits: {memory: 1Gi}}}]}\n";

fn patch(tag: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    spec: {{containers: [{{name: a, image: 'ghcr.io/acme/web:{tag}'}}]}}\n"
    )
}

/// `severity rule file:line` of each finding of a rule.
fn severities(dir: &std::path::Path, rule: &str) -> Vec<String> {
    told(&report(dir, &["check"]), of_rule(rule))
}

#[test]
fn a_file_beside_a_patch_for_the_same_object_is_another_choice() {
    let (one, other) = (patch("1.26"), patch("1.28"));
    let dir = tree(&[
        ("web/kustomization.yaml", "resources: [web.yaml]\npatches: [{path: versions/v-1.28.yaml}]\n"),
        ("web/web.yaml", WEB),
        ("web/versions/v-1.28.yaml", &*other),
        ("web/versions/v-1.26.yaml", &*one),
        (
            "web/variants/small.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n",
        ),
        (
            "web/variants/else.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: other}\nspec: {replicas: 1, template: {spec: {containers: [{name: a, image: a}]}}}\n",
        ),
    ]);
    let found = report(dir.path(), &["check"]);
    let skipped = ledger(&found);
    for name in ["web/versions/v-1.26.yaml patch", "web/variants/small.yaml patch"] {
        assert!(skipped.contains(&name.to_owned()), "{skipped:?}");
    }
    assert!(
        told(&found, is_error).iter().all(|line| line.contains("web/variants/else.yaml")),
        "{:?}",
        told(&found, is_error)
    );
    assert!(!told(&found, is_error).is_empty());
}

pub(crate) const INGRESS: &str = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: shop}\nspec:\n  ingressClassName: nginx\n  tls: [{hosts: [a.example.org], secretName: tls}]\n  rules: [{host: a.example.org, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: gate, port: {number: 80}}}}]}}]\n";
pub(crate) const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: other, namespace: shop}\nspec: {ports: [{port: 80}], externalName: a.example.org, type: ExternalName}\n";

#[test]
fn what_an_unknown_operator_may_make_is_not_sure_to_be_missing() {
    let of = |resource: &str| {
        let dir = tree(&[("a.yaml", INGRESS), ("b.yaml", SERVICE), ("c.yaml", resource)]);
        severities(dir.path(), "dangling-ingress-backend")
    };
    let (sure, unsure) = (["warning dangling-ingress-backend a.yaml:7"], ["info dangling-ingress-backend a.yaml:7"]);
    assert_eq!(
        of("apiVersion: delivery.acme.org/v1\nkind: Pipelines\nmetadata: {name: main, namespace: shop}\n"),
        unsure
    );
    assert_eq!(
        of("apiVersion: delivery.acme.org/v1\nkind: Pipelines\nmetadata: {name: main, namespace: other}\n"),
        sure
    );
    // Of a kind that is known it is known what is made of it.
    assert_eq!(
        of("apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: main, namespace: shop}\nspec: {}\n"),
        sure
    );
}

#[test]
fn what_a_component_lacks_comes_from_whoever_includes_it() {
    let of = |kind: &str| {
        let head = format!("apiVersion: kustomize.config.k8s.io/v1\nkind: {kind}\n");
        let root = format!("{head}resources: [a.yaml, b.yaml]\n");
        let dir = tree(&[("part/kustomization.yaml", &*root), ("part/a.yaml", INGRESS), ("part/b.yaml", SERVICE)]);
        severities(dir.path(), "dangling-ingress-backend")
    };
    assert_eq!(of("Component"), ["info dangling-ingress-backend part/a.yaml:7"]);
    assert_eq!(of("Kustomization"), ["warning dangling-ingress-backend part/a.yaml:7"]);
}

#[test]
fn a_pod_that_somebody_runs_by_hand_is_a_remark() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: shell}\nspec: {hostNetwork: true, containers: [{name: a, image: 'a:1'}]}\n";
    let web = application("web");
    let root = ("apps/web.yaml", &*web);
    let dir = tree(&[root, ("web/web.yaml", WEB), ("shell.yaml", pod)]);
    assert_eq!(severities(dir.path(), "host-network"), ["info host-network shell.yaml:4"]);
    // Where nothing says what is deployed, it may be that.
    let dir = tree(&[("web/web.yaml", WEB), ("shell.yaml", pod)]);
    assert_eq!(severities(dir.path(), "host-network"), ["warning host-network shell.yaml:4"]);
    let dir = tree(&[root, ("web/web.yaml", WEB), ("web/shell.yaml", pod)]);
    assert_eq!(severities(dir.path(), "host-network"), ["warning host-network web/shell.yaml:4"]);
}

#[test]
fn what_lies_in_an_archive_is_refused_by_nobody() {
    let wrong = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, targetport: 81}]}\n";
    let of = |name: &str, more: &[(&str, &str)]| {
        let files: Vec<_> = more.iter().copied().chain([(name, wrong)]).collect();
        severities(tree(&files).path(), "unknown-field")
    };
    assert_eq!(of("apps/_disabled/a.yaml", &[]), ["info unknown-field apps/_disabled/a.yaml:4"]);
    assert_eq!(of("apps/web/a.yaml", &[]), ["error unknown-field apps/web/a.yaml:4"]);
    // What something outside takes in is applied.
    let taken = [("kustomization.yaml", "resources: [old/.archive/a.yaml]\n")];
    assert_eq!(of("old/.archive/a.yaml", &taken), ["error unknown-field old/.archive/a.yaml:4"]);
}

#[test]
fn what_kubectl_patches_with_is_no_object() {
    let part = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: a, env: [{name: A, value: b}]}]}}}\n";
    let of = |name: &str, script: &str| {
        let dir = tree(&[(name, part), ("Makefile", script)]);
        told(&report(dir.path(), &["validate"]), is_error)
    };
    assert_eq!(of("config/web-patch.yaml", ""), [""; 0]);
    assert_eq!(of("config/more.yaml", "run:\n\tkubectl patch deployment web --patch-file config/more.yaml\n"), [""; 0]);
    assert!(!of("config/more.yaml", "run:\n\tkubectl apply -f config/more.yaml\n").is_empty());
}

#[test]
fn a_definition_cut_down_for_a_test_is_not_the_kind() {
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: applications.argoproj.io}\nspec:\n  group: argoproj.io\n  names: {kind: Application, plural: applications}\n  scope: Namespaced\n  versions: [{name: v1alpha1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {source: {type: object}}}}}}}]\n";
    let web = application("web");
    let of = |name: &str| {
        let dir = tree(&[(name, definition), ("apps/web.yaml", &*web)]);
        told(&report(dir.path(), &["validate"]), of_rule("unknown-field")).len()
    };
    assert_eq!(of("test/external_crds/a.yaml"), 0);
    assert!(of("crds/a.yaml") > 0);
}

fn application(name: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  project: default\n  source: {{repoURL: 'https://git.example.org/x', path: {name}, targetRevision: HEAD}}\n  destination: {{server: 'https://kubernetes.default.svc', namespace: shop}}\n"
    )
}

#[test]
fn the_default_project_allows_what_it_does_not_speak_of() {
    let of = |spec: &str| {
        let project = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {{name: default, namespace: argocd}}\nspec: {spec}\n"
        );
        let dir =
            tree(&[("apps/project.yaml", &*project), ("apps/web.yaml", &*application("web")), ("web/web.yaml", WEB)]);
        severities(dir.path(), "application-outside-project").len()
    };
    assert_eq!(of("{}"), 0);
    assert_eq!(of("{sourceRepos: ['https://other.example.org/*'], destinations: []}"), 2);
}

#[test]
fn a_repository_whose_secret_names_the_project_is_allowed() {
    let project = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: shop, namespace: argocd}\nspec: {sourceRepos: [], destinations: [{server: '*', namespace: '*'}]}\n";
    let web = application("web").replace("project: default", "project: shop");
    let secret = |project: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: x, namespace: argocd, labels: {{argocd.argoproj.io/secret-type: repository}}}}\nstringData: {{url: 'https://git.example.org/x', project: {project}}}\n"
        )
    };
    let of = |of: &str| {
        let dir = tree(&[
            ("apps/project.yaml", project),
            ("apps/web.yaml", &*web),
            ("apps/secret.yaml", &*secret(of)),
            ("web/web.yaml", WEB),
        ]);
        severities(dir.path(), "application-outside-project").len()
    };
    assert_eq!(of("shop"), 0);
    assert_eq!(of("other"), 1);
}

#[test]
fn argocd_may_be_told_to_let_kustomizations_read_anywhere() {
    let web = application("web");
    let of = |options: &str| {
        let map = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: argocd-cm, namespace: argocd}}\ndata: {{kustomize.buildOptions: '{options}'}}\n"
        );
        let dir = tree(&[
            ("apps/web.yaml", &*web),
            ("apps/cm.yaml", &*map),
            ("web/kustomization.yaml", "resources: [../shared/web.yaml]\n"),
            ("shared/web.yaml", WEB),
        ]);
        told(&report(dir.path(), &["validate"]), is_error).len()
    };
    assert_eq!(of("--load-restrictor LoadRestrictionsNone"), 0);
    assert_eq!(of("--enable-helm"), 1);
}

#[test]
fn a_namespace_that_several_applications_go_to_is_told_of_once() {
    let (one, two) = (application("web"), application("db"));
    let db = WEB.replace("name: web", "name: db").replace("app: web", "app: db");
    let dir = tree(&[("apps/web.yaml", &*one), ("apps/db.yaml", &*two), ("web/web.yaml", WEB), ("db/db.yaml", &*db)]);
    assert_eq!(severities(dir.path(), "missing-network-policy").len(), 1);
}

#[test]
fn what_a_server_answered_and_what_indexes_a_text_is_no_manifest() {
    let words: Vec<String> = (0..20).map(|at| format!("\"word{at}\": []")).collect();
    let index = format!("{{\"kind\": [], \"metadata\": {{}}, {}}}", words.join(", "));
    let dir = tree(&[
        (
            ".kube/cache/discovery/a/serverresources.json",
            "{\"kind\": \"APIResourceList\", \"apiVersion\": \"v1\", \"groupVersion\": \"apps/v1\", \"resources\": []}",
        ),
        ("site/search-index.json", &*index),
        (".pre-commit-config.yaml", "repos:\n- hooks: [{files: \"a\\/b\"}]\n"),
        ("web.yaml", WEB),
    ]);
    assert_eq!(told(&report(dir.path(), &["validate"]), is_error), [""; 0]);
}

#[test]
fn a_variable_that_flux_knows_nothing_of_is_not_empty() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web, namespace: flux-system}\nspec:\n  interval: 1h\n  prune: true\n  path: ./web\n  sourceRef: {kind: GitRepository, name: flux-system}\n  postBuild: {substitute: {APP: web}}\n";
    let volume = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec:\n  capacity: {storage: 1Gi}\n  accessModes: [ReadWriteMany]\n  nfs:\n    server: \"${NFS_HOST}\"\n    path: /a\n";
    let dir = tree(&[("clusters/web.yaml", flux), ("web/volume.yaml", volume)]);
    assert_eq!(told(&report(dir.path(), &["validate"]), is_error), [""; 0]);
}

#[test]
fn a_base_for_others_may_have_what_they_generate() {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1', envFrom: [{configMapRef: {name: backup}}]}]}}}\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n";
    let of = |name: &str| {
        let user = format!(
            "resources: ['https://github.com/acme/bases//db?ref=main']\nconfigMapGenerator:\n- {{name: {name}, literals: [a=b]}}\n"
        );
        let dir = tree(&[
            ("db/kustomization.yaml", "resources: [job.yaml, map.yaml]\n"),
            ("db/job.yaml", job),
            ("db/map.yaml", map),
            ("example/kustomization.yaml", &*user),
        ]);
        severities(dir.path(), "dangling-configmap-reference").iter().filter(|line| !line.starts_with("info")).count()
    };
    assert_eq!(of("backup"), 0);
    assert_eq!(of("else"), 1);
}

#[test]
fn an_example_to_be_filled_in_is_a_remark() {
    let ingress = INGRESS.replace("host: a.example.org, http", "host: NAMESPACE-web.example.org, http");
    let of = |name: &str| told(&report(tree(&[(name, &*ingress)]).path(), &["validate"]), is_error).len();
    assert_eq!(of("web/example/ingress.yaml"), 0);
    assert_eq!(of("web/ingress.yaml"), 1);
}

const FLUX: &str = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: NAME, namespace: flux-system}\nspec:\n  interval: 1h\n  prune: true\n  path: ./PATH\n  sourceRef: {kind: GitRepository, name: flux-system}\n";

/// A Flux Kustomization of a name for a path.
fn flux(name: &str, path: &str) -> String {
    FLUX.replace("NAME", name).replace("PATH", path)
}

/// What the list of apps leaves out is not deployed, nor what its own Kustomization would deploy; where the list is complete, or
/// something else deploys it, it is.
#[test]
fn what_is_deployed_leaves_aside_what_it_does_not_list() {
    let broken = "resources: [gone.yaml]\n";
    let (old, new) = (flux("second", "apps/media/second/app"), flux("new", "apps/media/new/app"));
    let files = [
        ("clusters/home/apps.yaml", flux("apps", "apps")),
        ("apps/media/kustomization.yaml", "resources: [new/ks.yaml]\n".to_owned()),
        ("apps/media/new/ks.yaml", new),
        ("apps/media/new/app/kustomization.yaml", broken.to_owned()),
        ("apps/media/second/ks.yaml", old.clone()),
        ("apps/media/second/app/kustomization.yaml", broken.to_owned()),
        ("apps/media/none/kustomization.yaml", broken.to_owned()),
        ("apps/alone/kustomization.yaml", broken.to_owned()),
    ];
    let of = |files: &[(&str, String)]| {
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let dir = tree(&files);
        severities(dir.path(), "kustomize-build-failed")
    };
    let found = of(&files);
    let severity = |found: &[String], folder: &str| {
        let line = found.iter().find(|line| line.contains(folder));
        line.and_then(|line| line.split(' ').next().map(str::to_owned)).unwrap_or_default()
    };
    let of_all = |found: &[String]| {
        ["apps/media/new/app/", "apps/media/second/app/", "apps/media/none/", "apps/alone/"]
            .map(|at| severity(found, at))
    };
    assert_eq!(of_all(&found), ["error", "info", "info", "error"], "{found:?}");
    let mut listed = files.to_vec();
    listed[1].1 = "resources: [new/ks.yaml, second/ks.yaml]\n".to_owned();
    assert_eq!(of_all(&of(&listed)), ["error", "error", "info", "error"]);
    let mut elsewhere = files.to_vec();
    elsewhere.push(("clusters/home/second.yaml", old));
    assert_eq!(of_all(&of(&elsewhere)), ["error", "error", "info", "error"]);
    let mut open = files.to_vec();
    open.push(("clusters/home/any.yaml", flux("any", "apps/media/${APP}")));
    assert_eq!(of_all(&of(&open)), ["error", "error", "error", "error"]);
    open.pop();
    open.push(("clusters/home/any.yaml", flux("any", "apps/${CLUSTER}/third/app")));
    assert_eq!(of_all(&of(&open)), ["error", "info", "info", "error"]);
    open.push(("clusters/home/any.yaml", flux("any", "${TOP}/media/second/app")));
    assert_eq!(of_all(&of(&open)), ["error", "error", "info", "error"]);
    let mut template = files.to_vec();
    template.push(("templates/ks.yaml", flux("$NAME", "$NAME/app")));
    assert_eq!(of_all(&of(&template)), ["error", "info", "info", "error"]);
}

/// A definition of Sails whose area is of some type.
fn sails(area: &str) -> String {
    format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: sails.acme.example}}\nspec:\n  group: acme.example\n  scope: Namespaced\n  names: {{kind: Sail, plural: sails}}\n  versions: [{{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, properties: {{spec: {{type: object, properties: {{area: {{type: {area}}}}}}}}}}}}}}}]\n"
    )
}

/// The definition that counts is the one in use: not that of an older release, or of a test; of a channel, for what is of that
/// channel; whatever lies beside the object.
#[test]
fn a_definition_in_use_counts_before_older_ones_and_those_of_tests() {
    let (new, old) = (sails("integer"), sails("string"));
    let sail = "apiVersion: acme.example/v1\nkind: Sail\nmetadata: {name: a}\nspec: {area: 3}\n";
    let of = |files: &[(&str, &str)]| told(&report(tree(files).path(), &["validate"]), of_rule("type-invalid")).len();
    let releases: Vec<String> = (0..12).map(|minor| format!("releases/sails-1.{minor}.0.yaml")).collect();
    let with_releases = |definition: &'static str, text: &str| {
        let mut files: Vec<(&str, &str)> = releases.iter().map(|name| (name.as_str(), old.as_str())).collect();
        files.extend([("config/crd/kustomization.yaml", "resources: [bases/a.yaml]\n"), (definition, text)]);
        files.push(("samples/a.yaml", sail));
        of(&files)
    };
    assert_eq!(with_releases("config/crd/bases/a.yaml", &new), 0);
    assert_eq!(of(&[("pkg/images/test_release.yaml", &old), ("crds/a.yaml", &new), ("pkg/apps/a.yaml", sail)]), 0);
    assert_eq!(of(&[("pkg/images/test_release.yaml", &old), ("crds/a.yaml", &new), ("pkg/images/a.yaml", sail)]), 1);
    assert_eq!(of(&[("pkg/images/test_release.yaml", &old), ("apps/a.yaml", sail)]), 1, "there is no other");
    for (channel, wrong) in [("experimental", 0), ("standard", 1)] {
        let at = format!("samples/{channel}/a.yaml");
        assert_eq!(
            of(&[("config/crd/experimental/a.yaml", &new), ("config/crd/standard/a.yaml", &old), (&at, sail)]),
            wrong,
            "{channel}"
        );
    }
}
