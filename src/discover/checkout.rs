//! What git knows of the repository around some paths.
//!
//! In: the paths a user named. Out: a [`Checkout`]: what git tracks, and what `git add` would take up; nothing outside a
//! repository, or where the paths lie in several; a sentence where git does not tell. Of a revision, what its commit held. The
//! disk is walked here: git would open any `.gitignore`, be it a pipe.

use std::path::{Path, PathBuf};

use crate::files::name::full;
use crate::files::{Files, Kind};
use crate::git::Git;
use crate::workspace::Checkout;

use super::gitignore::GitIgnore;
use super::repository::root_of;

/// The repository that all the paths (or, without any, the working directory) lie in today, by the files of `now`; with what
/// `files` are of it, which may be those of a commit. It is listed only where one of its addresses is among those that
/// `wanted` accepts; `known_as` are further ones, beside its remotes.
///
/// # Errors
/// There is a repository, and git does not tell what is in it: the root, and why.
pub fn around(
    now: &dyn Files,
    files: &dyn Files,
    paths: &[PathBuf],
    known_as: &[String],
    wanted: impl Fn(&Checkout) -> bool,
) -> Result<Option<Checkout>, (PathBuf, String)> {
    let Some(root) = root_around(paths, now) else { return Ok(None) };
    let Some(git) = Git::at(&root) else { return Ok(None) };
    ask(git, now, files.commit(&root), known_as, wanted).map_err(|error| (root.clone(), error))
}

/// The commit that is checked out in the repository around some paths.
///
/// # Errors
/// Where git does not tell.
pub fn commit(files: &dyn Files, paths: &[PathBuf]) -> Result<Option<String>, String> {
    let Some(root) = root_around(paths, files) else { return Ok(None) };
    Git::at(&root).map_or(Ok(None), |git| git.commit("HEAD"))
}

/// The files in and below a folder that is in no repository.
pub fn unversioned(folder: &Path, files: &dyn Files) -> Checkout {
    Checkout::new([], None, others(folder, files))
}

fn root_around(paths: &[PathBuf], now: &dyn Files) -> Option<PathBuf> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let mut roots = paths.iter().map(|path| root_of(&now.resolve(path).ok()?, now).map(Path::to_owned));
    let root = roots.next()??;
    roots.all(|other| other.as_ref() == Some(&root)).then_some(root)
}

fn ask(
    git: Git<'_>,
    now: &dyn Files,
    commit: Option<&str>,
    known_as: &[String],
    wanted: impl Fn(&Checkout) -> bool,
) -> Result<Option<Checkout>, String> {
    let urls = git.remotes()?;
    if !wanted(&Checkout::new(urls.iter().map(String::as_str), None, []).known_as(known_as)) {
        return Ok(None);
    }
    let branch = git.target("HEAD")?;
    let files = match commit {
        Some(commit) => git.tree(commit, &[])?.into_iter().map(|entry| entry.name).collect(),
        None => today(git, now)?,
    };
    let here = now.resolve(Path::new(".")).ok();
    let prefix = here.as_deref().and_then(|here| here.strip_prefix(git.root).ok());
    let prefix = prefix.map(full).unwrap_or_default();
    let default = git.target("refs/remotes/origin/HEAD")?;
    let default = default.and_then(|name| Some(name.split_once('/')?.1.to_owned()));
    let checkout = Checkout::new(urls.iter().map(String::as_str), branch, files).defaulting_to(default);
    Ok(Some(checkout.known_as(known_as).placed(full(git.root), prefix)))
}

/// What git tracks, and what `git add` would take up.
fn today(git: Git<'_>, now: &dyn Files) -> Result<Vec<String>, String> {
    let mut names = others(git.root, now);
    names.extend(git.tracked()?.iter().map(|path| full(path)));
    Ok(names)
}

/// The names of all files that .gitignore does not hide, and of folders that are repositories of their own (with `/` behind
/// them, as git shows those), relative to the root.
fn others(root: &Path, now: &dyn Files) -> Vec<String> {
    let ((ignores, above), mut names) = (GitIgnore::above(root, now), Vec::new());
    let mut work = vec![(root.to_owned(), above)];
    while let Some((directory, above)) = work.pop() {
        let rules = ignores.enter(&above, &directory);
        for entry in now.list(&directory).into_iter().flatten().flatten() {
            let (path, is_directory) = (directory.join(&entry.name), entry.kind == Kind::Directory);
            if entry.name == ".git" || ignores.matches(&rules, &directory, &entry.name, is_directory) {
                continue;
            }
            let name = full(path.strip_prefix(root).unwrap_or(&path));
            match is_directory {
                true if now.exists(&path.join(".git")) => names.push(name + "/"),
                true => work.push((path, rules.clone())),
                false => names.push(name),
            }
        }
    }
    names
}
