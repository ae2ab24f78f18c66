//! What readers found where charts leave values empty, lack a dependency or define what others need, where operators are pinned, and
//! where kustomizations are there to be copied.

use crate::common::program::{is_error, of_rule, report, told, tree};

fn check(files: &[(&str, &str)], rule: &str) -> Vec<String> {
    let found = report(tree(files).path(), &["check"]);
    told(&found, of_rule(rule))
}

const CHART: &str = "apiVersion: v2\nname: web\nversion: 0.1.0\n";

#[test]
fn what_is_put_together_with_an_empty_value_is_the_installers() {
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  rules:\n    - host: {{ .Values.host }}.{{ .Values.domain }}\n      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}\n";
    let of = |values: &str| {
        check(&[("Chart.yaml", CHART), ("values.yaml", values), ("templates/a.yaml", ingress)], "invalid")
    };
    assert_eq!(of("domain: \"\"\nhost: web\n"), ["info invalid values.yaml:2"]);
    // Who writes a dot too many is told so as ever.
    assert_eq!(of("domain: example.com.\nhost: web\n"), ["error invalid values.yaml:2"]);
    let pod = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n    - name: web\n      image: nginx:1.27.3\n      env:\n        - name: A\n          valueFrom: {{secretKeyRef: {{name: {name}, key: a}}}}\n"
        )
    };
    let template = pod("{{ .Values.secretName | quote }}");
    let files = [("Chart.yaml", CHART), ("values.yaml", "secretName: \"\"\n"), ("templates/a.yaml", &template)];
    assert_eq!(check(&files, "invalid"), ["info invalid values.yaml:1"]);
    let template = pod("'web_'");
    let files = [("Chart.yaml", CHART), ("values.yaml", "secretName: \"\"\n"), ("templates/a.yaml", &template)];
    assert_eq!(check(&files, "invalid"), ["error invalid templates/a.yaml:10"]);
}

#[test]
fn an_ingress_without_hosts_is_the_installers() {
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  ingressClassName: nginx\n  rules:\n    {{- range .Values.ingress.hosts }}\n    - host: {{ . }}\n    {{- end }}\n";
    let of = |values: &str| {
        check(&[("Chart.yaml", CHART), ("values.yaml", values), ("templates/a.yaml", ingress)], "invalid")
    };
    assert_eq!(of("ingress:\n  hosts: []\n"), ["info invalid templates/a.yaml:4"]);
    assert_eq!(of("ingress:\n  # hosts:\n  path: /\n"), ["info invalid templates/a.yaml:4"]);
}

