//! Names that come from elsewhere.
//!
//! In: an [`ApplySet`]. Out: whether something in the repository, or the cluster itself, may make an object of a name that
//! no manifest defines: controllers whose custom resources are known ([`table`]), other operators (a custom resource's name or
//! any name it mentions; what begins with its name, perhaps), Helm releases, those who issue certificates by an Ingress annotation, scripts that create Secrets, and what every
//! cluster has.

mod everywhere;
mod idle;
mod kept;
mod operators;
mod releases;
mod table;

use std::borrow::{Borrow, Cow};
use std::hash::Hash;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::object::Object;
use crate::source::SourceId;
use crate::yaml::{Kind, Node};

use super::mentions::Noted;
use super::{ApplySet, CHUNK, Item};

use kept::{Made, Texts};
pub(super) use table::is_control_plane;
use table::{COPIED, ISSUED, Made as Making, Name};

/// Names that may be made, collected when first asked for.
#[derive(Debug, Default)]
pub(super) struct Makers<'t>(pub OnceLock<Arc<Names<'t>>>);

#[derive(Debug, Default)]
pub(super) struct Names<'t> {
    /// Strings that custom resources and annotations mention.
    mentioned: Texts<'t>,
    /// Words in the arguments of containers.
    spoken: Texts<'t>,
    /// Names of Helm releases, which prefix what they make.
    owners: Texts<'t>,
    /// Strings that the resources of operators mention whose makings are known: whoever set these up may have made that, too.
    hinted: Texts<'t>,
    /// Names of custom resources of which nobody knows what is made of them.
    operated: Texts<'t>,
    /// Namespaces with a resource of which a whole program is installed.
    installed: Texts<'t>,
    /// Labels that Argo Rollouts puts on the pods of an update or an experiment.
    of_updates: Texts<'t>,
    /// What known controllers make, by kind and name, with the numbers of the items they make it of.
    made: Made<'t>,
    /// The same for names that begin so, up to a dash; an empty one stands for any name.
    beginnings: Made<'t>,
    /// The same for names that end so, from a dot on.
    ends: Made<'t>,
}

impl<'t> ApplySet<'t> {
    /// Whether an object of that kind, name and namespace may exist though no manifest of the set defines it: the configuration says
    /// so, something makes it, or a root that brings objects there was built without a part of them.
    pub fn may_exist_in(&self, kind: &str, name: &str, namespace: Option<&str>) -> bool {
        self.is_external_in(kind, name, namespace)
            || self.is_made(kind, name, namespace)
            || self.is_namespace_partly_read(namespace)
    }

    /// Whether an object of a name may come to be without a manifest, wherever it may be.
    pub fn may_be_made(&self, kind: &str, name: &str) -> bool {
        self.is_made(kind, name, None) || self.may_be_operated(name)
    }

    /// Whether the operator of a custom resource that nobody knows may make an object of that name: it begins with the resource's.
    pub fn may_be_operated(&self, name: &str) -> bool {
        begins_with_one(&self.made_names().operated, name)
    }

    /// Whether an operator installs a whole program into a namespace.
    pub fn operator_installs_into(&self, namespace: &str) -> bool {
        self.made_names().installed.contains(namespace)
    }

    /// Whether the resource of an operator mentions that name, although it is not known to make anything of that name.
    pub fn is_hinted(&self, name: &str) -> bool {
        self.made_names().hinted.contains(name)
    }

    /// Whether the resource of a known controller stands for an object of that name, be it in another cluster.
    pub fn is_made_anywhere(&self, kind: &str, name: &str) -> bool {
        self.made_names().makers_of(kind, name).next().is_some()
    }

    /// Whether something that is known makes an object of that name; in a namespace, where one is given.
    pub fn is_made(&self, kind: &str, name: &str, namespace: Option<&str>) -> bool {
        if self.open || self.is_external(kind, name) || !is_literal(name) || everywhere::is_there(kind, name) {
            return true;
        }
        if self.is_generated(kind, name) || self.is_renamed(kind, name) {
            return true;
        }
        let names = self.made_names();
        let spoken = matches!(kind, "Secret" | "ConfigMap") && names.spoken.contains(name);
        let of_update = kind == "Pod" && names.of_updates.contains(name);
        let of_outpost = matches!(kind, "Service" | "Secret") && name.starts_with("ak-outpost-");
        let known =
            || names.makers_of(kind, name).any(|&index| self.sees_maker(index) && self.reaches(index, namespace));
        spoken
            || of_update
            || of_outpost
            || names.mentioned.contains(name)
            || begins_with_one(&names.owners, name)
            || known()
    }

