//! Reading YAML as kustomize does.
//!
//! In: a file's text, or a text that stands in a kustomization. Out: the trees of its documents ([`Node`]). Manifests are
//! cut and read as kyaml does, a kustomization as sigs.k8s.io/yaml does: `yes` is a boolean in the latter alone.

use std::sync::Arc;

use super::failure::{BuildResult, Failure, at};
use super::node::{Data, Entry, Node, Scalar, Style, Tag};
use super::scalar::tag_of;
use crate::render::origin::{By, Origin};
use crate::source::{Source, Span};
use crate::yaml::{self, EntryState, Kind, Limits};

/// Which rules say what a plain scalar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarRules {
    /// go-yaml v3: manifests and patches.
    Manifest,
    /// go-yaml v2 by way of JSON: kustomizations and what they configure.
    Configuration,
}

/// Deepest nesting of a document. The build walks trees by recursion.
const DEPTH: usize = 200;

/// Where the bytes of a text stand in a file: a text inside a kustomization has lines of its own.
pub trait Places {
    /// The place of a span of the text.
    fn place(&self, span: Span) -> Span;
}

/// The text is the file.
pub struct Itself;

impl Places for Itself {
    fn place(&self, span: Span) -> Span {
        span
    }
}

/// The documents of manifests, patches and the like. Empty ones are left out.
///
/// # Errors
/// The first that cannot be read.
pub fn documents(source: &Source, places: &dyn Places, by: By) -> BuildResult<Vec<Node>> {
    let mut nodes = Vec::new();
    let parts = parts(source).map_err(|failure| moved(failure, places))?;
    let single = parts.len() == 1;
    for part in parts {
        let Some(node) = part_node(source, part, places, by)? else { continue };
        if single && is_list(&node) {
            let items = node.get("items").map(|items| items.items().to_vec());
            nodes.extend(items.unwrap_or_default());
            continue;
        }
        nodes.push(node);
    }
    Ok(nodes)
}

fn part_node(source: &Source, part: Span, places: &dyn Places, by: By) -> BuildResult<Option<Node>> {
    let node = tree_node(source, part, places, ScalarRules::Manifest, by)?;
    Ok(node.filter(|node| !node.is_null()))
}

fn is_list(node: &Node) -> bool {
    matches!(node.get("kind").map(Node::value), Some("List" | "ResourceList"))
        && (node.get("items").is_some() || node.get("functionConfig").is_some())
}

/// The one document of a kustomization or of what configures a part of it.
///
/// # Errors
/// Where it cannot be read.
pub fn configuration(source: &Source, places: &dyn Places) -> BuildResult<Option<Node>> {
    let whole = Span::new(source.id, 0, source.text.len());
    tree_node(source, whole, places, ScalarRules::Configuration, By::Transformer)
}

fn tree_node(
    source: &Source,
    part: Span,
    places: &dyn Places,
    rules: ScalarRules,
    by: By,
) -> BuildResult<Option<Node>> {
    if source.slice(part).trim().is_empty() {
        return Ok(None);
    }
    let limits = Limits { depth: DEPTH };
    let tree = yaml::read_part(source, part, &limits);
    let tree = tree.or_else(|error| at(places.place(error.span), error.message))?;
    let end = if source.slice(part).ends_with(['\n', '\r']) { u32::MAX } else { part.end };
    Ok(Some(Converter { source, places, rules, by, end }.node(tree.root())?))
}

fn moved(failure: Failure, places: &dyn Places) -> Failure {
    Failure { span: failure.span.map(|span| places.place(span)), ..failure }
}

/// Cuts a text at lines that begin with `---`, as kyaml does: such a line at the very beginning is part of the first
/// document, and a line that ends one separator does not begin the next.
fn parts(source: &Source) -> BuildResult<Vec<Span>> {
    let (text, mut parts, mut start, mut from) = (&*source.text, Vec::new(), 0, 0);
    while let Some(found) = text[from..].find("\n---") {
        let at = from + found;
        let Some(length) = text[at + 1..].find('\n') else { break };
        let (line, end) = (&text[at + 4..at + 1 + length], at + 1 + length + 1);
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            let span = Span::new(source.id, at + 1, end - 1);
            return self::at(span, "only a comment may follow `---`");
        }
        parts.push(Span::new(source.id, start, at + 1));
        (start, from) = (end, end);
    }
    parts.push(Span::new(source.id, start, text.len()));
    Ok(parts)
}

struct Converter<'a> {
    source: &'a Source,
    places: &'a dyn Places,
    rules: ScalarRules,
    by: By,
    /// Where the text ends, if that is within a line.
    end: u32,
}

