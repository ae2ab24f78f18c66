//! The objects that are checked together, and the index over them.
//!
//! In: the documents of a run, with what the repository says about each object (a namespace that a kustomization sets, say).
//! Out: [`ApplySet`]: every object as an [`Item`], found by kind, name, namespace and labels in constant time.

mod alternatives;
mod around;
mod checkout;
mod content;
mod deliveries;
mod effective;
pub mod environments;
mod external;
mod folders;
mod index;
mod layout;
mod lookups;
mod makers;
mod mark;
mod memo;
pub mod mentions;
mod nearness;
mod placed;
mod pods;
mod ports;
mod private;
mod relations;
mod scaling;
pub mod sets;
mod spoken;
mod surroundings;
mod tls;
mod together;
mod usage;
mod vendored;

use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::object::{Object, Workload};
use crate::source::SourceId;
use crate::yaml::{Document, Node};

pub use around::{Around, Seen};
pub use checkout::{Checkout, Presence};
pub use deliveries::Delivery;
pub use external::External;
pub use layout::{Batch, Layout, Unit, runs_of_folders};
pub use mark::{Mark, Texts};
pub use pods::Selected;
pub use ports::Ports;
pub use private::Named;
pub use relations::Isolation;
pub use sets::{SetId, Sets};
pub use spoken::Spoken;
pub use surroundings::{Patch, Surroundings};
pub use together::Sort;

use index::Index;
use placed::Near;
use pods::Pods;

/// So many items are looked through in one go where that is done on all threads.
const CHUNK: usize = 256;

/// The parts of a CustomResourceDefinition that describe fields: no object is spoken of there.
pub const DESCRIBING: [&str; 2] = ["openAPIV3Schema", "additionalPrinterColumns"];

/// One source's documents.
#[derive(Debug, Clone)]
pub struct ReadFile {
    /// The source.
    pub source: SourceId,
    /// Its documents, in order.
    pub documents: Arc<Vec<Document>>,
    /// Findings about it are wanted; else it is only there for others to refer to.
    pub checked: bool,
}

/// An object that no file holds, but that something in the repository makes: a generator, an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// `ConfigMap` or `Secret`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its namespace, where that is sure.
    pub namespace: Option<String>,
    /// Its keys, where they are all known.
    pub keys: Option<Vec<String>>,
    /// The directories of the kustomization roots that it is made for.
    pub roots: Vec<String>,
}

/// One object of the set.
#[derive(Debug, Clone, Copy)]
pub struct Item<'t> {
    /// The object.
    pub object: Object<'t>,
    /// The source it was read from, or that stands for the root it was built for.
    pub source: SourceId,
    /// 0-based number of its document in the source.
    pub document: u32,
    /// What the repository makes of it.
    pub surroundings: &'t Surroundings,
    /// Findings about it are wanted; else it is only there for others to refer to.
    pub checked: bool,
    /// Its number in the set; given by [`ApplySet::new`].
    pub index: u32,
    /// Its name, and the namespace that is written: they are asked for all the time. As are its annotations: looked up where
    /// it is made, on all threads.
    names: (Option<&'t str>, Option<&'t str>),
    annotations: Option<Node<'t>>,
}

impl<'t> Item<'t> {
    /// An item of no set as yet, whose findings are wanted.
    pub fn new(object: Object<'t>, source: SourceId, document: u32, surroundings: &'t Surroundings) -> Self {
        let names = (object.name(), object.namespace());
        Self {
            object,
            source,
            document,
            surroundings,
            checked: true,
            index: 0,
            names,
            annotations: object.annotations(),
        }
    }

    /// The same; whether its findings are wanted.
    pub fn checked(self, checked: bool) -> Self {
        Self { checked, ..self }
    }

    /// The namespace it will live in, as far as the repository tells; nothing where that is decided elsewhere.
    pub fn namespace(&self) -> Option<&'t str> {
        if self.surroundings.varies {
            return None;
        }
        self.surroundings.namespace.as_deref().or(self.names.1)
    }

    /// The source that its root was written in: of an object that was built, the file that it comes from.
    pub fn written_in(&self) -> SourceId {
        self.object.root.span().source
    }

    /// The namespace that is written.
    pub fn written_namespace(&self) -> Option<&'t str> {
        self.names.1
    }

    /// Its name.
    pub fn name(&self) -> Option<&'t str> {
        self.names.0
    }

    /// The workload it is, if it is one.
    pub fn workload(&self) -> Option<Workload<'t>> {
        Workload::of(self.object)
    }

    /// Whether the kustomizations above set the tag or digest of an image, so that the one written does not count; or a patch that
    /// names the object sets some image of it.
    pub fn image_is_set(&self, reference: &str) -> bool {
        let name = |text: &str| {
            reference.strip_prefix(text).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '@']))
        };
        let kind = self.object.gvk.kind;
        let patched = |patch: &Patch| {
            patch.sets(kind, "image") && self.name().is_some_and(|own| patch.text.contains(&format!("name: {own}\n")))
        };
        self.surroundings.images.iter().any(|text| name(text))
            || self.surroundings.patches.iter().any(|patch| patched(patch))
    }

    /// Whether it may live in the same namespace as `other`: both in the same one, or one in an unknown one.
    pub fn shares_namespace(&self, other: &Item<'_>) -> bool {
        may_be_same(self.namespace(), other.namespace())
    }
}

