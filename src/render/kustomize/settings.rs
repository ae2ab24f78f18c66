//! The entries of a kustomization's lists.
//!
//! In: an entry's tree. Out: what it says; a failure at what kustomize refuses. Plugins are configured with the same entries.

use super::config::FieldSpec;
use super::decode::{Text, Unknown, boolean, fields, integer, list, pairs, some_text, text, texts};
use super::failure::{BuildResult, at};
use super::kustomization::Pairs;
use super::node::Node;
use crate::source::Span;

/// Which objects are meant: regular expressions, or exact names, as the use has it.
#[derive(Debug, Default, Clone)]
pub struct Selector {
    /// API group.
    pub group: Option<Text>,
    /// API version.
    pub version: Option<Text>,
    /// Kind.
    pub kind: Option<Text>,
    /// Name.
    pub name: Option<Text>,
    /// Namespace.
    pub namespace: Option<Text>,
    /// Label selector.
    pub labels: Option<Text>,
    /// The same over annotations.
    pub annotations: Option<Text>,
    /// Where it stands.
    pub span: Span,
}

impl Selector {
    /// Reads it.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read(node: &Node, unknown: Unknown) -> BuildResult<Self> {
        let names = ["group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector"];
        let [group, version, kind, name, namespace, labels, annotations] = fields(node, names, unknown)?;
        Ok(Self {
            group: some_text(group)?,
            version: some_text(version)?,
            kind: some_text(kind)?,
            name: some_text(name)?,
            namespace: some_text(namespace)?,
            labels: some_text(labels)?,
            annotations: some_text(annotations)?,
            span: node.origin.span,
        })
    }

    /// Whether it names neither group, version, kind, name nor namespace.
    pub fn names_nothing(&self) -> bool {
        [&self.group, &self.version, &self.kind, &self.name, &self.namespace].iter().all(|part| part.is_none())
    }
}

/// An entry of `patches` or `patchesJson6902`.
#[derive(Debug, Clone)]
pub struct Patch {
    /// A file.
    pub path: Option<Text>,
    /// A text.
    pub patch: Option<Node>,
    /// What it is applied to.
    pub target: Option<Selector>,
    /// The patch may change the name.
    pub allow_name: bool,
    /// The patch may change the kind.
    pub allow_kind: bool,
    /// Where the entry stands.
    pub span: Span,
}

impl Patch {
    /// Reads it as it stands in a kustomization.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read(node: &Node) -> BuildResult<Self> {
        if node.scalar().is_some_and(|scalar| !scalar.is_null()) {
            let message =
                "a map with `path` or `patch` is expected here: kustomize takes no plain names since version 5";
            return at(node.origin.span, message);
        }
        Self::read_as(node, "patch", Unknown::Refused)
    }

    /// Reads it; the text stands under that name.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read_as(node: &Node, name: &str, unknown: Unknown) -> BuildResult<Self> {
        let [path, patch, target, options] = fields(node, ["path", name, "target", "options"], unknown)?;
        let [allow_name, allow_kind] = match options {
            Some(options) => fields(options, ["allowNameChange", "allowKindChange"], unknown)?,
            None => [None, None],
        };
        if let Some(patch) = patch {
            text(patch)?;
        }
        Ok(Self {
            path: some_text(path)?,
            patch: patch.filter(|patch| !patch.text().is_empty()).cloned(),
            target: target.map(|target| Selector::read(target, unknown)).transpose()?,
            allow_name: boolean(allow_name)?,
            allow_kind: boolean(allow_kind)?,
            span: node.origin.span,
        })
    }
}

/// An entry of `labels`.
#[derive(Debug, Clone)]
pub struct Labels {
    /// The labels.
    pub pairs: Pairs,
    /// Selectors too.
    pub selectors: bool,
    /// Templates too.
    pub templates: bool,
    /// Claim templates too.
    pub claims: bool,
    /// Further fields.
    pub fields: Vec<FieldSpec>,
}

