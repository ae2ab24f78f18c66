//! Many objects, each of which could mean each of the others.

use super::{Folder, Shape, deployment, lines, object};

pub const SHAPES: &[Shape] = &[
    Shape::new("Services by Deployments of equal labels", 8_000, services_by_deployments),
    Shape::new("Services by Deployments, each its own", 32_000, own_services),
    Shape::new("NetworkPolicies that select all", 8_000, policies_for_all),
    Shape::new("NetworkPolicies that let each other in", 8_000, policies_by_peers),
    Shape::new("PodDisruptionBudgets that select all", 8_000, budgets_for_all),
    Shape::new("autoscalers, each its own", 16_000, own_autoscalers),
    Shape::new("autoscalers of one Deployment", 16_000, autoscalers_of_one),
    Shape::new("VerticalPodAutoscalers of one Deployment", 16_000, vertical_autoscalers),
    Shape::new("Gateways by HTTPRoutes", 16_000, gateways_by_routes),
    Shape::new("HTTPRoutes of one Gateway", 16_000, routes_of_one),
    Shape::new("Ingresses of one host and path", 16_000, equal_ingresses),
    Shape::new("Ingresses of Services", 16_000, own_ingresses),
    Shape::new("definitions by custom resources", 16_000, definitions),
    Shape::new("custom resources of one definition", 32_000, custom_resources),
    Shape::new("custom resources of no definition", 32_000, unknown_resources),
    Shape::new("objects of one namespace", 64_000, one_namespace),
    Shape::new("objects of many namespaces", 64_000, many_namespaces),
    Shape::new("Namespaces", 32_000, namespaces),
    Shape::new("objects of one name", 32_000, one_name),
    Shape::new("ConfigMaps and what reads them", 16_000, config_maps),
    Shape::new("Deployments that read one ConfigMap", 16_000, one_config_map),
    Shape::new("Secrets and what reads them", 16_000, secrets),
    Shape::new("claims and what mounts them", 16_000, claims),
    Shape::new("Deployments that mount one claim", 16_000, one_claim),
    Shape::new("accounts, roles and bindings", 16_000, roles),
    Shape::new("bindings of one role", 32_000, bindings_of_one),
    Shape::new("LimitRanges and quotas of a namespace", 8_000, limits),
    Shape::new("ServiceMonitors by Services", 8_000, monitors),
    Shape::new("webhooks of Services", 16_000, webhooks),
    Shape::new("PriorityClasses and StorageClasses", 16_000, classes),
    Shape::new("StatefulSets with governing Services", 16_000, stateful_sets),
    Shape::new("Services of ExternalName", 32_000, external_names),
    Shape::new("Pods that name Services", 16_000, named_services),
    Shape::new("CronJobs", 16_000, cron_jobs),
    Shape::new("annotations that tell of hooks", 16_000, hooks),
];

fn put(folder: &mut Folder, api_version: &str, kind: &str, name: &str, rest: &str) {
    folder.object(&object(api_version, kind, name, rest));
}

fn deployments(n: usize, folder: &mut Folder, app: impl Fn(usize) -> String) {
    for i in 0..n {
        folder.object(&deployment(&format!("a{i}"), "shop", &app(i)));
    }
}

fn same(_: usize) -> String {
    "a".to_owned()
}

fn own(i: usize) -> String {
    format!("a{i}")
}

fn services_by_deployments(n: usize, folder: &mut Folder) {
    deployments(n / 2, folder, same);
    for i in 0..n / 2 {
        let spec = "spec:\n  selector: {app: a}\n  ports: [{name: http, port: 80, targetPort: http}]\n";
        put(folder, "v1", "Service", &format!("s{i}"), spec);
    }
}

fn own_services(n: usize, folder: &mut Folder) {
    deployments(n / 2, folder, own);
    for i in 0..n / 2 {
        put(
            folder,
            "v1",
            "Service",
            &own(i),
            &format!("spec: {{selector: {{app: a{i}}}, ports: [{{port: 80, targetPort: http}}]}}\n"),
        );
    }
}

fn policies_for_all(n: usize, folder: &mut Folder) {
    deployments(n / 2, folder, own);
    for i in 0..n / 2 {
        let spec = "spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{port: 8080}]}]}\n";
        put(folder, "networking.k8s.io/v1", "NetworkPolicy", &format!("p{i}"), spec);
    }
}

