//! What is refused as it stands and completed before it counts: manifests of policies, custom resources that a webhook sees, values
//! that a program looks up, APIs that the repository switches on.

use serde_json::Value;

use crate::common::program::{ledger, report, told, tree};

fn validity(found: &Value) -> Vec<String> {
    told(found, |finding| {
        let category = finding["category"].as_str().unwrap_or_default();
        ["syntax", "schema", "api", "render"].contains(&category)
    })
}

fn check(files: &[(&str, &str)]) -> Vec<String> {
    validity(&report(tree(files).path(), &["check"]))
}

const PART: &str =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nstatus: {readyReplicas: 1}\n";

#[test]
fn what_a_policy_compares_is_partial() {
    let generator = "apiVersion: policy.open-cluster-management.io/v1\nkind: PolicyGenerator\nmetadata: {name: gen}\npolicies:\n- name: one\n  manifests:\n  - path: in/status.yaml\n    complianceType: musthave\n- name: two\n  manifests: [{path: all}]\n";
    let files = [("p/gen.yaml", generator), ("p/in/status.yaml", PART), ("p/all/b.yaml", PART), ("p/c.yaml", PART)];
    let dir = tree(&files);
    let found = validity(&report(dir.path(), &["check"]));
    let loud: Vec<&String> = found.iter().filter(|line| !line.starts_with("info")).collect();
    assert!(!loud.is_empty() && loud.iter().all(|line| line.contains("p/c.yaml")), "{found:?}");
    assert!(found.iter().any(|line| line.starts_with("info required p/in/status.yaml")), "{found:?}");
    // What no schema knows is wrong in a comparison as well.
    let wrong = PART.replace("status:", "statsu:");
    let found = check(&[("p/gen.yaml", generator), ("p/in/status.yaml", &wrong)]);
    assert!(found.iter().any(|line| line.starts_with("error unknown-field p/in/status.yaml")), "{found:?}");
    // The server's word on it stays.
    let word = validity(&report(dir.path(), &["validate"]));
    assert!(word.iter().any(|line| line.starts_with("error required p/in/status.yaml")), "{word:?}");
}

#[test]
fn sources_of_a_template_of_policies_are_partial() {
    let template = "apiVersion: ran.openshift.io/v1\nkind: PolicyGenTemplate\nmetadata: {name: site, namespace: ztp}\nspec:\n  sourceFiles:\n  - {fileName: Web.yaml, policyName: web}\n";
    let found = check(&[("ztp/site.yaml", template), ("ztp/source-crs/Web.yaml", PART)]);
    assert!(found.iter().all(|line| line.starts_with("info")), "{found:?}");
}

const CRD: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: webs.shop.example.com}\nspec:\n  group: shop.example.com\n  scope: Namespaced\n  names: {kind: Web, plural: webs, singular: web, listKind: WebList}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            required: [size]\n            properties:\n              size: {type: integer}\n              name: {type: string}\n";

#[test]
fn a_mutating_webhook_may_fill_in_what_is_missing() {
    let hook = |kind: &str| {
        format!(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: {kind}\nmetadata: {{name: hook}}\nwebhooks:\n- name: m.shop.example.com\n  admissionReviewVersions: [v1]\n  sideEffects: None\n  clientConfig: {{service: {{name: hook, namespace: shop, path: /mutate}}}}\n  rules:\n  - apiGroups: [shop.example.com]\n    apiVersions: [v1]\n    operations: [CREATE]\n    resources: [webs]\n"
        )
    };
    let web = "apiVersion: shop.example.com/v1\nkind: Web\nmetadata: {name: a, namespace: shop}\nspec:\n  name: x\n";
    let check = |kind: &str| check(&[("crd.yaml", CRD), ("hook.yaml", &hook(kind)), ("web.yaml", web)]);
    assert_eq!(check("MutatingWebhookConfiguration"), ["warning required web.yaml:4"]);
    assert_eq!(check("ValidatingWebhookConfiguration"), ["error required web.yaml:4"]);
}

#[test]
fn a_format_with_a_number_and_no_kinds_is_of_another_tool() {
    let devfile = "apiVersion: 1.0.0\nmetadata:\n  generateName: tutorial-\ncomponents:\n- type: dockerimage\n";
    let found = report(tree(&[("devfile.yaml", devfile)]).path(), &["check"]);
    assert_eq!(validity(&found), [""; 0]);
    assert_eq!(ledger(&found).len(), 1);
    assert_eq!(check(&[("a.yaml", "apiVersion: v1\nmetadata: {name: a}\n")]), ["error missing-kind a.yaml:1"]);
}

