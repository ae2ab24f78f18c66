//! What readers found on repositories that nobody had tuned to: charts that others install, values of their tests, what is built
//! or filled in beside the manifests, and one thing told many times.

use serde_json::Value;

use crate::common::program::{is_error, of_rule, report, told, tree};

/// A Deployment with one container; `container` are further fields of it, `pod` further containers.
fn deployment(name: &str, container: &str, pod: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  replicas: 2\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers:\n        - {{name: main, image: 'ghcr.io/acme/{name}:1.2.3'{container}}}\n{pod}"
    )
}

fn service(name: &str, ports: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{selector: {{app: {name}}}, ports: [{ports}]}}\n"
    )
}

fn chart(name: &str, more: &str) -> String {
    format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n{more}")
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      image: {{ .Values.image }}\n";

fn check(files: &[(&str, &str)], rule: &str) -> Vec<String> {
    let found = report(tree(files).path(), &["check"]);
    told(&found, of_rule(rule))
}

fn messages(found: &Value, rule: &str) -> Vec<String> {
    let findings = found["findings"].as_array().expect("a list").iter().filter(|finding| finding["rule"] == rule);
    findings.map(|finding| finding["message"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_part_of_a_chart_is_judged_in_it() {
    let parent = chart("shop", "dependencies:\n  - {name: web, version: 0.1.0, repository: 'file://../web'}\n");
    let web = [
        ("web/Chart.yaml", chart("web", "")),
        ("web/values.yaml", "image: nginx\n".to_owned()),
        ("web/templates/pod.yaml", POD.to_owned()),
    ];
    let mut files: Vec<(&str, &str)> = web.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(check(&files, "latest-image-tag"), ["warning latest-image-tag web/values.yaml:1"]);
    files.extend([("shop/Chart.yaml", parent.as_str()), ("shop/values.yaml", "web: {image: 'nginx:1.27.3'}\n")]);
    assert_eq!(check(&files, "latest-image-tag"), ["info latest-image-tag web/values.yaml:1"]);
    // What holds in the chart that takes it in is said as loud as ever.
    files.pop();
    assert_eq!(check(&files, "latest-image-tag"), ["warning latest-image-tag web/values.yaml:1"]);
}

#[test]
fn a_chart_may_depend_on_another_one_of_its_name() {
    let common = chart(
        "common",
        "type: library\ndependencies:\n  - {name: common, version: 2.41.0, repository: 'oci://charts.example.com/other'}\n",
    );
    let web = chart("web", "dependencies:\n  - {name: common, version: 0.1.0, repository: 'file://../common'}\n");
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include \"common.names.fullname\" . }}\n";
    let files = [("common/Chart.yaml", common.as_str()), ("web/Chart.yaml", &web), ("web/templates/a.yaml", template)];
    assert_eq!(check(&files, "undefined-chart-template"), [""; 0]);
}

#[test]
fn values_of_tests_are_named_and_hold_no_secrets() {
    let template = "{{- required \"a passcode is needed\" .Values.passcode | quote | printf \"# %s\" }}\napiVersion: v1\nkind: Secret\nmetadata:\n  name: web\nstringData:\n  PASSCODE: {{ .Values.passcode | quote }}\n";
    let files = [
        ("Chart.yaml", &*chart("web", "")),
        ("ci/ci-values.yaml", "passcode: Vk93-mmPq-2\n"),
        ("templates/a.yaml", template),
    ];
    let found = report(tree(&files).path(), &["check"]);
    let secrets = told(&found, of_rule("committed-secret"));
    assert!(!secrets.is_empty() && secrets.iter().all(|line| line.starts_with("info ")), "{secrets:?}");
    let said = messages(&found, "committed-secret");
    assert!(said.iter().all(|message| message.ends_with("with the values of `ci/ci-values.yaml`")), "{said:?}");
    let failing = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: {{ .Values.a.b | quote }}}\n";
    let files = [
        ("apps/web/Chart.yaml", &*chart("web", "")),
        ("apps/web/values.yaml", "a: {b: x}\n"),
        ("apps/web/ci/flat-values.yaml", "a: true\n"),
        ("apps/web/templates/a.yaml", failing),
    ];
    let found = report(tree(&files).path(), &["check"]);
    assert_eq!(told(&found, of_rule("helm-render-failed")), ["warning helm-render-failed apps/web/templates/a.yaml:4"]);
    let said = messages(&found, "helm-render-failed");
    assert!(
        said[0].starts_with("Helm cannot render the chart with the values of `apps/web/ci/flat-values.yaml`"),
        "{said:?}"
    );
}

#[test]
fn what_is_missing_is_missed_once() {
    let with = |name: &str, note: &str| {
        let claim =
            format!("      volumes:\n        - name: a\n          persistentVolumeClaim: {{claimName: data}}{note}\n");
        deployment(name, ", volumeMounts: [{name: a, mountPath: /a}]", &claim)
    };
    let (one, other) = (with("one", ""), with("two", ""));
    let found = report(tree(&[("a.yaml", &one), ("b.yaml", &other)]).path(), &["check"]);
    assert_eq!(told(&found, of_rule("dangling-claim")), ["warning dangling-claim a.yaml:14"]);
    let finding = found["findings"].as_array().expect("a list").iter().find(|one| one["rule"] == "dangling-claim");
    assert_eq!(finding.expect("it is told")["related"][0]["file"], "b.yaml");
    // Each of them may be suppressed by itself.
    let ignored = with("one", " # kubevet: ignore[dangling-claim] by hand");
    let found = report(tree(&[("a.yaml", &ignored), ("b.yaml", &other)]).path(), &["check"]);
    let unsuppressed = |finding: &Value| finding["rule"] == "dangling-claim" && finding["suppressed"].is_null();
    assert_eq!(told(&found, unsuppressed), ["warning dangling-claim b.yaml:14"]);
    assert_eq!(told(&found, of_rule("unused-suppression")), [""; 0]);
}

#[test]
fn what_comments_and_templates_make_is_not_missing() {
    let user = deployment("web", ", envFrom: [{configMapRef: {name: web-env}}]", "");
    let rule = "dangling-configmap-reference";
    assert_eq!(check(&[("a/a.yaml", &user)], rule), ["warning dangling-configmap-reference a/a.yaml:11"]);
    let told_by_hand = "# kubectl -n shop create configmap web-env --from-file=env\n";
    let files = [
        ("a/a.yaml", &*user),
        (
            "a/b.yaml",
            &format!("{told_by_hand}apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, namespace: shop}}\n"),
        ),
    ];
    assert_eq!(check(&files, rule), ["info dangling-configmap-reference a/a.yaml:11"]);
    let flux = |name: &str, more: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: {name}\n  namespace: flux-system\nspec: {{interval: 1h, prune: true, path: ./{name}, sourceRef: {{kind: GitRepository, name: flux-system}}{more}}}\n"
        )
    };
    let (user, made) = (flux("a", ", dependsOn: [{name: b}]"), flux("b", "").replace("./b", "./{{ .Path }}"));
    let rule = "dangling-flux-dependency";
    let alone = [("a/ks.yaml", user.as_str()), ("setup/c.yaml", "a: b\n")];
    assert_eq!(check(&alone, rule), ["warning dangling-flux-dependency a/ks.yaml:6"]);
    let files = [alone[0], alone[1], ("setup/b.yaml.templ", made.as_str())];
    assert_eq!(check(&files, rule), ["info dangling-flux-dependency a/ks.yaml:6"]);
}

#[test]
fn what_is_no_yaml_to_begin_with_is_no_mistake() {
    let chart = chart("web", "");
    let files = [
        (".releaserc.yml", "plugins:\n  - @semantic-release/git\n"),
        ("modules/argocd/values.yaml", "server:\n  a: b\n%{~ if host != \"\" ~}\n  host: x\n%{~ endif ~}\n"),
        ("charts/web/Chart.yaml", chart.as_str()),
        ("charts/web/tests/a_test.yaml", "suite: a\ntests:\n  - asserts: [{matchRegex: {pattern: \"\\s+\"}}]\n"),
        ("scaffold/Chart.yaml", ""),
        ("scaffold/values.yaml", ""),
        ("etc/detect.yaml", "apiVersion: 1.0\nkind: detect-anomaly\nmetadata: {name: a}\ntask: {a: b}\n"),
    ];
    let found = report(tree(&files).path(), &["check"]);
    assert_eq!(told(&found, is_error), [""; 0]);
    let files = [("a.yml", "plugins:\n  - @semantic-release/git\n")];
    assert_eq!(told(&report(tree(&files).path(), &["check"]), is_error), ["error yaml-syntax a.yml:2"]);
}

#[test]
fn a_folder_of_templates_is_one_remark() {
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: '${DEMO}'}\n";
    let files = |folder: &str| {
        let names = ["a", "b", "c"].map(|name| format!("{folder}/{name}.yaml"));
        let files: Vec<_> = names.iter().map(|name| (name.as_str(), namespace)).collect();
        check(&files, "unfilled-placeholder")
    };
    assert_eq!(files("kubernetes-templates"), ["info unfilled-placeholder kubernetes-templates/a.yaml:3"]);
    assert_eq!(files("roles/web/templates").len(), 1);
    assert_eq!(files("deploy").iter().filter(|line| line.starts_with("warning ")).count(), 3);
}

