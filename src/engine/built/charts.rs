//! Charts by their own values.
//!
//! In: the charts that files lie in. Out: a root for each, with what Helm would make of it by its own values, or by a values file
//! beside it where its own ask for more, and one for the older versions of Kubernetes for which that is something else; one for
//! each values file of its tests with which it does not render; one for each release that the configuration names. Charts that no
//! checked file lies in are only there to be referred to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::files::Files;
use crate::files::name::{full, path_of};
use crate::go::path::clean;
use crate::render::adopt::Adopt;
use crate::render::helm::lint::{About, Note, lint_at};
use crate::render::helm::roots::{Role, declared_name, other_values, role, taken_in, test_values};
use crate::render::helm::{Options, Values, render_at};
use crate::render::{Absent, Problem, RefusedValue, Rendered};
use crate::source::{SourceMap, Span};
use crate::version::VersionRange;
use crate::workspace::ReadFile;

use super::super::{Job, Place};
use super::brought::as_read;
use super::configured;
use super::root::{Root, Sort};
use super::sweep::{self, Variant};

/// A value that is read by a name near to that of another one.
const MISSPELT: &str = "unknown-chart-value";

/// Where a chart goes that nobody releases: what it says of its namespace is the release's to say.
const NAMESPACE: &str = "default";

/// Renders the charts and the releases of them that the configuration names.
pub(super) fn render(
    files: &[ReadFile],
    sources: &SourceMap,
    place: &Place<'_>,
    job: &Job<'_>,
    is_checked: &dyn Fn(&str) -> bool,
    others: bool,
) -> Vec<(Root, Rendered)> {
    let mut folders: BTreeMap<&str, bool> = BTreeMap::new();
    for (at, file) in files.iter().enumerate() {
        let wanted = place.is_named(at, files);
        let folder = place.charts.around_file(&sources.get(file.source).name).filter(|_| wanted || others);
        folder.into_iter().for_each(|folder| *folders.entry(folder).or_default() |= wanted);
    }
    let configs = job.settings.config.chain();
    if folders.is_empty() && configs.iter().all(|config| config.charts.is_empty()) || job.request.alone {
        return Vec::new();
    }
    let door = as_read(sources, place);
    let mut roots: BTreeMap<String, bool> = BTreeMap::new();
    for (folder, wanted) in folders {
        let root = match role(&path(folder), &door) {
            Role::Root | Role::Broken => folder.to_owned(),
            Role::Part(outermost) => name(&outermost),
            Role::Library | Role::Empty => continue,
        };
        *roots.entry(root).or_default() |= wanted;
    }
    let versions = job.settings.versions;
    let version = versions.to.to_string();
    let notes = job.request.policy;
    let parts: BTreeSet<String> = roots.keys().flat_map(|folder| parts(folder, &door)).collect();
    let of_chart = |(folder, wanted): (String, bool)| of_chart(&folder, wanted, notes && wanted, versions, &door);
    let made = roots.into_par_iter().flat_map_iter(of_chart);
    let mut made: Vec<_> = made.collect();
    made.iter_mut().for_each(|(root, _)| root.is_part = parts.contains(&root.folder));
    let releases = configs.into_par_iter().flat_map_iter(|config| {
        config.charts.iter().map(|release| configured::render(release, config, &version, &door))
    });
    let releases: Vec<_> = releases.collect();
    // One whose chart is not there is told whatever is checked.
    let is_wanted = |made: &Rendered| {
        let mut names = made.sources.iter().skip(1).map(|source| &source.name).peekable();
        names.peek().is_none() || names.any(|name| is_checked(name))
    };
    made.extend(releases.into_iter().filter(|(_, made)| is_wanted(made)));
    made
}

/// The names of the folders of the charts that one takes in.
fn parts(folder: &str, door: &dyn Files) -> Vec<String> {
    taken_in(&path(folder), door).iter().map(|path| name(path)).filter(|name| name != folder).collect()
}

/// The path of a folder by its name.
fn path(folder: &str) -> PathBuf {
    if folder.is_empty() { PathBuf::from(".") } else { path_of(folder) }
}

/// The name of a folder by its path.
fn name(path: &Path) -> String {
    Some(full(path)).filter(|name| name != ".").unwrap_or_default()
}

fn file_of(folder: &str) -> String {
    if folder.is_empty() { "Chart.yaml".to_owned() } else { format!("{folder}/Chart.yaml") }
}

