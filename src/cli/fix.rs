//! `--fix`, `--unsafe-fixes` and `--diff`.
//!
//! In: what is checked and how. Out: its report after all fixes were carried out, again and again until nothing changes; the changed texts
//! written to their files, or shown as a unified diff.

use kubevet::engine::{Engine, Fixed, Request, Snapshot};
use kubevet::escape;
use kubevet::files::name::path_of;
use kubevet::files::{self, Before, Tree};
use kubevet::finding::Applicability;
use kubevet::report::count;

use super::diff;
use super::print::{Failure, exact, for_programs, note};

/// Options on fixing.
#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Fixes")]
pub struct Args {
    /// Apply safe fixes
    #[arg(long)]
    fix: bool,
    /// Also apply fixes that may change behaviour
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show what --fix would change, without changing anything
    #[arg(long)]
    diff: bool,
}

impl Args {
    /// Whether anything is to be fixed.
    pub fn wanted(&self) -> bool {
        self.fix || self.diff || self.unsafe_fixes
    }

    /// Fixes what is found, in memory.
    pub fn run(&self, engine: &Engine, snapshot: Snapshot, request: &Request) -> Fixed {
        let most = if self.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        engine.fix(snapshot, request, most)
    }

    /// Writes the changed texts: to their files in a tree, or as a diff on standard output. Gives whether the report is still to
    /// be shown.
    ///
    /// # Errors
    /// A message for each file that could not be written; all others are.
    pub fn finish(&self, fixed: &Fixed, stdin: Option<&(String, Vec<u8>)>, tree: &Tree) -> Result<bool, Failure> {
        // What came in by standard input goes out, fixed or as it was.
        if let Some((_, text)) = stdin.filter(|(name, _)| !self.diff && !fixed.changes.contains_key(name)) {
            exact(text)?;
        }
        let mut failures = Vec::new();
        for (name, (before, after)) in &fixed.changes {
            if self.diff {
                for_programs(&diff::unified(before, after, &escape::line(name)))?;
            } else if stdin.is_some_and(|(stdin, _)| stdin == name) {
                exact(after.as_bytes())?;
            } else {
                let (path, before) = (path_of(name), Before::Bytes(before.as_bytes()));
                let written = files::replace(&path, before, after.as_bytes(), tree);
                failures.extend(written.err().map(|error| format!("{name}: {error}")));
            }
        }
        if !failures.is_empty() {
            let written = fixed.changes.len() - failures.len();
            note(&format!("{written} of {} fixed", count(fixed.changes.len(), "file")));
            return Err(failures.into());
        }
        if fixed.fixes == 0 && fixed.outcome.failures.is_empty() {
            note(&self.nothing(fixed));
        } else if fixed.fixes > 0 && !self.diff {
            let (fixes, files) = (
                if fixed.fixes == 1 { "1 fix".to_owned() } else { format!("{} fixes", fixed.fixes) },
                count(fixed.changes.len(), "file"),
            );
            note(&format!("{fixes} applied in {files}"));
        }
        Ok(!self.diff && stdin.is_none())
    }

    /// Why nothing was fixed.
    fn nothing(&self, fixed: &Fixed) -> String {
        let left = fixed.outcome.report.active().filter(|finding| finding.fix.is_some()).count();
        match left {
            0 => "nothing to fix: no finding has a fix".to_owned(),
            1 if !self.unsafe_fixes => "nothing fixed: one finding has an unsafe fix (--unsafe-fixes)".to_owned(),
            _ if !self.unsafe_fixes => format!("nothing fixed: {left} findings have unsafe fixes (--unsafe-fixes)"),
            1 => {
                "nothing fixed: one info finding has a fix, applied only if its rule is selected (--select)".to_owned()
            }
            _ => format!(
                "nothing fixed: {left} info findings have fixes, applied only if their rules are selected (--select)"
            ),
        }
    }

    /// Whether only the diff was asked for, which fails where it is not empty.
    pub fn diff_only(&self) -> bool {
        self.diff
    }
}
