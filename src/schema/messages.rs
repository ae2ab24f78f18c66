//! What decoding says, in words.
//!
//! In: a node and what is wrong with it. Out: findings of category `schema` with the path the server would print, a hint on
//! what was probably meant, and a fix where it is mechanical.

use crate::finding::{Applicability, Category, Edit, Finding, Fix, Severity};
use crate::source::Span;
use crate::yaml::{Entry, Kind, Node, Place, Style, edit};

use super::bundle::{Bundle, Definition, Type, Version};
use super::scalar::QuantityError;
use crate::suggest::closest;

/// Gathers the findings about one object.
pub(super) struct Messages<'t> {
    /// The object: paths start below it.
    root: Node<'t>,
    /// The node whose fields the definition has: the object itself, or its metadata.
    base: Node<'t>,
    definition: &'static Definition,
    version: &'static Version,
    findings: Vec<Finding>,
}

impl<'t> Messages<'t> {
    pub(super) fn new(
        root: Node<'t>,
        base: Node<'t>,
        definition: &'static Definition,
        version: &'static Version,
    ) -> Self {
        Self { root, base, definition, version, findings: Vec::new() }
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    fn push(&mut self, rule: &'static str, node: Node<'t>, message: String, help: Option<String>, fix: Option<Fix>) {
        let mut finding = Finding::new(rule, Category::Schema, Severity::Error, message, Place::Value(node).span());
        finding.path = node.path_from(Some(self.root));
        (finding.help, finding.fix) = (help, fix);
        self.findings.push(finding);
    }

    pub(super) fn unknown_field(&mut self, entry: Entry<'t>, definition: &'static Definition) {
        let path = entry.value.dotted_path_from(Some(self.root));
        let message = format!("unknown field `{path}`");
        let mut finding = Finding::new("unknown-field", Category::Schema, Severity::Error, message, entry.key.span());
        finding.path = path;
        let meant = self.meant(entry, definition);
        finding.fix = meant.fix;
        finding.help = meant.help;
        self.findings.push(finding);
    }

    /// What an unknown field was probably meant to be: a field of another version, a misspelt one, one of another level.
    fn meant(&self, entry: Entry<'t>, definition: &'static Definition) -> Meant {
        if let Some(help) = moved(entry.name, definition.name) {
            return Meant { help: Some(help.to_owned()), fix: None };
        }
        if let Some(help) = self.other_version(entry.name, definition) {
            return Meant { help: Some(help), fix: None };
        }
        if let Some(name) = closest(entry.name, definition.fields.iter().map(|field| field.name)) {
            return Meant { help: Some(format!("did you mean `{name}`?")), fix: rename(entry, name) };
        }
        let help = self.below(entry.name, definition).or_else(|| self.above(entry));
        Meant { help, fix: None }
    }

    fn other_version(&self, name: &str, definition: &'static Definition) -> Option<String> {
        let has = |version: &Version| {
            let other = version.definition_named(definition.name);
            other.is_some_and(|other| other.field(name).is_some())
        };
        let (newer, older): (Vec<_>, Vec<_>) =
            Bundle::get().versions().filter(|v| has(v)).partition(|v| v.version > self.version.version);
        let here = self.version.version;
        if let Some(first) = newer.first() {
            return Some(format!("the field was added in Kubernetes {}; the target version is {here}", first.version));
        }
        older.last().map(|last| {
            format!("Kubernetes {} was the last to have this field; the target version is {here}", last.version)
        })
    }

    /// The field of `definition` whose objects have a field of that name.
    fn below(&self, name: &str, definition: &'static Definition) -> Option<String> {
        let (parent, list) = definition.fields.iter().find_map(|field| {
            let (ty, list) = match field.ty {
                Type::List(list) => (list.item, true),
                other => (other, false),
            };
            let Type::Object(inner) = ty else { return None };
            let found = self.version.definition(inner)?.field(name).is_some();
            (found && field.name != "status").then_some((field.name, list))
        })?;
        let place = if list { format!("an item of `{parent}`") } else { format!("`{parent}`") };
        Some(format!("`{name}` belongs in {place}"))
    }

    /// The nearest object around the entry that has a field of that name.
    fn above(&self, entry: Entry<'t>) -> Option<String> {
        let mut at = Some(Type::Any);
        let mut found = self.definition.field(entry.name).map(|_| "the object itself".to_owned());
        let mut definition = Some(self.definition);
        for node in entry.value.parent()?.chain_from(Some(self.base)) {
            at = match (definition, at) {
                (Some(definition), _) => node.entry().and_then(|e| definition.field(e.name)).map(|field| field.ty),
                (None, Some(Type::List(list))) => Some(list.item),
                (None, Some(Type::Map(value))) => Some(*value),
                _ => None,
            };
            definition = match at {
                Some(Type::Object(name)) => self.version.definition(name),
                _ => None,
            };
            if definition.is_some_and(|definition| definition.field(entry.name).is_some()) {
                found = Some(format!("`{}`", node.path_from(Some(self.root))));
            }
        }
        found.map(|place| format!("`{}` belongs in {place}: check the indentation", entry.name))
    }

    pub(super) fn wrong_type(&mut self, node: Node<'t>, expected: &str) {
        let message = format!("{} must be {expected}, not {}", self.subject(node), describe(node));
        let (help, fix) = match (node.kind(), expected) {
            (Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_), "a string") => quote(node),
            (Kind::String(text), "an integer" | "true or false" | "a number") => unquote(node, text, expected),
            (Kind::Mapping, "a list") => (Some("put a `-` before it to make it a list of one".to_owned()), None),
            (Kind::Sequence, "a map") => (Some("this field takes one map, without a `-`".to_owned()), None),
            (Kind::String(_), "a list") => (Some("this field takes a list: put the value in `[...]`".to_owned()), None),
            _ => (None, None),
        };
        self.push("wrong-type", node, message, help, fix);
    }

