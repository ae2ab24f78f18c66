//! What the templates and the values of a chart say of one another.
//!
//! In: a chart with its subcharts, its sources. Out: [`Note`]s: templates that are called and nowhere defined, keys of values
//! that are read and probably misspelt, keys of values that nothing reads, values that are indented wrongly, conditions on the
//! cluster that never hold. Only what can be told is: a chart whose dependencies are missing may be told of nothing.

mod conditions;
mod indent;
mod uses;

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

use super::chart::archive::Left;
use super::chart::load::Loader;
use super::chart::{Chart, File, folder};
use super::dependencies::all_missing;
use super::functions::library;
use super::local::Local;
use super::template::node::{Template, Unit};
use super::template::{Data, Map, Mark, Marks, Value, parse};
use super::values::file;
use crate::files::Files;
use crate::files::name::full;
use crate::source::{SourceMap, Span};
use crate::suggest::closest;
use uses::{Call, Uses};

/// What is noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// A template that is called and nowhere defined.
    UndefinedTemplate,
    /// A key of values that no values file has, and one of nearly its name that is there.
    MisspeltKey,
    /// A key of values.yaml that no template reads.
    UnusedKey,
    /// A value that is put in with another indentation than is meant.
    Misindented,
    /// An API is asked for that Kubernetes never had.
    UnknownApi,
    /// A condition that no version of Kubernetes which the chart allows meets.
    Unreachable,
}

/// Something noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where.
    pub span: Span,
    /// What.
    pub about: About,
    /// In plain words.
    pub message: String,
    /// The name that was probably meant.
    pub meant: Option<String>,
}

/// Deepest keys that are looked at.
const DEPTH: usize = 4;

/// Reads the chart in a folder against itself; the places of notes are in the sources.
///
/// # Errors
/// Where Helm refuses to load it.
pub fn lint_at(path: &Path, door: &dyn Files) -> Result<(Vec<Note>, SourceMap), String> {
    let files = folder::read(path, door)?;
    let (mut sources, mut marks) = (SourceMap::default(), Marks::default());
    let mut loader = Loader { sources: &mut sources, marks: &mut marks, left: Left::default() };
    let chart = loader.load(files, &full(path)).and_then(|mut chart| {
        Local::new(door, true).add(&mut chart, path, &mut loader, &mut Vec::new())?;
        Ok(chart)
    });
    let chart = chart.map_err(|error| error.message)?;
    Ok((lint(&chart, &sources, &mut marks), sources))
}

/// Reads a chart against itself; templates that do not parse are left to rendering.
pub fn lint(chart: &Chart, sources: &SourceMap, marks: &mut Marks) -> Vec<Note> {
    let mut notes = Vec::new();
    let (own, mut all) = (parsed(chart, chart.name(), sources), Vec::new());
    for sub in &chart.dependencies {
        below(sub, &format!("{}/charts", chart.name()), sources, &mut all);
    }
    own.iter().for_each(|template| indent::note(template, chart.values.as_ref(), &mut notes));
    conditions::note(&own, &chart.metadata.kube_version, &mut notes);
    let mut uses = Uses::default();
    own.iter().for_each(|template| uses.template(template));
    let is_whole = all_missing(chart).is_empty();
    if is_whole {
        undefined(chart, &own, &all, &uses, &mut notes);
    }
    let known = known_values(chart, sources, marks);
    misspelt(chart, &uses, &known, &mut notes);
    all.iter().for_each(|template| uses.template(template));
    texts(chart, &mut uses);
    if is_whole && !uses.whole {
        for dependency in &chart.metadata.dependencies {
            dependency.condition.split(',').for_each(|path| uses.path(path.trim()));
        }
        if let Some(values) = &chart.values {
            unused(chart, values, &mut Vec::new(), &uses, marks, &mut notes);
        }
    }
    notes.sort_by(|a, b| (a.span, a.about, &a.message).cmp(&(b.span, b.about, &b.message)));
    notes.dedup();
    notes
}

fn parsed(chart: &Chart, path: &str, sources: &SourceMap) -> Vec<Template> {
    let mut templates = Vec::new();
    let library = library();
    for File { name, bytes, source } in &chart.templates {
        let text: Rc<str> = match source {
            Some(source) => Rc::from(&*sources.get(*source).text),
            None => Rc::from(String::from_utf8_lossy(bytes)),
        };
        let name = Rc::from(format!("{path}/{name}"));
        let unit = Rc::new(Unit { name, text, source: *source, given: None });
        templates.extend(parse::parse(&unit, &|name| (library.function)(name).is_some()).unwrap_or_default());
    }
    templates
}

/// The templates of a subchart and those in it.
fn below(chart: &Chart, path: &str, sources: &SourceMap, out: &mut Vec<Template>) {
    let path = format!("{path}/{}", chart.name());
    out.extend(parsed(chart, &path, sources));
    chart.dependencies.iter().for_each(|sub| below(sub, &format!("{path}/charts"), sources, out));
}