    fn made_names(&self) -> &Names<'t> {
        let whole = self.whole();
        whole.makers.0.get_or_init(|| Arc::new(Names::collect(whole.items())))
    }

    /// Whether something that goes to a namespace was built without objects that are not here: a chart or base on another
    /// machine, what .gitignore hides.
    pub fn is_namespace_partly_read(&self, namespace: Option<&str>) -> bool {
        let Some(namespace) = namespace else { return self.open };
        let sees = |source: &SourceId| {
            self.around.as_ref().is_none_or(|around| around.sets.sees(around.set, source.0 as usize))
        };
        self.whole().partly.get(namespace).is_some_and(|sources| sources.iter().any(sees))
    }

    /// Whether a label of a pod says that the cluster itself runs it.
    pub fn is_control_plane(key: &str, value: &str) -> bool {
        is_control_plane(key, value)
    }

    /// Whether what is made of an item may lie in a namespace: some is made in one only, or copied into some.
    fn reaches(&self, index: u32, namespace: Option<&str>) -> bool {
        let item = self.whole().items.get(index as usize);
        namespace.is_none_or(|namespace| item.is_none_or(|item| table::reaches(item, namespace)))
    }

    /// Whether what is made of an item may be in the same cluster as the set.
    fn sees_maker(&self, index: u32) -> bool {
        let Some(around) = &self.around else { return true };
        let item = around.all.items.get(index as usize);
        item.is_some_and(|item| around.sets.sees(around.set, item.source.0 as usize))
    }
}

impl Item<'_> {
    /// Whether it is a custom resource of which nothing is known but that an operator may make objects of it.
    pub fn may_have_operator(&self) -> bool {
        is_maker(self.object) && table::of_group(self.object.gvk.group).is_none()
    }
}

impl<'t> ApplySet<'t> {
    /// Collects the names on all threads, before they are asked for.
    pub(super) fn prepare_makers(&self) {
        let parts = self.items().par_chunks(CHUNK).map(Names::collect);
        // Where they were asked for before, they are known.
        let _ = self.makers.0.set(Arc::new(parts.reduce(Names::default, Names::join)));
    }

    /// Whether a kustomization may give an object that name, by putting something before or behind the one it has.
    fn is_renamed(&self, kind: &str, name: &str) -> bool {
        let whole = self.whole();
        let renamed = whole.index.renamed(&whole.items);
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
        self.operated.extend(other.operated);
        self.hinted.extend(other.hinted);
        self.installed.extend(other.installed);
        self.of_updates.extend(other.of_updates);
        let parts =
            [(&mut self.made, other.made), (&mut self.beginnings, other.beginnings), (&mut self.ends, other.ends)];
        for (all, part) in parts {
            // The numbers of one name keep their order; that of names does not matter.
            part.into_iter().for_each(|(kind, names)| {
                let of_kind = all.entry(kind).or_default();
                names.into_iter().for_each(|(name, items)| of_kind.entry(name).or_default().extend(items));
            });
        }
        self
    }

    /// The numbers of the items of which known controllers make an object.
    fn makers_of(&self, kind: &str, name: &str) -> impl Iterator<Item = &u32> {
        let exact = self.made.get(kind).and_then(|names| names.get(name));
        let beginnings = self.beginnings.get(kind);
        let ends = dashes(name).chain([name.len()]).map(|end| &name[..end]).chain([""]);
        let begun = ends.filter_map(move |beginning| beginnings?.get(beginning));
        let ends = self.ends.get(kind);
        let dots = name.match_indices('.').map(|(at, _)| &name[at..]).filter(|_| name.len() <= LONGEST_NAME);
        let ended = dots.filter_map(move |end| ends?.get(end));
        exact.into_iter().chain(begun).chain(ended).flatten()
    }