    pub(super) fn bad_integer(&mut self, node: Node<'t>, bits: u8) {
        let whole = node.as_f64().is_some_and(|value| value.fract() == 0.0);
        let message = match whole {
            true => format!("{} is out of range: {} does not fit into {bits} bits", self.subject(node), node.raw()),
            false => format!("{} must be a whole number, not {}", self.subject(node), node.raw()),
        };
        self.push("wrong-type", node, message, None, None);
    }

    pub(super) fn invalid_quantity(&mut self, node: Node<'t>, error: QuantityError) {
        let text = node.as_str().unwrap_or_default();
        let message = match error {
            QuantityError::Format => format!("{} is not a valid quantity: `{text}`", self.subject(node)),
            QuantityError::Suffix => {
                format!("{} is not a valid quantity: unknown suffix in `{text}`", self.subject(node))
            }
        };
        let help = match better_suffix(text) {
            Some(better) => format!("did you mean `{better}`?"),
            None => {
                "use a number with an optional suffix: n, u, m, k, M, G, T, P, E or Ki, Mi, Gi, Ti, Pi, Ei".to_owned()
            }
        };
        self.push("invalid-quantity", node, message, Some(help), None);
    }

    pub(super) fn invalid_time(&mut self, node: Node<'t>, ty: Type) {
        let text = node.as_str().unwrap_or_default();
        let message = format!("{} is not an RFC 3339 time: `{text}`", self.subject(node));
        let help = match ty {
            Type::MicroTime => "microseconds need six digits: 2026-01-31T08:00:00.000000Z",
            _ => "write it as 2026-01-31T08:00:00Z",
        };
        self.push("invalid-time", node, message, Some(help.to_owned()), None);
    }

    pub(super) fn invalid_base64(&mut self, node: Node<'t>, text: &str, at: usize) {
        let message = match text.get(at..).and_then(|rest| rest.chars().next()) {
            Some(c) => format!("{} is not valid base64: `{}` at position {at}", self.subject(node), c.escape_default()),
            None => format!("{} is not valid base64: it ends too early", self.subject(node)),
        };
        let in_secret = self.definition.name == "io.k8s.api.core.v1.Secret";
        let help = in_secret.then(|| "use `stringData` for values that are not encoded".to_owned());
        self.push("invalid-base64", node, message, help, None);
    }

    /// How a message calls a value: by its key, or as an item of its list.
    fn subject(&self, node: Node<'t>) -> String {
        if let Some(entry) = node.entry() {
            return format!("`{}`", entry.name);
        }
        match node.parent().and_then(|list| list.entry()) {
            Some(entry) => format!("an item of `{}`", entry.name),
            None => "the value".to_owned(),
        }
    }
}

