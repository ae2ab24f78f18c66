//! What programs fill in, read or keep: placeholders that YAML takes for comments, descriptions of interfaces, input of other
//! tools, versions side by side, sources that are made when Flux is set up.

use crate::common::program::{is_error, of_rule, report, told, tree};

#[test]
fn a_placeholder_that_yaml_takes_for_a_comment_is_one_remark() {
    let binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a, namespace: shop}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}\nsubjects:\n- kind: ServiceAccount\n  name: #{ACCOUNT}\n  namespace: #{NAMESPACE}\n";
    let found = report(tree(&[("a.yaml", binding)]).path(), &["check"]);
    assert_eq!(told(&found, of_rule("required")), Vec::<String>::new());
    assert_eq!(told(&found, of_rule("unfilled-placeholder")), ["info unfilled-placeholder a.yaml:7"]);
    // A comment is none.
    let commented = binding.replace("#{ACCOUNT}", "# {ACCOUNT}").replace("#{NAMESPACE}", "shop");
    let found = report(tree(&[("a.yaml", &commented)]).path(), &["check"]);
    assert_eq!(told(&found, is_error), ["error required a.yaml:7"]);
}

#[test]
fn descriptions_of_interfaces_and_input_of_istioctl_are_no_manifests() {
    let dir = tree(&[
        ("templates/openapi-3.0.yaml", "---\nopenapi: 3.0.2\ninfo:\n  title: {name} API: {version}\n"),
        ("profiles/demo.yaml", "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {profile: demo}\n"),
    ]);
    assert_eq!(told(&report(dir.path(), &["check"]), is_error), Vec::<String>::new());
    let dir = tree(&[("a.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name} a: {version}\n")]);
    assert_eq!(told(&report(dir.path(), &["check"]), is_error).len(), 1);
}

#[test]
fn older_ones_of_several_versions_are_no_errors() {
    let old =
        "apiVersion: apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition\nmetadata: {name: a.example.com}\n";
    let names = ["docs-site/op-v1.8.0.yaml", "docs-site/op-v1.9.0.yaml", "docs-site/op-v1.10.0.yaml"];
    let dir = tree(&names.map(|name| (name, old)));
    let found = report(dir.path(), &["check"]);
    assert_eq!(told(&found, is_error), ["error unknown-kind docs-site/op-v1.10.0.yaml:1"]);
}

#[test]
fn the_source_that_several_kustomizations_name_may_be_set_up_elsewhere() {
    let flux = |name: &str, source: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\nspec: {{interval: 1h, prune: true, path: ./{name}, sourceRef: {{kind: GitRepository, name: {source}}}}}\n---\n"
        )
    };
    let other = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: charts, namespace: flux-system}\nspec: {interval: 1h, url: 'https://example.com/charts'}\n";
    let several = ["a", "b", "c"].map(|name| flux(name, "infra")).concat();
    let rule = || of_rule("dangling-flux-source");
    let found = report(tree(&[("a.yaml", &several), ("b.yaml", other)]).path(), &["check"]);
    assert!(told(&found, rule()).iter().all(|line| line.starts_with("info ")), "{:?}", told(&found, rule()));
    // One that nobody else names, or that is like one that is there, is a mistake.
    let found = report(tree(&[("a.yaml", &flux("a", "infra")), ("b.yaml", other)]).path(), &["check"]);
    assert_eq!(told(&found, rule()), ["warning dangling-flux-source a.yaml:4"]);
    let misspelt = ["a", "b", "c"].map(|name| flux(name, "chart")).concat();
    let found = report(tree(&[("a.yaml", &misspelt), ("b.yaml", other)]).path(), &["check"]);
    assert_eq!(told(&found, rule()).iter().filter(|line| line.starts_with("warning ")).count(), 3);
}

#[test]
fn what_a_chart_holds_and_a_kustomization_takes_in_is_checked_once() {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: x}\n";
    let dir = tree(&[
        ("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
        ("c/kustomization.yaml", "resources: [files/a.yaml]\n"),
        ("c/files/a.yaml", object),
        ("c/templates/b.yaml", &object.replace("name: a", "name: b")),
    ]);
    let found = report(dir.path(), &["check"]);
    assert_eq!(found["coverage"]["objects"], 2);
    assert_eq!(told(&found, of_rule("duplicate-object")), Vec::<String>::new());
}

