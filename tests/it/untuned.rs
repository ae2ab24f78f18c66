//! What repositories hold that nobody wrote for this program: values that are handed over elsewhere, files of other tools, samples,
//! packages of a generator; and faults that follow from one another.

use serde_json::Value;

use crate::common::program::{is_error, ledger, of_rule, report, told, tree};

const CHART: &str = "apiVersion: v2\nname: mas\nversion: 0.1.0\n";
const PULL: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: pull}\ntype: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: >-\n    {{ .Values.pull_key }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {id: \"{{ .Values.instance_id }}\"}\n";

fn loud(found: &Value, rule: &str) -> Vec<String> {
    told(found, |finding| finding["rule"] == rule && finding["severity"] != "info")
}

#[test]
fn a_chart_that_a_templated_application_hands_values_to_is_not_judged_by_its_own() {
    let app = |path: &str, more: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: \"{{{{ .Values.id }}}}\"}}\nspec:\n  source:\n    path: {path}\n    {more}\n"
        )
    };
    let plugin = "plugin: {name: avp, env: [{name: VALUES, value: 'pull_key: x'}]}";
    let check = |app: &str| {
        let dir = tree(&[
            ("apps/130-mas/Chart.yaml", CHART),
            ("apps/130-mas/values.yaml", "pull_key: \"\"\nmas_instance_id: a\n"),
            ("apps/130-mas/templates/a.yaml", PULL),
            ("roots/Chart.yaml", "apiVersion: v2\nname: roots\nversion: 0.1.0\n"),
            ("roots/values.yaml", "id: a\nchart: mas\n"),
            ("roots/templates/app.yaml", app),
        ]);
        let found = report(dir.path(), &["check"]);
        (loud(&found, "unknown-chart-value").len(), loud(&found, "invalid").len())
    };
    assert_eq!(check(&app("apps/130-mas", plugin)), (0, 0));
    assert_eq!(check(&app("apps/130-{{ .Values.chart }}", plugin)), (0, 0));
    // Another chart's Application says nothing of this one.
    assert_eq!(check(&app("apps/131-other", plugin)), (1, 1));
    assert_eq!(check(&app("{{ .Values.chart }}", plugin)), (1, 1));
}

fn flux(path: &str, more: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: apps, namespace: flux-system}}\nspec:\n  interval: 1h\n  prune: true\n  path: {path}\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n  postBuild: {{substituteFrom: [{{kind: ConfigMap, name: settings}}]}}\n{more}"
    )
}

fn settings(data: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings, namespace: flux-system}}\ndata: {data}\n")
}

#[test]
fn a_variable_that_each_cluster_defines_otherwise_is_not_empty() {
    let secret = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: a, namespace: shop}\nspec:\n  secretStoreRef: {name: s, kind: ClusterSecretStore}\n  data:\n  - secretKey: a\n    remoteRef:\n      key: ${DB_PATH}\n";
    let (one, other) = (settings("{DB_PATH: kv/db, TIER: prod}"), settings("{TIER: prod}"));
    let check = |kustomization: &str| {
        let dir = tree(&[
            ("clusters/apps/settings.yaml", &one),
            ("clusters/infra/settings.yaml", &other),
            (kustomization, &flux("./workloads/web", "")),
            ("workloads/web/a.yaml", secret),
        ]);
        loud(&report(dir.path(), &["check"]), "required").len()
    };
    assert_eq!(check("workloads/ks.yaml"), 0);
    // The ConfigMap beside the Kustomization is the one that is meant.
    assert_eq!(check("clusters/apps/ks.yaml"), 0);
    assert_eq!(check("clusters/infra/ks.yaml"), 1);
}

#[test]
fn a_reference_by_a_name_that_is_filled_in_does_not_dangle() {
    let gateway = |name: &str| {
        format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: '{name}', namespace: net}}\nspec: {{gatewayClassName: a, listeners: [{{name: a, port: 80, protocol: HTTP}}]}}\n---\n"
        )
    };
    let route = |name: &str| {
        format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: r, namespace: net}}\nspec: {{parentRefs: [{{name: '{name}'}}]}}\n"
        )
    };
    let check = |name: &str| {
        let found = report(tree(&[("a.yaml", &(gateway("inner") + &route(name)))]).path(), &["check"]);
        (told(&found, of_rule("dangling-gateway-reference")).len(), ledger(&found))
    };
    assert_eq!(check("${GATEWAY_NAME}"), (0, vec!["a.yaml template".to_owned()]));
    assert_eq!(check("outer").0, 1);
}