    fn item(&mut self, item: &Item<'t>) {
        self.annotations(item);
        self.updates(item.object);
        self.arguments(item);
        self.copies(item);
        if item.object.gvk.group == "argoproj.io" {
            self.releases(item.object);
        }
        let released = releases::is_release(item.object);
        if released {
            self.owners.extend(item.name().map(Cow::Borrowed));
            self.owners.extend(releases::release_name(item.object));
            self.owners.extend(releases::fixed_names(item.object).into_iter().map(Cow::Borrowed));
        }
        if let Some(made) = table::of_group(item.object.gvk.group) {
            made.iter()
                .filter(|(of, ..)| *of == "*" || *of == item.object.gvk.kind)
                .for_each(|made| self.made(item, made));
            if !released {
                if operators::is_listed(item.object.gvk.group) && is_maker(item.object) {
                    mentions(item, &mut self.hinted);
                }
                return;
            }
        }
        if released || is_maker(item.object) {
            self.operated.extend(item.name().filter(|_| !released).map(Cow::Borrowed));
            let installs = operators::installs(item.object.gvk.group);
            self.installed.extend(item.namespace().filter(|_| installs).map(Cow::Borrowed));
            // What a release mentions, its chart may make.
            mentions(item, &mut self.mentioned);
        }
    }

    /// Takes up what a controller makes of a custom resource.
    fn made(&mut self, item: &Item<'t>, &(_, kind, name): &Making) {
        let own = item.name().unwrap_or("");
        match name {
            Name::Pattern("{}") => self.make(kind, own.into(), item),
            Name::Pattern(pattern) => self.make(kind, pattern.replace("{}", own).into(), item),
            Name::Beginning(pattern) => {
                let names = self.beginnings.entry(kind.into()).or_default();
                names.entry(pattern.replace("{}", own).into()).or_default().push(item.index);
            }
            Name::Ending(pattern) => {
                let names = self.ends.entry(kind.into()).or_default();
                names.entry(pattern.replace("{}", own).into()).or_default().push(item.index);
            }
            Name::OwnIf(path) => {
                if !at(item.object.root, path).is_empty() {
                    self.make(kind, own.into(), item);
                }
            }
            Name::FieldBeginning(path) => {
                for name in at(item.object.root, path).into_iter().filter_map(|field| field.as_str()) {
                    self.beginnings.entry(kind.into()).or_default().entry(name.into()).or_default().push(item.index);
                }
            }
            Name::Labels => {
                self.make(kind, own.into(), item);
                // Many operators hand on the labels of the resource itself.
                let own = item.object.labels().0.into_iter().flat_map(Node::entries);
                let own: Vec<_> = own.filter_map(|label| label.value.as_str()).collect();
                own.into_iter().for_each(|value| self.make(kind, value.into(), item));
                let mut open: Vec<_> = item.object.spec().into_iter().collect();
                while let Some(node) = open.pop() {
                    open.extend(node.items().chain(node.entries().map(|entry| entry.value)));
                    let labels = node.get("labels").into_iter().flat_map(Node::entries);
                    labels
                        .filter_map(|label| label.value.as_str())
                        .for_each(|value| self.make(kind, value.into(), item));
                }
            }
            Name::Field(path) | Name::FieldOrOwn(path) => {
                let fields = at(item.object.root, path);
                if fields.is_empty() && matches!(name, Name::FieldOrOwn(_)) {
                    self.make(kind, own.into(), item);
                }
                for field in fields {
                    match field.as_str() {
                        Some(text) => self.make(kind, text.into(), item),
                        None => self.generated_by_policy(field, item),
                    }
                }
            }
        }
    }

    fn make(&mut self, kind: &'t str, name: Cow<'t, str>, item: &Item<'t>) {
        self.made.entry(kind.into()).or_default().entry(name).or_default().push(item.index);
    }

