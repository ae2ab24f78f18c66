//! Built-in transformers and generators that are configured as objects of their own.
//!
//! In: an object with `apiVersion: builtin`. Out: [`Plugin`]: what it does. Any other plugin is a program, which is not run.

use super::build::Scope;
use super::charts::Chart;
use super::config::FieldSpec;
use super::decode::{Text, Unknown, boolean, fields, integer, list, pairs, some_text};
use super::failure::{BuildResult, Context, Why, at};
use super::images;
use super::kustomization::Pairs;
use super::labels;
use super::names::{End, affix};
use super::namespace::{Namespace, Subjects};
use super::node::{Data, Node, Scalar, Tag};
use super::patches::{self, Loaded};
use super::replacement::{Replacement, ReplacementEntry};
use super::replacements;
use super::resource::Resource;
use super::schema::Merging;
use super::select::select;
use super::settings::{Generator, Image, Patch, Replica, Selector};
use super::store::Store;
use crate::render::origin::{By, Origin};
use crate::source::Span;

/// What changes objects.
pub enum Transformer {
    /// Sets labels or annotations.
    Pairs(Pairs, Vec<FieldSpec>),
    /// Sets images.
    Image(Image, Vec<FieldSpec>),
    /// Sets the namespace; without one nothing.
    Namespace(Option<Namespace>),
    /// Patches.
    Patches(Vec<Loaded>),
    /// Puts something before or behind names.
    Affix(End, Text, Vec<FieldSpec>),
    /// Sets numbers of replicas.
    Replica(Replica, Vec<FieldSpec>),
    /// Copies values.
    Replacements(Vec<Replacement>),
    /// Puts hashes behind names.
    Hash,
    /// Sets a field.
    ValueAdd(Text, Vec<ValueTarget>),
    /// Several, one after the other.
    All(Vec<Transformer>),
}

/// A field that a value is set in.
pub struct ValueTarget {
    selector: Option<Selector>,
    path: Text,
    position: i64,
}

/// What a plugin is.
pub enum Plugin {
    /// It changes objects.
    Transformer(Transformer),
    /// It makes objects.
    Generator(Box<Generator>),
    /// It has Helm make objects.
    Chart(Box<Chart>),
    /// It makes a ServiceAccount for a cloud's accounts.
    Account(Node),
}

/// Reads a plugin.
///
/// # Errors
/// Where it is not built in, or cannot be read.
pub fn read(store: &mut Store<'_>, scope: &Scope, resource: &Resource) -> BuildResult<Plugin> {
    let id = resource.id();
    let span = resource.span();
    if &*id.api_version != "builtin" {
        let message = format!("{} {id} is a plugin that is not built in; programs are not run", id.api_version);
        return at(span, message).because(Why::Absent);
    }
    let node = &resource.node;
    let transformer = match &*id.kind {
        "ConfigMapGenerator" => return generator(node, false),
        "SecretGenerator" => return generator(node, true),
        "IAMPolicyGenerator" => return Ok(Plugin::Account(node.clone())),
        "AnnotationsTransformer" => paired(node, "annotations")?,
        "LabelTransformer" => paired(node, "labels")?,
        "ImageTagTransformer" => {
            let [image, specs] = fields(node, ["imageTag", "fieldSpecs"], Unknown::Ignored)?;
            let image = image.map(|image| Image::read_as(image, Unknown::Ignored)).transpose()?.unwrap_or_default();
            Transformer::Image(image, field_specs(specs)?)
        }
        "NamespaceTransformer" => namespace(node)?,
        "PatchTransformer" => {
            let patch = Patch::read_as(node, "patch", Unknown::Ignored)?;
            Transformer::Patches(vec![patches::load(store, scope, &patch)?])
        }
        "PatchJson6902Transformer" => {
            let patch = Patch::read_as(node, "jsonOp", Unknown::Ignored)?;
            Transformer::Patches(vec![patches::load_json(store, scope, &patch)?])
        }
        "PatchStrategicMergeTransformer" => strategic(store, scope, node)?,
        "PrefixTransformer" => affixed(node, "prefix", End::Prefix)?,
        "SuffixTransformer" => affixed(node, "suffix", End::Suffix)?,
        "PrefixSuffixTransformer" => {
            Transformer::All(vec![affixed(node, "prefix", End::Prefix)?, affixed(node, "suffix", End::Suffix)?])
        }
        "ReplicaCountTransformer" => {
            let [replica, specs] = fields(node, ["replica", "fieldSpecs"], Unknown::Ignored)?;
            let replica = Replica::read_as(replica.unwrap_or(node), Unknown::Ignored)?;
            Transformer::Replica(replica, field_specs(specs)?)
        }
        "ReplacementTransformer" => {
            let [entries] = fields(node, ["replacements"], Unknown::Ignored)?;
            let read = |entry: &Node| ReplacementEntry::read_as(entry, Unknown::Ignored);
            let entries = list(entries)?.iter().map(read).collect::<BuildResult<Vec<_>>>()?;
            Transformer::Replacements(replacements::load(store, scope, &entries)?)
        }
        "HashTransformer" => Transformer::Hash,
        "ValueAddTransformer" => value_add(store, scope, node)?,
        "HelmChartInflationGenerator" => return Ok(Plugin::Chart(Box::new(Chart::read(node, &id.kind)?))),
        other => return at(span, format!("`{other}` is not a built-in plugin that can be used here")),
    };
    Ok(Plugin::Transformer(transformer))
}

