//! Text to tree: how fast manifests are read, beside other YAML parsers.
//!
//! The other parsers give events alone, without a tree; `granit_parser` and `saphyr_parser` are therefore flattered.

use divan::Bencher;
use divan::counter::BytesCount;
use kubevet::source::{Source, SourceId};
use kubevet::yaml::{Limits, read};

mod texts;

use texts::{KINDS, texts};

fn main() {
    divan::main();
}

fn bytes(texts: &[String]) -> BytesCount {
    BytesCount::new(texts.iter().map(String::len).sum::<usize>())
}

#[divan::bench(args = KINDS)]
fn kubevet(bencher: Bencher<'_, '_>, kind: &str) {
    let texts = texts(kind);
    let name = |text: &String| Source::from_text(SourceId(0), "a.yaml", text.as_str());
    let sources: Vec<_> = texts.iter().map(name).collect();
    bencher
        .counter(bytes(&texts))
        .bench_local(|| sources.iter().map(|source| read(source, &Limits::default()).len()).sum::<usize>());
}

#[divan::bench(args = KINDS)]
fn granit_parser(bencher: Bencher<'_, '_>, kind: &str) {
    let texts = texts(kind);
    bencher.counter(bytes(&texts)).bench_local(|| {
        let mut events = 0;
        for text in &texts {
            let mut parser = granit_parser::Parser::new_from_str(text);
            while let Some(Ok(_)) = parser.next_event() {
                events += 1;
            }
        }
        events
    });
}

#[divan::bench(args = KINDS)]
fn saphyr_parser(bencher: Bencher<'_, '_>, kind: &str) {
    let texts = texts(kind);
    bencher.counter(bytes(&texts)).bench_local(|| {
        texts.iter().map(|text| saphyr_parser::Parser::new_from_str(text).filter(Result::is_ok).count()).sum::<usize>()
    });
}
