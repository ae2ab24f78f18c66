//! The generators of an ApplicationSet.
//!
//! In: a generator. Out: for each kind that it has, its template and its sets of parameters, those that its selector drops
//! left out; or why there are none.

use super::parameters::{text, texts};
use super::template::Templates;
use super::{combine, failed, git};
use crate::gitops::argocd::generators::KINDS;
use crate::gitops::argocd::selector::Requirement;
use crate::render::Problem;
use crate::render::gotemplate::normalize;
use crate::render::manifests;
use crate::render::origin::By;
use crate::render::value::{Data, Entry, Value};
use crate::render::world::World;
use crate::source::{Source, SourceId, Span};

/// Why a generator gives nothing.
pub enum Stop {
    /// Argo CD refuses it.
    Failed(Problem),
    /// What it gives is not known here.
    Unknown(Problem),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Stop::Failed(problem)
    }
}

/// A template and the sets of parameters to fill in.
pub type Sets = Vec<(Value, Vec<Value>)>;

/// Most levels of generators.
pub const LEVELS: usize = 3;

/// What generators need.
pub struct Generators<'g, 't> {
    /// The repository.
    pub world: &'g World<'g>,
    /// The templates.
    pub templates: &'g mut Templates<'t>,
}

impl Generators<'_, '_> {
    /// What a generator gives. `outer` are the parameters that may stand in it: those of the first generator of a matrix.
    pub fn transform(
        &mut self,
        generator: &Value,
        base: &Value,
        outer: Option<&Value>,
        level: usize,
    ) -> Result<Sets, Stop> {
        let selector = requirements(generator)?;
        let kinds = KINDS.iter().filter(|kind| level < LEVELS || !matches!(**kind, "matrix" | "merge"));
        let present = kinds.filter_map(|kind| generator.entry(kind)).filter(|entry| !entry.value.is_null());
        let mut results = Vec::new();
        for entry in present {
            let none = Value::map(base.origin.clone());
            let mut template = entry.value.get("template").cloned().unwrap_or(none);
            fill(&mut template, base, "");
            let filled;
            let block = match outer.filter(|outer| !outer.entries().is_empty()) {
                Some(outer) => {
                    filled = self.templates.fill_generator(&entry.value, outer)?;
                    &filled
                }
                None => &entry.value,
            };
            let mut sets = self.generate(entry, block, level)?;
            if let Some(selector) = &selector {
                sets.retain(|set| {
                    let texts = texts(set);
                    selector.iter().all(|requirement| requirement.holds(&texts))
                });
            }
            results.push((template, sets));
        }
        Ok(results)
    }

    fn generate(&mut self, entry: &Entry, block: &Value, level: usize) -> Result<Vec<Value>, Stop> {
        match &*entry.key {
            "list" => Ok(self.list(block)?),
            "git" => git::generate(self, block),
            "matrix" => combine::matrix(self, entry, block, level),
            "merge" => combine::merge(self, entry, block, level),
            other => {
                let message = format!("the parameters of the generator `{other}` come from outside the repository");
                Err(Stop::Unknown(Problem::new("not-rendered", Some(entry.at), message)))
            }
        }
    }

    fn list(&mut self, block: &Value) -> Result<Vec<Value>, Problem> {
        let mut sets = Vec::new();
        for element in block.items_at("elements") {
            if !element.is_map() {
                return Err(failed(element.span(), "an element must be a map"));
            }
            sets.push(if self.templates.go { element.clone() } else { of_element(element)? });
        }
        if let Some(text) = block.filled("elementsYaml") {
            sets.extend(embedded(text)?);
        }
        Ok(sets)
    }
}

/// The parameters of an element without Go templates: texts, and the texts in `values`.
fn of_element(element: &Value) -> Result<Value, Problem> {
    let mut set = Value::map(element.origin.clone());
    for entry in element.entries() {
        let values = &*entry.key == "values" && entry.value.is_map();
        let inner = if values { entry.value.entries() } else { std::slice::from_ref(entry) };
        for one in inner {
            if one.value.as_str().is_none() || &*entry.key == "values" && !values {
                let why = "without `goTemplate`, the values of an element must be strings, those in `values` likewise";
                return Err(failed(one.at, why));
            }
            let name = if values { format!("values.{}", one.key) } else { one.key.to_string() };
            set.set(&name, one.value.clone());
        }
    }
    Ok(set)
}