#[test]
fn what_a_broken_kustomization_names_as_a_patch_is_one() {
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: web}]}}}\n";
    let broken = "resources:\n  - service.yaml\nimages:\n  - name: a\n    newName: {account}.example.com/a\npatchesStrategicMerge:\n  - web.yaml\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{}]}\n";
    let dir = tree(&[("app/kustomization.yaml", broken), ("app/web.yaml", patch), ("app/service.yaml", service)]);
    let found = report(dir.path(), &["check"]);
    let errors = told(&found, is_error);
    assert!(errors.iter().all(|line| !line.contains("app/web.yaml")), "{errors:?}");
    assert!(errors.iter().any(|line| line.contains("app/service.yaml")), "what it takes in is judged: {errors:?}");
    assert!(errors.iter().any(|line| line.starts_with("error yaml-syntax app/kustomization.yaml")), "{errors:?}");
    assert!(ledger(&found).contains(&"app/web.yaml patch".to_owned()));
}

#[test]
fn patches_for_other_tools_are_no_manifests() {
    let found = report(
        tree(&[
            ("build/che-patch.yaml", "apiVersion: org.eclipse.che/v2\nmetadata: {annotations: {a: b}}\nspec: {}\n"),
            ("build/dispatch.yaml", "apiVersion: org.eclipse.che/v2\nmetadata: {annotations: {a: b}}\nspec: {}\n"),
        ])
        .path(),
        &["check"],
    );
    assert_eq!(told(&found, is_error), ["error missing-kind build/dispatch.yaml:1"]);
    assert!(ledger(&found).contains(&"build/che-patch.yaml patch".to_owned()));
    // What it lacks is said once.
    let part = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec: {containers: [{name: web}]}\n";
    let found = report(tree(&[("build/web-patch.yaml", part), ("apps/web.yaml", part)]).path(), &["check"]);
    let of = |file: &str| told(&found, is_error).iter().filter(|line| line.contains(file)).count();
    assert!(of("build/web-patch.yaml") <= 1 && of("apps/web.yaml") > 1, "{:?}", told(&found, is_error));
}

#[test]
fn files_of_other_programs_are_no_broken_manifests() {
    let dir = tree(&[
        (".sops.yaml", "%YAML 1.1\n# how it is encrypted\n---\ncreation_rules: []\n"),
        ("lib/.releaserc.yml", "plugins:\n  - @semantic-release/git\n  - @semantic-release/npm\n"),
        (
            "metaphor/values.yaml",
            "ingress:\n  annotations:\n    <ISSUER_ANNOTATION_1>\n    <ISSUER_ANNOTATION_2>\n\n\n\n\n  host: a\n",
        ),
        ("modules/argocd/values.yaml", "server:\n  %{~ if tls ~}\n  tls: true\n  %{~ endif ~}\n"),
        ("tests/web_test.yaml", "suite: web\ntests:\n  - it: works\n    pattern: \"\\s\"\n"),
        ("etc/detect.yaml", "apiVersion: 1.0\nkind: detect-anomaly\nmetadata: {name: a}\ntask: {}\n"),
    ]);
    let found = report(dir.path(), &["check"]);
    assert_eq!(told(&found, is_error), Vec::<String>::new());
    let ledger = ledger(&found);
    for file in [
        ".sops.yaml",
        "lib/.releaserc.yml",
        "metaphor/values.yaml",
        "modules/argocd/values.yaml",
        "tests/web_test.yaml",
    ] {
        assert!(ledger.iter().any(|line| line.starts_with(file)), "{file}: {ledger:?}");
    }
    let dir = tree(&[(".web.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a b: c}\n")]);
    assert_eq!(told(&report(dir.path(), &["check"]), is_error).len(), 1, "a manifest is one, whatever its name");
}

