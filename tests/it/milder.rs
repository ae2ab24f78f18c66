//! What rules say less loudly, or not at all, because something around the object tells that it is meant or does no harm; and what
//! next to it stays as loud as ever.

use crate::common::program::{of_rule, report, told, tree};

fn check(files: &[(&str, &str)], rule: &str) -> Vec<String> {
    told(&report(tree(files).path(), &["check"]), of_rule(rule))
}

fn severities(files: &[(&str, &str)], rule: &str, profile: &str) -> Vec<String> {
    let found = report(tree(files).path(), &["check", "--profile", profile]);
    let severity = |line: &String| line.split(' ').next().unwrap_or_default().to_owned();
    told(&found, of_rule(rule)).iter().map(severity).collect()
}

/// A workload of namespace `NAMESPACE` with one container, and what is added to both.
fn workload(kind: &str, namespace: &str, container: &str, pod: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web, namespace: {namespace}}}\nspec:\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n{pod}      containers:\n        - {{name: main, image: 'ghcr.io/acme/web:1.2.3'{container}}}\n"
    )
}

fn service(name: &str, port: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{selector: {{app: web}}, ports: [{port}]}}\n"
    )
}

#[test]
fn readiness_is_asked_where_traffic_waits_for_it() {
    let rule = "missing-readiness-probe";
    let severity = |text: &str| {
        let lines = check(&[("a.yaml", text)], rule);
        lines.first().map_or("", |line| if line.starts_with("warning") { "warning" } else { "info" }).to_owned()
    };
    let open = ", ports: [{containerPort: 80}]";
    // No Service is known: whose port is open may have one elsewhere, a DaemonSet works on its node.
    assert_eq!(severity(&workload("Deployment", "shop", open, "")), "warning");
    assert_eq!(severity(&workload("Deployment", "shop", "", "")), "info");
    assert_eq!(severity(&workload("DaemonSet", "shop", open, "")), "info");
    // What a Service selects gets its traffic, whatever it is; figures can wait.
    let with =
        |kind: &str, name: &str, port: &str| severity(&(workload(kind, "shop", open, "") + &service(name, port)));
    assert_eq!(with("DaemonSet", "web", "{port: 80}"), "warning");
    assert_eq!(with("Deployment", "web", "{name: http, port: 80}"), "warning");
    assert_eq!(with("Deployment", "web", "{name: metrics, port: 80}"), "info");
    assert_eq!(with("Deployment", "web-metrics-service", "{name: https, port: 80}"), "info");
    assert_eq!(with("Deployment", "metrics-server", "{name: https, port: 80}"), "warning");
    // A Service that names no namespace is for the pods beside it.
    let web = workload("Deployment", "shop", open, "");
    let unplaced = service("web", "{port: 80}").replace(", namespace: shop", "");
    let first = |files: &[(&str, &str)]| check(files, rule).first().map(|line| line.starts_with("warning"));
    assert_eq!(first(&[("a/web.yaml", &web), ("b/web.yaml", &unplaced)]), Some(false));
    assert_eq!(first(&[("a/web.yaml", &web), ("a/service.yaml", &unplaced)]), Some(true));
    // One of two Services is for more than that.
    let two = workload("Deployment", "shop", open, "")
        + &service("web-metrics", "{port: 80}")
        + &service("web", "{port: 80}");
    assert_eq!(severity(&two), "warning");
}