#[test]
fn what_a_program_looks_up_is_no_base64() {
    let secret =
        |value: &str| format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ndata:\n  token: {value}\n");
    for value in [
        "ref+op://Lab/db/password",
        "<path:secret/data/web#password>",
        "ENC[AES256_GCM,data:abc,iv:def,tag:ghi,type:str]",
    ] {
        assert_eq!(check(&[("a.yaml", &secret(value))]), ["info unfilled-placeholder a.yaml:5"], "{value}");
    }
    for value in ["'base64 encoded token'", "XXX", "LS0tLS1...=="] {
        assert_eq!(check(&[("a.yaml", &secret(value))]), ["error unfilled-placeholder a.yaml:5"], "{value}");
    }
    assert_eq!(check(&[("a.yaml", &secret("a:b"))]), ["error invalid-base64 a.yaml:5"]);
}

#[test]
fn a_variable_of_another_program_is_no_name() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web-$cluster\n  namespace: $namespace\n";
    assert_eq!(check(&[("a.yaml", map)]), ["warning unfilled-placeholder a.yaml:4"]);
    let named = map.replace("web-$cluster", "SET_THIS_TO_A_NAME_OF_YOURS").replace("$namespace", "shop");
    assert_eq!(check(&[("a.yaml", &named)]), ["error unfilled-placeholder a.yaml:4"]);
}

#[test]
fn an_api_that_the_repository_switches_on_is_served() {
    let policy = "apiVersion: admissionregistration.k8s.io/v1beta1\nkind: MutatingAdmissionPolicyBinding\nmetadata: {name: fast}\nspec: {policyName: fast}\n";
    let alone = check(&[("a.yaml", policy)]);
    assert_eq!(alone, ["error unknown-kind a.yaml:1"]);
    for (name, text) in [
        (
            "talos/machine.yaml.j2",
            "cluster:\n  apiServer:\n    extraArgs:\n      runtime-config: admissionregistration.k8s.io/v1beta1=true\n",
        ),
        ("kind.yaml", "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nruntimeConfig:\n  \"api/beta\": \"true\"\n"),
        (
            "Makefile",
            "up:\n\tk3d cluster create --k3s-arg --kube-apiserver-arg=runtime-config=admissionregistration.k8s.io/v1beta1=true@server:*\n",
        ),
    ] {
        let found = check(&[("a.yaml", policy), (name, text)]);
        assert_eq!(found, ["info unknown-kind a.yaml:1"], "{name}");
    }
}

#[test]
fn a_header_says_that_a_file_is_a_template() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: <NAME>}\nspec: {ports: [{port: 80}]}\n";
    let found = check(&[("a.yaml", &format!("# Template: a Service\n# Replace: <NAME>\n{service}"))]);
    assert_eq!(found, ["info unfilled-placeholder a.yaml:5"]);
    assert_eq!(check(&[("a.yaml", service)]), ["error unfilled-placeholder a.yaml:3"]);
}

#[test]
fn what_has_no_metadata_is_one_warning() {
    let stub = "apiVersion: shop.example.com/v1\nkind: Web\nprojectName: shop\n";
    let found = check(&[("crd.yaml", CRD), ("config/config.yaml", stub)]);
    let loud: Vec<&String> = found.iter().filter(|line| !line.starts_with("info")).collect();
    assert_eq!(loud, ["warning required config/config.yaml:1"], "{found:?}");
}

#[test]
fn a_file_that_a_command_removes_again_is_made_for_a_while() {
    let kustomization = "resources: [shop_webs.yaml]\n";
    let check = |make: &str| check(&[("config/crd/kustomization.yaml", kustomization), ("Makefile", make)]);
    let make =
        "crds:\n\t$(GEN) crd paths=./api/...\n\tkustomize build config/crd > crd.yaml\n\trm -rf config/crd/shop_*\n";
    assert_eq!(check(make), ["info kustomize-build-failed config/crd/kustomization.yaml:1"]);
    assert_eq!(check("crds:\n\trm -rf bin/shop_*\n"), ["error kustomize-build-failed config/crd/kustomization.yaml:1"]);
}

#[test]
fn a_kustomization_that_a_command_makes_is_not_missing() {
    let check = |make: &str| {
        check(&[
            ("config/default/kustomization.yaml", "resources:\n- ../manager\n"),
            ("config/manager/base.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"),
            ("Makefile", make),
        ])
    };
    let make = "deploy:\n\tcd config/manager && cp base.yaml kustomization.yaml\n";
    assert_eq!(check(make), ["info kustomize-build-failed config/default/kustomization.yaml:2"]);
    assert_eq!(check("all:\n"), ["error kustomize-build-failed config/default/kustomization.yaml:2"]);
}
