//! Whether kustomizations may read files outside of their folders.
//!
//! In: the files of a walk, read. Out: whether one of them lifts the restriction.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use rayon::prelude::*;

use crate::source::SourceMap;
use crate::workspace::ReadFile;

/// What lets kustomizations read files anywhere.
pub const LIFTED: &str = "LoadRestrictionsNone";

static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(LIFTED));

/// Whether a file gives Argo CD the option by which kustomizations may read files anywhere: in its ConfigMap, in the resource of its
/// operator, among the values of its chart.
pub fn lifts_restriction(files: &[ReadFile], sources: &SourceMap) -> bool {
    files.par_iter().map(|file| sources.get(file.source).text.as_bytes()).any(|text| {
        let speaks = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
        FINDER.find(text).is_some() && (speaks("kustomize.buildOptions") || speaks("kustomizeBuildOptions"))
    })
}
