//! Building one kustomization and what it includes.
//!
//! In: the folder of a kustomization. Out: its objects, the fields its transformers touch and its variables, as the
//! kustomization that includes it goes on with them.

use std::sync::Arc;
use std::time::Instant;

use super::base::Done;
use super::config::Config;
use super::decode::Text;
use super::failure::{BuildResult, Context, Why, at, somewhere};
use super::files::is_within;
use super::kustomization::Kustomization;
use super::node::Node;
use super::notes::{Notes, Step};
use super::partial::Lack;
use super::plugin::{self, Plugin, Transformer};
use super::resmap::{Names, append, from_documents};
use super::resource::Resource;
use super::schema::Merging;
use super::store::Store;
use super::vars::{self, Vars};
use super::{Limits, crds, generate};
use crate::render::Absent;
use crate::render::origin::By;
use crate::source::Span;

/// Where a kustomization lies.
pub struct Scope {
    /// Its folder.
    pub folder: String,
    /// Its file, within the folder.
    pub file: &'static str,
    /// Its file's beginning.
    pub span: Span,
}

/// What a kustomization has gathered.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// The objects.
    pub resources: Vec<Resource>,
    /// The fields of the transformers.
    pub config: Arc<Config>,
    /// The variables.
    pub vars: Vars,
}

/// How somebody else has a root changed: Argo CD and Flux edit its kustomization before they build it.
pub struct Changes<'c> {
    /// Edits what the kustomization says; the tree of its file is there where it has one.
    pub edit: &'c dyn Fn(&mut Kustomization, Option<&Node>) -> BuildResult<()>,
    /// The place that stands for the kustomization of a folder that has none; without one, a file must be there.
    pub generated: Option<Span>,
    /// Whether fields that kustomize does not know, and a kustomization that says nothing, are passed over.
    pub lenient: bool,
    /// Whether a released program builds it, which knows its version; in kubectl and Flux the library does.
    pub released: bool,
}

/// One build.
pub struct Build<'f> {
    /// The files.
    pub store: Store<'f>,
    /// How lists are merged.
    pub merging: Option<Merging>,
    limits: &'f Limits,
    /// What was built so far.
    pub(super) done: Done,
    /// The folders of the kustomizations that are being built, the root's first.
    pub(super) stack: Vec<String>,
    /// Whether, and how, it is noted where objects come from.
    pub(super) notes: Notes,
    /// What it was made without; nothing where it has to be whole.
    pub absent: Option<Vec<Absent>>,
    /// The version of the cluster that charts are told of, where somebody says it.
    pub kube_version: Option<String>,
    released: bool,
    started: Instant,
}

const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

impl<'f> Build<'f> {
    /// A build that has read nothing yet.
    pub fn new(store: Store<'f>, limits: &'f Limits) -> Self {
        let (notes, started) = (Notes::default(), Instant::now());
        let (stack, absent, kube_version) = (Vec::new(), None, None);
        let (done, released) = (Done::default(), false);
        Self { store, merging: None, limits, done, stack, notes, absent, kube_version, released, started }
    }

    /// How lists are merged.
    pub fn merging(&self) -> &Merging {
        self.merging.as_ref().unwrap_or_else(|| Merging::builtin())
    }

    /// Builds the root.
    ///
    /// # Errors
    /// Where kustomize refuses it.
    pub fn root(&mut self, folder: &str, changes: Option<&Changes<'_>>) -> BuildResult<Vec<Resource>> {
        self.released = changes.is_some_and(|changes| changes.released);
        let reads = self.store.asked.len();
        let (scope, kustomization) = match changes {
            Some(changes) => self.open_changed(folder, changes)?,
            None => self.open(folder)?,
        };
        self.schema(&scope, &kustomization)?;
        self.notes = Notes::new(&kustomization.metadata);
        // A root of which something is missing says so where a base does not.
        let shared = changes.is_none() && (self.absent.is_none() || !kustomization.resources.is_empty());
        let begun = if shared { self.begin(&scope.folder, reads) } else { None };
        let gathered = match begun {
            Some(begun) => self.shared(begun, |build| build.gather(&scope, &kustomization, Gathered::default()))?,
            None => self.gather(&scope, &kustomization, Gathered::default())?,
        };
        self.finished(&kustomization, gathered)
    }

