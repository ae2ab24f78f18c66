//! Files that are wrong or partial on purpose, and what is said of them; faults that follow from one another; copies.

use serde_json::Value;

use crate::common::program::{of_rule, report, run, told, tree};

const CRD: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: webs.shop.example.com}\nspec:\n  group: shop.example.com\n  scope: Namespaced\n  names: {kind: Web, plural: webs, singular: web, listKind: WebList}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            required: [size, tier]\n            properties:\n              size: {type: integer}\n              tier: {type: string, enum: [\"a\", \"b\"]}\n";
const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n  containers:\n  - name: a\n    image: \"\"\n";

fn validity(found: &Value) -> Vec<String> {
    told(found, |finding| {
        let category = finding["category"].as_str().unwrap_or_default();
        ["syntax", "schema", "api"].contains(&category) && finding["severity"] != "info"
    })
}

fn check(files: &[(&str, &str)]) -> Vec<String> {
    validity(&report(tree(files).path(), &["check"]))
}

#[test]
fn a_sample_as_its_generator_made_it_is_one_warning() {
    let web = |spec: &str| format!("apiVersion: shop.example.com/v1\nkind: Web\nmetadata: {{name: a}}\nspec:\n{spec}");
    let check = |spec: &str| check(&[("config/crd/bases/webs.yaml", CRD), ("config/samples/web.yaml", &web(spec))]);
    assert_eq!(check("  # Add fields here\n  foo: bar\n"), ["warning required config/samples/web.yaml:4"]);
    assert_eq!(check("  size: 3\n"), ["error required config/samples/web.yaml:4"]);
}

#[test]
fn what_a_name_or_a_text_says_is_refused_is_a_remark() {
    for name in [
        "samples/error-pod.yaml",
        "docs/asciidoc/topics/pod.yaml",
        "labs/troubleshooting/pod.yaml",
        "web/template/pod.yaml",
    ] {
        assert_eq!(
            check(&[(name, "apiVersion: v1\nkind: Pod\nmetadata: {name: A}\nspec: {containers: []}\n")]),
            [""; 0],
            "{name}"
        );
    }
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
    assert_eq!(check(&[("end.yaml", &format!("# kubectl delete -f end.yaml\n{service}"))]), [""; 0]);
    assert_eq!(check(&[("end.yaml", service)]), ["error required end.yaml:1"]);
    let rendered = format!("---\n# Source: web/templates/service.yaml\n{service}");
    assert_eq!(check(&[("examples/out/service.yaml", &rendered)]), [""; 0]);
    assert_eq!(check(&[("out/service.yaml", &rendered)]).len(), 1);
}

#[test]
fn what_a_set_takes_in_is_refused_as_ever() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: A}\nspec: {containers: []}\n";
    let files = [("app/bad-pod.yaml", pod), ("app/kustomization.yaml", "resources: [bad-pod.yaml]\n")];
    assert!(!check(&files).is_empty());
}

#[test]
fn a_value_that_was_left_empty_is_a_warning() {
    assert_eq!(check(&[("a.yaml", POD)]), ["warning required a.yaml:7"]);
    assert_eq!(check(&[("a.yaml", &POD.replace("\"\"", ""))]), ["error required a.yaml:7"]);
}

#[test]
fn a_part_of_what_another_file_has_whole_is_one_warning() {
    let whole = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: 'web:1'}]}\n";
    let part = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  template:\n    spec:\n      topologySpreadConstraints:\n      - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}\n";
    let found = report(tree(&[("k8s/web.yaml", whole), ("k8s/topology.yaml", part)]).path(), &["check"]);
    let loud = told(&found, |finding| finding["file"] == "k8s/topology.yaml" && finding["severity"] != "info");
    assert_eq!(loud.len(), 1, "{loud:?}");
    assert!(loud[0].starts_with("warning required k8s/topology.yaml:"), "{loud:?}");
    // Alone it is what it is.
    assert!(check(&[("k8s/topology.yaml", part)]).len() > 1);
}

#[test]
fn a_terraform_module_completes_what_it_reads() {
    let part = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: kured, namespace: kube-system}\nspec: {template: {spec: {containers: [{name: kured, args: [a]}]}}}\n";
    let module = "locals { patch = file(\"${path.module}/kustomize/kured.yaml\") }\n";
    assert_eq!(check(&[("m/init.tf", module), ("m/kustomize/kured.yaml", part)]), [""; 0]);
    assert!(!check(&[("m/init.tf", "locals {}\n"), ("m/kustomize/kured.yaml", part)]).is_empty());
}

