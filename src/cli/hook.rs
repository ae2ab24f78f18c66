//! `--hook`: what a commit brings.
//!
//! In: the files that a commit hook names. Out: a run over their repository that reports what is new since the last commit (or
//! since where pre-commit says that the commits begin): in these files, and elsewhere where the commit breaks something.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kubevet::discover::repository::root_of;
use kubevet::engine::{Hook, Since};
use kubevet::files::Files;
use kubevet::files::name::full;
use kubevet::revision::{self, Past, Question};

use super::environment::Environment;

/// What a hook's run looks at.
pub struct Run {
    /// Files and directories.
    pub paths: Vec<PathBuf>,
    /// What is new; nothing where there is no commit yet, so that everything is.
    pub since: Option<Since>,
}

impl Run {
    /// The run for the named files. `revision` is the user's, `above` are names of files that matter above the paths.
    ///
    /// # Errors
    /// There is no repository or no such revision, or git cannot answer.
    pub fn new(
        named: Vec<PathBuf>,
        revision: Option<&str>,
        above: &[&str],
        environment: &Environment,
    ) -> Result<Self, String> {
        let files = &*environment.files;
        let here = files.resolve(Path::new(".")).map_err(|error| format!("the current directory: {error}"))?;
        let root = root_of(&here, files).ok_or("--hook: this is not a git repository")?.to_owned();
        if revision.is_none() && revision::is_unborn(&root) {
            return Ok(Self { paths: named, since: None });
        }
        let revision = match (revision, environment.from_revision.as_deref()) {
            (Some(revision), _) => revision.to_owned(),
            (None, Some(from)) => format!("{from}..."),
            (None, None) => "HEAD".to_owned(),
        };
        let up: PathBuf = here.strip_prefix(&root).unwrap_or(Path::new("")).iter().map(|_| "..").collect();
        let hook = Hook { named: names(&named, &root, &up, files) };
        let paths = vec![if up.as_os_str().is_empty() { PathBuf::from(".") } else { up }];
        let past = Past::ask(&Question { paths: &paths, file: None, above, whole: true }, &revision)
            .map_err(|error| format!("--hook: {error}"))?;
        Ok(Self { paths, since: Some(Since::new(past).of_hook(hook)) })
    }
}

/// The names that a walk from the root gives to files.
fn names(named: &[PathBuf], root: &Path, up: &Path, files: &dyn Files) -> BTreeSet<String> {
    let below = named.iter().filter_map(|path| files.resolve(path).ok());
    below.filter_map(|path| Some(full(&up.join(path.strip_prefix(root).ok()?)))).collect()
}