fn generator(node: &Node, secret: bool) -> BuildResult<Plugin> {
    let mut args = Generator::read(node, secret, Unknown::Ignored)?;
    let [metadata] = fields(node, ["metadata"], Unknown::Ignored)?;
    if let Some(metadata) = metadata {
        let [name, namespace] = fields(metadata, ["name", "namespace"], Unknown::Ignored)?;
        args.name = args.name.or(some_text(name)?);
        args.namespace = args.namespace.or(some_text(namespace)?);
    }
    Ok(Plugin::Generator(Box::new(args)))
}

fn field_specs(node: Option<&Node>) -> BuildResult<Vec<FieldSpec>> {
    list(node)?.iter().map(|spec| FieldSpec::read(spec, Unknown::Ignored)).collect()
}

fn paired(node: &Node, name: &str) -> BuildResult<Transformer> {
    let [given, specs] = fields(node, [name, "fieldSpecs"], Unknown::Ignored)?;
    Ok(Transformer::Pairs(pairs(given)?, field_specs(specs)?))
}

fn affixed(node: &Node, name: &str, end: End) -> BuildResult<Transformer> {
    let [text, specs] = fields(node, [name, "fieldSpecs"], Unknown::Ignored)?;
    let Some(specs) = specs else { return at(node.origin.span, "`fieldSpecs` is required") };
    let none = Text { text: "".into(), span: node.origin.span };
    Ok(Transformer::Affix(end, some_text(text)?.unwrap_or(none), field_specs(Some(specs))?))
}

fn namespace(node: &Node) -> BuildResult<Transformer> {
    let names = ["metadata", "fieldSpecs", "unsetOnly", "setRoleBindingSubjects"];
    let [metadata, specs, unset_only, subjects] = fields(node, names, Unknown::Ignored)?;
    let [text] = metadata.map_or(Ok([None]), |metadata| fields(metadata, ["namespace"], Unknown::Ignored))?;
    let subjects = match some_text(subjects)? {
        None => Subjects::Default,
        Some(mode) => match &*mode {
            "defaultOnly" => Subjects::Default,
            "allServiceAccounts" => Subjects::Accounts,
            "none" => Subjects::Never,
            _ => return at(mode.span, "defaultOnly, none or allServiceAccounts is expected here"),
        },
    };
    let (specs, unset_only) = (field_specs(specs)?, boolean(unset_only)?);
    let made = some_text(text)?.map(|text| Namespace { text, subjects, unset_only, specs });
    Ok(Transformer::Namespace(made))
}

