//! What has one cause, told once, and told at its place.

use crate::common::program::{is_error, of_rule, report, told, tree};

fn all(found: &serde_json::Value, rules: &[&str]) -> Vec<String> {
    told(found, |finding| rules.iter().any(|rule| finding["rule"] == **rule))
}

/// The definition of HelmRepository as Flux has it, and an object of an older version.
fn flux(versions: &[(&str, bool)]) -> Vec<String> {
    let version = |(name, deprecated): &(&str, bool)| {
        format!(
            "{{name: {name}, served: true, storage: {}, deprecated: {deprecated}, schema: {{openAPIV3Schema: {{type: object, x-kubernetes-preserve-unknown-fields: true}}}}}}",
            *name == versions[0].0
        )
    };
    let versions: Vec<_> = versions.iter().map(version).collect();
    let definition = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: helmrepositories.source.toolkit.fluxcd.io}}\nspec:\n  group: source.toolkit.fluxcd.io\n  scope: Namespaced\n  names: {{kind: HelmRepository, plural: helmrepositories}}\n  versions: [{}]\n",
        versions.join(", ")
    );
    let old = "apiVersion: source.toolkit.fluxcd.io/v1beta2\nkind: HelmRepository\nmetadata: {name: a, namespace: shop}\nspec: {interval: 1h, url: 'https://example.org'}\n";
    let dir = tree(&[("flux-system/gotk-components.yaml", &*definition), ("apps/a.yaml", old)]);
    all(&report(dir.path(), &["check"]), &["deprecated-custom-api", "deprecated-crd-version"])
}

#[test]
fn a_version_that_no_definition_here_serves_comes_later() {
    let (loud, mild) = (["warning deprecated-custom-api apps/a.yaml:1"], ["info deprecated-custom-api apps/a.yaml:1"]);
    assert_eq!(flux(&[("v1beta2", false), ("v1beta1", false)]), mild);
    assert_eq!(flux(&[("v1", false), ("v1beta2", false)]), loud);
    // The definition says it, too.
    assert_eq!(flux(&[("v1", false), ("v1beta2", true)]), loud);
}

#[test]
fn flux_that_is_installed_as_an_artifact_has_a_version() {
    let check = |tag: &str| {
        let source = |name: &str, url: &str, tag: &str| {
            format!(
                "apiVersion: source.toolkit.fluxcd.io/v1beta2\nkind: OCIRepository\nmetadata: {{name: {name}, namespace: flux-system}}\nspec:\n  interval: 10m\n  url: oci://{url}\n  ref:\n    tag: {tag}\n"
            )
        };
        let dir = tree(&[("flux.yaml", &*source("flux", "ghcr.io/fluxcd/flux-manifests", tag))]);
        told(&report(dir.path(), &["check"]), of_rule("deprecated-custom-api"))
    };
    assert_eq!(check("v2.2.3"), ["info deprecated-custom-api flux.yaml:1"]);
    assert_eq!(check("v2.7.1"), ["warning deprecated-custom-api flux.yaml:1"]);
}

#[test]
fn a_tag_in_the_values_of_a_chart_is_one_finding() {
    let template = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n        - name: web\n          image: \"web:{{ .Values.image.tag }}\"\n          imagePullPolicy: {{ .Values.image.pullPolicy }}\n";
    let check = |tag: &str| {
        let values = format!("image:\n  tag: {tag}\n  pullPolicy: IfNotPresent\n");
        let dir = tree(&[
            ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n"),
            ("values.yaml", &*values),
            ("templates/web.yaml", template),
        ]);
        all(&report(dir.path(), &["check"]), &["latest-image-tag", "stale-latest-image"])
    };
    assert_eq!(check("latest"), ["warning latest-image-tag values.yaml:2"]);
    assert_eq!(check("1.2.3"), Vec::<String>::new());
}

#[test]
fn a_list_that_a_kustomization_has_twice_is_told() {
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n";
    let check = |second: &str| {
        let root = format!("resources:\n  - ../base\nreplicas: [{{name: web, count: 2}}]\n{second}:\n  - a.yaml\n");
        let web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec: {containers: [{name: a, image: 'a:1'}]}\n";
        let dir = tree(&[
            ("base/kustomization.yaml", "resources: [web.yaml]\n"),
            ("base/web.yaml", web),
            ("prod/kustomization.yaml", &*root),
            ("prod/a.yaml", config),
        ]);
        let found = report(dir.path(), &["check"]);
        let failed = found["findings"].as_array().expect("a list").iter().find(|one| is_error(one));
        let related = failed.map(|one| one["related"][0]["line"].clone());
        (told(&found, of_rule("duplicate-key")).len(), related)
    };
    // The build fails for want of what the first list brings.
    assert_eq!(check("resources"), (1, Some(serde_json::json!(4))));
    assert_eq!(check("configMapGenerator").0, 0);
}

