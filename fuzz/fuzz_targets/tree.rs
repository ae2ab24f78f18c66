//! Small repositories: file names that are any bytes, links, kustomizations that refer to each other, patches, .gitignore files, a
//! configuration and a baseline. No panic; the same bytes on any number of threads; nothing outside the tree is read or written;
//! fixing leaves no file with more errors.
#![no_main]

use std::sync::{Arc, LazyLock};

use kubevet::config::Config;
use kubevet::engine::{Engine, Request, Settings, Snapshot};
use kubevet::files::name::path_of;
use kubevet::files::{Before, Door, Tree, replace};
use kubevet::finding::Applicability;
use kubevet::report::Report;
use kubevet::suppress::baseline::Baseline;
use kubevet_fuzz::reports::{all_formats, errors};
use kubevet_fuzz::repository::{Playground, SECRET};
use rayon::{ThreadPool, ThreadPoolBuilder};

static PLAYGROUND: LazyLock<Playground> = LazyLock::new(Playground::new);
static POOLS: LazyLock<[ThreadPool; 2]> =
    LazyLock::new(|| [1, 3].map(|threads| ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")));

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let [mode, rest @ ..] = data else { return };
    PLAYGROUND.fill(rest);
    let before = PLAYGROUND.contents();
    let (engine, snapshot, request) = asked(*mode);
    let first = POOLS[0].install(|| engine.check(&snapshot, &request));
    let bytes = look(&first.report);
    if mode & 0x40 != 0 {
        let second = POOLS[1].install(|| engine.check(&snapshot, &request));
        assert!(look(&second.report) == bytes, "three threads say something else than one");
        assert_eq!(first.failures, second.failures);
    }
    let fixed = POOLS[0].install(|| engine.fix(snapshot.clone(), &request, Applicability::Unsafe));
    assert!(PLAYGROUND.contents() == before, "something was written");
    look(&fixed.outcome.report);
    let (were, are) = (errors(&first.report), errors(&fixed.outcome.report));
    for (name, (before, after)) in &fixed.changes {
        assert!(are.get(&**name) <= were.get(&**name), "{name} got worse: {before:?}, {after:?}");
        // Whether it is written or refused: never outside.
        let _ = replace(
            &path_of(name),
            Before::Bytes(before.as_bytes()),
            after.as_bytes(),
            &Tree::new([PLAYGROUND.tree()]),
        );
    }
    PLAYGROUND.expect_untouched();
});

/// Every report, none of which has what lies outside.
fn look(report: &Report) -> Vec<Vec<u8>> {
    let all = all_formats(report);
    for text in &all {
        let shown = String::from_utf8_lossy(text);
        assert!(!shown.contains(SECRET), "a file outside the tree was read: {shown}");
    }
    all
}

/// A run over the tree, as the bits of a byte say.
fn asked(mode: u8) -> (Engine, Snapshot, Request) {
    let (tree, has) = (PLAYGROUND.tree(), |bit: u8| mode & bit != 0);
    // A link that the user names is read wherever it leads.
    let named = ["base", "a.yaml"].map(|name| tree.join(name)).into_iter();
    let named = named.filter(|path| path.symlink_metadata().is_ok_and(|found| !found.is_symlink())).collect();
    let config = Config::read(&tree.join("kubevet.yaml"), &Door::default(), &kubevet::rules::registry())
        .ok()
        .filter(|_| !has(0x20));
    let settings = Settings {
        foreign: has(4),
        require_schema: has(8),
        baseline: Baseline::read(&tree.join("baseline.json"), &Door::default()).ok().map(Arc::new),
        config: Arc::new(config.unwrap_or_default()),
        ..Settings::default()
    };
    let request = Request {
        repository: has(1),
        no_ignore: has(2),
        renew_baseline: has(8),
        today: "2026-11-30".to_owned(),
        ..Request::policy()
    };
    let paths = if has(0x10) { named } else { vec![tree.clone()] };
    (Engine::new(settings), Snapshot::of_paths(paths), request)
}
