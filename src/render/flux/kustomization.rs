//! The kustomization that Flux builds.
//!
//! In: what stands in the folder, the spec. Out: the kustomization with what the spec says; where there is none, one of all
//! manifests in and below the folder.

use std::collections::HashSet;

use super::ignored::Ignored;
use crate::discover::is_kustomization_file;
use crate::render::kustomize::decode::Text;
use crate::render::kustomize::failure::{BuildResult, at};
use crate::render::kustomize::files::{folder, join};
use crate::render::kustomize::kustomization::Kustomization;
use crate::render::kustomize::node::Node;
use crate::render::kustomize::settings::{Image, Patch, SortOptions};
use crate::render::origin::{By, Origin};
use crate::render::settings::{patch, selector, text};
use crate::render::value::Value;
use crate::render::world::World;
use crate::source::Span;

/// Whether a Kustomization has anything of what one needs: else a program merges it into another.
pub fn is_whole(object: &Value) -> bool {
    let needed = ["sourceRef", "path", "interval", "prune"];
    object.get("spec").is_none_or(|spec| needed.iter().any(|field| spec.get(field).is_some()))
}

/// What a spec has changed.
pub struct Edits<'e> {
    /// The repository.
    pub world: &'e World<'e>,
    /// The spec.
    pub spec: &'e Value,
    /// The folder.
    pub folder: &'e str,
    /// The place that names it.
    pub at: Span,
}

impl Edits<'_> {
    /// Edits a kustomization, or fills an empty one where the folder has none.
    pub fn apply(&self, own: &mut Kustomization, node: Option<&Node>) -> BuildResult<()> {
        let has_file = NAMES.iter().any(|name| self.holds(name));
        if !has_file {
            own.resources = self.manifests();
        } else if node.and_then(|node| node.get("resources")).is_none_or(|list| list.items().is_empty()) {
            // Flux lets such a kustomization say something, so that it can be built.
            own.metadata = vec![Text { text: "originAnnotations".into(), span: self.at }];
        }
        let field = |name: &str| self.spec.filled(name).map(text);
        own.namespace = field("targetNamespace").or(own.namespace.take());
        own.name_prefix = field("namePrefix").or(own.name_prefix.take());
        own.name_suffix = field("nameSuffix").or(own.name_suffix.take());
        own.patches.extend(self.spec.items_at("patches").iter().map(patch));
        self.components(own)?;
        old_patches(self.spec, own);
        self.spec.items_at("images").iter().for_each(|entry| set_image(&mut own.images, entry));
        // Flux asks for no order, where `kustomize build` sorts by kind.
        let order = Some(Text { text: "fifo".into(), span: self.at });
        own.sort.get_or_insert(SortOptions { order, legacy: None, span: self.at });
        let metadata: Vec<_> = self.spec.items_at("buildMetadata").iter().map(text).collect();
        if !metadata.is_empty() {
            own.metadata = metadata;
        }
        Ok(())
    }

    fn holds(&self, name: &str) -> bool {
        join(self.folder, name).is_some_and(|path| self.world.files_in(self.folder, false).contains(&path.as_str()))
    }

    /// Files and folders with a kustomization of their own, as Flux lists them.
    fn manifests(&self) -> Vec<Text> {
        let ignored = Ignored::new(self.world);
        let files = self.world.files_in(self.folder, true);
        let start = if self.folder.is_empty() { 0 } else { self.folder.len() + 1 };
        let kustomized: HashSet<&str> =
            files.iter().filter(|file| is_kustomization_file(file)).map(|file| folder(file)).collect();
        let mut resources: Vec<&str> = Vec::new();
        for file in &files {
            // The topmost folder with a kustomization on the way to the file stands for all that is in it.
            let mut above = file[start..].match_indices('/').map(|(at, _)| &file[..start + at]);
            match above.find(|folder| kustomized.contains(folder)) {
                Some(folder) if resources.last() != Some(&folder) => resources.push(folder),
                Some(_) => {}
                None if (file.ends_with(".yaml") || file.ends_with(".yml")) && !ignored.hides(file) => {
                    resources.push(file);
                }
                None => {}
            }
        }
        resources.iter().map(|path| Text { text: path[start..].into(), span: self.at }).collect()
    }

    fn components(&self, own: &mut Kustomization) -> BuildResult<()> {
        let ignores = self.spec.is_set("ignoreMissingComponents");
        for component in self.spec.items_at("components").iter().map(text) {
            if component.starts_with('/') || component.contains("://") {
                return at(component.span, format!("the component `{}` must be local and relative", component.text));
            }
            let there = join(self.folder, &component).is_some_and(|path| self.world.holds(&path));
            if there || !ignores {
                own.components.push(component);
            }
        }
        Ok(())
    }
}

const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// `patchesStrategicMerge` and `patchesJson6902`, which Flux still takes.
pub fn old_patches(spec: &Value, own: &mut Kustomization) {
    let node = |value: &Value| {
        let json = value.to_json().to_string();
        Node::string(json, Origin::new(value.span(), By::Patch))
    };
    own.strategic_patches.extend(spec.items_at("patchesStrategicMerge").iter().map(node));
    own.json_patches.extend(spec.items_at("patchesJson6902").iter().map(|entry| Patch {
        path: None,
        patch: entry.get("patch").map(node),
        target: entry.get("target").map(selector),
        allow_name: false,
        allow_kind: false,
        span: entry.span(),
    }));
}

/// Sets an image: what the spec says of it goes over what the kustomization says; tag and digest are one.
pub fn set_image(images: &mut Vec<Image>, entry: &Value) {
    let field = |name: &str| entry.filled(name).map(text);
    let (name, new_name, tag, digest) = (field("name"), field("newName"), field("newTag"), field("digest"));
    let same = |image: &&mut Image| image.name.as_deref() == name.as_deref();
    match images.iter_mut().find(same) {
        Some(image) => {
            image.new_name = new_name.or(image.new_name.take());
            if tag.is_some() || digest.is_some() {
                (image.new_tag, image.digest) = (tag, digest);
            }
        }
        None => images.push(Image { name, new_name, new_tag: tag, tag_suffix: None, digest }),
    }
}
