//! What `helm template` can be told.
//!
//! In: flags. Out: [`Options`], and the values that they give.

use super::template::{Entries, Map, Marks, Text, Value};
use super::values::set::{self, Mode};
use super::values::{file, merge_maps};
use crate::files::{Files, MAX_FILE, name::path_of};
use crate::source::{Source, SourceMap, Span};

/// The flags of `helm template`.
#[derive(Debug, Clone)]
pub struct Options {
    /// `--values`
    pub values: Vec<String>,
    /// `--set`
    pub set: Vec<String>,
    /// `--set-string`
    pub set_string: Vec<String>,
    /// `--set-json`
    pub set_json: Vec<String>,
    /// `--set-file`
    pub set_file: Vec<String>,
    /// `--set-literal`
    pub set_literal: Vec<String>,
    /// The release's name.
    pub release_name: String,
    /// `--namespace`
    pub namespace: String,
    /// `--kube-version`
    pub kube_version: Option<String>,
    /// `--api-versions`
    pub api_versions: Vec<String>,
    /// `--include-crds`
    pub include_crds: bool,
    /// `--is-upgrade`
    pub is_upgrade: bool,
    /// `--show-only`
    pub show_only: Vec<String>,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// What can be had is rendered where a dependency is missing.
    pub partial: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            set: Vec::new(),
            set_string: Vec::new(),
            set_json: Vec::new(),
            set_file: Vec::new(),
            set_literal: Vec::new(),
            release_name: "release-name".to_owned(),
            namespace: "default".to_owned(),
            kube_version: None,
            api_versions: Vec::new(),
            include_crds: false,
            is_upgrade: false,
            show_only: Vec::new(),
            no_hooks: false,
            partial: false,
        }
    }
}

/// Why flags were refused, and where in a file.
pub type Refused = (String, Option<Span>);

impl Options {
    /// The values that files and flags give, the latter over the former.
    ///
    /// # Errors
    /// Where Helm refuses one of them.
    pub fn given(&self, sources: &mut SourceMap, marks: &mut Marks, door: &dyn Files) -> Result<Map, Refused> {
        let mut base = Map::new(Entries::new());
        for name in &self.values {
            let id = add(sources, name, door).map_err(|message| (message, None))?;
            let map = file::read(sources.get(id), marks)
                .map_err(|(message, span)| (format!("failed to parse {name}: {message}"), span))?;
            base = merge_maps(&base, &map);
        }
        for text in &self.set_json {
            base = json(text, base).map_err(|message| (message, None))?;
        }
        for text in &self.set {
            flag("--set", set::apply(text, &base, Mode::Typed))?;
        }
        for text in &self.set_string {
            flag("--set-string", set::apply(text, &base, Mode::String))?;
        }
        for text in &self.set_file {
            let mut read = |name: &str| {
                let id = add(sources, name, door)?;
                let source = sources.get(id);
                let mark = marks.data(Span::new(id, 0, source.text.len()));
                Ok(Value::text(Text::new(source.text.as_bytes(), mark)))
            };
            flag("--set-file", set::apply(text, &base, Mode::File(&mut read)))?;
        }
        for text in &self.set_literal {
            flag("--set-literal", set::apply(text, &base, Mode::Literal))?;
        }
        Ok(base)
    }
}

fn flag(name: &str, result: Result<(), String>) -> Result<(), Refused> {
    result.map_err(|message| (format!("failed parsing {name} data: {message}"), None))
}

fn add(sources: &mut SourceMap, name: &str, door: &dyn Files) -> Result<crate::source::SourceId, String> {
    let bytes = door.read(&path_of(name), MAX_FILE).map_err(|error| format!("open {name}: {error}"))?;
    let id = sources.next_id();
    sources.push(Source::from_bytes(id, name.replace('\\', "/"), bytes));
    Ok(id)
}

/// `--set-json`: an object, or names and values.
fn json(text: &str, base: Map) -> Result<Map, String> {
    let trimmed = text.trim();
    if trimmed.starts_with('{') {
        let parsed = super::functions::json::from_json(&Text::plain(trimmed), super::template::Mark::NONE);
        return match parsed.ok().as_ref().and_then(Value::as_map) {
            Some(map) => Ok(merge_maps(&base, map)),
            None => Err(format!("failed parsing --set-json data JSON: {text}")),
        };
    }
    set::apply(text, &base, Mode::Json).map_err(|_| format!("failed parsing --set-json data {text}"))?;
    Ok(base)
}
