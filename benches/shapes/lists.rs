//! One object with a long list: ports, rules, paths, peers, addresses.

use super::{Folder, Shape, container, lines, object, pod};

pub const SHAPES: &[Shape] = &[
    Shape::new("ports of a Service", 32_000, service_ports),
    Shape::new("external addresses of a Service", 64_000, external_addresses),
    Shape::new("rules of a Role", 32_000, role_rules),
    Shape::new("resources and verbs of a rule", 64_000, rule_resources),
    Shape::new("subjects of a binding", 32_000, subjects),
    Shape::new("paths of an Ingress", 32_000, ingress_paths),
    Shape::new("equal paths of an Ingress", 32_000, equal_paths),
    Shape::new("hosts of an Ingress", 32_000, ingress_hosts),
    Shape::new("peers of a NetworkPolicy", 32_000, peers),
    Shape::new("ports of a NetworkPolicy", 32_000, policy_ports),
    Shape::new("tolerations", 32_000, tolerations),
    Shape::new("affinity terms", 16_000, affinity),
    Shape::new("spread constraints", 32_000, spread),
    Shape::new("host aliases", 32_000, host_aliases),
    Shape::new("values of a selector", 64_000, selector_values),
    Shape::new("terms of a selector", 32_000, selector_terms),
    Shape::new("metrics of an autoscaler", 16_000, metrics),
    Shape::new("owners and finalizers", 16_000, owners),
    Shape::new("addresses of an EndpointSlice", 32_000, addresses),
    Shape::new("routes of an HTTPRoute", 16_000, routes),
    Shape::new("listeners of a Gateway", 16_000, listeners),
    Shape::new("webhooks of a configuration", 16_000, webhooks),
    Shape::new("limits of a LimitRange", 16_000, limits),
    Shape::new("capabilities and groups", 64_000, capabilities),
    Shape::new("secrets of a ServiceAccount", 32_000, account_secrets),
];

fn service_ports(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("    - {{name: p{i}, port: {}, targetPort: p{}}}", i % 65_000 + 1, i % 50));
    folder.file("a.yaml", &object("v1", "Service", "a", &format!("spec:\n  selector: {{app: a}}\n  ports:\n{list}")));
    folder.file("b.yaml", &super::deployment("a", "shop", "a"));
}

fn external_addresses(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("    - 203.{}.{}.{}", i >> 16, i >> 8 & 255, i & 255));
    let spec = format!("spec:\n  selector: {{app: a}}\n  ports: [{{port: 80}}]\n  externalIPs:\n{list}");
    folder.file("a.yaml", &object("v1", "Service", "a", &spec));
}

fn role_rules(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("  - {{apiGroups: [\"\"], resources: [pods, r{i}], verbs: [get, list, frob]}}"));
    folder.file("a.yaml", &object("rbac.authorization.k8s.io/v1", "Role", "a", &format!("rules:\n{list}")));
}

fn rule_resources(n: usize, folder: &mut Folder) {
    let resources = lines(n, |i| format!("      - resource{i}"));
    let verbs = lines(n, |i| format!("      - verb{i}"));
    let rule = format!("rules:\n  - apiGroups: [\"\"]\n    resources:\n{resources}    verbs:\n{verbs}");
    folder.file("a.yaml", &object("rbac.authorization.k8s.io/v1", "Role", "a", &rule));
}

fn subjects(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("  - {{kind: ServiceAccount, name: account-{i}, namespace: shop}}"));
    let role = "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}\n";
    folder.file(
        "a.yaml",
        &object("rbac.authorization.k8s.io/v1", "RoleBinding", "a", &format!("{role}subjects:\n{list}")),
    );
}

fn ingress_path(path: &str) -> String {
    format!("          - {{path: {path}, pathType: Prefix, backend: {{service: {{name: a, port: {{number: 80}}}}}}}}")
}

fn ingress(rules: &str) -> String {
    object("networking.k8s.io/v1", "Ingress", "a", &format!("spec:\n  ingressClassName: public\n{rules}"))
}

fn ingress_paths(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| ingress_path(&format!("/path/{i}")));
    folder
        .file("a.yaml", &ingress(&format!("  rules:\n    - host: a.example.com\n      http:\n        paths:\n{list}")));
}

fn equal_paths(n: usize, folder: &mut Folder) {
    let list = lines(n, |_| ingress_path("/path"));
    folder
        .file("a.yaml", &ingress(&format!("  rules:\n    - host: a.example.com\n      http:\n        paths:\n{list}")));
}

fn ingress_hosts(n: usize, folder: &mut Folder) {
    let rules =
        lines(n, |i| format!("    - host: h{i}.example.com\n      http:\n        paths:\n{}", ingress_path("/")));
    let tls = lines(n, |i| format!("    - {{hosts: [h{i}.example.com], secretName: tls-{i}}}"));
    folder.file("a.yaml", &ingress(&format!("  tls:\n{tls}  rules:\n{rules}")));
}

fn network_policy(rest: &str) -> String {
    object(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "a",
        &format!("spec:\n  podSelector: {{}}\n  policyTypes: [Ingress]\n{rest}"),
    )
}

fn peers(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("        - podSelector: {{matchLabels: {{app: a{i}}}}}"));
    folder.file("a.yaml", &network_policy(&format!("  ingress:\n    - from:\n{list}")));
    folder.file("b.yaml", &super::deployment("a", "shop", "a"));
}

fn policy_ports(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("        - {{port: {}, protocol: TCP}}", i + 1));
    folder.file("a.yaml", &network_policy(&format!("  ingress:\n    - ports:\n{list}")));
    folder.file("b.yaml", &super::deployment("a", "shop", "a"));
}

