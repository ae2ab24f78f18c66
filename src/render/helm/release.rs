//! One chart's release, from files to objects.
//!
//! In: the files of a chart, [`Options`], a door to values files. Out: [`Output`]: what Helm would print and the objects in
//! it with their origins, or why it refuses.

mod printed;

use std::path::Path;

use super::asks;
use super::capabilities::{self, KubeVersion};
use super::chart::load::{LoadError, Loader};
use super::chart::metadata::Dependency;
use super::chart::{Chart, archive};
use super::dependencies;
use super::engine::{self, Surroundings};
use super::functions::semver::is_in_range;
use super::local::Local;
use super::manifests::{self, Manifest};
use super::options::Options;
use super::origins;
use super::schema::{self, Schemas};
use super::stack::on_deep_stack;
use super::template::{Data, Entries, Limits, Machine, Map, Marks, Set, Text, Value};
use super::values::coalesce;
use crate::files::Files;
use crate::render::{Problem, RefusedValue, Rendered};
use crate::source::{SourceMap, Span};

/// What a problem is about that leaves every object there.
pub const UNCHECKED: &str = "schema-unchecked";

/// What a chart is given as.
#[derive(Debug, Clone)]
pub enum Contents {
    /// The files of a folder.
    Folder(Vec<(String, Vec<u8>)>),
    /// A packed chart.
    Archive(Vec<u8>),
}

/// What a release gives.
#[derive(Debug)]
pub struct Output {
    /// The objects and problems.
    pub rendered: Rendered,
    /// What `helm template` prints on standard output.
    pub manifest: String,
    /// What Helm warns of.
    pub warnings: Vec<String>,
    /// What could not be had, so that there may be more objects, or other values.
    pub absent: Vec<Problem>,
    /// What Helm passes over in silence.
    pub remarks: Vec<Problem>,
    /// What the chart asks for by `fail` or `required`, or reads though it is not there, where that is why it does not render.
    pub asked: Option<String>,
}

/// Renders a chart; `root` is its name for the user, `folder` where it lies if it is a folder.
pub fn render(contents: Contents, root: &str, folder: Option<&Path>, options: &Options, door: &dyn Files) -> Output {
    on_deep_stack(|| Work::new(root, folder, options, door).run(contents)).unwrap_or_else(|| {
        Output::refused(root, "the chart could not be rendered because of an internal error".to_owned())
    })
}

impl Output {
    /// What there is of a chart whose files could not be read.
    pub fn refused(root: &str, message: String) -> Self {
        let problem = Problem::new("render-failed", None, message);
        Self {
            rendered: empty(root, SourceMap::default(), vec![problem]),
            manifest: String::new(),
            warnings: Vec::new(),
            absent: Vec::new(),
            remarks: Vec::new(),
            asked: None,
        }
    }
}

fn empty(root: &str, sources: SourceMap, problems: Vec<Problem>) -> Rendered {
    Rendered { problems, ..Rendered::nothing(root.to_owned(), "helm", sources) }
}

/// Why there is nothing.
#[derive(Default)]
struct Refused {
    message: String,
    span: Option<Span>,
    asked: Option<String>,
    values: Vec<RefusedValue>,
}

impl Refused {
    /// Whether it may be for want of a chart that is not in charts/: a template that is defined nowhere is called, or a value is
    /// read that such a chart would bring.
    fn is_for_want_of(&self, missing: &[String]) -> bool {
        let calls = self.message.contains("no template \"")
            || (self.message.contains("template \"") && self.message.ends_with("\" not defined"));
        let reads = |name: &String| {
            self.asked.as_ref().is_some_and(|asked| {
                asked
                    .strip_prefix(".Values.")
                    .and_then(|path| path.strip_prefix(name))
                    .is_some_and(|rest| rest.starts_with('.'))
            })
        };
        let indexes = |name: &String| self.asked.is_some() && self.message.contains(&format!(".Values \"{name}\""));
        !missing.is_empty() && (calls || missing.iter().any(|name| reads(name) || indexes(name)))
    }
}

impl From<String> for Refused {
    fn from(message: String) -> Self {
        Self { message, ..Self::default() }
    }
}

impl From<(String, Option<Span>)> for Refused {
    fn from((message, span): (String, Option<Span>)) -> Self {
        Self { message, span, ..Self::default() }
    }
}

impl From<LoadError> for Refused {
    fn from(error: LoadError) -> Self {
        Self { message: error.message, span: error.span, ..Self::default() }
    }
}