impl Labels {
    /// Reads it.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read(node: &Node) -> BuildResult<Self> {
        let names = ["pairs", "includeSelectors", "includeTemplates", "includeVolumeClaimTemplates", "fields"];
        let [given, selectors, templates, claims, specs] = fields(node, names, Unknown::Refused)?;
        Ok(Self {
            pairs: pairs(given)?,
            selectors: boolean(selectors)?,
            templates: boolean(templates)?,
            claims: boolean(claims)?,
            fields: list(specs)?
                .iter()
                .map(|spec| FieldSpec::read(spec, Unknown::Refused))
                .collect::<BuildResult<_>>()?,
        })
    }
}

/// An entry of `images`.
#[derive(Debug, Default, Clone)]
pub struct Image {
    /// The name that images have.
    pub name: Option<Text>,
    /// The name that they get.
    pub new_name: Option<Text>,
    /// The tag that they get.
    pub new_tag: Option<Text>,
    /// What is added to the tag.
    pub tag_suffix: Option<Text>,
    /// The digest that they get.
    pub digest: Option<Text>,
}

impl Image {
    /// Reads it as it stands in a kustomization.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read(node: &Node) -> BuildResult<Self> {
        Self::read_as(node, Unknown::Refused)
    }

    /// Reads it.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read_as(node: &Node, unknown: Unknown) -> BuildResult<Self> {
        let names = ["name", "newName", "tagSuffix", "newTag", "digest"];
        let [name, new_name, tag_suffix, new_tag, digest] = fields(node, names, unknown)?;
        Ok(Self {
            name: some_text(name)?,
            new_name: some_text(new_name)?,
            new_tag: some_text(new_tag)?,
            tag_suffix: some_text(tag_suffix)?,
            digest: some_text(digest)?,
        })
    }
}

/// An entry of `replicas`.
#[derive(Debug, Clone)]
pub struct Replica {
    /// The object's name.
    pub name: Text,
    /// How many.
    pub count: i64,
    /// Where the number stands.
    pub span: Span,
}

impl Replica {
    /// Reads it as it stands in a kustomization.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read(node: &Node) -> BuildResult<Self> {
        Self::read_as(node, Unknown::Refused)
    }

    /// Reads it.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read_as(node: &Node, unknown: Unknown) -> BuildResult<Self> {
        let [name, count] = fields(node, ["name", "count"], unknown)?;
        let span = count.unwrap_or(node).origin.span;
        let none = Text { text: "".into(), span: node.origin.span };
        Ok(Self { name: some_text(name)?.unwrap_or(none), count: count.map(integer).transpose()?.unwrap_or(0), span })
    }
}

/// An entry of `vars`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Var {
    /// Its name.
    pub name: Text,
    /// The object: group and version (or either), kind, name, namespace.
    pub group: Option<Text>,
    /// See `group`.
    pub version: Option<Text>,
    /// See `group`.
    pub kind: Option<Text>,
    /// See `group`.
    pub object: Option<Text>,
    /// See `group`.
    pub namespace: Option<Text>,
    /// The field.
    pub path: Option<Text>,
}

impl Var {
    /// Reads it.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read(node: &Node) -> BuildResult<Self> {
        let [name, object, field] = fields(node, ["name", "objref", "fieldref"], Unknown::Refused)?;
        let names = ["apiVersion", "group", "version", "kind", "name", "namespace"];
        let [api, group, version, kind, object, namespace] = match object {
            Some(object) => fields(object, names, Unknown::Refused)?,
            None => [None; 6],
        };
        let [path] = field.map_or(Ok([None]), |field| fields(field, ["fieldPath"], Unknown::Refused))?;
        let (mut group, mut version) = (some_text(group)?, some_text(version)?);
        if let Some(api) = some_text(api)? {
            let part = |text: &str| Some(Text { text: text.into(), span: api.span });
            match api.split('/').collect::<Vec<_>>()[..] {
                [one] => version = part(one),
                [one, two] => (group, version) = (part(one), part(two)),
                _ => {}
            }
        }
        let none = Text { text: "".into(), span: node.origin.span };
        Ok(Self {
            name: some_text(name)?.unwrap_or(none),
            group,
            version,
            kind: some_text(kind)?,
            object: some_text(object)?,
            namespace: some_text(namespace)?,
            path: some_text(path)?,
        })
    }
}

