//! Small tables over a set, each made when a rule first asks for it.
//!
//! In: an [`ApplySet`]. Out: answers to what rules ask of every object, and for which one would else look through all
//! objects of some kind: bindings, definitions, claim templates, Services by label.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::yaml::Node;

use super::makers::LONGEST_NAME;
use super::{ApplySet, Item, may_be_same};

type Subject<'t> = (bool, Option<&'t str>);

type ByLabel<'t> = FxHashMap<(&'static str, &'t str, &'t str), Vec<u32>>;

#[derive(Debug, Default)]
pub(super) struct Lookups<'t> {
    /// By the name of an account, who binds it: whether a subject says it is a ServiceAccount, and of which namespace.
    bound: OnceLock<FxHashMap<&'t str, FxHashSet<Subject<'t>>>>,
    /// Group and kind of custom resources that live in no namespace.
    cluster_scoped: OnceLock<FxHashSet<(&'t str, &'t str)>>,
    /// What the names of claims begin with that StatefulSets make.
    claims: OnceLock<FxHashSet<String>>,
    /// Services and Namespaces, by kind and label.
    by_label: OnceLock<ByLabel<'t>>,
    generated: OnceLock<FxHashMap<&'static str, FxHashSet<String>>>,
    /// By the name of a claim, and of a Secret.
    users: OnceLock<FxHashMap<&'t str, Vec<u32>>>,
    secrets: OnceLock<FxHashMap<&'t str, Vec<u32>>>,
    /// Istio's DestinationRules by the first label of their host.
    destinations: OnceLock<FxHashMap<&'t str, Vec<u32>>>,
}

impl<'t> ApplySet<'t> {
    /// Whether a binding names an account of a namespace, or may; `declared` asks for subjects of kind ServiceAccount alone.
    pub fn is_bound(&self, account: &str, namespace: Option<&str>, declared: bool) -> bool {
        if let Some(around) = &self.around {
            return around.all.is_bound(account, namespace, declared);
        }
        let bound = self.lookups.bound.get_or_init(|| {
            let mut bound: FxHashMap<&str, FxHashSet<_>> = FxHashMap::default();
            let kinds = ["RoleBinding", "ClusterRoleBinding"].into_iter();
            let bindings = kinds.flat_map(|kind| self.of_kind("rbac.authorization.k8s.io", kind));
            let subjects = bindings.flat_map(|item| item.object.root.get("subjects")).flat_map(Node::items);
            for subject in subjects {
                let Some(name) = subject.str_at("name") else { continue };
                let is_account = subject.str_at("kind") == Some("ServiceAccount");
                bound.entry(name).or_default().insert((is_account, subject.str_at("namespace")));
            }
            bound
        });
        let Some(subjects) = bound.get(account) else { return false };
        [true, false].into_iter().filter(|kind| *kind || !declared).any(|kind| match namespace {
            Some(_) => subjects.contains(&(kind, namespace)) || subjects.contains(&(kind, None)),
            None => subjects.iter().any(|(own, _)| *own == kind),
        })
    }

    /// Whether a CustomResourceDefinition of the set says that a kind lives in no namespace.
    pub fn is_defined_cluster_scoped(&self, group: &str, kind: &str) -> bool {
        if let Some(around) = &self.around {
            return around.all.is_defined_cluster_scoped(group, kind);
        }
        let scoped = self.lookups.cluster_scoped.get_or_init(|| {
            let definitions = self.of_kind("apiextensions.k8s.io", "CustomResourceDefinition");
            let specs = definitions.filter_map(|item| item.object.spec());
            let scoped = specs.filter(|spec| spec.str_at("scope") == Some("Cluster"));
            scoped.filter_map(|spec| Some((spec.str_at("group")?, spec.at(&["names", "kind"])?.as_str()?))).collect()
        });
        scoped.contains(&(group, kind))
    }

    /// Whether a StatefulSet of the set makes a claim of that name: `TEMPLATE-NAME-0`.
    pub fn is_claim_of_template(&self, claim: &str) -> bool {
        if let Some(around) = &self.around {
            return around.all.is_claim_of_template(claim);
        }
        let claims = self.lookups.claims.get_or_init(|| {
            let name = |template: Node<'t>| template.get("metadata")?.str_at("name");
            let of = |item: &'_ Item<'t>| {
                let owner = item.name().unwrap_or("");
                let templates = item.object.root.at(&["spec", "volumeClaimTemplates"]);
                templates.into_iter().flat_map(Node::items).filter_map(name).map(move |name| format!("{name}-{owner}-"))
            };
            self.of_kind("apps", "StatefulSet").flat_map(of).collect()
        });
        let mut beginnings = claim.match_indices('-').map(|(at, _)| &claim[..=at]);
        claim.len() <= LONGEST_NAME && beginnings.any(|beginning| claims.contains(beginning))
    }