#[test]
fn a_list_that_is_lost_without_a_failure_is_an_error() {
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n";
    let dir = tree(&[
        ("kustomization.yaml", "resources: [a.yaml]\nnamePrefix: x-\nresources: [b.yaml]\n"),
        ("a.yaml", config),
        ("b.yaml", &*config.replace("name: a", "name: b")),
    ]);
    assert_eq!(told(&report(dir.path(), &["check"]), is_error), ["error duplicate-key kustomization.yaml:3"]);
}

#[test]
fn a_part_of_an_application_whose_other_part_is_remote_may_have_its_services() {
    let route = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: books}\nspec:\n  hosts: ['*']\n  http: [{route: [{destination: {host: productpage, port: {number: 9080}}}]}]\n";
    let other =
        "apiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {selector: {a: b}, ports: [{port: 80}]}\n";
    let space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: books}\n";
    let check = |folder: &str, resource: &str| {
        let dir = tree(&[
            ("configuration/books/base/kustomization.yaml", "resources: [route.yaml, other.yaml]\n"),
            ("configuration/books/base/route.yaml", route),
            ("configuration/books/base/other.yaml", other),
            (&format!("{folder}/kustomization.yaml"), &format!("resources: [a.yaml{resource}]\n")),
            (&format!("{folder}/a.yaml"), space),
        ]);
        told(&report(dir.path(), &["check"]), of_rule("dangling-route-backend"))
    };
    let remote = ", 'https://example.org/books.yaml'";
    let line =
        |severity: &str| vec![format!("{severity} dangling-route-backend configuration/books/base/route.yaml:6")];
    assert_eq!(check("application/books/base", remote), line("info"));
    assert_eq!(check("application/books/overlays/v1.24", remote), line("info"));
    // Another application, or one of which all is here.
    assert_eq!(check("application/games/base", remote), line("warning"));
    assert_eq!(check("application/books/base", ""), line("warning"));
}

#[test]
fn apis_that_are_gone_are_told_once_for_a_chart_that_another_brings() {
    let chart = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
    let role = "apiVersion: rbac.authorization.k8s.io/v1beta1\nkind: Role\nmetadata: {name: a}\nrules: []\n";
    let policy = "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: {name: a}\nspec: {}\n";
    let check = |folder: &str| {
        let dir = tree(&[
            ("web/Chart.yaml", &*chart("web")),
            (&format!("{folder}/Chart.yaml"), &chart("db")),
            (&format!("{folder}/templates/a.yaml"), role),
            (&format!("{folder}/templates/b.yaml"), policy),
        ]);
        all(&report(dir.path(), &["check"]), &["unknown-kind"])
    };
    assert_eq!(check("web/charts/db"), ["error unknown-kind web/charts/db/templates/a.yaml:1"]);
    assert_eq!(check("db").len(), 2);
}

#[test]
fn a_volume_that_is_missing_is_missed_once() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n  containers:\n  - name: a\n    image: a:1\n    volumeMounts:\n    - {name: data, mountPath: /a}\n    - {name: data, mountPath: /b}\n";
    let check = |pod: &str| all(&report(tree(&[("a.yaml", pod)]).path(), &["check"]), &["not-found"]);
    assert_eq!(check(pod), ["error not-found a.yaml:9"]);
    assert_eq!(check(&pod.replace("name: data, mountPath: /b", "name: other, mountPath: /b")).len(), 2);
    let two = format!("{pod}---\n{}", pod.replace("name: a, namespace", "name: b, namespace"));
    assert_eq!(check(&two).len(), 2);
}

#[test]
fn a_credential_in_many_places_is_one_finding() {
    let pod = |name: &str, value: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  containers:\n  - name: a\n    image: a:1\n    env:\n    - name: DB_PASSWORD\n      value: {value}\n"
        )
    };
    let dir = tree(&[
        ("a.yaml", &*pod("a", "Vk93-mmPq-2")),
        ("b.yaml", &*pod("b", "\"Vk93-mmPq-2\"")),
        ("c.yaml", &*pod("c", "Zx81-qwLp-7")),
    ]);
    let found = report(dir.path(), &["check"]);
    let lines = all(&found, &["plaintext-secret-in-env"]);
    assert_eq!(lines, ["error plaintext-secret-in-env a.yaml:10", "error plaintext-secret-in-env c.yaml:10"]);
    let first = found["findings"].as_array().expect("a list").iter().find(|f| f["rule"] == "plaintext-secret-in-env");
    let message = first.and_then(|finding| finding["message"].as_str()).unwrap_or_default();
    assert!(message.ends_with("(the same value in 1 more place)"), "{message}");
    assert!(!message.contains("Vk93"));
}

