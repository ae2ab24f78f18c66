//! What is right for the purpose of an object, and what would be told again and again: remarks, or one finding.

use crate::common::program::{of_rule, report, told, tree};

fn check(files: &[(&str, &str)], rule: &str) -> Vec<String> {
    told(&report(tree(files).path(), &["check"]), of_rule(rule))
}

/// The severities of a rule's findings, in their order.
fn severities(files: &[(&str, &str)], rule: &str, profile: &str) -> Vec<String> {
    let found = report(tree(files).path(), &["check", "--profile", profile]);
    let severity = |line: &String| line.split(' ').next().unwrap_or_default().to_owned();
    told(&found, of_rule(rule)).iter().map(severity).collect()
}

fn message(files: &[(&str, &str)], rule: &str) -> String {
    let found = report(tree(files).path(), &["check"]);
    let mut all = found["findings"].as_array().expect("a list").iter().filter(|finding| finding["rule"] == rule);
    all.next().and_then(|finding| finding["message"].as_str()).unwrap_or_default().to_owned()
}

/// A workload of one container, with what is added to it and to its pod.
fn workload(kind: &str, image: &str, container: &str, pod: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web, namespace: shop}}\nspec:\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n{pod}      containers:\n        - {{name: main, image: '{image}'{container}}}\n"
    )
}

const OWN: &str = "ghcr.io/acme/web:1.2.3";

#[test]
fn what_takes_traffic_in_has_the_ports_of_its_host() {
    let of = |kind: &str, image: &str, profile: &str| {
        let ports = ", ports: [{containerPort: 80, hostPort: 80}]";
        severities(&[("a.yaml", &workload(kind, image, ports, ""))], "host-port", profile)
    };
    assert_eq!(of("DaemonSet", "registry.k8s.io/ingress-nginx/controller:v1.11.2", "default"), ["info"]);
    assert_eq!(of("Deployment", "docker.io/traefik:v3.1.0", "default"), ["info"]);
    assert_eq!(of("DaemonSet", "envoyproxy/envoy:v1.30.0", "default"), ["info"]);
    assert_eq!(of("Deployment", "envoyproxy/envoy:v1.30.0", "default"), ["warning"]);
    assert_eq!(of("DaemonSet", OWN, "default"), ["warning"]);
    assert_eq!(of("DaemonSet", "registry.k8s.io/ingress-nginx/controller:v1.11.2", "pss-baseline"), ["warning"]);
    // On its host's network a pod has its ports there anyway.
    let on_host = |profile: &str| {
        let text =
            workload("DaemonSet", OWN, ", ports: [{containerPort: 80, hostPort: 80}]", "      hostNetwork: true\n");
        [
            severities(&[("a.yaml", &text)], "host-port", profile),
            severities(&[("a.yaml", &text)], "host-network", profile),
        ]
    };
    assert_eq!(on_host("default"), [["info"], ["warning"]]);
    let tool = workload("Deployment", "docker.io/calico/ctl:v3.28.0", "", "      hostNetwork: true\n");
    assert_eq!(severities(&[("a.yaml", &tool)], "host-network", "default"), ["info"]);
}

#[test]
fn a_right_that_is_all_that_is_left_is_a_remark() {
    let of = |kind: &str, capability: &str, drop: &str, pod: &str| {
        let container = format!(", securityContext: {{capabilities: {{{drop}add: [{capability}]}}}}");
        severities(&[("a.yaml", &workload(kind, OWN, &container, pod))], "dangerous-capability", "default")
    };
    let (drop, pod) = ("drop: [ALL], ", "      hostNetwork: true\n");
    assert_eq!(of("DaemonSet", "NET_ADMIN", drop, pod), ["info"]);
    assert_eq!(of("DaemonSet", "SYS_ADMIN", drop, pod), ["warning"]);
    assert_eq!(of("DaemonSet", "NET_RAW", drop, pod), ["warning"]);
    assert_eq!(of("DaemonSet", "NET_ADMIN", "", pod), ["warning"]);
    assert_eq!(of("DaemonSet", "NET_ADMIN", drop, ""), ["warning"]);
    assert_eq!(of("Deployment", "NET_ADMIN", drop, pod), ["warning"]);
    let of_type = |name: &str, profile: &str| {
        let container = format!(", securityContext: {{seLinuxOptions: {{type: {name}}}}}");
        severities(&[("a.yaml", &workload("DaemonSet", OWN, &container, ""))], "selinux-override", profile)
    };
    assert_eq!(of_type("container_device_plugin_t", "default"), ["info"]);
    assert_eq!(of_type("container_device_plugin_t", "pss-baseline"), ["warning"]);
    for name in ["spc_t", "container_runtime_t"] {
        assert_eq!(of_type(name, "default"), ["warning"], "{name}");
    }
    let of_path = |path: &str| {
        let pod = format!("      volumes: [{{name: socket, hostPath: {{path: {path}}}}}]\n");
        severities(&[("a.yaml", &workload("Deployment", OWN, "", &pod))], "sensitive-host-path", "default")
    };
    assert_eq!(of_path("/var/lib/kubelet/plugins/disks.example.com"), ["info"]);
    for path in ["/var/lib/kubelet/plugins", "/var/lib/kubelet/plugins/kubernetes.io/csi", "/var/lib/kubelet/pods"] {
        assert_eq!(of_path(path), ["warning"], "{path}");
    }
}

