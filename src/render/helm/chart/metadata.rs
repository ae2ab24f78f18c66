//! Chart.yaml.
//!
//! In: its tree. Out: [`Metadata`], read as Go reads it into a struct (keys in any case, scalars where texts are asked
//! for), checked as Helm checks it; and `.Chart` for templates.

use std::rc::Rc;

use super::super::functions::semver::Version;
use super::super::template::builtin::string_map;
use super::super::template::quote::is_print;
use super::super::template::{Data, Entries, Map, Mark, Slot, Value, print};
use super::Said;
use crate::source::Span;
use crate::yaml::{Kind, Node};

/// What Chart.yaml says.
#[derive(Debug, Clone, Default)]
pub struct Metadata {
    /// `name`, or the alias that a parent gives.
    pub name: String,
    /// `apiVersion`
    pub api_version: String,
    /// `version`
    pub version: String,
    /// `type`
    pub kind: String,
    /// `kubeVersion`
    pub kube_version: String,
    /// `deprecated`
    pub deprecated: bool,
    /// All texts by the names of Go's fields.
    texts: Vec<(&'static str, Said)>,
    keywords: Vec<Said>,
    sources: Vec<Said>,
    maintainers: Vec<Option<[Said; 3]>>,
    annotations: Vec<(String, Said)>,
    /// `dependencies`
    pub dependencies: Vec<Dependency>,
}

/// A chart that this one depends on.
#[derive(Debug, Clone, Default)]
pub struct Dependency {
    /// `name`, or the alias once it is applied.
    pub name: String,
    /// `version`, a range.
    pub version: String,
    /// `repository`
    pub repository: String,
    /// `condition`
    pub condition: String,
    /// `tags`
    pub tags: Vec<String>,
    /// Whether it is on.
    pub enabled: bool,
    /// `import-values`
    pub imports: Vec<Import>,
    /// `alias`
    pub alias: String,
    /// Where it stands.
    pub span: Option<Span>,
}

/// An entry of `import-values`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Import {
    /// A name below `exports`.
    Export(String),
    /// From a path of the child to one of the parent.
    Path {
        /// In the child.
        child: String,
        /// In the parent.
        parent: String,
    },
}

/// The texts of Chart.yaml: JSON key and Go field.
const TEXTS: [(&str, &str); 11] = [
    ("name", "Name"),
    ("home", "Home"),
    ("version", "Version"),
    ("description", "Description"),
    ("icon", "Icon"),
    ("apiVersion", "APIVersion"),
    ("condition", "Condition"),
    ("tags", "Tags"),
    ("appVersion", "AppVersion"),
    ("kubeVersion", "KubeVersion"),
    ("type", "Type"),
];

type MarkOf<'m> = &'m mut dyn FnMut(Span) -> Mark;

/// The value of a key, whatever its case; the last that is not null counts.
fn field<'t>(node: Node<'t>, key: &str) -> Option<Node<'t>> {
    let all = node.entries().filter(|entry| entry.name.eq_ignore_ascii_case(key));
    all.map(|entry| entry.value).rfind(|value| !value.is_null())
}

fn wrong(node: Node<'_>, path: &str, wanted: &str) -> String {
    let is = match node.kind() {
        Kind::Mapping => "object",
        Kind::Sequence => "array",
        Kind::String(_) => "string",
        Kind::Bool(_) => "bool",
        _ => "number",
    };
    format!(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {is} into Go struct field {path} of type {wanted}"
    )
}

/// A scalar as the text that sigs.k8s.io/yaml makes of it.
pub fn scalar_text(node: Node<'_>) -> Option<String> {
    match node.kind() {
        Kind::String(text) => Some(text.to_owned()),
        Kind::Bool(b) => Some(b.to_string()),
        Kind::Int(i) => Some(i.to_string()),
        Kind::UInt(u) => Some(u.to_string()),
        Kind::Float(f) => Some(print::float(f)),
        Kind::Null => Some(String::new()),
        Kind::Mapping | Kind::Sequence => None,
    }
}

fn said(node: Node<'_>, path: &str, mark: MarkOf<'_>) -> Result<Said, String> {
    let text = scalar_text(node).ok_or_else(|| wrong(node, path, "string"))?;
    Ok(Said { text: clean(&text), mark: mark(node.span()) })
}

/// Helm's cleaning: white space becomes blanks, what cannot be printed goes.
fn clean(text: &str) -> String {
    let keep = |c: char| if c.is_whitespace() { Some(' ') } else { is_print(c).then_some(c) };
    text.chars().filter_map(keep).collect()
}

fn list<'t>(node: Node<'t>, key: &str) -> Result<Vec<Node<'t>>, String> {
    match field(node, key) {
        None => Ok(Vec::new()),
        Some(list) if list.is_sequence() => Ok(list.items().collect()),
        Some(other) => Err(wrong(other, &format!("Metadata.{key}"), "[]string")),
    }
}

