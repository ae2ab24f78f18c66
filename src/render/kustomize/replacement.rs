//! The entries of `replacements`.
//!
//! In: an entry's tree. Out: what it says; a failure at what kustomize refuses.

use super::decode::{Text, Unknown, boolean, fields, integer, list, some_text, text, texts};
use super::failure::BuildResult;
use super::node::Node;
use super::settings::Selector;
use crate::source::Span;

/// Which part of a value is meant.
#[derive(Debug, Default, Clone)]
pub struct FieldOptions {
    /// What divides the parts.
    pub delimiter: Option<Text>,
    /// Which part.
    pub index: i64,
    /// Whether the field is made where it is absent.
    pub create: bool,
}

impl FieldOptions {
    fn read(node: Option<&Node>, unknown: Unknown) -> BuildResult<Self> {
        let Some(node) = node else { return Ok(Self::default()) };
        let [delimiter, index, _, create] = fields(node, ["delimiter", "index", "encoding", "create"], unknown)?;
        Ok(Self {
            delimiter: some_text(delimiter)?,
            index: index.map(integer).transpose()?.unwrap_or(0),
            create: boolean(create)?,
        })
    }
}

/// Where a replacement's value comes from.
#[derive(Debug, Clone)]
pub struct Source {
    /// The object, by exact names.
    pub selector: Selector,
    /// The field.
    pub path: Option<Text>,
    /// The part of it.
    pub options: FieldOptions,
}

/// Where a replacement's value goes.
#[derive(Debug, Clone)]
pub struct Target {
    /// The objects.
    pub select: Option<Selector>,
    /// Objects that are not meant.
    pub reject: Vec<Selector>,
    /// The fields.
    pub paths: Vec<Text>,
    /// The part of them.
    pub options: FieldOptions,
}

/// A replacement.
#[derive(Debug, Clone)]
pub struct Replacement {
    /// Where the value comes from.
    pub source: Option<Source>,
    /// The value itself.
    pub value: Option<Text>,
    /// Where it goes; `None` where the field is absent.
    pub targets: Option<Vec<Target>>,
    /// Where it stands.
    pub span: Span,
}

impl Replacement {
    /// Reads it.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read(node: &Node, unknown: Unknown) -> BuildResult<Self> {
        let [source, targets, value] = fields(node, ["source", "targets", "sourceValue"], unknown)?;
        Self::from_fields(source, targets, value, node.origin.span, unknown)
    }

    fn from_fields(
        source: Option<&Node>,
        targets: Option<&Node>,
        value: Option<&Node>,
        span: Span,
        unknown: Unknown,
    ) -> BuildResult<Self> {
        let target = |node: &Node| read_target(node, unknown);
        Ok(Self {
            source: source.map(|node| read_source(node, unknown)).transpose()?,
            value: value.map(text).transpose()?,
            targets: targets.map(|node| list(Some(node))?.iter().map(target).collect()).transpose()?,
            span,
        })
    }
}

fn read_source(node: &Node, unknown: Unknown) -> BuildResult<Source> {
    let names = ["group", "version", "kind", "name", "namespace", "fieldPath", "options"];
    let [group, version, kind, name, namespace, path, options] = fields(node, names, unknown)?;
    let selector = Selector {
        group: some_text(group)?,
        version: some_text(version)?,
        kind: some_text(kind)?,
        name: some_text(name)?,
        namespace: some_text(namespace)?,
        span: node.origin.span,
        ..Selector::default()
    };
    Ok(Source { selector, path: some_text(path)?, options: FieldOptions::read(options, unknown)? })
}

fn read_target(node: &Node, unknown: Unknown) -> BuildResult<Target> {
    let [select, reject, paths, options] = fields(node, ["select", "reject", "fieldPaths", "options"], unknown)?;
    Ok(Target {
        select: select.map(|node| Selector::read(node, unknown)).transpose()?,
        reject: list(reject)?.iter().map(|node| Selector::read(node, unknown)).collect::<BuildResult<_>>()?,
        paths: texts(paths)?,
        options: FieldOptions::read(options, unknown)?,
    })
}

/// An entry of `replacements`: a file of them, or one.
#[derive(Debug, Clone)]
pub struct ReplacementEntry {
    /// The file.
    pub path: Option<Text>,
    /// The one.
    pub inline: Replacement,
}

impl ReplacementEntry {
    /// Reads it as it stands in a kustomization.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read(node: &Node) -> BuildResult<Self> {
        Self::read_as(node, Unknown::Refused)
    }

    /// Reads it.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read_as(node: &Node, unknown: Unknown) -> BuildResult<Self> {
        let [path, source, targets, value] = fields(node, ["path", "source", "targets", "sourceValue"], unknown)?;
        // An empty list is lost on the way to the transformer.
        let targets = targets.filter(|targets| !targets.is_empty());
        let inline = Replacement::from_fields(source, targets, value, node.origin.span, unknown)?;
        Ok(Self { path: some_text(path)?, inline })
    }
}
