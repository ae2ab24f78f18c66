//! What operators make of their resources, and what nobody knows of theirs.

use crate::common::program::{of_rule, report, told, tree};

/// A Deployment of namespace `shop` that needs a ConfigMap and a Secret, a Service that selects pods, and a custom resource.
fn with(resource: &str, map: &str, secret: &str, app: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: z, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: z}}}}
  template:
    metadata: {{labels: {{app: z}}}}
    spec:
      containers:
        - name: z
          image: ghcr.io/acme/z:1.2.3
          envFrom: [{{configMapRef: {{name: {map}}}}}, {{secretRef: {{name: {secret}}}}}]
---
apiVersion: v1
kind: Service
metadata: {{name: z, namespace: shop}}
spec: {{selector: {{app: {app}}}, ports: [{{port: 80}}]}}
---
{resource}"
    )
}

fn resource(api: &str, kind: &str, name: &str, spec: &str) -> String {
    format!("apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\nspec: {spec}\n")
}

/// The severities of what dangles, by the last word of the rule.
fn dangling(text: &str) -> Vec<String> {
    let found = report(tree(&[("a.yaml", text)]).path(), &["check"]);
    let dangles =
        |finding: &serde_json::Value| finding["rule"].as_str().is_some_and(|rule| rule.starts_with("dangling-"));
    told(&found, dangles)
        .iter()
        .map(|line| line.replace("dangling-", "").rsplit_once(' ').expect("a place").0.to_owned())
        .collect()
}

#[test]
fn kinds_that_make_nothing_hide_nothing() {
    for (api, kind) in [
        ("kafka.strimzi.io/v1beta2", "KafkaTopic"),
        ("grafana.integreatly.org/v1beta1", "GrafanaDashboard"),
        ("generators.external-secrets.io/v1alpha1", "Password"),
        ("tekton.dev/v1", "Task"),
        ("metallb.io/v1beta1", "IPAddressPool"),
        ("projectcontour.io/v1", "HTTPProxy"),
        ("gateway.envoyproxy.io/v1alpha1", "BackendTrafficPolicy"),
        ("eventing.knative.dev/v1", "Trigger"),
        ("velero.io/v1", "BackupStorageLocation"),
        ("rabbitmq.com/v1beta1", "Queue"),
        ("karpenter.sh/v1", "NodePool"),
    ] {
        let found = dangling(&with(&resource(api, kind, "web", "{}"), "web-config", "web-db", "web-frontend"));
        let all = ["warning configmap-reference", "info secret-reference", "warning service-selector"];
        assert_eq!(found, all, "{kind}");
    }
}

#[test]
fn what_an_unknown_operator_may_make_is_a_remark() {
    let widget = resource("acme.example/v1", "Widget", "web", "{connection: {secretName: given}}");
    let found = dangling(&with(&widget, "web-config", "web-db", "web-frontend"));
    assert_eq!(found, ["info configmap-reference", "info secret-reference", "info service-selector"]);
    let text = with(&widget, "web-config", "z-db", "z");
    let found = report(tree(&[("a.yaml", &text)]).path(), &["check"]);
    let maps = of_rule("dangling-configmap-reference");
    let help = found["findings"].as_array().expect("a list").iter().find(|finding| maps(finding)).expect("it is told")
        ["help"]
        .clone();
    assert!(help.as_str().is_some_and(|help| help.contains("operator")), "{help}");
    let serving = resource("operator.knative.dev/v1beta1", "KnativeServing", "serving", "{}");
    assert_eq!(
        dangling(&with(&serving, "config-br", "z-db", "z")),
        ["info configmap-reference", "info secret-reference"]
    );
    // What it names itself, it may well make; what begins otherwise it does not.
    // In its namespace an unknown operator may make anything.
    assert_eq!(dangling(&with(&widget, "config", "given", "z")), ["info configmap-reference"]);
}

