//! What others bring, fill in or made: files that .gitignore hides, other sets of the same namespace, parts that are not here,
//! bases and charts that somebody completes, manifests that nobody edits or applies.

use crate::common::program::{is_error, ledger, of_rule, report, told, tree};
use crate::gitops_repositories::{INGRESS, SERVICE};

const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: a, image: 'ghcr.io/acme/web:1.2.3'}]}\n";

#[test]
fn what_gitignore_hides_fills_replacements_and_fields() {
    let dir = tree(&[
        (".gitignore", "env/\n"),
        (
            "kustomization.yaml",
            "resources: [claim.yaml]\npatches:\n- path: env/patch.yaml\nconfigMapGenerator:\n- {name: domain, envs: [env/domain.env]}\nreplacements:\n- source: {kind: ConfigMap, name: domain, fieldPath: data.class}\n  targets:\n  - select: {kind: PersistentVolumeClaim}\n    fieldPaths: [spec.storageClassName]\n",
        ),
        (
            "claim.yaml",
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {storageClassName: x, accessModes: [ReadWriteOnce]}\n",
        ),
    ]);
    let found = report(dir.path(), &["check"]);
    assert_eq!(told(&found, is_error), Vec::<String>::new());
    // Where nothing hides the file, it is missing.
    std::fs::remove_file(dir.path().join(".gitignore")).expect("it was there");
    let found = report(dir.path(), &["check"]);
    assert!(
        told(&found, is_error).iter().any(|line| line.starts_with("error kustomize-build-failed kustomization.yaml:"))
    );
}

#[test]
fn a_source_that_is_whole_and_has_no_such_field_is_refused() {
    let dir = tree(&[(
        "kustomization.yaml",
        "configMapGenerator:\n- {name: domain, literals: [a=b]}\nreplacements:\n- source: {kind: ConfigMap, name: domain, fieldPath: data.class}\n  targets:\n  - select: {kind: ConfigMap}\n    fieldPaths: [data.a]\n",
    )]);
    assert_eq!(told(&report(dir.path(), &["check"]), is_error), ["error kustomize-build-failed kustomization.yaml:4"]);
}

#[test]
fn a_fragment_of_a_flux_kustomization_is_none_and_shadows_none() {
    let whole = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\nspec: {interval: 1h, prune: true, path: ./apps, sourceRef: {kind: GitRepository, name: flux-system}}\n";
    let piece = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec:\n  patches:\n  - {target: {kind: Deployment}, patch: '[]'}\n";
    let dir = tree(&[
        ("clusters/one/apps.yaml", whole),
        ("local/patches/apps.yaml", piece),
        ("apps/web.yaml", WEB),
        ("compose.yaml", "services: {}\n"),
    ]);
    let found = report(dir.path(), &["check"]);
    assert_eq!(told(&found, is_error), Vec::<String>::new());
    assert!(ledger(&found).contains(&"local/patches/apps.yaml patch".to_owned()), "{:?}", ledger(&found));
}

fn application(name: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  project: default\n  source: {{repoURL: 'https://git.example.org/x', path: {name}, targetRevision: HEAD}}\n  destination: {{server: 'https://kubernetes.default.svc', namespace: shop}}\n"
    )
}

#[test]
fn a_network_policy_that_another_application_brings_counts() {
    let policy = |selector: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: all}}\nspec: {{{selector}policyTypes: [Ingress]}}\n"
        )
    };
    let (web, policies) = (application("web"), application("policies"));
    for (selector, open) in [
        ("podSelector: {matchLabels: {app: web}}, ", 0),
        ("podSelector: {}, ", 0),
        ("", 0),
        ("podSelector: {matchLabels: {app: other}}, ", 1),
    ] {
        let dir = tree(&[
            ("apps/web.yaml", &*web),
            ("apps/policies.yaml", &*policies),
            ("web/web.yaml", WEB),
            ("policies/policy.yaml", &*policy(selector)),
        ]);
        let found = report(dir.path(), &["check"]);
        let lacks =
            told(&found, |finding| finding["rule"] == "missing-network-policy" && finding["severity"] == "warning");
        assert_eq!(lacks.len(), open, "{selector}: {lacks:?}");
    }
}

