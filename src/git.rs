//! Running git.
//!
//! In: a repository's root, and arguments. Out: the `git` program, ready to be run there, and its listings taken apart.

use std::path::Path;
use std::process::{Command, Stdio};

/// A command of git in a repository; it gets no input.
pub(crate) fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(arguments).stdin(Stdio::null());
    command
}

/// The names of a listing with zero bytes between them (`-z`).
pub(crate) fn names(listing: &[u8]) -> impl Iterator<Item = String> {
    let names = listing.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    names.map(|name| String::from_utf8_lossy(name).into_owned())
}