fn policies_by_peers(n: usize, folder: &mut Folder) {
    deployments(n / 2, folder, own);
    for i in 0..n / 2 {
        let peer = format!(
            "[{{from: [{{podSelector: {{matchLabels: {{app: a{}}}}}}}], ports: [{{port: http}}]}}]",
            (i * 7) % (n / 2)
        );
        let spec =
            format!("spec: {{podSelector: {{matchLabels: {{app: a{i}}}}}, policyTypes: [Ingress], ingress: {peer}}}\n");
        put(folder, "networking.k8s.io/v1", "NetworkPolicy", &format!("p{i}"), &spec);
    }
}

fn budgets_for_all(n: usize, folder: &mut Folder) {
    deployments(n / 2, folder, own);
    for i in 0..n / 2 {
        put(folder, "policy/v1", "PodDisruptionBudget", &format!("p{i}"), "spec: {minAvailable: 1, selector: {}}\n");
    }
}

fn autoscaler(folder: &mut Folder, name: &str, target: &str) {
    let spec = format!(
        "spec:\n  minReplicas: 2\n  maxReplicas: 4\n  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {target}}}\n  \
         metrics: [{{type: Resource, resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 80}}}}}}]\n"
    );
    put(folder, "autoscaling/v2", "HorizontalPodAutoscaler", name, &spec);
}

fn own_autoscalers(n: usize, folder: &mut Folder) {
    deployments(n / 2, folder, own);
    (0..n / 2).for_each(|i| autoscaler(folder, &own(i), &own(i)));
}

fn autoscalers_of_one(n: usize, folder: &mut Folder) {
    deployments(1, folder, own);
    (0..n).for_each(|i| autoscaler(folder, &own(i), "a0"));
}

fn vertical_autoscalers(n: usize, folder: &mut Folder) {
    deployments(1, folder, own);
    for i in 0..n {
        let spec = "spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: a0}}\n";
        put(folder, "autoscaling.k8s.io/v1", "VerticalPodAutoscaler", &own(i), spec);
    }
}

fn route(folder: &mut Folder, i: usize, gateway: &str) {
    let spec = format!(
        "spec:\n  parentRefs: [{{name: {gateway}}}]\n  hostnames: [h{i}.example.com]\n  rules: [{{backendRefs: [{{name: s, port: 80}}]}}]\n"
    );
    put(folder, "gateway.networking.k8s.io/v1", "HTTPRoute", &format!("r{i}"), &spec);
}

fn gateway(folder: &mut Folder, name: &str) {
    let spec = "spec:\n  gatewayClassName: public\n  listeners: [{name: http, port: 80, protocol: HTTP}]\n";
    put(folder, "gateway.networking.k8s.io/v1", "Gateway", name, spec);
}

fn gateways_by_routes(n: usize, folder: &mut Folder) {
    (0..n / 2).for_each(|i| gateway(folder, &format!("g{i}")));
    (0..n / 2).for_each(|i| route(folder, i, &format!("g{i}")));
}

fn routes_of_one(n: usize, folder: &mut Folder) {
    gateway(folder, "g");
    (0..n).for_each(|i| route(folder, i, "g"));
}

fn ingress(folder: &mut Folder, i: usize, host: &str, service: &str) {
    let path =
        format!("{{path: /, pathType: Prefix, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}");
    let spec = format!("spec: {{ingressClassName: public, rules: [{{host: {host}, http: {{paths: [{path}]}}}}]}}\n");
    put(folder, "networking.k8s.io/v1", "Ingress", &format!("i{i}"), &spec);
}

fn equal_ingresses(n: usize, folder: &mut Folder) {
    (0..n).for_each(|i| ingress(folder, i, "a.example.com", "s"));
}

fn own_ingresses(n: usize, folder: &mut Folder) {
    own_services(n / 2, folder);
    (0..n / 2).for_each(|i| ingress(folder, i, &format!("h{i}.example.com"), &own(i)));
}

fn definition(folder: &mut Folder, i: usize) {
    folder.object(&format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: things{i}.example.com}}\nspec:\n  \
         group: example.com\n  names: {{kind: Thing{i}, plural: things{i}}}\n  scope: Namespaced\n  versions:\n    - name: v1\n      \
         served: true\n      storage: true\n      schema: {{openAPIV3Schema: {{type: object, properties: {{spec: {{type: object, \
         properties: {{a: {{type: string}}}}}}}}}}}}\n"
    ));
}

fn definitions(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        definition(folder, i);
        put(folder, "example.com/v1", &format!("Thing{i}"), "a", "spec: {a: b}\n");
    }
}