/// What a chart is rendered with where nobody says otherwise.
pub(super) fn usual(path: &Path, version: &str, door: &dyn Files) -> Options {
    Options {
        release_name: release_name(path, door),
        namespace: NAMESPACE.to_owned(),
        kube_version: Some(version.to_owned()),
        of_cluster: true,
        include_crds: true,
        local: true,
        partial: true,
        ..Options::default()
    }
}

/// A chart: what it makes for the versions that are checked for, and the tests of it that fail, where it is wanted.
fn of_chart(
    folder: &str,
    wanted: bool,
    notes: bool,
    versions: VersionRange,
    door: &dyn Files,
) -> Vec<(Root, Rendered)> {
    let path = &path(folder);
    let options = usual(path, &versions.to.to_string(), door);
    let mut newest = one(path, &options, door);
    let (own, others) = sweep::variants(path, &options, door, &newest, versions);
    let wants = newest.asked.clone();
    // What cannot be loaded is refused when it is rendered.
    let lint = if notes || wants.is_some() { lint_at(path, door).unwrap_or_default() } else { Default::default() };
    if wants.is_some() {
        let remarks = remarks(&lint, &mut newest.rendered.sources);
        newest = give_more(path, newest, &remarks, &options, door);
    }
    let mut remarks = Vec::new();
    if notes {
        // What it makes with more values has sources of its own.
        remarks = self::remarks(&lint, &mut newest.rendered.sources);
        remarks.extend(unchecked(&newest.rendered));
        remarks.extend(newest.remarks.drain(..).filter(|_| newest.given.is_none()));
        remarks.extend(sweep::unserved(path, &options, door, &mut newest.rendered, versions));
    }
    let root = |name: String, asks: bool| Root {
        sort: Sort::Chart,
        name,
        file: file_of(folder),
        folder: folder.to_owned(),
        directories: vec![folder.to_owned()],
        own: 0,
        wanted,
        asked: wanted,
        asks,
        is_part: false,
        given: None,
        versions: None,
        remarks: Vec::new(),
    };
    let first = Root {
        remarks,
        versions: own.filter(|_| !others.is_empty()),
        given: newest.given.take(),
        ..root(folder.to_owned(), newest.asked.is_some())
    };
    let mut all = vec![(first, newest.rendered)];
    for Variant { versions, made } in others {
        let shown = if folder.is_empty() { "." } else { folder };
        let name = format!("{shown} (Kubernetes {})", versions.to_string().replace("..", " to "));
        all.push((Root { versions: Some(versions), ..root(name, made.asked.is_some()) }, made.rendered));
    }
    let tests = if wanted { test_values(path, door) } else { Vec::new() };
    for file in tests {
        let file = full(&file);
        let given = Options { values: vec![Values::File(file.clone())], ..options.clone() };
        let made = one(path, &given, door);
        let mut rendered = made.rendered;
        rendered.objects.clear();
        if !rendered.problems.is_empty() {
            // What the chart asks for without this file as well, whoever installs it gives: a pipeline may, by `--set`.
            let asks = made.asked.is_some() && made.asked == wants;
            all.push((Root { given: Some(file.clone()), ..root(file, asks) }, rendered));
        }
    }
    all
}

/// A chart that seems to ask for a value, with what it makes where that is given. A value that is misspelt is not there either,
/// and nobody is asked for it.
fn give_more(path: &Path, mut made: Made, remarks: &[Problem], options: &Options, door: &dyn Files) -> Made {
    let place = made.rendered.problems.first().and_then(|problem| problem.span);
    let misspelt = |note: &Problem| {
        let meets =
            |place: Span, span: Span| span.source == place.source && span.start <= place.end && place.start <= span.end;
        note.about == MISSPELT && place.zip(note.span).is_some_and(|(place, span)| meets(place, span))
    };
    if remarks.iter().any(misspelt) {
        return Made { asked: None, ..made };
    }
    // The words of `fail` and `required` say what is wanted; of what is not there the name does.
    let name = made.asked.as_ref().filter(|asked| asked.starts_with(['.', '$']));
    let said = made.rendered.problems.iter_mut().zip(name);
    said.for_each(|(problem, name)| problem.message = format!("`{name}` is read but not set"));
    let (rendered, given) = with_more(path, made.rendered, options, door);
    Made { rendered, given, ..made }
}