fn strategic(store: &mut Store<'_>, scope: &Scope, node: &Node) -> BuildResult<Transformer> {
    let [paths, text] = fields(node, ["paths", "patches"], Unknown::Ignored)?;
    let (paths, text) = (list(paths)?, text.filter(|text| !text.value().is_empty()));
    if paths.is_empty() && text.is_none() {
        return at(node.origin.span, "`paths` or `patches` is required");
    }
    let mut loaded = Vec::new();
    for path in paths {
        loaded.push(patches::load_strategic(store, scope, path)?);
    }
    if let Some(text) = text {
        let documents = store.embedded(text, text.text(), By::Patch).and_then(super::resmap::from_documents)?;
        loaded.push(Loaded::Named(documents, text.origin.span));
    }
    patches::check_any(&loaded, node.origin.span)?;
    Ok(Transformer::Patches(loaded))
}

fn value_add(store: &mut Store<'_>, scope: &Scope, node: &Node) -> BuildResult<Transformer> {
    let [value, targets, file] = fields(node, ["value", "targets", "targetFilePath"], Unknown::Ignored)?;
    let given = some_text(value)?.map(|value| Text { text: value.trim().into(), span: value.span });
    let value = given.filter(|value| !value.is_empty()).unwrap_or_else(|| Text {
        text: scope.folder.rsplit('/').next().unwrap_or_default().into(),
        span: node.origin.span,
    });
    let mut found = list(targets)?.iter().map(value_target).collect::<BuildResult<Vec<_>>>()?;
    if let Some(file) = some_text(file)? {
        let id = store.load(&scope.folder, &file).or_at(file.span)?;
        if let Some(document) = store.configuration(id)? {
            let [targets] = fields(&document, ["targets"], Unknown::Ignored)?;
            for target in list(targets)? {
                found.push(value_target(target)?);
            }
        }
    }
    if found.is_empty() {
        return at(node.origin.span, "at least one target is required");
    }
    Ok(Transformer::ValueAdd(value, found))
}

fn value_target(node: &Node) -> BuildResult<ValueTarget> {
    let [selector, path, position] = fields(node, ["selector", "fieldPath", "filePathPosition"], Unknown::Ignored)?;
    let Some(path) = some_text(path)? else { return at(node.origin.span, "`fieldPath` is required") };
    let position = position.map(integer).transpose()?.unwrap_or(0);
    if position < 0 {
        return at(node.origin.span, "`filePathPosition` cannot be negative");
    }
    let selector = selector.map(|node| Selector::read(node, Unknown::Ignored)).transpose()?;
    Ok(ValueTarget { selector, path, position })
}

impl Transformer {
    /// Changes the objects.
    ///
    /// # Errors
    /// Where it does not apply.
    pub fn apply(&self, resources: &mut Vec<Resource>, merging: &Merging) -> BuildResult<()> {
        match self {
            Self::Pairs(pairs, specs) => labels::set(resources, pairs, specs),
            Self::Image(image, specs) => images::set(resources, image, specs),
            Self::Namespace(None) => Ok(()),
            Self::Namespace(Some(namespace)) => namespace.apply(resources),
            Self::Patches(patches) => patches::apply(patches, resources, merging),
            Self::Affix(end, text, specs) => affix(resources, *end, text, specs),
            Self::Replica(replica, specs) => images::set_replicas(resources, replica, specs),
            Self::Replacements(replacements) => replacements::apply(resources, replacements),
            Self::Hash => super::names::add_hashes(resources),
            Self::ValueAdd(value, targets) => targets.iter().try_for_each(|target| target.set(resources, value)),
            Self::All(all) => all.iter().try_for_each(|one| one.apply(resources, merging)),
        }
    }
}