fn custom_resources(n: usize, folder: &mut Folder) {
    definition(folder, 0);
    (0..n).for_each(|i| put(folder, "example.com/v1", "Thing0", &own(i), "spec: {a: b}\n"));
}

fn unknown_resources(n: usize, folder: &mut Folder) {
    (0..n).for_each(|i| put(folder, "example.com/v1", &format!("Thing{i}"), &own(i), "spec: {a: b}\n"));
}

fn in_namespaces(n: usize, count: usize, folder: &mut Folder) {
    for i in 0..n / 4 {
        let (name, namespace) = (own(i), format!("team-{}", i % count));
        folder.object(&deployment(&name, &namespace, &name));
        let metadata = format!("metadata: {{name: {name}, namespace: {namespace}}}\n");
        folder.object(&format!("apiVersion: v1\nkind: ConfigMap\n{metadata}data: {{a: b}}\n"));
        folder.object(&format!("apiVersion: v1\nkind: ServiceAccount\n{metadata}"));
        let spec = format!("spec: {{selector: {{app: {name}}}, ports: [{{port: 80, targetPort: http}}]}}\n");
        folder.object(&format!("apiVersion: v1\nkind: Service\n{metadata}{spec}"));
    }
}

fn one_namespace(n: usize, folder: &mut Folder) {
    in_namespaces(n, 1, folder);
}

fn many_namespaces(n: usize, folder: &mut Folder) {
    in_namespaces(n, n / 40, folder);
}

fn namespaces(n: usize, folder: &mut Folder) {
    for i in 0..n {
        folder.object(&format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: team-{i}}}\n"));
    }
}

fn one_name(n: usize, folder: &mut Folder) {
    (0..n).for_each(|_| put(folder, "v1", "ConfigMap", "a", "data: {a: b}\n"));
}

/// A Pod that refers to something.
fn reader(folder: &mut Folder, i: usize, rest: &str) {
    let spec = format!("spec:\n  containers: [{{name: a, image: \"example.com/a:1\"}}]\n{rest}");
    put(folder, "v1", "Pod", &format!("p{i}"), &spec);
}

fn config_maps(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        put(folder, "v1", "ConfigMap", &own(i), "data: {a: b}\n");
        reader(folder, i, &format!("  volumes: [{{name: v, configMap: {{name: a{i}}}}}]\n"));
    }
}

fn one_config_map(n: usize, folder: &mut Folder) {
    let keys = lines(200, |i| format!("  key-{i}: value"));
    put(folder, "v1", "ConfigMap", "a", &format!("data:\n{keys}"));
    for i in 0..n {
        let items = format!("items: [{{key: key-{}, path: p}}]", i % 200);
        reader(folder, i, &format!("  volumes: [{{name: v, configMap: {{name: a, {items}}}}}]\n"));
    }
}

fn secrets(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        put(folder, "v1", "Secret", &own(i), "stringData: {a: b}\n");
        reader(folder, i, &format!("  volumes: [{{name: v, secret: {{secretName: a{i}}}}}]\n"));
    }
}

fn claim(folder: &mut Folder, name: &str) {
    let spec = "spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}\n";
    put(folder, "v1", "PersistentVolumeClaim", name, spec);
}

fn claims(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        claim(folder, &own(i));
        reader(folder, i, &format!("  volumes: [{{name: v, persistentVolumeClaim: {{claimName: a{i}}}}}]\n"));
    }
}

fn one_claim(n: usize, folder: &mut Folder) {
    claim(folder, "a");
    (0..n).for_each(|i| reader(folder, i, "  volumes: [{name: v, persistentVolumeClaim: {claimName: a}}]\n"));
}

const RBAC: &str = "rbac.authorization.k8s.io/v1";

fn binding(folder: &mut Folder, i: usize, role: &str) {
    let rest = format!(
        "roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: {role}}}\nsubjects: [{{kind: ServiceAccount, name: a{i}, namespace: shop}}]\n"
    );
    put(folder, RBAC, "RoleBinding", &format!("b{i}"), &rest);
}

fn roles(n: usize, folder: &mut Folder) {
    for i in 0..n / 4 {
        put(folder, "v1", "ServiceAccount", &own(i), "");
        put(folder, RBAC, "Role", &own(i), "rules: [{apiGroups: [\"\"], resources: [pods], verbs: [get]}]\n");
        binding(folder, i, &own(i));
        reader(folder, i, &format!("  serviceAccountName: a{i}\n"));
    }
}