/// The elements in a text, all at the place of the text.
fn embedded(text: &Value) -> Result<Vec<Value>, Problem> {
    let span = text.span();
    let source = Source::from_text(SourceId(0), "", text.as_str().unwrap_or_default());
    let read = manifests::first(&source, By::Values);
    let mut read = read.map_err(|error| failed(span, format!("cannot read `elementsYaml`: {}", error.message)))?;
    read.move_places(&mut |_| span);
    match read.data {
        Data::Null => Ok(Vec::new()),
        Data::List(items) if items.iter().all(|item| item.is_map() || item.is_null()) => Ok(items),
        _ => Err(failed(span, "`elementsYaml` must be a list of maps")),
    }
}

/// What a selector asks for; nothing where there is none.
fn requirements(generator: &Value) -> Result<Option<Vec<Requirement>>, Problem> {
    let Some(selector) = generator.get("selector").filter(|selector| selector.is_map()) else { return Ok(None) };
    let mut found = Vec::new();
    for entry in selector.entries_at("matchLabels") {
        let values = vec![entry.value.as_str().unwrap_or_default().to_owned()];
        found.push(Requirement::new(&entry.key, "In", values).map_err(|message| failed(entry.at, message))?);
    }
    for expression in selector.items_at("matchExpressions") {
        let text = |field: &str| expression.str_at(field).unwrap_or_default();
        let values = expression.items_at("values").iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let requirement = Requirement::new(text("key"), text("operator"), values);
        found.push(requirement.map_err(|message| failed(expression.span(), message))?);
    }
    Ok(Some(found))
}

/// Fills what a generator's own template does not say from that of the ApplicationSet.
fn fill(own: &mut Value, base: &Value, field: &str) {
    if !own.is_map() || !base.is_map() || field == "valuesObject" {
        return;
    }
    for entry in base.entries() {
        match own.get_mut(&entry.key) {
            Some(value) if value.is_map() && entry.value.is_map() => fill(value, &entry.value, &entry.key),
            Some(value) if !is_empty(value) => {}
            _ => own.set(&entry.key, entry.value.clone()),
        }
    }
}

/// Whether a value is Go's zero value of its type.
fn is_empty(value: &Value) -> bool {
    match &value.data {
        Data::Null => true,
        Data::Bool(b) => !b,
        Data::Number(number) => number.as_f64() == Some(0.0),
        Data::String(text) => text.is_empty(),
        Data::List(items) => items.is_empty(),
        Data::Map(entries) => entries.is_empty(),
    }
}

/// Adds the parameters of `values`, which may themselves hold other parameters.
pub fn with_values(templates: &mut Templates<'_>, block: &Value, set: &mut Value) -> Result<(), Problem> {
    let entries = block.entries_at("values");
    let mut filled = Vec::new();
    for entry in entries {
        filled.push((entry.key.clone(), templates.fill(&entry.value, set)?));
    }
    if filled.is_empty() {
        return Ok(());
    }
    if !templates.go {
        filled.into_iter().for_each(|(key, value)| set.set(&format!("values.{key}"), value));
        return Ok(());
    }
    let origin = block.get("values").unwrap_or(block).origin.clone();
    let mut values = Value::map(origin);
    filled.into_iter().for_each(|(key, value)| values.set(&key, value));
    set.set("values", values);
    Ok(())
}

/// The parameters of a path: of a folder, or of a file with its name.
pub fn path_parameters(go: bool, prefix: &str, path: &str, file: Option<&str>, like: &Value, set: &mut Value) {
    use crate::go::path::base;
    let mut parts = vec![("basename", base(path).to_owned()), ("basenameNormalized", normalize(base(path)))];
    if let Some(file) = file {
        parts.push(("filename", file.to_owned()));
        parts.push(("filenameNormalized", normalize(file)));
    }
    let segments = path.split('/');
    if go {
        let mut map = Value::map(like.origin.clone());
        parts.into_iter().for_each(|(name, part)| map.set(name, text(part, like)));
        map.set("path", text(path, like));
        let segments = segments.map(|part| text(part, like)).collect();
        map.set("segments", Value { data: Data::List(segments), origin: like.origin.clone() });
        if prefix.is_empty() {
            set.set("path", map);
        } else {
            let mut outer = Value::map(like.origin.clone());
            outer.set("path", map);
            set.set(prefix, outer);
        }
        return;
    }
    let name = if prefix.is_empty() { "path".to_owned() } else { format!("{prefix}.path") };
    set.set(&name, text(path, like));
    parts.into_iter().for_each(|(part, value)| set.set(&format!("{name}.{part}"), text(value, like)));
    for (index, part) in segments.enumerate().filter(|(_, part)| !part.is_empty()) {
        set.set(&format!("{name}[{index}]"), text(part, like));
    }
}

/// A problem at the key of a generator.
pub fn at_key(entry: &Entry, message: &str) -> Stop {
    let span: Span = entry.at;
    Stop::Failed(failed(span, message))
}