#[test]
fn what_plugins_scripts_and_tests_make_of_files_is_known() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: shop}\ndata: {password: '~vault:shop/admin:password~'}\n";
    let patch = "apiVersion: v1\nkind: ConfigMap\ndata: {size: '3'}\n";
    let workflow = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {labels: {a: b}}\nspec: {entrypoint: a, templates: [{name: a, container: {image: 'a:1'}}]}\n";
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: shop}\n";
    let dir = tree(&[
        ("secret.yaml", secret),
        ("operator/patch/size.yaml", patch),
        ("operator/src/test/resources/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: 1}\n"),
        ("ci/release.yaml", workflow),
        ("packages/a/kustomization.yaml", "resources: [../../config/account.yaml]\n"),
        ("config/account.yaml", account),
        ("Makefile", "package:\n\tkustomize build --load-restrictor LoadRestrictionsNone packages/a\n"),
    ]);
    let found = report(dir.path(), &["check"]);
    assert_eq!(told(&found, is_error), [""; 0]);
    assert_eq!(told(&found, of_rule("unfilled-placeholder")), ["warning unfilled-placeholder secret.yaml:4"]);
    // Without any of that they are mistakes.
    let dir = tree(&[
        ("secret.yaml", &secret.replace("~vault:shop/admin:password~", "~admin~")),
        ("web/size.yaml", patch),
        ("packages/a/kustomization.yaml", "resources: [../../config/account.yaml]\n"),
        ("config/account.yaml", account),
    ]);
    let found = report(dir.path(), &["check"]);
    assert_eq!(
        told(&found, is_error),
        [
            "error kustomize-build-failed packages/a/kustomization.yaml:1",
            "error invalid-base64 secret.yaml:4",
            "error required web/size.yaml:1",
        ]
    );
}

#[test]
fn what_flux_puts_together_of_what_is_not_here_is_not_known() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\nspec:\n  interval: 1h\n  prune: true\n  path: ./apps\n  sourceRef: {kind: GitRepository, name: flux-system}\n  postBuild:\n    substitute: {HOST: \"read.${DOMAIN}\"}\n    substituteFrom: [{kind: Secret, name: cluster}]\n";
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: shop}\nspec: {rules: [{host: \"${HOST}\"}]}\n";
    let dir = tree(&[("clusters/a/apps.yaml", flux), ("apps/a.yaml", ingress)]);
    assert_eq!(told(&report(dir.path(), &["check"]), is_error), Vec::<String>::new());
}

#[test]
fn three_dots_stand_for_a_value() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ...\n  namespace: ...\ndata: {a: b}\n";
    let dir = tree(&[("a.yaml", map)]);
    assert_eq!(told(&report(dir.path(), &["check"]), is_error), ["error unfilled-placeholder a.yaml:4"]);
}

#[test]
fn words_that_say_who_gives_a_value_are_placeholders() {
    let chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
    let template = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: {{ .Values.environment }}-environment}\nspec:\n  replicas: {{ .Values.replicas }}\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: {{ .Values.image }}}]}\n";
    let values =
        "environment: provide_through_set_flag\nreplicas: provide_through_set_flag\nimage: provide_through_set_flag\n";
    let dir = tree(&[("Chart.yaml", chart), ("values.yaml", values), ("templates/a.yaml", template)]);
    let found = report(dir.path(), &["check"]);
    assert_eq!(told(&found, is_error), Vec::<String>::new());
    assert_eq!(told(&found, of_rule("unfilled-placeholder")), ["info unfilled-placeholder values.yaml:1"]);
    assert_eq!(told(&found, of_rule("latest-image-tag")), Vec::<String>::new());
}

#[test]
fn templates_of_a_language_that_nobody_knows_are_one_remark() {
    let deployment = |line: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels:\n    app: a\n{line}spec:\n  containers: [{{name: a, image: 'a:1'}}]\n"
        )
    };
    let (bare, piped) =
        (deployment("    DATE_LABEL\n"), deployment("    WEB_TEAM|-team: shop-| # later\n    DAY-OF_LABEL\n"));
    let files = [("a/a.yaml", &*bare), ("a/b.yaml", &*bare), ("b/c.yaml", &*piped)];
    let found = report(tree(&files).path(), &["check"]);
    assert_eq!(told(&found, is_error), Vec::<String>::new());
    assert_eq!(told(&found, of_rule("unfilled-placeholder")), ["info unfilled-placeholder a/a.yaml:7"]);
    let message = found["findings"].as_array().into_iter().flatten().find(|one| one["rule"] == "unfilled-placeholder");
    let message = message.and_then(|one| one["message"].as_str()).unwrap_or_default();
    assert!(message.contains("`DATE_LABEL`") && message.contains("2 more"), "{message}");
    // A key that lacks its colon stands among its like.
    let lacking =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  DB_HOST: a\n  DB_PASSWORD\n  DB_NAME: b\n";
    assert_eq!(told(&report(tree(&[("a.yaml", lacking)]).path(), &["check"]), is_error).len(), 1);
}

