//! Go templates over parameters, as an ApplicationSet with `goTemplate: true` fills them in.
//!
//! In: parameters with their places, texts, `goTemplateOptions`. Out: [`Filled`]: the text, and the places of the parameters
//! that went into it; or why it is refused, in Go's words. Go's text/template with sprig and what Argo CD adds to it.
//!
//! ```text
//! with_engine(|engine| {
//!     let parameters = engine.parameters(&value);      // once an element; converting is what costs
//!     engine.fill("{{ .cluster }}-app", &parameters)   // once a text: Result<Filled, String>
//! })
//! ```
//! [`with_engine`] runs the work on a thread with a deep stack, so one call should do a whole ApplicationSet. Numbers are
//! floats, as JSON has them. [`MissingKey::of_options`] reads `goTemplateOptions`.

use std::rc::Rc;

use super::helm::functions::{self, specific, yaml_in, yaml_out};
use super::helm::stack::on_deep_stack;
use super::helm::template::arguments::text;
use super::helm::template::{
    self, CallResult, Entries, Function, Library, Limits, Machine, Mark, Marks, MissingKey, Set, Slot, Text, Type,
    parse,
};
use super::value::{Data, Value};
use crate::source::Span;
use template::node::Unit;

/// What one text of an ApplicationSet may take.
const LIMITS: Limits = Limits { steps: 1_000_000, bytes: 16 << 20, depth: 200, includes: 0, items: 100_000 };

/// Fills texts in.
#[derive(Debug)]
pub struct Engine {
    missing: MissingKey,
    marks: Marks,
}

/// What templates see as `.`.
#[derive(Debug)]
pub struct Parameters(template::Value);

/// A text, filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The text.
    pub text: String,
    /// The places of the parameters in it; the first is the first that went in.
    pub from: Vec<Span>,
    /// It is random or depends on the clock.
    pub generated: bool,
}

/// Runs work with an engine; nothing where it fails internally.
pub fn with_engine<R: Send>(missing: MissingKey, work: impl FnOnce(&mut Engine) -> R + Send) -> Option<R> {
    on_deep_stack(|| work(&mut Engine { missing, marks: Marks::default() }))
}

impl Engine {
    /// Makes parameters ready.
    pub fn parameters(&mut self, value: &Value) -> Parameters {
        Parameters(given(value, &mut |span| self.marks.data(span)))
    }

    /// Fills a text in. A key that is not there prints `<no value>`, unless the options have it otherwise.
    ///
    /// # Errors
    /// Why Go refuses the text, or the bounds do.
    pub fn fill(&mut self, text: &str, parameters: &Parameters) -> Result<Filled, String> {
        self.fill_with(self.missing, text, parameters)
    }

    /// The same, with other options for keys that are not there.
    ///
    /// # Errors
    /// As above.
    pub fn fill_with(&mut self, missing: MissingKey, text: &str, parameters: &Parameters) -> Result<Filled, String> {
        if !text.contains("{{") {
            return Ok(Filled { text: text.to_owned(), from: Vec::new(), generated: false });
        }
        let unit = Rc::new(Unit { name: Rc::from("base"), text: Rc::from(text), source: None, given: None });
        let templates = parse::parse(&unit, &|name| find(name).is_some()).map_err(|error| {
            let (line, message) = template::machine::line_of(&unit, &error);
            format!("template: base:{line}: {message}")
        })?;
        let mut set = Set::default();
        set.add(templates);
        let library = Library { function: find, method: functions::library().method };
        let mut machine = Machine::new(set, std::mem::take(&mut self.marks), library, LIMITS);
        machine.missing = missing;
        let made = machine.execute("base", &parameters.0);
        self.marks = machine.marks;
        let made = made.map_err(|failure| failure.message)?;
        let mut filled = Filled { text: made.str().into_owned(), from: Vec::new(), generated: false };
        for piece in made.pieces().iter() {
            let origin = self.marks.get(piece.mark);
            filled.generated |= origin.generated;
            for span in &origin.data {
                if !filled.from.contains(span) {
                    filled.from.push(*span);
                }
            }
        }
        Ok(filled)
    }
}

