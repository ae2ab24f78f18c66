//! Which commit a revision names.
//!
//! In: a repository, and a revision as the user wrote it. Out: the commit's id; or a sentence on why there is none, and what
//! may help.

use crate::git::Git;

/// The id of the commit that a revision names; `REV...` names where it and HEAD parted.
///
/// # Errors
/// There is none, and what may help.
pub(super) fn resolve(git: Git<'_>, revision: &str) -> Result<String, String> {
    let shallow = git.is_shallow()?;
    let Some(named) = revision.strip_suffix("...") else {
        return git.commit(revision)?.ok_or_else(|| unknown(git, revision, shallow));
    };
    let commit = git.commit(named)?.ok_or_else(|| unknown(git, named, shallow))?;
    if let Some(parted) = git.fork_point(&commit)? {
        return Ok(parted);
    }
    let hint = if shallow { ": the clone is shallow; `git fetch --unshallow` gets the rest" } else { "" };
    Err(format!("`{named}` and HEAD have no commit in common in {}{hint}", git.root.display()))
}

fn unknown(git: Git<'_>, revision: &str, shallow: bool) -> String {
    let remote = format!("origin/{revision}");
    let hint = match git.commit(&remote) {
        Ok(Some(_)) => format!("; did you mean `{remote}`?"),
        _ if revision == "HEAD" => ": there is no commit yet".to_owned(),
        _ if shallow => {
            "; the clone is shallow: fetch the revision first (`git fetch --unshallow`, or a checkout of full depth)"
                .to_owned()
        }
        _ => String::new(),
    };
    format!("no revision `{revision}` in {}{hint}", git.root.display())
}