#[test]
fn agents_of_nodes_are_known_by_their_signs() {
    let tolerates = "      tolerations: [{operator: Exists}]\n";
    let opens = "      volumes: [{name: a, hostPath: {path: /dev}}]\n";
    let taken = "      hostPID: true\n";
    let pod = |kind: &str, namespace: &str, more: &str| {
        workload(kind, namespace, ", securityContext: {privileged: true}", &format!("{taken}{more}"))
    };
    let of = |text: &str, profile: &str| {
        let files = [("a.yaml", text)];
        ["host-pid", "privileged-container"].map(|rule| severities(&files, rule, profile).join(" ")).join(" ")
    };
    let both = format!("{tolerates}{opens}");
    assert_eq!(of(&pod("DaemonSet", "shop", ""), "default"), "error error");
    assert_eq!(of(&pod("DaemonSet", "shop", tolerates), "default"), "warning warning");
    assert_eq!(of(&pod("DaemonSet", "shop", &both), "default"), "info info");
    assert_eq!(of(&pod("DaemonSet", "kube-system", opens), "default"), "info info");
    for profile in ["strict", "pss-baseline", "nsa", "cis"] {
        assert_eq!(of(&pod("DaemonSet", "kube-system", &both), profile), "error error", "{profile}");
    }
    for kind in ["Deployment", "StatefulSet"] {
        assert_eq!(of(&pod(kind, "kube-system", &both), "default"), "error error", "{kind}");
    }
    let namespace = |level: &str| {
        format!(
            "---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, labels: {{pod-security.kubernetes.io/enforce: {level}}}}}\n"
        )
    };
    assert_eq!(of(&(pod("DaemonSet", "shop", opens) + &namespace("privileged")), "default"), "info info");
    assert_eq!(of(&(pod("DaemonSet", "shop", opens) + &namespace("baseline")), "default"), "warning warning");
    let paths = |text: &str| severities(&[("a.yaml", text)], "sensitive-host-path", "default");
    assert_eq!(paths(&pod("DaemonSet", "shop", &both)), ["info"]);
    assert_eq!(paths(&pod("Deployment", "shop", &both)), ["warning"]);
    // The whole of a node is nothing that agents open: it takes two other signs.
    let whole = both.replace("/dev", "/");
    assert_eq!(paths(&pod("DaemonSet", "shop", &whole)), ["warning"]);
}

#[test]
fn a_network_plugin_has_no_network_but_the_hosts() {
    let of = |kind: &str, pod: &str| {
        let text = workload(kind, "shop", "", &format!("      hostNetwork: true\n{pod}"));
        severities(&[("a.yaml", &text)], "host-network", "default")
    };
    let plugin = "      volumes: [{name: a, hostPath: {path: /etc/cni/net.d}}]\n";
    assert_eq!(of("DaemonSet", plugin), ["info"]);
    assert_eq!(of("Deployment", plugin), ["warning"]);
    let windows = "      securityContext: {windowsOptions: {hostProcess: true}}\n";
    assert_eq!(of("DaemonSet", windows), ["info"]);
    assert_eq!(of("DaemonSet", "      dnsPolicy: ClusterFirstWithHostNet\n"), ["warning"]);
}

#[test]
fn what_a_privileged_container_has_anyway_is_not_told_beside_it() {
    let of = |privileged: &str, profile: &str| {
        let container = format!(", securityContext: {{{privileged}capabilities: {{add: [SYS_ADMIN]}}}}");
        severities(&[("a.yaml", &workload("Deployment", "shop", &container, ""))], "dangerous-capability", profile)
    };
    assert_eq!(of("privileged: true, ", "default"), [""; 0]);
    assert_eq!(of("privileged: false, ", "default"), ["warning"]);
    assert_eq!(of("", "default"), ["warning"]);
    assert_eq!(of("privileged: true, ", "cis"), ["warning"]);
}

#[test]
fn the_name_of_a_secret_is_no_secret() {
    let of = |arguments: &str| {
        let text = workload("Deployment", "shop", &format!(", args: [{arguments}]"), "");
        check(&[("a.yaml", &text)], "plaintext-secret-in-args").len()
    };
    for named in [
        "--secret, shop-admission-secret",
        "--secret=shop-admission-secret",
        "--tls-secret, web-tls",
        "--secret-name=shop-api",
        "'gen.sh --service web --secret shop-admission-secret'",
    ] {
        assert_eq!(of(named), 0, "{named}");
    }
    for held in
        ["--secret, Vk93xmmPq2zL0a", "--secret=Vk93xmmPq2zL0a", "--jwt-secret, hunter2-and-more", "--password, shop"]
    {
        assert_eq!(of(held), 1, "{held}");
    }
}

