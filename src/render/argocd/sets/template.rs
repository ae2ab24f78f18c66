//! Templates of ApplicationSets.
//!
//! In: values with placeholders, parameters. Out: the values filled in. Without `goTemplate` a placeholder is a name between
//! `{{` and `}}`, and an unknown one stays as it is; with it, texts are Go templates.

use super::failed;
use crate::render::Problem;
use crate::render::origin::{By, Origin};
use crate::render::value::{Data, Entry, Value};
use crate::source::SourceMap;

/// The templates of one ApplicationSet.
pub struct Templates {
    /// Whether they are Go templates.
    pub go: bool,
    /// All files that values come from.
    pub sources: SourceMap,
}

impl Templates {
    /// As the spec of an ApplicationSet says.
    pub fn new(spec: &Value, sources: SourceMap) -> Self {
        Self { go: spec.is_set("goTemplate"), sources }
    }

    /// Fills in a text.
    ///
    /// # Errors
    /// Where it is no template, or asks for too much.
    pub fn fill(&mut self, value: &Value, parameters: &Value) -> Result<Value, Problem> {
        let Some(text) = value.as_str().filter(|text| text.contains("{{")) else { return Ok(value.clone()) };
        if self.go {
            return Err(failed(value.span(), "Go templates are not rendered"));
        }
        fast(value, text, parameters)
    }

    /// Fills in all texts in a value, keys included.
    ///
    /// # Errors
    /// As for a text.
    pub fn fill_all(&mut self, value: &Value, parameters: &Value) -> Result<Value, Problem> {
        let data = match &value.data {
            Data::String(_) => return self.fill(value, parameters),
            Data::List(items) => {
                Data::List(items.iter().map(|item| self.fill_all(item, parameters)).collect::<Result<_, _>>()?)
            }
            Data::Map(entries) => {
                let mut filled = Vec::with_capacity(entries.len());
                for entry in entries {
                    filled.push(self.entry(entry, parameters)?);
                }
                filled.sort_by(|a: &Entry, b| a.key.cmp(&b.key));
                filled.dedup_by(|b, a| a.key == b.key);
                Data::Map(filled)
            }
            other => other.clone(),
        };
        Ok(Value { data, origin: value.origin.clone() })
    }

    fn entry(&mut self, entry: &Entry, parameters: &Value) -> Result<Entry, Problem> {
        let key = Value::string(entry.key.clone(), Origin::new(entry.at, By::Template));
        let key = self.fill(&key, parameters)?;
        let key = key.as_str().unwrap_or_default().into();
        Ok(Entry { key, at: entry.at, value: self.fill_all(&entry.value, parameters)? })
    }

    /// Fills in the texts of a generator, the second of a matrix. What its own parameters give `values` is filled in later.
    ///
    /// # Errors
    /// As for a text.
    pub fn fill_generator(&mut self, block: &Value, parameters: &Value) -> Result<Value, Problem> {
        let mut rest = block.clone();
        let (values, template) = (rest.remove("values"), rest.remove("template"));
        let mut filled = self.fill_all(&rest, parameters)?;
        if let Some(values) = values {
            filled.set("values", self.early(values, parameters)?);
        }
        if let Some(template) = template {
            filled.set("template", template);
        }
        Ok(filled)
    }

    /// Those of `values` filled in whose parameters are all known; the others as they are.
    fn early(&mut self, values: Value, parameters: &Value) -> Result<Value, Problem> {
        let mut filled = values.clone();
        for entry in values.entries() {
            filled.set(&entry.key, self.fill(&entry.value, parameters)?);
        }
        Ok(filled)
    }
}

/// A text of the old language.
fn fast(value: &Value, text: &str, parameters: &Value) -> Result<Value, Problem> {
    // Only a line that has both marks makes a text a template.
    let is_template = text.lines().any(|line| line.find("{{").is_some_and(|at| line[at + 2..].contains("}}")));
    if !is_template {
        return Ok(value.clone());
    }
    let (mut out, mut rest, mut origin) = (String::with_capacity(text.len()), text, None::<Origin>);
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((tag, behind)) = after.split_once("}}") else {
            return Err(failed(value.span(), "a `{{` has no `}}`"));
        };
        out.push_str(before);
        match parameters.get(tag.trim()).filter(|found| found.as_str().is_some() && !tag.trim().is_empty()) {
            Some(found) => {
                out.push_str(found.as_str().unwrap_or_default());
                origin = Some(origin.map_or_else(|| found.origin.clone(), |origin| origin.and_all(&found.origin)));
            }
            None => {
                out.push_str("{{");
                out.push_str(tag);
                out.push_str("}}");
            }
        }
        rest = behind;
    }
    out.push_str(rest);
    let origin = origin.map_or_else(|| value.origin.clone(), |origin| filled_in(origin, &value.origin));
    Ok(Value::string(out, origin))
}

/// The origin of a text that parameters went into: theirs, and the template's.
fn filled_in(parameters: Origin, template: &Origin) -> Origin {
    Origin { by: By::Values, ..parameters }.and(template.span, By::Template)
}
