//! An object as YAML text that knows where it comes from.
//!
//! In: an object. Out: [`Written`], its text as Go's YAML library writes it; a text put together from parts of it and from
//! other texts; the object that such a text is read as, each value with its origin again.

use std::rc::Rc;
use std::sync::Arc;

use crate::render::helm::functions::{self, yaml_out};
use crate::render::helm::manifests;
use crate::render::helm::template::{self as go, Entries, Limits, Machine, Mark, Marks, Set, Slot, Text, TextBuilder};
use crate::render::origin::Origin;
use crate::render::value::{Data, Entry, Value};
use crate::source::{SourceId, Span};
use crate::yaml::{Kind, Node};

/// A text, and the origins of its pieces.
pub struct Written {
    text: Text,
    marks: Marks,
    /// By the numbers in the marks.
    origins: Vec<Origin>,
    /// How many of them are the object's own.
    own: usize,
    /// Where the object stands.
    span: Span,
}

/// Writes an object.
///
/// # Errors
/// Where YAML has no such value.
pub fn write(object: &Value) -> Result<Written, String> {
    let mut origins = Vec::new();
    let mut marks = Marks::default();
    let value = given(object, &mut origins, &mut marks);
    let mut machine = Machine::new(Set::default(), marks, functions::library(), Limits::default());
    let text = yaml_out::to_yaml(&mut machine, &value, yaml_out::Version::Two)?;
    let own = origins.len();
    Ok(Written { text, marks: machine.marks, origins, own, span: object.span() })
}

/// A mark that stands for a number of an origin.
fn number(origins: &mut Vec<Origin>, origin: Origin, marks: &mut Marks) -> Mark {
    let at = origins.len();
    origins.push(origin);
    marks.data(Span::new(SourceId(0), at, at))
}

fn given(value: &Value, origins: &mut Vec<Origin>, marks: &mut Marks) -> go::Value {
    let mark = number(origins, value.origin.clone(), marks);
    let data = match &value.data {
        Data::Null => go::Data::Nil,
        Data::Bool(b) => go::Data::Bool(*b),
        Data::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(int), _) => go::Data::Int64(int),
            (None, Some(uint)) => go::Data::Uint(uint),
            _ => go::Data::Float(number.as_f64().unwrap_or_default()),
        },
        Data::String(text) => return go::Value::text(Text::new(text.as_bytes(), mark)),
        Data::List(items) => return go::Value::list(items.iter().map(|item| given(item, origins, marks)).collect()),
        Data::Map(entries) => {
            let mut map = Entries::new();
            for entry in entries {
                let key = number(origins, Origin::new(entry.at, value.origin.by), marks);
                map.insert(Rc::from(&*entry.key), Slot { key, value: given(&entry.value, origins, marks) });
            }
            return go::Value::map(map);
        }
    };
    go::Value { data, mark }
}

impl Written {
    /// The text.
    pub fn text(&self) -> String {
        self.text.str().into_owned()
    }

    /// The place of what wrote a byte.
    pub fn place(&self, at: usize) -> Span {
        let pieces = self.text.pieces();
        let found = pieces.iter().find(|piece| piece.end as usize > at && !piece.mark.is_none());
        let number = found.and_then(|piece| self.marks.get(piece.mark).data.first());
        number.map_or(self.span, |number| self.origins[number.start as usize].span)
    }

    /// A new text of its parts.
    pub fn again(self) -> Again {
        Again { written: self, out: TextBuilder::default() }
    }
}

/// A text that is put together.
pub struct Again {
    written: Written,
    out: TextBuilder,
}

impl Again {
    /// Adds a part of the text.
    pub fn keep(&mut self, start: usize, end: usize) {
        self.out.slice(&self.written.text, start, end);
    }

    /// Adds another text in place of what stands at a byte.
    pub fn put(&mut self, text: &str, origin: Option<Origin>, at: usize) {
        let own = Origin { span: self.written.place(at), ..self.written.origins[0].clone() };
        let origin = origin.unwrap_or(own);
        let mark = number(&mut self.written.origins, origin, &mut self.written.marks);
        self.out.push(text, mark);
    }

    /// The object that the text is.
    ///
    /// # Errors
    /// Where it is none.
    pub fn read(mut self) -> Result<Value, String> {
        let text = std::mem::take(&mut self.out).finish();
        let tree = manifests::tree(&text).map_err(|(message, _)| message)?;
        if !tree.root().is_mapping() {
            return Err("it is not an object".to_owned());
        }
        Ok(Reader { text: &text, written: &self.written }.value(tree.root()))
    }
}

struct Reader<'r> {
    text: &'r Text,
    written: &'r Written,
}

impl Reader<'_> {
    fn value(&self, node: Node<'_>) -> Value {
        let data = match node.kind() {
            Kind::Null => Data::Null,
            Kind::Bool(b) => Data::Bool(b),
            Kind::Int(i) => Data::Number(i.into()),
            Kind::UInt(u) => Data::Number(u.into()),
            Kind::Float(f) => serde_json::Number::from_f64(f).map_or(Data::Null, Data::Number),
            Kind::String(text) => Data::String(Arc::from(text)),
            Kind::Sequence => Data::List(node.items().map(|item| self.value(item)).collect()),
            Kind::Mapping => {
                let one = |entry: crate::yaml::Entry<'_>| Entry {
                    key: entry.name.into(),
                    at: self.origin(entry.key).span,
                    value: self.value(entry.value),
                };
                let mut entries: Vec<Entry> = node.entries().map(one).collect();
                entries.sort_by(|a, b| a.key.cmp(&b.key));
                Data::Map(entries)
            }
        };
        Value { data, origin: self.origin(node) }
    }

    /// Where a node comes from: the variables in it first, then what stood there.
    fn origin(&self, node: Node<'_>) -> Origin {
        let span = node.span();
        let pieces = self.text.pieces();
        let first = pieces.partition_point(|piece| piece.end <= span.start);
        let under = pieces[first..]
            .iter()
            .enumerate()
            .take_while(|(index, _)| *index == 0 || pieces[first + index - 1].end < span.end.max(span.start + 1));
        let marks = under.filter(|(_, piece)| !piece.mark.is_none()).map(|(_, piece)| piece.mark);
        let numbers =
            marks.filter_map(|mark| self.written.marks.get(mark).data.first()).map(|number| number.start as usize);
        let most = if node.is_mapping() || node.is_sequence() { 1 } else { usize::MAX };
        let mut numbers: Vec<usize> = numbers.take(most).collect();
        numbers.sort_by_key(|number| *number < self.written.own);
        let mut found = numbers.into_iter().map(|number| &self.written.origins[number]);
        let Some(primary) = found.next().cloned() else {
            // Nothing is written for it: the place of its key.
            let key = node.entry().map(|entry| entry.key).filter(|key| *key != node);
            return key.map_or_else(|| self.written.origins[0].clone(), |key| self.origin(key));
        };
        found.fold(primary, |origin, other| origin.and_all(other))
    }
}
