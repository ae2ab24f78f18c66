//! What templates read and call.
//!
//! In: templates taken apart. Out: the paths below `.Values` that they read, those that they can do without, and the templates
//! that they call by name.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::template::error::span;
use super::super::template::node::{Branch, Command, Node, Pipe, Place, Template, Word, WordKind};
use crate::source::Span;

/// A path that is read.
#[derive(Debug)]
pub(super) struct Read {
    /// The keys below `.Values`; at least one.
    pub path: Vec<Rc<str>>,
    /// Where, in a file.
    pub span: Option<Span>,
}

/// A template that is called by its name.
#[derive(Debug)]
pub(super) struct Call {
    /// Its name.
    pub name: Rc<str>,
    /// The template that calls it.
    pub by: Rc<str>,
    /// Where, in a file.
    pub span: Option<Span>,
}

/// What templates read and call.
#[derive(Debug, Default)]
pub(super) struct Uses {
    pub reads: Vec<Read>,
    /// All values are handed on as one: any of them may be read.
    pub whole: bool,
    /// Templates that are called.
    pub calls: Vec<Call>,
    /// A template is called by a name that is put together.
    pub calls_any: bool,
    optional: FxHashSet<Vec<Rc<str>>>,
    /// All that begins paths that are read.
    begun: FxHashSet<Vec<Rc<str>>>,
    /// The paths themselves.
    read: FxHashSet<Vec<Rc<str>>>,
}

/// Functions that take an argument which may be missing.
const FORGIVING: [&str; 16] = [
    "default", "coalesce", "empty", "ternary", "required", "hasKey", "get", "dig", "not", "and", "or", "kindIs",
    "typeIs", "eq", "ne", "fail",
];

impl Uses {
    /// Adds what a template reads.
    pub fn template(&mut self, template: &Template) {
        Walk { uses: self, template }.nodes(&template.body);
    }

    /// Adds a path with dots.
    pub fn path(&mut self, path: &str) {
        self.read(path.split('.').filter(|key| !key.is_empty()).map(Rc::from).collect(), None);
    }

    /// Adds what a text reads if it is run as a template.
    pub fn text(&mut self, text: &str) {
        for rest in text.split(".Values.").skip(1) {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
            self.path(&rest[..end]);
        }
    }

    /// The templates that are called by some of which it is sure that they run, and by those that they call in turn.
    pub fn reached<'u>(&'u self, run: impl Iterator<Item = &'u str>) -> FxHashSet<&'u str> {
        let mut by: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        self.calls.iter().for_each(|call| by.entry(&call.by).or_default().push(&call.name));
        let mut open: Vec<&str> = run.collect();
        let mut reached: FxHashSet<&str> = open.iter().copied().collect();
        while let Some(name) = open.pop() {
            let called = by.get(name).into_iter().flatten();
            open.extend(called.filter(|called| reached.insert(called)));
        }
        reached
    }

    /// Whether a path is read, or something below it, or all that is around it.
    pub fn touches(&self, path: &[Rc<str>]) -> bool {
        self.begun.contains(path) || (1..=path.len()).any(|end| self.read.contains(&path[..end]))
    }

    /// Whether all below a path is read at once.
    pub fn reads_all(&self, path: &[Rc<str>]) -> bool {
        (1..=path.len()).any(|end| self.read.contains(&path[..end]))
    }

    /// Whether templates can do without a path.
    pub fn is_optional(&self, path: &[Rc<str>]) -> bool {
        (1..=path.len()).any(|end| self.optional.contains(&path[..end]))
    }

    fn read(&mut self, path: Vec<Rc<str>>, span: Option<Span>) {
        if path.is_empty() {
            self.whole = true;
            return;
        }
        for end in 1..=path.len() {
            self.begun.insert(path[..end].to_vec());
        }
        self.read.insert(path.clone());
        self.reads.push(Read { path, span });
    }
}

struct Walk<'w> {
    uses: &'w mut Uses,
    template: &'w Template,
}

impl Walk<'_> {
    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text(_) | Node::Break | Node::Continue => {}
                Node::Action(pipe) => self.pipe(pipe, false),
                Node::If(branch) | Node::With(branch) | Node::Range(branch) => self.branch(branch),
                Node::Template(place, name, pipe) => {
                    self.call(name.clone(), *place);
                    pipe.iter().for_each(|pipe| self.pipe(pipe, false));
                }
            }
        }
    }

    fn call(&mut self, name: Rc<str>, place: Place) {
        let (by, span) = (self.template.name.clone(), span(self.template, place));
        self.uses.calls.push(Call { name, by, span });
    }

    fn branch(&mut self, branch: &Branch) {
        self.pipe(&branch.pipe, true);
        self.nodes(&branch.body);
        branch.otherwise.iter().for_each(|nodes| self.nodes(nodes));
    }

    /// A pipeline; `optional` where it is only asked whether it is there.
    fn pipe(&mut self, pipe: &Pipe, optional: bool) {
        let forgiving = pipe.commands.iter().any(|command| {
            matches!(command.words.first().map(|word| &word.kind), Some(WordKind::Function(name)) if FORGIVING.contains(&&**name))
        });
        pipe.commands.iter().for_each(|command| self.command(command, optional || forgiving));
    }

    fn command(&mut self, command: &Command, optional: bool) {
        let name = match command.words.first().map(|word| &word.kind) {
            Some(WordKind::Function(name)) => &**name,
            _ => "",
        };
        match (name, command.words.get(1).map(|word| &word.kind)) {
            ("include", Some(WordKind::String(called))) => {
                self.call(Rc::from(String::from_utf8_lossy(called)), command.words[1].place);
            }
            ("include", _) => self.uses.calls_any = true,
            _ => {}
        }
        if let ("index" | "get" | "hasKey" | "dig", Some(path)) = (name, self.indexed(command)) {
            if name != "index" {
                self.uses.optional.insert(path.clone());
            }
            self.found(path, command.place, optional);
            return;
        }
        command.words.iter().for_each(|word| self.word(word, optional));
    }

    /// `index .Values "a" "b"`
    fn indexed(&self, command: &Command) -> Option<Vec<Rc<str>>> {
        let mut path = values(command.words.get(1)?)?;
        for word in &command.words[2..] {
            match &word.kind {
                WordKind::String(key) => path.push(Rc::from(String::from_utf8_lossy(key))),
                _ => break,
            }
        }
        Some(path)
    }

    fn word(&mut self, word: &Word, optional: bool) {
        if let Some(path) = values(word) {
            self.found(path, word.place, optional);
            return;
        }
        match &word.kind {
            // `(.Values.a).b` is nothing where there is no `a`.
            WordKind::Chain(inner, _) => self.word(inner, true),
            WordKind::Pipe(pipe) => self.pipe(pipe, optional),
            _ => {}
        }
    }

    fn found(&mut self, path: Vec<Rc<str>>, place: Place, optional: bool) {
        if optional && !path.is_empty() {
            self.uses.optional.insert(path.clone());
        }
        self.uses.read(path, span(self.template, place));
    }
}

/// The keys behind `.Values`, of whatever it is a field.
pub(super) fn values(word: &Word) -> Option<Vec<Rc<str>>> {
    let fields = match &word.kind {
        WordKind::Field(fields) | WordKind::Variable(_, fields) => fields,
        _ => return None,
    };
    let at = fields.iter().position(|field| &**field == "Values")?;
    // Those of a subchart are its own.
    if fields[..at].iter().any(|field| &**field == "Subcharts") {
        return None;
    }
    Some(fields[at + 1..].to_vec())
}