#[test]
fn policies_are_asked_for_where_something_listens() {
    let rule = "missing-network-policy";
    let silent = deployment("web", "", "");
    let open = deployment("web", ", ports: [{containerPort: 80}]", "");
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: other}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n";
    assert_eq!(check(&[("a.yaml", &silent)], rule), ["info missing-network-policy a.yaml:3"]);
    assert_eq!(check(&[("a.yaml", &open)], rule), ["warning missing-network-policy a.yaml:3"]);
    assert_eq!(check(&[("a.yaml", &silent), ("b.yaml", policy)], rule), ["warning missing-network-policy a.yaml:3"]);
    assert_eq!(check(&[("demo/a.yaml", &open)], rule), ["info missing-network-policy demo/a.yaml:3"]);
    let chart = chart("web", "");
    let files = [("Chart.yaml", chart.as_str()), ("templates/a.yaml", open.as_str())];
    assert_eq!(check(&files, rule), ["info missing-network-policy templates/a.yaml:3"]);
}

#[test]
fn what_a_chart_has_a_knob_for_is_left_to_the_installer() {
    let (chart, pod) = (
        chart("web", ""),
        POD.replace("      image", "      {{- include \"web.container\" . | nindent 6 }}\n      image"),
    );
    let helper = "{{- define \"web.container\" -}}\n{{- with .Values.web.resources }}\nresources: {{ toYaml . | nindent 2 }}\n{{- end }}\n{{- end }}\n";
    let files = |values: &'static str| {
        check(
            &[
                ("Chart.yaml", chart.as_str()),
                ("templates/a.yaml", &pod),
                ("templates/_h.tpl", helper),
                ("values.yaml", values),
            ],
            "missing-memory-limit",
        )
    };
    assert_eq!(files("image: nginx:1.27\nweb:\n  resources: {}\n"), ["info missing-memory-limit templates/a.yaml:7"]);
    assert_eq!(files("image: nginx:1.27\nweb: {a: b}\n"), ["warning missing-memory-limit templates/a.yaml:7"]);
}