/// Templates that are called and defined nowhere. What only a helper calls that nothing calls is not run; whatever a library holds,
/// other charts may.
fn undefined(chart: &Chart, own: &[Template], others: &[Template], uses: &Uses, notes: &mut Vec<Note>) {
    let names: BTreeSet<&str> = own.iter().chain(others).map(|template| &*template.name).collect();
    let is_file = |template: &&Template| template.name == template.unit.name && !is_partial(&template.name);
    let run = own.iter().filter(|template| chart.is_library() || uses.calls_any || is_file(template));
    let reached = uses.reached(run.map(|template| &*template.name));
    for Call { name, by, span } in &uses.calls {
        if names.contains(&**name) || !reached.contains(&**by) {
            continue;
        }
        let meant = closest(name, names.iter().copied()).map(str::to_owned);
        let message = format!("the template `{name}` is not defined in this chart");
        notes.extend(span.map(|span| Note { span, about: About::UndefinedTemplate, message, meant }));
    }
}

/// Whether a file only defines templates: Helm makes nothing of it.
fn is_partial(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|base| base.starts_with('_'))
}

/// The values of the chart, and those in other values files that lie in it.
fn known_values(chart: &Chart, sources: &SourceMap, marks: &mut Marks) -> Vec<Map> {
    let mut known: Vec<Map> = chart.values.iter().cloned().collect();
    for file in &chart.files {
        let is_values = file.name.ends_with(".yaml") && file.name.contains("values");
        if let Some(source) = file.source.filter(|_| is_values) {
            known.extend(file::read(sources.get(source), marks).ok());
        }
    }
    known
}

/// What reading a path in values comes to.
enum Read {
    /// It is there, or may be.
    Known,
    /// This many of its keys are there; the names that stand beside the next.
    Stops(usize, Vec<Rc<str>>),
}

fn follow(values: &Map, path: &[Rc<str>]) -> Read {
    let mut map = values.clone();
    for (depth, key) in path.iter().enumerate() {
        let Some(value) = map.get(key) else {
            let names = map.snapshot().into_keys().collect();
            return if depth > 0 && map.is_empty() { Read::Known } else { Read::Stops(depth, names) };
        };
        match value.data {
            Data::Map(inner) => map = inner,
            _ => return Read::Known,
        }
    }
    Read::Known
}

fn misspelt(chart: &Chart, uses: &Uses, known: &[Map], notes: &mut Vec<Note>) {
    let Some(own) = known.first().filter(|_| chart.values.is_some() && chart.schema.is_none()) else { return };
    let is_sub = |name: &str| name == "global" || chart.dependencies.iter().any(|sub| sub.name() == name);
    for read in uses.reads.iter().filter(|read| !uses.is_optional(&read.path)) {
        let Read::Stops(depth, names) = follow(own, &read.path) else { continue };
        if is_sub(&read.path[0]) || known[1..].iter().any(|values| matches!(follow(values, &read.path), Read::Known)) {
            continue;
        }
        let name = &read.path[depth];
        let Some(meant) = closest(name, names.iter().map(|name| &**name)) else { continue };
        let message = format!("`.Values.{}` is not in any values file of this chart", read.path[..=depth].join("."));
        let meant = Some(meant.to_owned());
        notes.extend(read.span.map(|span| Note { span, about: About::MisspeltKey, message, meant }));
    }
}

/// What texts in values and in files of the chart read, where a template runs them.
fn texts(chart: &Chart, uses: &mut Uses) {
    for file in &chart.files {
        uses.text(&String::from_utf8_lossy(&file.bytes));
    }
    let mut open: Vec<Value> = chart.values.iter().map(|map| Data::Map(map.clone()).into()).collect();
    while let Some(value) = open.pop() {
        match &value.data {
            Data::String(text) => uses.text(&text.str()),
            Data::List(list) => open.extend(list.items.iter().cloned()),
            Data::Map(map) => open.extend(map.snapshot().into_values().map(|slot| slot.value)),
            _ => {}
        }
    }
}