#[test]
fn the_registry_of_an_image_is_the_installers() {
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n      image: {{ include \"web.registry\" . }}/{{ .Values.image }}\n";
    let helpers = "{{- define \"web.registry\" -}}{{ .Values.global.registry }}{{- end -}}\n";
    let of = |values: &str| {
        let files = [
            ("Chart.yaml", CHART),
            ("values.yaml", values),
            ("templates/a.yaml", template),
            ("templates/_h.tpl", helpers),
        ];
        check(&files, "invalid-image-reference")
    };
    let levels = |found: Vec<String>| {
        found.iter().filter_map(|line| line.split(' ').next().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(levels(of("image: acme/web:1.2.3\nglobal: {}\n")), ["info"]);
    assert_eq!(levels(of("image: acme/web:1.2.3\nglobal:\n  registry: \"\"\n")), ["info"]);
    assert_eq!(levels(of("image: acme/web:1.2.3\nglobal:\n  registry: ghcr.io/\n")), ["error"]);
}

#[test]
fn operators_are_pinned_in_many_ways() {
    let secret = "apiVersion: external-secrets.io/v1beta1\nkind: ExternalSecret\nmetadata: {name: a, namespace: x}\nspec: {secretStoreRef: {name: s, kind: ClusterSecretStore}, dataFrom: [{extract: {key: a}}]}\n";
    let rule = "deprecated-custom-api";
    assert_eq!(check(&[("k8s/a.yaml", secret)], rule), ["warning deprecated-custom-api k8s/a.yaml:1"]);
    for (name, text) in [
        (
            "eso/kustomization.yaml",
            "helmCharts:\n  - name: external-secrets\n    repo: https://charts.external-secrets.io\n    version: \"0.10.5\"\n",
        ),
        (
            "eso.tf",
            "resource \"helm_release\" \"eso\" {\n  name    = \"eso\"\n  chart   = \"external-secrets\"\n  version = \"0.9.13\"\n}\n",
        ),
        ("setup.sh", "helm upgrade --install eso external-secrets/external-secrets \\\n  --version 0.9.13 -n eso\n"),
        (
            "helmfile.yaml",
            "releases:\n  - name: cert-manager\n    chart: jetstack/cert-manager\n    version: v1.14.0\n  - name: eso\n    chart: external-secrets/external-secrets\n    version: 0.9.13\n",
        ),
    ] {
        let found = check(&[("k8s/a.yaml", secret), (name, text)], rule);
        assert_eq!(found, ["info deprecated-custom-api k8s/a.yaml:1"], "{name}");
    }
    let newer = "helm install eso external-secrets/external-secrets --version 0.17.0\n";
    let found = check(&[("k8s/a.yaml", secret), ("setup.sh", newer)], rule);
    assert_eq!(found, ["warning deprecated-custom-api k8s/a.yaml:1"]);
}

#[test]
fn flux_itself_is_pinned() {
    let kustomization = "apiVersion: kustomize.toolkit.fluxcd.io/v1beta2\nkind: Kustomization\nmetadata: {name: a, namespace: flux-system}\nspec: {interval: 1h, prune: true, path: ./a, sourceRef: {kind: GitRepository, name: flux-system}}\n";
    let components = |version: &str| {
        format!(
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: flux-system\n  labels:\n    app.kubernetes.io/instance: flux-system\n    app.kubernetes.io/part-of: flux\n    app.kubernetes.io/version: {version}\n"
        )
    };
    let of = |version: &str| {
        let files = [("flux/ks.yaml", kustomization), ("flux/gotk-components.yaml", &components(version))];
        check(&files, "deprecated-custom-api")
    };
    assert_eq!(of("v0.41.2"), ["info deprecated-custom-api flux/ks.yaml:1"]);
    assert_eq!(of("v2.3.0"), ["warning deprecated-custom-api flux/ks.yaml:1"]);
}

#[test]
fn what_a_missing_dependency_would_bring_is_a_map() {
    let chart = "apiVersion: v2\nname: web\nversion: 0.1.0\ndependencies:\n  - {name: the-stack, version: 1.2.3, repository: 'https://charts.example.com'}\n";
    let template = |value: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: web}}\ndata: {{url: {{{{ {value} | quote }}}}}}\n")
    };
    for value in [
        "dig \"prometheus\" \"url\" \"\" (index .Values \"the-stack\")",
        "(index .Values \"the-stack\").prometheus.spec.url",
    ] {
        let files = [("Chart.yaml", chart), ("values.yaml", "a: b\n"), ("templates/a.yaml", &template(value))];
        let found = report(tree(&files).path(), &["check"]);
        assert_eq!(told(&found, is_error), [""; 0], "{value}");
        let coverage = found["coverage"].to_string();
        assert!(coverage.contains("the chart `the-stack` is not in charts/"), "{coverage}");
    }
}

#[test]
fn templates_of_other_charts_define_what_their_values_leave_out() {
    let chart = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n");
    let (base, web) = (chart("base"), chart("web"));
    let claim = "{{- with .Values.storage }}\n{{- if .className }}\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: {{ include \"base.pvc\" $ }}\nspec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}, storageClassName: {{ .className }}}\n{{- end }}\n{{- end }}\n";
    let helpers = "{{- define \"base.pvc\" -}}\n{{- default \"shared-pvc\" .Values.storage.pvcName }}\n{{- end }}\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: web, image: 'nginx:1.27.3'}]\n  volumes:\n    - name: a\n      persistentVolumeClaim: {claimName: shared-pvc}\n";
    let own = [("web/Chart.yaml", web.as_str()), ("web/templates/a.yaml", pod)];
    assert_eq!(check(&own, "dangling-claim"), ["warning dangling-claim web/templates/a.yaml:8"]);
    let mut files = own.to_vec();
    files.extend([
        ("base/Chart.yaml", base.as_str()),
        ("base/values.yaml", "storage:\n  className: \"\"\n"),
        ("base/templates/volume.yaml", claim),
        ("base/templates/_helpers.tpl", helpers),
    ]);
    assert_eq!(check(&files, "dangling-claim"), ["info dangling-claim web/templates/a.yaml:8"]);
    // In the chart itself it is missing for sure.
    let files = [
        ("Chart.yaml", web.as_str()),
        ("values.yaml", "storage:\n  className: \"\"\n"),
        ("templates/volume.yaml", claim),
        ("templates/_helpers.tpl", helpers),
        ("templates/a.yaml", pod),
    ];
    assert_eq!(check(&files, "dangling-claim"), ["warning dangling-claim templates/a.yaml:8"]);
}

#[test]
fn waves_of_two_releases_are_not_compared() {
    let chart = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n");
    let (base, web) = (chart("base"), chart("web"));
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: shared}\n";
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: setup\n  annotations: {argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/sync-wave: '10'}\nspec:\n  template:\n    spec:\n      serviceAccountName: shared\n      restartPolicy: Never\n      containers: [{name: a, image: 'nginx:1.27.3'}]\n";
    let rule = "sync-order-deadlock";
    let files = [
        ("base/Chart.yaml", base.as_str()),
        ("base/templates/a.yaml", account),
        ("web/Chart.yaml", &web),
        ("web/templates/a.yaml", job),
    ];
    assert_eq!(check(&files, rule), [""; 0]);
    let files = [("web/Chart.yaml", web.as_str()), ("web/templates/a.yaml", job), ("web/templates/b.yaml", account)];
    assert_eq!(check(&files, rule), ["error sync-order-deadlock web/templates/a.yaml:9"]);
}

#[test]
fn targets_of_patches_are_expressions_of_go() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: db-${APP}\ndata: {a: b}\n";
    let kustomization = "resources: [a.yaml]\npatches:\n  - target: {kind: ConfigMap, name: 'db-\\${APP}'}\n    patch: |-\n      - {op: replace, path: /data/a, value: c}\n";
    let files = [("kustomization.yaml", kustomization), ("a.yaml", map)];
    assert_eq!(check(&files, "kustomize-build-failed"), [""; 0]);
}

#[test]
fn patches_of_a_kustomization_to_be_copied_are_no_manifests() {
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: manager}\nspec:\n  template:\n    spec:\n      containers:\n        - name: manager\n          args: [--debug]\n";
    let sample =
        "kind: Kustomization\nresources:\n- ../deployment\npatchesStrategicMerge:\n- debug.yaml\n# - other.yaml\n";
    let errors = |files: &[(&str, &str)]| told(&report(tree(files).path(), &["check"]), is_error);
    let alone = [("dev/debug.yaml", patch), ("dev/other.yaml", patch)];
    assert!(!errors(&alone).is_empty());
    let files = [alone[0], alone[1], ("dev/kustomization.yaml.sample", sample)];
    assert_eq!(errors(&files), [""; 0]);
}
