//! How fast things are. `cargo bench` prints a table; `KUBEVET_CORPUS=DIR cargo bench` also leaves the corpus in a folder,
//! for other programs to be measured on. docs/development/performance.md has figures.
#![expect(clippy::disallowed_methods, reason = "the program itself is measured, on files made for it")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use kubevet::engine::{Engine, Request, Settings, Snapshot};
use kubevet::report::{Format, Options};
use kubevet::source::{Source, SourceId};
use kubevet::yaml::{self, Limits};
use rayon::prelude::*;

mod corpus;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// The corpus on disk and its size in bytes.
fn on_disk() -> &'static (PathBuf, usize) {
    static CORPUS: OnceLock<(PathBuf, usize)> = OnceLock::new();
    CORPUS.get_or_init(|| {
        let named = std::env::var_os("KUBEVET_CORPUS").map(PathBuf::from);
        let root = named.unwrap_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus"));
        let bytes = corpus::write(&root);
        (root, bytes)
    })
}

/// Runs on so many threads.
fn on<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be made");
    pool.install(work)
}

/// Text to tree alone, from memory.
#[divan::bench(args = [1, 2], sample_count = 10)]
fn read(bencher: Bencher<'_, '_>, threads: usize) {
    let texts = (0..corpus::APPLICATIONS).flat_map(corpus::application).map(|(_, text)| text);
    let sources: Vec<_> = texts.map(|text| Source::from_text(SourceId(0), "a.yaml", text)).collect();
    let bytes: usize = sources.iter().map(|source| source.text.len()).sum();
    let bencher = bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(corpus::DOCUMENTS));
    bencher.bench_local(|| {
        on(threads, || {
            sources.par_iter().map(|source| yaml::read(black_box(source), &Limits::default()).len()).sum::<usize>()
        })
    });
}

/// The number of findings in a folder.
fn found(root: &Path, policy: bool) -> usize {
    let request = Request { policy, ..Request::default() };
    Engine::default().check(&Snapshot::of_paths(vec![root.to_owned()]), &request).report.findings.len()
}

/// Everything from the walk to the finished findings.
fn measure(bencher: Bencher<'_, '_>, threads: usize, policy: bool) {
    let (root, bytes) = on_disk();
    let bencher = bencher.counter(BytesCount::new(*bytes)).counter(ItemsCount::new(corpus::DOCUMENTS));
    bencher.bench_local(|| on(threads, || found(root, policy)));
}

#[divan::bench(args = [1, 2], sample_count = 10)]
fn validate(bencher: Bencher<'_, '_>, threads: usize) {
    measure(bencher, threads, false);
}

#[divan::bench(args = [1, 2], sample_count = 10)]
fn check(bencher: Bencher<'_, '_>, threads: usize) {
    measure(bencher, threads, true);
}

/// Writing a report of 10,000 findings in one file.
#[divan::bench(args = ["text", "concise", "json", "sarif"], sample_count = 10)]
fn report(bencher: Bencher<'_, '_>, format: &str) {
    let containers: String = (0..10_000).map(|i| format!("  - name: c{i}\n    image: nginx\n")).collect();
    let text = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n{containers}");
    let selection = kubevet::config::Selection { select: vec!["latest-image-tag".to_owned()], ..Default::default() };
    let engine = Engine::new(Settings { selection, ..Settings::default() });
    let report = engine.check(&Snapshot::of_text("a.yaml", text), &Request::policy()).report;
    let format = Format::parse(format).expect("a format");
    bencher.counter(ItemsCount::new(report.findings.len())).bench_local(|| {
        let mut out = Vec::new();
        format.write(&report, &Options::default(), &mut out).expect("writing to memory does not fail");
        out.len()
    });
}

/// The whole program on one small file.
#[divan::bench(sample_count = 50)]
fn start_up(bencher: Bencher<'_, '_>) {
    let (root, _) = on_disk();
    let file = root.join("team-00/app-0000/deployment.yaml");
    bencher.bench_local(|| {
        let out = Command::new(env!("CARGO_BIN_EXE_kubevet")).arg("check").arg(&file).output();
        out.expect("the program runs").status.code()
    });
}