struct Work<'w> {
    root: &'w str,
    folder: Option<&'w Path>,
    options: &'w Options,
    door: &'w dyn Files,
    sources: SourceMap,
    marks: Marks,
    warnings: Vec<String>,
    absent: Vec<Problem>,
    remarks: Vec<Problem>,
    /// The names by which the chart and its charts know those that are missing.
    missing: Vec<String>,
}

impl<'w> Work<'w> {
    fn new(root: &'w str, folder: Option<&'w Path>, options: &'w Options, door: &'w dyn Files) -> Self {
        Self {
            root,
            folder,
            options,
            door,
            sources: SourceMap::default(),
            marks: Marks::default(),
            warnings: Vec::new(),
            absent: Vec::new(),
            remarks: Vec::new(),
            missing: Vec::new(),
        }
    }

    fn run(mut self, contents: Contents) -> Output {
        let result = match self.release(contents) {
            Err(refused) if refused.is_for_want_of(&self.missing) => {
                self.absent.push(Problem::new("not-rendered", refused.span, refused.message));
                Ok(Default::default())
            }
            result => result,
        };
        let Self { root, sources, warnings, absent, remarks, .. } = self;
        match result {
            Ok((objects, manifest)) => {
                let mut rendered = empty(root, sources, Vec::new());
                rendered.objects = objects;
                Output { rendered, manifest, warnings, absent, remarks, asked: None }
            }
            Err(Refused { message, span, asked, values }) => {
                let problem = Problem::new("render-failed", span, message);
                let mut rendered = empty(root, sources, vec![problem]);
                rendered.refused_values = values;
                Output { rendered, manifest: String::new(), warnings, absent, remarks, asked }
            }
        }
    }

    fn release(&mut self, contents: Contents) -> Result<(Vec<crate::render::value::Value>, String), Refused> {
        let kube = match &self.options.kube_version {
            None => KubeVersion::default(),
            Some(text) => {
                KubeVersion::parse(text).map_err(|error| format!("invalid kube version '{text}': {error}"))?
            }
        };
        check_name(&self.options.release_name)?;
        let given = self.options.given(&mut self.sources, &mut self.marks, self.door)?;
        let mut chart = self.load(contents)?;
        if let Some(own) = self.options.own(&mut self.sources, &mut self.marks, self.door)? {
            chart.values = Some(own);
        }
        self.check_chart(&chart)?;
        dependencies::process(&mut chart, &given, &mut self.warnings)
            .map_err(|error| format!("chart dependencies processing failed: {error}"))?;
        let values = coalesce::values(&chart, &given, false, &mut self.warnings)?;
        self.stand_in(&chart, &values);
        let marks = std::mem::take(&mut self.marks);
        let mut machine = Machine::new(Set::default(), marks, super::functions::library(), Limits::default());
        if !self.options.skip_schema && !self.note_schema(&chart) {
            let mut schemas = Schemas { machine: &mut machine, sources: &self.sources, options: self.options };
            schemas.validate(&chart, &values).map_err(|unmet| Refused {
                span: unmet.values.iter().find_map(|value| value.span),
                asked: unmet.only_asks.then(|| unmet.message.clone()),
                message: unmet.message,
                values: unmet.values,
            })?;
        }
        let wanted = &chart.metadata.kube_version;
        if !wanted.is_empty() && !is_in_range(wanted, &kube.normalized) {
            return Err(format!(
                "chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {}",
                kube.version
            )
            .into());
        }
        let around = Surroundings {
            release: self.about_release(),
            capabilities: capabilities::value(&kube, &self.options.api_versions, self.options.of_cluster),
        };
        let (rendered, marks) =
            engine::run(&chart, &values, &around, &self.sources, machine.marks).map_err(|stopped| Refused {
                message: stopped.message,
                span: stopped.span,
                asked: stopped.asked,
                values: Vec::new(),
            })?;
        self.marks = marks;
        let texts: Vec<_> = rendered.into_iter().filter(|(path, _)| !path.ends_with("NOTES.txt")).collect();
        let (manifests, hooks) = manifests::sort(&texts).map_err(|unreadable| {
            let span = self.place(&unreadable.text, unreadable.at);
            let asked = span.and_then(|span| asks::unset_on_line(span, &self.sources, &values));
            Refused { message: unreadable.message, span, asked, ..Refused::default() }
        })?;
        self.remarks = manifests.iter().chain(&hooks).flat_map(|manifest| self.overruled(manifest)).collect();
        self.print(&chart, manifests, hooks)
    }