impl Metadata {
    /// Reads a document into it; what stands there already stays unless it is said anew.
    ///
    /// # Errors
    /// Where something has the wrong type.
    pub fn read(&mut self, node: Node<'_>, mark: MarkOf<'_>) -> Result<(), String> {
        if node.is_null() {
            return Ok(());
        }
        if !node.is_mapping() {
            return Err(wrong(node, "Metadata", "v2.Metadata"));
        }
        for (key, name) in TEXTS {
            if let Some(value) = field(node, key) {
                let said = said(value, &format!("Metadata.{key}"), mark)?;
                self.texts.retain(|(known, _)| *known != name);
                self.texts.push((name, said));
            }
        }
        if let Some(value) = field(node, "deprecated") {
            self.deprecated = value.as_bool().ok_or_else(|| wrong(value, "Metadata.deprecated", "bool"))?;
        }
        for (key, target) in [("keywords", &mut self.keywords), ("sources", &mut self.sources)] {
            let items = list(node, key)?;
            if !items.is_empty() {
                let all: Result<_, _> = items.into_iter().map(|item| said(item, key, mark)).collect();
                *target = all?;
            }
        }
        let maintainers = list(node, "maintainers")?;
        if !maintainers.is_empty() {
            self.maintainers = maintainers.into_iter().map(|item| maintainer(item, mark)).collect::<Result<_, _>>()?;
        }
        if let Some(value) = field(node, "annotations") {
            if !value.is_mapping() {
                return Err(wrong(value, "Metadata.annotations", "map[string]string"));
            }
            for entry in value.entries() {
                let text =
                    scalar_text(entry.value).ok_or_else(|| wrong(entry.value, "Metadata.annotations", "string"))?;
                self.annotations.push((entry.name.to_owned(), Said { text, mark: mark(entry.value.span()) }));
            }
        }
        let dependencies = list(node, "dependencies")?;
        if !dependencies.is_empty() {
            self.dependencies = dependencies.into_iter().map(dependency).collect::<Result<_, _>>()?;
        }
        let text = |name: &str| self.texts.iter().find(|(known, _)| *known == name).map(|(_, said)| said.text.clone());
        let of = |name: &str| text(name).unwrap_or_default();
        let (name, version, kind) = (of("Name"), of("Version"), of("Type"));
        let (api_version, kube_version) = (of("APIVersion"), of("KubeVersion"));
        (self.name, self.version, self.kind) = (name, version, kind);
        (self.api_version, self.kube_version) = (api_version, kube_version);
        Ok(())
    }

    /// What Helm refuses in it.
    ///
    /// # Errors
    /// The first that it refuses.
    pub fn validate(&self) -> Result<(), String> {
        let refuse = |what: &str| Err(format!("validation: chart.metadata.{what}"));
        if self.name.is_empty() {
            return refuse("name is required");
        }
        if matches!(self.name.as_str(), "." | "..") {
            return refuse(&format!("name {:?} is not allowed", self.name));
        }
        if self.name.contains('/') {
            return refuse(&format!("name {:?} is invalid", self.name));
        }
        if self.version.is_empty() {
            return refuse("version is required");
        }
        if Version::parse(&self.version).is_err() {
            return refuse(&format!("version {:?} is invalid", self.version));
        }
        if !matches!(self.kind.as_str(), "" | "application" | "library") {
            return refuse("type must be application or library");
        }
        if self.maintainers.iter().any(Option::is_none) {
            return Err("validation: maintainers must not contain empty or null nodes".to_owned());
        }
        let mut known: Vec<&str> = Vec::new();
        for dependency in &self.dependencies {
            if dependency.span.is_none() {
                return Err("validation: dependencies must not contain empty or null nodes".to_owned());
            }
            let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if !dependency.alias.chars().all(allowed) {
                let name = &dependency.name;
                return Err(format!("validation: dependency {name:?} has disallowed characters in the alias"));
            }
            let key = if dependency.alias.is_empty() { &dependency.name } else { &dependency.alias };
            if known.contains(&key.as_str()) {
                return Err(format!("validation: more than one dependency with name or alias {key:?}"));
            }
            known.push(key);
        }
        Ok(())
    }

