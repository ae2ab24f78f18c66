//! What the fields of a kustomization do to objects.
//!
//! In: a kustomization. Out: its transformers in kustomize's order, each with what notes call it.

use super::build::{Build, Scope};
use super::config::{Config, FieldSpec, Section, merge};
use super::failure::BuildResult;
use super::kustomization::Kustomization;
use super::names::End;
use super::namespace::{Namespace, Subjects};
use super::notes::Step;
use super::partial::Lack;
use super::plugin::Transformer;
use super::{patches, replacements};

impl Build<'_> {
    /// What the fields of the kustomization do, in kustomize's order.
    pub(super) fn builtin(
        &mut self,
        scope: &Scope,
        own: &Kustomization,
        config: &Config,
    ) -> BuildResult<Vec<(Transformer, Step)>> {
        let mut steps = Vec::new();
        let mut push = |transformer, name| steps.push((transformer, Step::Builtin(name)));
        if !own.strategic_patches.is_empty() {
            let mut loaded = Vec::new();
            for entry in &own.strategic_patches {
                let patch = patches::load_strategic(&mut self.store, scope, entry);
                loaded.extend(self.or_without(patch, Lack::Fields)?);
            }
            if loaded.len() == own.strategic_patches.len() {
                patches::check_any(&loaded, own.strategic_patches[0].origin.span)?;
            }
            push(Transformer::Patches(loaded), "PatchStrategicMergeTransformer");
        }
        let mut all = Vec::new();
        for patch in &own.patches {
            let loaded = patches::load(&mut self.store, scope, patch);
            all.extend(self.or_without(loaded, Lack::Fields)?);
            // Together they find their objects sooner; only notes tell one from the next.
            if self.notes.tell_steps() {
                push(Transformer::Patches(std::mem::take(&mut all)), "PatchTransformer");
            }
        }
        if !all.is_empty() {
            push(Transformer::Patches(all), "PatchTransformer");
        }
        let of = |section: Section| config.fields(section).to_vec();
        if let Some(text) = own.namespace.clone() {
            let specs = of(Section::Namespace);
            let namespace = Namespace { text, subjects: Subjects::Default, unset_only: false, specs };
            push(Transformer::Namespace(Some(namespace)), "NamespaceTransformer");
        }
        let ends = [
            (&own.name_prefix, End::Prefix, Section::NamePrefix, "PrefixTransformer"),
            (&own.name_suffix, End::Suffix, Section::NameSuffix, "SuffixTransformer"),
        ];
        for (text, end, section, name) in ends {
            if let Some(text) = text {
                push(Transformer::Affix(end, text.clone(), of(section)), name);
            }
        }
        for labels in &own.labels {
            push(Transformer::Pairs(labels.pairs.clone(), label_fields(labels, config)?), "LabelTransformer");
        }
        if !own.labels.is_empty() || !own.common_labels.is_empty() {
            push(Transformer::Pairs(own.common_labels.clone(), of(Section::CommonLabels)), "LabelTransformer");
        }
        if !own.common_annotations.is_empty() {
            let specs = of(Section::CommonAnnotations);
            push(Transformer::Pairs(own.common_annotations.clone(), specs), "AnnotationsTransformer");
        }
        for patch in &own.json_patches {
            let loaded = patches::load_json(&mut self.store, scope, patch);
            let loaded = self.or_without(loaded, Lack::Fields)?;
            push(Transformer::Patches(loaded.into_iter().collect()), "PatchJson6902Transformer");
        }
        for replica in &own.replicas {
            push(Transformer::Replica(replica.clone(), of(Section::Replicas)), "ReplicaCountTransformer");
        }
        for image in &own.images {
            push(Transformer::Image(image.clone(), of(Section::Images)), "ImageTagTransformer");
        }
        if !own.replacements.is_empty() {
            let mut loaded = Vec::new();
            for entry in &own.replacements {
                let read = replacements::load(&mut self.store, scope, std::slice::from_ref(entry));
                loaded.extend(self.or_without(read, Lack::Fields)?.unwrap_or_default());
            }
            push(Transformer::Replacements(loaded), "ReplacementTransformer");
        }
        Ok(steps)
    }
}

/// The fields that an entry of `labels` sets.
fn label_fields(labels: &super::settings::Labels, config: &Config) -> BuildResult<Vec<FieldSpec>> {
    let mut specs = labels.fields.clone();
    merge(&mut specs, config.fields(Section::Labels))?;
    if labels.selectors {
        merge(&mut specs, config.fields(Section::CommonLabels))?;
        return Ok(specs);
    }
    if labels.templates {
        merge(&mut specs, config.fields(Section::TemplateLabels))?;
    }
    if labels.claims {
        merge(&mut specs, config.fields(Section::ClaimLabels))?;
    }
    merge(&mut specs, &[FieldSpec::any("metadata/labels", true)])?;
    Ok(specs)
}