#[test]
fn a_field_with_a_default_for_a_program_is_one_remark_and_a_misspelt_one_an_error() {
    let pod = |line: &str| {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: a\n    {line}\n")
    };
    let found = report(tree(&[("a.yaml", &pod("WEB_IMAGE|-image: web:1.2-|"))]).path(), &["check"]);
    assert_eq!(told(&found, is_error), Vec::<String>::new());
    assert_eq!(told(&found, of_rule("unfilled-placeholder")), ["info unfilled-placeholder a.yaml:6"]);
    let found = report(tree(&[("a.yaml", &pod("image: web:1.2\n    RAM_SIZE: 8G"))]).path(), &["check"]);
    assert_eq!(told(&found, is_error), ["error unknown-field a.yaml:8"]);
}

#[test]
fn what_is_said_to_be_given_later_is_one_remark_a_chart() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: {{ .Values.environment }}-shop\nspec:\n  replicas: {{ .Values.replicas }}\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers: [{name: web, image: 'web:1.0'}]\n";
    let values = "environment: provide_through_set_flag\nreplicas: provide_through_set_flag\n";
    let chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
    let files = [("web/Chart.yaml", chart), ("web/values.yaml", values), ("web/templates/web.yaml", deployment)];
    let found = report(tree(&files).path(), &["check"]);
    assert_eq!(told(&found, is_error), Vec::<String>::new());
    assert_eq!(told(&found, of_rule("unfilled-placeholder")), ["info unfilled-placeholder web/values.yaml:1"]);
    // A word that says nothing of the kind is a value.
    let wrong = values.replace("provide_through_set_flag", "not_a_number");
    let files = [("web/Chart.yaml", chart), ("web/values.yaml", &*wrong), ("web/templates/web.yaml", deployment)];
    assert!(!told(&report(tree(&files).path(), &["check"]), is_error).is_empty());
}

#[test]
fn a_form_with_empty_fields_is_filled_in_by_whoever_copies_it() {
    let service = "apiVersion: v1\nkind: Service\nmetadata:\n  name:\nspec:\n  ports: [{port: 80}]\n";
    let found = report(tree(&[("forms/service-template-http.yaml", service)]).path(), &["check"]);
    assert_eq!(told(&found, is_error), Vec::<String>::new());
    assert_eq!(told(&found, of_rule("unfilled-placeholder")).len(), 1);
    assert_eq!(told(&report(tree(&[("forms/service.yaml", service)]).path(), &["check"]), is_error).len(), 1);
}

#[test]
fn what_is_no_yaml_and_speaks_of_no_kind_is_a_warning() {
    let found = report(tree(&[("threats.yaml", "title: a\nauthor: b\nassets:\n- a: b: c\n")]).path(), &["check"]);
    assert_eq!(told(&found, of_rule("yaml-syntax")), ["warning yaml-syntax threats.yaml:4"]);
    let found = report(tree(&[("a.yaml", "kind: Pod\nmetadata:\n  name: b: c\n")]).path(), &["check"]);
    assert_eq!(told(&found, of_rule("yaml-syntax")), ["error yaml-syntax a.yaml:3"]);
}

#[test]
fn what_a_chart_once_made_is_not_applied() {
    let broken = "---\n# Source: web/templates/web.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {container: []}\n";
    let files = [("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"), ("web/output.yaml", broken)];
    assert_eq!(told(&report(tree(&files).path(), &["check"]), is_error), Vec::<String>::new());
}

#[test]
fn a_host_that_says_whose_it_is_names_no_service() {
    let hosts = |host: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: shop}}\ndata: {{S3_ENDPOINT_URL: 'https://{host}:443'}}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop}}\nspec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: shop, labels: {{app: web}}}}\nspec: {{containers: [{{name: web, image: 'web:1', envFrom: [{{configMapRef: {{name: a}}}}]}}]}}\n"
        )
    };
    let told = |host: &str| {
        told(&report(tree(&[("a.yaml", &hosts(host))]).path(), &["check"]), of_rule("dangling-service-host")).len()
    };
    assert_eq!((told("your-s3-endpoint"), told("s3-endpoint")), (0, 1));
}
