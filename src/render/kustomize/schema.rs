//! How the lists of an object are merged.
//!
//! In: a kind, or a custom OpenAPI document. Out: [`Merging`], from which the keys of each list below can be asked. The table
//! is that of the Kubernetes version that kustomize carries (1.21), not of the version checked.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use super::failure::{BuildResult, somewhere};
use super::node::Node;

/// What is known of one field.
#[derive(Debug, Clone, Default)]
struct Field {
    /// The definition of what it holds, or of its items.
    of: Option<Arc<str>>,
    /// The keys by which its items are merged, where they are; none for scalars.
    keys: Option<Vec<Arc<str>>>,
}

type Definition = BTreeMap<Arc<str>, Field>;

/// All definitions of one build.
#[derive(Debug, Default)]
pub struct Merging {
    definitions: HashMap<Arc<str>, Definition>,
    kinds: HashMap<String, Arc<str>>,
}

/// A place in the definitions.
#[derive(Clone, Copy)]
pub struct Schema<'s> {
    merging: &'s Merging,
    definition: Option<&'s Definition>,
    keys: Option<&'s [Arc<str>]>,
}

impl Merging {
    /// Those that kustomize carries.
    pub fn builtin() -> &'static Merging {
        static BUILTIN: OnceLock<Merging> = OnceLock::new();
        BUILTIN.get_or_init(|| parse(include_str!("tables/merge-keys.txt")))
    }

    /// The definition of a kind.
    pub fn of(&self, api_version: &str, kind: &str) -> Option<Schema<'_>> {
        let name = self.kinds.get(&format!("{api_version} {kind}"))?;
        Some(Schema { merging: self, definition: self.definitions.get(name), keys: None })
    }

    /// Reads an OpenAPI document.
    ///
    /// # Errors
    /// Where it is none.
    pub fn read(node: &Node) -> BuildResult<Self> {
        let mut merging = Self::default();
        let Some(definitions) = node.get("definitions") else { return Ok(merging) };
        if !definitions.is_map() {
            return somewhere("`definitions` of the OpenAPI document must be a map");
        }
        for entry in definitions.entries() {
            let mut names = Names { merging: &mut merging, count: 0 };
            names.define(&entry.key.text, &entry.value);
            let kinds = entry.value.get("x-kubernetes-group-version-kind").map_or(&[][..], Node::items);
            for kind in kinds {
                let part = |key: &str| kind.get(key).map_or("", Node::value);
                let group = Some(part("group")).filter(|group| !group.is_empty());
                let group = group.map(|group| format!("{group}/")).unwrap_or_default();
                let name = format!("{group}{} {}", part("version"), part("kind"));
                merging.kinds.insert(name, entry.key.text.clone());
            }
        }
        Ok(merging)
    }
}

/// Gives definitions that stand inside others a name.
struct Names<'m> {
    merging: &'m mut Merging,
    count: usize,
}

impl Names<'_> {
    fn define(&mut self, name: &Arc<str>, node: &Node) {
        let properties = node.get("properties").map_or(&[][..], Node::entries);
        let mut definition = Definition::new();
        for property in properties {
            let field = self.field(name, &property.value);
            definition.insert(property.key.text.clone(), field);
        }
        self.merging.definitions.insert(name.clone(), definition);
    }

    fn field(&mut self, outer: &Arc<str>, node: &Node) -> Field {
        let strategy = node.get("x-kubernetes-patch-strategy").map_or("", Node::value);
        let merged = strategy.split(',').any(|part| part == "merge");
        let key = node.get("x-kubernetes-patch-merge-key").map(|key| vec![key.value().into()]);
        let list = node.get("x-kubernetes-list-map-keys");
        let keys = list.map(|keys| keys.items().iter().map(|key| key.value().into()).collect());
        let inner = node.get("items").unwrap_or(node);
        Field { of: self.name(outer, inner), keys: merged.then(|| keys.or(key).unwrap_or_default()) }
    }

    fn name(&mut self, outer: &Arc<str>, node: &Node) -> Option<Arc<str>> {
        if let Some(reference) = node.get("$ref") {
            return Some(reference.value().trim_start_matches("#/definitions/").into());
        }
        node.get("properties")?;
        self.count += 1;
        let name: Arc<str> = format!("{outer}#{}", self.count).into();
        self.define(&name, node);
        Some(name)
    }
}

impl<'s> Schema<'s> {
    /// What is known of a field. `None` where nothing is: kustomize then looks for a kind again.
    pub fn field(self, name: &str) -> Option<Schema<'s>> {
        let field = self.definition?.get(name)?;
        let definition = field.of.as_ref().and_then(|of| self.merging.definitions.get(of));
        Some(Schema { merging: self.merging, definition, keys: field.keys.as_deref() })
    }

    /// What is known of the items.
    pub fn items(self) -> Option<Schema<'s>> {
        self.definition.map(|_| Schema { keys: None, ..self })
    }

    /// The keys by which the items are merged; `None` where the list is replaced as a whole.
    pub fn keys(self) -> Option<&'s [Arc<str>]> {
        self.keys
    }
}

/// The table: a line for each definition (with `= API-VERSION KIND, ...` where it is a kind's), below it a line for each
/// field: name, definition (`-` for none), keys (`.` for scalars).
fn parse(table: &str) -> Merging {
    let (mut merging, mut current) = (Merging::default(), Arc::<str>::from(""));
    for line in table.lines() {
        if let Some(field) = line.strip_prefix("  ") {
            let words: Vec<_> = field.split(' ').collect();
            let keys = words.get(2).map(|keys| keys.split(',').filter(|key| *key != ".").map(Arc::from).collect());
            let of = words.get(1).filter(|of| **of != "-").map(|of| Arc::from(*of));
            merging.definitions.entry(current.clone()).or_default().insert(words[0].into(), Field { of, keys });
            continue;
        }
        let (name, kinds) = line.split_once(" = ").unwrap_or((line, ""));
        current = name.into();
        merging.definitions.entry(current.clone()).or_default();
        for kind in kinds.split(", ").filter(|kind| !kind.is_empty()) {
            merging.kinds.insert(kind.to_owned(), current.clone());
        }
    }
    merging
}
