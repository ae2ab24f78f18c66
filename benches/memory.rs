//! How much memory things take, by `max alloc`: trees, and whole runs. Everything runs on one thread, the one that is measured.
#![expect(clippy::disallowed_methods, reason = "it makes the files that are read")]

#[path = "corpus/mod.rs"]
mod corpus;
#[path = "texts/mod.rs"]
mod texts;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use divan::counter::{BytesCount, ItemsCount};
use divan::{AllocProfiler, Bencher};
use kubevet::engine::{Engine, Request, Snapshot};
use kubevet::source::{Source, SourceId};
use kubevet::yaml::{Document, Limits, read};
use texts::{KINDS, texts};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().expect("the first pool");
    divan::main();
}

/// The trees of all texts at once: `max alloc` is their size.
#[divan::bench(args = KINDS, sample_count = 10)]
fn trees(bencher: Bencher<'_, '_>, kind: &str) {
    let texts = texts(kind);
    let name = |text: &String| Source::from_text(SourceId(0), "a.yaml", text.as_str());
    let sources: Vec<_> = texts.iter().map(name).collect();
    let bytes = BytesCount::new(texts.iter().map(String::len).sum::<usize>());
    bencher.counter(bytes).bench_local(|| -> Vec<Vec<Document>> {
        sources.iter().map(|source| read(source, &Limits::default())).collect()
    });
}

/// Trees of files to check.
const TREES: [&str; 3] = ["corpus", "crds", "schemas"];

/// A tree on disk: the corpus of applications, definitions of custom resources, or JSON Schemas that look like manifests.
///
/// Gives where it lies, its size in bytes and its number of documents.
fn on_disk(kind: &str) -> (PathBuf, usize, usize) {
    static CORPUS: OnceLock<usize> = OnceLock::new();
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("memory-{kind}"));
    let crd = || texts("crd").remove(0);
    let bytes = match kind {
        "corpus" => *CORPUS.get_or_init(|| corpus::write(&root)),
        "crds" => write(&root, "yaml", FILES, |number| {
            crd().replace("hing0", &format!("hing{number}")).replace("hings0", &format!("hings{number}"))
        }),
        _ => write(&root, "json", FILES, |number| schema(number, 4000)),
    };
    (root, bytes, if kind == "corpus" { corpus::DOCUMENTS } else { FILES })
}

/// Files in the trees that are made here.
const FILES: usize = 60;

fn write(root: &Path, ending: &str, files: usize, text: impl Fn(usize) -> String) -> usize {
    fs::create_dir_all(root).expect("the folder can be made");
    let one = |number: usize| {
        let text = text(number);
        fs::write(root.join(format!("{number:03}.{ending}")), &text).expect("the file can be written");
        text.len()
    };
    (0..files).map(one).sum()
}

fn schema(number: usize, fields: usize) -> String {
    let field =
        |at: usize| format!("\"field{at}\": {{\"type\": \"string\", \"description\": \"Field {at} of {number}.\"}}");
    let fields: Vec<_> = (0..fields).map(field).collect();
    let typed = "\"apiVersion\": {\"type\": \"string\"},\n\"kind\": {\"type\": \"string\"}";
    format!("{{\"type\": \"object\", \"properties\": {{\n{typed},\n{}\n}}}}\n", fields.join(",\n"))
}

/// The number of findings in a folder.
fn found(root: &Path, policy: bool) -> usize {
    let request = Request { policy, ..Request::default() };
    Engine::default().check(&Snapshot::of_paths(vec![root.to_owned()]), &request).report.findings.len()
}

/// Whole runs: `max alloc` is what they take at their peak.
fn measure(bencher: Bencher<'_, '_>, kind: &str, policy: bool) {
    let (root, bytes, documents) = on_disk(kind);
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(documents)).bench_local(|| found(&root, policy));
}

#[divan::bench(args = TREES, sample_count = 3)]
fn validate(bencher: Bencher<'_, '_>, kind: &str) {
    measure(bencher, kind, false);
}

#[divan::bench(args = TREES, sample_count = 3)]
fn check(bencher: Bencher<'_, '_>, kind: &str) {
    measure(bencher, kind, true);
}
