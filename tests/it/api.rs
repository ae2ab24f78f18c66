//! What is said about workloads and metadata: rule, path and message of each error, in the words people will read.

use kubevet::finding::Severity;
use kubevet::version::KubeVersion;

fn said(text: &str) -> String {
    let texts = vec![("a.yaml".to_owned(), text.as_bytes().to_vec())];
    let report = kubevet::lint::validate_texts(texts, KubeVersion(36));
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