#[test]
fn operators_make_what_they_make() {
    for (api, kind, name, secret) in [
        ("kafka.strimzi.io/v1beta2", "Kafka", "kaf", "kaf-cluster-ca-cert"),
        ("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", "el", "el-es-elastic-user"),
        ("rabbitmq.com/v1beta1", "RabbitmqCluster", "rab", "rab-default-user"),
        ("acid.zalan.do/v1", "postgresql", "acid-zed", "app.acid-zed.credentials.postgresql.acid.zalan.do"),
        ("objectbucket.io/v1alpha1", "ObjectBucketClaim", "loki", "loki"),
        ("grafana.integreatly.org/v1beta1", "Grafana", "g", "g-admin-credentials"),
    ] {
        let found = dangling(&with(&resource(api, kind, name, "{}"), &format!("{name}x-env"), secret, "z"));
        assert_eq!(found, ["warning configmap-reference"], "{kind} makes its Secret");
        let found = dangling(&with(&resource(api, kind, name, "{}"), "kube-root-ca.crt", "other", "z"));
        assert_eq!(found, ["info secret-reference"], "{kind} makes no other");
    }
    let kafka = resource("kafka.strimzi.io/v1beta2", "Kafka", "kaf", "{}");
    assert_eq!(
        dangling(&with(&kafka, "kaf-env", "kaf-env", "z")),
        ["warning configmap-reference", "info secret-reference"]
    );
    let flux = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: shop}\nspec: {interval: 1h, chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: r}}}}\n";
    assert_eq!(dangling(&with(flux, "web-config", "web-db", "web-frontend")), [""; 0]);
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec: {project: default, source: {repoURL: 'https://charts.example.com', chart: web, targetRevision: 1.0.0}, destination: {name: in-cluster, namespace: shop}}\n";
    assert_eq!(dangling(&with(application, "web-config", "web-db", "web-frontend")), [""; 0]);
}

#[test]
fn what_is_made_in_some_namespaces_is_not_in_others() {
    let secret = |namespaces: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: ref\n  namespace: infra\n  annotations:\n    reflector.v1.k8s.emberstack.com/reflection-auto-enabled: 'true'\n    reflector.v1.k8s.emberstack.com/reflection-auto-namespaces: '{namespaces}'\n"
        )
    };
    assert_eq!(dangling(&with(&secret("dev,sh.*"), "kube-root-ca.crt", "ref", "z")), [""; 0]);
    assert_eq!(dangling(&with(&secret(""), "kube-root-ca.crt", "ref", "z")), [""; 0]);
    assert_eq!(dangling(&with(&secret("dev,qa"), "kube-root-ca.crt", "ref", "z")), ["info secret-reference"]);
    let bundle = resource("trust.cert-manager.io/v1alpha1", "Bundle", "ca", "{target: {configMap: {key: ca.crt}}}");
    assert_eq!(dangling(&with(&bundle, "ca", "ca", "z")), ["info secret-reference"]);
    let issuer = resource("cert-manager.io/v1", "ClusterIssuer", "i", "{acme: {privateKeySecretRef: {name: acme}}}");
    assert_eq!(dangling(&with(&issuer, "kube-root-ca.crt", "acme", "z")), ["info secret-reference"]);
}

#[test]
fn what_a_file_needs_that_nobody_lists_is_in_the_kustomization_beside_it() {
    let route = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a, namespace: shop}\nspec: {rules: [{backendRefs: [{name: web, port: 80}]}]}\n";
    let base = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";
    let files = [
        ("base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("base/a.yaml", base),
        ("over/one/kustomization.yaml", "resources: [../../base]\n"),
        ("over/one/route.yaml", route),
        ("over/two/kustomization.yaml", "resources: [../../base]\n"),
    ];
    let found = report(tree(&files).path(), &["check"]);
    assert!(told(&found, of_rule("dangling-route-backend")).iter().all(|line| line.starts_with("info ")), "{found}");
}
