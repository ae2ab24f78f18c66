//! Fixes in charts: values files and text of templates, where one place alone decides.

use std::path::Path;

use crate::common::program::{run, tree};

const CHART: &str = "apiVersion: v2\nname: web\nversion: 0.1.0\n";
const VALUES: &str = "# how it runs\npullPolicy: \"IfNotPresent\" # quoted\nescalate: true\nkind: deploymnt\n";
const TEMPLATE: &str = "apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec:
  minAvailable: 1
  selector: {matchLabels: {app: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: example.com/web:latest
          imagePulPolicy: {{ .Values.pullPolicy }}
          securityContext:
            allowPrivilegeEscalation: {{ .Values.escalate }}
";

/// Fixes a tree by rules, and gives what a file is then.
fn fixed(folder: &Path, rules: &str, file: &str) -> String {
    let out = run(folder, &["check", "--unsafe-fixes", "--select", rules]);
    assert_ne!(out.status.code(), Some(2), "{}", String::from_utf8_lossy(&out.stderr));
    std::fs::read_to_string(folder.join(file)).expect("a file")
}

#[test]
fn a_value_is_changed_in_the_values_file_and_a_field_in_the_template() {
    let dir = tree(&[("Chart.yaml", CHART), ("values.yaml", VALUES), ("templates/web.yaml", TEMPLATE)]);
    let template = fixed(dir.path(), "unknown-field,unknown-kind", "templates/web.yaml");
    let expected = TEMPLATE.replace("policy/v1beta1", "policy/v1").replace("imagePulPolicy", "imagePullPolicy");
    assert_eq!(template, expected);
    let values = fixed(dir.path(), "privilege-escalation-allowed", "values.yaml");
    assert_eq!(values, VALUES.replace("escalate: true", "escalate: false"));
    assert_eq!(std::fs::read_to_string(dir.path().join("templates/web.yaml")).expect("a file"), expected);
}

#[test]
fn what_makes_other_values_too_or_stands_beside_actions_is_left_alone() {
    // The value is also a label; the field is decided by an action; the version is put together.
    let shared = TEMPLATE.replace("labels: {app: web}", "labels: {app: web, escalate: {{ .Values.escalate | quote }}}");
    let shared = shared.replace("imagePulPolicy: {", "{{ if true }}imagePulPolicy{{ end }}: {");
    let shared = shared.replace("policy/v1beta1", "policy/{{ print \"v1beta1\" }}");
    let dir = tree(&[("Chart.yaml", CHART), ("values.yaml", VALUES), ("templates/web.yaml", &shared)]);
    let rules = "unknown-field,unknown-kind,privilege-escalation-allowed";
    assert_eq!(fixed(dir.path(), rules, "values.yaml"), VALUES);
    assert_eq!(fixed(dir.path(), rules, "templates/web.yaml"), shared);
}
