//! Names that come from elsewhere.
//!
//! In: an [`ApplySet`]. Out: whether something in the repository, or the cluster itself, may make an object of a name that
//! no manifest defines: operators (a custom resource's name or any name it mentions), Helm releases, cert-manager by an
//! Ingress annotation, scripts that create Secrets, and what every cluster has.

use std::sync::OnceLock;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::object::Object;
use crate::yaml::{Kind, Node};

use super::mentions::Noted;
use super::{ApplySet, CHUNK, Item};

/// Objects that every cluster, or a controller found in many, puts into namespaces.
const EVERYWHERE: &[(&str, &str)] = &[
    ("ConfigMap", "kube-root-ca.crt"),
    ("ConfigMap", "openshift-service-ca.crt"),
    ("ConfigMap", "istio-ca-root-cert"),
    ("ConfigMap", "extension-apiserver-authentication"),
    ("ConfigMap", "kubeadm-config"),
    ("ConfigMap", "kube-proxy"),
    ("ConfigMap", "coredns"),
    ("ConfigMap", "aws-auth"),
    ("ConfigMap", "rook-ceph-mon-endpoints"),
    ("Secret", "rook-ceph-mon"),
    ("Secret", "memberlist"),
    ("Service", "webhook-receiver"),
    ("Service", "istiod"),
    ("Role", "extension-apiserver-authentication-reader"),
    ("Service", "kubernetes"),
    ("Service", "kube-dns"),
    ("Service", "metrics-server"),
    ("Service", "openshift"),
];

/// Groups of custom resources that make neither Secrets nor ConfigMaps nor Services under names of their own: they route,
/// select, or apply what lies in a repository.
const NO_MAKERS: &[&str] = &[
    "argoproj.io",
    "apps.openshift.io",
    "kustomize.toolkit.fluxcd.io",
    "source.toolkit.fluxcd.io",
    "notification.toolkit.fluxcd.io",
    "networking.istio.io",
    "security.istio.io",
    "telemetry.istio.io",
    "traefik.io",
    "traefik.containo.us",
    "keda.sh",
    "cilium.io",
    "projectcalico.org",
    "crd.projectcalico.org",
    "config.openshift.io",
    "route.openshift.io",
];

/// Names that may be made, collected when first asked for.
#[derive(Debug, Default)]
pub(super) struct Makers<'t>(OnceLock<Names<'t>>);

#[derive(Debug, Default)]
struct Names<'t> {
    /// Strings that custom resources and annotations mention.
    mentioned: FxHashSet<&'t str>,
    /// Words in the arguments of containers.
    spoken: FxHashSet<&'t str>,
    /// Names of custom resources and Helm releases, which prefix what they make.
    owners: FxHashSet<&'t str>,
    /// Labels that Argo Rollouts puts on the pods of an update or an experiment.
    of_updates: FxHashSet<&'t str>,
}

impl<'t> ApplySet<'t> {
    /// Whether an object of that kind and name, which no manifest of the set defines, may still come to be.
    pub fn may_be_made(&self, kind: &str, name: &str) -> bool {
        if self.open || !is_literal(name) || EVERYWHERE.contains(&(kind, name)) || is_token(kind, name) {
            return true;
        }
        if self.is_generated(kind, name) || self.is_renamed(kind, name) {
            return true;
        }
        let whole = self.whole();
        let names = whole.makers.0.get_or_init(|| Names::collect(whole.items()));
        let spoken = matches!(kind, "Secret" | "ConfigMap") && names.spoken.contains(name);
        let of_update = kind == "Pod" && names.of_updates.contains(name);
        spoken || of_update || names.mentioned.contains(name) || names.owned(name)
    }
}

impl<'t> ApplySet<'t> {
    /// Collects the names on all threads, before they are asked for.
    pub(super) fn prepare_makers(&self) {
        let parts = self.items().par_chunks(CHUNK).map(Names::collect);
        // Where they were asked for before, they are known.
        let _ = self.makers.0.set(parts.reduce(Names::default, Names::join));
    }

    /// Whether a kustomization may give an object that name, by putting something before or behind the one it has.
    fn is_renamed(&self, kind: &str, name: &str) -> bool {
        let renamed = &self.whole().renamed;
        let parts = dashes(name).flat_map(|at| [&name[..at], &name[at + 1..]]);
        !renamed.is_empty() && parts.into_iter().any(|part| renamed.contains(&(kind, part)))
    }
}

/// Where a name has dashes. What is longer than any name has none that counts.
fn dashes(name: &str) -> impl Iterator<Item = usize> + '_ {
    name.match_indices('-').map(|(at, _)| at).filter(|_| name.len() <= LONGEST_NAME)
}

/// Longer names than this are none: the server refuses them.
pub(super) const LONGEST_NAME: usize = 253;

/// A name without placeholders of some template.
pub(super) fn is_literal(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'))
}

