//! All roots of a run, built within one bound.
//!
//! In: the roots' directories, in order. Out: what each makes. Small ones are built beside each other, large ones one by one;
//! which of them do not fit any more depends on their order alone.

use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::config::Config;
use crate::render::Rendered;
use crate::render::budget::Budget;
use crate::render::kustomize::{Limits, Partly, Shared, build_partly, refused};

/// What all roots make together.
pub(super) const MOST: Budget = Budget { objects: 500_000, values: 4_000_000 };
/// Objects of a root that is built beside others.
const FEW_OBJECTS: usize = 5_000;
/// Time that all roots may take.
const MOST_TIME: Duration = Duration::from_secs(600);
/// So many roots are built beside each other.
const CHUNK: usize = 64;

/// The directory of a root.
#[derive(Clone, Copy)]
pub(super) struct Directory<'d> {
    /// Its name.
    pub name: &'d str,
    /// Whether the root may read files that are not below it.
    pub anywhere: bool,
}

/// What one root may take, as the configuration has it.
pub(super) fn limits(config: &Config) -> Limits {
    let (usual, said) = (Limits::default(), &config.limits);
    Limits {
        depth: said.depth.unwrap_or(usual.depth),
        files: said.files.unwrap_or(usual.files),
        bytes: said.bytes.map_or(usual.bytes, |bytes| bytes as u64),
        objects: said.objects.unwrap_or(usual.objects),
        time: said.seconds.unwrap_or(usual.time),
        anywhere: usual.anywhere,
    }
}

/// The time that all roots of one kind may take.
pub(super) fn most_time(config: &Config) -> Duration {
    config.limits.all_seconds.unwrap_or(MOST_TIME)
}

/// Builds the roots.
pub(super) fn build_all(
    directories: &[Directory<'_>],
    shared: &Shared<'_>,
    config: &Config,
    partly: &Partly,
) -> Vec<Rendered> {
    let (mut all, mut left) = (Vec::with_capacity(directories.len()), MOST);
    let (usual, started) = (limits(config), Instant::now());
    let most = most_time(config);
    for chunk in directories.chunks(CHUNK) {
        if started.elapsed() >= most {
            let why = format!("is skipped: all roots together take more than {} s", most.as_secs_f64());
            all.extend(chunk.iter().map(|directory| refused(directory.name, &why)));
            continue;
        }
        let few = Limits { objects: FEW_OBJECTS.min(usual.objects), ..usual };
        let made: Vec<_> = chunk.par_iter().map(|directory| one(*directory, shared, &few, partly)).collect();
        for (directory, mut made) in chunk.iter().zip(made) {
            if made.limited && left.objects > FEW_OBJECTS && usual.objects > FEW_OBJECTS {
                let limits = Limits { objects: usual.objects.min(left.objects), ..usual };
                made = one(*directory, shared, &limits, partly);
            }
            if !left.take(&made.objects) {
                made = refused(directory.name, "is skipped: all roots together render too many objects");
            }
            all.push(made);
        }
    }
    all
}

fn one(directory: Directory<'_>, shared: &Shared<'_>, limits: &Limits, partly: &Partly) -> Rendered {
    match shared.view(directory.name) {
        Ok(view) => {
            let limits = Limits { anywhere: directory.anywhere, ..*limits };
            build_partly(&view, view.root(), directory.name, &limits, partly)
        }
        Err(error) => refused(directory.name, &error),
    }
}
