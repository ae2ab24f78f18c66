//! Where the server keeps what a version says.
//!
//! In: the versions of a definition. Out: for each of schema, subresources, printer columns and selectable fields whether
//! all versions say the same: then the server checks it once, at the top of the spec. Mirrors
//! `Convert_v1_CustomResourceDefinitionSpec_To_apiextensions_CustomResourceDefinitionSpec`.

use crate::yaml::{Kind, Node};

/// A part of a version that may move to the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// `schema`, at the top `validation`.
    Schema,
    /// `subresources`.
    Subresources,
    /// `additionalPrinterColumns`.
    Columns,
    /// `selectableFields`.
    Selectable,
}

impl Part {
    /// The field in a version.
    pub fn field(self) -> &'static str {
        match self {
            Part::Schema => "schema",
            Part::Subresources => "subresources",
            Part::Columns => "additionalPrinterColumns",
            Part::Selectable => "selectableFields",
        }
    }

    fn top(self) -> &'static str {
        if self == Part::Schema { "validation" } else { self.field() }
    }

    /// The part as each version that the server checks it in says it, with its path: once if all say the same.
    pub fn checked<'t>(self, versions: &[Node<'t>]) -> Vec<Checked<'t>> {
        let of = |version: Node<'t>| version.get(self.field());
        let Some((first, rest)) = versions.split_first() else { return Vec::new() };
        let value = |index: Option<usize>, version: Node<'t>| {
            let path = match index {
                Some(index) => format!("spec.versions[{index}].{}", self.field()),
                None => format!("spec.{}", self.top()),
            };
            of(version).map(|node| Checked { node, version: index, path })
        };
        if rest.iter().all(|other| same_or_empty(of(*first), of(*other))) {
            return value(None, *first).into_iter().collect();
        }
        versions.iter().enumerate().filter_map(|(index, version)| value(Some(index), *version)).collect()
    }
}

/// A part of a definition and where the server sees it.
#[derive(Debug, Clone)]
pub(super) struct Checked<'t> {
    /// The part.
    pub node: Node<'t>,
    /// The version it belongs to; nothing for all.
    pub version: Option<usize>,
    /// The server's path.
    pub path: String,
}

fn same_or_empty(a: Option<Node<'_>>, b: Option<Node<'_>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same(a, b),
        (None, None) => true,
        (Some(one), None) | (None, Some(one)) => one.is_sequence() && one.is_empty(),
    }
}

/// Whether two nodes say the same: null is as good as absent, the order of keys does not count.
fn same(a: Node<'_>, b: Node<'_>) -> bool {
    let mut pairs = vec![(a, b)];
    while let Some((a, b)) = pairs.pop() {
        let equal = match (a.kind(), b.kind()) {
            (Kind::Mapping, Kind::Mapping) => entries(a, b, &mut pairs) && count(a) == count(b),
            (Kind::Sequence, Kind::Sequence) => {
                pairs.extend(a.items().zip(b.items()));
                a.len() == b.len()
            }
            (a, b) => a == b,
        };
        if !equal {
            return false;
        }
    }
    true
}

fn count(node: Node<'_>) -> usize {
    node.entries().filter(|entry| !entry.value.is_null()).count()
}

/// Queues the values of `a` with those of `b`; false where `b` lacks one.
fn entries<'t>(a: Node<'t>, b: Node<'t>, pairs: &mut Vec<(Node<'t>, Node<'t>)>) -> bool {
    a.entries().filter(|entry| !entry.value.is_null()).all(|entry| {
        let other = b.get(entry.name);
        pairs.extend(other.map(|other| (entry.value, other)));
        other.is_some()
    })
}
