//! Which fields the transformers touch.
//!
//! In: kustomize's own table, `configurations` files and what CRDs say. Out: [`Config`], field specs by transformer.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::decode::{Unknown, boolean, fields, list, some_text};
use super::failure::{BuildResult, at, somewhere};
use super::fieldspec::split;
use super::node::Node;

/// Group, version and kind; an empty one means any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gvk {
    /// API group.
    pub group: Arc<str>,
    /// API version.
    pub version: Arc<str>,
    /// Kind.
    pub kind: Arc<str>,
}

impl Gvk {
    /// Whether a selector's parts that are not empty are the same here.
    pub fn is_selected(&self, selector: &Gvk) -> bool {
        let fits = |own: &str, wanted: &str| wanted.is_empty() || own == wanted;
        fits(&self.group, &selector.group) && fits(&self.version, &selector.version) && fits(&self.kind, &selector.kind)
    }

    fn rank(&self) -> (i32, String) {
        let or = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
        let text = format!("{}_{}_{}", or(&self.group, "~G"), or(&self.version, "~V"), or(&self.kind, "~K"));
        (super::sort::rank(&self.kind), text)
    }
}

/// A field of some kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSpec {
    /// The kinds.
    pub gvk: Gvk,
    /// The path, with `/`.
    pub path: Arc<str>,
    /// Its parts.
    pub parts: Arc<[String]>,
    /// Whether it is made where it is absent.
    pub create: bool,
}

impl FieldSpec {
    /// A field of every kind.
    pub fn any(path: &str, create: bool) -> Self {
        Self::new(Gvk::default(), path, create)
    }

    /// A field.
    pub fn new(gvk: Gvk, path: &str, create: bool) -> Self {
        Self { gvk, path: path.into(), parts: split(path, '/').into(), create }
    }

    /// Reads it.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read(node: &Node, unknown: Unknown) -> BuildResult<Self> {
        let [group, version, kind, path, create] =
            fields(node, ["group", "version", "kind", "path", "create"], unknown)?;
        let part = |node: Option<&Node>| Ok(some_text(node)?.map(|text| text.text).unwrap_or_default());
        let gvk = Gvk { group: part(group)?, version: part(version)?, kind: part(kind)? };
        Ok(Self::new(gvk, &part(path)?, boolean(create)?))
    }
}

/// Adds fields that are not there yet.
///
/// # Errors
/// Where one is there with another `create`.
pub fn merge(into: &mut Vec<FieldSpec>, more: &[FieldSpec]) -> BuildResult<()> {
    for spec in more {
        match into.iter().find(|known| known.gvk.is_selected(&spec.gvk) && known.path == spec.path) {
            Some(known) if known.create != spec.create => {
                return somewhere(format!("the field `{}` is configured twice, with and without `create`", spec.path));
            }
            Some(_) => {}
            None => into.push(spec.clone()),
        }
    }
    Ok(())
}

/// The fields in which objects of one kind are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameReference {
    /// The kind that is named.
    pub gvk: Gvk,
    /// Where it is named.
    pub fields: Vec<FieldSpec>,
}

/// The transformers that have fields, in the order of [`SECTIONS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// `namePrefix`
    NamePrefix,
    /// `nameSuffix`
    NameSuffix,
    /// `namespace`
    Namespace,
    /// `commonLabels`
    CommonLabels,
    /// `labels`
    Labels,
    /// `templateLabels`
    TemplateLabels,
    /// `volumeClaimTemplateLabels`
    ClaimLabels,
    /// `commonAnnotations`
    CommonAnnotations,
    /// `varReference`
    VarReference,
    /// `images`
    Images,
    /// `replicas`
    Replicas,
}

const SECTIONS: [&str; 11] = [
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "templateLabels",
    "volumeClaimTemplateLabels",
    "commonAnnotations",
    "varReference",
    "images",
    "replicas",
];

/// The fields of all transformers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    sections: [Vec<FieldSpec>; 11],
    /// Where objects are named.
    pub references: Vec<NameReference>,
    by_kind: ByKind,
}

/// The places of the fields of all references (of the reference, and of the field in it), by the kind that they are fields of.
/// They are found when somebody asks for them, and say nothing that the references do not.
#[derive(Debug, Default)]
struct ByKind(OnceLock<Places>);

/// By a kind, places of fields.
type Places = FxHashMap<Arc<str>, Vec<(usize, usize)>>;

impl Clone for ByKind {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for ByKind {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ByKind {}

impl ByKind {
    fn of(references: &[NameReference]) -> Places {
        let mut found = Places::default();
        for (at, reference) in references.iter().enumerate() {
            for (field, spec) in reference.fields.iter().enumerate() {
                found.entry(spec.gvk.kind.clone()).or_default().push((at, field));
            }
        }
        found
    }
}

impl Config {
    /// kustomize's own.
    pub fn builtin() -> &'static Arc<Config> {
        static BUILTIN: OnceLock<Arc<Config>> = OnceLock::new();
        BUILTIN.get_or_init(|| Arc::new(parse(include_str!("tables/fields.txt"))))
    }

    /// The fields of a transformer.
    pub fn fields(&self, section: Section) -> &[FieldSpec] {
        &self.sections[section as usize]
    }

