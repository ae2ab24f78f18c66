//! `helmCharts`: charts whose objects go on through the build.
//!
//! In: entries of a kustomization, or objects that configure the same plugin. Out: what `helm template` makes of the chart
//! with the flags that kustomize gives, where the chart lies in the repository. kustomize inflates charts only where it is
//! told to (`--enable-helm`), so that a build which has to be whole is refused.

use std::path::PathBuf;
use std::sync::Arc;

use super::build::{Build, Scope};
use super::decode::{Text, Unknown, boolean, fields, list, some_text, texts};
use super::failure::{BuildResult, Context, Why, at};
use super::files::Files;
use super::given;
use super::node::Node;
use super::partial::Lack;
use super::resmap::from_documents;
use super::resource::Resource;
use crate::render::Absent;
use crate::render::adopt::Adopt;
use crate::render::helm::given::Inline;
use crate::render::helm::{self, Options, Output, Values};
use crate::render::value;
use crate::source::{SourceMap, Span};

/// Why charts are refused.
pub const REFUSED: &str = "kustomize only inflates charts with --enable-helm";

/// Where charts lie, if nothing else is said.
const HOME: &str = "charts";

/// A chart that a kustomization asks for.
#[derive(Debug, Default, Clone)]
pub struct Chart {
    /// The field that asks for it.
    field: String,
    span: Span,
    name: Option<Text>,
    version: Option<Text>,
    repository: Option<Text>,
    release: Option<Text>,
    namespace: Option<Text>,
    values: Option<Text>,
    inline: Option<Node>,
    merge: Option<Text>,
    more_values: Vec<Text>,
    api_versions: Vec<Text>,
    kube_version: Option<Text>,
    with_definitions: bool,
    without_hooks: bool,
    without_tests: bool,
    home: Option<Text>,
}

const FIELDS: [&str; 16] = [
    "name",
    "version",
    "repo",
    "releaseName",
    "namespace",
    "valuesFile",
    "valuesInline",
    "valuesMerge",
    "additionalValuesFiles",
    "apiVersions",
    "kubeVersion",
    "includeCRDs",
    "skipHooks",
    "skipTests",
    "chartHome",
    "nameTemplate",
];

impl Chart {
    /// Reads an entry of `helmCharts`, or the object of a generator.
    ///
    /// # Errors
    /// At a field of another type.
    pub fn read(node: &Node, field: &str) -> BuildResult<Self> {
        let found = fields(node, FIELDS, Unknown::Ignored)?;
        let [
            name,
            version,
            repository,
            release,
            namespace,
            values,
            inline,
            merge,
            more,
            apis,
            kube,
            crds,
            hooks,
            tests,
            home,
            _,
        ] = found;
        Ok(Self {
            field: field.to_owned(),
            span: node.origin.span,
            name: some_text(name)?,
            version: some_text(version)?,
            repository: some_text(repository)?,
            release: some_text(release)?,
            namespace: some_text(namespace)?,
            values: some_text(values)?,
            inline: inline.filter(|node| !node.is_empty()).cloned(),
            merge: some_text(merge)?,
            more_values: texts(more)?,
            api_versions: texts(apis)?,
            kube_version: some_text(kube)?,
            with_definitions: boolean(crds)?,
            without_hooks: boolean(hooks)?,
            without_tests: boolean(tests)?,
            home: some_text(home)?,
        })
    }

    /// Reads an entry of `helmChartInflationGenerator`, which has other names for the same.
    fn read_old(node: &Node) -> BuildResult<Self> {
        let known =
            ["chartName", "chartVersion", "chartRepoUrl", "releaseName", "values", "valuesLocal", "valuesMerge"];
        let [name, version, repository, release, values, inline, merge] = fields(node, known, Unknown::Ignored)?;
        let [home] = fields(node, ["chartHome"], Unknown::Ignored)?;
        Ok(Self {
            field: "helmChartInflationGenerator".to_owned(),
            span: node.origin.span,
            name: some_text(name)?,
            version: some_text(version)?,
            repository: some_text(repository)?,
            release: some_text(release)?,
            values: some_text(values)?,
            inline: inline.filter(|node| !node.is_empty()).cloned(),
            merge: some_text(merge)?,
            home: some_text(home)?,
            ..Self::default()
        })
    }