/// `generatorOptions`, or the `options` of one generator.
#[derive(Debug, Default, Clone)]
pub struct GeneratorOptions {
    /// Labels.
    pub labels: Pairs,
    /// Annotations.
    pub annotations: Pairs,
    /// No hash behind the name.
    pub no_hash: bool,
    /// The object is immutable, and where that is said.
    pub immutable: Option<Span>,
}

impl GeneratorOptions {
    /// Reads it.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read(node: &Node, unknown: Unknown) -> BuildResult<Self> {
        let names = ["labels", "annotations", "disableNameSuffixHash", "immutable"];
        let [labels, annotations, no_hash, immutable] = fields(node, names, unknown)?;
        Ok(Self {
            labels: pairs(labels)?,
            annotations: pairs(annotations)?,
            no_hash: boolean(no_hash)?,
            immutable: boolean(immutable)?.then(|| immutable.map(|node| node.origin.span)).flatten(),
        })
    }
}

/// An entry of `configMapGenerator` or `secretGenerator`.
#[derive(Debug, Clone)]
pub struct Generator {
    /// It makes a Secret.
    pub secret: bool,
    /// Its name.
    pub name: Option<Text>,
    /// Its namespace.
    pub namespace: Option<Text>,
    /// `create`, `merge` or `replace`.
    pub behavior: Option<Text>,
    /// `KEY=VALUE`
    pub literals: Vec<Text>,
    /// Files, or `KEY=FILE`.
    pub files: Vec<Text>,
    /// Files of `KEY=VALUE` lines.
    pub envs: Vec<Text>,
    /// Its own options.
    pub options: Option<GeneratorOptions>,
    /// A Secret's type.
    pub kind: Option<Text>,
    /// Where the entry stands.
    pub span: Span,
    /// What asks for the kind of object: the name of the field, or of the plugin.
    pub asked: Span,
}

impl Generator {
    /// Reads it.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read(node: &Node, secret: bool, unknown: Unknown) -> BuildResult<Self> {
        let last = if secret { "type" } else { "namespace" };
        let names = ["name", "namespace", "behavior", "literals", "files", "envs", "env", "options", last];
        let [name, namespace, behavior, literals, files, envs, env, options, kind] = fields(node, names, unknown)?;
        let mut envs = texts(envs)?;
        envs.extend(some_text(env)?);
        Ok(Self {
            secret,
            name: some_text(name)?,
            namespace: some_text(namespace)?,
            behavior: some_text(behavior)?,
            literals: texts(literals)?,
            files: texts(files)?,
            envs,
            options: options.map(|node| GeneratorOptions::read(node, unknown)).transpose()?,
            kind: some_text(kind)?,
            span: node.origin.span,
            asked: node.get("kind").unwrap_or(node).origin.span,
        })
    }
}

/// `sortOptions`
#[derive(Debug, Default, Clone)]
pub struct SortOptions {
    /// `fifo` or `legacy`
    pub order: Option<Text>,
    /// Kinds that come first and last.
    pub legacy: Option<(Vec<Text>, Vec<Text>)>,
    /// Where it stands.
    pub span: Span,
}

impl SortOptions {
    /// Reads it.
    ///
    /// # Errors
    /// At what is refused.
    pub fn read(node: &Node) -> BuildResult<Self> {
        let unknown = Unknown::Refused;
        let [order, legacy] = fields(node, ["order", "legacySortOptions"], unknown)?;
        let kinds = |node: &Node| {
            let [first, last] = fields(node, ["orderFirst", "orderLast"], unknown)?;
            Ok((texts(first)?, texts(last)?))
        };
        Ok(Self { order: some_text(order)?, legacy: legacy.map(kinds).transpose()?, span: node.origin.span })
    }
}