fn unused(chart: &Chart, values: &Map, path: &mut Vec<Rc<str>>, uses: &Uses, marks: &Marks, notes: &mut Vec<Note>) {
    for (key, slot) in values.snapshot() {
        // `enabled` is what the condition of a chart that depends on this one names.
        let special =
            ["global", "tags", "enabled"].contains(&&*key) || chart.dependencies.iter().any(|sub| sub.name() == &*key);
        let declared = chart
            .metadata
            .dependencies
            .iter()
            .any(|declared| [&declared.name, &declared.alias].contains(&&key.to_string()));
        if path.is_empty() && (special || declared) {
            continue;
        }
        path.push(key);
        if !uses.touches(path) {
            let message = format!("no template of this chart reads `.Values.{}`", path.join("."));
            let span = Some(slot.key).filter(|mark| *mark != Mark::NONE).and_then(|mark| marks.get(mark).data.first());
            notes.extend(span.map(|span| Note { span: *span, about: About::UnusedKey, message, meant: None }));
        } else if let (Data::Map(inner), true) = (&slot.value.data, path.len() < DEPTH && !uses.reads_all(path)) {
            unused(chart, inner, path, uses, marks, notes);
        }
        path.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(template: &str, values: &str) -> Vec<String> {
        let files = [
            ("Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\n"),
            ("values.yaml", values),
            ("templates/_h.tpl", "{{ define \"t.name\" }}{{ $.Values.inner }}{{ end }}"),
            ("templates/a.yaml", template),
        ];
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
        let (mut sources, mut marks) = (SourceMap::default(), Marks::default());
        let mut loader = Loader { sources: &mut sources, marks: &mut marks, left: Default::default() };
        let chart = loader.load(files, "t").expect("a chart");
        let all = lint(&chart, &sources, &mut marks);
        let shown = all.iter().map(|note| {
            let source = sources.get(note.span.source);
            let meant = note.meant.as_ref().map_or(String::new(), |meant| format!(" ({meant})"));
            format!("{}:{} {}{meant}", source.name, source.position(note.span.start).line, note.message)
        });
        shown.collect()
    }

    #[test]
    fn templates_and_values_are_held_against_each_other() {
        let values = "enabled: true\nimage:\n  tag: a\n  pullPolicy: Always\nextra: {}\ninner: 1\nunread: 1\ntext: '{{ .Values.viaText }}'\nviaText: 1\n";
        for (template, want) in [
            (
                "{{ .Values.imgae.tag }}{{ .Values.image.tagg }}\n{{ include \"t.nmae\" . }}{{ .Values.extra.any }}{{ .Values.text }}{{ toYaml .Values.image }}",
                &[
                    "t/values.yaml:7 no template of this chart reads `.Values.unread`",
                    "t/templates/a.yaml:1 `.Values.imgae` is not in any values file of this chart (image)",
                    "t/templates/a.yaml:1 `.Values.image.tagg` is not in any values file of this chart (tag)",
                    "t/templates/a.yaml:2 the template `t.nmae` is not defined in this chart (t.name)",
                ][..],
            ),
            (
                "{{ with .Values.imgae }}{{ .Values.imgae.x }}{{ end }}{{ .Values.tekst | default 1 }}{{ include \"t.name\" . }}{{ toYaml .Values }}{{ .Values.other }}",
                &[],
            ),
            ("{{ index .Values \"image\" \"tag\" }}{{ with $v := .Values }}{{ end }}", &[]),
            (
                "{{ .Values.image.tag }}{{ (.Values.extra).x }}{{ .Values.text }}{{ if .Values.unread }}{{ end }}",
                &["t/values.yaml:4 no template of this chart reads `.Values.image.pullPolicy`"],
            ),
        ] {
            assert_eq!(notes(template, values), want, "{template}");
        }
    }

    #[test]
    fn what_is_indented_wrongly_is_told() {
        let values = "map: {a: 1, b: 2}\nlist: [1]\none: 1\nempty: {}\ninner: 1\n";
        let shown = |template: &str| {
            let all = notes(template, values);
            all.iter().filter(|note| note.contains("a.yaml:")).map(|note| note[..19].to_owned()).collect::<Vec<_>>()
        };
        for (template, lines) in [
            ("a:\n  {{ toYaml .Values.map | indent 2 }}\n", &[2][..]),
            ("a:\n{{ toYaml .Values.map | indent 2 }}\n  {{ toYaml .Values.one | indent 2 }}\n", &[]),
            ("a: {{ toYaml .Values.empty }}\nb: {{ toYaml .Values.one }}\nc: {{ .Values.map | toYaml }}\n", &[1, 3]),
            ("  a:\n  {{- toYaml .Values.map | nindent 2 }}\n  b: {{- .Values.list | toYaml | nindent 2 }}\n", &[2]),
            ("a:\n  b:\n    {{- if .x }}\n    {{- toYaml .x | nindent 0 }}\n    {{- end }}\n", &[4]),
            ("a:\n  - b:\n      {{- toYaml .x | nindent 6 }}\n  {{- toYaml .y | nindent 2 }}\n", &[]),
        ] {
            let want: Vec<String> = lines.iter().map(|line| format!("t/templates/a.yaml:{line}")).collect();
            let want: Vec<String> = want.iter().map(|place| format!("{place} ")[..19].to_owned()).collect();
            assert_eq!(shown(template), want, "{template}");
        }
    }
}