#[test]
fn items_of_one_list_are_one_finding() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n  containers:\n  - name: a\n    image: a:1\n    securityContext:\n      capabilities:\n        add:\n        - SYS_ADMIN\n        - NET_ADMIN\n        - SYS_TIME\n";
    let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a, namespace: shop}\nrules:\n- apiGroups: ['']\n  resources: [pods]\n  verbs: [read, write, get]\n- apiGroups: ['']\n  resources: [secrets]\n  verbs: [fetch]\n";
    let dir = tree(&[("a.yaml", pod), ("b.yaml", role)]);
    let found = report(dir.path(), &["check"]);
    assert_eq!(all(&found, &["dangerous-capability"]), ["warning dangerous-capability a.yaml:11"]);
    assert_eq!(
        all(&found, &["unknown-rbac-verb"]),
        ["warning unknown-rbac-verb b.yaml:7", "warning unknown-rbac-verb b.yaml:10"]
    );
    let messages: Vec<_> =
        found["findings"].as_array().expect("a list").iter().map(|f| f["message"].to_string()).collect();
    assert!(
        messages.iter().any(|m| m.contains("`SYS_ADMIN`") && m.contains("(and `NET_ADMIN`, `SYS_TIME`)")),
        "{messages:?}"
    );
    assert!(messages.iter().any(|m| m.contains("`read` (and `write`)")), "{messages:?}");
}

#[test]
fn a_field_that_is_empty_is_required_and_no_more() {
    let volume = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: 'a:1'}]\n  volumes:\n  - name: a\n    azureDisk:\n      kind: Managed\n      diskName: a\n      diskURI:\n";
    let found = |command: &str| told(&report(tree(&[("a.yaml", volume)]).path(), &[command]), is_error).len();
    assert_eq!((found("check"), found("validate")), (1, 2));
}

#[test]
fn fields_in_the_wrong_map_are_told_together() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: a:1\n    readinessProbe:\n      exec:\n        command: [ls]\n        initialDelaySeconds: 1\n        periodSeconds: 2\n        failureThreshold: 3\n";
    let dir = tree(&[("a.yaml", pod)]);
    assert_eq!(told(&report(dir.path(), &["check"]), of_rule("unknown-field")), ["error unknown-field a.yaml:11"]);
    assert_eq!(told(&report(dir.path(), &["validate"]), of_rule("unknown-field")).len(), 3);
}

#[test]
fn a_pod_is_refused_once_for_all_that_is_wrong() {
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n  containers: [{name: a, image: 'a:1'}]\n";
    let found = report(tree(&[("a.yaml", &format!("{namespace}---\n{pod}"))]).path(), &["check"]);
    assert_eq!(told(&found, of_rule("pod-security-violation")).len(), 1);
}

#[test]
fn a_key_from_a_file_that_is_made_later_does_not_lack() {
    let kustomization = "kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nsecretGenerator:\n- name: pull\n  type: kubernetes.io/dockerconfigjson\n  files: [.dockerconfigjson=secret/pull.json]\n";
    let dir = tree(&[("kustomization.yaml", kustomization), (".gitignore", "secret/\n")]);
    assert_eq!(told(&report(dir.path(), &["check"]), is_error), Vec::<String>::new());
}

#[test]
fn all_of_another_repository_is_not_all_of_this_one() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: other, namespace: flux-system}\nspec:\n  interval: 1h\n  prune: true\n  path: .\n  targetNamespace: other\n  sourceRef: {kind: GitRepository, name: other}\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";
    let part = |name: &str| format!("kind: Kustomization\nnamespace: {name}\nresources: [web.yaml]\n");
    let files = [
        ("sync/kustomization.yaml", "kind: Kustomization\nresources: [../a, ../b, other.yaml]\n"),
        ("sync/other.yaml", flux),
        ("a/kustomization.yaml", &*part("a")),
        ("a/web.yaml", service),
        ("b/kustomization.yaml", &*part("b")),
        ("b/web.yaml", service),
    ];
    assert_eq!(told(&report(tree(&files).path(), &["check"]), of_rule("duplicate-object")), Vec::<String>::new());
}

