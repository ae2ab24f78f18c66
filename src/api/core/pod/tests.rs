//! What the server says that one would not guess: paths that are not the field's own, defaults, and what changed between
//! versions. Each case is a pod's spec, the version, and the paths with the rules.

use crate::api;
use crate::object::Object;
use crate::source::{Source, SourceId};
use crate::version::KubeVersion;
use crate::yaml::{Limits, read};

/// `path rule` of all findings on a text, sorted.
fn findings(text: &str, minor: u8) -> Vec<String> {
    let source = Source::from_text(SourceId(0), "test.yaml", text);
    let documents = read(&source, &Limits::default());
    let tree = documents[0].tree.as_ref().expect("YAML");
    let object = Object::from_node(tree.root()).expect("an object");
    let found = api::validate(object, KubeVersion(minor));
    let mut found: Vec<_> = found.iter().map(|finding| format!("{} {}", finding.path, finding.rule)).collect();
    found.sort();
    found
}

/// A Pod with one container `c`; `spec` are further lines of the spec, `container` of the container.
fn pod(spec: &str, container: &str) -> String {
    let indent = |text: &str, by: usize| {
        let pad = " ".repeat(by);
        text.lines().map(|line| format!("{pad}{line}\n")).collect::<String>()
    };
    let (spec, container) = (indent(spec, 2), indent(container, 4));
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p, labels: {{app: a}}}}\nspec:\n{spec}  containers:\n  - name: c\n    image: i\n{container}"
    )
}

/// Asserts what is found on a pod for several versions.
fn expect(spec: &str, container: &str, cases: &[(u8, &[&str])]) {
    let text = pod(spec, container);
    for (minor, wanted) in cases {
        assert_eq!(&findings(&text, *minor), wanted, "1.{minor}\n{text}");
    }
}

#[test]
fn some_fields_are_reported_elsewhere() {
    let mount = "volumeMounts:\n- {name: v, mountPath: /a, subPath: ../b, mountPropagation: Nope}";
    let list = "spec.containers[0].volumeMounts";
    let wanted = [format!("{list}.mountPropagation not-supported"), format!("{list}.subPath invalid")];
    expect("volumes: [{name: v}]", mount, &[(36, &wanted.each_ref().map(String::as_str))]);

    expect("os: {name: beos}", "", &[(36, &["spec.os not-supported"])]);
    expect("overhead: {zz: 1}", "", &[(36, &["spec.overhead.limits[zz] invalid"])]);
    expect("hostPID: true\nhostUsers: false", "", &[(36, &["spec.HostPID forbidden"]), (32, &[])]);
    expect("serviceAccount: A", "", &[(36, &["spec.serviceAccountName invalid"])]);
    let token = "volumes: [{name: v, projected: {sources: [{serviceAccountToken: {path: /x}}]}}]";
    expect(token, "", &[(36, &["spec.volumes[0].projected.path invalid"])]);
    let env = "envFrom: [{}]";
    expect("", env, &[(36, &["spec.containers[0].envFrom invalid"])]);
}

#[test]
fn init_containers_collide_under_the_first_ones_name() {
    let ports = "[{containerPort: 1, hostPort: 5}, {containerPort: 2, hostPort: 5}]";
    let init = format!("initContainers:\n- {{name: a, image: i}}\n- {{name: b, image: i, ports: {ports}}}");
    expect(&init, "", &[(36, &["spec.initContainers[0].ports[1].hostPort duplicate"])]);
}

#[test]
fn a_pod_on_the_hosts_network_takes_its_ports() {
    let ports = "ports: [{containerPort: 80}, {containerPort: 80}]";
    expect("hostNetwork: true", ports, &[(36, &["spec.containers[0].ports[1].hostPort duplicate"])]);
    expect("", ports, &[(36, &[])]);
}

#[test]
fn a_volume_that_is_not_valid_cannot_be_mounted() {
    let wanted = ["spec.containers[0].volumeMounts[0].name not-found", "spec.volumes[0].secret.secretName required"];
    expect("volumes: [{name: v, secret: {}}]", "volumeMounts: [{name: v, mountPath: /a}]", &[(36, &wanted)]);
}

#[test]
fn two_sources_are_one_too_many() {
    let volume = "volumes: [{name: v, emptyDir: {}, cephfs: {}, downwardAPI: {}}]";
    expect(volume, "", &[(36, &["spec.volumes[0].cephFS forbidden", "spec.volumes[0].downwarAPI forbidden"])]);
}

#[test]
fn requests_are_held_against_limits() {
    let resources = "resources: {requests: {cpu: 2, example.com/gpu: 1}, limits: {cpu: 1}}";
    let base = "spec.containers[0].resources";
    let wanted = [format!("{base}.limits required"), format!("{base}.requests invalid")];
    expect("", resources, &[(36, &wanted.each_ref().map(String::as_str))]);
    // 1.0000001 is rounded up to 1.001.
    let rounded = "resources: {requests: {cpu: 1001m}, limits: {cpu: 1.0000001}}";
    expect("", rounded, &[(36, &[])]);
}

#[test]
fn a_pods_own_requests_default_to_those_of_its_containers() {
    let container = "resources: {requests: {cpu: 2}}";
    expect("resources: {limits: {cpu: 1}}", container, &[(36, &["spec.resources.requests invalid"]), (33, &[])]);
    let limits = "resources: {limits: {cpu: 2}}";
    let wanted = ["spec.resources.containers[0][cpu].limits invalid", "spec.resources.requests invalid"];
    expect("resources: {limits: {cpu: 1}}", limits, &[(36, &wanted)]);
}

