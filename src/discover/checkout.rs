//! What git knows of the repository around some paths.
//!
//! In: the paths a user named. Out: a [`Checkout`], asked of git itself; nothing outside a repository, or where the paths
//! lie in several; a sentence where git does not tell.

use std::fs;
use std::path::{Path, PathBuf};

use crate::git::Git;
use crate::workspace::Checkout;

use super::repository::root_of;

/// The repository that all the paths (or, without any, the working directory) lie in. It is listed only where one of its
/// addresses is among those that `wanted` accepts.
///
/// # Errors
/// There is a repository, and git does not tell what is in it: the root, and why.
pub fn around(paths: &[PathBuf], wanted: impl Fn(&Checkout) -> bool) -> Result<Option<Checkout>, (PathBuf, String)> {
    let Some(root) = root_around(paths) else { return Ok(None) };
    let Some(git) = Git::at(&root) else { return Ok(None) };
    ask(git, wanted).map_err(|error| (root.clone(), error))
}

fn root_around(paths: &[PathBuf]) -> Option<PathBuf> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let mut roots = paths.iter().map(|path| root_of(&fs::canonicalize(path).ok()?).map(Path::to_owned));
    let root = roots.next()??;
    roots.all(|other| other.as_ref() == Some(&root)).then_some(root)
}

fn ask(git: Git<'_>, wanted: impl Fn(&Checkout) -> bool) -> Result<Option<Checkout>, String> {
    let urls = git.remotes()?;
    if !wanted(&Checkout::new(urls.iter().map(String::as_str), None, [])) {
        return Ok(None);
    }
    let branch = git.target("HEAD")?;
    let files = git.files()?;
    let here = fs::canonicalize(".").ok();
    let prefix = here.as_deref().and_then(|here| here.strip_prefix(git.root).ok());
    let prefix = prefix.map(|prefix| prefix.to_string_lossy().replace('\\', "/")).unwrap_or_default();
    let default = git.target("refs/remotes/origin/HEAD")?;
    let default = default.and_then(|name| Some(name.split_once('/')?.1.to_owned()));
    let checkout = Checkout::new(urls.iter().map(String::as_str), branch, files).defaulting_to(default);
    Ok(Some(checkout.placed(git.root.to_string_lossy().into_owned(), prefix)))
}