    /// The objects that a kustomization without a file makes of those that are there.
    ///
    /// # Errors
    /// Where kustomize refuses it.
    pub fn upon(&mut self, resources: Vec<Resource>, own: &Kustomization) -> BuildResult<Vec<Resource>> {
        let span = resources.first().map(Resource::span).unwrap_or_default();
        let scope = Scope { folder: String::new(), file: NAMES[0], span };
        self.notes = Notes::new(&own.metadata);
        let gathered = self.gather(&scope, own, Gathered { resources, ..Gathered::default() })?;
        self.finished(own, gathered)
    }

    /// What a root makes of all that was gathered.
    fn finished(&mut self, own: &Kustomization, mut gathered: Gathered) -> BuildResult<Vec<Resource>> {
        super::names::add_hashes(&mut gathered.resources)?;
        super::references::fix(&mut gathered.resources, &gathered.config)?;
        let resolved = vars::resolve(&mut gathered.resources, &gathered.vars, &gathered.config);
        self.or_without(resolved, Lack::Fields)?;
        let mut resources = super::last::without_local(gathered.resources)?;
        super::sort::sort(&mut resources, own.sort.as_ref())?;
        super::last::finish(&mut resources, &self.notes, self.released)?;
        Ok(resources)
    }

    /// The kustomization file of a folder, where it has one.
    fn file(&mut self, folder: &str) -> BuildResult<Option<Scope>> {
        let mut files = Vec::new();
        for name in NAMES {
            if let Some(id) = self.store.load_if_there(folder, name) {
                files.push((name, id));
            }
        }
        match files[..] {
            [(file, id)] => Ok(Some(Scope { folder: folder.to_owned(), file, span: Span::new(id, 0, 0) })),
            [] => Ok(None),
            [_, (_, second), ..] => {
                at(Span::new(second, 0, 0), "there is more than one kustomization file in the folder")
            }
        }
    }

    /// Reads the kustomization of a folder.
    fn open(&mut self, folder: &str) -> BuildResult<(Scope, Kustomization)> {
        let Some(scope) = self.file(folder)? else { return somewhere("there is no kustomization file in the folder") };
        let Some(node) = self.store.configuration(scope.span.source)? else {
            return at(scope.span, "the kustomization is empty");
        };
        let kustomization = Kustomization::read(&node).or_at(scope.span)?;
        Ok((scope, kustomization))
    }

    /// The same, and has it edited.
    fn open_changed(&mut self, folder: &str, changes: &Changes<'_>) -> BuildResult<(Scope, Kustomization)> {
        let (scope, node) = match (self.file(folder)?, changes.generated) {
            (Some(scope), _) => {
                let node = self.store.configuration(scope.span.source)?;
                (scope, node)
            }
            (None, Some(span)) => (Scope { folder: folder.to_owned(), file: NAMES[0], span }, None),
            (None, None) => return somewhere("there is no kustomization file in the folder"),
        };
        let mut kustomization = match &node {
            Some(node) if changes.lenient => Kustomization::read_known(node).or_at(scope.span)?,
            Some(node) => Kustomization::read(node).or_at(scope.span)?,
            None => Kustomization::default(),
        };
        (changes.edit)(&mut kustomization, node.as_deref())?;
        Ok((scope, kustomization))
    }

