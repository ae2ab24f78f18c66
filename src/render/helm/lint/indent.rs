//! Values that are put into a template with another indentation than is meant.
//!
//! In: a template, the chart's values. Out: a note for each action whose text is YAML of several lines and does not fit where
//! it stands: `indent` after spaces, `toYaml` on the line of its key, `nindent` no deeper than the key above.

use super::super::template::node::{Branch, Command, Node, Pipe, Place, Template, Word, WordKind};
use super::super::template::{Data, Map};
use super::uses::values;
use super::{About, Note, Read, follow};
use crate::source::Span;

/// What a value is, as far as YAML's indentation goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Map,
    List,
    Scalar,
    Unknown,
}

/// Notes what is indented wrongly in a template; `own` are the chart's values.
pub(super) fn note(template: &Template, own: Option<&Map>, notes: &mut Vec<Note>) {
    Walk { template, text: &template.unit.text, own, notes }.nodes(&template.body);
}

struct Walk<'w> {
    template: &'w Template,
    text: &'w str,
    own: Option<&'w Map>,
    notes: &'w mut Vec<Note>,
}

impl Walk<'_> {
    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Action(pipe) => self.action(pipe),
                Node::If(branch) | Node::With(branch) | Node::Range(branch) => self.branch(branch),
                Node::Text(_) | Node::Break | Node::Continue | Node::Template(..) => {}
            }
        }
    }

    fn branch(&mut self, branch: &Branch) {
        self.nodes(&branch.body);
        branch.otherwise.iter().for_each(|nodes| self.nodes(nodes));
    }

    fn action(&mut self, pipe: &Pipe) {
        let is_yaml = |command: &Command| function(command) == Some("toYaml");
        let (Some(first), Some(last)) = (pipe.commands.iter().find(|command| is_yaml(command)), pipe.commands.last())
        else {
            return;
        };
        let shape = self.shape(pipe, first);
        if !pipe.variables.is_empty() || shape == Shape::Scalar {
            return;
        }
        let open = pipe.action.start as usize;
        let Some(before) = self.text.get(..open) else { return };
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let trims = self.text[open..].starts_with("{{-");
        let message = match (function(last), amount(last)) {
            (Some("indent"), Some(more)) if more > 0 && !trims && !line.is_empty() && is_blank(line) => Some(format!(
                "the first line is indented twice: by {} spaces and by `indent {more}`; the others only once",
                line.len()
            )),
            (Some("toYaml"), _) if key_column(line).is_some() && shape != Shape::Unknown && !trims => {
                Some("a map or list that is not empty does not fit on the line of its key".to_owned())
            }
            (Some("nindent"), Some(by)) => self.too_shallow(line, before, by, shape),
            _ => None,
        };
        let (Some(message), Some(source)) = (message, self.template.unit.source) else { return };
        let Place { start, end } = pipe.action;
        self.notes.push(Note { span: Span { source, start, end }, about: About::Misindented, message, meant: None });
    }

    /// What there is to say of `nindent` below a key.
    fn too_shallow(&self, line: &str, before: &str, by: usize, shape: Shape) -> Option<String> {
        let column = match key_column(line) {
            Some(column) => column,
            None if is_blank(line) => key_above(&before[..before.len() - line.len()])?,
            None => return None,
        };
        let fits = by > column || by == column && shape != Shape::Map;
        let beside = "puts it next to the key above, which is then empty";
        (!fits).then(|| format!("`nindent {by}` {beside}: that key is indented by {column}"))
    }

    /// What the value given to `toYaml` is.
    fn shape(&self, pipe: &Pipe, command: &Command) -> Shape {
        let given = match (command.words.get(1), pipe.commands.first()) {
            (Some(word), _) => Some(word),
            (None, Some(first)) if first.words.len() == 1 => first.words.first(),
            _ => None,
        };
        let Some(path) = given.and_then(|word: &Word| values(word)) else { return Shape::Unknown };
        let Some(own) = self.own.filter(|_| !path.is_empty()) else { return Shape::Unknown };
        if !matches!(follow(own, &path), Read::Known) {
            return Shape::Unknown;
        }
        let mut map = own.clone();
        for key in &path[..path.len() - 1] {
            match map.get(key).map(|value| value.data) {
                Some(Data::Map(inner)) => map = inner,
                _ => return Shape::Unknown,
            }
        }
        match map.get(&path[path.len() - 1]).map(|value| value.data) {
            Some(Data::Map(_)) => Shape::Map,
            Some(Data::List(_)) => Shape::List,
            Some(Data::Nil) | None => Shape::Unknown,
            Some(_) => Shape::Scalar,
        }
    }
}

fn function(command: &Command) -> Option<&str> {
    match &command.words.first()?.kind {
        WordKind::Function(name) => Some(name),
        _ => None,
    }
}

/// The number that a function is given first.
fn amount(command: &Command) -> Option<usize> {
    match command.words.get(1)?.kind {
        WordKind::Number(number) => usize::try_from(number.int?).ok(),
        _ => None,
    }
}

fn is_blank(line: &str) -> bool {
    line.bytes().all(|b| b == b' ')
}

/// The column of the key that a line ends with, where it is nothing but that.
fn key_column(line: &str) -> Option<usize> {
    let body = line.trim_end().strip_suffix(':')?;
    let rest = body.trim_start_matches([' ', '-']);
    let plain = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
    (!rest.is_empty() && rest.chars().all(plain)).then_some(body.len() - rest.len())
}

/// The column of the key that the text above ends with, with nothing between but what only decides.
fn key_above(above: &str) -> Option<usize> {
    for line in above.lines().rev() {
        let line = line.trim_end();
        let inner = line.trim_start().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
        let Some(inner) = inner else {
            if line.is_empty() {
                continue;
            }
            return key_column(line);
        };
        let word = inner.trim_start_matches('-').trim_start();
        let decides = ["if ", "with ", "range ", "else", "/*"].iter().any(|start| word.starts_with(start));
        if !decides || inner.contains("}}") {
            return None;
        }
    }
    None
}
