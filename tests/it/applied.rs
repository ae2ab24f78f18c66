//! What of a repository is applied, together with what: what is left out of it, what defines and makes what, what is told of files
//! that are filled in elsewhere.

use serde_json::Value;

use crate::common::files::write;
use crate::common::program::{is_error, ledger, of_rule, report, run, told, tree};

const PRIVILEGED: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: diver, namespace: reef}\nspec: {containers: [{name: a, \
                          image: 'ghcr.io/acme/diver:1.2.3', securityContext: {privileged: true}}]}\n";

const TEST: &str = "apiVersion: chainsaw.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: dive}\nspec: {steps: []}\n";

#[test]
fn fixtures_of_tests_are_left_out_and_what_is_dangerous_in_them_is_still_told() {
    let partial = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nstatus: {readyReplicas: 1}\n";
    let dir = tree(&[
        ("e2e/dive/chainsaw-test.yaml", TEST),
        ("e2e/dive/want.yaml", partial),
        ("e2e/dive/pod.yaml", PRIVILEGED),
        ("suite/01-install.yaml", partial),
        ("suite/01-assert.yaml", partial),
        ("pkg/testdata/broken.yaml", "a: [1\n"),
        ("app/web.yaml", partial),
    ]);
    let found = report(dir.path(), &["check"]);
    let validity = told(&found, |finding| is_error(finding) && finding["category"] != "security");
    assert_eq!(validity.len(), 1, "what is no fixture is checked: {validity:?}");
    assert!(validity.iter().all(|line| line.contains("app/web.yaml")));
    let dangerous = told(&found, of_rule("privileged-container"));
    assert_eq!(dangerous.len(), 1);
    assert!(dangerous[0].starts_with("info privileged-container e2e/dive/pod.yaml:"), "{dangerous:?}");
    let left_out: Vec<_> = ledger(&found).into_iter().filter(|line| line.ends_with(" test-fixture")).collect();
    assert_eq!(left_out.len(), 6, "{left_out:?}");
    let strict = report(dir.path(), &["check", "--strict-files"]);
    assert!(told(&strict, of_rule("privileged-container"))[0].starts_with("error"));
}

#[test]
fn what_a_set_claims_is_applied_whatever_it_looks_like() {
    let recorded = PRIVILEGED.replace("{name: diver,", "{uid: 7d2c, resourceVersion: '5', name: diver,")
        + "status: {phase: Running}\n";
    let kustomized: [(&str, &str); 3] = [
        ("app/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("app/pod.yaml", PRIVILEGED),
        ("app/chainsaw-test.yaml", TEST),
    ];
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: argocd}\nspec: \
                       {project: default, destination: {name: in-cluster}, source: {repoURL: 'https://git.example/a', path: live}}\n";
    let by_argo = [("argo/app.yaml", application), ("live/pod.yaml", &recorded)];
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a, namespace: flux-system}\nspec: \
                {interval: 1h, prune: true, path: ./live, sourceRef: {kind: GitRepository, name: a}}\n";
    let by_flux = [("flux/ks.yaml", flux), ("live/x/pod.yaml", &recorded)];
    for files in [&kustomized[..], &by_argo, &by_flux] {
        let found = report(tree(files).path(), &["check"]);
        let dangerous = told(&found, of_rule("privileged-container"));
        assert!(dangerous.len() == 1 && dangerous[0].starts_with("error"), "{files:?}: {dangerous:?}");
    }
}

#[test]
fn recorded_objects_are_left_out_and_a_uid_alone_makes_none() {
    let recorded = PRIVILEGED.replace("{name: diver,", "{uid: 7d2c, resourceVersion: '5', name: diver,")
        + "status: {phase: Running}\n";
    let dir = tree(&[("dump.yaml", &recorded)]);
    let found = report(dir.path(), &["check"]);
    assert!(told(&found, of_rule("privileged-container"))[0].starts_with("info"));
    assert_eq!(ledger(&found), ["dump.yaml recorded"]);
    assert_eq!(found["coverage"]["objects"], 0);
    let dir = tree(&[("pod.yaml", &PRIVILEGED.replace("{name: diver,", "{uid: 7d2c, name: diver,"))]);
    assert!(told(&report(dir.path(), &["check"]), of_rule("privileged-container"))[0].starts_with("error"));
}

