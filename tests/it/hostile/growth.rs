//! Documents with thousands of one thing take time in step with how many there are: each of these took minutes, or grew with the
//! square. The shapes are those of `cargo bench --bench growth`.
//!
//! What is measured is the time that a thread had a processor, at two sizes, and it is held against itself: what else a machine
//! does makes no difference. Where the system does not tell, the shapes are checked all the same.

use std::fs;
use std::time::Duration;

use kubevet::engine::{Engine, Request, Snapshot};

#[expect(dead_code, reason = "the bench uses the rest")]
#[path = "../../../benches/shapes/mod.rs"]
mod shapes;

/// The smaller size is so many times smaller.
const STEP: usize = 4;

/// So many times as long may the larger size take: the square would be sixteen times.
const MOST: u32 = 8;

/// What takes less than this says nothing about how it grows.
const NOTHING: Duration = Duration::from_millis(400);

/// Checks a repository of a shape at two sizes; says how many findings there are at the larger one.
fn check(name: &str, n: usize) -> usize {
    let (small, _) = run(name, n / STEP);
    let (large, found) = run(name, n);
    let bound = NOTHING.max(small * MOST);
    assert!(large < bound, "{name}: {} take {small:?} of processor time, {n} take {large:?}", n / STEP);
    found
}

/// The processor time that a check takes on one thread, and how many findings there are.
fn run(name: &str, n: usize) -> (Duration, usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let shape = shapes::all().find(|shape| shape.name == name).unwrap_or_else(|| panic!("no shape is called `{name}`"));
    shapes::Folder::fill(folder.path(), shape, n);
    let snapshot = Snapshot::of_paths(vec![folder.path().to_owned()]);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    one.install(|| {
        let before = processor_time();
        let found = Engine::default().check(&snapshot, &Request::policy()).report.findings.len();
        (processor_time() - before, found)
    })
}

/// How long this thread has had a processor.
fn processor_time() -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(told.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(0))
}

#[test]
fn keys_that_stand_there_again_and_again() {
    assert!(check("one key again and again", 20_000) >= 19_999);
    assert!(check("each key twice", 20_000) >= 10_000);
}

#[test]
fn lists_of_a_pod() {
    assert!(check("ports of a container", 10_000) > 0);
    assert!(check("variables of one name", 5_000) >= 4_999);
    check("volumes with mounts", 5_000);
    check("tolerations", 5_000);
    check("host aliases", 5_000);
}

#[test]
fn paths_in_a_volume() {
    check("items of a ConfigMap volume", 5_000);
    check("sources of a projected volume", 5_000);
}

#[test]
fn fields_that_are_misspelt() {
    assert!(check("misspelt fields", 3_000) >= 6_000);
    assert!(check("required fields of a schema", 5_000) >= 5_000);
}

#[test]
fn values_that_are_read_otherwise() {
    assert!(check("values that surprise", 5_000) >= 5_000);
}

#[test]
fn findings_on_one_long_line() {
    assert!(check("findings on one line, not ASCII", 3_000) >= 3_000);
}

#[test]
fn comments_that_suppress() {
    check("comments that suppress a finding", 3_000);
    check("comments that suppress nothing", 3_000);
}

/// A text of 256 kB, which an optimised build scans in a millisecond or two, and 20,000 aliases of it.
#[test]
fn aliases_of_a_large_text() {
    check("aliases of a large scalar in variables", 20_000);
    check("aliases of a large scalar in a ConfigMap", 20_000);
    check("aliases of a large scalar in a Secret", 20_000);
}

/// Both grow: what the aliases stand for is bounded, whoever looks at it and whatever it is copied into.
#[test]
fn aliases_of_a_text_that_grows_with_them() {
    assert!(check("aliases by the length of a scalar", 2_000) >= 1);
    assert!(check("objects by the length of a scalar", 2_000) >= 1);
}

/// The page has a row of every shape: one that nobody measured is none that grows in step.
#[test]
fn every_shape_is_in_the_table() {
    let page = include_str!("../../../docs/development/growth.md");
    let missing = |shape: &&shapes::Shape| !page.contains(&format!("\n| {} | ", shape.name));
    let missing: Vec<_> = shapes::all().filter(missing).map(|shape| shape.name).collect();
    assert!(missing.is_empty(), "cargo bench --bench growth -- --write --missing: {missing:?}");
}

/// Entries that a list of merged maps brings in are not in the order of the text.
#[test]
fn merged_entries_have_their_paths() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nx-a: &a {k1: yes, k2: 1}\nx-b: &b {k3: 2}\ndata:\n  \
                <<: [*a, *b]\n  k4: 3\n";
    let report = Engine::default().check(&Snapshot::of_text("a.yaml", text), &Request::default()).report;
    let paths: Vec<_> = report.findings.iter().map(|finding| finding.path.as_str()).collect();
    for key in ["k1", "k2", "k3", "k4"] {
        assert!(
            paths.iter().any(|path| path.ends_with(key) || path.ends_with(&format!("[{key}]"))),
            "{key}: {paths:?}"
        );
    }
}

/// What is said about a list item names it by its key, and numbers those of one name.
#[test]
fn findings_about_long_lists() {
    assert!(check("mounts of one path", 5_000) >= 4_999);
    assert!(check("containers of a pod", 2_000) >= 2_000);
}

#[test]
fn many_that_mean_one_thing() {
    check("keys that ConfigMaps of one name lack", 3_000);
    check("LimitRanges that containers violate", 3_000);
    check("comments that suppress all of a document", 3_000);
    check("equal objects of kustomizations", 1_000);
    check("Flux Kustomizations in circles", 3_000);
    check("anchors and fixes", 3_000);
}

#[test]
fn many_that_mean_what_is_nowhere() {
    check("Applications of missing projects", 3_000);
    check("Flux Kustomizations of missing ones", 3_000);
    check("Flux Kustomizations of missing sources", 3_000);
}