#[test]
fn what_a_part_that_is_not_here_may_make_is_not_missed() {
    let host = WEB.replace("1.2.3'}", "1.2.3', env: [{name: CACHE_HOST, value: cache}]}");
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";
    let chart = "namespace: shop\nresources: [web.yaml]\nhelmCharts:\n- {name: cache, repo: 'https://charts.example.org', version: 1.2.3, releaseName: cache}\n";
    let other = service.replace("name: web, namespace: shop", "name: other, namespace: shop");
    let of = |kustomization: &str| {
        let dir = tree(&[
            ("web/kustomization.yaml", "resources: [web.yaml, service.yaml]\n"),
            ("web/web.yaml", &*host),
            ("web/service.yaml", service),
            ("data/kustomization.yaml", kustomization),
            ("data/web.yaml", &*other),
        ]);
        told(&report(dir.path(), &["check"]), of_rule("dangling-service-host")).len()
    };
    assert_eq!([of("namespace: shop\nresources: [web.yaml]\n"), of(chart)], [1, 0]);
}

#[test]
fn hosts_of_people_and_of_pods_with_domains_of_their_own_are_no_services() {
    let env = |name: &str, more: &str| {
        WEB.replace("1.2.3'}]", &format!("1.2.3', env: [{{name: {name}, value: user}}]}}]{more}"))
    };
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";
    for (web, count) in [
        (env("DB_HOST", ""), 1),
        (env("MAIL_FROM_ADDRESS", ""), 0),
        (env("DB_HOST", ", dnsConfig: {searches: [a.example.org]}"), 0),
    ] {
        let dir = tree(&[("web.yaml", &*web), ("service.yaml", service)]);
        assert_eq!(told(&report(dir.path(), &["check"]), of_rule("dangling-service-host")).len(), count, "{web}");
    }
}

#[test]
fn a_project_that_nothing_applies_is_no_reason_for_errors() {
    let project = |name: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {{name: {name}, namespace: argocd}}\nspec: {{sourceRepos: ['https://git.example.org/y'], destinations: [{{server: '*', namespace: '*'}}]}}\n"
        )
    };
    let app = application("web").replace("project: default", "project: team");
    let of = |place: &str| {
        let dir = tree(&[("web/apps/app.yaml", &*app), (place, &*project("team"))]);
        told(&report(dir.path(), &["check"]), of_rule("application-outside-project"))
    };
    assert!(of("web/projects/team.yaml")[0].starts_with("error "));
    assert!(of("old/argocd/projects/team.yaml").iter().all(|line| line.starts_with("info ")));
}

#[test]
fn a_kustomization_that_makes_a_chart_and_a_component_alone_are_filled_in_by_others() {
    let empty = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: x}\nspec: {containers: []}\n";
    let dir = tree(&[
        ("helm/kustomization.yaml", "namePrefix: '{{ .Release.Name }}-'\nresources: [service.yaml]\n"),
        ("helm/service.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n"),
        (
            "part/kustomization.yaml",
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [b.yaml]\n",
        ),
        ("part/b.yaml", empty),
        ("plain/b.yaml", empty),
    ]);
    let found = report(dir.path(), &["check"]);
    assert_eq!(told(&found, is_error), ["error required plain/b.yaml:4"]);
}

#[test]
fn what_nobody_edits_or_applies_is_said_softly() {
    let privileged = WEB.replace("1.2.3'}", "1.2.3', securityContext: {privileged: true}}");
    let broken = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: x}\nspec: {containers: []}\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n";
    let dir = tree(&[
        ("csi/driver.gen.yaml", &*privileged),
        ("csi/kustomization.yaml", "resources: [driver.gen.yaml]\n"),
        ("own/web.yaml", &*privileged),
        ("web/kustomization.yaml", "resources: [service.yaml]\n# - old.yaml\n"),
        ("web/service.yaml", service),
        ("web/old.yaml", broken),
        ("controllers/web/web_test.go", "read(\"./manifests/\" + name)\n"),
        ("controllers/web/manifests/a.yaml", broken),
        ("controllers/api/files.go", "//go:embed assets/*.yaml \"all:more\"\nvar files embed.FS\n"),
        ("controllers/api/assets/a.yaml", broken),
        ("controllers/api/more/deep/a.yaml", broken),
        ("controllers/api/others/a.yaml", broken),
        ("tests/web/a.yaml", broken),
        ("install/v2_1_0.yaml", broken),
        ("install/v2_2_0.yaml", broken),
        ("install/v2_10_0.yaml", broken),
    ]);
    let found = report(dir.path(), &["check"]);
    assert_eq!(
        told(&found, of_rule("privileged-container")).iter().filter(|line| line.starts_with("error ")).count(),
        1
    );
    let required = told(&found, of_rule("required"));
    let (errors, remarks): (Vec<_>, Vec<_>) = required.iter().partition(|line| line.starts_with("error "));
    assert_eq!(errors, ["error required controllers/api/others/a.yaml:4", "error required install/v2_10_0.yaml:4"]);
    assert_eq!(remarks.len(), 7, "{remarks:?}");
}