#[test]
fn a_value_that_repeats_a_name_beside_it_is_a_default() {
    let secret = |data: &str| {
        let text = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: katib-db, namespace: shop}}\nstringData: {data}\n"
        );
        severities(&[("a.yaml", &text)], "committed-secret", "default")
    };
    assert_eq!(secret("{password: katib}"), ["warning"]);
    assert_eq!(secret("{username: chuser, password: chpassword}"), ["warning"]);
    assert_eq!(secret("{username: sa, password: sa_password}"), ["warning"]);
    assert_eq!(secret("{username: chuser, password: Vk93-mmPq-2}"), ["error"]);
    assert_eq!(secret("{username: chuser, password: chpassword, token: Vk93-mmPq-2}"), ["error"]);
    let variable = |user: &str| {
        let env = format!(", env: [{{name: DB_USER, value: {user}}}, {{name: DB_PASSWORD, value: lion7cub}}]");
        severities(&[("a.yaml", &workload("Deployment", "shop", &env, ""))], "plaintext-secret-in-env", "default")
    };
    assert_eq!(variable("lion7cub"), ["warning"]);
    assert_eq!(variable("other"), ["error"]);
    let file = |password: &str| {
        let text = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: web, namespace: shop}}\ndata:\n  config.yaml: |\n    user:\n      password: \"default\"\n    other:\n      password: \"{password}\"\n"
        );
        severities(&[("a.yaml", &text)], "plaintext-secret-in-configmap", "default")
    };
    assert_eq!(file("default"), ["warning"]);
    assert_eq!(file("Vk93-mmPq-2"), ["error"]);
}

#[test]
fn an_autoscaler_scales_what_lies_in_its_own_folder() {
    let rule = "replicas-owned-by-hpa";
    let deployment = |name: &str| {
        workload("Deployment", "shop", "", "")
            .replace("name: web,", &format!("name: {name},"))
            .replace("spec:\n  sel", "spec:\n  replicas: 3\n  sel")
    };
    let hpa = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: shop}\nspec:\n  minReplicas: 2\n  maxReplicas: 5\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]\n";
    let at = |files: &[(&str, &str)]| -> Vec<String> {
        check(files, rule)
            .iter()
            .filter_map(|line| Some(line.rsplit(' ').next()?.split(':').next()?.to_owned()))
            .collect()
    };
    let web = deployment("web");
    let both = [("k8s/deployments.yaml", web.as_str()), ("k8s/mvp/deployments.yaml", web.as_str())];
    assert_eq!(at(&[both[0], both[1], ("k8s/hpa.yaml", hpa)]), ["k8s/deployments.yaml"]);
    assert_eq!(at(&[both[0], both[1], ("k8s/mvp/hpa.yaml", hpa)]), ["k8s/mvp/deployments.yaml"]);
    // Apart from both, it may be for either.
    assert_eq!(at(&[both[0], both[1], ("k8s/scaling/hpa.yaml", hpa)]).len(), 2);
    assert_eq!(at(&[both[1], ("k8s/hpa.yaml", hpa)]), ["k8s/mvp/deployments.yaml"]);
}

#[test]
fn a_bound_in_an_unknown_namespace_may_not_hold() {
    let rule = "limit-range-violated";
    let range = |namespace: &str| {
        format!(
            "apiVersion: v1\nkind: LimitRange\nmetadata: {{name: a{namespace}}}\nspec: {{limits: [{{type: Container, max: {{memory: 80Mi}}}}]}}\n"
        )
    };
    let web = workload("Deployment", "shop", ", resources: {limits: {memory: 100Mi}}", "");
    let unplaced = web.replace(", namespace: shop", "");
    let of = |files: &[(&str, &str)]| severities(files, rule, "default");
    assert_eq!(of(&[("a.yaml", &unplaced), ("range.yaml", &range(""))]), ["warning"]);
    assert_eq!(of(&[("a.yaml", &format!("{unplaced}---\n{}", range("")))]), ["error"]);
    assert_eq!(of(&[("a.yaml", &web), ("range.yaml", &range(", namespace: shop"))]), ["error"]);
    let kustomization = "resources: [a.yaml, range.yaml]\n";
    let files = [("a.yaml", unplaced.as_str()), ("range.yaml", &range("")), ("kustomization.yaml", kustomization)];
    assert_eq!(of(&files), ["error"]);
}