#[test]
fn what_programs_read_and_what_other_tools_write_is_not_checked() {
    let dir = tree(&[
        ("kind.yaml", "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes: []\n"),
        ("talos.yaml", "machine: {}\n---\napiVersion: v1alpha1\nkind: ResolverConfig\nnameservers: []\n"),
        ("blueprint.yaml", "version: 1\nmetadata: {name: groups}\nentries: []\n"),
        ("devfile.yaml", "schemaVersion: 2.2.0\nmetadata: {name: a}\ncomponents: []\n"),
    ]);
    let found = report(dir.path(), &["check"]);
    assert_eq!(told(&found, |_| true), [""; 0]);
    let want = [
        "blueprint.yaml other",
        "devfile.yaml other",
        "kind.yaml tool-configuration",
        "talos.yaml other",
        "talos.yaml tool-configuration",
    ];
    let mut got = ledger(&found);
    got.sort();
    assert_eq!(got, want);
}

#[test]
fn placeholders_that_scripts_fill_in_are_remarks() {
    let text =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: __NS__}\nspec: {ports: [{port: '${PORT}'}]}\n";
    let script = "sed -i s/__NS__/a/ k8s/svc.yaml\nPORT=1 envsubst < k8s/svc.yaml\n";
    for (script, wanted) in [(script, "info"), ("sed -i s/__NS__/a/ k8s/svc.yaml", "error")] {
        let dir = tree(&[("k8s/svc.yaml", text), ("k8s/deploy.sh", script)]);
        let found = told(&report(dir.path(), &["validate"]), |finding| finding["category"] == "syntax");
        assert_eq!(found, [format!("{wanted} unfilled-placeholder k8s/svc.yaml:3")]);
    }
    // A script needs no ending.
    let dir = tree(&[("k8s/svc.yaml", text), ("k8s/deploy", &format!("#!/bin/sh\n{script}"))]);
    let found = told(&report(dir.path(), &["validate"]), of_rule("unfilled-placeholder"));
    assert_eq!(found, ["info unfilled-placeholder k8s/svc.yaml:3"]);
    // What is for people to fill in no program does, and what is deployed as it is none has.
    let by_hand = text.replace("__NS__", "<your-namespace>");
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n  project: default\n  source: {repoURL: 'https://git.example.org/x', path: k8s, targetRevision: HEAD}\n  destination: {server: 'https://kubernetes.default.svc', namespace: shop}\n";
    for (text, other) in [(&*by_hand, "{}"), (text, application)] {
        let dir = tree(&[("k8s/svc.yaml", text), ("argocd/app.yaml", other)]);
        let found = told(&report(dir.path(), &["validate"]), of_rule("unfilled-placeholder"));
        assert_eq!(found, ["error unfilled-placeholder k8s/svc.yaml:3"]);
    }
}

#[test]
fn one_cause_is_said_once_and_hides_no_other() {
    let aliased = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n        - {name: a, image: 'x:1', env: &e [{name: A, valeu: b}]}\n        - {name: b, image: 'x:1', env: *e}\n";
    let families =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ipFamilies: [IPv5]\n  ports:\n    - port: 0\n";
    let dir = tree(&[("a.yaml", aliased), ("b.yaml", families)]);
    let found = told(&report(dir.path(), &["validate"]), |_| true);
    assert_eq!(found, ["error unknown-field a.yaml:10", "error not-supported b.yaml:5", "error invalid b.yaml:7"]);
}

#[test]
fn overlays_of_ytt_are_no_broken_manifests() {
    let inside = "#@overlay/match by=1\n---\nmetadata:\n  #@overlay/match x\n  annotations:\n    a: b\n";
    let above =
        "#@ load(\"@ytt:overlay\", \"overlay\")\n#@overlay/match by=1\n---\nmetadata:\n  name: x\nspec:\n  a: 1\n";
    let dir = tree(&[("a.yaml", inside), ("b.yaml", above), ("c.yaml", "# A comment.\n---\nmetadata:\n  name: x\n")]);
    let found = told(&report(dir.path(), &["validate"]), |_| true);
    assert_eq!(found, ["error missing-api-version c.yaml:3"]);
}

