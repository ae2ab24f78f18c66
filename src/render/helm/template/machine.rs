//! What runs templates, and what it allows.
//!
//! In: templates by name, a library of functions, limits. Out: [`Machine`], the state that templates and functions share.

use std::rc::Rc;

use regex::Regex;
use rustc_hash::FxHashMap;

use crate::openapi::goregex;
use crate::source::Span;

use super::error::{Failure, Fault};
use super::eval;
use super::mark::Marks;
use super::node::{Template, Unit};
use super::parse::{self, ParseError};
use super::text::Text;
use super::value::Value;

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `interface {}`
    Any,
    /// `reflect.Value`: also what is no value at all
    Reflect,
    /// `string`
    String,
    /// `int`
    Int,
    /// `int64`
    Int64,
    /// `float64`
    Float,
    /// `bool`
    Bool,
    /// `map[string]interface {}`
    Map,
    /// `time.Time`
    Time,
    /// `[]string`
    Strings,
    /// `sprig.certificate`
    Certificate,
    /// `*semver.Version`
    Version,
}

/// What a function gives.
pub type CallResult = Result<Value, Fault>;

/// A function that templates can call.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    /// Its fixed parameters.
    pub parameters: &'static [Type],
    /// The type of any number of further ones.
    pub rest: Option<Type>,
    /// Carries it out; as many arguments as the parameters ask for are there, of their types.
    pub run: fn(&mut Machine, &[Value]) -> CallResult,
}

/// The functions and methods there are.
#[derive(Debug, Clone, Copy)]
pub struct Library {
    /// A function by name.
    pub function: fn(&str) -> Option<Function>,
    /// A method of a value by name; the value is its first argument and no parameter.
    pub method: fn(&Value, &str) -> Option<Function>,
}

/// What a key that a map does not have gives: Go's option `missingkey`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingKey {
    /// No value, nor have its own fields one.
    #[default]
    Default,
    /// The zero value of the map's items: nil, which has no fields. So Helm has it.
    Zero,
    /// An error.
    Error,
}

impl MissingKey {
    /// What options of Go's text/template say; the last counts.
    ///
    /// # Errors
    /// Where one is unknown to Go.
    pub fn of_options<'o>(options: impl IntoIterator<Item = &'o str>) -> Result<Self, String> {
        options.into_iter().try_fold(Self::Default, |_, option| match option {
            "missingkey=default" | "missingkey=invalid" => Ok(Self::Default),
            "missingkey=zero" => Ok(Self::Zero),
            "missingkey=error" => Ok(Self::Error),
            _ => Err(format!("unrecognized option: {option}")),
        })
    }
}

/// Bounds on a rendering.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Steps of all templates together.
    pub steps: u64,
    /// Bytes written by all templates and functions together.
    pub bytes: usize,
    /// Templates that run inside one another.
    pub depth: usize,
    /// Times that `include` of one name may be inside itself, as Helm has it.
    pub includes: u32,
    /// Items of one list that a function makes.
    pub items: usize,
}

/// Twenty times and nine times what the largest of 690 public charts takes.
impl Default for Limits {
    fn default() -> Self {
        Self { steps: 4_000_000, bytes: 64 << 20, depth: 1500, includes: 1000, items: 1_000_000 }
    }
}

/// Steps that it takes to compile a regular expression; one with counts or classes of Unicode takes more.
const COMPILING: usize = 1000;
/// Longest regular expression.
const LONGEST_PATTERN: usize = 10_000;

/// Templates by name; a call of `tpl` adds its own to those around it.
#[derive(Debug, Default)]
pub struct Set {
    own: FxHashMap<Rc<str>, Rc<Template>>,
    around: Option<Rc<Set>>,
}

impl Set {
    /// Adds the templates of a text. An empty template does not replace another one.
    pub fn add(&mut self, templates: Vec<Template>) {
        for template in templates {
            if parse::is_empty(&template.body, &template.unit) && self.get(&template.name).is_some() {
                continue;
            }
            self.own.insert(template.name.clone(), Rc::new(template));
        }
    }

    /// A template by name.
    pub fn get(&self, name: &str) -> Option<Rc<Template>> {
        let mut set = self;
        loop {
            if let Some(template) = set.own.get(name) {
                return Some(template.clone());
            }
            set = set.around.as_ref()?;
        }
    }
}

/// The state of a rendering.
#[derive(Debug)]
pub struct Machine {
    /// Where values come from.
    pub marks: Marks,
    /// The functions.
    pub library: Library,
    /// The bounds.
    pub limits: Limits,
    /// What missing keys give.
    pub missing: MissingKey,
    pub(super) set: Rc<Set>,
    pub(super) steps: u64,
    pub(super) depth: usize,
    bytes: usize,
    included: FxHashMap<Rc<str>, u32>,
    regexes: FxHashMap<String, Regex>,
}

impl Machine {
    /// A machine for templates.
    pub fn new(set: Set, marks: Marks, library: Library, limits: Limits) -> Self {
        Self {
            marks,
            library,
            limits,
            missing: MissingKey::Zero,
            set: Rc::new(set),
            steps: 0,
            depth: 0,
            bytes: 0,
            included: FxHashMap::default(),
            regexes: FxHashMap::default(),
        }
    }