#[test]
fn what_a_chart_leaves_to_its_release_is_no_error() {
    let dir = tree(&[
        ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("values.yaml", "host: ''\n"),
        (
            "templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.host }}-web\n---\napiVersion: v1\nkind: Service\nmetadata: {name: -a}\nspec: {ports: [{port: 80}]}\n",
        ),
    ]);
    assert_eq!(told(&report(dir.path(), &["check"]), is_error), ["error invalid templates/a.yaml:8"]);
}

#[test]
fn a_released_kustomize_names_its_version_in_a_label_and_the_library_none() {
    let build = "resources: [map.yaml]\nbuildMetadata: [managedByLabel]\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n";
    let files = [("one/kustomization.yaml", build), ("one/map.yaml", map)];
    let plain = told(&report(tree(&files).path(), &["check"]), is_error);
    assert_eq!(plain, ["error invalid one/kustomization.yaml:2"]);
    let app = application("one");
    let brought = tree(&[files[0], files[1], ("app.yaml", &app)]);
    assert_eq!(told(&report(brought.path(), &["check"]), is_error), Vec::<String>::new());
}

#[test]
fn a_chart_beside_stands_for_a_published_one_of_its_version() {
    let chart = |version: &str| {
        format!(
            "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {{name: common, version: {version}, repository: 'https://charts.example.org'}}\n"
        )
    };
    let name = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ include \"common.name\" . }}}\n";
    let (fits, other) = (chart("0.1.x"), chart("0.2.x"));
    let sets = |own: &str| {
        let dir = tree(&[
            ("charts/web/Chart.yaml", own),
            ("charts/web/templates/a.yaml", name),
            ("charts/common/Chart.yaml", "apiVersion: v2\nname: common\nversion: 0.1.2\ntype: library\n"),
            ("charts/common/templates/_a.tpl", "{{ define \"common.name\" }}web{{ end }}\n"),
        ]);
        let found = report(dir.path(), &["check"]);
        assert_eq!(told(&found, is_error), Vec::<String>::new());
        found["coverage"]["objects"].as_u64()
    };
    assert_eq!([sets(&fits), sets(&other)], [Some(1), Some(0)]);
}

#[test]
fn what_ytt_puts_in_is_not_known() {
    let text = "#@ load(\"@ytt:data\", \"data\")\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: #@ data.values.image\n";
    assert_eq!(told(&report(tree(&[("a.yaml", text)]).path(), &["check"]), is_error), Vec::<String>::new());
}

/// What fills in the parameters of a Template is OpenShift's, whatever defines the kind of an object in it.
#[test]
fn parameters_of_a_template_are_no_values() {
    let route = "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: '${NAME}'}\nspec: {host: '${NAME}.example.com', to: {kind: Service, name: '${NAME}', weight: WEIGHT}}\n";
    let indented = |weight: &str| route.replace("WEIGHT", weight).trim_end().replace('\n', "\n  ");
    let of = |kind: &str, weight: &str| {
        let template = format!(
            "apiVersion: template.openshift.io/v1\nkind: {kind}\nmetadata: {{name: web}}\nparameters: [{{name: NAME, value: web}}]\nobjects:\n- {}\n",
            indented(weight)
        );
        let dir = tree(&[("web.yaml", &*template)]);
        told(&report(dir.path(), &["validate"]), |_| true)
    };
    assert_eq!(of("Template", "100"), [""; 0]);
    assert_eq!(of("Template", "much"), ["error type-invalid web.yaml:9"]);
}

/// What Argo CD renders from a chart it applies as the Application says, also what lies in a chart below.
#[test]
fn a_chart_below_is_applied_as_the_application_says() {
    let text = "x".repeat(270_000);
    let large = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: large}}\ndata: {{a: {text}}}\n");
    let of = |options: &str| {
        let application = application("web")
            .replace("destination:", &format!("syncPolicy: {{syncOptions: [{options}]}}\n  destination:"));
        let dir = tree(&[
            ("app.yaml", &*application),
            (
                "web/Chart.yaml",
                "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: sub, version: 1.0.0}]\n",
            ),
            ("web/charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n"),
            ("web/charts/sub/templates/a.yaml", &*large),
        ]);
        told(&report(dir.path(), &["check"]), of_rule("oversized-object")).len()
    };
    assert_eq!((of("ServerSideApply=true"), of("Prune=true")), (0, 1));
}

