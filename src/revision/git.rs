//! Asking git.
//!
//! In: a repository's root, and a question. Out: what the `git` program answers, taken apart; or a sentence on why it does
//! not. Names are separated by zero bytes throughout, and are taken literally; nothing of the user's configuration of `git
//! diff` and nothing of a hook's environment changes the answers.

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::files::name::of_bytes;
use crate::git;

/// A file, or a submodule, that a revision holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Relative to the repository's root.
    pub name: String,
    /// The blob, or the submodule's commit.
    pub oid: String,
    /// What it is.
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Link,
    Submodule,
}

/// A repository, by its root.
#[derive(Clone, Copy)]
pub(super) struct Git<'r> {
    pub root: &'r Path,
}

impl Git<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = git::command(self.root, arguments);
        // A hook's variables speak of the repository it runs for, which need not be this one.
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"] {
            command.env_remove(variable);
        }
        command.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_LITERAL_PATHSPECS", "1").env("LC_ALL", "C");
        command
    }

    fn output(&self, arguments: &[&str]) -> Result<Output, String> {
        self.command(arguments).output().map_err(|error| why_not_run(&error))
    }

    /// What a command prints.
    ///
    /// # Errors
    /// git's own first words.
    fn ask(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let output = self.output(arguments)?;
        if output.status.success() { Ok(output.stdout) } else { Err(self.complaint(&output.stderr)) }
    }

    fn complaint(&self, stderr: &[u8]) -> String {
        let text = String::from_utf8_lossy(stderr);
        let line = text.lines().next().unwrap_or("git failed and did not say why");
        format!("git in {}: {}", self.root.display(), line.trim_start_matches("fatal: "))
    }

    /// The id of the commit that a revision names; `REV...` names where it and HEAD parted.
    ///
    /// # Errors
    /// There is none, and what may help.
    pub fn resolve(&self, revision: &str) -> Result<String, String> {
        let shallow = self.ask(&["rev-parse", "--is-shallow-repository"])?;
        let shallow = shallow.starts_with(b"true");
        let Some(named) = revision.strip_suffix("...") else {
            return self.commit(revision)?.ok_or_else(|| self.unknown(revision, shallow));
        };
        let commit = self.commit(named)?.ok_or_else(|| self.unknown(named, shallow))?;
        let parted = self.output(&["merge-base", &commit, "HEAD"])?;
        let id = String::from_utf8_lossy(&parted.stdout).trim().to_owned();
        if parted.status.success() {
            return Ok(id);
        }
        let hint = if shallow { ": the clone is shallow; `git fetch --unshallow` gets the rest" } else { "" };
        Err(format!("`{named}` and HEAD have no commit in common in {}{hint}", self.root.display()))
    }

    fn commit(&self, revision: &str) -> Result<Option<String>, String> {
        if revision.is_empty() || revision.starts_with('-') {
            return Ok(None);
        }
        let found = self.output(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])?;
        Ok(found.status.success().then(|| String::from_utf8_lossy(&found.stdout).trim().to_owned()))
    }

    fn unknown(&self, revision: &str, shallow: bool) -> String {
        let remote = format!("origin/{revision}");
        let hint = match self.commit(&remote) {
            Ok(Some(_)) => format!("; did you mean `{remote}`?"),
            _ if revision == "HEAD" => ": there is no commit yet".to_owned(),
            _ if shallow => {
                "; the clone is shallow: fetch the revision first (`git fetch --unshallow`, or a checkout of \
                             full depth)"
                    .to_owned()
            }
            _ => String::new(),
        };
        format!("no revision `{revision}` in {}{hint}", self.root.display())
    }

    /// What a commit holds at or below some names; everything where there are none.
    pub fn tree(&self, commit: &str, below: &[String]) -> Result<Vec<Entry>, String> {
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", commit, "--"];
        arguments.extend(below.iter().map(String::as_str));
        let listing = self.ask(&arguments)?;
        Ok(listing.split(|&byte| byte == 0).filter_map(entry).collect())
    }

    /// The names of tracked files that are not as a commit holds them, and of those that went or came.
    pub fn changed(&self, commit: &str, below: &[String]) -> Result<Vec<String>, String> {
        let how =
            ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=all", commit, "--"];
        let mut arguments = how.to_vec();
        arguments.extend(below.iter().map(String::as_str));
        let listing = self.ask(&arguments)?;
        Ok(git::names(&listing).collect())
    }

    /// The bytes of blobs, in the order asked for.
    ///
    /// # Errors
    /// git does not have one of them.
    pub fn blobs(&self, oids: &[&str]) -> Result<Vec<Vec<u8>>, String> {
        if oids.is_empty() {
            return Ok(Vec::new());
        }
        let mut command = self.command(&["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| why_not_run(&error))?;
        let input = child.stdin.take();
        let questions: String = oids.iter().flat_map(|oid| [*oid, "\n"]).collect();
        // Asked from a thread of its own: git writes before it has read all, and would wait for a reader.
        let output = std::thread::scope(|scope| {
            scope.spawn(move || input.map(|mut input| input.write_all(questions.as_bytes())));
            child.wait_with_output()
        });
        let output = output.map_err(|error| format!("git: {error}"))?;
        let blobs = split_batch(&output.stdout);
        if blobs.len() == oids.len() { Ok(blobs) } else { Err(self.complaint(&output.stderr)) }
    }
}

fn why_not_run(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "git has to be asked, and there is no program of that name".to_owned(),
        _ => format!("git cannot be run: {error}"),
    }
}

/// `MODE TYPE OID<tab>NAME`
fn entry(line: &[u8]) -> Option<Entry> {
    let (meta, name) = line.split_at(memchr::memchr(b'\t', line)?);
    let mut meta = std::str::from_utf8(meta).ok()?.split(' ');
    let (mode, _, oid) = (meta.next()?, meta.next()?, meta.next()?);
    let kind = match mode {
        "120000" => Kind::Link,
        "160000" => Kind::Submodule,
        _ => Kind::File,
    };
    Some(Entry { name: of_bytes(&name[1..]), oid: oid.to_owned(), kind })
}

/// `OID TYPE SIZE<newline>BYTES<newline>`, again and again; ends at the first that git has not.
fn split_batch(mut rest: &[u8]) -> Vec<Vec<u8>> {
    let mut blobs = Vec::new();
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let size =
            std::str::from_utf8(&rest[..end]).ok().and_then(|line| line.rsplit(' ').next()?.parse::<usize>().ok());
        let Some(blob) = size.and_then(|size| rest.get(end + 1..end + 1 + size)) else { break };
        blobs.push(blob.to_owned());
        rest = rest.get(end + 2 + blob.len()..).unwrap_or_default();
    }
    blobs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listings_are_taken_apart() {
        let line = b"100644 blob 1234\tfolder of mine/a\nb.yaml";
        let found = Entry { name: "folder of mine/a\nb.yaml".into(), oid: "1234".into(), kind: Kind::File };
        assert_eq!(entry(line), Some(found));
        assert_eq!(entry(b"160000 commit 1234\tcharts").map(|entry| entry.kind), Some(Kind::Submodule));
        assert_eq!(entry(b""), None);
    }

    #[test]
    fn batches_are_taken_apart() {
        assert_eq!(split_batch(b"1 blob 3\na\nb\n2 blob 0\n\n"), [b"a\nb".to_vec(), Vec::new()]);
        assert_eq!(split_batch(b"1 blob 1\na\n2 missing\n"), [b"a".to_vec()]);
    }
}