    /// All that a kustomization asks for, in order.
    ///
    /// # Errors
    /// At a field of another type.
    pub fn all(new: Option<&Node>, old: Option<&Node>, globals: Option<&Node>) -> BuildResult<Vec<Self>> {
        let [home] = globals.map_or(Ok([None]), |node| fields(node, ["chartHome"], Unknown::Ignored))?;
        let mut home = some_text(home)?;
        let mut all = list(new)?.iter().map(|node| Self::read(node, "helmCharts")).collect::<BuildResult<Vec<_>>>()?;
        let old = list(old)?.iter().map(Self::read_old).collect::<BuildResult<Vec<_>>>()?;
        if home.is_none() {
            home = old.iter().rev().find_map(|chart| chart.home.clone());
        }
        all.extend(old);
        all.iter_mut().for_each(|chart| chart.home = home.clone());
        Ok(all)
    }

    /// The refusal of a build that has to be whole.
    pub fn refused<T>(&self) -> BuildResult<T> {
        at(self.span, format!("`{}`: {REFUSED}", self.field)).because(Why::Absent)
    }

    /// The path of the chart from the kustomization's folder.
    fn path(&self, name: &Text) -> String {
        let home = self.home.as_deref().unwrap_or(HOME).trim_end_matches('/');
        match (&self.version, &self.repository) {
            (Some(version), Some(_)) => format!("{home}/{}-{}/{}", &**name, &**version, &**name),
            _ => format!("{home}/{}", &**name),
        }
    }
}