    /// The same, to be added to.
    pub fn fields_mut(&mut self, section: Section) -> &mut Vec<FieldSpec> {
        &mut self.sections[section as usize]
    }

    /// The fields in which objects of a kind name others, each with the kind that it names, in the order of the references.
    pub fn references_of(&self, kind: &str) -> impl Iterator<Item = (&FieldSpec, &Gvk)> {
        let by_kind = self.by_kind.0.get_or_init(|| ByKind::of(&self.references));
        let of = |kind: &str| by_kind.get(kind).map_or(&[][..], Vec::as_slice);
        let mut places = if kind.is_empty() { Vec::new() } else { of(kind).to_vec() };
        places.extend(of(""));
        places.sort_unstable();
        places.into_iter().map(|(at, field)| (&self.references[at].fields[field], &self.references[at].gvk))
    }

    /// Reads a configuration file.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read(node: &Node) -> BuildResult<Self> {
        let mut config = Self::default();
        if node.is_null() {
            return Ok(config);
        }
        if !node.is_map() {
            return at(node.origin.span, "a map of transformer configurations is expected");
        }
        for entry in node.entries() {
            let name = &*entry.key.text;
            if name.eq_ignore_ascii_case("nameReference") {
                let items = if entry.value.is_null() { &[] } else { list(Some(&entry.value))? };
                config.references = items.iter().map(read_reference).collect::<BuildResult<_>>()?;
                continue;
            }
            let Some(index) = SECTIONS.iter().position(|known| known.eq_ignore_ascii_case(name)) else {
                return at(entry.at, format!("`{name}` is not a known field"));
            };
            let items = if entry.value.is_null() { &[] } else { list(Some(&entry.value))? };
            config.sections[index] =
                items.iter().map(|item| FieldSpec::read(item, Unknown::Refused)).collect::<BuildResult<_>>()?;
        }
        config.sort();
        Ok(config)
    }

    /// Takes in another.
    ///
    /// # Errors
    /// Where both name a field differently.
    pub fn absorb(self: &mut Arc<Self>, other: &Arc<Self>) -> BuildResult<()> {
        // What comes from one build's roots is mostly the table itself.
        if Arc::ptr_eq(self, other) || self == other {
            return Ok(());
        }
        if **self == Self::default() {
            *self = other.clone();
            return Ok(());
        }
        Arc::make_mut(self).add(other)
    }

    fn add(&mut self, other: &Self) -> BuildResult<()> {
        self.by_kind = ByKind::default();
        for (own, more) in self.sections.iter_mut().zip(&other.sections) {
            merge(own, more)?;
        }
        for reference in &other.references {
            self.add_reference(reference)?;
        }
        self.sort();
        Ok(())
    }

    /// Takes in the fields that name objects of one kind.
    ///
    /// # Errors
    /// Where one is there with another `create`.
    pub fn add_reference(&mut self, reference: &NameReference) -> BuildResult<()> {
        self.by_kind = ByKind::default();
        match self.references.iter_mut().find(|known| known.gvk == reference.gvk) {
            Some(known) => merge(&mut known.fields, &reference.fields),
            None => {
                self.references.push(reference.clone());
                Ok(())
            }
        }
    }

    fn sort(&mut self) {
        self.sections.iter_mut().for_each(|section| section.sort_by_cached_key(|spec| spec.gvk.rank()));
        self.references.sort_by_cached_key(|reference| reference.gvk.rank());
    }
}

fn read_reference(node: &Node) -> BuildResult<NameReference> {
    let [group, version, kind, specs] = fields(node, ["group", "version", "kind", "fieldSpecs"], Unknown::Refused)?;
    let part = |node: Option<&Node>| Ok(some_text(node)?.map(|text| text.text).unwrap_or_default());
    let gvk = Gvk { group: part(group)?, version: part(version)?, kind: part(kind)? };
    let specs = list(specs)?.iter().map(|spec| FieldSpec::read(spec, Unknown::Refused));
    Ok(NameReference { gvk, fields: specs.collect::<BuildResult<_>>()? })
}

/// The table: a line for each section, `@ GROUP VERSION KIND` for a kind that is named, and below it a line for each field:
/// path, group, version, kind (`-` for any), `create`.
fn parse(table: &str) -> Config {
    let part = |word: &str| if word == "-" { "".into() } else { word.into() };
    let gvk = |words: &[&str]| match words {
        [group, version, kind, ..] => Gvk { group: part(group), version: part(version), kind: part(kind) },
        _ => Gvk::default(),
    };
    let (mut config, mut section) = (Config::default(), None);
    for line in table.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        if !line.starts_with([' ', '@']) {
            section = SECTIONS.iter().position(|name| *name == line);
        } else if words[0] == "@" {
            config.references.push(NameReference { gvk: gvk(&words[1..]), fields: Vec::new() });
        } else {
            let spec = FieldSpec::new(gvk(&words[1..]), words[0], words.len() > 4);
            match (section, config.references.last_mut()) {
                (Some(section), _) => config.sections[section].push(spec),
                (None, Some(reference)) => reference.fields.push(spec),
                (None, None) => {}
            }
        }
    }
    config.sort();
    config
}