/// A rendered value as templates know it; `mark` gives what stands for a place.
pub(crate) fn given(value: &Value, mark: &mut dyn FnMut(Span) -> Mark) -> template::Value {
    let data = match &value.data {
        Data::Null => template::Data::Nil,
        Data::Bool(b) => template::Data::Bool(*b),
        Data::Number(number) => template::Data::Float(number.as_f64().unwrap_or_default()),
        Data::String(text) => return template::Value::text(Text::new(text.as_bytes(), mark(value.origin.span))),
        Data::List(items) => {
            return template::Value::list(items.iter().map(|item| given(item, mark)).collect());
        }
        Data::Map(entries) => {
            let slot = |value: &Value, mark: &mut dyn FnMut(Span) -> Mark| Slot {
                key: mark(value.origin.span),
                value: given(value, mark),
            };
            let entries: Entries =
                entries.iter().map(|entry| (Rc::from(&*entry.key), slot(&entry.value, mark))).collect();
            return template::Value::map(entries);
        }
    };
    template::Value { data, mark: mark(value.origin.span) }
}

/// sprig without what asks the machine it runs on, and what Argo CD adds.
fn find(name: &str) -> Option<Function> {
    use Type::{Any, String as Str};
    let fixed = |parameters, run| Some(Function { parameters, rest: None, run });
    match name {
        "getHostByName" | "include" | "tpl" | "required" | "lookup" | "toToml" | "mustToToml" | "fromToml"
        | "mustToYaml" | "toYamlPretty" | "fromJsonArray" => None,
        "normalize" => fixed(&[Str], |m, a| Ok(made(m, &text(a, 0), &normalize(&text(a, 0).str())))),
        "slugify" => Some(Function { parameters: &[], rest: Some(Any), run: slugify }),
        "toYaml" => {
            fixed(&[Any], |m, a| Ok(template::Value::text(yaml_out::to_yaml(m, &a[0], yaml_out::Version::Two)?)))
        }
        "fromYaml" => fixed(&[Str], |m, a| {
            let value = yaml_in::from_text(&text(a, 0), &mut m.marks)?;
            match value.data {
                template::Data::Map(_) => Ok(value),
                template::Data::Nil => Ok(template::Value::map(Entries::new())),
                _ => Err("the text is not a map".into()),
            }
        }),
        "fromYamlArray" => fixed(&[Str], |m, a| {
            let value = yaml_in::from_text(&text(a, 0), &mut m.marks)?;
            match value.data {
                template::Data::List(_) => Ok(value),
                template::Data::Nil => Ok(template::Value::list(Vec::new())),
                _ => Err("the text is not a list".into()),
            }
        }),
        "fromJson" => fixed(&[Str], |m, a| Ok(specific::json(m, &text(a, 0)).unwrap_or(template::Value::NIL))),
        _ => functions::find(name),
    }
}

/// A text that was made of another one.
fn made(machine: &mut Machine, from: &Text, text: &str) -> template::Value {
    let mark = from.mark(&mut machine.marks);
    template::Value::text(Text::new(text, mark))
}

/// Argo CD's `SanitizeName`: at most 253 lower-case letters, digits, hyphens and dots, the latter two not at the ends.
pub(in crate::render) fn normalize(name: &str) -> String {
    let kept = |c: char| c == '-' || c == '.' || c.is_ascii_lowercase() || c.is_ascii_digit();
    let lower: String = name.to_lowercase().chars().map(|c| if kept(c) { c } else { '-' }).take(253).collect();
    lower.trim_matches(['-', '.']).to_owned()
}

/// Argo CD's `slugify`: a largest length, whether words stay whole, and the name, which comes last.
fn slugify(machine: &mut Machine, arguments: &[template::Value]) -> CallResult {
    let Some((name, options)) = arguments.split_last() else { return Ok(template::Value::string("")) };
    let Some(name) = name.as_text() else { return Err("the name to slugify is not a string".into()) };
    let most = match options.first().map(|value| &value.data) {
        None => 50,
        Some(template::Data::Int(most)) => *most,
        Some(_) => return Err("the largest length for slugify is not an int".into()),
    };
    let whole_words = match options.get(1).map(|value| &value.data) {
        None => true,
        Some(template::Data::Bool(whole)) => *whole,
        Some(_) => return Err("whether slugify keeps words whole is not a bool".into()),
    };
    let slug = slug(&normalize(&name.str()), usize::try_from(most).unwrap_or(0), whole_words);
    Ok(made(machine, name, &slug))
}