impl Build<'_> {
    /// The objects of a chart; nothing where it is left out.
    ///
    /// # Errors
    /// Where it cannot be left out, or is refused.
    pub(super) fn chart_or_without(&mut self, scope: &Scope, chart: &Chart) -> BuildResult<Vec<Resource>> {
        let made = if self.absent.is_none() { chart.refused() } else { self.chart(scope, chart) };
        Ok(self.or_without(made, Lack::Objects)?.unwrap_or_default())
    }

    /// The objects of a chart; without those of one that is elsewhere, where that may be left out.
    ///
    /// # Errors
    /// Where kustomize, or Helm, refuses it.
    fn chart(&mut self, scope: &Scope, chart: &Chart) -> BuildResult<Vec<Resource>> {
        let Some(name) = &chart.name else { return at(chart.span, "a chart needs a name") };
        let path = chart.path(name);
        let folder = match (self.store.folder(&scope.folder, &path), &chart.repository) {
            (Ok(folder), _) => folder,
            (Err(_), Some(repository)) => {
                let message = format!(
                    "the chart `{}` of {} is not in this repository; nothing is fetched",
                    &**name, &**repository
                );
                return at(name.span, message).because(Why::Absent);
            }
            (Err(failure), None) => {
                let message = format!("there is no chart at `{path}`, and no `repo` to fetch it from");
                return at(name.span, message).because(failure.why);
            }
        };
        let options = self.flags(scope, chart, name, &folder)?;
        let Some((door, place)) = self.store.place(&folder) else { return chart.refused() };
        let output = helm::render_at(&place, &options, door);
        if chart.release.is_none() {
            self.absent.get_or_insert_default().push(Absent {
                span: Some(chart.span),
                message: format!("the release of the chart `{}` has no name: Helm generates one", &**name),
                objects: false,
                entries: false,
                fields: true,
            });
        }
        self.inflated(chart.span, output)
    }

    /// The flags that kustomize gives to `helm template`.
    fn flags(&mut self, scope: &Scope, chart: &Chart, name: &Text, folder: &str) -> BuildResult<Options> {
        let text = |text: &Option<Text>| text.as_ref().map(|text| text.text.to_string());
        let mut values = Vec::new();
        let own = match &chart.values {
            Some(file) => Some(self.values_file(scope, file)?),
            None => None,
        };
        match (&chart.inline, chart.merge.as_deref().unwrap_or("override")) {
            (None, _) => values.extend(own.map(Values::File)),
            (Some(inline), "override") => {
                values.extend(own.map(Values::File));
                values.push(self.inline(inline)?);
            }
            (Some(inline), "merge") => {
                values.push(self.inline(inline)?);
                let usual = || self.store.name(&format!("{folder}/values.yaml"));
                values.push(Values::File(own.unwrap_or_else(usual)));
            }
            (Some(inline), "replace") => values.push(self.inline(inline)?),
            _ => {
                let span = chart.merge.as_ref().map_or(chart.span, |merge| merge.span);
                return at(span, "merge, override or replace is expected here");
            }
        }
        for file in &chart.more_values {
            values.push(Values::File(self.values_file(scope, file)?));
        }
        Ok(Options {
            values,
            release_name: text(&chart.release).unwrap_or_else(|| name.text.to_string()),
            namespace: text(&chart.namespace).unwrap_or_else(|| "default".to_owned()),
            kube_version: text(&chart.kube_version).or_else(|| self.kube_version.clone()),
            api_versions: chart.api_versions.iter().map(|api| api.text.to_string()).collect(),
            include_crds: chart.with_definitions,
            no_hooks: chart.without_hooks,
            skip_tests: chart.without_tests,
            local: true,
            partial: true,
            ..Options::default()
        })
    }

    /// The name of a values file. Whoever inflates charts gives flags anyway: where files may lie is theirs as well.
    fn values_file(&mut self, scope: &Scope, file: &Text) -> BuildResult<String> {
        let anywhere = std::mem::replace(&mut self.store.anywhere, true);
        let loaded = self.store.load(&scope.folder, file).or_at(file.span);
        self.store.anywhere = anywhere;
        Ok(self.store.source(loaded?).name.clone())
    }

    fn inline(&self, node: &Node) -> BuildResult<Values> {
        let mut sources = SourceMap::default();
        let value = super::finish::placed(node, &|span| self.store.placed(span))?;
        let value = Adopt::new(&self.store.sources, &mut sources).value(value);
        Ok(Values::Inline(Inline { value, sources: Arc::new(sources) }))
    }

    /// Takes up what Helm made.
    fn inflated(&mut self, place: Span, output: Output) -> BuildResult<Vec<Resource>> {
        let rendered = output.rendered;
        let mut adopt = Adopt::new(&rendered.sources, &mut self.store.sources);
        let lacks_parts = !output.absent.is_empty();
        for problem in output.absent {
            let span = problem.span.map(|span| adopt.span(span)).or(Some(place));
            self.absent.get_or_insert_default().push(Absent { span, ..Absent::from(problem) });
        }
        if let Some(problem) = rendered.problems.into_iter().next() {
            let span = problem.span.map_or(place, |span| adopt.span(span));
            // With what is not here it might render.
            let why = if lacks_parts { Why::Absent } else { Why::Refused };
            return at(span, problem.message).because(why);
        }
        // Also what gave nothing was rendered.
        for source in rendered.sources.iter().filter(|source| helm::is_part(&source.name)) {
            adopt.span(Span::new(source.id, 0, 0));
        }
        let values: Vec<_> = rendered.objects.into_iter().map(|object| adopt.value(object)).collect();
        self.done.charts += 1;
        let numbers = self.store.numbers();
        let number = |span: Span| Span { source: *numbers.get(&span.source).unwrap_or(&span.source), ..span };
        let numbered = |mut value: value::Value| {
            value.move_places(&mut |span| number(span));
            given::node(&value)
        };
        from_documents(values.into_iter().map(numbered).collect())
    }
}

impl super::store::Store<'_> {
    /// The door to the files of a folder, and its path there.
    fn place(&self, folder: &str) -> Option<(&dyn crate::files::Files, PathBuf)> {
        self.files().door(folder)
    }

    /// The name that users know a path by.
    fn name(&self, path: &str) -> String {
        self.files().name(path)
    }

    fn files(&self) -> &dyn Files {
        self.door()
    }
}
