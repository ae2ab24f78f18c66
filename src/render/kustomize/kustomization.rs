//! What a kustomization file says.
//!
//! In: its tree. Out: [`Kustomization`]; a failure at the field that kustomize refuses.

use std::sync::Arc;

use super::charts::Chart;
use super::decode::{Text, Unknown, fields, list, pairs, some_text, text, texts};
use super::failure::{BuildResult, at, somewhere};
use super::node::{Entry, Node};
use super::replacement::ReplacementEntry;
use super::settings::{Generator, GeneratorOptions, Image, Labels, Patch, Replica, SortOptions, Var};

/// Names and values, each value with its place.
pub type Pairs = Vec<(Arc<str>, Text)>;

/// A kustomization, its old fields already moved to where they count today.
#[derive(Debug, Default, Clone)]
pub struct Kustomization {
    /// It is a component.
    pub component: bool,
    /// `openapi`
    pub openapi: Pairs,
    /// `namePrefix`
    pub name_prefix: Option<Text>,
    /// `nameSuffix`
    pub name_suffix: Option<Text>,
    /// `namespace`
    pub namespace: Option<Text>,
    /// `commonLabels`
    pub common_labels: Pairs,
    /// `labels`
    pub labels: Vec<Labels>,
    /// `commonAnnotations`
    pub common_annotations: Pairs,
    /// `patchesStrategicMerge`
    pub strategic_patches: Vec<Node>,
    /// `patchesJson6902`
    pub json_patches: Vec<Patch>,
    /// `patches`
    pub patches: Vec<Patch>,
    /// `images` and `imageTags`
    pub images: Vec<Image>,
    /// `replacements`
    pub replacements: Vec<ReplacementEntry>,
    /// `replicas`
    pub replicas: Vec<Replica>,
    /// `vars`
    pub vars: Vec<Var>,
    /// `sortOptions`
    pub sort: Option<SortOptions>,
    /// `resources` and `bases`
    pub resources: Vec<Text>,
    /// `components`
    pub components: Vec<Text>,
    /// `crds`
    pub crds: Vec<Text>,
    /// `configMapGenerator`
    pub config_maps: Vec<Generator>,
    /// `secretGenerator`
    pub secrets: Vec<Generator>,
    /// `generatorOptions`
    pub generator_options: Option<GeneratorOptions>,
    /// `helmCharts` and `helmChartInflationGenerator`
    pub charts: Vec<Chart>,
    /// `configurations`
    pub configurations: Vec<Text>,
    /// `generators`: paths or texts
    pub generators: Vec<Node>,
    /// `transformers`: paths or texts
    pub transformers: Vec<Node>,
    /// `validators`: paths or texts
    pub validators: Vec<Node>,
    /// `buildMetadata`
    pub metadata: Vec<Text>,
}

const NAMES: [&str; 34] = [
    "kind",
    "apiVersion",
    "metadata",
    "openapi",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "patchesStrategicMerge",
    "patchesJson6902",
    "patches",
    "images",
    "imageTags",
    "replacements",
    "replicas",
    "vars",
    "sortOptions",
    "resources",
    "components",
    "crds",
    "bases",
    "configMapGenerator",
    "secretGenerator",
    "helmGlobals",
    "helmCharts",
    "helmChartInflationGenerator",
    "generatorOptions",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "buildMetadata",
];

impl Kustomization {
    /// Reads it.
    ///
    /// # Errors
    /// At what kustomize refuses.
    pub fn read(node: &Node) -> BuildResult<Self> {
        let read = Self::read_fields(node, Unknown::Refused)?;
        if !says_something(node)? {
            return somewhere("the kustomization is empty");
        }
        Ok(read)
    }

    /// Reads what is known of it, and passes over the rest.
    ///
    /// # Errors
    /// At a field of another type.
    pub fn read_known(node: &Node) -> BuildResult<Self> {
        Self::read_fields(node, Unknown::Ignored)
    }