#[test]
fn readiness_is_asked_of_what_is_called() {
    let rule = "missing-readiness-probe";
    let pod =
        |more: &str| deployment("web", ", ports: [{containerPort: 80}], readinessProbe: {tcpSocket: {port: 80}}", more);
    let second = "        - {name: fpm, image: 'ghcr.io/acme/fpm:1.2.3', ports: [{containerPort: 9000}]}\n";
    let called = |ports: &str| check(&[("a.yaml", &(pod(second) + &service("web", ports)))], rule);
    assert_eq!(called("{port: 80}"), ["info missing-readiness-probe a.yaml:12"]);
    assert_eq!(
        called("{name: web, port: 80}, {name: metrics, port: 9100}"),
        ["info missing-readiness-probe a.yaml:12"]
    );
    assert_eq!(called("{name: web, port: 80}, {name: fpm, port: 9000}"), ["warning missing-readiness-probe a.yaml:12"]);
    // A port that no container declares may be any one's.
    assert_eq!(called("{name: web, port: 80}, {name: x, port: 9001}"), ["warning missing-readiness-probe a.yaml:12"]);
    let proxy = second.replace("acme/fpm", "brancz/kube-rbac-proxy").replace("9000", "8443");
    let files = pod(&proxy) + &service("web", "{name: web, port: 80}, {name: https, port: 8443}");
    assert_eq!(check(&[("a.yaml", &files)], rule), [""; 0]);
    let starting = deployment("web", ", ports: [{containerPort: 80}], startupProbe: {tcpSocket: {port: 80}}", "");
    let one = starting.replace("replicas: 2", "replicas: 1") + &service("web", "{port: 80}");
    assert_eq!(check(&[("a.yaml", &one)], rule), ["info missing-readiness-probe a.yaml:11"]);
    let two = starting + &service("web", "{port: 80}");
    assert_eq!(check(&[("a.yaml", &two)], rule), ["warning missing-readiness-probe a.yaml:11"]);
}