/// A release of Flux is called after the namespace that it goes to.
#[test]
fn a_release_of_flux_has_the_name_that_flux_gives_it() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: jaeger, namespace: flux-system}\nspec: {interval: 1h, targetNamespace: shop, chart: {spec: {chart: jaeger, sourceRef: {kind: HelmRepository, name: a}}}}\n";
    let ingress = |name: &str| INGRESS.replace("name: gate", &format!("name: {name}"));
    let of = |name: &str| {
        let dir = tree(&[("release.yaml", release), ("web.yaml", &*ingress(name)), ("service.yaml", SERVICE)]);
        told(&report(dir.path(), &["check"]), of_rule("dangling-ingress-backend")).len()
    };
    assert_eq!((of("shop-jaeger-query"), of("mall-query")), (0, 1));
}

/// Of two addresses that Applications name, the repository at hand is the one whose paths lie in it; a fork has its name.
#[test]
fn a_repository_without_a_remote_is_the_one_whose_paths_it_has() {
    let of = |name: &str, url: &str, path: &str| {
        application(name)
            .replace("https://git.example.org/x", url)
            .replace(&format!("path: {name}"), &format!("path: {path}"))
    };
    let (one, other) = ("https://git.example.org/own/deploy", "https://git.example.org/others/web");
    let shared = |url: &str| {
        let apps = [of("a", one, "apps/a"), of("b", one, "apps/b"), of("c", url, "apps/b")];
        let dir = tree(&[
            ("argocd/a.yaml", &*apps[0]),
            ("argocd/b.yaml", &*apps[1]),
            ("argocd/c.yaml", &*apps[2]),
            ("apps/a/web.yaml", WEB),
            ("apps/b/web.yaml", &*WEB.replace("name: web,", "name: api,")),
        ]);
        told(&report(dir.path(), &["check"]), of_rule("shared-resource")).len()
    };
    assert_eq!((shared(other), shared("git@git.example.org:fork/deploy.git")), (0, 1));
}

/// A base that nothing includes may get a file before it is built; one that is deployed has to have it.
#[test]
fn a_base_that_nothing_includes_may_lack_a_file() {
    let base = "resources: [release.yaml]\n";
    let of = |files: &[(&str, &str)]| told(&report(tree(files).path(), &["check"]), of_rule("kustomize-build-failed"));
    assert_eq!(
        of(&[("cd/web/base/kustomization.yaml", base)]),
        ["info kustomize-build-failed cd/web/base/kustomization.yaml:1"]
    );
    assert_eq!(
        of(&[("cd/web/main/kustomization.yaml", base)]),
        ["error kustomize-build-failed cd/web/main/kustomization.yaml:1"]
    );
    let application = application("web").replace("path: web", "path: cd/web/base");
    let deployed = of(&[("cd/web/base/kustomization.yaml", base), ("app.yaml", &application)]);
    assert!(deployed.iter().any(|line| line.starts_with("error ")), "{deployed:?}");
}

/// A file that was copied as a whole is replaced as a whole: that an API of it is gone is said once.
#[test]
fn an_api_that_is_gone_is_said_once_of_what_was_copied() {
    let budget = |name: &str| {
        format!(
            "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{minAvailable: 1, selector: {{matchLabels: {{app: {name}}}}}}}\n"
        )
    };
    let all = ["a", "b", "c"].map(budget).join("---\n");
    let of = |above: &str| {
        let dir = tree(&[("a.yaml", &*format!("{above}{all}"))]);
        let found = report(dir.path(), &["validate"]);
        let messages = found["findings"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["message"].as_str().unwrap_or("").to_owned());
        messages.collect::<Vec<_>>()
    };
    assert_eq!(of("").len(), 3);
    let once = of("# Code generated by a tool. DO NOT EDIT.\n");
    assert_eq!(once.len(), 1, "{once:?}");
    assert!(once[0].ends_with(" (2 more like this in this file)"), "{once:?}");
}

/// A file whose documents are no manifests is told of once.
#[test]
fn what_is_no_manifest_is_said_once_of_a_file() {
    let of = |text: &str| {
        let dir = tree(&[("a.yaml", text), ("b.yaml", WEB)]);
        told(&report(dir.path(), &["validate"]), is_error)
    };
    let boat = "kind: Boat\nmetadata: {name: a}\n";
    assert_eq!(of(&[boat; 3].join("---\n")), ["error missing-api-version a.yaml:1"]);
    assert_eq!(of(&["a: `b\n", "e: `f\n", "g: [1\n"].join("---\n")).len(), 2);
}