#[test]
fn an_ingress_with_tls_at_hand_needs_no_warning() {
    let ingress = |name: &str, tls: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n{tls}  defaultBackend: {{service: {{name: web, port: {{number: 80}}}}}}\n"
        )
    };
    let of = |files: &[(&str, &str)]| severities(files, "ingress-without-tls", "default");
    let (plain, secure) = (ingress("web", ""), "  tls: [{hosts: [web.example.com], secretName: web}]\n");
    assert_eq!(of(&[("a.yaml", &plain)]), ["warning"]);
    assert_eq!(of(&[("a.yaml", &ingress("web", "  # tls:\n  # - secretName: web\n"))]), ["info"]);
    assert_eq!(of(&[("a.yaml", &ingress("web", "  # tls is ended elsewhere: see below\n"))]), ["warning"]);
    // A comment in another document speaks of another Ingress.
    let two = format!("{plain}---\n{}", ingress("api", "  # tls:\n"));
    assert_eq!(of(&[("a.yaml", &two)]), ["warning", "info"]);
    assert_eq!(of(&[("a.yaml", &plain), ("b.yaml", &ingress("web", secure))]), ["info"]);
    let (http, https) = (ingress("tb-http-lb", ""), ingress("tb-https-lb", secure));
    assert_eq!(of(&[("http.yaml", &http), ("https.yaml", &https)]), ["info"]);
    assert_eq!(of(&[("http.yaml", &http), ("other/https.yaml", &https)]), ["warning"]);
    assert_eq!(of(&[("http.yaml", &http), ("api.yaml", &ingress("api", secure))]), ["warning"]);
}

#[test]
fn probes_look_for_a_port_in_their_own_container() {
    let one = |name: &str, number: u16, probe: &str| {
        format!(
            "        - {{name: {name}, image: 'ghcr.io/acme/web:1.2.3', ports: [{{name: healthz, containerPort: {number}}}]{probe}}}\n"
        )
    };
    let probe = ", livenessProbe: {httpGet: {path: /, port: healthz}}";
    let pod = |first: &str, second: &str| {
        workload("DaemonSet", "shop", ", command: [a]", "") + &one("one", 9808, first) + &one("two", 9809, second)
    };
    let of = |text: &str| severities(&[("a.yaml", text)], "duplicate-port-name", "default");
    assert_eq!(of(&pod(probe, probe)), ["info"]);
    assert_eq!(of(&pod(probe, "")), ["warning"]);
    assert_eq!(of(&(pod(probe, probe) + &service("web", "{port: 80, targetPort: healthz}"))), ["warning"]);
    assert_eq!(of(&(pod(probe, probe) + &service("web", "{port: 80, targetPort: http}"))), ["info"]);
}

#[test]
fn nodes_of_openshift_carry_the_label_of_masters() {
    let rule = "deprecated-node-label";
    let pod = |namespace: &str| {
        workload("Deployment", namespace, "", "      nodeSelector: {node-role.kubernetes.io/master: ''}\n")
    };
    let route = "---\napiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: web, namespace: shop}\nspec: {to: {kind: Service, name: web}}\n";
    let of = |text: &str| check(&[("a.yaml", text)], rule).len();
    assert_eq!(of(&pod("shop")), 1);
    assert_eq!(of(&(pod("shop") + route)), 0);
    assert_eq!(of(&pod("openshift-ptp")), 0);
    let zone = pod("shop").replace("node-role.kubernetes.io/master", "failure-domain.beta.kubernetes.io/zone");
    assert_eq!(of(&(zone + route)), 1);
}

