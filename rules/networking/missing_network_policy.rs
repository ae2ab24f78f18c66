use std::collections::BTreeMap;

use crate::rule::prelude::*;

rule! {
    /// A workload whose pods no NetworkPolicy selects.
    ///
    /// Without a policy every pod of the cluster may talk to these pods, and they to everything: one compromised pod reaches
    /// all the others. A policy for egress alone leaves them open to callers. Policies of Cilium and Calico and cluster-wide
    /// admin policies count; pods on the host's network are out of reach of any policy and are not asked for one, nor are those of
    /// jobs that open no port, of which `missing-egress-policy` speaks.
    /// Reported once for a namespace that has no policy at all, on the Namespace where that is defined. As info where nothing says
    /// which namespace it is, and so what policies it has; and, in a repository that has no policies at all and neither Applications
    /// nor Kustomizations of Flux, where nothing listens in the namespace, and for a chart; where the namespace is a name that a build
    /// puts another in the place of (`system` of a base, `release-namespace`), where all are operators' managers as kubebuilder lays
    /// them out, and where files side by side define the same workload three times and more: they are alternatives. Overlays of one base
    /// are told once. Not asked of `kube-system`.
    ///
    /// **How to fix**: add a NetworkPolicy with an empty `podSelector` that denies by default to the namespace, and one for
    /// each workload that allows what it needs.
    id: "missing-network-policy",
    severity: Warning,
    peers: &["kubescape:C-0049", "kubescape:C-0054", "kubescape:C-0206", "kube-linter:non-isolated-pod", "kube-score:pod-networkpolicy", "polaris:missingNetworkPolicy",
             "checkov:CKV2_K8S_6", "kubescape:C-0260", "kics:pod_misconfigured_network_policy", "kyverno:require-netpol",
             "popeye:1204"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/network-policies/"],
    check: Check::Set(check),
}

fn check<'t>(set: &ApplySet<'t>, context: &mut SetContext<'_, 't>) {
    let mut bare: BTreeMap<_, Vec<&Item<'t>>> = BTreeMap::new();
    for (item, workload) in set.workloads() {
        let Some(says) = lack(set, item, workload) else { continue };
        if has_policies(set, item) {
            let message = format!("no NetworkPolicy {says} the pods of {}", workload.object.title());
            let help = "add a NetworkPolicy that allows what these pods need, or one for all that denies by default";
            let most = if set.is_namespace_partly_read(item.namespace()) { Severity::Info } else { Severity::Error };
            context.report_on(item, workload.object.place(), message).help(help).at_most(most);
        } else {
            let namespace = item.namespace().ok_or_else(|| set.layout().directory(item.source));
            bare.entry(namespace).or_default().push(item);
        }
    }
    // What the cluster itself runs talks to all of it.
    bare.retain(|namespace, _| !namespace.is_ok_and(|name| name == "kube-system"));
    for (namespace, items) in bare {
        of_namespace(set, namespace.ok(), &items, context);
    }
}

/// Reports a namespace without policies: on itself, where the set defines it, else on its first workload.
fn of_namespace<'t>(
    set: &ApplySet<'t>,
    namespace: Option<&str>,
    items: &[&Item<'t>],
    context: &mut SetContext<'_, 't>,
) {
    let Some(first) = items.first() else { return };
    let defined = namespace.and_then(|name| set.own_named("Namespace", name, None).next());
    let pods = match items.len() - 1 {
        0 => format!("the pods of {}", first.object.title()),
        1 => format!("the pods of {} and of one more workload", first.object.title()),
        more => format!("the pods of {} and of {more} more workloads", first.object.title()),
    };
    let place = namespace.map_or_else(String::new, |name| format!(" of namespace `{name}`"));
    let help = "add a default-deny NetworkPolicy to the namespace, and ones that allow what its pods need";
    let at = defined.unwrap_or(first);
    let message = format!("no NetworkPolicy selects {pods}{place}");
    let partly = set.is_namespace_partly_read(namespace);
    let mut finding = context.report_on(at, at.object.place(), message).help(help);
    if let Some(name) = namespace {
        finding = finding.about(format!("namespace {name}"));
    }
    // Where a part of what goes there was not read, it may bring policies.
    let unlikely = !knows_policies(set)
        && !says_what_is_deployed(set)
        && (!items.iter().any(|item| listens(set, item)) || is_of_chart(first));
    let open = partly || unlikely || items.iter().all(|item| is_scaffold(item));
    if namespace.is_none_or(stands_in) || open || are_alternatives(items) {
        finding = finding.at_most(Severity::Info);
    }
    for item in items.iter().filter(|item| item.index != at.index) {
        finding = finding.related(item.object.place(), "these pods accept traffic from anywhere");
    }
}

/// Whether a namespace is one that nobody has: a build puts another in its place.
fn stands_in(namespace: &str) -> bool {
    ["system", "release-namespace", "namespace", "placeholder", "placeholder-namespace", "your-namespace"]
        .contains(&namespace)
}

/// Whether a workload is the manager of an operator as kubebuilder and the Operator SDK lay it out, with policies that whoever installs it
/// may turn on.
fn is_scaffold(item: &Item<'_>) -> bool {
    let labels = item.workload().map(|workload| workload.pod_labels());
    labels.is_some_and(|labels| labels.get("control-plane") == Some("controller-manager"))
}