impl Converter<'_> {
    fn node(&self, node: yaml::Node<'_>) -> BuildResult<Node> {
        let origin = Origin::new(self.places.place(node.span()), self.by);
        let data = match node.kind() {
            Kind::Sequence => Data::Sequence(node.items().map(|item| self.node(item)).collect::<BuildResult<_>>()?),
            Kind::Mapping => Data::Mapping(self.entries(node)?.into()),
            _ => Data::Scalar(self.scalar(node)),
        };
        Ok(Node { data, origin })
    }

    fn entries(&self, node: yaml::Node<'_>) -> BuildResult<Vec<Entry>> {
        let mut entries = Vec::with_capacity(node.len());
        for entry in node.all_entries() {
            let dropped = match (self.rules, entry.merged) {
                // What is merged in counts only where the map itself does not have the key, wherever it has it.
                (ScalarRules::Manifest, true) => {
                    let own = |other: yaml::Entry<'_>| !other.merged && other.name == entry.name;
                    entry.state == EntryState::Overruled || node.all_entries().any(own)
                }
                (ScalarRules::Manifest, false) => false,
                (ScalarRules::Configuration, _) => entry.state == EntryState::Overruled,
            };
            if dropped {
                continue;
            }
            if entry.key.is_mapping() || entry.key.is_sequence() {
                return at(self.places.place(entry.key.span()), "a key must be a scalar");
            }
            let key = match self.rules {
                ScalarRules::Manifest => self.scalar(entry.key),
                ScalarRules::Configuration => Scalar::new(entry.name, Tag::Str),
            };
            let at = self.places.place(entry.key.span());
            entries.push(Entry { key, at, value: self.node(entry.value)? });
        }
        Ok(entries)
    }

    /// A text without the final newline, where it is a block that ends with a line that has none: the server's reader puts
    /// one there, kustomize does not.
    fn to_the_end<'n>(&self, node: yaml::Node<'_>, text: &'n str) -> &'n str {
        let is_block = matches!(node.style(), yaml::Style::Literal | yaml::Style::Folded);
        let body = text.strip_suffix('\n').filter(|_| is_block && node.span().end == self.end);
        body.unwrap_or(text)
    }

    fn scalar(&self, node: yaml::Node<'_>) -> Scalar {
        let plain = node.style() == yaml::Style::Plain;
        let text: Arc<str> = match node.kind() {
            Kind::String(text) => self.to_the_end(node, text).into(),
            Kind::Bool(b) if self.rules == ScalarRules::Configuration => if b { "true" } else { "false" }.into(),
            _ => node.raw().trim_matches(['"', '\'']).into(),
        };
        let explicit = explicit_tag(self.source, node.span().start);
        // A tag that someone wrote is written again, so that quotes do not matter. Nothing at all within `{}` or `[]` is
        // written as an empty string.
        let nothing = text.is_empty() && node.parent().is_some_and(|parent| parent.style() == yaml::Style::Flow);
        let quoted = explicit.is_none() && (!plain || nothing);
        let style = match quoted {
            true if node.style() == yaml::Style::Folded => Style::Folded,
            true => Style::Quoted,
            false => Style::Plain,
        };
        let tag = match (self.rules, explicit) {
            // The parser has taken base64 off.
            (ScalarRules::Manifest, Some(Tag::Binary)) => Tag::Str,
            (ScalarRules::Manifest, Some(tag)) => tag,
            (ScalarRules::Manifest, None) if plain => tag_of(&text),
            (ScalarRules::Manifest, None) => Tag::Str,
            (ScalarRules::Configuration, _) => match node.kind() {
                Kind::Null => Tag::Null,
                Kind::Bool(_) => Tag::Bool,
                Kind::Int(_) | Kind::UInt(_) => Tag::Int,
                Kind::Float(_) => Tag::Float,
                _ => Tag::Str,
            },
        };
        Scalar { text, tag, style, shared: 0 }
    }
}

/// The tag that stands before a scalar on its line.
fn explicit_tag(source: &Source, start: u32) -> Option<Tag> {
    let before = source.text.get(..start as usize)?;
    let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    // An anchor may stand between.
    let tag = line.split_ascii_whitespace().rev().find(|word| !word.starts_with('&'))?;
    if line.ends_with(|c: char| !c.is_ascii_whitespace()) || !tag.starts_with('!') {
        return None;
    }
    Some(match tag {
        "!!str" | "!" => Tag::Str,
        "!!int" => Tag::Int,
        "!!float" => Tag::Float,
        "!!bool" => Tag::Bool,
        "!!null" => Tag::Null,
        "!!binary" => Tag::Binary,
        "!!timestamp" => Tag::Timestamp,
        _ => Tag::Other,
    })
}