#[test]
fn what_commands_make_and_set_is_not_missed() {
    let pod = |image: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: x}}\nspec:\n  containers:\n    - name: a\n      image: {image}\n      envFrom: [{{secretRef: {{name: web-db}}}}]\n---\napiVersion: v1\nkind: Secret\nmetadata: {{name: other, namespace: x}}\ntype: Opaque\n"
        )
    };
    let of = |rule: &'static str| move |finding: &Value| finding["rule"] == rule;
    let readme =
        "kubectl create secret generic web-db \\\n  --from-literal=a=b\nkustomize edit set image shop/web=x/y:1\n";
    for (readme, image, reference) in [(readme, 0, "info"), ("Read me.\n", 1, "warning")] {
        let dir =
            tree(&[("k8s/pod.yaml", &pod("shop/web")), ("README.md", readme), (".git/HEAD", "ref: refs/heads/main\n")]);
        let found = report(dir.path(), &["check"]);
        assert_eq!(told(&found, of("latest-image-tag")).len(), image);
        assert_eq!(
            told(&found, of("dangling-secret-reference")),
            [format!("{reference} dangling-secret-reference k8s/pod.yaml:8")]
        );
    }
}

#[test]
fn placeholders_are_told_once_a_file() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: '{{ .Name }}', namespace: __NS__}\nspec: {ports: [{port: '${PORT:-80}'}]}\n---\n\
                apiVersion: v1\nkind: ConfigMap\nmetadata: {name: PROJECT_ID}\n";
    let dir = tree(&[("svc.yaml", text)]);
    let schema = |finding: &Value| ["syntax", "schema", "api"].iter().any(|category| finding["category"] == *category);
    let found = told(&report(dir.path(), &["validate"]), schema);
    assert_eq!(found, ["error unfilled-placeholder svc.yaml:3"]);
    write(dir.path(), "kubevet.yaml", "placeholders: ['{{*}}', '${*}', __*__, PROJECT_ID]\n");
    let found = report(dir.path(), &["validate"]);
    assert_eq!(told(&found, schema), [""; 0]);
    assert!(ledger(&found).contains(&"svc.yaml template".to_owned()));
    let image = PRIVILEGED.replace("ghcr.io/acme/diver:1.2.3", "#{IMAGE}#");
    let dir = tree(&[("pod.yaml", &image)]);
    assert_eq!(told(&report(dir.path(), &["check", "--select", "images"]), |_| true), [""; 0]);
}