    /// Takes the schema that a kustomization names; the first that is named counts.
    fn schema(&mut self, scope: &Scope, kustomization: &Kustomization) -> BuildResult<()> {
        let entry = |name: &str| kustomization.openapi.iter().find(|(key, _)| **key == *name).map(|(_, text)| text);
        let file = match entry("path") {
            None => None,
            Some(path) => Some(self.store.load(&scope.folder, path).or_at(path.span)?),
        };
        if self.merging.is_some() {
            return Ok(());
        }
        match (file, entry("version")) {
            (Some(_), Some(version)) => at(version.span, "`openapi` takes either a version or a path"),
            (Some(id), None) => {
                let span = Span::new(id, 0, 0);
                let Some(node) = self.store.configuration(id)? else {
                    return at(span, "an OpenAPI document is expected");
                };
                self.merging = Some(Merging::read(&node).or_at(span)?);
                Ok(())
            }
            (None, Some(version)) if &**version != "v1.21.2" => {
                at(version.span, "kustomize carries the OpenAPI version v1.21.2 only")
            }
            (None, _) => Ok(()),
        }
    }

    /// Builds a kustomization upon what is there already (which for a component is what its parent has).
    fn gather(&mut self, scope: &Scope, own: &Kustomization, gathered: Gathered) -> BuildResult<Gathered> {
        if self.stack.len() >= self.limits.depth {
            return at(scope.span, format!("kustomizations include each other more than {} deep", self.limits.depth));
        }
        self.done.count += 1;
        if self.done.count > self.limits.files {
            return at(scope.span, format!("the root includes more than {} kustomizations", self.limits.files));
        }
        self.stack.push(scope.folder.clone());
        self.done.folders.push(scope.folder.clone());
        self.done.depth = self.done.depth.max(self.stack.len());
        let done = self.gather_all(scope, own, gathered);
        self.stack.pop();
        done
    }

    fn gather_all(&mut self, scope: &Scope, own: &Kustomization, mut gathered: Gathered) -> BuildResult<Gathered> {
        if self.stack.len() == 1 {
            self.note_handed_in(scope, own);
        }
        self.resources(scope, &own.resources, &mut gathered, Lack::Objects)?;
        gathered.config.absorb(Config::builtin())?;
        for path in &own.configurations {
            let node = self.configuration(scope, path);
            let node = self.or_without(node, Lack::Fields)?.flatten();
            let config = node.map_or(Ok(Config::default()), |node| Config::read(&node)).or_at(path.span)?;
            gathered.config.absorb(&Arc::new(config)).or_at(path.span)?;
        }
        for path in &own.crds {
            let node = self.configuration(scope, path);
            let node = self.or_without(node, Lack::Fields)?.flatten();
            let config = node.map_or(Ok(Config::default()), |node| crds::read(&node)).or_at(path.span)?;
            gathered.config.absorb(&Arc::new(config)).or_at(path.span)?;
        }
        self.generators(scope, own, &mut gathered.resources)?;
        for path in &own.components {
            let folder = self.store.folder(&scope.folder, path).or_at(path.span);
            if self.or_without(folder, Lack::All)?.is_some() {
                self.component(scope, path, &mut gathered)?;
            }
        }
        self.transform(scope, own, &mut gathered)?;
        self.validate(scope, own, &mut gathered.resources)?;
        vars::declare(&mut gathered.vars, &own.vars, &mut gathered.resources)?;
        self.check_size(scope, gathered.resources.len())?;
        Ok(gathered)
    }

    /// Whether there may be so many kustomizations more, including each other so deep, with so many objects at once.
    pub(super) fn fits(&self, count: usize, depth: usize, objects: usize) -> bool {
        let Limits { files, depth: deepest, objects: most, time, .. } = *self.limits;
        self.done.count + count <= files
            && self.stack.len() + depth <= deepest
            && objects <= most
            && self.started.elapsed() < time
    }