#[test]
fn objects_without_a_line_between_them_are_one_fault() {
    let text = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {a: b, a: c}\n";
    let found = report(tree(&[("a.yaml", text)]).path(), &["check"]);
    let of_keys = told(&found, of_rule("duplicate-key"));
    assert_eq!(of_keys, ["error duplicate-key a.yaml:4", "error duplicate-key a.yaml:7"]);
}

#[test]
fn samples_that_a_generator_left_empty_are_there_to_be_filled_in() {
    let issuer = "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a, namespace: x}\nspec: {}\n";
    let check = |samples: usize, taken: bool| {
        let names: Vec<_> = (0..samples).map(|n| format!("config/samples/a{n}.yaml")).collect();
        let mut files: Vec<_> = names.iter().map(|name| (name.as_str(), issuer)).collect();
        files.push(("deploy/a.yaml", issuer));
        if taken {
            files.push(("overlays/prod/kustomization.yaml", "resources: [../../config/samples/a0.yaml]\n"));
        }
        loud(&report(tree(&files).path(), &["check"]), "required")
    };
    let of_deploy = check(0, false).len();
    assert!(of_deploy > 0);
    assert_eq!(check(10, false).len(), of_deploy, "what is applied is told");
    assert!(check(3, false).len() > of_deploy, "a few are somebody's omission");
    assert!(check(10, true).len() > of_deploy, "what a cluster applies is no sample any more");
}

#[test]
fn samples_of_two_versions_are_not_the_same_object_twice() {
    let issuer = |version: &str| {
        format!("apiVersion: example.com/{version}\nkind: Web\nmetadata: {{name: a, namespace: x}}\nspec: {{}}\n")
    };
    let (old, new) = (issuer("v1"), issuer("v2"));
    let check = |folder: &str| {
        let [one, other, list] = ["v1.yaml", "v2.yaml", "kustomization.yaml"].map(|name| format!("{folder}/{name}"));
        let files = [(one.as_str(), old.as_str()), (&other, &new), (&list, "resources: [v1.yaml, v2.yaml]\n")];
        let found = report(tree(&files).path(), &["check"]);
        let messages = found["findings"].as_array().expect("a list").iter().filter(|f| f["rule"] == "duplicate-object");
        messages.map(|f| f["message"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(check("config/samples"), Vec::<String>::new());
    assert_eq!(check("deploy"), ["Web `a` is also defined in another file that is applied together with this one"]);
}

#[test]
fn what_follows_from_a_fault_is_not_told_beside_it() {
    let web = |spec: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{{spec}template: {{metadata: {{labels: {{a: b}}}}, spec: {{containers: [{{name: web, image: 'ghcr.io/acme/web:1.2.3'}}]}}}}}}\n"
        )
    };
    let found = report(tree(&[("a.yaml", &web(""))]).path(), &["check"]);
    assert_eq!(told(&found, is_error), ["error required a.yaml:4"]);
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";
    let other = web("selector: {matchLabels: {app: web}}, ") + service;
    let found = report(tree(&[("a.yaml", &other)]).path(), &["check"]);
    assert_eq!(told(&found, is_error).len(), 1);
    assert_eq!(told(&found, of_rule("dangling-service-selector")), Vec::<String>::new());
    let found =
        report(tree(&[("a.yaml", &other.replace("selector: {app: web}", "selector: {app: wep}"))]).path(), &["check"]);
    assert_eq!(told(&found, of_rule("dangling-service-selector")).len(), 1, "another Service dangles all the same");
}

#[test]
fn fields_below_a_value_of_the_wrong_type_are_not_unknown_as_well() {
    let text = "apiVersion: k8s.mariadb.com/v1alpha1\nkind: MariaDB\nmetadata: {name: a, namespace: x}\nspec:\n  image: {repository: a, tag: b}\n  storage: {size: 1Gi}\n  bogus: 1\n";
    let found = report(tree(&[("a.yaml", text)]).path(), &["check"]);
    assert_eq!(told(&found, of_rule("type-invalid")).len(), 1);
    let unknown = told(&found, of_rule("unknown-field"));
    assert!(unknown.len() == 1 && unknown[0].ends_with(" a.yaml:7"), "{unknown:?}");
}