#[test]
fn controllers_issue_the_certificates_that_an_ingress_asks_for() {
    let of = |annotation: &str| {
        let text = format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  namespace: shop\n  annotations: {{{annotation}}}\nspec:\n  tls: [{{hosts: [web.example.com], secretName: web-cert}}]\n  defaultBackend: {{service: {{name: web, port: {{number: 80}}}}}}\n---\n{}{}",
            workload("Deployment", "shop", "", ""),
            service("web", "{port: 80}")
        );
        check(&[("a.yaml", &text)], "dangling-secret-reference").len()
    };
    for annotation in [
        "stable.k8s.psg.io/kcm.class: default",
        "kubernetes.io/tls-acme: 'true'",
        "certmanager.k8s.io/issuer: a",
        "cert.gardener.cloud/purpose: managed",
    ] {
        assert_eq!(of(annotation), 0, "{annotation}");
    }
    assert_eq!(of("kubernetes.io/ingress.class: nginx"), 1);
}

#[test]
fn what_a_kustomization_names_in_a_comment_alone_is_not_switched_on() {
    let old = "apiVersion: cert-manager.io/v1alpha2\nkind: Issuer\nmetadata: {name: a, namespace: system}\nspec: {selfSigned: {}}\n";
    let of = |entry: &str| {
        let files = [
            ("config/certmanager/a.yaml", old),
            ("config/certmanager/kustomization.yaml", "resources: [a.yaml]\n"),
            ("config/manager/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"),
            ("config/manager/kustomization.yaml", "resources: [b.yaml]\n"),
            ("config/default/kustomization.yaml", entry),
        ];
        severities(&files, "deprecated-custom-api", "default")
    };
    assert_eq!(of("resources:\n- ../manager\n# [CERTMANAGER] uncomment it\n#- ../certmanager\n"), ["info"]);
    assert_eq!(of("resources:\n- ../manager\n- ../certmanager\n"), ["warning"]);
    assert_eq!(of("resources:\n- ../manager\n#- ../prometheus\n"), ["warning"]);
}

#[test]
fn tls_that_ends_elsewhere_is_told_as_a_remark() {
    let ingress = |name: &str, host: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  ingressClassName: nginx\n  rules:\n  - host: {host}\n    http: {{paths: [{{path: /{name}, pathType: Prefix, backend: {{service: {{name: {name}, port: {{number: 80}}}}}}}}]}}\n"
        )
    };
    let check = |files: &[(&str, &str)]| told(&report(tree(files).path(), &["check"]), of_rule("ingress-without-tls"));
    let (a, b, c) = (ingress("a", "shop.acme.net"), ingress("b", "shop.acme.net"), ingress("c", "news.acme.net"));
    // Those of one host are one finding.
    let files = [("a/a.yaml", &*a), ("b/b.yaml", &*b), ("c/c.yaml", &*c)];
    assert_eq!(check(&files), ["warning ingress-without-tls a/a.yaml:4", "warning ingress-without-tls c/c.yaml:4"]);
    let gateway = "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: edge}\nspec:\n  selector: {istio: ingressgateway}\n  servers:\n  - port: {number: 443, name: https, protocol: HTTPS}\n    tls: {mode: SIMPLE, credentialName: g}\n    hosts: ['*.acme.net']\n";
    let with = [files.as_slice(), &[("edge/g.yaml", gateway)]].concat();
    let told_of = check(&with);
    assert!(told_of.len() == 3 && told_of.iter().all(|line| line.starts_with("info ")), "{told_of:?}");
}

#[test]
fn what_is_left_of_former_templates_is_no_manifest() {
    let job = "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: a}\nspec: {}\n";
    let chart = ("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    let check = |name: &str| {
        let dir = tree(&[chart, (name, job)]);
        let found = report(dir.path(), &["check"]);
        (found["findings"].as_array().expect("a list").len(), crate::common::program::ledger(&found))
    };
    let (count, ledger) = check("web/old_templates/a.yaml");
    assert!(count == 0 && ledger.contains(&"web/old_templates/a.yaml helm-template".to_owned()), "{ledger:?}");
    assert!(check("web/manifests/a.yaml").0 > 0);
}

