//! `extends`: configurations that others build on.
//!
//! In: a configuration and the files it names. Out: what these say, read: their rules hold before its own, and what they say of the
//! run as a whole counts where it says nothing itself.

use std::path::{Path, PathBuf};

use crate::discover::repository::root_of;
use crate::files::name::shown;
use crate::files::{Door, Files};
use crate::rule::Registry;
use crate::source::Span;

use super::{Config, ConfigError, Mistake, Mistakes};

/// Most files that may extend one another in a row.
const MAX_DEPTH: usize = 16;

/// Reads the files that a configuration extends, and takes up what it does not say itself.
pub(super) fn take_up(
    config: &mut Config,
    named: Vec<(PathBuf, Span)>,
    files: &Door,
    registry: &Registry,
    depth: usize,
) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (path, span) in named {
        let read = match leads_out(&path, &config.directory, &**files) {
            _ if depth >= MAX_DEPTH => Err("files extend each other in a circle, or too deeply".to_owned()),
            Some(target) => Err(format!("{} is outside the repository", shown(&target))),
            None => Config::read_at_depth(&path, files, registry, depth + 1).map_err(describe),
        };
        match read {
            Ok(base) => config.bases.push(base),
            Err(message) => mistakes.push(Mistake { message, span, help: None }),
        }
    }
    inherit(config);
    mistakes
}

/// Takes what the configurations that one extends say of the run as a whole, where it says nothing itself; of several, the last
/// counts.
fn inherit(config: &mut Config) {
    for base in config.bases.iter().rev() {
        config.version = config.version.or(base.version);
        config.profile = config.profile.take().or_else(|| base.profile.clone());
        config.fail_on = config.fail_on.or(base.fail_on);
        config.foreign |= base.foreign;
        config.schemas.extend(base.schemas.iter().cloned());
        config.external.extend(base.external.iter().cloned());
        config.repositories.extend(base.repositories.iter().cloned());
        config.limits = config.limits.or(base.limits);
    }
}

/// Where a file lies, where that is not in the repository around a folder. Who gives us a tree to look at must not make us show
/// another file's lines.
pub(super) fn leads_out(path: &Path, around: &Path, files: &dyn Files) -> Option<PathBuf> {
    let target = files.resolve(path).ok()?;
    let folder = if around.as_os_str().is_empty() { Path::new(".") } else { around };
    let folder = files.resolve(folder).ok()?;
    let root = root_of(&folder, files)?;
    (!target.starts_with(root)).then_some(target)
}

fn describe(error: ConfigError) -> String {
    match error {
        ConfigError::Unreadable(message) => message,
        ConfigError::Wrong(source, Mistakes { listed, .. }) => {
            listed.first().map_or_else(|| format!("{} cannot be used", source.name), |first| first.in_one_line(&source))
        }
    }
}