#[test]
fn ingresses_of_ones_own_machine_need_no_certificate() {
    let ingress = |host: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: a, namespace: shop}}\nspec:\n  rules: [{{{host}http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: a, port: {{number: 80}}}}}}}}]}}}}]\n"
        )
    };
    let rule = "ingress-without-tls";
    assert_eq!(check(&[("a.yaml", &ingress("host: a.localhost, "))], rule), ["info ingress-without-tls a.yaml:4"]);
    assert_eq!(check(&[("kind/a.yaml", &ingress(""))], rule), ["info ingress-without-tls kind/a.yaml:4"]);
    assert_eq!(check(&[("a.yaml", &ingress(""))], rule), ["warning ingress-without-tls a.yaml:4"]);
}

#[test]
fn one_decision_is_told_once() {
    let pod = |security: &str| deployment("web", &format!(", securityContext: {{{security}}}"), "");
    let root = check(&[("a.yaml", &pod("privileged: true, runAsUser: 0"))], "runs-as-root-user");
    assert_eq!(root, ["info runs-as-root-user a.yaml:11"]);
    assert_eq!(
        check(&[("a.yaml", &pod("runAsUser: 0"))], "runs-as-root-user"),
        ["warning runs-as-root-user a.yaml:11"]
    );
    let archived = check(&[("apps/web.disabled/a.yaml", &pod("runAsUser: 0"))], "runs-as-root-user");
    assert_eq!(archived, ["info runs-as-root-user apps/web.disabled/a.yaml:11"]);
}

#[test]
fn what_a_set_claims_is_no_fixture() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: [{name: a, image: 'ghcr.io/acme/a:1.2.3', securityContext: {privileged: true}}]}\n";
    let files = [("testdata/k/kustomization.yaml", "resources: [p.yaml]\n"), ("testdata/k/p.yaml", pod)];
    assert_eq!(check(&files, "privileged-container"), ["error privileged-container testdata/k/p.yaml:4"]);
    assert_eq!(check(&files[1..], "privileged-container"), ["info privileged-container testdata/k/p.yaml:4"]);
}

#[test]
fn images_that_are_built_where_they_run_have_no_versions() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: [{name: a, image: 'shop.web:latest', imagePullPolicy: IfNotPresent}]}\n";
    let built = |readme: &str| check(&[("k8s/a.yaml", pod), ("README.md", readme)], "latest-image-tag");
    assert_eq!(built("docker build -t shop.web:latest .\n"), ["info latest-image-tag k8s/a.yaml:4"]);
    let pushed = "docker build -t shop.web:latest .\ndocker push shop.web:latest\n";
    assert_eq!(built(pushed), ["warning latest-image-tag k8s/a.yaml:4"]);
}

#[test]
fn backends_of_other_kinds_are_looked_for() {
    let route = "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: a, namespace: shop}\nspec:\n  routes:\n  - {match: 'Host(`a`)', kind: Rule, services: [{name: nit, port: 80}, {name: 'api@internal', kind: TraefikService}]}\n";
    let web = service("web", "{port: 80}");
    let found = check(&[("a.yaml", route), ("b.yaml", &web)], "dangling-ingress-backend");
    assert_eq!(found, ["warning dangling-ingress-backend a.yaml:6"]);
    let rule = |host: &str| {
        format!(
            "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {{name: a, namespace: shop}}\nspec: {{host: {host}}}\n"
        )
    };
    let hosts = |host: &str| check(&[("a.yaml", &rule(host)), ("b.yaml", &web)], "dangling-service-host");
    assert_eq!(hosts("gnat"), ["warning dangling-service-host a.yaml:4"]);
    assert_eq!([hosts("web").len(), hosts("api.example.com").len()], [0, 0]);
    let virtual_service = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a, namespace: shop}\nspec:\n  hosts: [a]\n  gateways: [mesh, shop-gw]\n  http: [{route: [{destination: {host: web}}]}]\n";
    let found = check(&[("a.yaml", virtual_service), ("b.yaml", &web)], "dangling-gateway-reference");
    assert_eq!(found, ["info dangling-gateway-reference a.yaml:6"]);
}

