//! One object of a build.
//!
//! In: a document. Out: [`Resource`]: its tree, and what kustomize remembers of it while it builds: the names, namespaces and
//! kinds that it had, prefixes and suffixes, whether it is generated.

use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::config::Gvk;
use super::failure::{BuildResult, at};
use super::node::{Data, Entry, Node, Scalar, Style, Tag};
use crate::render::origin::Origin;
use crate::source::Span;

/// What tells objects apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Id {
    /// `group/version`, or the version alone.
    pub api_version: Arc<str>,
    /// Kind.
    pub kind: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// Namespace as it is written.
    pub namespace: Arc<str>,
}

/// The namespace of kinds that have none.
const NO_NAMESPACE: &str = "_non_namespaceable_";

impl Id {
    /// API group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// API version.
    pub fn version(&self) -> &str {
        self.api_version.split_once('/').map_or(&self.api_version, |(_, version)| version)
    }

    /// Group, version and kind.
    pub fn gvk(&self) -> Gvk {
        Gvk { group: self.group().into(), version: self.version().into(), kind: self.kind.clone() }
    }

    /// Whether a selector's parts that are not empty are the same here.
    pub fn is_selected(&self, gvk: &Gvk) -> bool {
        let fits = |own: &str, wanted: &str| wanted.is_empty() || own == wanted;
        fits(&self.kind, &gvk.kind) && fits(self.group(), &gvk.group) && fits(self.version(), &gvk.version)
    }

    /// Whether the kind is known to have no namespaces.
    pub fn is_cluster_scoped(&self) -> bool {
        static KINDS: OnceLock<FxHashSet<(&'static str, &'static str)>> = OnceLock::new();
        let table = include_str!("tables/cluster-scoped.txt");
        let kinds = KINDS.get_or_init(|| table.lines().filter_map(|line| line.split_once(' ')).collect());
        kinds.contains(&(&*self.api_version, &*self.kind))
    }

    /// The namespace that counts.
    pub fn effective_namespace(&self) -> &str {
        match &*self.namespace {
            _ if self.is_cluster_scoped() => NO_NAMESPACE,
            "" => "default",
            namespace => namespace,
        }
    }

    /// Whether both name the same object.
    pub fn is(&self, other: &Id) -> bool {
        self.name == other.name
            && self.kind == other.kind
            && self.api_version == other.api_version
            && self.effective_namespace() == other.effective_namespace()
    }

    /// The same with the namespace that counts, for use as a key.
    pub fn key(mut self) -> Self {
        self.namespace = self.effective_namespace().into();
        self
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind, self.name)?;
        if self.namespace.is_empty() { Ok(()) } else { write!(f, " in {}", self.namespace) }
    }
}

/// A name that an object had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previous {
    /// Its kind then.
    pub kind: Arc<str>,
    /// Its name then.
    pub name: Arc<str>,
    /// The namespace that counted then.
    pub namespace: Arc<str>,
}

/// How a generated object meets one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Behavior {
    /// Not said.
    #[default]
    Unspecified,
    /// It must be new.
    Create,
    /// It replaces it.
    Replace,
    /// It is merged into it.
    Merge,
}

/// An object of a build.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its tree.
    pub node: Node,
    /// What it was called before, the first first.
    pub previous: Vec<Previous>,
    /// The prefixes it got.
    pub prefixes: Vec<Arc<str>>,
    /// The suffixes it got.
    pub suffixes: Vec<Arc<str>>,
    /// The variables that are read from it.
    pub vars: Vec<Arc<str>>,
    /// How it was generated.
    pub behavior: Behavior,
    /// The place that asks for a hash behind its name.
    pub hash: Option<Span>,
    /// It came from a generator.
    pub generated: bool,
    /// As a patch it may change the name.
    pub allow_name: bool,
    /// As a patch it may change the kind.
    pub allow_kind: bool,
    /// The scalars that are several at once, with what they are.
    pub shared: FxHashMap<u32, Scalar>,
    /// The last number given to such scalars.
    pub last_shared: u32,
}

impl Resource {
    /// An object from its document.
    pub fn new(node: Node) -> Self {
        Self {
            node,
            previous: Vec::new(),
            prefixes: Vec::new(),
            suffixes: Vec::new(),
            vars: Vec::new(),
            behavior: Behavior::Unspecified,
            hash: None,
            generated: false,
            allow_name: false,
            allow_kind: false,
            shared: FxHashMap::default(),
            last_shared: 0,
        }
    }

    /// Where it was written.
    pub fn span(&self) -> Span {
        let name = self.node.at(&["metadata", "name"]);
        name.unwrap_or(&self.node).origin.span
    }

    /// Its kind.
    pub fn kind(&self) -> &str {
        self.node.get("kind").map_or("", Node::text)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.meta("name")
    }

    /// Its namespace as it is written.
    pub fn namespace(&self) -> &str {
        self.meta("namespace")
    }

    fn meta(&self, key: &str) -> &str {
        self.node.at(&["metadata", key]).map_or("", Node::value)
    }

    /// What it is called now.
    pub fn id(&self) -> Id {
        let text = |node: Option<&Node>| match node.and_then(Node::scalar) {
            Some(scalar) => scalar.text.clone(),
            None => "".into(),
        };
        let meta = |key: &str| text(self.node.at(&["metadata", key]).filter(|node| !node.is_null()));
        Id {
            api_version: text(self.node.get("apiVersion")),
            kind: text(self.node.get("kind")),
            name: meta("name"),
            namespace: meta("namespace"),
        }
    }

