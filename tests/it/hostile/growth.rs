//! Documents with thousands of one thing are checked in seconds: each of these took minutes, or grew with the square. The
//! shapes are those of `cargo bench --bench growth`; the bounds are wide, so that a busy machine does not fail them.

use std::time::{Duration, Instant};

use kubevet::engine::{Engine, Request, Snapshot};

#[expect(dead_code, reason = "the bench uses the rest")]
#[path = "../../../benches/shapes/mod.rs"]
mod shapes;

/// Seconds that a shape may take in a build that is not optimised.
const BOUND: Duration = Duration::from_secs(20);

/// Validators a repository of a shape, and says how many findings there are.
fn check(name: &str, n: usize) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let shape = shapes::all().find(|shape| shape.name == name).unwrap_or_else(|| panic!("no shape is called `{name}`"));
    shapes::Folder::fill(folder.path(), shape, n);
    let start = Instant::now();
    let snapshot = Snapshot::of_paths(vec![folder.path().to_owned()]);
    let found = Engine::default().check(&snapshot, &Request::policy()).report.findings.len();
    assert!(start.elapsed() < BOUND, "{name}: {n} took {:?}", start.elapsed());
    found
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