    /// The keys that a document has twice: Helm reads the later ones, and does not tell.
    fn overruled(&self, manifest: &Manifest) -> Vec<Problem> {
        let fallback = self.file_of(&manifest.path);
        let again = manifest.again.iter().map(|span| span.start).collect();
        let keys = origins::keys(manifest.tree.root(), &again, &manifest.text, &self.marks, fallback);
        let told = |(name, span): (&str, Span)| {
            let message =
                format!("the key `{name}` is in this map twice once the template is rendered: Helm takes this one");
            Problem::new("duplicate-key", Some(span), message)
        };
        keys.into_iter().map(told).collect()
    }

    fn load(&mut self, contents: Contents) -> Result<Chart, Refused> {
        let mut loader = Loader { sources: &mut self.sources, marks: &mut self.marks, left: archive::Left::default() };
        let loaded = match contents {
            Contents::Folder(files) => loader.load(files, self.root),
            Contents::Archive(bytes) => loader.load_archive(&bytes, self.root),
        };
        let mut chart = loaded?;
        if let Some(folder) = self.folder.filter(|_| self.options.local || self.options.partial) {
            Local::new(self.door, self.options.local).add(&mut chart, folder, &mut loader, &mut self.warnings)?;
        }
        Ok(chart)
    }

    /// Notes the charts that a chart, or one of its own charts, lacks.
    fn note_missing(&mut self, chart: &Chart) {
        let missing = dependencies::all_missing(chart);
        let names = |dependency: &&Dependency| [dependency.name.clone(), dependency.alias.clone()];
        self.missing = missing.iter().flat_map(names).filter(|name| !name.is_empty()).collect();
        self.absent.extend(missing.iter().map(|dependency| {
            let name = &dependency.name;
            let message = if chart.has_pointer_to(name) {
                format!("the chart `{name}` is in charts/ only as a pointer of Git LFS; nothing is fetched")
            } else {
                format!("the chart `{name}` is not in charts/; nothing is fetched")
            };
            Problem::new("not-rendered", dependency.span, message)
        }));
    }

    /// What a chart gives to one that it lacks is a map, as Helm makes it where that is there.
    fn stand_in(&self, chart: &Chart, values: &Map) {
        let lacking = dependencies::lacking(chart).into_iter().filter(|_| self.options.partial);
        for dependency in lacking {
            let given = values.get(&dependency.name);
            if given.is_none_or(|value| matches!(value.data, Data::Absent | Data::Nil)) {
                values.set(&dependency.name, Data::Map(Map::new(Entries::new())).into());
            }
        }
    }

    /// Notes a schema that cannot be held against the values, where what can be had is wanted.
    fn note_schema(&mut self, chart: &Chart) -> bool {
        let elsewhere = schema::elsewhere(chart).filter(|_| self.options.partial);
        let Some((chart, address)) = elsewhere else { return false };
        let message = format!(
            "`values.schema.json` of the chart `{chart}` is not checked: it refers to {address}; nothing is fetched"
        );
        self.absent.push(Problem::new(UNCHECKED, None, message));
        true
    }

    fn check_chart(&mut self, chart: &Chart) -> Result<(), Refused> {
        if chart.is_library() {
            return Err("library charts are not installable".to_owned().into());
        }
        if self.options.partial {
            self.note_missing(chart);
            return Ok(());
        }
        let missing = dependencies::missing(chart);
        if missing.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = missing.iter().map(|dependency| dependency.name.as_str()).collect();
        let message = format!(
            "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: {}",
            names.join(", ")
        );
        Err((message, missing[0].span).into())
    }

    fn about_release(&self) -> Value {
        let map = Map::new(Entries::new());
        map.set("Name", Value::string(&self.options.release_name));
        map.set("Namespace", Value::string(&self.options.namespace));
        map.set("IsUpgrade", Value::bool(self.options.is_upgrade));
        map.set("IsInstall", Value::bool(!self.options.is_upgrade));
        map.set("Revision", Data::Int(1).into());
        map.set("Service", Value::string("Helm"));
        Data::Map(map).into()
    }

    /// The place that wrote a byte of a text.
    fn place(&self, text: &Text, at: usize) -> Option<Span> {
        let pieces = text.pieces();
        let piece = pieces.iter().find(|piece| piece.end as usize > at).or(pieces.last())?;
        let origin = self.marks.get(piece.mark);
        origin.template.or(origin.data.first().copied())
    }
}

/// Helm's rule for names of releases.
fn check_name(name: &str) -> Result<(), String> {
    let label = |part: &str| {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !part.is_empty() && part.chars().all(inner) && !part.starts_with('-') && !part.ends_with('-')
    };
    if name.is_empty() {
        return Err("release name check failed: no name provided".to_owned());
    }
    if name.len() > 53 || !name.split('.').all(label) {
        return Err(format!(
            "release name check failed: release name {name:?}: invalid release name, must match lower-case names of at most 53 characters"
        ));
    }
    Ok(())
}