    /// Runs a template by name.
    ///
    /// # Errors
    /// Where it fails.
    pub fn execute(&mut self, name: &str, dot: &Value) -> Result<Text, Box<Failure>> {
        match self.set.get(name) {
            Some(template) => eval::execute(self, &template, dot),
            None => {
                let message = format!("template: no template {name:?} associated with template \"gotpl\"");
                Err(Box::new(Failure {
                    reason: message.clone(),
                    message,
                    span: None,
                    location: String::new(),
                    asked: None,
                }))
            }
        }
    }

    /// Helm's `include`.
    ///
    /// # Errors
    /// Where the template fails, or is inside itself too often.
    pub fn include(&mut self, name: &str, dot: &Value) -> Result<Text, Fault> {
        let times = self.included.entry(Rc::from(name)).or_insert(0);
        if *times > self.limits.includes {
            return Err(Fault::Said(format!(
                "rendering template has a nested reference name: {name}: unable to execute template"
            )));
        }
        *times += 1;
        let text = self.execute(name, dot);
        if let Some(times) = self.included.get_mut(name) {
            *times -= 1;
        }
        text.map_err(|failure| Fault::Inner(String::new(), failure))
    }

    /// Helm's `tpl`: runs a text as a template among those that are there.
    ///
    /// # Errors
    /// Where it is no template, or fails.
    pub fn tpl(&mut self, given: &Text, dot: &Value) -> Result<Text, Fault> {
        let unit = Rc::new(Unit {
            name: Rc::from("gotpl"),
            text: Rc::from(given.str()),
            source: None,
            given: Some(given.clone()),
        });
        let library = self.library;
        let templates = parse::parse(&unit, &|name| (library.function)(name).is_some()).map_err(|error| {
            let (line, message) = line_of(&unit, &error);
            Fault::Said(format!("cannot parse template {:?}: template: gotpl:{line}: {message}", given.str()))
        })?;
        let around = self.set.clone();
        let mut set = Set { own: FxHashMap::default(), around: Some(around.clone()) };
        // The text itself runs even where it is empty and one of its name is around it.
        let mut templates = templates.into_iter();
        let main = templates.next().map(Rc::new);
        if let Some(main) = &main {
            set.own.insert(main.name.clone(), main.clone());
        }
        set.add(templates.collect());
        self.set = Rc::new(set);
        let text = match main {
            Some(main) => eval::execute(self, &main, dot),
            None => Ok(Text::plain("")),
        };
        self.set = around;
        text.map_err(|failure| {
            Fault::Inner(format!("error during tpl function execution for {:?}: ", given.str()), failure)
        })
    }

    /// Counts a step.
    ///
    /// # Errors
    /// Where there were too many.
    pub fn step(&mut self) -> Result<(), Fault> {
        self.work(1)
    }

    /// Whether there were too many steps or bytes.
    pub fn is_exhausted(&self) -> bool {
        self.steps > self.limits.steps || self.bytes > self.limits.bytes
    }

    /// Counts work that takes as long as so many steps.
    ///
    /// # Errors
    /// Where there were too many.
    pub fn work(&mut self, steps: usize) -> Result<(), Fault> {
        self.steps = self.steps.saturating_add(steps as u64);
        if self.steps > self.limits.steps {
            return Err(Fault::Said(format!("the templates take more than {} steps", self.limits.steps)));
        }
        Ok(())
    }

    /// A regular expression, compiled once.
    ///
    /// # Errors
    /// Where Go refuses it, or there were too many.
    pub fn regex(&mut self, pattern: &str) -> Result<Regex, Fault> {
        if let Some(known) = self.regexes.get(pattern) {
            return Ok(known.clone());
        }
        self.work(COMPILING * if pattern.contains(['{', 'p', 'P']) { 20 } else { 1 })?;
        let refuse = |why: &str| Fault::Said(format!("error parsing regexp: {why}: `{pattern}`"));
        if pattern.len() > LONGEST_PATTERN {
            return Err(refuse("the pattern is too long"));
        }
        let regex = goregex::compile_with_groups(pattern).map_err(|why| refuse(&why))?;
        self.regexes.insert(pattern.to_owned(), regex.clone());
        Ok(regex)
    }

    /// Counts bytes that are about to be written.
    ///
    /// # Errors
    /// Where there are too many.
    pub fn spend(&mut self, bytes: usize) -> Result<(), Fault> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > self.limits.bytes {
            return Err(Fault::Said(format!("the templates write more than {} bytes", self.limits.bytes)));
        }
        Ok(())
    }

    /// Allows a list of so many items.
    ///
    /// # Errors
    /// Where it is too long.
    pub fn allow_items(&self, count: usize) -> Result<(), Fault> {
        if count > self.limits.items {
            return Err(Fault::Said(format!("a list of {count} items; at most {} are made", self.limits.items)));
        }
        Ok(())
    }
}

/// The line of a parse error and its message.
pub fn line_of(unit: &Unit, error: &ParseError) -> (usize, String) {
    let before = unit.text.get(..error.at).unwrap_or(&unit.text);
    (1 + memchr::memchr_iter(b'\n', before.as_bytes()).count(), error.message.clone())
}

/// The place of a parse error, where the text is a file.
pub fn span_of(unit: &Unit, error: &ParseError) -> Option<Span> {
    unit.source.map(|source| Span::new(source, error.at, (error.at + 1).min(unit.text.len())))
}