#[test]
fn a_line_of_a_chart_that_is_wrong_in_every_release_is_one_finding() {
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: a, image: 'ghcr.io/acme/web:1.2.3'}]\n  volumes:\n  {{- range .Values.volumes }}\n  - name: {{ . }}\n    tmpfs: {}\n  {{- end }}\n";
    let dir = tree(&[
        ("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n"),
        ("web/values.yaml", "volumes: [a, b, c]\n"),
        ("web/templates/a.yaml", template),
    ]);
    assert_eq!(told(&report(dir.path(), &["check"]), of_rule("unknown-field")).len(), 1);
}

#[test]
fn packages_that_a_generator_made_are_told_once() {
    let package = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}-system}}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: manager, namespace: {name}-system}}\nspec: {{selector: {{matchLabels: {{a: b}}}}, template: {{metadata: {{labels: {{a: b}}}}, spec: {{containers: [{{name: manager, image: 'ghcr.io/acme/{name}:1.2.3', ports: [{{containerPort: 80}}], resources: {{limits: {{memory: 1Gi}}}}}}]}}}}}}\n"
        )
    };
    let count = |packages: usize| {
        let names = (0..packages).map(|n| format!("pack{n:02}"));
        let files: Vec<_> = names.map(|name| (format!("config/manager/{name}/a.yaml"), package(&name))).collect();
        let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let found = report(tree(&files).path(), &["check"]);
        let of_policy = found["findings"].as_array().expect("a list").iter();
        let of_policy: Vec<_> =
            of_policy.filter(|f| f["rule"] == "missing-network-policy" && f["severity"] == "warning").collect();
        let mut messages = of_policy.iter().map(|f| f["message"].as_str().unwrap_or_default().to_owned());
        (of_policy.len(), messages.next_back().unwrap_or_default())
    };
    let (number, message) = count(12);
    assert_eq!(number, 1, "{message}");
    assert!(message.ends_with("in 11 more packages made alike"), "{message}");
    assert_eq!(count(3).0, 3);
}

#[test]
fn placeholders_in_tests_and_examples_are_one_remark_a_folder() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '${NAME}'}\n";
    let dir = tree(&[
        ("tests/config/a.yaml", text),
        ("tests/config/b.yaml", text),
        ("config/examples/advanced/c.yaml", text),
        ("k8s-templates/c.yaml", text),
        ("deploy/d.yaml", text),
    ]);
    let mut lines = told(&report(dir.path(), &["check"]), of_rule("unfilled-placeholder"));
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "info unfilled-placeholder config/examples/advanced/c.yaml:3",
            "info unfilled-placeholder k8s-templates/c.yaml:3",
            "info unfilled-placeholder tests/config/a.yaml:3",
            "warning unfilled-placeholder deploy/d.yaml:3",
        ]
    );
}

#[test]
fn a_version_that_the_operator_here_does_not_serve_is_not_advised() {
    let secret = "apiVersion: external-secrets.io/v1beta1\nkind: ExternalSecret\nmetadata: {name: a, namespace: x}\nspec: {secretStoreRef: {name: s, kind: ClusterSecretStore}, dataFrom: [{extract: {key: a}}]}\n";
    let app = |version: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: eso, namespace: argocd}}\nspec:\n  project: default\n  source:\n    repoURL: https://charts.external-secrets.io\n    targetRevision: {version}\n    chart: external-secrets\n  destination: {{server: 'https://kubernetes.default.svc', namespace: eso}}\n"
        )
    };
    let check = |version: &str| {
        let dir = tree(&[("a.yaml", secret), ("eso.yaml", &app(version))]);
        told(&report(dir.path(), &["check"]), of_rule("deprecated-custom-api"))
    };
    assert_eq!(check("0.8.1"), ["info deprecated-custom-api a.yaml:1"]);
    assert_eq!(check("0.17.0"), ["warning deprecated-custom-api a.yaml:1"]);
}