#[test]
fn a_folder_in_a_comment_alone_is_not_deployed() {
    let instance = "apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {name: flux, namespace: flux-system}\nspec: {sync: {kind: GitRepository, path: clusters/one}}\n";
    let lacking = "kind: Kustomization\nresources: [gone.yaml]\n";
    let build = |entry: &str, with: &str| {
        let parent = format!("kind: Kustomization\nresources:\n{entry}\n- web.yaml\n");
        let web = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";
        let files = [
            ("clusters/one/apps/kustomization.yaml", &*parent),
            ("clusters/one/apps/web.yaml", web),
            ("clusters/one/apps/old/kustomization.yaml", lacking),
            ("clusters/one/flux.yaml", with),
        ];
        told(&report(tree(&files).path(), &["check"]), of_rule("kustomize-build-failed"))
    };
    assert_eq!(build("# - old", instance), ["info kustomize-build-failed clusters/one/apps/old/kustomization.yaml:2"]);
    assert!(build("- old", instance).iter().any(|line| line.starts_with("error ")));
}

#[test]
fn a_key_that_a_template_writes_twice_is_told() {
    let template = "apiVersion: v1\nkind: Service\napiVersion: {{ .Values.api }}\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";
    let files = [
        ("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("web/values.yaml", "api: v1\n"),
        ("web/templates/web.yaml", template),
    ];
    let found = report(tree(&files).path(), &["check"]);
    assert_eq!(told(&found, of_rule("duplicate-key")), ["warning duplicate-key web/templates/web.yaml:3"]);
}

#[test]
fn a_base_leaves_the_namespace_of_its_account_to_who_takes_it_in() {
    let binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: web}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\nsubjects: [{kind: ServiceAccount, name: web}]\n";
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\n";
    let found = |resources: &str, account: &str| {
        let kustomization = format!("resources: {resources}\n");
        let files = [("kustomization.yaml", &*kustomization), ("binding.yaml", binding), ("account.yaml", account)];
        told(&report(tree(&files).path(), &["check"]), of_rule("required"))
    };
    let both = "[binding.yaml, account.yaml]";
    assert_eq!(found(both, account), ["warning required binding.yaml:5"]);
    // Nothing fills it in where the account has its namespace, or is another's.
    let placed = account.replace("name: web", "name: web, namespace: shop");
    assert_eq!(found(both, &placed), ["error required binding.yaml:5"]);
    assert_eq!(found(both, &account.replace("name: web", "name: api")), ["error required binding.yaml:5"]);
    assert_eq!(found("[binding.yaml]", account), ["error required binding.yaml:5"]);
}

#[test]
fn charts_whose_charts_are_not_fetched_are_one_finding() {
    let chart = |name: &str| {
        format!(
            "apiVersion: v2\nname: {name}\nversion: 0.1.0\ndependencies: [{{name: db, version: 1.0.0, repository: 'https://charts.example.org'}}]\n"
        )
    };
    let template = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: {{ include \"db.name\" . }}}\n";
    let (a, b) = (chart("a"), chart("b"));
    let files = [
        ("a/Chart.yaml", &*a),
        ("a/templates/a.yaml", template),
        ("b/Chart.yaml", &*b),
        ("b/templates/b.yaml", template),
    ];
    let found = report(tree(&files).path(), &["check"]);
    assert_eq!(told(&found, of_rule("chart-not-checked")), ["warning chart-not-checked a/Chart.yaml:4"]);
    assert!(found["findings"].to_string().contains("(and 1 more chart like it)"), "{}", found["findings"]);
}

#[test]
fn policies_for_an_operator_s_manager_are_for_who_installs_it() {
    let manager = |label: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop}}\nspec:\n  selector: {{matchLabels: {{control-plane: {label}}}}}\n  template:\n    metadata: {{labels: {{control-plane: {label}}}}}\n    spec: {{containers: [{{name: web, image: 'web:1', ports: [{{containerPort: 80}}]}}]}}\n"
        )
    };
    let check = |label: &str| {
        let found = report(tree(&[("a.yaml", &*manager(label))]).path(), &["check"]);
        told(&found, of_rule("missing-network-policy"))
    };
    assert_eq!(check("controller-manager"), ["info missing-network-policy a.yaml:3"]);
    assert_eq!(check("web"), ["warning missing-network-policy a.yaml:3"]);
}