#[test]
fn lists_hold_templates_and_no_annotations() {
    let list = "apiVersion: v1\nkind: List\nmetadata: {annotations: {kubevet.io/ignore.latest-image-tag: x}}\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop}, spec: {containers: [{name: a, image: nginx}]}}\n- apiVersion: template.openshift.io/v1\n  kind: Template\n  metadata: {name: t}\n  objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, dat: {}}]\n";
    let found = report(tree(&[("a.yaml", list)]).path(), &["check"]);
    assert_eq!(told(&found, is_error), ["error unknown-field a.yaml:9"]);
    assert_eq!(told(&found, of_rule("invalid-suppression")), ["warning invalid-suppression a.yaml:3"]);
}

#[test]
fn json_of_two_bytes_a_character_is_read() {
    let text = "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"a\"}, \"dat\": {}}";
    for little in [true, false] {
        let order = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        let bytes: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(order).collect();
        let dir = tree(&[]);
        std::fs::write(dir.path().join("a.json"), bytes).expect("it can be written");
        let found = report(dir.path(), &["check"]);
        assert_eq!(told(&found, is_error), ["error unknown-field a.json:1"]);
    }
}

#[test]
fn no_finding_lies_behind_the_end_of_its_file() {
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let (mut checked, dir) = (0, charts());
    for (folder, args) in [(fixtures.as_path(), ["check", "--strict-files"]), (dir.path(), ["check", "--no-config"])] {
        let found = report(folder, &args);
        for finding in found["findings"].as_array().expect("a list") {
            let file = finding["file"].as_str().unwrap_or_default();
            let Ok(text) = std::fs::read_to_string(folder.join(file)) else { continue };
            let lines = text.lines().count().max(1) as u64;
            let line = finding["endLine"].as_u64().unwrap_or_default();
            assert!(line <= lines + 1 && finding["line"].as_u64() <= Some(lines), "{finding}");
            checked += 1;
        }
    }
    assert!(checked > 500, "{checked}");
}

/// Charts with findings of all sorts in several files, short ones before long ones.
fn charts() -> tempfile::TempDir {
    let template = "{{ if false }}\n".to_owned() + &"# x\n".repeat(20) + "{{ include \"gone.name\" . }}\n{{ end }}\n";
    let misindented = "x: y\n".repeat(25) + "labels:\n  {{- toYaml .Values.labels | nindent 1 }}\n";
    let mut files = Vec::new();
    for name in ["one", "two", "three"] {
        files.push((format!("{name}/Chart.yaml"), chart(name, "")));
        files.push((format!("{name}/values.yaml"), "a: b\nlabels: {a: b}\nunused: {c: d}\nimage: nginx\n".to_owned()));
        files.push((format!("{name}/templates/a.yaml"), POD.to_owned()));
        files.push((format!("{name}/templates/b.yaml"), template.clone()));
        files.push((format!("{name}/templates/c.yaml"), misindented.clone()));
    }
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    tree(&files)
}

/// A chart that draws its keys digit by digit, by way of numbers, commits none of them.
#[test]
fn what_a_chart_draws_at_random_is_not_committed() {
    let helpers = "{{- define \"web.hex\" -}}\n{{- $result := \"\" }}\n{{- range $i := until . }}\n{{- $digit := mod (randNumeric 4 | atoi) 16 | printf \"%x\" }}\n{{- $result = print $result $digit }}\n{{- end }}\n{{- $result }}\n{{- end }}\n{{- define \"web.key\" -}}\n{{- $old := lookup \"v1\" \"Secret\" .Release.Namespace \"web\" | default (dict \"data\" dict) }}\n{{- if hasKey $old.data \"key\" }}{{ index $old.data \"key\" | b64dec }}{{ else }}{{ include \"web.hex\" 64 }}{{ end }}\n{{- end }}\n";
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\ndata:\n  api.key: {{ include \"web.key\" . | b64enc | quote }}\n  salt: {{ randBytes 24 | quote }}\n  tls.key: {{ genPrivateKey \"rsa\" | b64enc }}\n";
    let files =
        [("Chart.yaml", &*chart("web", "")), ("templates/_helpers.tpl", helpers), ("templates/secret.yaml", secret)];
    assert_eq!(check(&files, "committed-secret"), [""; 0]);
}