fn bindings_of_one(n: usize, folder: &mut Folder) {
    put(folder, RBAC, "Role", "a", "rules: [{apiGroups: [\"\"], resources: [secrets], verbs: [get]}]\n");
    (0..n).for_each(|i| binding(folder, i, "a"));
}

fn limits(n: usize, folder: &mut Folder) {
    deployments(n / 2, folder, own);
    for i in 0..n / 4 {
        put(folder, "v1", "LimitRange", &format!("l{i}"), "spec: {limits: [{type: Container, max: {cpu: \"1\"}}]}\n");
        put(
            folder,
            "v1",
            "ResourceQuota",
            &format!("q{i}"),
            "spec: {hard: {pods: \"100000\", requests.cpu: \"100000\"}}\n",
        );
    }
}

fn monitors(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        put(
            folder,
            "v1",
            "Service",
            &format!("s{i}\n  labels: {{app: a}}").replace("\n  labels", ", labels"),
            "spec: {selector: {app: a}, ports: [{name: http, port: 80}]}\n",
        );
        let spec = "spec: {selector: {matchLabels: {app: a}}, endpoints: [{port: http}]}\n";
        put(folder, "monitoring.coreos.com/v1", "ServiceMonitor", &format!("m{i}"), spec);
    }
}

fn webhooks(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        put(folder, "v1", "Service", &own(i), "spec: {ports: [{port: 443}]}\n");
        let webhook = format!(
            "webhooks: [{{name: w.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {{service: {{name: a{i}, namespace: shop}}}}}}]\n"
        );
        folder.object(&format!(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {{name: w{i}}}\n{webhook}"
        ));
    }
}

fn classes(n: usize, folder: &mut Folder) {
    for i in 0..n / 4 {
        folder.object(&format!(
            "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {{name: a{i}}}\nvalue: {i}\n"
        ));
        folder.object(&format!(
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: a{i}}}\nprovisioner: example.com/a\n"
        ));
        reader(folder, i, &format!("  priorityClassName: a{i}\n"));
        let spec = format!(
            "spec: {{accessModes: [ReadWriteOnce], storageClassName: a{i}, resources: {{requests: {{storage: 1Gi}}}}}}\n"
        );
        put(folder, "v1", "PersistentVolumeClaim", &own(i), &spec);
    }
}

fn stateful_sets(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        put(
            folder,
            "v1",
            "Service",
            &own(i),
            &format!("spec: {{clusterIP: None, selector: {{app: a{i}}}, ports: [{{port: 80}}]}}\n"),
        );
        let spec = format!(
            "spec:\n  serviceName: a{i}\n  selector: {{matchLabels: {{app: a{i}}}}}\n  template:\n    metadata: {{labels: {{app: a{i}}}}}\n    spec: {{containers: [{{name: a, image: \"example.com/a:1\"}}]}}\n"
        );
        put(folder, "apps/v1", "StatefulSet", &own(i), &spec);
    }
}

fn external_names(n: usize, folder: &mut Folder) {
    (0..n).for_each(|i| {
        put(
            folder,
            "v1",
            "Service",
            &own(i),
            &format!("spec: {{type: ExternalName, externalName: e{i}.example.com}}\n"),
        )
    });
}

fn named_services(n: usize, folder: &mut Folder) {
    for i in 0..n / 2 {
        put(folder, "v1", "Service", &own(i), "spec: {selector: {app: a}, ports: [{port: 80}]}\n");
        let variable = format!("{{name: URL, value: \"http://a{i}.shop.svc.cluster.local:80/\"}}");
        let spec = format!("spec: {{containers: [{{name: a, image: \"example.com/a:1\", env: [{variable}]}}]}}\n");
        put(folder, "v1", "Pod", &format!("p{i}"), &spec);
    }
}

fn cron_jobs(n: usize, folder: &mut Folder) {
    for i in 0..n {
        let pod = "{restartPolicy: Never, containers: [{name: a, image: \"example.com/a:1\"}]}";
        let spec = format!(
            "spec: {{schedule: \"{} * * * *\", jobTemplate: {{spec: {{template: {{spec: {pod}}}}}}}}}\n",
            i % 60
        );
        put(folder, "batch/v1", "CronJob", &own(i), &spec);
    }
}

fn hooks(n: usize, folder: &mut Folder) {
    for i in 0..n {
        let annotations = format!(
            "{{argocd.argoproj.io/sync-wave: \"{i}\", argocd.argoproj.io/hook: PreSync, helm.sh/hook: pre-install}}"
        );
        folder.object(&format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a{i}, namespace: shop, annotations: {annotations}}}\n"
        ));
    }
}
