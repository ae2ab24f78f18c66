//! The git repository that a run is in.
//!
//! In: a run, its objects. Out: what git knows of the repository, where something in it deploys from there.

use crate::coverage::{Coverage, SkipReason, Skipped};
use crate::discover;
use crate::workspace::{ApplySet, Checkout};

use super::Run;

/// The repository around what is checked, where something in the set deploys from it. That git does not tell is in the ledger.
pub(super) fn around(run: &Run<'_>, set: &ApplySet<'_>, coverage: &mut Coverage) -> Option<Checkout> {
    let job = run.job;
    let mut urls = set.deployed_addresses().peekable();
    if job.request.alone || !job.request.policy || urls.peek().is_none() {
        return None;
    }
    let urls: Vec<_> = urls.collect();
    if let Some(known) = &run.built.checkout {
        return urls.iter().any(|url| known.is_at(url)).then(|| known.clone());
    }
    let known_as = &job.settings.config.repositories;
    let wanted = |checkout: &Checkout| urls.iter().any(|url| checkout.is_at(url));
    let found =
        discover::checkout::around(&*job.snapshot.files, run.place.files, &job.snapshot.paths, known_as, wanted);
    found.unwrap_or_else(|(root, detail)| {
        let file = discover::walk::display(&root.join(".git"));
        coverage.skipped.push(Skipped { detail, ..Skipped::new(&file, SkipReason::Unreadable) });
        None
    })
}
