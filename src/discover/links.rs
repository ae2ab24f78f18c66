//! Links within the tree.
//!
//! In: a walk that has found all other files, and the links it met that are named as manifests are. Out: what they lead to, read
//! once, under the link's name where the walk did not come to it by its own; the rest in the ledger. A link to what git would
//! not look at is none to it either: in another clone it leads nowhere.

use std::path::Path;

use rustc_hash::FxHashSet;

use crate::coverage::SkipReason;
use crate::files::{Kind, describe};

use super::gitignore::GitIgnore;
use super::walk::{Walker, is_own};

/// Takes up the links of a walk. Its files stand behind the first `before`.
pub(super) fn take_up(walker: &mut Walker<'_>, before: usize) {
    let mut links = std::mem::take(&mut walker.links);
    if links.is_empty() {
        return;
    }
    links.sort();
    let mut known: FxHashSet<_> = walker.files[before..].iter().map(|found| found.place.clone()).collect();
    for (link, target) in links {
        if known.contains(&target) {
            continue; // read by its own name, or by that of another link
        }
        match obstacle(walker, &target) {
            Some((reason, detail)) => walker.skip_below(&link, reason, &detail),
            None if walker.door.is_directory(&target) => {} // gone into by its own name
            None => {
                walker.take_from(&link, target.clone());
                known.insert(target);
            }
        }
    }
}

/// Why what a link leads to is not read.
fn obstacle(walker: &mut Walker<'_>, target: &Path) -> Option<(SkipReason, String)> {
    let ignored = |detail: &str| Some((SkipReason::Ignored, detail.to_owned()));
    let below = target.strip_prefix(&walker.canonical).ok()?.to_owned();
    if below.ancestors().any(is_own) {
        return ignored("a link into a folder that is not looked into");
    }
    let kind = match walker.door.target(target) {
        Ok(kind) => kind,
        Err(error) => return Some((SkipReason::Unreadable, describe(&error))),
    };
    if is_ignored(walker, &below, kind == Kind::Directory) && !walker.is_tracked(&below) {
        return ignored("a link to what .gitignore hides");
    }
    let readable = matches!(kind, Kind::File | Kind::Directory);
    (!readable).then(|| (SkipReason::Unreadable, kind.describe().to_owned()))
}

/// Whether git would not look at something below the root: it, or a folder above it. The walk is past it, so that the rules are
/// taken up again on the way down.
fn is_ignored(walker: &Walker<'_>, below: &Path, directory: bool) -> bool {
    if walker.ignores.is_none() {
        return false;
    }
    let ((ignores, mut rules), mut at) = (GitIgnore::above(&walker.canonical, walker.door), walker.canonical.clone());
    let mut parts = below.components().peekable();
    while let Some(part) = parts.next() {
        rules = ignores.enter(&rules, &at);
        if ignores.matches(&rules, &at, part.as_os_str(), directory || parts.peek().is_some()) {
            return true;
        }
        at.push(part);
    }
    false
}
