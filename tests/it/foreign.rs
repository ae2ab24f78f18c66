//! `--honor-foreign-ignores`: suppressions in the forms of other tools, and that only what they speak of is suppressed.

use kubevet::config::Selection;
use kubevet::engine::{Engine, Request, Settings, Snapshot};

/// A Deployment of two containers that have no probes and mutable tags; `@` marks are replaced.
const DEPLOYMENT: &str = "#head
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  annotations:
    a: \"b\"#annotation
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata:
      labels: {app: shop}
      annotations:
        a: \"b\"#template
    spec:
      containers:
        #above
        - name: one#beside
          #image
          image: example.com/one:latest#same
          ports: [{containerPort: 80}]
        - name: two
          image: example.com/two:latest
          ports: [{containerPort: 81}]
";
const RULES: [&str; 4] =
    ["latest-image-tag", "missing-liveness-probe", "missing-readiness-probe", "unused-suppression"];

/// What is suppressed, by whom: `RULE CONTAINER TOOL`; the rest is counted.
fn suppressed(mark: &str, text: &str) -> (Vec<String>, usize) {
    let indent = |line: &str| " ".repeat(line.len() - line.trim_start().len());
    let mut manifest = String::new();
    for line in DEPLOYMENT.lines() {
        match line.split_once('#') {
            Some((before, found)) if found == mark && before.contains('"') => {
                manifest += &format!("{before}\n{}{text}\n", indent(line));
            }
            Some((before, found)) if found == mark => manifest += &format!("{before}{text}\n"),
            Some((before, _)) => manifest += &format!("{before}\n"),
            None => manifest += &format!("{line}\n"),
        }
    }
    let select = RULES.map(str::to_owned).to_vec();
    let selection = Selection { select, ..Selection::default() };
    let engine = Engine::new(Settings { foreign: true, selection, ..Settings::default() });
    let request = Request { today: "2026-06-15".into(), ..Request::policy() };
    let report = engine.check(&Snapshot::of_text("a.yaml", manifest), &request).report;
    let (hidden, left): (Vec<_>, Vec<_>) = report.findings.iter().partition(|finding| finding.suppressed.is_some());
    let line = |finding: &&kubevet::finding::Finding| {
        let container = if finding.path.contains("[0]") { "one" } else { "two" };
        format!("{} {container} {}", finding.rule, finding.suppressed.as_ref().map_or("", |s| s.by))
    };
    let mut hidden: Vec<_> = hidden.iter().map(line).collect();
    hidden.sort();
    (hidden, left.len())
}

/// All findings there are: three rules on two containers.
const ALL: usize = 6;

#[track_caller]
fn hides(mark: &str, text: &str, expected: &[&str]) {
    let (hidden, left) = suppressed(mark, text);
    assert_eq!(hidden, expected, "{text}");
    assert_eq!(left + hidden.len(), ALL, "{text}: an unused one is no finding");
}

#[test]
fn annotations() {
    for (text, tool) in [
        ("ignore-check.kube-linter.io/no-liveness-probe: not needed", "kube-linter"),
        ("polaris.fairwinds.com/livenessProbeMissing-exempt: \"true\"", "polaris"),
        ("checkov.io/skip1: CKV_K8S_8=not needed", "checkov"),
        ("bridgecrew.io/skip17: CKV_K8S_8", "checkov"),
        ("datree.skip/CONTAINERS_MISSING_LIVENESSPROBE_KEY: ''", "datree"),
    ] {
        let expected = [format!("missing-liveness-probe one {tool}"), format!("missing-liveness-probe two {tool}")];
        hides("annotation", text, &expected.each_ref().map(String::as_str));
    }
    let probes = [
        "missing-liveness-probe one kube-score",
        "missing-liveness-probe two kube-score",
        "missing-readiness-probe one kube-score",
        "missing-readiness-probe two kube-score",
    ];
    hides("annotation", "kube-score/ignore: pod-networkpolicy, pod-probes", &probes);
    hides("template", "kube-score/ignore: pod-probes", &probes);
    for (text, tool) in
        [("kube-linter.io/ignore-all: x", "kube-linter"), ("polaris.fairwinds.com/exempt: \"True\"", "polaris")]
    {
        let (hidden, left) = suppressed("annotation", text);
        assert_eq!((hidden.len(), left), (ALL, 0), "{text}");
        assert!(hidden.iter().all(|line| line.ends_with(tool)), "{hidden:?}");
    }
}