    fn check_size(&mut self, scope: &Scope, objects: usize) -> BuildResult<()> {
        self.done.objects = self.done.objects.max(objects);
        if self.started.elapsed() >= self.limits.time {
            return at(scope.span, format!("the root takes longer than {} s", self.limits.time.as_secs_f64()));
        }
        if objects <= self.limits.objects {
            return Ok(());
        }
        at(scope.span, format!("the root renders more than {} objects", self.limits.objects)).because(Why::Limit)
    }

    fn configuration(&mut self, scope: &Scope, path: &Text) -> BuildResult<Option<Arc<Node>>> {
        let id = self.store.load(&scope.folder, path).or_at(path.span)?;
        self.store.configuration(id)
    }

    /// Takes in files and folders.
    fn resources(&mut self, scope: &Scope, paths: &[Text], gathered: &mut Gathered, lack: Lack) -> BuildResult<()> {
        let mut names = Names::of(&gathered.resources);
        for path in paths {
            if self.store.is_folder(&scope.folder, path) {
                let inner = self.include(scope, path, false, Gathered::default());
                let Some(inner) = self.or_without(inner, lack)? else { continue };
                names.append(&mut gathered.resources, inner.resources).while_doing(|| format!("`{}`", path.text))?;
                gathered.config.absorb(&inner.config).or_at(path.span)?;
                vars::join(&mut gathered.vars, inner.vars.into_values())?;
            } else {
                let id = self.store.load(&scope.folder, path).or_at(path.span);
                let Some(id) = self.or_without(id, lack)? else { continue };
                let nodes = self.store.documents(id)?;
                let mut resources = from_documents(nodes.to_vec())?;
                self.notes.file(&mut resources, path);
                names.append(&mut gathered.resources, resources)?;
            }
            self.check_size(scope, gathered.resources.len())?;
        }
        Ok(())
    }

    /// Builds the kustomization of another folder.
    fn include(&mut self, scope: &Scope, path: &Text, component: bool, upon: Gathered) -> BuildResult<Gathered> {
        let folder = self.store.folder(&scope.folder, path).or_at(path.span)?;
        if self.stack.iter().any(|outer| is_within(outer, &folder)) {
            return at(
                path.span,
                format!("`{}` includes itself: it is, or holds, a folder that includes it", path.text),
            );
        }
        let begun = if component { None } else { self.begin(&folder, self.store.asked.len()) };
        match begun {
            Some(begun) => self.shared(begun, |build| build.include_folder(path, &folder, component, upon)),
            None => self.include_folder(path, &folder, component, upon),
        }
    }

    fn include_folder(&mut self, path: &Text, folder: &str, component: bool, upon: Gathered) -> BuildResult<Gathered> {
        let (inner, kustomization) = self.open(folder).or_at(path.span)?;
        self.schema(&inner, &kustomization)?;
        match (component, kustomization.component) {
            (true, false) => return at(path.span, format!("`{}` is not a component", path.text)),
            (false, true) => {
                return at(path.span, format!("`{}` is a component: it belongs under `components`", path.text));
            }
            _ => {}
        }
        let notes = self.notes.enter(path);
        let gathered = self.gather(&inner, &kustomization, upon).or_at(path.span);
        self.notes.leave(notes);
        gathered
    }

    /// Lets a component work on what is there.
    fn component(&mut self, scope: &Scope, path: &Text, gathered: &mut Gathered) -> BuildResult<()> {
        *gathered = self.include(scope, path, true, std::mem::take(gathered))?;
        super::resmap::check_unique(&gathered.resources)
    }

