//! Selectors of generators.
//!
//! In: requirements, flat parameters. Out: whether a set of parameters is selected. Unlike the API server's selectors, these
//! take any value.

use std::collections::BTreeMap;

/// What a requirement asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operator {
    /// One of the values is there.
    In,
    /// None of them is.
    NotIn,
    /// The key is there.
    Exists,
    /// It is not.
    DoesNotExist,
}

/// One requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The parameter.
    pub key: String,
    /// What is asked.
    pub operator: Operator,
    /// Of which values.
    pub values: Vec<String>,
}

impl Requirement {
    /// An entry of `matchExpressions`.
    ///
    /// # Errors
    /// A message, where Argo CD refuses it.
    pub fn new(key: &str, operator: &str, values: Vec<String>) -> Result<Self, String> {
        let operator = match operator {
            "In" => Operator::In,
            "NotIn" => Operator::NotIn,
            "Exists" => Operator::Exists,
            "DoesNotExist" => Operator::DoesNotExist,
            other => return Err(format!("`{other}` is not an operator of selectors")),
        };
        if !is_qualified(key) {
            return Err(format!("`{key}` is not a valid key of a selector"));
        }
        match (&operator, values.is_empty()) {
            (Operator::In | Operator::NotIn, true) => Err("`In` and `NotIn` need values".to_owned()),
            (Operator::Exists | Operator::DoesNotExist, false) => {
                Err("`Exists` and `DoesNotExist` take no values".to_owned())
            }
            _ => Ok(Self { key: key.to_owned(), operator, values }),
        }
    }

    /// Whether parameters meet it.
    pub fn holds(&self, parameters: &BTreeMap<String, String>) -> bool {
        let value = parameters.get(&self.key);
        match self.operator {
            Operator::In => value.is_some_and(|value| self.values.contains(value)),
            Operator::NotIn => value.is_none_or(|value| !self.values.contains(value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }
}

/// A name of at most 63 characters, a DNS subdomain and `/` before it if need be.
fn is_qualified(key: &str) -> bool {
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let ends = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.ends_with(|c: char| c.is_ascii_alphanumeric())
    };
    let label =
        |part: &str| ends(part) && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let fine = prefix.is_none_or(|prefix| prefix.len() <= 253 && prefix.split('.').all(label));
    fine && !name.is_empty() && name.len() <= 63 && name.chars().all(inner) && ends(name)
}
