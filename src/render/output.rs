//! What was rendered, as text.
//!
//! In: [`Rendered`]. Out: one line of JSON an object (or problem), or YAML with `# from FILE:LINE` beside the values.

use std::borrow::Cow;

use serde_json::json;

use super::Rendered;
use super::origin::{By, Origin};
use super::value::{Data, Entry, Value};
use crate::source::{SourceMap, Span};

/// How YAML is written.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// Whether each value is followed by its place.
    pub origins: bool,
    /// Whether values of Secrets are shown.
    pub secrets: bool,
}

/// One line of JSON for each object, each problem and each thing that could not be had.
pub fn json_lines(rendered: &Rendered) -> String {
    let mut out = String::new();
    let lines = rendered.objects.iter().map(|object| object_line(rendered, object));
    let problems = rendered.problems.iter().map(|problem| {
        let trouble = Trouble { about: problem.about, span: problem.span, message: &problem.message };
        trouble_line(rendered, "problem", &trouble)
    });
    let absent = rendered.absent.iter().map(|absent| {
        let trouble = Trouble { about: "not-rendered", span: absent.span, message: &absent.message };
        trouble_line(rendered, "absent", &trouble)
    });
    for line in lines.chain(problems).chain(absent) {
        out.push_str(&line.to_string());
        out.push('\n');
    }
    out
}

fn head(rendered: &Rendered) -> serde_json::Map<String, serde_json::Value> {
    let application = rendered.application.as_ref();
    let application = application.map(|by| json!({"name": by.name, "namespace": by.namespace}));
    let mut line = serde_json::Map::new();
    line.insert("root".into(), rendered.root.as_str().into());
    line.insert("renderer".into(), rendered.renderer.into());
    line.insert("application".into(), application.into());
    line
}

fn object_line(rendered: &Rendered, object: &Value) -> serde_json::Value {
    let (mut line, mut origins) = (head(rendered), Vec::new());
    collect(&rendered.sources, object, &mut String::new(), &mut origins);
    line.insert("object".into(), object.to_json());
    line.insert("origins".into(), origins.into());
    line.into()
}

/// What there is to say of a root beside its objects.
struct Trouble<'r> {
    about: &'r str,
    span: Option<Span>,
    message: &'r str,
}

fn trouble_line(rendered: &Rendered, what: &str, trouble: &Trouble<'_>) -> serde_json::Value {
    let place = trouble.span.map(|span| {
        let source = rendered.sources.get(span.source);
        (source.name.as_str(), source.position(span.start).line)
    });
    let (file, line) = (place.map(|(file, _)| file), place.map(|(_, line)| line));
    let mut whole = head(rendered);
    whole.insert(what.into(), json!({"about": trouble.about, "file": file, "line": line, "message": trouble.message}));
    whole.into()
}

/// The origins of all scalars below a value, with their paths as JSON pointers.
fn collect(sources: &SourceMap, value: &Value, path: &mut String, out: &mut Vec<serde_json::Value>) {
    let here = path.len();
    match &value.data {
        Data::List(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push_str(&format!("/{index}"));
                collect(sources, item, path, out);
                path.truncate(here);
            }
        }
        Data::Map(entries) => {
            for Entry { key, value: item, .. } in entries {
                path.push('/');
                path.push_str(&key.replace('~', "~0").replace('/', "~1"));
                collect(sources, item, path, out);
                path.truncate(here);
            }
        }
        _ => out.push(origin(sources, &value.origin, path)),
    }
}

fn origin(sources: &SourceMap, origin: &Origin, path: &str) -> serde_json::Value {
    let mut entry = serde_json::Map::new();
    entry.insert("path".into(), path.into());
    place(sources, origin.span, origin.by, &mut entry);
    if let Some(others) = &origin.others {
        let others = others.iter().map(|&(span, by)| {
            let mut entry = serde_json::Map::new();
            place(sources, span, by, &mut entry);
            serde_json::Value::from(entry)
        });
        entry.insert("related".into(), others.collect());
    }
    entry.into()
}

fn place(sources: &SourceMap, span: Span, by: By, entry: &mut serde_json::Map<String, serde_json::Value>) {
    let source = sources.get(span.source);
    let (start, end) = (source.position(span.start), source.position(span.end));
    entry.insert("file".into(), source.name.as_str().into());
    entry.insert("line".into(), start.line.into());
    entry.insert("column".into(), start.column.into());
    entry.insert("endLine".into(), end.line.into());
    entry.insert("endColumn".into(), end.column.into());
    entry.insert("by".into(), by.name().into());
}

