//! How much memory trees take: what is left allocated when all texts have been read, for each byte of text.

#[path = "texts/mod.rs"]
mod texts;

use divan::{AllocProfiler, Bencher};
use kubevet::source::{Source, SourceId};
use kubevet::yaml::{Document, Limits, read};
use texts::{KINDS, texts};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// The trees of all texts at once: `max alloc` is their size.
#[divan::bench(args = KINDS, sample_count = 10)]
fn trees(bencher: Bencher<'_, '_>, kind: &str) {
    let texts = texts(kind);
    let name = |text: &String| Source::from_text(SourceId(0), "a.yaml", text.as_str());
    let sources: Vec<_> = texts.iter().map(name).collect();
    let bytes = divan::counter::BytesCount::new(texts.iter().map(String::len).sum::<usize>());
    bencher.counter(bytes).bench_local(|| -> Vec<Vec<Document>> {
        sources.iter().map(|source| read(source, &Limits::default())).collect()
    });
}
