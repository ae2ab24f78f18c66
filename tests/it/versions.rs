//! What is valid depends on the version: each text is checked for every version, and the api error at the path must be there in
//! exactly the versions named.

use std::ops::RangeInclusive;

use kubevet::finding::Category;
use kubevet::version::KubeVersion;

struct Case {
    what: &'static str,
    text: &'static str,
    path: &'static str,
    wrong_in: RangeInclusive<u8>,
}

const POD: &str = "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}";
const JOB: &str = "template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}";

const CASES: &[Case] = &[
    Case {
        what: "names of StatefulSets became DNS labels",
        text: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a.b}\nspec: {selector: {matchLabels: {a: b}}, POD}",
        path: "metadata.name",
        wrong_in: 27..=37,
    },
    Case {
        what: "the Service of a StatefulSet became a DNS label",
        text: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {serviceName: a.b, selector: {matchLabels: {a: b}}, POD}",
        path: "spec.serviceName",
        wrong_in: 33..=37,
    },
    Case {
        what: "claim templates were not checked",
        text: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}, POD, volumeClaimTemplates: [{metadata: {name: a}, spec: {resources: {requests: {storage: 1Gi}}}}]}",
        path: "spec.volumeClaimTemplates[0].spec.accessModes",
        wrong_in: 34..=37,
    },
    Case {
        what: "schedules could name a time zone",
        text: "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: TZ=UTC 0 0 * * *, jobTemplate: {spec: {JOB}}}",
        path: "spec.schedule",
        wrong_in: 29..=37,
    },
    Case {
        what: "managedBy was dropped",
        text: "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {managedBy: me, JOB}",
        path: "spec.managedBy",
        wrong_in: 32..=37,
    },
    Case {
        what: "success policies were dropped",
        text: "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {successPolicy: {}, completionMode: Indexed, completions: 1, JOB}",
        path: "spec.successPolicy.rules",
        wrong_in: 31..=37,
    },
    Case {
        what: "names of Services had to start with a letter",
        text: "apiVersion: v1\nkind: Service\nmetadata: {name: 1a}\nspec: {ports: [{port: 80}]}",
        path: "metadata.name",
        wrong_in: 25..=35,
    },
    Case {
        what: "addresses with leading zeros passed",
        text: "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: 010.0.0.0/8}}]}]}",
        path: "spec.egress[0].to[0].ipBlock.cidr",
        wrong_in: 36..=37,
    },
    Case {
        what: "environment variables could not start with a digit",
        text: "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, env: [{name: 1a}]}]}",
        path: "spec.containers[0].env[0].name",
        wrong_in: 25..=31,
    },
    Case {
        what: "nothing could be scaled to nothing",
        text: "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {minReplicas: 0, maxReplicas: 1, scaleTargetRef: {kind: Deployment, name: a, apiVersion: apps/v1}, metrics: [{type: External, external: {metric: {name: a}, target: {type: Value, value: 1}}}]}",
        path: "spec.minReplicas",
        wrong_in: 25..=36,
    },
];

#[test]
fn every_rule_holds_from_its_version_on() {
    for case in CASES {
        let text = case.text.replace("POD", POD).replace("JOB", JOB);
        for version in KubeVersion::all() {
            let texts = vec![("a.yaml".to_owned(), text.clone().into_bytes())];
            let report = kubevet::engine::validate_texts(texts, version);
            let errors: Vec<_> = report.findings.iter().filter(|f| f.category == Category::Api).collect();
            let expected = case.wrong_in.contains(&version.0);
            let paths: Vec<_> = errors.iter().map(|finding| finding.path.as_str()).collect();
            assert_eq!(paths == [case.path], expected, "{version}: {}: {paths:?}", case.what);
            assert!(expected || paths.is_empty(), "{version}: {}: {paths:?}", case.what);
        }
    }
}