#[test]
fn a_program_builds_the_kustomization_that_it_embeds() {
    let files = [
        ("pkg/res/res.go", "package res\n\n//go:embed web\nvar FS embed.FS\n"),
        ("pkg/res/web/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("pkg/res/web/pod.yaml", POD),
    ];
    assert_eq!(check(&files), [""; 0]);
    assert!(!check(&files[1..]).is_empty());
}

#[test]
fn what_follows_from_a_fault_is_not_told_beside_it() {
    let web = |spec: &str| {
        format!("apiVersion: shop.example.com/v1\nkind: Web\nmetadata: {{name: a, namespace: b}}\nspec:\n{spec}")
    };
    let check = |spec: &str| check(&[("crds/webs.yaml", CRD), ("web.yaml", &web(spec))]);
    assert_eq!(check("  size: 3\n  tier: yes\n").len(), 1);
    assert_eq!(check("  sizes: 3\n  tier: a\n"), ["error unknown-field web.yaml:5"]);
    let pod = POD.replace("\"\"", "a:1\n    volumeMounts: [{name: Data, mountPath: /a}]")
        + "  volumes:\n  - name: Data\n    emptyDir: {}\n";
    let found = report(tree(&[("a.yaml", &pod)]).path(), &["check"]);
    assert_eq!(told(&found, of_rule("not-found")), [""; 0]);
    // The server says all of it.
    let found = report(tree(&[("a.yaml", &pod)]).path(), &["validate"]);
    assert_eq!(told(&found, of_rule("not-found")).len(), 1);
}

#[test]
fn placeholders_are_not_compared() {
    let pod = "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\nspec:\n  selector: {app: a}\n  ports:\n  - name: amqp\n    port: ${A:-5672}\n  - name: ui\n    port: ${B:-15672}\n";
    let found = report(tree(&[("a.yaml", pod)]).path(), &["check"]);
    assert_eq!(told(&found, of_rule("duplicate")), [""; 0]);
}

#[test]
fn an_api_that_is_gone_is_told_once_for_a_file_of_many() {
    let found = |kind: &str, count: usize| {
        let one = |n: usize| format!("apiVersion: {kind}\nmetadata: {{name: a{n}.b.c}}\n");
        let file = (0..count).map(one).collect::<Vec<_>>().join("---\n");
        told(&report(tree(&[("a.yaml", &file)]).path(), &["check"]), of_rule("unknown-kind")).len()
    };
    let definition = "apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition";
    assert_eq!((found(definition, 5), found(definition, 2)), (1, 2));
    // The one fix changes all of them.
    let role = |n: usize| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1beta1\nkind: ClusterRole\nmetadata: {{name: a{n}}}\nrules: []\n"
        )
    };
    let dir = tree(&[("a.yaml", &(0..5).map(role).collect::<Vec<_>>().join("---\n"))]);
    run(dir.path(), &["check", "--unsafe-fixes"]);
    let fixed = std::fs::read_to_string(dir.path().join("a.yaml")).expect("the file");
    assert!(!fixed.contains("v1beta1"), "{fixed}");
}

#[test]
fn copies_of_a_file_are_told_once_but_for_environments() {
    let web = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      containers:\n      - name: web\n        image: web:latest\n";
    let found = |one: &str, other: &str| {
        let found = report(tree(&[(one, web), (other, web)]).path(), &["check"]);
        told(&found, |finding| finding["rule"] == "latest-image-tag" && finding["severity"] != "info")
    };
    assert_eq!(found("s1/web.yaml", "s2/web.yaml"), ["warning latest-image-tag s1/web.yaml:17"]);
    assert_eq!(found("dev/web.yaml", "prod/web.yaml").len(), 2);
}

#[test]
fn a_definition_in_another_part_of_the_repository_does_not_outrule_the_bundled_one() {
    let old = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: clusterissuers.cert-manager.io}\nspec:\n  group: cert-manager.io\n  scope: Cluster\n  names: {kind: ClusterIssuer, plural: clusterissuers, singular: clusterissuer, listKind: ClusterIssuerList}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            properties: {ca: {type: object, properties: {secretName: {type: string}}}}\n";
    let issuer = "apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata: {name: a}\nspec: {selfSigned: {}}\n";
    assert_eq!(
        check(&[("terraform/cert/crd.yaml", old), ("apps/issuer.yaml", issuer)]),
        ["warning unknown-field apps/issuer.yaml:4"]
    );
    assert_eq!(
        check(&[("apps/cert/crd.yaml", old), ("apps/issuer.yaml", issuer)]),
        ["error unknown-field apps/issuer.yaml:4"]
    );
    // What both refuse is refused.
    let wrong = issuer.replace("selfSigned: {}", "ca: {secretName: 5}");
    assert_eq!(
        check(&[("terraform/cert/crd.yaml", old), ("apps/issuer.yaml", &wrong)]),
        ["error type-invalid apps/issuer.yaml:4"]
    );
}

#[test]
fn what_ytt_or_another_program_makes_something_else_of_is_a_remark() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata:\n  #@ if data.values.tls:\n  a: b\n  #@ else:\n  a: c\n  #@ end\n";
    assert_eq!(check(&[("a.yaml", map)]), [""; 0]);
    assert_eq!(check(&[("a.yaml", &map.replace("#@ ", "# "))]).len(), 1);
    let broken = "a: b\n c: d\n";
    assert_eq!(check(&[("pnpm-lock.yaml", broken)]), [""; 0]);
    let names = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NS_ID-web-BUILD_ID}\n";
    let found =
        report(tree(&[("a.yaml", names), ("Jenkinsfile", "sh \"sed -i s/NS_ID/x/ a.yaml\"\n")]).path(), &["check"]);
    assert_eq!(validity(&found), [""; 0]);
}

