//! What is said about workloads and metadata: rule, path and message of each error, in the words people will read.

use kubevet::finding::Severity;
use kubevet::version::KubeVersion;

fn said(text: &str) -> String {
    let texts = vec![("a.yaml".to_owned(), text.as_bytes().to_vec())];
    let report = kubevet::engine::validate_texts(texts, KubeVersion(36));
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| format!("{} {}: {}\n", finding.rule, finding.path, finding.message)).collect()
}

const METADATA: &str = "apiVersion: v1
kind: ConfigMap
metadata:
  name: My_Config
  namespace: Shop
  labels: {a/b/c: x, ok: -bad-}
  annotations: {Example.com/Any: '1', 'no spaces': ''}
  finalizers: [example.com/x, done, orphan, foregroundDeletion]
  ownerReferences:
  - {apiVersion: v1, kind: Event, name: x, uid: u, controller: true}
  - {apiVersion: a/b/c, kind: Pod, name: '', uid: u, controller: true}
";

const WORKLOADS: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: till}
spec:
  replicas: -1
  minReadySeconds: 600
  selector: {matchLabels: {app: till}, matchExpressions: [{key: tier, operator: In}]}
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}
  template:
    metadata: {labels: {app: tills}}
    spec: {restartPolicy: Never, activeDeadlineSeconds: 1, containers: [{name: till, image: till}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  updateStrategy: {rollingUpdate: {maxSurge: 1}}
  template: {metadata: {labels: {app: agents}}, spec: {containers: [{name: agent, image: agent}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger}
spec:
  podManagementPolicy: Sometimes
  updateStrategy: {type: OnDelete, rollingUpdate: {partition: 1}}
  selector: {}
  template: {spec: {containers: [{name: ledger, image: ledger}]}}
  volumeClaimTemplates: [{metadata: {name: Data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: till}
";

const JOBS: &str = "apiVersion: batch/v1
kind: Job
metadata: {name: closing}
spec:
  completions: 3
  completionMode: Indexed
  backoffLimitPerIndex: 1
  maxFailedIndexes: 4
  selector: {matchLabels: {app: closing}}
  podFailurePolicy:
    rules:
    - {action: Retry, onExitCodes: {operator: In, values: [3, 0, 3], containerName: nope}}
    - {action: Count}
  successPolicy: {rules: [{succeededIndexes: 0-3}, {succeededIndexes: '0,1', succeededCount: 3}]}
  template:
    metadata: {labels: {job-name: other}}
    spec: {restartPolicy: OnFailure, containers: [{name: closing, image: closing}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: 0 0 * * 7
  timeZone: Europe/Nowhere
  concurrencyPolicy: Never
  jobTemplate:
    spec:
      manualSelector: true
      selector: {matchLabels: {a: b}}
      template: {spec: {containers: [{name: nightly, image: nightly}]}}
";

#[test]
fn metadata() {
    insta::assert_snapshot!(said(METADATA));
}

#[test]
fn names_that_are_generated() {
    for (prefix, wrong) in [("till-", false), ("Till-", true), ("till--", false), ("-till", true)] {
        let text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{generateName: {prefix}}}");
        assert_eq!(said(&text).starts_with("invalid metadata.generateName"), wrong, "{prefix}");
    }
    let long = "a".repeat(60);
    let text = format!(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{generateName: {long}}}\nspec: {{schedule: '@daily', jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: a}}]}}}}}}}}}}"
    );
    assert!(said(&text).starts_with("invalid metadata.name: "), "{}", said(&text));
}

#[test]
fn workloads() {
    insta::assert_snapshot!(said(WORKLOADS));
}

#[test]
fn jobs() {
    insta::assert_snapshot!(said(JOBS));
}

/// A resource that says `{}` gets the defaults of its CRD: both are held against one schema by one validator.
#[test]
fn a_default_is_checked_as_a_value_is() {
    let fields =
        [("host", "hostname", "no_host"), ("mail", "email", "till"), ("book", "isbn", "1"), ("ink", "hexcolor", "#f")];
    let properties = |default: bool| {
        let property = |(name, format, value): (&str, &str, &str)| match default {
            true => format!("{name}: {{type: string, format: {format}, default: '{value}'}}"),
            false => format!("{name}: {{type: string, format: {format}}}"),
        };
        fields.map(property).join(", ")
    };
    let crd = |default: bool| {
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: tills.shop.example}}\nspec:\n  \
             group: shop.example\n  scope: Cluster\n  names: {{plural: tills, kind: Till}}\n  versions:\n  - name: v1\n    \
             served: true\n    storage: true\n    schema: {{openAPIV3Schema: {{type: object, properties: {{spec: {{type: object, \
             properties: {{{}}}}}}}}}}}\n",
            properties(default)
        )
    };
    let till = fields.map(|(name, _, value)| format!("{name}: '{value}'")).join(", ");
    let resource = format!("apiVersion: shop.example/v1\nkind: Till\nmetadata: {{name: a}}\nspec: {{{till}}}\n");
    let expected = |prefix: &str, suffix: &str| -> Vec<String> {
        let mut lines: Vec<_> =
            fields.iter().map(|(name, ..)| format!("type-invalid {prefix}{name}{suffix}")).collect();
        lines.sort();
        lines
    };
    let paths = |text: &str| -> Vec<String> {
        let mut lines: Vec<_> =
            said(text).lines().filter_map(|line| Some(line.split_once(':')?.0.to_owned())).collect();
        lines.sort();
        lines
    };
    let (schema, field) = ("spec.validation.openAPIV3Schema.properties[spec].properties[", "].default");
    assert_eq!(paths(&crd(true)), expected(schema, field));
    assert_eq!(paths(&format!("{}---\n{resource}", crd(false))), expected("spec.", ""));
}
