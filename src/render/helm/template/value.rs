//! Values as Go's templates know them.
//!
//! In: what values files, constants and functions give. Out: [`Value`]: integers kept apart from floats, an absent value
//! from a nil one, lists and maps by their Go types, each scalar with where it comes from.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::mark::{Mark, Marks};
use super::object::Object;
use super::text::Text;

/// A value and where it comes from (a string carries that in its text).
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// Where it comes from.
    pub mark: Mark,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Data {
    /// No value at all: Go's zero `reflect.Value`.
    Absent,
    /// A nil interface: a key that is missing, or null.
    Nil,
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `int64`
    Int64(i64),
    /// `uint8`, a byte of a string
    Byte(u8),
    /// `uint64`
    Uint(u64),
    /// `float64`
    Float(f64),
    /// `string`
    String(Text),
    /// `[]uint8`
    Bytes(Text),
    /// A slice.
    List(List),
    /// A map; copies share their entries.
    Map(Map),
    /// `time.Time`: nanoseconds since 1970 and minutes east of UTC.
    Time(i128, i32),
    /// `time.Duration` in nanoseconds
    Duration(i64),
    /// A struct.
    Object(Rc<Object>),
}

/// What a slice holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// `[]interface {}`
    Any,
    /// `[]string`
    String,
    /// `[]int`
    Int,
    /// `[][]interface {}`
    Lists,
    /// `[]map[string]interface {}`
    Maps,
    /// `common.VersionSet`
    Versions,
}

/// A slice.
#[derive(Debug, Clone)]
pub struct List {
    /// What it holds.
    pub kind: ListKind,
    /// A nil slice prints and serialises otherwise than an empty one.
    pub nil: bool,
    /// Its items.
    pub items: Rc<Vec<Value>>,
}

/// What a map is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapKind {
    /// `map[string]interface {}`
    Any,
    /// `common.Values`
    Values,
    /// `map[string]string`
    String,
    /// `engine.files`
    Files,
}

/// One entry of a map.
#[derive(Debug, Clone)]
pub struct Slot {
    /// Where its key stands.
    pub key: Mark,
    /// Its value.
    pub value: Value,
}

/// Entries by key, in the order of their bytes.
pub type Entries = BTreeMap<Rc<str>, Slot>;

/// A map. Copies share the entries, as in Go.
#[derive(Debug, Clone)]
pub struct Map {
    /// What it is.
    pub kind: MapKind,
    /// A nil map serialises otherwise than an empty one.
    pub nil: bool,
    /// Its entries.
    pub entries: Rc<RefCell<Entries>>,
}

impl Map {
    /// A `map[string]interface {}`.
    pub fn new(entries: Entries) -> Self {
        Self { kind: MapKind::Any, nil: false, entries: Rc::new(RefCell::new(entries)) }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.entries.borrow().get(key).map(|slot| slot.value.clone())
    }

    /// Sets a key.
    pub fn set(&self, key: &str, value: Value) {
        let mut entries = self.entries.borrow_mut();
        match entries.get_mut(key) {
            Some(slot) => slot.value = value,
            None => {
                entries.insert(Rc::from(key), Slot { key: Mark::NONE, value });
            }
        }
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.borrow().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A copy of the entries, to go through while others may change the map.
    pub fn snapshot(&self) -> Entries {
        self.entries.borrow().clone()
    }

    /// The same entries as another type of map.
    pub fn as_kind(&self, kind: MapKind) -> Self {
        Self { kind, ..self.clone() }
    }
}

impl From<Data> for Value {
    fn from(data: Data) -> Self {
        Self { data, mark: Mark::NONE }
    }
}

impl Value {
    /// A nil interface.
    pub const NIL: Value = Value { data: Data::Nil, mark: Mark::NONE };
    /// No value.
    pub const ABSENT: Value = Value { data: Data::Absent, mark: Mark::NONE };

    /// A string of no known origin.
    pub fn string(text: impl AsRef<[u8]>) -> Self {
        Data::String(Text::plain(text)).into()
    }

    /// A string.
    pub fn text(text: Text) -> Self {
        Data::String(text).into()
    }

    /// A `bool`.
    pub fn bool(value: bool) -> Self {
        Data::Bool(value).into()
    }

    /// A `[]interface {}`.
    pub fn list(items: Vec<Value>) -> Self {
        Self::list_of(ListKind::Any, items)
    }

    /// A slice.
    pub fn list_of(kind: ListKind, items: Vec<Value>) -> Self {
        Data::List(List { kind, nil: false, items: Rc::new(items) }).into()
    }

    /// A nil slice.
    pub fn nil_list(kind: ListKind) -> Self {
        Data::List(List { kind, nil: true, items: Rc::default() }).into()
    }

    /// A nil map.
    pub fn nil_map(kind: MapKind) -> Self {
        Data::Map(Map { kind, nil: true, ..Map::new(Entries::new()) }).into()
    }

    /// A `map[string]interface {}`.
    pub fn map(entries: Entries) -> Self {
        Data::Map(Map::new(entries)).into()
    }

    /// Whether it is nil or absent.
    pub fn is_nil(&self) -> bool {
        matches!(self.data, Data::Nil | Data::Absent)
    }

