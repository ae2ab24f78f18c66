//! Rendered objects as trees.
//!
//! In: a [`Value`], and the run's number for each source that its origins point into. Out: a built [`Tree`], which everything
//! that checks objects reads like one that was written.

use std::sync::Arc;

use super::origin::{By, Origin};
use super::value::{Data, Entry, Value};
use crate::source::{SourceId, Span};
use crate::yaml::built::{Maker, Written};
use crate::yaml::{Kind, NodeId, Tree};

/// The tree of an object. `ids` has the run's number of each source of the renderer; the tree belongs to `source`.
pub fn tree(object: &Value, ids: &[SourceId], source: SourceId, written: &Arc<Written>) -> Tree {
    let mut writer = Writer { maker: Maker::new(source, written.clone()), ids };
    let root = writer.value(object);
    writer.maker.finish(root)
}

struct Writer<'i> {
    maker: Maker,
    ids: &'i [SourceId],
}

impl Writer<'_> {
    fn value(&mut self, value: &Value) -> NodeId {
        let origin = self.origin(&value.origin);
        match &value.data {
            Data::Null => self.maker.node(Kind::Null, &origin),
            Data::Bool(b) => self.maker.node(Kind::Bool(*b), &origin),
            Data::Number(number) => self.maker.node(kind_of(number), &origin),
            Data::String(text) => self.maker.node(Kind::String(text), &origin),
            Data::List(items) => {
                let list = self.maker.node(Kind::Sequence, &origin);
                let items: Vec<_> = items.iter().map(|item| self.value(item)).collect();
                self.maker.fill_list(list, &items);
                list
            }
            Data::Map(entries) => {
                let map = self.maker.node(Kind::Mapping, &origin);
                let entries: Vec<_> = entries.iter().map(|entry| self.entry(entry)).collect();
                self.maker.fill_map(map, &entries);
                map
            }
        }
    }

    fn entry(&mut self, entry: &Entry) -> (NodeId, NodeId) {
        let by = match entry.value.origin.by {
            // A template is not edited for what stands in it.
            By::Values | By::Template => By::Template,
            own if entry.at.source == entry.value.origin.span.source => own,
            _ => By::Resource,
        };
        let key = self.origin(&Origin::new(entry.at, by));
        let key = self.maker.node(Kind::String(&entry.key), &key);
        (key, self.value(&entry.value))
    }

    fn origin(&self, origin: &Origin) -> Origin {
        let others = origin.others.as_deref();
        let others = others.map(|others| others.iter().map(|&(span, by)| (self.span(span), by)).collect());
        Origin { span: self.span(origin.span), by: origin.by, others }
    }

    fn span(&self, span: Span) -> Span {
        Span { source: self.ids.get(span.source.0 as usize).copied().unwrap_or_default(), ..span }
    }
}

/// A number as the server's reader resolves it.
fn kind_of(number: &serde_json::Number) -> Kind<'static> {
    match (number.as_i64(), number.as_u64()) {
        (Some(int), _) => Kind::Int(int),
        (None, Some(int)) => Kind::UInt(int),
        (None, None) => Kind::Float(number.as_f64().unwrap_or_default()),
    }
}