#[test]
fn lists_are_taken_apart_as_kubectl_does() {
    let dir = tree(&[
        ("typed.yaml", "apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n  data: {a: 1}\n"),
        ("nested.yaml", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items: []\n"),
        ("text.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n---\nnote to self\n"),
        ("bare.yaml", "- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n"),
        (
            "lines.json",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"d\"}}\n{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"e\"},\"dat\":{}}\n",
        ),
        ("tasks.yaml", "- hosts: all\n  tasks: []\n"),
    ]);
    let found = told(&report(dir.path(), &["validate"]), |_| true);
    let want = [
        "error document-not-a-map bare.yaml:1",
        "error unknown-field lines.json:2",
        "error unknown-kind nested.yaml:5",
        "error document-not-a-map text.yaml:5",
        "error wrong-type typed.yaml:5",
    ];
    assert_eq!(found, want);
}

#[test]
fn kinds_are_defined_by_more_than_definitions() {
    let kro = "apiVersion: kro.run/v1alpha1\nkind: ResourceGraphDefinition\nmetadata: {name: ponds}\nspec: {schema: {apiVersion: v1alpha1, \
               kind: Pond, spec: {depth: integer | required=true, fish: '[]string', kind: 'string | enum=\"salt,fresh\"'}}, resources: []}\n";
    let claim = "apiVersion: apiextensions.crossplane.io/v1\nkind: CompositeResourceDefinition\nmetadata: {name: xlakes.acme.example}\nspec: {group: \
                 acme.example, names: {kind: XLake, plural: xlakes}, claimNames: {kind: Lake, plural: lakes}, versions: [{name: v1, served: true, \
                 referenceable: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {depth: {type: \
                 integer}}}}}}}]}\n";
    let older = "apiVersion: apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition\nmetadata: {name: seas.acme.example}\nspec: {group: \
                 acme.example, version: v1, scope: Namespaced, names: {kind: Sea, plural: seas}, validation: {openAPIV3Schema: {properties: \
                 {spec: {properties: {depth: {type: integer}}}}}}}\n";
    let dir = tree(&[
        ("kro.yaml", kro),
        ("xrd.yaml", claim),
        ("crd.yaml", older),
        (
            "ponds.yaml",
            "apiVersion: kro.run/v1alpha1\nkind: Pond\nmetadata: {name: a}\nspec: {fish: [1], kind: sweet}\n---\napiVersion: kro.run/v1alpha1\nkind: Pond\nmetadata: {name: b}\nspec: {depth: 3, fish: [carp], kind: fresh}\n",
        ),
        (
            "lakes.yaml",
            "apiVersion: acme.example/v1\nkind: Lake\nmetadata: {name: a}\nspec: {depth: deep, compositionRef: {name: x}}\n",
        ),
        ("seas.yaml", "apiVersion: acme.example/v1\nkind: Sea\nmetadata: {name: a}\nspec: {depth: deep, salt: 3}\n"),
    ]);
    let found = told(&report(dir.path(), &["validate"]), |finding| finding["file"] != "crd.yaml");
    let want = [
        "error type-invalid lakes.yaml:4",
        "error required ponds.yaml:4",
        "error type-invalid ponds.yaml:4",
        "error not-supported ponds.yaml:4",
        "error type-invalid seas.yaml:4",
    ];
    assert_eq!(found.len(), want.len(), "{found:?}");
    assert!(want.iter().all(|line| found.contains(&(*line).to_owned())), "{found:?}");
}

#[test]
fn the_nearest_definition_counts_and_others_add_versions() {
    let crd = |version: &str, kind: &str| {
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: sails.acme.example}}\nspec: {{group: \
             acme.example, scope: Namespaced, names: {{kind: Sail, plural: sails}}, versions: [{{name: {version}, served: true, storage: true, \
             schema: {{openAPIV3Schema: {{type: object, properties: {{spec: {{type: object, properties: {{area: {{type: {kind}}}}}}}}}}}}}}}]}}\n"
        )
    };
    let sail = |version: &str| {
        format!("apiVersion: acme.example/{version}\nkind: Sail\nmetadata: {{name: a}}\nspec: {{area: 3}}\n")
    };
    let dir = tree(&[
        ("east/crd.yaml", &crd("v1", "string")),
        ("west/crd.yaml", &crd("v1", "integer")),
        ("west/app/sail.yaml", &sail("v1")),
        ("east/sail.yaml", &sail("v1")),
        ("north/crd.yaml", &crd("v2", "integer")),
        ("south/sail.yaml", &sail("v2")),
        ("east/late.yaml", &sail("v2")),
    ]);
    let found = told(&report(dir.path(), &["validate"]), |_| true);
    assert_eq!(found, ["error unknown-kind east/late.yaml:1", "error type-invalid east/sail.yaml:4"]);
    let external = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: a, namespace: b}\nspec: {secretStoreRef: {name: s}}\n";
    let old = crd("v1alpha1", "string")
        .replace("sails.acme.example", "externalsecrets.external-secrets.io")
        .replace("acme.example", "external-secrets.io");
    let old = old.replace("Sail", "ExternalSecret").replace("sails", "externalsecrets");
    let dir = tree(&[("one/crd.yaml", &old), ("two/es.yaml", external)]);
    assert_eq!(told(&report(dir.path(), &["validate"]), is_error), [""; 0]);
}

#[test]
fn misspelt_groups_and_kinds_are_told() {
    for (api, kind) in [
        ("app/v1", "Deployment"),
        ("network.k8s.io/v1", "Ingress"),
        ("rbac.authorisation.k8s.io/v1", "Role"),
        ("cert-manager/v1", "Certificate"),
        ("cert-manager.i/v1", "Certificate"),
        ("argoproj.io/v1alpha1", "Aplication"),
        ("monitoring.coreos.com/v1", "ServiceMonitors"),
    ] {
        let dir = tree(&[("a.yaml", &format!("apiVersion: {api}\nkind: {kind}\nmetadata: {{name: a}}\n"))]);
        let found = told(&report(dir.path(), &["validate"]), of_rule("unknown-kind"));
        assert_eq!(found.len(), 1, "{api} {kind}");
    }
    for (api, kind) in
        [("skaffold/v4", "Config"), ("apps.acme.example/v1", "Deployment"), ("argoproj.io/v1alpha1", "Sensor")]
    {
        let dir = tree(&[("a.yaml", &format!("apiVersion: {api}\nkind: {kind}\nmetadata: {{name: a}}\n"))]);
        assert_eq!(told(&report(dir.path(), &["validate"]), |_| true), [""; 0], "{api} {kind}");
    }
}