    /// The text, where it is a string.
    pub fn as_text(&self) -> Option<&Text> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// How many values it holds; beyond a million it counts as endless, as does one that holds itself.
    pub fn size(&self) -> usize {
        const MOST: usize = 1_000_000;
        let (mut open, mut count) = (vec![self.clone()], 0);
        while let Some(value) = open.pop() {
            count += 1;
            if count + open.len() > MOST {
                return usize::MAX;
            }
            match &value.data {
                Data::List(list) => open.extend(list.items.iter().cloned()),
                Data::Map(map) => open.extend(map.entries.borrow().values().map(|slot| slot.value.clone())),
                _ => {}
            }
        }
        count
    }

    /// The map, where it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.data {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, where it is one.
    pub fn as_list(&self) -> Option<&List> {
        match &self.data {
            Data::List(list) => Some(list),
            _ => None,
        }
    }

    /// Everything that is known of where a scalar comes from; of a collection nothing.
    pub fn origin(&self, marks: &mut Marks) -> Mark {
        match &self.data {
            Data::String(text) | Data::Bytes(text) => text.mark(marks),
            _ => self.mark,
        }
    }

    /// The same value, of that origin unless it knows one.
    pub fn or_mark(mut self, mark: Mark) -> Self {
        match &self.data {
            Data::String(text) if text.is_unmarked() && !mark.is_none() => {
                self.data = Data::String(text.marked(mark));
            }
            Data::String(_) | Data::Bytes(_) | Data::List(_) | Data::Map(_) | Data::Nil | Data::Absent => {}
            _ if self.mark.is_none() => self.mark = mark,
            _ => {}
        }
        self
    }

    /// The name of its Go type, as `%T` prints it.
    pub fn type_name(&self) -> &'static str {
        match &self.data {
            Data::Absent | Data::Nil => "interface {}",
            Data::Bool(_) => "bool",
            Data::Int(_) => "int",
            Data::Int64(_) => "int64",
            Data::Byte(_) => "uint8",
            Data::Uint(_) => "uint64",
            Data::Float(_) => "float64",
            Data::String(_) => "string",
            Data::List(list) => match list.kind {
                ListKind::Any => "[]interface {}",
                ListKind::String => "[]string",
                ListKind::Int => "[]int",
                ListKind::Lists => "[][]interface {}",
                ListKind::Maps => "[]map[string]interface {}",
                ListKind::Versions => "common.VersionSet",
            },
            Data::Bytes(_) => "[]uint8",
            Data::Map(map) => match map.kind {
                MapKind::Any => "map[string]interface {}",
                MapKind::Values => "common.Values",
                MapKind::String => "map[string]string",
                MapKind::Files => "engine.files",
            },
            Data::Time(..) => "time.Time",
            Data::Duration(_) => "time.Duration",
            Data::Object(object) => object.type_name(),
        }
    }

    /// The name of its Go kind, as `kindOf` gives it.
    pub fn kind_name(&self) -> &'static str {
        match &self.data {
            Data::Absent | Data::Nil => "invalid",
            Data::List(_) | Data::Bytes(_) => "slice",
            Data::Map(_) => "map",
            Data::Time(..) => "struct",
            Data::Duration(_) => "int64",
            Data::Object(object) if object.is_pointer() => "ptr",
            Data::Object(_) => "struct",
            _ => self.type_name(),
        }
    }

    /// What `if` makes of it.
    pub fn truth(&self) -> bool {
        match &self.data {
            Data::Absent | Data::Nil => false,
            Data::Bool(value) => *value,
            Data::Int(i) | Data::Int64(i) | Data::Duration(i) => *i != 0,
            Data::Byte(b) => *b != 0,
            Data::Uint(u) => *u != 0,
            Data::Float(f) => *f != 0.0,
            Data::String(text) | Data::Bytes(text) => !text.is_empty(),
            Data::List(list) => !list.items.is_empty(),
            Data::Map(map) => !map.is_empty(),
            Data::Time(..) | Data::Object(_) => true,
        }
    }

    /// Go's `reflect.DeepEqual`.
    pub fn deep_equal(&self, other: &Value) -> bool {
        match (&self.data, &other.data) {
            (Data::Absent | Data::Nil, Data::Absent | Data::Nil) => true,
            (Data::Bool(a), Data::Bool(b)) => a == b,
            (Data::Int(a), Data::Int(b))
            | (Data::Int64(a), Data::Int64(b))
            | (Data::Duration(a), Data::Duration(b)) => a == b,
            (Data::Byte(a), Data::Byte(b)) => a == b,
            (Data::Uint(a), Data::Uint(b)) => a == b,
            (Data::Float(a), Data::Float(b)) => a == b,
            (Data::String(a), Data::String(b)) | (Data::Bytes(a), Data::Bytes(b)) => a == b,
            (Data::Time(a, _), Data::Time(b, _)) => a == b,
            (Data::List(a), Data::List(b)) => {
                a.kind == b.kind
                    && a.nil == b.nil
                    && a.items.len() == b.items.len()
                    && a.items.iter().zip(b.items.iter()).all(|(a, b)| a.deep_equal(b))
            }
            (Data::Map(a), Data::Map(b)) => {
                if a.kind != b.kind || a.nil != b.nil {
                    return false;
                }
                if Rc::ptr_eq(&a.entries, &b.entries) {
                    return true;
                }
                let (a, b) = (a.entries.borrow(), b.entries.borrow());
                a.len() == b.len()
                    && a.iter().zip(b.iter()).all(|((ka, a), (kb, b))| ka == kb && a.value.deep_equal(&b.value))
            }
            (Data::Object(a), Data::Object(b)) => Rc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }
}