#[test]
fn a_chart_that_git_lfs_has_not_fetched_is_lacking() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    let chart = "apiVersion: v2\nname: web\nversion: 0.1.0\ndependencies:\n- {name: db, version: 1.0.0, repository: 'https://a.b'}\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n";
    let check = |archive: &str| {
        let files = [("web/Chart.yaml", chart), ("web/charts/db-1.0.0.tgz", archive), ("web/templates/a.yaml", map)];
        told(&report(tree(&files).path(), &["check"]), |finding| finding["severity"] == "error").len()
    };
    assert_eq!((check(pointer), check("no archive")), (0, 1));
    let template = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: {{ include \"db.name\" . }}}\n";
    let files = [("web/Chart.yaml", chart), ("web/charts/db-1.0.0.tgz", pointer), ("web/templates/a.yaml", template)];
    let found = report(tree(&files).path(), &["check"]);
    let messages = found["findings"].as_array().into_iter().flatten().map(|one| one["message"].to_string());
    assert!(
        messages.clone().any(|message| message.contains("`git lfs pull` fetches it")),
        "{:?}",
        messages.collect::<Vec<_>>()
    );
}

#[test]
fn one_of_many_that_nothing_deploys_is_left_aside() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\nspec: {interval: 1h, prune: true, path: ./clusters/main, sourceRef: {kind: GitRepository, name: flux-system}}\n";
    let web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: 'web:latest'}]}\n";
    let count = |deployed: &[&str]| {
        let list: Vec<String> = deployed.iter().map(|app| format!("../../apps/{app}")).collect();
        let main = format!("resources: [{}]\n", list.join(", "));
        let dir = tree(&[("flux.yaml", flux), ("clusters/main/kustomization.yaml", &main)]);
        for app in ["a", "b", "c", "d"] {
            let folder = dir.path().join("apps").join(app);
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(folder.join("web.yaml"), web.replace("web,", &format!("{app},"))).expect("a file");
            std::fs::write(folder.join("kustomization.yaml"), "resources: [web.yaml]\n").expect("a file");
        }
        let is_loud = |finding: &Value| finding["rule"] == "latest-image-tag" && finding["severity"] != "info";
        told(&report(dir.path(), &["check"]), |finding| is_loud(finding) && finding["file"] == "apps/d/web.yaml").len()
    };
    assert_eq!((count(&["a", "b", "c"]), count(&["a", "b", "c", "d"]), count(&["a"])), (0, 1, 1));
}

#[test]
fn older_releases_that_are_kept_are_no_manifests_in_use() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec: {containers: [{name: a, image: 'a:latest', securityContext: {privileged: true}}]}\n";
    let mut files = Vec::new();
    for version in ["v1.0.0", "v1.1.0", "v1.2.0"] {
        files.push((format!("deploy/{version}/a.yaml"), pod.to_owned()));
        files.push((
            format!("charts/{version}/web/Chart.yaml"),
            "apiVersion: v2\nname: web\nversion: 1.0.0\n".to_owned(),
        ));
        files.push((format!("charts/{version}/web/templates/a.yaml"), pod.to_owned()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let found = report(tree(&files).path(), &["check"]);
    let loud = told(&found, |finding| finding["rule"] == "privileged-container" && finding["severity"] != "info");
    assert_eq!(
        loud,
        [
            "error privileged-container charts/v1.2.0/web/templates/a.yaml:4",
            "error privileged-container deploy/v1.2.0/a.yaml:4"
        ]
    );
}

#[test]
fn a_file_for_old_clusters_is_named_so() {
    let role =
        "apiVersion: rbac.authorization.k8s.io/v1beta1\nkind: Role\nmetadata: {name: a, namespace: shop}\nrules: []\n";
    assert_eq!(check(&[("deploy/deploy_k8s_1.21.yaml", role)]), [""; 0]);
    assert_eq!(check(&[("deploy/deploy_k8s_1.22.yaml", role)]).len(), 1);
}

#[test]
fn what_lacks_nearly_all_is_a_stub() {
    let stub = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b}\nspec: {group: '', names: {kind: '', plural: ''}, scope: '', versions: []}\n";
    let found = check(&[("config/crd/bases/_.yaml", stub)]);
    assert_eq!(found.iter().filter(|line| line.starts_with("error required")).count(), 0, "{found:?}");
    assert_eq!(found.iter().filter(|line| line.starts_with("warning")).count(), 1, "{found:?}");
}

#[test]
fn a_kustomization_to_be_copied_lacks_files() {
    let built = |folder: &str| {
        let dir = tree(&[(&format!("{folder}/kustomization.yaml"), "resources: [namespace.yaml]\n")]);
        told(&report(dir.path(), &["check"]), of_rule("kustomize-build-failed"))
    };
    assert_eq!(built("_flux_templates"), ["info kustomize-build-failed _flux_templates/kustomization.yaml:1"]);
    assert_eq!(built("flux"), ["error kustomize-build-failed flux/kustomization.yaml:1"]);
}
