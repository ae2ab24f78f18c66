//! What git knows of the repository around some paths.
//!
//! In: the paths a user named. Out: a [`Checkout`], asked of git itself; nothing without git, outside a repository, or where
//! the paths lie in several.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::files::name::full;
use crate::git;
use crate::workspace::Checkout;

use super::repository::root_of;

/// The repository that all the paths (or, without any, the working directory) lie in. It is listed only where one of its
/// addresses is among those that `wanted` accepts.
pub fn around(paths: &[PathBuf], wanted: impl Fn(&Checkout) -> bool) -> Option<Checkout> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let mut roots = paths.iter().map(|path| root_of(&fs::canonicalize(path).ok()?).map(Path::to_owned));
    let root = roots.next()??;
    if !roots.all(|other| other.as_ref() == Some(&root)) {
        return None;
    }
    let remotes = ask(&root, &["config", "--get-regexp", r"^remote\..*\.url$"])?;
    let urls: Vec<_> = remotes.lines().filter_map(|line| line.split_once(' ')).map(|(_, url)| url.trim()).collect();
    if !wanted(&Checkout::new(urls.iter().copied(), None, [])) {
        return None;
    }
    let branch = ask(&root, &["symbolic-ref", "--quiet", "--short", "HEAD"]).map(|name| name.trim().to_owned());
    let files = output(&root, &["ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
    let files = git::names(&files);
    let here = fs::canonicalize(".").ok();
    let prefix = here.as_deref().and_then(|here| here.strip_prefix(&root).ok());
    let prefix = prefix.map(full).unwrap_or_default();
    let default = ask(&root, &["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"]);
    let default = default.and_then(|name| Some(name.trim().split_once('/')?.1.to_owned()));
    Some(Checkout::new(urls, branch, files).defaulting_to(default).placed(full(&root), prefix))
}

fn ask(root: &Path, arguments: &[&str]) -> Option<String> {
    Some(String::from_utf8_lossy(&output(root, arguments)?).into_owned())
}

fn output(root: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let output = git::command(root, arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout)
}
