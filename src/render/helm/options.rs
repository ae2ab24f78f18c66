//! What `helm template` can be told.
//!
//! In: flags. Out: [`Options`], and the values that they give.

use super::given::Inline;
use super::template::{Entries, Map, Mark, Marks, Text, Value};
use super::values::set::{self, Mode};
use super::values::{file, merge_maps};
use crate::files::{Files, MAX_FILE, name::path_of};
use crate::source::{Source, SourceMap, Span};

/// The flags of `helm template`.
#[derive(Debug, Clone)]
pub struct Options {
    /// What stands in for the chart's own values.yaml, where something does.
    pub own_values: Option<Vec<Values>>,
    /// `--values`
    pub values: Vec<Values>,
    /// `--set`
    pub set: Vec<Flag>,
    /// `--set-string`
    pub set_string: Vec<Flag>,
    /// `--set-json`
    pub set_json: Vec<Flag>,
    /// `--set-file`
    pub set_file: Vec<Flag>,
    /// `--set-literal`
    pub set_literal: Vec<Flag>,
    /// The release's name.
    pub release_name: String,
    /// `--namespace`
    pub namespace: String,
    /// `--kube-version`
    pub kube_version: Option<String>,
    /// `--api-versions`
    pub api_versions: Vec<String>,
    /// The APIs are those that a cluster of the version serves, in place of those that Helm knows without one.
    pub of_cluster: bool,
    /// `--include-crds`
    pub include_crds: bool,
    /// `--is-upgrade`
    pub is_upgrade: bool,
    /// `--show-only`
    pub show_only: Vec<String>,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// `--skip-tests`
    pub skip_tests: bool,
    /// `--skip-schema-validation`
    pub skip_schema: bool,
    /// Dependencies that `file://` names are brought in, as `helm dependency build` would.
    pub local: bool,
    /// What can be had is rendered where a dependency is missing.
    pub partial: bool,
}

/// Values, in the order in which they are given.
#[derive(Debug, Clone)]
pub enum Values {
    /// A file, by its name.
    File(String),
    /// Those that stand in another object.
    Inline(Inline),
    /// A text in another object as the value at a path, read as `--set` reads it; in quotes, or `literal`, as a string.
    At {
        /// The path, in the syntax of `--set`.
        path: String,
        /// The text.
        value: Inline,
        /// Whether it is taken as it stands.
        literal: bool,
    },
}

/// What stands behind a flag such as `--set`.
#[derive(Debug, Clone)]
pub struct Flag {
    /// The text.
    pub text: String,
    /// Where its value was written, if not on the command line.
    pub from: Option<Inline>,
}

impl Flag {
    /// Whether it gives the value of a path, or one below it.
    fn gives(&self, path: &str) -> bool {
        self.text.match_indices(path).any(|(at, _)| {
            let before = self.text[..at].trim_end();
            let after = self.text[at + path.len()..].chars().next();
            (before.is_empty() || before.ends_with(',')) && matches!(after, Some('=' | '.' | '['))
        })
    }
}

impl From<String> for Flag {
    fn from(text: String) -> Self {
        Self { text, from: None }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            own_values: None,
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
            of_cluster: false,
            include_crds: false,
            is_upgrade: false,
            show_only: Vec::new(),
            no_hooks: false,
            skip_tests: false,
            skip_schema: false,
            local: false,
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
        for values in &self.values {
            base = values.over(base, sources, marks, door)?;
        }
        let mark = |flag: &Flag, sources: &mut SourceMap, marks: &mut Marks| {
            flag.from.as_ref().map_or(Mark::NONE, |from| from.mark(sources, marks))
        };
        for flag in &self.set_json {
            base = json(&flag.text, base).map_err(|message| (message, None))?;
        }
        for given in &self.set {
            flag("--set", set::apply(&given.text, &base, Mode::Typed, mark(given, sources, marks)))?;
        }
        for given in &self.set_string {
            flag("--set-string", set::apply(&given.text, &base, Mode::String, mark(given, sources, marks)))?;
        }
        for given in &self.set_file {
            let mut read = |name: &str| {
                let id = add(sources, name, door)?;
                let source = sources.get(id);
                let mark = marks.data(Span::new(id, 0, source.text.len()));
                Ok(Value::text(Text::new(source.text.as_bytes(), mark)))
            };
            flag("--set-file", set::apply(&given.text, &base, Mode::File(&mut read), Mark::NONE))?;
        }
        for given in &self.set_literal {
            flag("--set-literal", set::apply(&given.text, &base, Mode::Literal, mark(given, sources, marks)))?;
        }
        Ok(base)
    }

    /// The flag that gives the value of a path, `image.tag`, or of what is around it: of several the one that wins.
    pub fn flag_of(&self, path: &str) -> &'static str {
        let flags = [
            ("--set-literal", &self.set_literal),
            ("--set-file", &self.set_file),
            ("--set-string", &self.set_string),
            ("--set", &self.set),
            ("--set-json", &self.set_json),
        ];
        let mut rest = Some(path);
        while let Some(path) = rest {
            let given = flags.iter().find(|(_, given)| given.iter().any(|flag| flag.gives(path)));
            if let Some((name, _)) = given {
                return name;
            }
            rest = path.rfind(['.', '[']).map(|end| &path[..end]);
        }
        flags.iter().find(|(_, given)| !given.is_empty()).map_or("--set", |(name, _)| name)
    }

    /// The values that stand in for the chart's own, where some do.
    ///
    /// # Errors
    /// Where Helm refuses one of them.
    pub fn own(&self, sources: &mut SourceMap, marks: &mut Marks, door: &dyn Files) -> Result<Option<Map>, Refused> {
        let Some(own) = &self.own_values else { return Ok(None) };
        let empty = Map::new(Entries::new());
        own.iter().try_fold(empty, |base, values| values.over(base, sources, marks, door)).map(Some)
    }
}

impl Values {
    /// Puts these over others.
    fn over(&self, base: Map, sources: &mut SourceMap, marks: &mut Marks, door: &dyn Files) -> Result<Map, Refused> {
        match self {
            Values::File(name) => {
                let id = add(sources, name, door).map_err(|message| (message, None))?;
                let map = file::read(sources.get(id), marks)
                    .map_err(|(message, span)| (format!("failed to parse {name}: {message}"), span))?;
                Ok(merge_maps(&base, &map))
            }
            Values::Inline(inline) => Ok(merge_maps(&base, &inline.read(sources, marks)?)),
            Values::At { path, value, literal } => {
                let mark = value.mark(sources, marks);
                let text = value.value.as_str().unwrap_or_default();
                let quoted = ['\'', '"'].iter().any(|&quote| text.starts_with(quote) && text.ends_with(quote));
                let (text, mode) = match (literal, quoted) {
                    (true, _) => (text, Mode::Literal),
                    (_, true) => (text.trim_matches(['\'', '"']), Mode::String),
                    _ => (text, Mode::Typed),
                };
                let set = set::apply(&format!("{path}={text}"), &base, mode, mark);
                set.map_err(|message| (format!("cannot set {path}: {message}"), Some(value.place(sources))))?;
                Ok(base)
            }
        }
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
        let parsed = super::functions::json::from_json(&Text::plain(trimmed), Mark::NONE);
        return match parsed.ok().as_ref().and_then(Value::as_map) {
            Some(map) => Ok(merge_maps(&base, map)),
            None => Err(format!("failed parsing --set-json data JSON: {text}")),
        };
    }
    set::apply(text, &base, Mode::Json, Mark::NONE).map_err(|_| format!("failed parsing --set-json data {text}"))?;
    Ok(base)
}