    fn read_fields(node: &Node, unknown: Unknown) -> BuildResult<Self> {
        let found = fields(node, NAMES, unknown)?;
        let field = |name: &str| NAMES.iter().position(|known| *known == name).and_then(|index| found[index]);
        let each = |name: &str| list(field(name)).map(|items| items.iter());
        let mut read = Self {
            openapi: pairs(field("openapi"))?,
            name_prefix: some_text(field("namePrefix"))?,
            name_suffix: some_text(field("nameSuffix"))?,
            namespace: some_text(field("namespace"))?,
            common_labels: pairs(field("commonLabels"))?,
            labels: each("labels")?.map(Labels::read).collect::<BuildResult<_>>()?,
            common_annotations: pairs(field("commonAnnotations"))?,
            strategic_patches: strings(field("patchesStrategicMerge"))?,
            json_patches: each("patchesJson6902")?.map(Patch::read).collect::<BuildResult<_>>()?,
            patches: each("patches")?.map(Patch::read).collect::<BuildResult<_>>()?,
            images: each("images")?.chain(each("imageTags")?).map(Image::read).collect::<BuildResult<_>>()?,
            replacements: each("replacements")?.map(ReplacementEntry::read).collect::<BuildResult<_>>()?,
            replicas: each("replicas")?.map(Replica::read).collect::<BuildResult<_>>()?,
            vars: each("vars")?.map(Var::read).collect::<BuildResult<_>>()?,
            sort: field("sortOptions").map(SortOptions::read).transpose()?,
            resources: texts(field("resources"))?,
            components: texts(field("components"))?,
            crds: texts(field("crds"))?,
            config_maps: generators(node, "configMapGenerator", false)?,
            secrets: generators(node, "secretGenerator", true)?,
            generator_options: field("generatorOptions")
                .map(|node| GeneratorOptions::read(node, Unknown::Refused))
                .transpose()?,
            configurations: texts(field("configurations"))?,
            generators: strings(field("generators"))?,
            transformers: strings(field("transformers"))?,
            validators: strings(field("validators"))?,
            metadata: texts(field("buildMetadata"))?,
            ..Self::default()
        };
        read.resources.extend(texts(field("bases"))?);
        read.charts = Chart::all(field("helmCharts"), field("helmChartInflationGenerator"), field("helmGlobals"))?;
        if let Some(meta) = field("metadata") {
            let names = ["name", "namespace", "labels", "annotations"];
            let [name, namespace, labels, annotations] = fields(meta, names, Unknown::Refused)?;
            some_text(name)?;
            some_text(namespace)?;
            pairs(labels)?;
            pairs(annotations)?;
        }
        read.identify(field("kind"), field("apiVersion"))?;
        Ok(read)
    }

    fn identify(&mut self, kind: Option<&Node>, version: Option<&Node>) -> BuildResult<()> {
        let (kind, version) = (some_text(kind)?, some_text(version)?);
        match kind.as_deref() {
            None | Some("Kustomization") => {}
            Some("Component") => self.component = true,
            Some(other) => {
                let span = kind.as_ref().map(|kind| kind.span).unwrap_or_default();
                return at(
                    span,
                    format!("`{other}` is not a kind of kustomize: Kustomization or Component is expected"),
                );
            }
        }
        let wanted = if self.component { "v1alpha1" } else { "v1beta1" };
        match version {
            Some(version) if *version != *format!("kustomize.config.k8s.io/{wanted}") => {
                at(version.span, format!("the apiVersion must be kustomize.config.k8s.io/{wanted}"))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a kustomization says more than what it is.
fn says_something(node: &Node) -> BuildResult<bool> {
    let found = fields(node, NAMES, Unknown::Refused)?;
    let says = |(name, field): (&&str, &Option<&Node>)| match field {
        None => false,
        Some(node) if matches!(*name, "bases" | "imageTags" | "helmChartInflationGenerator") => !node.is_empty(),
        Some(node) => node.scalar().is_none_or(|scalar| !scalar.text.is_empty()),
    };
    Ok(NAMES.iter().zip(&found).skip(2).any(says))
}

/// A list of strings, kept as nodes: they may be texts with lines of their own.
fn strings(node: Option<&Node>) -> BuildResult<Vec<Node>> {
    let items = list(node)?;
    for item in items {
        text(item)?;
    }
    Ok(items.to_vec())
}

fn generators(node: &Node, name: &str, secret: bool) -> BuildResult<Vec<Generator>> {
    let named = |entry: &&Entry| entry.key.text.eq_ignore_ascii_case(name) && !entry.value.is_null();
    let Some(entry) = node.entries().iter().rev().find(named) else { return Ok(Vec::new()) };
    let one = |item: &Node| Ok(Generator { asked: entry.at, ..Generator::read(item, secret, Unknown::Refused)? });
    list(Some(&entry.value))?.iter().map(one).collect()
}