/// Whether two namespaces may be the same: an unknown one may be any.
pub fn may_be_same(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_none() || other.is_none() || one == other
}

/// Objects that are applied together, and those around them in the repository.
#[derive(Debug, Default)]
pub struct ApplySet<'t> {
    items: Vec<Item<'t>>,
    index: Index<'t>,
    pods: OnceLock<Pods<'t>>,
    /// What kustomizations rename Namespace objects to.
    renamed_namespaces: OnceLock<FxHashSet<&'t str>>,
    services: OnceLock<Services<'t>>,
    relations: relations::Relations<'t>,
    lookups: lookups::Lookups<'t>,
    makers: makers::Makers<'t>,
    answers: memo::Answers,
    contents: content::Contents<'t>,
    limits: effective::Limits<'t>,
    nearness: nearness::Nearness,
    together: together::Together<'t>,
    usage: usage::Usage,
    secured: tls::Secured<'t>,
    vendored: vendored::Vendored,
    deliveries: deliveries::Deliveries,
    /// What something in the repository makes without a file that holds it.
    pub generated: Vec<Generated>,
    /// Names of the variables that kustomizations replace before the server sees them; asked for by
    /// [`ApplySet::is_replaced`].
    pub variables: FxHashSet<String>,
    /// Where its files lie; asked for by [`ApplySet::layout`].
    pub layout: Arc<Layout>,
    /// The git repository around it; asked for by [`ApplySet::checkout`].
    pub checkout: Option<Checkout>,
    /// Objects that the configuration says exist elsewhere; asked for by [`ApplySet::is_external`].
    pub external: Vec<External>,
    /// Something that is not here may bring objects of any name.
    pub open: bool,
    /// By namespace, the sources that stand for roots which go there and were built without a part of them; asked for by
    /// [`ApplySet::is_namespace_partly_read`].
    pub partly: FxHashMap<String, Vec<SourceId>>,
    /// What else the repository holds, where it divides into several sets.
    pub around: Option<Around<'t>>,
}

/// Where Services live.
#[derive(Debug, Default)]
struct Services<'t> {
    /// The namespaces that they say.
    namespaces: FxHashSet<&'t str>,
    /// There are some whose namespace is unknown.
    unplaced: bool,
}

impl<'t> ApplySet<'t> {
    /// Indexes the items; their order is kept by every look-up.
    pub fn new(mut items: Vec<Item<'t>>) -> Self {
        let index = Index::of(&mut items);
        Self { items, index, ..Self::default() }
    }

    /// Finds out, on all threads, what rules will ask for: which names are used, and what may make objects.
    pub fn prepare(&self) {
        rayon::join(|| self.prepare_usage(), || self.prepare_makers());
    }