#[test]
fn annotations_that_say_nothing_here() {
    for text in [
        "polaris.fairwinds.com/exempt: \"false\"",
        "polaris.fairwinds.com/livenessProbeMissing-exempt: \"yes\"",
        "ignore-check.kube-linter.io/no-such-check: x",
        "ignore-check.kube-linter.io/livenessProbeMissing: the id of another tool",
        "kube-score/enable: pod-probes",
        "checkov.io/skip1: CKV_K8S_9999=x",
    ] {
        hides("annotation", text, &[]);
    }
    hides("template", "ignore-check.kube-linter.io/no-liveness-probe: looked for on the object alone", &[]);
}

#[test]
fn comments_of_checkov_are_about_the_resource() {
    let expected = ["missing-liveness-probe one checkov", "missing-liveness-probe two checkov"];
    for mark in ["head", "above", "same"] {
        hides(mark, " # checkov:skip=CKV_K8S_8:Not needed", &expected);
    }
    let (hidden, _) = suppressed("image", "#checkov:skip=CKV_K8S_8,CKV_K8S_14");
    assert_eq!(hidden.len(), 4);
}

#[test]
fn comments_of_trivy_are_about_what_begins_there() {
    hides("above", "# trivy:ignore:AVD-KSV-0013", &["latest-image-tag one trivy"]);
    hides("beside", " #trivy:ignore:ksv013", &["latest-image-tag one trivy"]);
    hides("image", "# trivy:ignore:KSV*[a=b] trivy:ignore:KSV-0001", &["latest-image-tag one trivy"]);
    hides(
        "head",
        "# trivy:ignore:KSV-0013:exp:2027-01-01",
        &["latest-image-tag one trivy", "latest-image-tag two trivy"],
    );
    for text in
        ["# trivy:ignore:KSV-0013:exp:2026-06-15", "# trivy:ignore:KSV-0013:exp:soon", "# trivy:ignore:KSV-0001"]
    {
        hides("above", text, &[]);
    }
}

#[test]
fn comments_of_kics_and_semgrep_are_about_lines() {
    let probes = ["missing-liveness-probe one kics", "missing-readiness-probe one kics"];
    hides("above", "# kics-scan ignore-line", &probes);
    hides("image", "# kics-scan ignore-line", &["latest-image-tag one kics"]);
    assert_eq!(suppressed("above", "#KICS-scan ignore-block").0.len(), 3);
    assert_eq!(suppressed("head", "# kics-scan ignore").0.len(), ALL);
    hides("above", "# kics-scan ignore", &[]);
    hides("head", "# kics-scan disable=0afa6ab8-a047-48cf-be07-93a2f8c34cf7", &[]);
}

#[test]
fn semgrep_checks_go_by_the_last_part_of_their_names() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPID: true # nosemgrep: \
               yaml.kubernetes.security.hostpid-pod.hostpid-pod\n  # nosemgrep\n  hostIPC: true\n  hostNetwork: true\n  \
               containers: [{name: a, image: 'a:1'}]\n";
    let select = ["host-pid", "host-ipc", "host-network"].map(str::to_owned).to_vec();
    let selection = Selection { select, ..Selection::default() };
    let engine = Engine::new(Settings { foreign: true, selection, ..Settings::default() });
    let report = engine.check(&Snapshot::of_text("a.yaml", pod), &Request::policy()).report;
    let by: Vec<_> = report.findings.iter().map(|f| (f.rule.as_str(), f.suppressed.as_ref().map(|s| s.by))).collect();
    assert_eq!(by, [("host-pid", Some("semgrep")), ("host-ipc", Some("semgrep")), ("host-network", None)]);
}