#[test]
fn hooks_of_helm_are_in_order_for_helm() {
    let job = |hook: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a, namespace: shop, annotations: {{{hook}}}}}\nspec: {{template: {{spec: {{restartPolicy: Never, serviceAccountName: web, containers: [{{name: a, image: 'a:1'}}]}}}}}}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: web, namespace: shop}}\n"
        )
    };
    let app = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n  project: default\n  source: {repoURL: 'https://example.org/x.git', path: other, targetRevision: HEAD}\n  destination: {namespace: shop, server: 'https://kubernetes.default.svc'}\n";
    let of = |files: &[(&str, &str)]| severities(files, "sync-order-deadlock", "default");
    let (helm, argo) = (job("helm.sh/hook: pre-upgrade"), job("argocd.argoproj.io/hook: PreSync"));
    assert_eq!(of(&[("k8s/a.yaml", &helm)]), ["info"]);
    assert_eq!(of(&[("k8s/a.yaml", &argo)]), ["error"]);
    assert_eq!(of(&[("k8s/a.yaml", &helm), ("apps/web.yaml", app)]), ["error"]);
}

#[test]
fn placeholders_of_a_secret_are_one_finding() {
    let secret = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: shop}}\nstringData:\n  a: changeme\n  b: changeme-too\n  c: your-key-here\n"
        )
    };
    let rule = "placeholder-secret-value";
    let one = secret("web");
    assert_eq!(check(&[("a.yaml", &one)], rule), ["warning placeholder-secret-value a.yaml:5"]);
    assert!(message(&[("a.yaml", &one)], rule).ends_with("(and 2 more keys of this object)"));
    assert_eq!(check(&[("a.yaml", &format!("{one}---\n{}", secret("api")))], rule).len(), 2);
    // What is suppressed speaks for nothing else.
    let quiet = one.replace("a: changeme\n", "a: changeme # kubevet: ignore[placeholder-secret-value] -- for tests\n");
    let found = report(tree(&[("a.yaml", &quiet)]).path(), &["check"]);
    let active = told(&found, |finding| finding["rule"] == rule && finding["suppressed"].is_null());
    assert_eq!(active, ["warning placeholder-secret-value a.yaml:6"]);
}

#[test]
fn ports_of_a_container_are_one_finding() {
    let ports = ", ports: [{containerPort: 80, hostPort: 8080}, {containerPort: 81, hostPort: 8081}]";
    let text = workload("Deployment", OWN, ports, "");
    assert_eq!(check(&[("a.yaml", &text)], "host-port").len(), 1);
    let more =
        format!("{text}        - {{name: other, image: '{OWN}', ports: [{{containerPort: 82, hostPort: 8082}}]}}\n");
    assert_eq!(check(&[("a.yaml", &more)], "host-port").len(), 2);
}

#[test]
fn a_helper_that_a_chart_lacks_is_one_finding() {
    let template = |kind: &str, helper: &str| {
        format!(
            "{{{{- if .Values.{kind} }}}}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{{{ include \"{helper}\" . }}}}\n  labels:\n    app: {{{{ include \"{helper}\" . }}}}\n{{{{- end }}}}\n"
        )
    };
    let (one, two) = (template("one", "web.nme"), template("two", "web.nme"));
    let files = |second: &str| {
        let chart = [
            ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n"),
            ("values.yaml", "one: false\ntwo: false\n"),
            ("templates/_helpers.tpl", "{{- define \"web.name\" }}web{{ end }}\n"),
            ("templates/a.yaml", &*one),
            ("templates/b.yaml", second),
        ];
        check(&chart, "undefined-chart-template").len()
    };
    assert_eq!(files(&two), 1);
    assert_eq!(files(&template("two", "web.labls")), 2);
}