impl ValueTarget {
    fn set(&self, resources: &mut [Resource], value: &Text) -> BuildResult<()> {
        let chosen = match &self.selector {
            Some(selector) => select(resources, selector)?,
            None => (0..resources.len()).collect(),
        };
        for index in chosen {
            let resource = &mut resources[index];
            if &*self.path == "metadata/namespace" {
                let text = value.clone();
                let namespace = Namespace { text, subjects: Subjects::Default, unset_only: false, specs: Vec::new() };
                namespace.set(resource)?;
            } else {
                self.set_field(&mut resource.node, value)?;
            }
            resource.settle();
        }
        Ok(())
    }

    fn set_field(&self, node: &mut Node, value: &Text) -> BuildResult<()> {
        let origin = Origin::new(value.span, By::Transformer);
        let mut path = Vec::<String>::new();
        for part in self.path.split('/') {
            match path.last_mut() {
                Some(last) if last.ends_with('\\') => {
                    last.pop();
                    last.push('/');
                    last.push_str(part);
                }
                _ => path.push(part.to_owned()),
            }
        }
        let position = self.position;
        let mut act = |field: &mut Node| {
            let Some(scalar) = field.scalar() else {
                return at(field.origin.span, "a scalar is expected here");
            };
            let (text, tag) = match position {
                0 => (value.to_string(), Tag::Open),
                _ => (
                    insert_part(if scalar.is_null() { "" } else { &scalar.text }, position as usize - 1, value),
                    Tag::Open,
                ),
            };
            let origin = if position == 0 { origin.clone() } else { origin.and_all(&field.origin) };
            field.set_scalar(text, tag, origin);
            Ok(())
        };
        let make = Some((super::path::Kind::Scalar, Origin::new(value.span, By::Transformer)));
        super::path::Visit { make, act: &mut act }.run(node, &path).map(drop)
    }
}

/// A path with a part more at a position, or at its end.
fn insert_part(path: &str, position: usize, part: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts.insert(position.min(parts.len()), part);
    format!("{}{}", if rooted { "/" } else { "" }, parts.join("/"))
}

/// The ServiceAccount of an IAMPolicyGenerator.
///
/// # Errors
/// Where the cloud is not known.
pub fn account(node: &Node) -> BuildResult<Resource> {
    let names = ["cloud", "kubernetesService", "serviceAccount"];
    let [cloud, service, account] = fields(node, names, Unknown::Ignored)?;
    let span = node.origin.span;
    if some_text(cloud)?.as_deref() != Some("gke") {
        return at(span, "only the cloud `gke` is known");
    }
    let [name, namespace] =
        service.map_or(Ok([None; 2]), |node| fields(node, ["name", "namespace"], Unknown::Ignored))?;
    let [user, project] =
        account.map_or(Ok([None; 2]), |node| fields(node, ["name", "projectId"], Unknown::Ignored))?;
    let text = |node: Option<&Node>| {
        some_text(node).map(|text| text.map_or((String::new(), span), |t| (t.to_string(), t.span)))
    };
    let ((name, name_span), (user, user_span), (project, _)) = (text(name)?, text(user)?, text(project)?);
    let by = |span: Span| Origin::new(span, By::Generator);
    let mut annotations = Node::map(by(user_span));
    let mail = format!("{user}@{project}.iam.gserviceaccount.com");
    annotations.set("iam.gke.io/gcp-service-account", Node::string(mail, by(user_span)));
    let mut meta = Node::map(by(name_span));
    meta.set("annotations", annotations);
    meta.set("name", Node { data: Data::Scalar(Scalar::new(name, Tag::Open)), origin: by(name_span) });
    if let Some(namespace) = some_text(namespace)? {
        meta.set("namespace", Node::open(namespace.text.clone(), by(namespace.span)));
    }
    let mut made = Node::map(by(span));
    made.set("apiVersion", Node::string("v1", by(span)));
    made.set("kind", Node::string("ServiceAccount", by(span)));
    made.set("metadata", meta);
    Ok(Resource::new(made))
}