    /// What a rule of Kyverno generates: one object, or copies of a list. A name with variables may be any.
    fn generated_by_policy(&mut self, generate: Node<'t>, item: &Item<'t>) {
        let list = generate.get("cloneList").and_then(|list| list.get("kinds")).into_iter().flat_map(Node::items);
        let kinds = list.filter_map(Node::as_str).map(|kind| (kind.rsplit('/').next().unwrap_or(kind), None));
        let one = generate.str_at("kind").map(|kind| (kind, generate.str_at("name")));
        for (kind, name) in kinds.chain(one) {
            match name.filter(|name| is_literal(name)) {
                Some(name) => self.make(kind, name.into(), item),
                None => self.beginnings.entry(kind.into()).or_default().entry("".into()).or_default().push(item.index),
            }
        }
    }

    /// A ConfigMap or Secret that a controller copies into other namespaces.
    fn copies(&mut self, item: &Item<'t>) {
        let (gvk, name) = (item.object.gvk, item.name());
        let annotations = || item.annotations.into_iter().flat_map(Node::entries);
        let copied = gvk.group.is_empty()
            && matches!(gvk.kind, "ConfigMap" | "Secret")
            && annotations().any(|entry| COPIED.contains(&entry.name));
        if let Some(name) = name.filter(|_| copied) {
            self.make(gvk.kind, name.into(), item);
        }
    }

    /// Names in annotations (OpenShift's serving certificates), and TLS Secrets where something looks after certificates.
    fn annotations(&mut self, item: &Item<'t>) {
        let (object, Some(annotations)) = (item.object, item.annotations) else { return };
        let mut issued = false;
        for entry in annotations.entries() {
            issued |= ISSUED.iter().any(|start| entry.name.starts_with(start));
            self.mentioned.extend(entry.value.as_str().filter(|text| is_literal(text)).map(Cow::Borrowed));
        }
        if issued && let Some(spec) = object.spec() {
            let of = |list: Option<Node<'t>>| list.into_iter().flat_map(Node::items);
            self.mentioned.extend(of(spec.get("tls")).filter_map(|tls| tls.str_at("secretName")).map(Cow::Borrowed));
            let refs = of(spec.get("listeners")).flat_map(|l| of(l.at(&["tls", "certificateRefs"])));
            self.mentioned.extend(refs.filter_map(|reference| reference.str_at("name")).map(Cow::Borrowed));
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
                    "labels" => {
                        let values = entry.value.entries().filter_map(|label| label.value.as_str());
                        self.of_updates.extend(values.map(Cow::Borrowed));
                    }
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
                self.spoken.extend(words.filter(|word| word.len() > 2).map(Cow::Borrowed));
            }
        }
    }
}

/// Takes up the strings of an object that may be names of others.
fn mentions<'t>(item: &Item<'t>, names: &mut Texts<'t>) {
    let own = item.name();
    let take = |text: &'t str| {
        if Some(text) != own {
            names.insert(Cow::Borrowed(text));
        }
    };
    match Noted::of(item.object) {
        Some(noted) => noted.whole().for_each(take),
        None => strings(item.object.root, take),
    }
}

/// Whether a name begins with one of these, or has it as one of its dotted parts.
fn begins_with_one<O: Borrow<str> + Hash + Eq>(owners: &FxHashSet<O>, name: &str) -> bool {
    if owners.is_empty() {
        return false;
    }
    let ends = name.match_indices(['-', '.']).map(|(at, _)| at).filter(|_| name.len() <= LONGEST_NAME);
    ends.chain([name.len()]).any(|end| owners.contains(&name[..end]))
        || name.split('.').any(|part| owners.contains(part))
}

/// Whether it is a custom resource whose operator may make objects.
fn is_maker(object: Object<'_>) -> bool {
    let group = object.gvk.group;
    group.contains('.') && !group.ends_with("k8s.io") && !idle::makes_nothing(group, object.gvk.kind)
}

/// The nodes at a path.
fn at<'t>(root: Node<'t>, path: &str) -> Vec<Node<'t>> {
    path.split(' ').fold(vec![root], |nodes, step| {
        let next = |node: Node<'t>| match step {
            "[]" => node.items().collect::<Vec<_>>(),
            field => node.get(field).into_iter().collect(),
        };
        nodes.into_iter().flat_map(next).collect()
    })
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