    fn generators(&mut self, scope: &Scope, own: &Kustomization, resources: &mut Vec<Resource>) -> BuildResult<()> {
        let mut plugins = Vec::new();
        for resource in self.plugin_objects(scope, &own.generators, Lack::Objects)? {
            let plugin = plugin::read(&mut self.store, scope, &resource);
            plugins.extend(self.or_without(plugin, Lack::Objects)?.map(|plugin| (plugin, resource)));
        }
        let mut names = Names::of(resources);
        for args in own.config_maps.iter().chain(&own.secrets) {
            let mut args = self.present(scope, args)?;
            args.options = generate::with_global(args.options.take(), own.generator_options.as_ref());
            let mut made = generate::generate(&mut self.store, &scope.folder, &args)?;
            let kind = if args.secret { "SecretGenerator" } else { "ConfigMapGenerator" };
            self.notes.generated(&mut made, scope, kind);
            let absorbed = names.absorb(resources, made);
            self.or_without(absorbed, Lack::Objects)?;
        }
        for chart in &own.charts {
            for mut made in self.chart_or_without(scope, chart)? {
                self.notes.generated(&mut made, scope, "HelmChartInflationGenerator");
                names.absorb(resources, made)?;
            }
        }
        for (plugin, object) in plugins {
            let mut made = match plugin {
                Plugin::Chart(chart) => {
                    for mut made in self.chart_or_without(scope, &chart)? {
                        self.notes.generated_by(&mut made, &object);
                        names.absorb(resources, made)?;
                    }
                    continue;
                }
                Plugin::Generator(args) => generate::generate(&mut self.store, &scope.folder, &args)?,
                Plugin::Account(node) => plugin::account(&node)?,
                Plugin::Transformer(_) => return at(object.span(), format!("{} is not a generator", object.id())),
            };
            self.notes.generated_by(&mut made, &object);
            names.absorb(resources, made)?;
        }
        Ok(())
    }

    /// The objects that configure plugins: texts, files or folders.
    fn plugin_objects(&mut self, scope: &Scope, entries: &[Node], lack: Lack) -> BuildResult<Vec<Resource>> {
        let (mut gathered, mut paths) = (Gathered::default(), Vec::new());
        for entry in entries {
            let inline = self.store.embedded(entry, entry.text(), By::Transformer).and_then(from_documents);
            match inline {
                Ok(mut resources) => {
                    self.notes.inline(&mut resources, scope);
                    append(&mut gathered.resources, resources)?;
                }
                Err(_) => paths.push(Text { text: entry.text().into(), span: entry.origin.span }),
            }
        }
        self.resources(scope, &paths, &mut gathered, lack)?;
        Ok(gathered.resources)
    }

    fn transform(&mut self, scope: &Scope, own: &Kustomization, gathered: &mut Gathered) -> BuildResult<()> {
        let mut steps = self.builtin(scope, own, &gathered.config)?;
        for resource in self.plugin_objects(scope, &own.transformers, Lack::Fields)? {
            let transformer = self.transformer(scope, &resource);
            let here = self.or_without(transformer, Lack::Fields)?;
            steps.extend(here.map(|transformer| (transformer, Step::Object(Box::new(resource)))));
        }
        for (transformer, step) in &steps {
            self.apply(transformer, &mut gathered.resources)?;
            self.notes.transformed(&mut gathered.resources, scope, step);
        }
        Ok(())
    }

    fn transformer(&mut self, scope: &Scope, resource: &Resource) -> BuildResult<Transformer> {
        match plugin::read(&mut self.store, scope, resource)? {
            Plugin::Transformer(transformer) => Ok(transformer),
            _ => at(resource.span(), format!("{} is not a transformer", resource.id())),
        }
    }

    /// Runs validators: transformers that may change nothing but one label.
    fn validate(&mut self, scope: &Scope, own: &Kustomization, resources: &mut Vec<Resource>) -> BuildResult<()> {
        for object in self.plugin_objects(scope, &own.validators, Lack::Fields)? {
            let transformer = self.transformer(scope, &object);
            let Some(transformer) = self.or_without(transformer, Lack::Fields)? else { continue };
            let before = super::last::plain(resources)?;
            transformer.apply(resources, self.merging())?;
            if super::last::plain(resources)? != before {
                return at(object.span(), format!("the validator {} changes objects, which it may not", object.id()));
            }
        }
        Ok(())
    }
}