/// Whether the same workload is there so often that its files are alternatives.
fn are_alternatives(items: &[&Item<'_>]) -> bool {
    const OFTEN: usize = 3;
    let mut counts: BTreeMap<(&str, Option<&str>), usize> = BTreeMap::new();
    items.iter().for_each(|item| *counts.entry((item.object.gvk.kind, item.name())).or_default() += 1);
    counts.values().any(|count| *count >= OFTEN)
}

/// Whether the repository has policies of any make, for whatever namespace: they are a matter of it.
fn knows_policies(set: &ApplySet<'_>) -> bool {
    let mut kinds = FOREIGN.iter().chain(&[("networking.k8s.io", "NetworkPolicy"), ("extensions", "NetworkPolicy")]);
    kinds.any(|(group, kind)| set.known_of_kind(group, kind).next().is_some())
}

/// Whether the pods of a workload open a port, are probed on one, or are called by a Service.
fn listens<'t>(set: &ApplySet<'t>, item: &Item<'t>) -> bool {
    let probes = ["livenessProbe", "readinessProbe", "startupProbe"];
    let opens = |container: Container<'t>| {
        let asked = |probe: Node<'t>| ["httpGet", "tcpSocket", "grpc"].iter().any(|way| probe.get(way).is_some());
        container.ports().next().is_some() || probes.iter().filter_map(|one| container.node.get(one)).any(asked)
    };
    let pod = item.workload().and_then(Workload::pod_spec);
    set.is_served(item) || pod.is_some_and(|pod| pod.containers().any(opens))
}

/// Whether a chart makes an object that nobody is known to install: which policies its namespace has is for them to say.
fn is_of_chart(item: &Item<'_>) -> bool {
    item.source != item.written_in() && item.surroundings.rendered
}

/// Whether the repository says what is deployed from it.
fn says_what_is_deployed(set: &ApplySet<'_>) -> bool {
    DEPLOYING.iter().any(|(group, kind)| set.known_of_kind(group, kind).next().is_some())
}

/// Kinds by which a repository says what is deployed from it.
const DEPLOYING: &[(&str, &str)] = &[
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
    ("kustomize.toolkit.fluxcd.io", "Kustomization"),
];

/// Whether the pods of a workload come, work and go, and nothing says that they listen.
pub(super) fn runs_once(workload: Workload<'_>) -> bool {
    let listens = || workload.pod_spec().is_some_and(|pod| pod.containers().any(|c| c.node.get("ports").is_some()));
    let restarts = || workload.pod_spec().and_then(|pod| pod.node.str_at("restartPolicy"));
    let ends = match workload.kind {
        WorkloadKind::Job | WorkloadKind::CronJob | WorkloadKind::ScaledJob => true,
        WorkloadKind::Pod => matches!(restarts(), Some("Never" | "OnFailure")),
        _ => false,
    };
    ends && !listens()
}

/// What no policy does for the pods of a workload, though one could.
fn lack<'t>(set: &ApplySet<'t>, item: &Item<'t>, workload: Workload<'t>) -> Option<&'static str> {
    let host = workload.pod_spec().and_then(|pod| pod.node.get("hostNetwork")).and_then(Node::as_bool);
    if host == Some(true) || runs_once(workload) || workload.object.is_helm_test() || has_foreign(set, item) {
        return None;
    }
    match set.isolation_of(item) {
        None if is_selected_around(set, item, workload) => None,
        None => Some("selects"),
        Some(isolation) => (!isolation.ingress).then_some("restricts ingress to"),
    }
}

/// Whether a policy that another part of the repository has for the namespace selects the pods of a workload.
fn is_selected_around<'t>(set: &ApplySet<'t>, item: &Item<'t>, workload: Workload<'t>) -> bool {
    let labels = workload.pod_labels();
    item.namespace().is_some()
        && set.known_of_kind_in("networking.k8s.io", "NetworkPolicy", item.namespace()).any(|policy| {
            let selector = policy.object.spec().and_then(|spec| spec.get("podSelector"));
            let here = policy.namespace() == item.namespace();
            here && selector.is_some_and(|selector| selector::selects(selector, labels))
        })
}

/// Whether the namespace has policies, for other pods.
fn has_policies<'t>(set: &ApplySet<'t>, item: &Item<'t>) -> bool {
    let (group, kind) = ("networking.k8s.io", "NetworkPolicy");
    match item.namespace() {
        Some(_) => set.known_of_kind_in(group, kind, item.namespace()).next().is_some(),
        None => set.is_applied_with(Sort::Kind(group, kind), item),
    }
}

/// Policies of other makes, whose selectors are a language of their own.
const FOREIGN: &[(&str, &str)] = &[
    ("cilium.io", "CiliumNetworkPolicy"),
    ("cilium.io", "CiliumClusterwideNetworkPolicy"),
    ("crd.projectcalico.org", "NetworkPolicy"),
    ("crd.projectcalico.org", "GlobalNetworkPolicy"),
    ("projectcalico.org", "NetworkPolicy"),
    ("projectcalico.org", "GlobalNetworkPolicy"),
    ("policy.networking.k8s.io", "AdminNetworkPolicy"),
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
];

/// Whether the set has policies of another make that may be about the item.
pub(super) fn has_foreign(set: &ApplySet<'_>, item: &Item<'_>) -> bool {
    let makes = |group: &str| FOREIGN.iter().any(|(of, _)| *of == group);
    set.has_group(makes)
        && FOREIGN.iter().any(|(group, kind)| {
            let cluster_wide = kind.contains("Cluster") || kind.contains("Global") || kind.contains("Admin");
            let near = if cluster_wide { None } else { item.namespace() };
            set.of_kind_near(group, kind, near).next().is_some()
        })
}
