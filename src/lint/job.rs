//! What a run is asked to do.
//!
//! In: what the command line, a hook or a review asks for. Out: [`Job`], the one value that every stage reads.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::config::{Config, Selection};
use crate::files::name::path_of;
use crate::files::{Door, Overlay};
use crate::progress::Progress;
use crate::rule::Registry;
use crate::rules;
use crate::suppress::baseline::Baseline;
use crate::version::VersionRange;

use super::Since;

/// What one run does.
pub struct Job {
    /// The door to the files: the disk, where nothing else is said.
    pub files: Door,
    /// Files and directories.
    pub paths: Vec<PathBuf>,
    /// Text from standard input, and the name it is shown under.
    pub stdin: Option<(String, Vec<u8>)>,
    /// The version judged for; with more than one, validity is judged for each, and policy for the newest.
    pub versions: VersionRange,
    /// Make objects without a schema errors.
    pub require_schema: bool,
    /// Judge policy too, not validity alone.
    pub policy: bool,
    /// Objects come without a repository around them, as at admission: rules that need one do not run.
    pub alone: bool,
    /// Read the whole repository around the paths for what they refer to, and judge the paths alone.
    pub repository: bool,
    /// Read what .gitignore hides.
    pub no_ignore: bool,
    /// Judge also what nobody seems to apply: test fixtures, recorded objects, configuration of tools.
    pub strict_files: bool,
    /// The configuration.
    pub config: Config,
    /// The rules there are.
    pub registry: Arc<Registry>,
    /// What the command line says about rules.
    pub selection: Selection,
    /// Suppressions written for other tools count, too.
    pub foreign: bool,
    /// Findings that are known.
    pub baseline: Option<Baseline>,
    /// The baseline is not to be held against the findings, but to be made anew of them.
    pub renew_baseline: bool,
    /// Texts that stand for those of files, by the files' names (see [`crate::files::name`]): what was mended and not yet written.
    pub overlay: BTreeMap<String, Vec<u8>>,
    /// Judge one Application alone, by its name, with what it brings.
    pub argocd: Option<String>,
    /// Report only what is new since a revision.
    pub since: Option<Since>,
    /// The date, as `YYYY-MM-DD`; entries of `ignore` that held until an earlier day do not.
    pub today: String,
    /// How many bytes of text that may be asked for again are kept rather than read twice; nothing for what is usual. The
    /// report is the same.
    pub room: Option<usize>,
    /// Told how far the run has come.
    pub progress: Arc<Progress>,
}

impl Default for Job {
    /// Validity of nothing for the newest version, by the built-in configuration and rules.
    fn default() -> Self {
        Self {
            files: Door::default(),
            paths: Vec::new(),
            stdin: None,
            versions: VersionRange::default(),
            require_schema: false,
            policy: false,
            alone: false,
            repository: false,
            no_ignore: false,
            strict_files: false,
            config: Config::default(),
            registry: Arc::new(rules::registry()),
            selection: Selection::default(),
            foreign: false,
            baseline: None,
            renew_baseline: false,
            overlay: BTreeMap::new(),
            argocd: None,
            since: None,
            today: String::new(),
            room: None,
            progress: Arc::default(),
        }
    }
}

impl Job {
    /// The files, with the texts over them that stand for their own: standard input, and what was made of it.
    pub(super) fn overlaid(&self) -> Overlay<'_> {
        let piped = self.stdin.iter().map(|(name, text)| (name.as_str(), text.as_slice()));
        let texts = self.overlay.iter().map(|(name, text)| (name.as_str(), text.as_slice()));
        Overlay::new(&*self.files, piped.chain(texts))
    }

    /// The file that standard input stands for.
    pub(super) fn stdin_file(&self) -> Option<PathBuf> {
        self.stdin.as_ref().map(|(name, _)| path_of(name))
    }
}