/// The objects as a stream of YAML documents.
pub fn yaml(rendered: &Rendered, shown: Shown) -> String {
    let mut out = String::new();
    for (index, object) in rendered.objects.iter().enumerate() {
        if index > 0 {
            out.push_str("---\n");
        }
        let secret = object.get("kind").and_then(Value::as_str) == Some("Secret");
        let writer = Writer { sources: &rendered.sources, shown, secret };
        writer.map(object, 0, &mut out);
    }
    out
}

struct Writer<'a> {
    sources: &'a SourceMap,
    shown: Shown,
    secret: bool,
}

impl Writer<'_> {
    fn map(&self, value: &Value, indent: usize, out: &mut String) {
        let Data::Map(entries) = &value.data else { return };
        for Entry { key, value, .. } in entries {
            blanks(indent, out);
            self.entry(key, value, indent, out);
        }
    }

    fn entry(&self, key: &str, value: &Value, indent: usize, out: &mut String) {
        out.push_str(&scalar(key));
        out.push(':');
        if self.secret && !self.shown.secrets && indent == 0 && matches!(key, "data" | "stringData") {
            self.masked(value, out);
        } else {
            self.value(value, indent, out);
        }
    }

    /// What stands behind `key:` or `-`.
    fn value(&self, value: &Value, indent: usize, out: &mut String) {
        match &value.data {
            Data::Map(entries) if !entries.is_empty() => {
                out.push('\n');
                self.map(value, indent + 2, out);
            }
            Data::List(items) if !items.is_empty() => {
                out.push('\n');
                for item in items {
                    blanks(indent, out);
                    out.push('-');
                    self.item(item, indent, out);
                }
            }
            Data::Map(_) => out.push_str(" {}\n"),
            Data::List(_) => out.push_str(" []\n"),
            Data::String(text) if literal(text) => self.block(text, value, indent, out),
            Data::String(text) => self.inline(&scalar(text), value, out),
            Data::Number(number) => self.inline(&number.to_string(), value, out),
            Data::Bool(b) => self.inline(if *b { "true" } else { "false" }, value, out),
            Data::Null => self.inline("null", value, out),
        }
    }

    fn item(&self, item: &Value, indent: usize, out: &mut String) {
        match &item.data {
            Data::Map(entries) if !entries.is_empty() => {
                for (index, Entry { key, value, .. }) in entries.iter().enumerate() {
                    blanks(if index == 0 { 1 } else { indent + 2 }, out);
                    self.entry(key, value, indent + 2, out);
                }
            }
            _ => self.value(item, indent + 2, out),
        }
    }

    fn masked(&self, value: &Value, out: &mut String) {
        let Data::Map(entries) = &value.data else { return self.value(value, 0, out) };
        out.push('\n');
        for Entry { key, value, .. } in entries {
            out.push_str("  ");
            out.push_str(&scalar(key));
            out.push(':');
            self.inline("'***'", value, out);
        }
    }

    fn inline(&self, text: &str, value: &Value, out: &mut String) {
        out.push(' ');
        out.push_str(text);
        self.comment(value, out);
        out.push('\n');
    }

    fn block(&self, text: &str, value: &Value, indent: usize, out: &mut String) {
        let body = text.trim_end_matches('\n');
        out.push_str(match text.len() - body.len() {
            0 => " |-",
            1 => " |",
            _ => " |+",
        });
        self.comment(value, out);
        out.push('\n');
        // With `|+` each further line break is a line of its own.
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                blanks(indent + 2, out);
                out.push_str(line);
            }
            out.push('\n');
        }
    }

    fn comment(&self, value: &Value, out: &mut String) {
        if self.shown.origins {
            let source = self.sources.get(value.origin.span.source);
            let line = source.position(value.origin.span.start).line;
            out.push_str(&format!("  # from {}:{line}", source.name.replace(|c: char| c.is_control(), "?")));
        }
    }
}

/// Whether a text can stand as a literal block: it has several lines, and nothing that a block would change.
fn literal(text: &str) -> bool {
    let printable =
        |c: char| c == '\n' || c == '\t' || (!c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'));
    text.contains('\n')
        && !text.starts_with(['\n', ' ', '\t'])
        && !text.trim().is_empty()
        && text.chars().all(printable)
}

/// A string as a YAML scalar on one line: plain where every reader takes it for this string, else in double quotes.
fn scalar(text: &str) -> Cow<'_, str> {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./@+=,()$<>~^; :".contains(&byte);
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '_' | '$' | '('))
        && text.bytes().all(safe)
        && !(text.contains(':') && text.contains(": "))
        && !text.ends_with([':', ' '])
        && !crate::yaml::reads_as_other(text);
    if plain { text.into() } else { serde_json::Value::from(text).to_string().into() }
}

/// Writes so many blanks.
fn blanks(mut count: usize, out: &mut String) {
    const BLANKS: &str = "                                ";
    while count > 0 {
        let some = count.min(BLANKS.len());
        out.push_str(&BLANKS[..some]);
        count -= some;
    }
}