#[test]
fn a_line_that_many_objects_get_is_one_finding() {
    let app = |name: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  interval: 1h\n  path: ./component\n  prune: true\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n  postBuild: {{substitute: {{APP: {name}}}}}\n"
        )
    };
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${APP}-backup\n  namespace: shop\nstringData:\n  PASSWORD: Vk93-mmPq-2\n";
    let (web, api) = (app("web"), app("api"));
    let files = [
        ("apps/web.yaml", &*web),
        ("apps/api.yaml", &*api),
        ("component/kustomization.yaml", "resources: [secret.yaml]\n"),
        ("component/secret.yaml", secret),
    ];
    assert_eq!(check(&files, "committed-secret"), ["error committed-secret component/secret.yaml:7"]);
}

#[test]
fn a_base_without_policy_is_told_once_for_its_overlays() {
    let web = workload("Deployment", OWN, ", ports: [{containerPort: 80}]", "");
    let overlay = |namespace: &str| format!("namespace: {namespace}\nnamePrefix: x-\nresources: [../../base]\n");
    let (stage, prod) = (overlay("stage"), overlay("prod"));
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: else}\nspec: {podSelector: {}}\n";
    let files = [
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", &*web),
        ("overlays/stage/kustomization.yaml", &*stage),
        ("overlays/prod/kustomization.yaml", &*prod),
        ("else/policy.yaml", policy),
    ];
    let rule = "missing-network-policy";
    assert_eq!(check(&files, rule).len(), 1);
    assert!(message(&files, rule).contains("nor those of one more overlay of the same base"));
    let of = |files: &[(&str, &str)]| severities(files, rule, "default");
    let at = |namespace: &str| web.replace("namespace: shop", &format!("namespace: {namespace}"));
    let (real, system, release) = (at("shop"), at("system"), at("release-namespace"));
    assert_eq!(of(&[("a.yaml", &real), ("b.yaml", policy)]), ["warning"]);
    assert_eq!(of(&[("a.yaml", &system), ("b.yaml", policy)]), ["info"]);
    assert_eq!(of(&[("a.yaml", &release), ("b.yaml", policy)]), ["info"]);
    // Three files with the same workload are alternatives.
    let same = |count: usize| {
        let names = ["k/a.yaml", "k/b.yaml", "k/c.yaml"];
        let mut files: Vec<(&str, &str)> = names.iter().take(count).map(|name| (*name, &*real)).collect();
        files.push(("b.yaml", policy));
        of(&files)
    };
    assert_eq!(same(3), ["info"]);
    assert_eq!(same(2), ["warning"]);
    // On a cluster for development nobody asks.
    assert_eq!(of(&[("k8s/dev/a.yaml", &real), ("b.yaml", policy)]), ["info"]);
    assert_eq!(of(&[("k8s/devices/a.yaml", &real), ("b.yaml", policy)]), ["warning"]);
    let open = "apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\nspec: {type: NodePort, selector: {app: db}, ports: [{port: 5432}]}\n";
    let exposed = |file: &str| severities(&[(file, open)], "internal-service-exposed", "default");
    assert_eq!([exposed("overlays/dev/a.yaml"), exposed("overlays/prod/a.yaml")], [["info"], ["warning"]]);
}

#[test]
fn tls_may_end_in_front_of_the_controller() {
    let own = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: shop}\nspec:\n  ingressClassName: nginx\n  rules: [{host: web.acme.io, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]\n";
    let front = |host: &str, service: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: front, namespace: nginx}}\nspec:\n  ingressClassName: alb\n  tls: [{{hosts: ['{host}']}}]\n  defaultBackend: {{service: {{name: {service}, port: {{number: 80}}}}}}\n"
        )
    };
    let of = |host: &str, service: &str| {
        let front = front(host, service);
        severities(&[("web/a.yaml", own), ("cluster/front.yaml", &front)], "ingress-without-tls", "default")
    };
    assert_eq!(of("*.acme.io", "nginx-ingress"), ["info"]);
    assert_eq!(of("*.other.io", "nginx-ingress"), ["warning"]);
    assert_eq!(of("*.acme.io", "shop"), ["warning"]);
}

#[test]
fn images_that_a_build_puts_in_are_remarks() {
    let rule = "latest-image-tag";
    let at = |file: &str, image: &str, more: &[(&str, &str)]| {
        let text = workload("Deployment", image, "", "");
        let mut files = vec![(file, text.as_str())];
        files.extend(more);
        severities(&files, rule, "default")
    };
    let latest = "ghcr.io/acme/web:latest";
    let make = "image:\n\tsed -i -e 's@image: .*@image: '\"$(IMG)\"'@' ./k8s/web.yaml\n";
    assert_eq!(at("k8s/web.yaml", latest, &[("Makefile", make)]), ["info"]);
    assert_eq!(at("k8s/api.yaml", latest, &[("Makefile", make)]), ["warning"]);
    assert_eq!(at("k8s/manager_image_patch.yaml", latest, &[]), ["info"]);
    for registry in ["image-registry.openshift-image-registry.svc:5000", "image-registry.openshift-image-registry.svc"]
    {
        assert_eq!(at("a.yaml", &format!("{registry}/openshift/cli:latest"), &[]), ["info"], "{registry}");
    }
    assert_eq!(at("a.yaml", "image-registry.example.com:5000/openshift/cli:latest", &[]), ["warning"]);
}

