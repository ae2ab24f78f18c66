//! Templates of ApplicationSets.
//!
//! In: values with placeholders, parameters. Out: the values filled in. Without `goTemplate` a placeholder is a name between
//! `{{` and `}}`, and an unknown one stays as it is; with it, texts are Go templates.

use super::failed;
use crate::render::Problem;
use crate::render::gotemplate::{Engine, Filled, Parameters};
use crate::render::helm::template::MissingKey;
use crate::render::origin::{By, Origin};
use crate::render::value::{Data, Entry, Value};
use crate::source::SourceMap;

/// The templates of one ApplicationSet.
pub struct Templates<'t> {
    /// Whether they are Go templates.
    pub go: bool,
    /// All files that values come from.
    pub sources: SourceMap,
    engine: Option<&'t mut Engine>,
}

/// Parameters, made ready for a template.
struct Ready<'p> {
    value: &'p Value,
    go: Option<Parameters>,
}

impl<'t> Templates<'t> {
    /// Templates of names between braces.
    pub fn fast(sources: SourceMap) -> Self {
        Self { go: false, sources, engine: None }
    }

    /// Go templates.
    pub fn go(engine: &'t mut Engine, sources: SourceMap) -> Self {
        Self { go: true, sources, engine: Some(engine) }
    }

    fn ready<'p>(&mut self, parameters: &'p Value) -> Ready<'p> {
        Ready { value: parameters, go: self.engine.as_mut().map(|engine| engine.parameters(parameters)) }
    }

    /// Fills in a text.
    ///
    /// # Errors
    /// Where it is no template, or asks for too much.
    pub fn fill(&mut self, value: &Value, parameters: &Value) -> Result<Value, Problem> {
        let ready = self.ready(parameters);
        self.text(value, &ready)
    }

    fn text(&mut self, value: &Value, ready: &Ready<'_>) -> Result<Value, Problem> {
        let Some(text) = value.as_str().filter(|text| text.contains("{{")) else { return Ok(value.clone()) };
        match (&mut self.engine, &ready.go) {
            (Some(engine), Some(parameters)) => {
                let filled = engine.fill(text, parameters);
                Ok(filled_in(value, filled.map_err(|message| failed(value.span(), message))?))
            }
            _ => fast(value, text, ready.value),
        }
    }

    /// Fills in all texts in a value, keys included.
    ///
    /// # Errors
    /// As for a text.
    pub fn fill_all(&mut self, value: &Value, parameters: &Value) -> Result<Value, Problem> {
        let ready = self.ready(parameters);
        self.value(value, &ready)
    }

    fn value(&mut self, value: &Value, ready: &Ready<'_>) -> Result<Value, Problem> {
        let data = match &value.data {
            Data::String(_) => return self.text(value, ready),
            Data::List(items) => {
                Data::List(items.iter().map(|item| self.value(item, ready)).collect::<Result<_, _>>()?)
            }
            Data::Map(entries) => {
                let mut filled = Vec::with_capacity(entries.len());
                for entry in entries {
                    filled.push(self.entry(entry, ready)?);
                }
                filled.sort_by(|a: &Entry, b| a.key.cmp(&b.key));
                filled.dedup_by(|b, a| a.key == b.key);
                Data::Map(filled)
            }
            other => other.clone(),
        };
        Ok(Value { data, origin: value.origin.clone() })
    }

    fn entry(&mut self, entry: &Entry, ready: &Ready<'_>) -> Result<Entry, Problem> {
        let key = Value::string(entry.key.clone(), Origin::new(entry.at, By::Template));
        let key = self.text(&key, ready)?;
        let key = key.as_str().unwrap_or_default().into();
        Ok(Entry { key, at: entry.at, value: self.value(&entry.value, ready)? })
    }

    /// Fills in the texts of a generator, the second of a matrix. Those of `values` that ask for its own parameters stay.
    ///
    /// # Errors
    /// As for a text.
    pub fn fill_generator(&mut self, block: &Value, parameters: &Value) -> Result<Value, Problem> {
        let ready = self.ready(parameters);
        let mut rest = block.clone();
        let (values, template) = (rest.remove("values"), rest.remove("template"));
        let mut filled = self.value(&rest, &ready)?;
        if let Some(mut values) = values {
            for entry in values.clone().entries() {
                let value = self.early(&entry.value, &ready)?;
                values.set(&entry.key, value);
            }
            filled.set("values", values);
        }
        if let Some(template) = template {
            filled.set("template", template);
        }
        Ok(filled)
    }

    /// A text, filled in where all its parameters are known already.
    fn early(&mut self, value: &Value, ready: &Ready<'_>) -> Result<Value, Problem> {
        let (Some(engine), Some(parameters), Some(text)) = (&mut self.engine, &ready.go, value.as_str()) else {
            return self.text(value, ready);
        };
        match engine.fill_with(MissingKey::Error, text, parameters) {
            Ok(filled) => Ok(filled_in(value, filled)),
            Err(message) if MISSING.iter().any(|words| message.contains(words)) => Ok(value.clone()),
            Err(message) => Err(failed(value.span(), message)),
        }
    }
}

/// What Go says of a parameter that is not there.
const MISSING: [&str; 2] = ["map has no entry for key", "can't evaluate field"];

/// The value of a filled-in text: parameters that went into it decide it, the template relates.
fn filled_in(template: &Value, filled: Filled) -> Value {
    let by = if filled.generated { By::Generated } else { By::Values };
    let mut places = filled.from.into_iter();
    let origin = match places.next() {
        Some(first) => places.fold(Origin::new(first, by), |origin, span| origin.and(span, By::Values)),
        None => return Value::string(filled.text, template.origin.clone()),
    };
    Value::string(filled.text, origin.and(template.span(), By::Template))
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
    let origin = origin.map(|origin| Origin { by: By::Values, ..origin }.and(value.span(), By::Template));
    Ok(Value::string(out, origin.unwrap_or_else(|| value.origin.clone())))
}