#[test]
fn a_sysctl_of_the_node_and_a_job_that_runs_once_are_no_errors() {
    let rule = || of_rule("privileged-container");
    let check = |text: &str, args: &[&str]| told(&report(tree(&[("a.yaml", text)]).path(), args), rule());
    let pod = |command: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: shop}}\nspec:\n  initContainers:\n  - name: init\n    image: a:1\n    command: [sh, -c, '{command}']\n    securityContext: {{privileged: true}}\n  containers: [{{name: b, image: 'b:1'}}]\n"
        )
    };
    let sysctl = pod("sysctl -w vm.max_map_count=262144");
    assert_eq!(check(&sysctl, &["check"]), ["warning privileged-container a.yaml:9"]);
    assert_eq!(check(&sysctl, &["check", "--profile", "pss-baseline"]), ["error privileged-container a.yaml:9"]);
    assert_eq!(check(&pod("mount /x"), &["check"]), ["error privileged-container a.yaml:9"]);
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, namespace: shop}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: a\n        image: a:1\n        securityContext: {privileged: true}\n";
    assert_eq!(check(job, &["check"]), ["warning privileged-container a.yaml:11"]);
}

#[test]
fn a_folder_that_an_application_set_excludes_is_not_applied() {
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all, namespace: argocd}\nspec:\n  generators:\n  - git:\n      repoURL: https://example.org/x.git\n      revision: HEAD\n      directories:\n      - path: units/*\n      - path: units/old\n        exclude: true\n  template:\n    metadata: {name: '{{path.basename}}'}\n    spec:\n      project: default\n      source: {repoURL: 'https://example.org/x.git', targetRevision: HEAD, path: '{{path}}'}\n      destination: {server: 'https://kubernetes.default.svc', namespace: shop}\n";
    let pod = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec: {containers: [{name: a, image: a}]}\n";
    let dir = tree(&[
        ("set.yaml", set),
        ("units/old/a.yaml", pod),
        ("units/new/a.yaml", &pod.replace("name: a}", "name: b}")),
    ]);
    let found = told(&report(dir.path(), &["check"]), of_rule("latest-image-tag"));
    assert_eq!(found, ["warning latest-image-tag units/new/a.yaml:8", "info latest-image-tag units/old/a.yaml:8"]);
}

#[test]
fn copies_of_known_releases_are_told_as_remarks() {
    let deployment = |labels: &str, image: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\n  labels: {labels}\nspec:\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: web, image: '{image}'}}]}}\n"
        )
    };
    let check = |text: &str| {
        let found = report(tree(&[("deploy/web.yaml", text)]).path(), &["check"]);
        told(&found, |finding| finding["severity"] == "warning").len()
    };
    let own = deployment("{app: web}", "web:1");
    assert!(check(&own) > 0);
    let prometheus = "{app.kubernetes.io/part-of: kube-prometheus, app.kubernetes.io/version: 1.2.3}";
    assert_eq!(check(&deployment(prometheus, "web:1")), 0);
    assert_eq!(check(&deployment("{app: web}", "docker.io/istio/examples-helloworld-v1")), 0);
}

#[test]
fn what_ytt_fills_in_is_not_known() {
    let (head, labels) = ("#@ load(\"@ytt:data\", \"data\")\n---\n", "#@ labels(\"web\")");
    let pod = |name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec: {{containers: [{{name: a, image: 'a:1'}}]}}\n---\n"
        )
    };
    let budget = |name: &str| {
        format!(
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  maxUnavailable: 1\n  selector:\n    matchLabels: {labels}\n---\n"
        )
    };
    let text = [pod("web"), pod("shop"), budget("web"), budget("shop")].concat();
    let check = |text: &str| {
        let found = report(tree(&[("a.yaml", text)]).path(), &["check"]);
        told(&found, of_rule("overlapping-budgets")).iter().filter(|line| line.starts_with("error")).count()
    };
    assert_eq!(check(&format!("{head}{text}")), 0);
    assert_eq!(check(&text.replace(labels, "")), 2);
}