#[test]
fn restart_policies_of_containers_came_step_by_step() {
    let at = "spec.containers[0].restartPolicy";
    expect("", "restartPolicy: OnFailure", &[(33, &[&format!("{at} forbidden")]), (34, &[]), (35, &[])]);
    let probe = "initContainers: [{name: s, image: i, restartPolicy: Always, startupProbe: {exec: {command: [x]}}}]";
    expect(probe, "", &[(28, &["spec.initContainers[0].startupProbe forbidden"]), (29, &[])]);
    let rules = "restartPolicy: Never\nrestartPolicyRules: [{action: RestartAllContainers, exitCodes: {operator: In}}]";
    expect("", rules, &[(35, &["spec.containers[0].restartPolicyRules[0].action not-supported"]), (36, &[])]);
}

#[test]
fn labels_are_merged_into_selectors_before_they_are_checked() {
    let constraint = "topologySpreadConstraints:\n- {maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, \
                      matchLabelKeys: [app], labelSelector: {matchLabels: {app: a}}}";
    let wanted = ["spec.topologySpreadConstraints[0].matchLabelKeys[0] invalid"];
    expect(constraint, "", &[(36, &["spec.topologySpreadConstraints[0][0] invalid"]), (33, &wanted)]);
}

#[test]
fn what_newer_versions_relax() {
    let name = "spec.containers[0].env[0].name invalid";
    expect("", "env: [{name: 1a, value: b}]", &[(31, &[name]), (32, &[])]);
    expect(
        "dnsConfig: {searches: [_a.b, .]}",
        "",
        &[(32, &["spec.dnsConfig.searches[0] invalid", "spec.dnsConfig.searches[1] invalid"]), (33, &[])],
    );
    let policy = "securityContext: {seLinuxChangePolicy: MountOption}";
    expect(policy, "", &[(32, &[]), (36, &["spec.securityContext.seLinuxChangePolicy not-supported"]), (37, &[])]);
    let sleep = "lifecycle: {preStop: {sleep: {seconds: 0}}}";
    expect("", sleep, &[(32, &["spec.containers[0].lifecycle.preStop.sleep invalid"]), (33, &[])]);
}

#[test]
fn what_newer_versions_refuse() {
    let sysctl = "hostNetwork: true\nsecurityContext: {sysctls: [{name: net.core.somaxconn, value: '1'}]}";
    expect(sysctl, "", &[(28, &[]), (29, &["spec.securityContext.sysctls[0].name invalid"])]);
    let ip = "hostAliases: [{ip: 010.0.0.1}]";
    expect(ip, "", &[(35, &[]), (36, &["spec.hostAliases[0].ip invalid"])]);
    let affinity = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: \
                    [{matchExpressions: [{key: a, operator: In, values: ['-']}]}]}}}";
    let at = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]";
    expect(affinity, "", &[(32, &[]), (33, &[&format!("{at}.matchExpressions[0].values[0] invalid")])]);
    let resize =
        "initContainers: [{name: a, image: i, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]}]";
    expect(resize, "", &[(35, &[]), (36, &["spec.initContainers[0].resizePolicy[0].restartPolicy invalid"])]);
}

#[test]
fn image_volumes_are_dropped_with_their_mounts_before_they_count() {
    let volume = "volumes: [{name: v, image: {}}]";
    let mount = "volumeMounts: [{name: v, mountPath: /a}]";
    let wanted = ["spec.containers[0].volumeMounts[0].name not-found", "spec.volumes[0].image.reference required"];
    expect(volume, mount, &[(34, &[]), (35, &wanted)]);
}

#[test]
fn certificates_count_since_they_are_stable() {
    let volume = "volumes: [{name: v, projected: {sources: [{podCertificate: {signerName: a.b/c, keyType: RSA}}]}}]";
    let at = "spec.volumes[0].projected.sources[0].podCertificate";
    let wanted = [format!("{at} required"), format!("{at}.keyType not-supported")];
    expect(volume, "", &[(36, &[]), (37, &wanted.each_ref().map(String::as_str))]);
}

#[test]
fn a_template_leaves_metadata_out_of_its_paths() {
    let text = "apiVersion: v1\nkind: PodTemplate\nmetadata: {name: t}\ntemplate:\n  metadata: {labels: {a: -}, \
                annotations: {seccomp.security.alpha.kubernetes.io/pod: x, controller.kubernetes.io/pod-deletion-cost: y}}";
    let wanted = [
        "template.annotations.seccomp.security.alpha.kubernetes.io/pod invalid",
        "template.annotations[controller.kubernetes.io/pod-deletion-cost] invalid",
        "template.labels invalid",
        "template.spec.containers required",
    ];
    assert_eq!(findings(text, 36)[..], wanted);
}

#[test]
fn a_stateful_set_makes_volumes_of_claims_and_names_its_pods() {
    let text = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s}\nspec:\n  selector: {matchLabels: {a: b}}\n  \
                volumeClaimTemplates:\n  - metadata: {name: data}\n    spec: {accessModes: [ReadWriteOnce], resources: \
                {requests: {storage: 1Gi}}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      \
                hostname: A_B\n      volumes: [{name: data, secret: {}}, {name: x, secret: {}}]\n      \
                containers: [{name: c, image: i, volumeMounts: [{name: data, mountPath: /d}]}]\n";
    assert_eq!(findings(text, 36), ["spec.template.spec.volumes[1].secret.secretName required"]);
}