    /// `.Chart`
    pub fn value(&self, is_root: bool) -> Value {
        let map = Map::new(Entries::new());
        for (_, name) in TEXTS {
            let said = self.texts.iter().find(|(known, _)| *known == name).map(|(_, said)| said.clone());
            map.set(name, said.unwrap_or_default().value());
        }
        // An alias is not written in Chart.yaml.
        if map.get("Name").and_then(|name| name.as_text().map(|text| text.str() != self.name)).unwrap_or(true) {
            map.set("Name", Value::string(&self.name));
        }
        if self.api_version == "v1" {
            let known = map.get("APIVersion").is_some_and(|value| value.truth());
            if !known {
                map.set("APIVersion", Value::string("v1"));
            }
        }
        map.set("Deprecated", Value::bool(self.deprecated));
        map.set("Keywords", Value::list(self.keywords.iter().map(Said::value).collect()));
        map.set("Sources", Value::list(self.sources.iter().map(Said::value).collect()));
        let maintainers = self.maintainers.iter().flatten().map(|[name, email, url]| {
            record(&[("Name", name.value()), ("Email", email.value()), ("URL", url.value())])
        });
        map.set("Maintainers", Value::list(maintainers.collect()));
        let annotations = self
            .annotations
            .iter()
            .map(|(key, said)| (key.clone(), super::super::template::Text::new(&said.text, said.mark)));
        let annotations = if self.annotations.is_empty() {
            Value::nil_map(super::super::template::MapKind::String)
        } else {
            string_map(annotations)
        };
        map.set("Annotations", annotations);
        map.set("Dependencies", Value::list(self.dependencies.iter().map(Dependency::value).collect()));
        map.set("IsRoot", Value::bool(is_root));
        Data::Map(map).into()
    }
}

fn record(fields: &[(&str, Value)]) -> Value {
    let entries: Entries =
        fields.iter().map(|(name, value)| (Rc::from(*name), Slot { key: Mark::NONE, value: value.clone() })).collect();
    Value::map(entries)
}

fn maintainer(node: Node<'_>, mark: MarkOf<'_>) -> Result<Option<[Said; 3]>, String> {
    if node.is_null() {
        return Ok(None);
    }
    if !node.is_mapping() {
        return Err(wrong(node, "Metadata.maintainers", "v2.Maintainer"));
    }
    let mut part = |key: &str| match field(node, key) {
        Some(value) => said(value, &format!("Maintainer.{key}"), mark),
        None => Ok(Said::default()),
    };
    Ok(Some([part("name")?, part("email")?, part("url")?]))
}

fn dependency(node: Node<'_>) -> Result<Dependency, String> {
    if node.is_null() {
        return Ok(Dependency::default());
    }
    if !node.is_mapping() {
        return Err(wrong(node, "Metadata.dependencies", "v2.Dependency"));
    }
    let text = |key: &str| match field(node, key) {
        Some(value) => scalar_text(value)
            .map(|text| if key == "alias" { text } else { clean(&text) })
            .ok_or_else(|| wrong(value, &format!("Dependency.{key}"), "string")),
        None => Ok(String::new()),
    };
    let tags = list(node, "tags")?
        .into_iter()
        .map(|tag| scalar_text(tag).map(|tag| clean(&tag)).ok_or_else(|| wrong(tag, "Dependency.tags", "string")));
    let imports = list(node, "import-values")?.into_iter().filter_map(|import| match import.kind() {
        Kind::String(name) => Some(Import::Export(name.to_owned())),
        Kind::Mapping => {
            let part = |key: &str| match import.get_entry(key).map(|entry| entry.value) {
                Some(value) if !value.is_null() => scalar_text(value).unwrap_or_default(),
                _ => "<nil>".to_owned(),
            };
            Some(Import::Path { child: part("child"), parent: part("parent") })
        }
        _ => None,
    });
    if let Some(value) = field(node, "enabled") {
        value.as_bool().ok_or_else(|| wrong(value, "Dependency.enabled", "bool"))?;
    }
    Ok(Dependency {
        name: text("name")?,
        version: text("version")?,
        repository: text("repository")?,
        condition: text("condition")?,
        alias: text("alias")?,
        tags: tags.collect::<Result<_, _>>()?,
        imports: imports.collect(),
        enabled: false,
        span: Some(node.anchor_span()),
    })
}

impl Dependency {
    fn value(&self) -> Value {
        let imports = self.imports.iter().map(|import| {
            let (child, parent) = match import {
                Import::Export(name) => (format!("exports.{name}"), ".".to_owned()),
                Import::Path { child, parent } => (child.clone(), parent.clone()),
            };
            string_map([
                ("child".to_owned(), super::super::template::Text::plain(child)),
                ("parent".to_owned(), super::super::template::Text::plain(parent)),
            ])
        });
        record(&[
            ("Name", Value::string(&self.name)),
            ("Version", Value::string(&self.version)),
            ("Repository", Value::string(&self.repository)),
            ("Condition", Value::string(&self.condition)),
            ("Tags", Value::list(self.tags.iter().map(Value::string).collect())),
            ("Enabled", Value::bool(self.enabled)),
            ("ImportValues", Value::list(imports.collect())),
            ("Alias", Value::string(&self.alias)),
        ])
    }
}