/// A name of letters, digits, hyphens and dots as a slug.
fn slug(name: &str, most: usize, whole_words: bool) -> String {
    let cut = if !whole_words && name.len() >= most { &name[..most] } else { name };
    let mut slug = String::with_capacity(cut.len());
    for c in cut.chars().map(|c| if c == '.' { '-' } else { c }) {
        if c != '-' || !slug.ends_with('-') {
            slug.push(c);
        }
    }
    let slug = slug.trim_matches('-');
    if most == 0 || !whole_words || slug.len() <= most {
        return slug.to_owned();
    }
    let end = slug[..=most].rfind('-').unwrap_or(most);
    slug[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::origin::{By, Origin};
    use crate::render::value::Entry;
    use crate::source::SourceId;

    /// Parameters whose places are numbered in the order of a walk.
    fn value(json: &serde_json::Value, next: &mut u32) -> Value {
        *next += 1;
        let span = Span { source: SourceId(0), start: *next, end: *next + 1 };
        let data = match json {
            serde_json::Value::Null => Data::Null,
            serde_json::Value::Bool(b) => Data::Bool(*b),
            serde_json::Value::Number(number) => Data::Number(number.clone()),
            serde_json::Value::String(text) => Data::String(text.as_str().into()),
            serde_json::Value::Array(items) => Data::List(items.iter().map(|item| value(item, next)).collect()),
            serde_json::Value::Object(map) => {
                let entry = |(key, item): (&String, _)| {
                    let value = value(item, next);
                    Entry { key: key.as_str().into(), at: value.origin.span, value }
                };
                Data::Map(map.iter().map(entry).collect())
            }
        };
        Value { data, origin: Origin::new(span, By::Generator) }
    }

    fn fill(missing: MissingKey, text: &str) -> Result<Filled, String> {
        let json = serde_json::json!({"name": "Dev One", "n": 2_097_152, "list": ["a", "b"], "on": true});
        let value = value(&json, &mut 0);
        with_engine(missing, |engine| {
            let parameters = engine.parameters(&value);
            engine.fill(text, &parameters)
        })
        .expect("an engine")
    }

    #[test]
    fn texts_are_filled_in_as_argo_cd_does() {
        for (template, want) in [
            ("{{ .name }}-{{ .n }}", "Dev One-2.097152e+06"),
            ("{{ .missing }}{{ .missing.too }}", "<no value><no value>"),
            (
                "{{ .name | normalize }} {{ slugify 5 true \"ab-cd-ef\" }} {{ slugify 5 false \"ab-cd-ef\" }}",
                "dev-one ab-cd ab-cd",
            ),
            ("{{ slugify \"a.b..c\" }}", "a-b-c"),
            ("{{ range .list }}{{ . }},{{ end }}", "a,b,"),
            ("{{ toYaml .list }}", "- a\n- b"),
            ("{{ (fromYaml \"a: 1\").a }}{{ (fromJson \"[1]\") }}", "1[1]"),
            ("plain }}", "plain }}"),
        ] {
            assert_eq!(
                fill(MissingKey::Default, template).map(|filled| filled.text).as_deref(),
                Ok(want),
                "{template}"
            );
        }
        for refused in ["{{ include \"a\" . }}", "{{ getHostByName \"a\" }}", "{{ .name", "{{ fail \"no\" }}"] {
            assert!(fill(MissingKey::Default, refused).is_err(), "{refused}");
        }
        let missing = fill(MissingKey::Error, "{{ .missing }}").expect_err("a missing key");
        assert!(missing.ends_with("map has no entry for key \"missing\""), "{missing}");
        assert!(fill(MissingKey::Zero, "{{ .missing.too }}").is_err());
    }

    #[test]
    fn texts_know_the_parameters_in_them() {
        let filled = fill(MissingKey::Default, "{{ .name }}{{ index .list 1 }}{{ .name }}").expect("a text");
        let starts: Vec<u32> = filled.from.iter().map(|span| span.start).collect();
        assert_eq!(starts.len(), 2);
        assert!(
            !filled.generated && fill(MissingKey::Default, "{{ randAlphaNum 5 }}").is_ok_and(|made| made.generated)
        );
        assert!(
            fill(MissingKey::Default, "{{ define \"a\" }}{{ template \"a\" }}{{ end }}{{ template \"a\" }}").is_err()
        );
    }

    #[test]
    fn options_are_those_of_go() {
        for (options, want) in [
            (&[][..], Ok(MissingKey::Default)),
            (&["missingkey=invalid"], Ok(MissingKey::Default)),
            (&["missingkey=zero", "missingkey=error"], Ok(MissingKey::Error)),
        ] {
            assert_eq!(MissingKey::of_options(options.iter().copied()), want);
        }
        assert!(MissingKey::of_options(["missingkey=no"]).is_err() && MissingKey::of_options(["strict"]).is_err());
    }
}