    /// The Services (or Namespaces) among which are all that carry the labels that a `LabelSelector` names: of the set, then
    /// those around it.
    pub fn like<'a>(&'a self, kind: &'static str, selector: Node<'a>) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        self.own_like(kind, selector).chain(self.beyond(move |all| all.own_like(kind, selector)))
    }

    fn own_like<'a>(&'a self, kind: &'static str, selector: Node<'a>) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        let by_label = self.lookups.by_label.get_or_init(|| {
            let mut by_label: FxHashMap<_, Vec<u32>> = FxHashMap::default();
            for (kind, item) in ["Service", "Namespace"].iter().flat_map(|k| self.of_kind("", k).map(move |i| (*k, i)))
            {
                for (key, value) in item.object.labels().iter() {
                    by_label.entry((kind, key, value)).or_default().push(item.index);
                }
            }
            by_label
        });
        let labels = selector.get("matchLabels").into_iter().flat_map(|map| map.entries());
        let labels = labels.filter_map(|entry| Some((kind, entry.name, entry.value.as_str()?)));
        let lists = labels.map(|label| by_label.get(&label).map_or(&[][..], Vec::as_slice));
        let all = || self.index.of_kind("", kind).map_or(&[][..], |found| &found.all);
        self.numbered(lists.min_by_key(|list| list.len()).unwrap_or_else(all))
    }

    /// Whether a kustomization generates an object of that kind and name.
    pub fn is_generated(&self, kind: &str, name: &str) -> bool {
        let generated = self.lookups.generated.get_or_init(|| {
            let mut names: FxHashMap<_, FxHashSet<String>> = FxHashMap::default();
            for made in &self.generated {
                names.entry(made.kind).or_default().insert(made.name.clone());
            }
            names
        });
        generated.get(kind).is_some_and(|names| names.contains(name))
    }

    /// The objects whose pods use a claim of that name, in any namespace.
    pub fn users_of_claim<'a>(&'a self, claim: &'a str) -> impl Iterator<Item = &'a Item<'t>> {
        let users = self.lookups.users.get_or_init(|| {
            let mut users: FxHashMap<_, Vec<u32>> = FxHashMap::default();
            for (item, workload) in self.workloads() {
                let references = workload.pod_spec().map(|pod| pod.references()).unwrap_or_default();
                for reference in references.iter().filter(|r| r.kind == "PersistentVolumeClaim") {
                    note(&mut users, reference.name, item.index);
                }
            }
            users
        });
        self.numbered(users.get(claim).map_or(&[], Vec::as_slice))
    }

    /// The custom resources that a Secret of that name is made from, in any namespace.
    pub fn makers_of_secret<'a>(&'a self, secret: &'a str) -> impl Iterator<Item = &'a Item<'t>> {
        let makers = self.lookups.secrets.get_or_init(|| {
            let mut makers: FxHashMap<_, Vec<u32>> = FxHashMap::default();
            for (group, kind, path) in MAKERS {
                for item in self.of_kind(group, kind) {
                    let name = item.object.root.at(path).and_then(Node::as_str).or_else(|| item.name());
                    name.into_iter().for_each(|name| note(&mut makers, name, item.index));
                }
            }
            makers
        });
        self.numbered(makers.get(secret).map_or(&[], Vec::as_slice))
    }

    /// Istio's DestinationRules whose host begins with a name: of the set, then those around it.
    pub fn destination_rules<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        self.own_destination_rules(name).chain(self.beyond(move |all| all.own_destination_rules(name)))
    }

    fn own_destination_rules<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        let rules = self.lookups.destinations.get_or_init(|| {
            let mut rules: FxHashMap<_, Vec<u32>> = FxHashMap::default();
            for item in self.of_kind("networking.istio.io", "DestinationRule") {
                let host = item.object.root.at(&["spec", "host"]).and_then(Node::as_str);
                let first = host.and_then(|host| host.split('.').next());
                first.into_iter().for_each(|first| note(&mut rules, first, item.index));
            }
            rules
        });
        self.numbered(rules.get(name).map_or(&[], Vec::as_slice))
    }

    /// Whether there is an object of a group and kind with that name, in any namespace.
    pub fn has(&self, group: &str, kind: &str, name: &str) -> bool {
        self.named(kind, name, None).any(|item| item.object.gvk.group == group)
    }

    /// Whether several objects of that kind (in any group) have that name.
    pub fn shares_name(&self, kind: &str, name: &str) -> bool {
        self.own_named(kind, name, None).nth(1).is_some()
    }

    /// Whether objects of a group and kind may live in a namespace, and none of them has that name.
    pub fn lacks(&self, group: &str, kind: &str, name: &str, namespace: Option<&str>) -> bool {
        let mut named = self.named(kind, name, namespace).filter(|item| item.object.gvk.group == group);
        self.of_kind_near(group, kind, namespace).next().is_some()
            && !self.is_external_in(kind, name, namespace)
            && !named.any(|item| may_be_same(item.namespace(), namespace))
    }
}

/// Adds an item under a name, once.
fn note<'t>(lists: &mut FxHashMap<&'t str, Vec<u32>>, name: &'t str, index: u32) {
    let list = lists.entry(name).or_default();
    if list.last() != Some(&index) {
        list.push(index);
    }
}

/// Custom resources that a Secret is made from, and where its name stands; that of the resource itself by default.
const MAKERS: &[(&str, &str, &[&str])] = &[
    ("bitnami.com", "SealedSecret", &["spec", "template", "metadata", "name"]),
    ("external-secrets.io", "ExternalSecret", &["spec", "target", "name"]),
    ("cert-manager.io", "Certificate", &["spec", "secretName"]),
    ("secrets.hashicorp.com", "VaultStaticSecret", &["spec", "destination", "name"]),
];