#[test]
fn well_known_charts_make_services_of_fixed_names() {
    let release = |values: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: cilium, namespace: kube-system}}\nspec:\n  interval: 1h\n  chartRef: {{kind: OCIRepository, name: cilium}}\n  values: {values}\n"
        )
    };
    let route = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a, namespace: kube-system}\nspec: {parentRefs: [{name: b}], rules: [{backendRefs: [{name: hubble-ui, port: 80}]}]}\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: kube-system}\nspec: {clusterIP: None, ports: [{port: 80}]}\n";
    let of = |values: &str| {
        let release = release(values);
        let files = [("a/release.yaml", &*release), ("a/route.yaml", route), ("a/service.yaml", service)];
        check(&files, "dangling-route-backend").len()
    };
    assert_eq!(of("{hubble: {ui: {enabled: true}}}"), 0);
    assert_eq!(of("{hubble: {ui: {enabled: false}}}"), 1);
    assert_eq!(of("{hubble: {relay: {enabled: true}}}"), 1);
}

#[test]
fn a_word_that_stands_for_a_label_is_to_be_set() {
    let web = workload("Deployment", OWN, "", "");
    let of = |label: &str| {
        let text = format!(
            "{web}---\napiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop}}\nspec: {{selector: {{app: {label}}}, ports: [{{port: 80}}]}}\n"
        );
        severities(&[("a.yaml", &text)], "dangling-service-selector", "default")
    };
    assert_eq!([of("none"), of("nonesuch")], [["info"], ["warning"]]);
    // A series is told once.
    let service = |name: &str| {
        format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}\n"
        )
    };
    let of = |names: &[&str]| {
        let text = names.iter().map(|name| service(name)).collect::<String>();
        check(&[("a.yaml", &format!("{web}{text}"))], "dangling-service-selector").len()
    };
    assert_eq!([of(&["node-1", "node-2", "node-12"]), of(&["node-1", "peer-1"])], [1, 2]);
}

#[test]
fn values_that_say_what_they_are_for_are_no_errors() {
    let secret = |data: &str| {
        let text =
            format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: a, namespace: shop}}\nstringData: {data}\n");
        severities(&[("a.yaml", &text)], "committed-secret", "default")
    };
    assert_eq!(secret("{secret: local-dev-jwt-secret-not-for-production-use}"), ["warning"]);
    assert_eq!(secret("{DB_PASSWORD: p@ssw0rd-12345}"), ["warning"]);
    assert_eq!(secret("{CLIENT_SECRET: my-super-secret-value}"), ["warning"]);
    assert_eq!(secret("{DB_PASSWORD: Vk93-mmPq-2}"), ["error"]);
    let env = ", env: [{name: CLIENT_SECRET, value: my-super-secret-value}]";
    let text = workload("Deployment", OWN, env, "");
    assert_eq!(severities(&[("a.yaml", &text)], "plaintext-secret-in-env", "default"), ["warning"]);
    let named = text.replace("my-super-secret-value", "shop-client");
    assert_eq!(severities(&[("a.yaml", &named)], "plaintext-secret-in-env", "default"), [""; 0]);
    for data in [
        "{password: PASSWORD, certificate: CERTIFICATE}",
        "{elasticsearch_logstash_prefix: logstash}",
        "{BENTO_DEPLOYMENT_NAMESPACES: 'yatai,builds'}",
        "{user-00-registration: 'enable_registration: false'}",
    ] {
        assert_eq!(secret(data), [""; 0], "{data}");
    }
}

#[test]
fn a_way_of_doing_things_is_told_once() {
    let set = |number: usize| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: a{number}, namespace: argocd}}\nspec:\n  goTemplate: true\n  generators: [{{list: {{elements: [{{name: x}}]}}}}]\n  template:\n    metadata: {{name: 'a{number}-{{{{.name}}}}'}}\n    spec:\n      project: default\n      source: {{repoURL: 'https://example.org/x.git', path: x, targetRevision: HEAD}}\n      destination: {{namespace: shop, server: 'https://kubernetes.default.svc'}}\n"
        )
    };
    let of = |count: usize| {
        let text: Vec<String> = (0..count).map(set).collect();
        severities(&[("a.yaml", &text.join("---\n"))], "application-set-missing-key", "default")
    };
    assert_eq!(of(3), ["warning"; 3]);
    let many = of(12);
    assert_eq!((many[0].as_str(), &many[1..]), ("warning", &["info"; 11].map(str::to_owned)[..]));
}