#[test]
fn controllers_make_what_they_are_known_to_make() {
    let pod = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, namespace: reef}\nspec: {selector: {matchLabels: {a: b}}, template: \
               {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: 'ghcr.io/a/b:1', envFrom: [{secretRef: {name: NAME}}]}]}}}\n";
    let maker = |api: &str, kind: &str, spec: &str| {
        format!("apiVersion: {api}\nkind: {kind}\nmetadata: {{name: own, namespace: reef}}\nspec: {spec}\n")
    };
    let missing = |secret: &str, maker: &str| {
        let dir = tree(&[("app.yaml", &pod.replace("NAME", secret)), ("maker.yaml", maker)]);
        !told(&report(dir.path(), &["check", "--select", "dangling-secret-reference"]), |_| true).is_empty()
    };
    let external =
        maker("external-secrets.io/v1", "ExternalSecret", "{target: {name: made}, data: [{remoteRef: {key: other}}]}");
    let capi = maker("cluster.x-k8s.io/v1beta1", "Cluster", "{}");
    let vault = maker("secrets.hashicorp.com/v1beta1", "VaultStaticSecret", "{destination: {name: made}}");
    let classes = maker(
        "secrets-store.csi.x-k8s.io/v1",
        "SecretProviderClass",
        "{secretObjects: [{secretName: x}, {secretName: made}]}",
    );
    let kyverno = maker(
        "kyverno.io/v1",
        "ClusterPolicy",
        "{rules: [{name: r, generate: {kind: Secret, apiVersion: v1, name: made}}]}",
    );
    for (secret, maker) in
        [("made", &external), ("own-kubeconfig", &capi), ("made", &vault), ("made", &classes), ("made", &kyverno)]
    {
        assert!(!missing(secret, maker), "{secret} of {maker}");
    }
    for (secret, maker) in [
        ("own", &external),
        ("own-db", &external),
        ("other", &external),
        ("own-db", &capi),
        ("own", &vault),
        ("own", &kyverno),
    ] {
        assert!(missing(secret, maker), "{secret} of {maker}");
    }
}

#[test]
fn what_is_made_in_one_environment_is_not_there_in_another() {
    let app = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, namespace: reef}\nspec: {selector: {matchLabels: {a: b}}, template: \
               {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: 'ghcr.io/a/b:1', envFrom: [{secretRef: {name: made}}]}]}}}\n";
    let sealed = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: made, namespace: reef}\nspec: {encryptedData: {a: b}}\n";
    let dir = tree(&[("dev/app.yaml", app), ("dev/sealed.yaml", sealed), ("live/app.yaml", app)]);
    let found = told(&report(dir.path(), &["check", "--select", "dangling-secret-reference"]), |_| true);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("live/app.yaml"));
}

#[test]
fn utf16_is_read_as_kubectl_reads_it() {
    let text = "apiVersion: v1\r\nkind: ConfigMap\r\nmetadata: {name: a}\r\n---\r\napiVersion: v1\r\nkind: ConfigMap\r\nmetadata: {name: b}\r\ndat: {}\r\n";
    let bytes: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let dir = tree(&[]);
    std::fs::write(dir.path().join("a.yaml"), bytes).expect("a file");
    let found = report(dir.path(), &["validate"]);
    assert_eq!(told(&found, |_| true), ["info utf-16-encoding a.yaml:1", "error unknown-field a.yaml:8"]);
    assert!(found["findings"].as_array().expect("a list").iter().all(|finding| finding["fix"].is_null()));
}