#[test]
fn what_needs_a_privilege_by_its_job_is_a_remark_outside_of_standards() {
    let tunnel = "apiVersion: v1\nkind: Pod\nmetadata: {name: vpn}\nspec: {containers: [{name: vpn, image: 'ghcr.io/qdm12/gluetun:v3.40.0', securityContext: {capabilities: {add: [NET_ADMIN]}}}]}\n";
    let constraints = "apiVersion: security.openshift.io/v1\nkind: SecurityContextConstraints\nmetadata: {name: acme-csi}\nallowPrivilegedContainer: true\nusers: ['system:serviceaccount:acme:csi-node-sa']\n";
    let dir = tree(&[("vpn.yaml", tunnel), ("csi.yaml", constraints)]);
    let found = report(dir.path(), &["check"]);
    assert_eq!(told(&found, of_rule("dangerous-capability")), ["info dangerous-capability vpn.yaml:4"]);
    let rule = "privileged-security-context-constraints";
    assert_eq!(told(&found, of_rule(rule)), ["info privileged-security-context-constraints csi.yaml:4"]);
    let found = report(dir.path(), &["check", "--profile", "pss-baseline"]);
    assert!(!loud(&found, "dangerous-capability").is_empty(), "a standard makes no exceptions");
    let dir = tree(&[("csi.yaml", &constraints.replace("csi-node-sa", "web"))]);
    assert!(told(&report(dir.path(), &["check"]), of_rule(rule))[0].starts_with("warning "));
}

#[test]
fn half_of_a_kustomization_that_is_a_patch_deploys_nothing() {
    let half = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: any}\nspec: {interval: 1h, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}\n";
    let stub = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web, namespace: flux-system}\nspec: {path: ./sites/web}\n";
    let check = |patches: &str| {
        let dir = tree(&[
            ("clusters/a/kustomization.yaml", &format!("resources: [own.yaml]\n{patches}")),
            ("clusters/a/own.yaml", &stub.replace("web", "own")),
            ("apps/base.yaml", half),
            ("apps/web/base/stub.yaml", stub),
        ]);
        loud(&report(dir.path(), &["check"]), "required").into_iter().filter(|line| line.contains("stub.yaml")).count()
    };
    assert_eq!(check("patches: [{path: ../../apps/base.yaml, target: {kind: Kustomization}}]\n"), 0);
    assert_eq!(check(""), 3);
}

#[test]
fn a_release_that_brings_policies_of_its_own_lacks_none() {
    let workload = |name: &str| {
        format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: argocd}}\nspec: {{selector: {{matchLabels: {{app: {name}}}}}, template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{containers: [{{name: a, image: 'quay.io/argoproj/argocd:v2.14.2', ports: [{{containerPort: 80}}]}}]}}}}}}\n"
        )
    };
    let rest = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: argocd}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\nrules: []\n";
    let policy = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: argocd}\nspec: {podSelector: {matchLabels: {app: server}}, policyTypes: [Ingress]}\n";
    let check = |policy: &str| {
        let text = [&workload("server"), rest, &workload("notifications"), policy].concat();
        loud(&report(tree(&[("install.yaml", &text)]).path(), &["check"]), "missing-network-policy").len()
    };
    assert_eq!((check(policy), check("")), (0, 1));
}

/// Charts that differ are told apart, also where their texts are read again.
#[test]
fn charts_that_differ_are_no_packages_made_alike() {
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  hostNetwork: {{ .Values.hostNetwork }}\n  containers: [{name: a, image: 'ghcr.io/acme/web:1.2.3'}]\n";
    let count = |differ: bool| {
        let mut files = Vec::new();
        for n in 0..12 {
            let more = if differ { format!("size: {n}\n") } else { String::new() };
            let chart = format!("charts/chart{n:02}");
            files.push((format!("{chart}/Chart.yaml"), format!("apiVersion: v2\nname: chart{n:02}\nversion: 0.1.0\n")));
            files.push((format!("{chart}/values.yaml"), format!("hostNetwork: true\n{more}")));
            files.push((format!("{chart}/templates/a.yaml"), template.to_owned()));
        }
        let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        told(&report(tree(&files).path(), &["check"]), of_rule("host-network")).len()
    };
    assert_eq!((count(true), count(false)), (12, 1));
}