    /// What it was called before, the first first.
    pub fn previous_ids(&self) -> impl Iterator<Item = Id> + '_ {
        let api_version = self.id().api_version;
        self.previous.iter().map(move |previous| Id {
            api_version: api_version.clone(),
            kind: previous.kind.clone(),
            name: previous.name.clone(),
            namespace: previous.namespace.clone(),
        })
    }

    /// What it was called first.
    pub fn original_id(&self) -> Id {
        self.previous_ids().next().unwrap_or_else(|| self.id())
    }

    /// Whether it may have, or have had, a name: a quick look, before anything is compared.
    pub fn is_or_was_named(&self, name: &str) -> bool {
        let now = self.node.at(&["metadata", "name"]).and_then(Node::scalar);
        name.is_empty()
            || now.is_some_and(|now| *now.text == *name)
            || self.previous.iter().any(|previous| *previous.name == *name)
    }

    /// The names that it has and had.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        let now = self.node.at(&["metadata", "name"]).and_then(Node::scalar);
        now.map(|now| &now.text).into_iter().chain(self.previous.iter().map(|previous| &previous.name))
    }

    /// Whether it is or was called so.
    pub fn is_or_was(&self, wanted: impl Fn(&Id) -> bool) -> bool {
        self.previous_ids().any(|id| wanted(&id)) || wanted(&self.id())
    }

    /// Remembers what it is called.
    pub fn remember(&mut self) {
        let id = self.id();
        let namespace = id.effective_namespace().into();
        self.previous.push(Previous { kind: id.kind, name: id.name, namespace });
    }

    /// Whether kustomize would keep notes in its annotations by now.
    pub fn has_notes(&self) -> bool {
        !self.previous.is_empty() || !self.prefixes.is_empty() || !self.suffixes.is_empty() || self.generated
    }

    /// Sets the name.
    pub fn set_name(&mut self, text: impl Into<Arc<str>>, origin: Origin) {
        let own = self.node.origin.clone();
        if let Some(meta) = self.node.get_or_insert("metadata", || Node::map(own)) {
            meta.set("name", Node::open(text, origin));
        }
    }

    /// Sets all scalars that are one to what one of them was set to.
    pub fn settle(&mut self) {
        if self.shared.is_empty() {
            return;
        }
        let (known, mut changed) = (&self.shared, FxHashMap::default());
        let differs = |scalar: &Scalar| known.get(&scalar.shared).is_some_and(|old| old != scalar);
        self.node.visit_scalars(&mut |scalar, origin| {
            if scalar.shared > 0 && differs(scalar) {
                changed.insert(scalar.shared, (scalar.clone(), origin.clone()));
            }
        });
        if changed.is_empty() {
            return;
        }
        self.node.for_each_scalar(&mut |scalar, origin| {
            if let Some((new, place)) = changed.get(&scalar.shared) {
                (*scalar, *origin) = (new.clone(), place.clone());
            }
        });
        self.shared.extend(changed.into_iter().map(|(number, (scalar, _))| (number, scalar)));
    }

    /// A map of strings in the metadata; values that are no strings count as what is written.
    pub fn strings(&self, field: &str) -> Vec<(Arc<str>, Arc<str>)> {
        let entries = self.node.at(&["metadata", field]).map_or(&[][..], Node::entries);
        entries.iter().map(|entry| (entry.key.text.clone(), entry.value.text().into())).collect()
    }

    /// Writes a map of the metadata anew, each value a string; an empty one goes. Of a field that is there twice both count, the
    /// first before the second.
    pub fn restring(&mut self, field: &str) {
        if self.node.get("metadata").is_some_and(|meta| meta.get(field).is_none()) {
            return;
        }
        let own = self.node.origin.clone();
        let Some(meta) = self.node.get_or_insert("metadata", || Node::map(own)) else { return };
        let Some(mut map) = meta.remove(field) else { return };
        let Data::Mapping(entries) = &mut map.data else { return };
        while let Some(Node { data: Data::Mapping(more), .. }) = meta.remove(field) {
            let new = more.into_iter().filter(|new| !entries.iter().any(|entry| entry.key.text == new.key.text));
            let new: Vec<_> = new.collect();
            entries.extend(new);
        }
        for Entry { key, value, .. } in entries.iter_mut() {
            *key = Scalar::new(key.text.clone(), Tag::Open);
            let style = if super::scalar::ambiguous(value.text()) { Style::Quoted } else { Style::Plain };
            value.data = Data::Scalar(Scalar { style, ..Scalar::new(value.text(), Tag::Str) });
        }
        // Later entries of one key win.
        let names: Vec<_> = entries.iter().map(|entry| entry.key.text.clone()).collect();
        let mut index = 0;
        entries.retain(|entry| {
            index += 1;
            !names[index..].contains(&entry.key.text)
        });
        if !entries.is_empty() {
            meta.set(field, map);
        }
    }
}

/// Checks what every object must have.
///
/// # Errors
/// Where kind or name is absent.
pub fn validate(node: &Node) -> BuildResult<()> {
    let span = node.origin.span;
    let text = |keys: &[&str]| node.at(keys).filter(|node| !node.is_empty()).map_or("", Node::value);
    if !node.is_map() {
        return at(span, "an object is expected here");
    }
    match text(&["kind"]) {
        "" => at(span, "an object without a kind"),
        kind if kind.ends_with("List") => Ok(()),
        kind if text(&["metadata", "name"]).is_empty() => at(span, format!("a {kind} without metadata.name")),
        _ => Ok(()),
    }
}
