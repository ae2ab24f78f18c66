//! Running git.
//!
//! In: a repository's root, and arguments. Out: the `git` program, ready to be run there, and its listings taken apart.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::files::name;

/// A command of git in a repository; it gets no input.
pub(crate) fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(arguments).stdin(Stdio::null());
    command
}

/// The names of a listing with zero bytes between them (`-z`), as reports show them.
pub(crate) fn names(listing: &[u8]) -> impl Iterator<Item = String> {
    let names = listing.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    names.map(name::of_bytes)
}