/// Where a field of an older API version went in this one.
fn moved(field: &str, definition: &str) -> Option<&'static str> {
    let short = definition.strip_prefix("io.k8s.api.").unwrap_or(definition);
    let table = [
        ("networking.v1.IngressBackend", "serviceName", "since networking.k8s.io/v1 it is `service.name`"),
        (
            "networking.v1.IngressBackend",
            "servicePort",
            "since networking.k8s.io/v1 it is `service.port.number` or `service.port.name`",
        ),
        ("networking.v1.IngressSpec", "backend", "since networking.k8s.io/v1 it is `defaultBackend`"),
        (
            "autoscaling.v2.HorizontalPodAutoscalerSpec",
            "targetCPUUtilizationPercentage",
            "in autoscaling/v2 it is a `Resource` metric under `metrics`",
        ),
        ("apps.v1.DeploymentSpec", "rollbackTo", "it was removed in apps/v1"),
    ];
    let row = table.into_iter().find(|(definition, name, _)| *definition == short && *name == field);
    row.map(|(_, _, help)| help)
}

struct Meant {
    help: Option<String>,
    fix: Option<Fix>,
}

/// A value in a message: scalars are quoted, since `yes` and `1.10` are often not what their author took them for.
fn describe(node: Node<'_>) -> String {
    match node.kind() {
        Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => {
            format!("{} `{}`", node.describe(), node.raw())
        }
        _ => node.describe().to_owned(),
    }
}

fn fix(applicability: Applicability, description: String, span: Span, text: String) -> Fix {
    Fix { applicability, description, edits: vec![Edit { span, text }] }
}

/// The fix of a misspelt field, unless the right one is there too.
pub(super) fn rename(entry: Entry<'_>, name: &str) -> Option<Fix> {
    let taken = entry.value.parent().is_some_and(|parent| parent.get_entry(name).is_some());
    let edits = vec![edit::rename(entry.value, name).filter(|_| !taken)?];
    let description = format!("Rename `{}` to `{name}`", entry.name);
    Some(Fix { applicability: Applicability::Unsafe, description, edits })
}

fn quote(node: Node<'_>) -> (Option<String>, Option<Fix>) {
    let quoted = format!("\"{}\"", node.raw());
    let help = format!("put it in quotes: {quoted}");
    let safe = !node.is_aliased() && node.style() == Style::Plain && !node.raw().contains(['"', '\\', '\n']);
    let fix = safe.then(|| fix(Applicability::Safe, "Put the value in quotes".to_owned(), node.span(), quoted));
    (Some(help), fix)
}

fn unquote(node: Node<'_>, text: &str, expected: &str) -> (Option<String>, Option<Fix>) {
    let good = match expected {
        "true or false" => matches!(text, "true" | "false"),
        "an integer" => text.parse::<i64>().is_ok_and(|value| value.to_string() == text),
        _ => text.parse::<f64>().is_ok_and(f64::is_finite) && text.starts_with(|c: char| c.is_ascii_digit()),
    };
    let quoted = matches!(node.style(), Style::SingleQuoted | Style::DoubleQuoted) && !node.is_aliased();
    if !good || !quoted {
        return (None, None);
    }
    let fix = fix(Applicability::Safe, "Remove the quotes".to_owned(), node.span(), text.to_owned());
    (Some(format!("write {text} without quotes")), Some(fix))
}

/// A quantity with the suffix that people mean by `GB`, `K`, `mi`, `1 Gi` and the like.
fn better_suffix(text: &str) -> Option<String> {
    let text = text.trim();
    let split = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-')))?;
    let (number, suffix) = text.split_at(split);
    let better = match suffix.trim() {
        "K" | "KB" | "kb" | "kB" => "k",
        "Kib" | "KiB" | "KI" | "ki" => "Ki",
        "g" | "GB" | "gb" | "Gb" => "G",
        "MB" | "mb" | "Mb" => "M",
        "TB" | "tb" | "Tb" | "t" => "T",
        "mi" | "MI" | "MiB" | "Mib" | "mib" | "Mi" => "Mi",
        "gi" | "GI" | "GiB" | "Gib" | "gib" | "Gi" => "Gi",
        "ti" | "TI" | "TiB" | "Tib" | "tib" | "Ti" => "Ti",
        "mCPU" | "mcpu" | "millicores" => "m",
        _ => return None,
    };
    (!number.is_empty()).then(|| format!("{number}{better}"))
}
