//! Builds that go on without what is not here.
//!
//! In: the outcome of a step. Out: what it gave, or, where the build may be partial and the step failed for something that is
//! on another machine, hidden by .gitignore or made by a program, a note of it: the rest of the root is built all the same.

use super::build::{Build, Scope};
use super::decode::Text;
use super::failure::{BuildResult, Context, Why};
use super::kustomization::Kustomization;
use super::patches::Loaded;
use super::plugin::Transformer;
use super::resource::Resource;
use super::settings::Generator;
use crate::render::Absent;

/// What may be missing in the result where a step is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// Objects.
    Objects,
    /// Entries of generated objects.
    Entries,
    /// Fields of objects.
    Fields,
    /// Both.
    All,
}

impl Build<'_> {
    /// What a step gave; nothing where it is left out.
    ///
    /// # Errors
    /// Where it cannot be left out.
    pub fn or_without<T>(&mut self, outcome: BuildResult<T>, lack: Lack) -> BuildResult<Option<T>> {
        let failure = match outcome {
            Ok(done) => return Ok(Some(done)),
            Err(failure) => failure,
        };
        let Some(absent) = &mut self.absent else { return Err(failure) };
        let lacks_objects = absent.iter().any(|absent| absent.objects);
        let known = failure.why == Why::Absent;
        // What is not here may also fill a field, or an entry of what is generated.
        let follows = match failure.why {
            Why::Unmatched => lacks_objects,
            Why::Unfilled => !absent.is_empty(),
            _ => false,
        };
        if !known && !follows {
            return Err(failure);
        }
        absent.push(Absent {
            span: failure.span,
            message: failure.message,
            objects: known && lack != Lack::Fields,
            entries: lack == Lack::Entries,
            fields: matches!(lack, Lack::Fields | Lack::All),
        });
        Ok(None)
    }

    /// Notes that a root names no resources and changes some all the same: another tool hands it the objects, as Helm does to what
    /// it runs behind a chart.
    pub fn note_handed_in(&mut self, scope: &Scope, own: &Kustomization) {
        let changes = !own.patches.is_empty() || !own.strategic_patches.is_empty() || !own.json_patches.is_empty();
        let brings = !own.resources.is_empty()
            || !own.components.is_empty()
            || !own.config_maps.is_empty()
            || !own.secrets.is_empty()
            || !own.generators.is_empty()
            || !own.charts.is_empty();
        if let Some(absent) = self.absent.as_mut().filter(|_| changes && !brings) {
            let message = "the kustomization lists no resources: another tool has to add them".to_owned();
            absent.push(Absent { span: Some(scope.span), message, objects: true, entries: false, fields: false });
        }
    }

    /// A generator's entry without the files that are not here.
    ///
    /// # Errors
    /// At a file that has to be here.
    pub fn present(&mut self, scope: &Scope, args: &Generator) -> BuildResult<Generator> {
        let mut args = args.clone();
        if self.absent.is_none() {
            return Ok(args);
        }
        let envs = std::mem::take(&mut args.envs);
        args.envs = self.present_files(scope, envs)?;
        let files = std::mem::take(&mut args.files);
        args.files = self.present_files(scope, files)?;
        Ok(args)
    }

    fn present_files(&mut self, scope: &Scope, files: Vec<Text>) -> BuildResult<Vec<Text>> {
        let mut here = Vec::with_capacity(files.len());
        for file in files {
            let path = file.split_once('=').map_or(&*file, |(_, path)| path);
            let loaded = self.store.load(&scope.folder, path).or_at(file.span);
            // What is wrong with a file in other ways is said by the generator.
            let is_absent = loaded.as_ref().is_err_and(|failure| failure.why == Why::Absent);
            if !is_absent || self.or_without(loaded, Lack::Entries)?.is_some() {
                here.push(file);
            }
        }
        Ok(here)
    }

    /// Applies a transformer, without the parts of it that speak of objects or fields which are not here.
    ///
    /// # Errors
    /// Where it does not apply.
    pub fn apply(&mut self, transformer: &Transformer, resources: &mut Vec<Resource>) -> BuildResult<()> {
        if self.absent.iter().flatten().next().is_none() {
            return transformer.apply(resources, self.merging());
        }
        for part in parts(transformer) {
            let done = match &part {
                Some(part) => part.apply(resources, self.merging()),
                None => transformer.apply(resources, self.merging()),
            };
            let lack = if matches!(transformer, Transformer::Replacements(_)) { Lack::Fields } else { Lack::Objects };
            self.or_without(done, lack)?;
        }
        Ok(())
    }
}

/// The parts of a transformer that can be applied one by one; the whole, where there are none.
fn parts(transformer: &Transformer) -> Vec<Option<Transformer>> {
    match transformer {
        Transformer::Patches(loaded) => {
            let named = |loaded: &Loaded| match loaded {
                Loaded::Named(patches, span) => {
                    patches.iter().map(|patch| Loaded::Named(vec![patch.clone()], *span)).collect()
                }
                other => vec![other.clone()],
            };
            loaded.iter().flat_map(named).map(|one| Some(Transformer::Patches(vec![one]))).collect()
        }
        Transformer::Replacements(all) => {
            all.iter().map(|one| Some(Transformer::Replacements(vec![one.clone()]))).collect()
        }
        _ => vec![None],
    }
}