/// Secrets that the token controller and registries' controllers make.
fn is_token(kind: &str, name: &str) -> bool {
    kind == "Secret" && (name.starts_with("default-token-") || name.starts_with("sh.helm.release."))
}

impl<'t> Names<'t> {
    fn collect(items: &[Item<'t>]) -> Self {
        let mut names = Self::default();
        items.iter().for_each(|item| names.item(item));
        names
    }

    fn join(mut self, other: Self) -> Self {
        self.mentioned.extend(other.mentioned);
        self.spoken.extend(other.spoken);
        self.owners.extend(other.owners);
        self.of_updates.extend(other.of_updates);
        self
    }

    fn item(&mut self, item: &Item<'t>) {
        self.annotations(item.object);
        self.updates(item.object);
        self.arguments(item);
        if is_release(item.object) || is_maker(item.object) {
            self.owners.extend(item.name());
            self.owners.extend(item.object.spec().and_then(|spec| spec.str_at("releaseName")));
            match Noted::of(item.object) {
                Some(noted) => self.mentioned.extend(noted.whole()),
                None => strings(item.object.root, |text| {
                    self.mentioned.insert(text);
                }),
            }
        }
    }

    /// Names in annotations (OpenShift's serving certificates), and TLS Secrets where cert-manager looks after them.
    fn annotations(&mut self, object: Object<'t>) {
        let Some(annotations) = object.annotations() else { return };
        let mut issued = false;
        for entry in annotations.entries() {
            issued |= entry.name.starts_with("cert-manager.io/") || entry.name == "kubernetes.io/tls-acme";
            self.mentioned.extend(entry.value.as_str().filter(|text| is_literal(text)));
        }
        if issued && let Some(spec) = object.spec() {
            let of = |list: Option<Node<'t>>| list.into_iter().flat_map(Node::items);
            self.mentioned.extend(of(spec.get("tls")).filter_map(|tls| tls.str_at("secretName")));
            let refs = of(spec.get("listeners")).flat_map(|l| of(l.at(&["tls", "certificateRefs"])));
            self.mentioned.extend(refs.filter_map(|reference| reference.str_at("name")));
        }
    }

    /// Labels under a Rollout's strategy, and in an Experiment.
    fn updates(&mut self, object: Object<'t>) {
        if object.gvk.group != "argoproj.io" || !matches!(object.gvk.kind, "Rollout" | "Experiment") {
            return;
        }
        let Some(spec) = object.spec() else { return };
        let mut open = vec![spec.get("strategy").unwrap_or(spec)];
        while let Some(node) = open.pop() {
            open.extend(node.items());
            for entry in node.entries() {
                match entry.name {
                    "labels" => self.of_updates.extend(entry.value.entries().filter_map(|label| label.value.as_str())),
                    _ => open.push(entry.value),
                }
            }
        }
    }

    fn arguments(&mut self, item: &Item<'t>) {
        let Some(pod) = item.workload().and_then(|workload| workload.pod_spec()) else { return };
        for container in pod.containers() {
            for argument in ["command", "args"].iter().filter_map(|list| container.node.get(list)).flat_map(Node::items)
            {
                let words =
                    argument.as_str().unwrap_or("").split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.');
                self.spoken.extend(words.filter(|word| word.len() > 2));
            }
        }
    }

    /// Whether the name begins with an owner's name, or has it as one of its dotted parts.
    fn owned(&self, name: &str) -> bool {
        let ends = name.match_indices(['-', '.']).map(|(at, _)| at).filter(|_| name.len() <= LONGEST_NAME);
        ends.chain([name.len()]).any(|end| self.owners.contains(&name[..end]))
            || name.split('.').any(|part| self.owners.contains(part))
    }
}

fn is_release(object: Object<'_>) -> bool {
    let source = |source: Option<Node<'_>>| source.is_some_and(|s| s.get("chart").is_some() || s.get("helm").is_some());
    match (object.gvk.group, object.gvk.kind) {
        ("argoproj.io", "Application") => object.spec().is_some_and(|spec| {
            source(spec.get("source")) || spec.get("sources").is_some_and(|list| list.items().any(|s| source(Some(s))))
        }),
        _ => false,
    }
}

/// Whether it is a custom resource whose operator may make objects.
fn is_maker(object: Object<'_>) -> bool {
    let group = object.gvk.group;
    // Of Prometheus' operator only these two make pods; the others select and configure.
    if group == "monitoring.coreos.com" {
        return matches!(object.gvk.kind, "Prometheus" | "Alertmanager");
    }
    group.contains('.') && !group.ends_with("k8s.io") && !NO_MAKERS.contains(&group)
}

/// All strings below a node that could be names.
pub(super) fn strings<'t>(root: Node<'t>, mut take: impl FnMut(&'t str)) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match node.kind() {
            Kind::String(text) if text.len() < 254 && is_literal(text) => take(text),
            Kind::Sequence => open.extend(node.items()),
            Kind::Mapping => open.extend(node.entries().map(|entry| entry.value)),
            _ => {}
        }
    }
}