/// A chart that asks for a value, with what it makes by the first values file beside it that gives all it asks for, and the name of
/// that.
fn with_more(path: &Path, asking: Rendered, options: &Options, door: &dyn Files) -> (Rendered, Option<String>) {
    for file in other_values(path, door) {
        let name = clean(&full(&file));
        let given = Options { values: vec![Values::File(name.clone())], ..options.clone() };
        let mut rendered = one(path, &given, door).rendered;
        if !rendered.problems.is_empty() || rendered.objects.is_empty() {
            continue;
        }
        let mut adopt = Adopt::new(&asking.sources, &mut rendered.sources);
        let note = |problem: Problem| {
            let message = format!("{}; checked with the values of `{name}`", problem.message);
            Problem { span: problem.span.map(|span| adopt.span(span)), message, ..problem }
        };
        rendered.problems = asking.problems.into_iter().map(note).collect();
        let note = |value: RefusedValue| {
            let message = format!("{}; checked with the values of `{name}`", value.message);
            RefusedValue { message, ..value.moved(&mut adopt) }
        };
        rendered.refused_values = asking.refused_values.into_iter().map(note).collect();
        return (rendered, Some(name));
    }
    (asking, None)
}

/// What the templates and values of a chart say of one another, among its sources.
fn remarks((notes, own): &(Vec<Note>, SourceMap), sources: &mut SourceMap) -> Vec<Problem> {
    let mut adopt = Adopt::new(own, sources);
    let remark = |note: &Note| {
        let meant = note.meant.as_ref().map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
        let about = match note.about {
            About::UndefinedTemplate => "undefined-chart-template",
            About::MisspeltKey => MISSPELT,
            About::UnusedKey => "unused-chart-value",
            About::Misindented => "misindented-template",
            About::UnknownApi => "unknown-api-condition",
            About::Unreachable => "unreachable-chart-branch",
        };
        Problem::new(about, Some(adopt.span(note.span)), format!("{}{meant}", note.message))
    };
    notes.iter().map(remark).collect()
}

/// That nothing of a chart is checked, where its templates need what another chart defines that is not here.
fn unchecked(made: &Rendered) -> Option<Problem> {
    let (charts, others): (Vec<&Absent>, Vec<&Absent>) =
        made.absent.iter().partition(|absent| absent.message.ends_with("nothing is fetched"));
    let nothing = made.objects.is_empty() && made.problems.is_empty() && !others.is_empty();
    let first = charts.first().filter(|_| nothing)?;
    let way = if first.message.contains("Git LFS") {
        "`git lfs pull` fetches it"
    } else {
        "`helm dependency build` puts it there"
    };
    let message = format!("nothing of this chart is checked: {}; {way}", first.message);
    Some(Problem::new("chart-not-checked", first.span, message))
}

/// What a chart makes.
pub(super) struct Made {
    pub rendered: Rendered,
    /// The text of it.
    manifest: String,
    /// What it asks for, where that is why it makes nothing.
    pub asked: Option<String>,
    /// The values file that gives it.
    pub given: Option<String>,
    /// What Helm passes over in silence.
    remarks: Vec<Problem>,
}

impl Made {
    /// Whether both make the same, or are refused alike.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let messages = |made: &Self| made.rendered.problems.iter().map(|one| one.message.clone()).collect::<Vec<_>>();
        self.manifest == other.manifest && messages(self) == messages(other)
    }
}

/// What a chart makes by itself.
pub(super) fn one(path: &Path, options: &Options, door: &dyn Files) -> Made {
    let output = render_at(path, options, door);
    let mut rendered = output.rendered;
    rendered.absent.extend(output.absent.into_iter().map(Absent::from));
    for object in &mut rendered.objects {
        let metadata = object.get_mut("metadata");
        if let Some(metadata) = metadata.filter(|metadata| metadata.str_at("namespace") == Some(NAMESPACE)) {
            metadata.remove("namespace");
        }
    }
    let asked = output.asked.filter(|_| !rendered.problems.is_empty());
    Made { rendered, manifest: output.manifest, asked, given: None, remarks: output.remarks }
}

/// A release is called what its chart is called, as far as releases may be called so.
fn release_name(path: &Path, door: &dyn Files) -> String {
    let name = declared_name(path, door).unwrap_or_default().to_lowercase();
    let fits = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' };
    let name: String = name.chars().map(fits).take(53).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "release-name".to_owned() } else { name.to_owned() }
}
