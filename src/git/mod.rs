//! The one door to git.
//!
//! In: a repository's root, and one of a closed set of questions. Out: what the index, the refs, the objects and the
//! configuration hold, taken apart; or a sentence on why there is no answer.
//!
//! A repository's configuration is written by whoever made the repository, and much of it names programs. None is started:
//! no question makes git convert, compare or write a file of the working tree, so filters, textconv and external diffs have
//! no part in an answer, and [`program`] switches off the rest. What stands in the working tree is read by kubevet itself.
#![expect(clippy::disallowed_methods, reason = "the one place that starts a program, with the environment it needs")]

mod listing;
mod process;
mod program;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use self::listing::{Entry, Kind, Staged, Stat};
use self::process::{Answer, Bounds};

/// What one question may cost: a repository of some million files stays far below it.
const BOUNDS: Bounds = Bounds { time: Duration::from_secs(30), bytes: 512 << 20 };

/// A repository that git is asked about, by the root of its working tree, an absolute path.
#[derive(Clone, Copy)]
pub(crate) struct Git<'r> {
    pub root: &'r Path,
}

impl<'r> Git<'r> {
    /// The repository at a root; nothing where `.git` is a directory that is none, in which nothing can be tracked.
    pub fn at(root: &'r Path) -> Option<Self> {
        let git = root.join(".git");
        let is_repository = git.is_file() || git.join("HEAD").symlink_metadata().is_ok();
        is_repository.then_some(Self { root })
    }

    /// The addresses of all remotes.
    pub fn remotes(&self) -> Result<Vec<String>, String> {
        let answer = self.output(&["config", "-z", "--get-regexp", r"^remote\..*\.url$"])?;
        if answer.code == Some(1) {
            return Ok(Vec::new());
        }
        let text = String::from_utf8_lossy(self.accept(&answer)?);
        let urls = text.split('\0').filter_map(|entry| entry.split_once('\n'));
        Ok(urls.map(|(_, url)| url.trim().to_owned()).collect())
    }

    /// What a symbolic ref such as `HEAD` points to, in short; nothing where there is no such ref, or it names a commit.
    pub fn target(&self, name: &str) -> Result<Option<String>, String> {
        let answer = self.output(&["symbolic-ref", "--quiet", "--short", name])?;
        if answer.code == Some(1) {
            return Ok(None);
        }
        Ok(Some(String::from_utf8_lossy(self.accept(&answer)?).trim().to_owned()))
    }

    /// The files that are tracked, relative to the root.
    pub fn tracked(&self) -> Result<Vec<PathBuf>, String> {
        Ok(listing::names(&self.ask(&["ls-files", "-z", "--cached"])?).filter_map(listing::below).collect())
    }

    /// What the index says of the files at or below some names; of all where there are none.
    pub fn index(&self, below: &[String]) -> Result<Vec<Staged>, String> {
        let how = ["ls-files", "-z", "--stage", "-v", "--debug", "--"];
        Ok(listing::index(&self.ask_below(&how, below)?))
    }

    /// The file that the index is kept in.
    pub fn index_file(&self) -> Result<PathBuf, String> {
        let git = self.root.join(".git");
        if git.is_dir() {
            return Ok(git.join("index"));
        }
        let name = self.ask(&["rev-parse", "--git-path", "index"])?;
        Ok(self.root.join(listing::path(name.strip_suffix(b"\n").unwrap_or(&name))))
    }

    /// What a commit holds at or below some names; everything where there are none.
    pub fn tree(&self, commit: &str, below: &[String]) -> Result<Vec<Entry>, String> {
        let listing = self.ask_below(&["ls-tree", "-r", "-z", "--full-tree", commit, "--"], below)?;
        Ok(listing::names(&listing).filter_map(listing::entry).collect())
    }

    /// Whether the history was cut off when the repository was cloned.
    pub fn is_shallow(&self) -> Result<bool, String> {
        Ok(self.ask(&["rev-parse", "--is-shallow-repository"])?.starts_with(b"true"))
    }

    /// The id of the commit that a revision names, if there is one.
    pub fn commit(&self, revision: &str) -> Result<Option<String>, String> {
        if revision.is_empty() || revision.starts_with('-') {
            return Ok(None);
        }
        let found = self.output(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])?;
        Ok(found.is_success().then(|| String::from_utf8_lossy(&found.stdout).trim().to_owned()))
    }

    /// Where a commit and `HEAD` parted; nothing where they have no commit in common.
    pub fn fork_point(&self, commit: &str) -> Result<Option<String>, String> {
        let parted = self.output(&["merge-base", commit, "HEAD"])?;
        Ok(parted.is_success().then(|| String::from_utf8_lossy(&parted.stdout).trim().to_owned()))
    }

    /// The sizes of blobs, in the order asked for.
    ///
    /// # Errors
    /// git does not have one of them.
    pub fn sizes(&self, oids: &[&str]) -> Result<Vec<u64>, String> {
        let answer = self.batch("--batch-check", oids)?;
        let sizes: Vec<_> = answer.split(|&byte| byte == b'\n').filter_map(listing::size).collect();
        if sizes.len() == oids.len() { Ok(sizes) } else { Err(self.misses()) }
    }

    /// The bytes of blobs, in the order asked for.
    ///
    /// # Errors
    /// git does not have one of them.
    pub fn blobs(&self, oids: &[&str]) -> Result<Vec<Vec<u8>>, String> {
        let blobs = listing::batch(&self.batch("--batch", oids)?);
        if blobs.len() == oids.len() { Ok(blobs) } else { Err(self.misses()) }
    }

    fn batch(&self, how: &str, oids: &[&str]) -> Result<Vec<u8>, String> {
        if oids.is_empty() {
            return Ok(Vec::new());
        }
        let questions: String = oids.iter().flat_map(|oid| [*oid, "\n"]).collect();
        let answer = self.run(&["cat-file", how], Some(questions.into_bytes()))?;
        self.accept(&answer).map(<[u8]>::to_owned)
    }

    fn misses(&self) -> String {
        let root = self.root.display();
        format!(
            "git in {root}: a file of the revision is not here (a partial clone?); nothing is fetched from elsewhere"
        )
    }

    fn ask_below(&self, how: &[&str], below: &[String]) -> Result<Vec<u8>, String> {
        self.ask(&how.iter().copied().chain(below.iter().map(String::as_str)).collect::<Vec<_>>())
    }

    /// What a command prints.
    ///
    /// # Errors
    /// git's own first words.
    fn ask(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let answer = self.output(arguments)?;
        self.accept(&answer)?;
        Ok(answer.stdout)
    }

    fn output(&self, arguments: &[&str]) -> Result<Answer, String> {
        self.run(arguments, None)
    }

    fn run(&self, arguments: &[&str], input: Option<Vec<u8>>) -> Result<Answer, String> {
        let command = program::command(self.root, arguments)?;
        process::run(command, input, &BOUNDS).map_err(|error| format!("git in {}: {error}", self.root.display()))
    }

    fn accept<'a>(&self, answer: &'a Answer) -> Result<&'a [u8], String> {
        if answer.is_success() {
            return Ok(&answer.stdout);
        }
        let text = String::from_utf8_lossy(&answer.stderr);
        let line = text.lines().next().unwrap_or("git failed and did not say why");
        Err(format!("git in {}: {}", self.root.display(), line.trim_start_matches("fatal: ")))
    }
}