#[test]
fn what_lies_near_acts_on_an_object() {
    let namespace = |level: &str| {
        format!(
            "apiVersion: v1\nkind: Namespace\nmetadata: {{name: reef, labels: {{pod-security.kubernetes.io/enforce: {level}}}}}\n"
        )
    };
    let dir = tree(&[
        ("a/ns.yaml", &namespace("restricted")),
        ("b/all.yaml", &(namespace("privileged") + "---\n" + PRIVILEGED)),
    ]);
    assert_eq!(told(&report(dir.path(), &["check", "--select", "pod-security-violation"]), |_| true), [""; 0]);
    let limit = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l}\nspec: {limits: [{type: Container, max: {memory: 1Mi}}]}\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: 'a:1', resources: {limits: {memory: 1Gi}}}]}\n";
    let dir =
        tree(&[("one/l.yaml", limit), ("two/p.yaml", pod), ("one/in/p.yaml", &pod.replace("name: p", "name: q"))]);
    let found = told(&report(dir.path(), &["check", "--select", "limit-range-violated"]), |_| true);
    assert_eq!(found, ["warning limit-range-violated one/in/p.yaml:4"]);
}

#[test]
fn flux_applies_on_the_servers_side_and_into_its_namespace() {
    let twice = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: 'a:1', env: [{name: X, value: a}, {name: X, value: b}]}]}\n\
                 ---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {apiGroup: \
                 rbac.authorization.k8s.io, kind: ClusterRole, name: view}\nsubjects: [{kind: ServiceAccount, name: a}]\n\
                 ---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n";
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a, namespace: flux-system}\nspec: {interval: 1h, \
                prune: true, path: ./live, targetNamespace: reef, sourceRef: {kind: GitRepository, name: a}}\n";
    let dir = tree(&[("ks.yaml", flux), ("live/p.yaml", twice), ("other/p.yaml", twice)]);
    let found = report(dir.path(), &["check", "--select", "duplicate-environment-variable,api"]);
    let want = [
        "error duplicate-environment-variable live/p.yaml:4",
        "warning duplicate-environment-variable other/p.yaml:4",
        "error required other/p.yaml:10",
    ];
    assert_eq!(told(&found, |finding| finding["file"] != "ks.yaml"), want);
}

#[test]
fn patterns_are_read_as_gitignore_reads_them_and_idle_ones_are_told() {
    let dir = tree(&[
        ("a/vendor/p.yaml", PRIVILEGED),
        ("b/own.yaml", PRIVILEGED),
        ("kubevet.yaml", "exclude: [vendor, nowhere]\noverrides: [{paths: [gone], rules: {images: off}}]\n"),
    ]);
    let found = report(dir.path(), &["check"]);
    assert_eq!(told(&found, of_rule("privileged-container")).len(), 1);
    assert_eq!(
        told(&found, of_rule("unmatched-pattern")),
        ["info unmatched-pattern kubevet.yaml:1", "info unmatched-pattern kubevet.yaml:2"]
    );
}

#[test]
fn a_run_that_checks_nothing_says_so() {
    let dir = tree(&[("README.md", "nothing")]);
    let out = run(dir.path(), &["check"]);
    assert!(String::from_utf8_lossy(&out.stderr).contains("no objects were checked"));
    assert_eq!(out.status.code(), Some(0));
    // Findings alone are none then, which would look like a pass.
    for (args, status, said) in [
        (&["check", "-q"][..], 0, "warning: no objects were checked"),
        (&["check", "--require-objects"], 2, "error: no objects were checked"),
        (&["check", "-q", "--require-objects"], 2, "error: no objects were checked"),
    ] {
        let out = run(dir.path(), args);
        let told = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(status), "{args:?}: {told}");
        assert!(told.contains(said), "{args:?}: {told}");
    }
    for (format, said) in [
        ("markdown", "## kubevet: no objects were checked\n"),
        ("github", "::warning title=kubevet::no objects were checked\n"),
    ] {
        let out = run(dir.path(), &["check", "-f", format]);
        assert!(String::from_utf8_lossy(&out.stdout).contains(said), "{format}: {out:?}");
    }
}

#[test]
fn the_configuration_does_not_depend_on_the_order_of_the_paths() {
    let dir = tree(&[
        ("a.yaml", PRIVILEGED),
        ("sub/b.yaml", PRIVILEGED),
        ("sub/kubevet.yaml", "rules: {privileged-container: off}\n"),
    ]);
    let one = report(dir.path(), &["check", "sub", "a.yaml"]);
    let other = report(dir.path(), &["check", "a.yaml", "sub"]);
    assert_eq!(told(&one, |_| true), told(&other, |_| true));
    assert_eq!(told(&report(dir.path(), &["check", "sub"]), of_rule("privileged-container")), [""; 0]);
}