    fn numbered<'a>(&'a self, indices: &'a [u32]) -> Near<'a, 't> {
        Near::all(&self.items, indices)
    }

    /// Whether a kustomization of the repository replaces `$(NAME)`.
    pub fn is_replaced(&self, name: &str) -> bool {
        self.whole().variables.contains(name)
    }

    /// All items.
    pub fn items(&self) -> &[Item<'t>] {
        &self.items
    }

    /// The groups and kinds there are, each with the first object of it.
    pub fn kinds(&self) -> impl Iterator<Item = ((&'t str, &'t str), &Item<'t>)> {
        self.index.kinds().map(|(kind, first)| (kind, &self.items[first as usize]))
    }

    /// All objects of a kind of a group, in any version.
    pub fn of_kind<'a>(&'a self, group: &'a str, kind: &'a str) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        self.numbered(self.index.of_kind(group, kind).map_or(&[], |found| &found.all))
    }

    /// Those of a kind that may live in a namespace, the ones around the set included.
    pub fn of_kind_near<'a>(
        &'a self,
        group: &'a str,
        kind: &'a str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        self.own_of_kind_near(group, kind, namespace)
            .chain(self.beyond(move |all| all.own_of_kind_near(group, kind, namespace)))
    }

    fn own_of_kind_near<'a>(
        &'a self,
        group: &'a str,
        kind: &'a str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        let found = self.index.of_kind(group, kind);
        found.into_iter().flat_map(move |found| found.near(&self.items, namespace, false))
    }

    /// Those of a kind that live in exactly that namespace, or whose namespace is unknown, too.
    pub fn of_kind_in<'a>(
        &'a self,
        group: &'a str,
        kind: &'a str,
        namespace: Option<&str>,
    ) -> impl Iterator<Item = &'a Item<'t>> + Clone + use<'a, 't> {
        let found = self.index.of_kind(group, kind);
        self.numbered(found.map_or(&[], |found| found.of(&self.items, namespace)))
    }

    /// Whether any object is of a group for which this holds.
    pub fn has_group(&self, holds: impl Fn(&str) -> bool) -> bool {
        self.whole().index.groups.iter().any(|group| holds(group))
    }

    /// Whether any object has that annotation.
    pub fn has_annotation(&self, key: &str) -> bool {
        let whole = self.whole();
        whole.index.annotations(&whole.items).contains(key)
    }

    /// Whether a kustomization that sets a namespace renames a Namespace object to it.
    pub fn renames_a_namespace_to(&self, name: &str) -> bool {
        let whole = self.whole();
        let names =
            || whole.of_kind("", "Namespace").filter_map(|item| item.surroundings.namespace.as_deref()).collect();
        whole.renamed_namespaces.get_or_init(names).contains(name)
    }

    /// The objects of the set of that kind and name (in any group) that may live in that namespace.
    pub fn own_named<'a>(
        &'a self,
        kind: &'a str,
        name: &'a str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        // Where kustomizations move objects, they correct references to them as well: both are as written.
        let found = self.index.named(&self.items, kind, name);
        found.into_iter().flat_map(move |found| found.near(&self.items, namespace, true))
    }

    /// The workloads that may live in that namespace.
    pub fn workloads_in<'a>(
        &'a self,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a Item<'t>, Workload<'t>)> {
        let found = self.index.workloads(&self.items).near(&self.items, namespace, false);
        found.filter_map(|item| Some((item, item.workload()?)))
    }

    /// The workloads of exactly that namespace, or of an unknown one where that is asked for.
    pub fn workloads_of<'a>(
        &'a self,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a Item<'t>, Workload<'t>)> {
        let found = self.numbered(self.index.workloads(&self.items).of(&self.items, namespace));
        found.filter_map(|item| Some((item, item.workload()?)))
    }

    /// All workloads.
    pub fn workloads(&self) -> impl Iterator<Item = (&Item<'t>, Workload<'t>)> {
        self.numbered(&self.index.workloads(&self.items).all).filter_map(|item| Some((item, item.workload()?)))
    }

    /// Whether a workload has exactly that namespace; where none is given, whether one has a namespace that is unknown.
    pub fn has_workloads_with_namespace(&self, namespace: Option<&str>) -> bool {
        let whole = self.whole();
        whole.index.workload_namespaces(&whole.items).contains(&namespace)
    }

    /// Whether a Service may live in that namespace: it says so, or its namespace is unknown. Where none is given, whether there is any
    /// Service.
    pub fn may_have_services_in(&self, namespace: Option<&str>) -> bool {
        let services = self.whole().services();
        match namespace {
            Some(name) => services.namespaces.contains(name) || services.unplaced,
            None => services.unplaced || !services.namespaces.is_empty(),
        }
    }

    /// Whether workloads say that they live in that namespace, so that the repository is where its pods come from. Where none is given,
    /// whether there is any workload.
    pub fn has_workloads_in(&self, namespace: Option<&str>) -> bool {
        if namespace.is_none() {
            let whole = self.whole();
            !whole.index.workloads(&whole.items).all.is_empty()
        } else {
            self.has_workloads_with_namespace(namespace)
        }
    }

    /// Whether Services or workloads say that they live in that namespace, so that its other Services would be in the repository too.
    pub fn has_services_or_workloads_in(&self, namespace: &str) -> bool {
        self.has_workloads_with_namespace(Some(namespace)) || self.whole().services().namespaces.contains(namespace)
    }

    fn services(&self) -> &Services<'t> {
        self.services.get_or_init(|| {
            let namespaces = || self.of_kind("", "Service").map(Item::namespace);
            Services { namespaces: namespaces().flatten().collect(), unplaced: namespaces().any(|name| name.is_none()) }
        })
    }
}

/// The labels of a map that only those pods can have of which it is known.
fn wanted_labels(map: Node<'_>) -> impl Iterator<Item = (&str, &str)> {
    let written = map.entries().filter(|entry| !BY_CONTROLLERS.contains(&entry.name));
    written.filter_map(|entry| Some((entry.name, entry.value.as_str()?)))
}

/// Labels that controllers put on the pods they make.
const BY_CONTROLLERS: &[&str] = &[
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "controller-revision-hash",
    "pod-template-hash",
    "rollouts-pod-template-hash",
    "batch.kubernetes.io/job-name",
    "batch.kubernetes.io/job-completion-index",
    "job-name",
];

/// Whether controllers put a label of that key on the pods they make.
pub fn is_put_by_controller(key: &str) -> bool {
    BY_CONTROLLERS.contains(&key)
}

/// The value of a label on the pods of a workload, for a map of labels that are wanted: of those that controllers or
/// kustomizations put there, the value that is wanted where that may be it.
fn pod_label<'a>(wanted: Node<'a>, item: &Item<'a>, workload: Workload<'a>, key: &str) -> Option<&'a str> {
    let want = || wanted.get(key).and_then(Node::as_str);
    if BY_CONTROLLERS.contains(&key) {
        return want();
    }
    let mut added =
        item.surroundings.labels.iter().filter(|(own, _)| own == key).map(|(_, value)| value.as_str()).peekable();
    match added.peek().copied() {
        Some(first) => added.find(|value| Some(*value) == want()).or(Some(first)),
        None => workload.pod_labels().get(key),
    }
}
