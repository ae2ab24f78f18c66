//! The git program, with nothing a repository could add to it.
//!
//! In: a repository's root, and arguments. Out: a command with a closed environment and a closed set of settings that
//! outrank those of the repository.
//!
//! - **The program** is looked for in the absolute folders of `PATH`, and never within the repository.
//! - **The environment** is empty but for what finds the user's own configuration, whose `safe.directory` counts. What a
//!   hook is given (`GIT_DIR`, `GIT_INDEX_FILE`, ...) speaks of the repository the hook runs for, which need not be this one.
//! - **The working tree** is the root, whatever `core.worktree` says, and the repository is the one that stands there: git
//!   looks neither above nor elsewhere. It still finds `.git` by itself, since naming it would switch off git's check of who
//!   owns it.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What of the user's environment git gets: where the configuration of the user and the system lie, and what programs need.
const KEPT: &[&str] = &[
    "HOME",
    "XDG_CONFIG_HOME",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_COUNT",
    // Git takes the files of the user who called sudo for its own.
    "SUDO_UID",
    "TMPDIR",
    "DEVELOPER_DIR",
    "USERPROFILE",
    "HOMEDRIVE",
    "HOMEPATH",
    "PROGRAMDATA",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
];

/// The numbered settings behind `GIT_CONFIG_COUNT`, which runners use for `safe.directory`.
const KEPT_NUMBERED: &[&str] = &["GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"];

/// What holds whatever the configuration says. Settings that have a variable as well are switched off here: git looks at
/// the variable first.
const VARIABLES: &[(&str, &str)] = &[
    ("LC_ALL", "C"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_LITERAL_PATHSPECS", "1"),
    ("GIT_PAGER", "cat"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_ATTR_NOSYSTEM", "1"),
    // An object that is not here is not fetched, by no protocol: an empty list outranks `protocol.NAME.allow`.
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", ""),
];

/// Settings that outrank every configuration file: what could start a program. Filters, textconv and external diffs have no
/// setting that switches all of them off; no question of ours comes near them.
const SETTINGS: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.askPass=false",
    "core.sshCommand=false",
    "core.gitProxy=false",
    "core.alternateRefsCommand=false",
    "core.attributesFile=/dev/null",
    "core.editor=false",
    "credential.helper=",
    "gpg.program=false",
    "protocol.allow=never",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    // A repository is the root's own `.git`, not a folder that looks like the inside of one.
    "safe.bareRepository=explicit",
];

/// A command of git in a repository.
///
/// # Errors
/// There is no git.
#[expect(clippy::disallowed_methods, reason = "the one place that starts a program")]
pub(super) fn command(root: &Path, arguments: &[&str]) -> Result<Command, String> {
    let folders = folders(root, env::var_os("PATH").unwrap_or_default());
    let program = find(&folders, root).ok_or("git is needed, but there is no program of that name")?;
    let mut command = Command::new(program);
    command.env_clear().envs(kept(env::vars_os())).envs(VARIABLES.iter().copied());
    command.env("PATH", env::join_paths(&folders).unwrap_or_default()).env("GIT_WORK_TREE", root);
    if let Some(above) = root.parent() {
        command.env("GIT_CEILING_DIRECTORIES", above);
    }
    command.arg("-C").arg(root).arg("--no-pager");
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command.args(arguments);
    Ok(command)
}

fn kept(variables: impl Iterator<Item = (OsString, OsString)>) -> impl Iterator<Item = (OsString, OsString)> {
    variables.filter(|(name, _)| {
        let Some(name) = name.to_str() else { return false };
        let upper = name.to_ascii_uppercase();
        KEPT.contains(&upper.as_str()) || KEPT_NUMBERED.iter().any(|start| upper.starts_with(start))
    })
}

/// The folders of `PATH` that programs are taken from: a relative one would depend on where kubevet runs, and one within
/// the repository holds what the repository's author put there.
fn folders(root: &Path, path: OsString) -> Vec<PathBuf> {
    let all = env::split_paths(&path).filter(|folder| folder.is_absolute());
    all.filter(|folder| !is_within(folder, root)).collect()
}

fn find(folders: &[PathBuf], root: &Path) -> Option<PathBuf> {
    let name = format!("git{}", env::consts::EXE_SUFFIX);
    let mut programs = folders.iter().map(|folder| folder.join(&name));
    programs.find(|program| is_program(program) && !is_within(program, root))
}

/// Whether a path leads into a directory, links resolved.
fn is_within(path: &Path, root: &Path) -> bool {
    path.starts_with(root) || path.canonicalize().is_ok_and(|found| found.starts_with(root))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_hook_and_nothing_unknown_is_passed_on() {
        let names =
            ["GIT_DIR", "GIT_CONFIG_PARAMETERS", "GIT_EXTERNAL_DIFF", "GIT_TRACE", "LD_PRELOAD", "HOME", "PATH"];
        let numbered = ["GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0"];
        let all = names.iter().chain(&numbered).map(|name| (OsString::from(name), OsString::new()));
        let kept: Vec<_> = kept(all).map(|(name, _)| name).collect();
        assert_eq!(kept, ["HOME", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0"]);
    }

    #[cfg(unix)]
    #[test]
    fn programs_come_from_absolute_folders_outside_the_repository() {
        let root = Path::new("/r");
        let found = folders(root, OsString::from("::.:bin:/r/bin:/r:/usr/bin:/rest/bin"));
        assert_eq!(found, [Path::new("/usr/bin"), Path::new("/rest/bin")]);
    }
}
