//! Which objects a selector means.
//!
//! In: a selector. Out: the objects: by anchored regular expressions over group, version, kind, name and namespace, and by
//! label selectors.

use std::sync::Arc;

use regex::Regex;

use super::decode::Text;
use super::failure::{BuildResult, at};
use super::pattern::Pattern;
use super::resource::{Id, Resource};
use super::settings::Selector;

/// A selector, compiled.
pub struct Patterns {
    group: Option<Pattern>,
    version: Option<Pattern>,
    kind: Option<Pattern>,
    name: Option<Pattern>,
    namespace: Option<Pattern>,
}

impl Patterns {
    /// Compiles a selector.
    ///
    /// # Errors
    /// At a part that is no regular expression.
    pub fn new(selector: &Selector) -> BuildResult<Self> {
        Ok(Self {
            group: pattern(&selector.group)?,
            version: pattern(&selector.version)?,
            kind: pattern(&selector.kind)?,
            name: pattern(&selector.name)?,
            namespace: pattern(&selector.namespace)?,
        })
    }

    /// Whether group, version and kind are meant.
    pub fn kind(&self, id: &Id) -> bool {
        fits(&self.group, id.group()) && fits(&self.version, id.version()) && fits(&self.kind, &id.kind)
    }

    /// Whether a name is meant.
    pub fn name(&self, name: &str) -> bool {
        fits(&self.name, name)
    }

    /// Whether a namespace is meant.
    pub fn namespace(&self, namespace: &str) -> bool {
        fits(&self.namespace, namespace)
    }
}

fn fits(pattern: &Option<Pattern>, text: &str) -> bool {
    pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
}

fn pattern(text: &Option<Text>) -> BuildResult<Option<Pattern>> {
    let Some(text) = text else { return Ok(None) };
    Pattern::new(&text.text).map(Some).or_else(|error| at(text.span, format!("`{}`: {error}", text.text)))
}

/// Compiles a regular expression of Go's kind.
///
/// # Errors
/// Why it is none.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    crate::openapi::goregex::compile(pattern)
}

/// The objects that a patch's target means.
///
/// # Errors
/// At a part of it that cannot be read.
pub fn select(resources: &[Resource], selector: &Selector) -> BuildResult<Vec<usize>> {
    let patterns = Patterns::new(selector)?;
    let labels = Requirements::new(&selector.labels)?;
    let annotations = Requirements::new(&selector.annotations)?;
    let mut found = Vec::new();
    for (index, resource) in resources.iter().enumerate() {
        let (now, first) = (resource.id(), resource.original_id());
        let meant = (patterns.namespace(first.effective_namespace()) || patterns.namespace(now.effective_namespace()))
            && (patterns.name(&first.name) || patterns.name(&now.name))
            && patterns.kind(&now);
        if meant && labels.fit(resource, "labels") && annotations.fit(resource, "annotations") {
            found.push(index);
        }
    }
    Ok(found)
}

/// A label selector.
pub struct Requirements(Vec<Requirement>);

struct Requirement {
    key: String,
    test: Test,
}

enum Test {
    Exists,
    Absent,
    In(Vec<String>),
    NotIn(Vec<String>),
    Greater(i64),
    Less(i64),
}

impl Requirements {
    /// Reads it; nothing means everything.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn new(text: &Option<Text>) -> BuildResult<Self> {
        let Some(text) = text else { return Ok(Self(Vec::new())) };
        match parse(text) {
            Some(requirements) => Ok(Self(requirements)),
            None => at(text.span, format!("`{}` is not a label selector", text.text)),
        }
    }

    /// Whether an object's labels (or annotations) fit.
    pub fn fit(&self, resource: &Resource, field: &str) -> bool {
        self.0.is_empty() || {
            let given = resource.strings(field);
            self.0.iter().all(|requirement| requirement.fits(&given))
        }
    }
}

impl Requirement {
    fn fits(&self, given: &[(Arc<str>, Arc<str>)]) -> bool {
        let value = given.iter().find(|(key, _)| **key == *self.key).map(|(_, value)| &**value);
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match &self.test {
            Test::Exists => value.is_some(),
            Test::Absent => value.is_none(),
            Test::In(values) => value.is_some_and(|value| values.iter().any(|wanted| wanted == value)),
            Test::NotIn(values) => value.is_none_or(|value| values.iter().all(|wanted| wanted != value)),
            Test::Greater(than) => number().is_some_and(|number| number > *than),
            Test::Less(than) => number().is_some_and(|number| number < *than),
        }
    }
}

/// `a=b, c in (d, e), !f` as apimachinery reads it.
fn parse(text: &str) -> Option<Vec<Requirement>> {
    let (mut rest, mut found) = (text.trim(), Vec::new());
    while !rest.is_empty() {
        let (requirement, behind) = requirement(rest)?;
        found.push(requirement);
        rest = behind.trim_start();
        match rest.strip_prefix(',') {
            Some(behind) if !behind.trim().is_empty() => rest = behind.trim_start(),
            Some(_) => return None,
            None if rest.is_empty() => {}
            None => return None,
        }
    }
    Some(found)
}

fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '=' | '!' | '(' | ')' | ',' | '<' | '>'));
    text.split_at(end.unwrap_or(text.len()))
}

fn requirement(text: &str) -> Option<(Requirement, &str)> {
    if let Some(rest) = text.strip_prefix('!') {
        let (key, rest) = word(rest);
        return is_key(key).then(|| (Requirement { key: key.to_owned(), test: Test::Absent }, rest));
    }
    let (key, rest) = word(text);
    if !is_key(key) {
        return None;
    }
    let key = key.to_owned();
    let rest = rest.trim_start();
    for sign in ["==", "=", "!=", ">", "<"] {
        let Some(behind) = rest.strip_prefix(sign) else { continue };
        let (value, behind) = word(behind);
        if !is_value(value) {
            return None;
        }
        let test = match sign {
            "!=" => Test::NotIn(vec![value.to_owned()]),
            ">" => Test::Greater(value.parse().ok()?),
            "<" => Test::Less(value.parse().ok()?),
            _ => Test::In(vec![value.to_owned()]),
        };
        return Some((Requirement { key, test }, behind));
    }
    let (operator, behind) = word(rest);
    let make: fn(Vec<String>) -> Test = match operator {
        "in" => Test::In,
        "notin" => Test::NotIn,
        "" => return Some((Requirement { key, test: Test::Exists }, rest)),
        _ => return None,
    };
    let (inside, behind) = behind.trim_start().strip_prefix('(')?.split_once(')')?;
    let values: Vec<String> = inside.split(',').map(|value| value.trim().to_owned()).collect();
    values.iter().all(|value| is_value(value)).then(|| (Requirement { key, test: make(values) }, behind))
}

fn is_key(key: &str) -> bool {
    let (prefix, name) = key.rsplit_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    let domain = |prefix: &str| {
        !prefix.is_empty()
            && prefix.split('.').all(|part| {
                let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                !part.is_empty() && !part.starts_with('-') && !part.ends_with('-') && part.chars().all(fits)
            })
    };
    !name.is_empty() && is_value(name) && prefix.is_none_or(domain)
}

fn is_value(value: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    value.len() <= 63
        && edge(value.chars().next())
        && edge(value.chars().last())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}