/// What `oc process` alone reads no server has to know.
#[test]
fn a_template_of_old_is_no_unknown_kind() {
    let of = |rest: &str| {
        let dir = tree(&[("a.yaml", &*format!("apiVersion: v1\nkind: Template\nmetadata: {{name: web}}\n{rest}"))]);
        told(&report(dir.path(), &["validate"]), of_rule("unknown-kind")).len()
    };
    assert_eq!((of("parameters: []\nobjects: []\n"), of("spec: {}\n")), (0, 1));
}

/// Files of programs are theirs wherever they lie; a server takes what has metadata.
#[test]
fn a_file_of_a_program_is_one_where_flux_deploys_everything() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: all, namespace: flux-system}\nspec: {interval: 1h, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}\n";
    let of = |text: &str| {
        let dir = tree(&[("flux/all.yaml", flux), ("talos/net.yaml", text), ("web/web.yaml", WEB)]);
        told(&report(dir.path(), &["check"]), of_rule("unknown-kind")).len()
    };
    assert_eq!(of("apiVersion: v1alpha1\nkind: EthernetConfig\nname: enp1\nrings: {rx: 4096}\n"), 0);
    assert_eq!(of("apiVersion: v1alpha1\nkind: EthernetConfig\nmetadata: {name: enp1}\n"), 1);
}

/// What OpenShift had in `v1` is told with where it is today; a server of Kubernetes refuses it all the same.
#[test]
fn kinds_of_old_openshift_are_told_with_their_groups() {
    let of = |command: &str, kind: &str| {
        let dir = tree(&[("a.yaml", &*format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: web}}\n"))]);
        told(&report(dir.path(), &[command]), of_rule("unknown-kind"))
    };
    assert_eq!(of("check", "Route"), ["warning unknown-kind a.yaml:2"]);
    assert_eq!([of("validate", "Route"), of("check", "Routes")].concat(), ["error unknown-kind a.yaml:2"; 2]);
}

/// Templates of FreeMarker, and of who marks names with two signs, are no broken YAML.
#[test]
fn more_languages_of_templates_are_known() {
    for text in ["a:\n<#if config.url??>\n  b: ${config.url}\n</#if>\n", "name: %%CHART_NAME%%\nb: c\n"] {
        let found = report(tree(&[("a.yaml", text)]).path(), &["check"]);
        assert_eq!((told(&found, is_error), ledger(&found)), (vec![], vec!["a.yaml template".to_owned()]), "{text}");
    }
}

/// What a container is called is shown, also where its password is called the same.
#[test]
fn a_container_that_is_called_as_its_password_keeps_its_name() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: db, namespace: shop}\nspec:\n  containers:\n    - name: postgres\n      image: 'postgres:16.1'\n      env:\n        - name: POSTGRES_PASSWORD\n          value: postgres\n";
    let found = report(tree(&[("a.yaml", pod)]).path(), &["check"]);
    let findings = found["findings"].as_array().expect("a list");
    let messages: Vec<_> =
        findings.iter().filter(|one| one["category"] == "secrets").map(|one| one["message"].as_str()).collect();
    assert!(messages.iter().flatten().any(|text| text.contains("container `postgres`")), "{messages:?}");
}

/// What a template switches on in the API servers is served there.
#[test]
fn an_api_that_a_template_switches_on_is_no_error() {
    let policy = "apiVersion: admissionregistration.k8s.io/v1beta1\nkind: MutatingAdmissionPolicyBinding\nmetadata: {name: a}\nspec: {policyName: a}\n";
    let of = |line: &str| {
        let dir = tree(&[
            ("apps/a.yaml", policy),
            ("talos/nodes/a.yaml", "machine: {}\n"),
            ("talos/machine.yaml.j2", &*format!("cluster:\n  apiServer:\n    extraArgs:\n      {line}\n")),
        ]);
        told(&report(dir.path(), &["check"]), of_rule("unknown-kind"))
    };
    assert_eq!(of("runtime-config: admissionregistration.k8s.io/v1beta1=true"), ["info unknown-kind apps/a.yaml:1"]);
    assert_eq!(of("profiling: 'false'"), ["error unknown-kind apps/a.yaml:1"]);
}
