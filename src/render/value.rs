//! A rendered object: JSON's kinds of values, each with its origin.
//!
//! In: nothing. Out: [`Value`], which renderers make and the output writes.

use std::sync::Arc;

use super::origin::Origin;
use crate::source::Span;

/// One value and where it comes from.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// Where it comes from; for a collection the place where its first version was written.
    pub origin: Origin,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Data {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A string.
    String(Arc<str>),
    /// A list.
    List(Vec<Value>),
    /// A map, its keys sorted and each once.
    Map(Vec<Entry>),
}

/// One entry of a map.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Where the key was written; for one that nobody wrote, where its value was.
    pub at: Span,
    /// The value.
    pub value: Value,
}

impl Value {
    /// The value of a key, where it is a map.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match &self.data {
            Data::Map(entries) => entries.iter().find(|entry| &*entry.key == key).map(|entry| &entry.value),
            _ => None,
        }
    }

    /// The string, where it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// The same as plain JSON.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.data {
            Data::Null => serde_json::Value::Null,
            Data::Bool(b) => (*b).into(),
            Data::Number(number) => serde_json::Value::Number(number.clone()),
            Data::String(text) => serde_json::Value::String(text.to_string()),
            Data::List(items) => items.iter().map(Value::to_json).collect(),
            Data::Map(entries) => {
                let entries = entries.iter().map(|entry| (entry.key.to_string(), entry.value.to_json()));
                serde_json::Value::Object(entries.collect())
            }
        }
    }
}