fn tolerations(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("    - {{key: example.com/k{i}, operator: Exists, effect: NoSchedule}}"));
    folder.file("a.yaml", &pod(&format!("  containers: [{{name: a, image: a}}]\n  tolerations:\n{list}")));
}

fn affinity(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| {
        format!("        - {{topologyKey: example.com/zone, labelSelector: {{matchLabels: {{app: a{i}}}}}}}")
    });
    let affinity =
        format!("  affinity:\n    podAntiAffinity:\n      requiredDuringSchedulingIgnoredDuringExecution:\n{list}");
    folder.file("a.yaml", &pod(&format!("  containers: [{{name: a, image: a}}]\n{affinity}")));
}

fn spread(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| {
        format!(
            "    - {{maxSkew: 1, topologyKey: example.com/k{i}, whenUnsatisfiable: DoNotSchedule, labelSelector: {{matchLabels: {{a: b}}}}}}"
        )
    });
    folder
        .file("a.yaml", &pod(&format!("  containers: [{{name: a, image: a}}]\n  topologySpreadConstraints:\n{list}")));
}

fn host_aliases(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("    - {{ip: 10.0.{}.{}, hostnames: [a{i}.example.com]}}", i >> 8 & 255, i & 255));
    folder.file("a.yaml", &pod(&format!("  containers: [{{name: a, image: a}}]\n  hostAliases:\n{list}")));
}

fn budget(selector: &str) -> String {
    object(
        "policy/v1",
        "PodDisruptionBudget",
        "a",
        &format!("spec:\n  minAvailable: 1\n  selector:\n    matchExpressions:\n{selector}"),
    )
}

fn selector_values(n: usize, folder: &mut Folder) {
    let values = lines(n, |i| format!("          - value-{i}"));
    folder.file("a.yaml", &budget(&format!("      - key: app\n        operator: In\n        values:\n{values}")));
    folder.file("b.yaml", &super::deployment("a", "shop", "a"));
}

fn selector_terms(n: usize, folder: &mut Folder) {
    let terms = lines(n, |i| format!("      - {{key: k{i}, operator: DoesNotExist}}"));
    folder.file("a.yaml", &budget(&terms));
    folder.file("b.yaml", &super::deployment("a", "shop", "a"));
}

fn metrics(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| {
        format!(
            "    - {{type: Pods, pods: {{metric: {{name: m{i}}}, target: {{type: AverageValue, averageValue: \"1\"}}}}}}"
        )
    });
    let spec = format!(
        "spec:\n  maxReplicas: 3\n  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: a}}\n  metrics:\n{list}"
    );
    folder.file("a.yaml", &object("autoscaling/v2", "HorizontalPodAutoscaler", "a", &spec));
}

fn owners(n: usize, folder: &mut Folder) {
    let owners = lines(n, |i| format!("    - {{apiVersion: v1, kind: Pod, name: a{i}, uid: u{i}}}"));
    let finalizers = lines(n, |i| format!("    - example.com/f{i}"));
    let meta = format!("  name: a\n  ownerReferences:\n{owners}  finalizers:\n{finalizers}");
    folder.file("a.yaml", &format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n{meta}"));
}

fn addresses(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("  - addresses: [\"10.{}.{}.{}\"]", i >> 16, i >> 8 & 255, i & 255));
    let rest = format!("addressType: IPv4\nports: [{{name: a, port: 80}}]\nendpoints:\n{list}");
    folder.file("a.yaml", &object("discovery.k8s.io/v1", "EndpointSlice", "a", &rest));
}

fn routes(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| {
        format!(
            "    - matches: [{{path: {{type: PathPrefix, value: /{i}}}}}]\n      backendRefs: [{{name: a{i}, port: 80}}]"
        )
    });
    let spec = format!("spec:\n  parentRefs: [{{name: gate}}]\n  rules:\n{list}");
    folder.file("a.yaml", &object("gateway.networking.k8s.io/v1", "HTTPRoute", "a", &spec));
}

fn listeners(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("    - {{name: l{i}, port: {}, protocol: HTTP}}", i + 1));
    let spec = format!("spec:\n  gatewayClassName: public\n  listeners:\n{list}");
    folder.file("a.yaml", &object("gateway.networking.k8s.io/v1", "Gateway", "a", &spec));
}

fn webhooks(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| {
        format!(
            "  - name: w{i}.example.com\n    sideEffects: None\n    admissionReviewVersions: [v1]\n    clientConfig: {{service: \
             {{name: a, namespace: shop}}}}\n    rules: [{{apiGroups: [\"\"], apiVersions: [v1], operations: [CREATE], resources: [pods]}}]"
        )
    });
    let kind = "ValidatingWebhookConfiguration";
    folder.file("a.yaml", &object("admissionregistration.k8s.io/v1", kind, "a", &format!("webhooks:\n{list}")));
}

fn limits(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("    - {{type: example.com/t{i}, max: {{cpu: \"1\"}}, min: {{cpu: 1m}}}}"));
    folder.file("a.yaml", &object("v1", "LimitRange", "a", &format!("spec:\n  limits:\n{list}")));
}

fn capabilities(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("            - CAPABILITY_{i}"));
    let groups = lines(n, |i| format!("      - {}", i + 1));
    let container = container(&format!("      securityContext:\n        capabilities:\n          add:\n{list}"));
    folder.file("a.yaml", &format!("{container}  securityContext:\n    supplementalGroups:\n{groups}"));
}

fn account_secrets(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("  - name: secret-{i}"));
    folder.file("a.yaml", &object("v1", "ServiceAccount", "a", &format!("imagePullSecrets:\n{list}secrets:\n{list}")));
}
