//! Errors say what was expected, at the place, and where the thing around it began.

use crate::source::{Source, SourceId};
use crate::yaml::{Limits, SyntaxError, read};

fn error(text: &str) -> (Source, SyntaxError) {
    let source = Source::from_text(SourceId(0), "a.yaml", text);
    let mut documents = read(&source, &Limits::default());
    let error = documents.remove(0).tree.err().unwrap_or_else(|| panic!("{text:?} is read"));
    (source, error)
}

/// The text, the bytes of the place, words of the message, and the bytes of the second place.
const ERRORS: &[(&str, &str, &str, &str)] = &[
    ("a: b: c\n", ":", "there cannot be a second `: `", "a"),
    ("a: b\n  c: d\n", "c:", "continues the text above", "b"),
    ("a: \"x\"\n  c: d\n", "c", "indented more than the other keys", "a"),
    ("a: [1, 2\nb: 3\n", "[", "never closed", ""),
    ("a: {b: 1\n", "{", "never closed", ""),
    ("a: \"x\nb: 1\n", "\"", "double quote that opens here", ""),
    ("a: 1\nb\nc: 2\n", "b", "expected a key", "a"),
    ("a:1\nb: 2\n", ":", "the document above it is not a map", "a"),
    ("a: 1\nb:2\nc: 3\n", "b:2", "colon needs a space", "a"),
    ("a: 1\n- b\n", "-", "list item is between the keys", "a"),
    ("- a\nb: 1\n", "b", "next item of this list", "-"),
    ("a: 1\n\tb: 2\n", "\t", "tab cannot indent", "1"),
    ("a:\n\tb: 2\n", "\t", "tab cannot indent", "a"),
    ("a: @x\n", "@", "cannot begin with `@`", "a"),
    ("a: {{ x }}\n", "{{", "template placeholder", ""),
    ("a: \"\\d\"\n", "\\d", "not an escape sequence", "\""),
    ("a: *x\n", "*x", "no anchor `x`", ""),
    ("a: |x\n b\n", "x", "nothing may follow `|`", "|"),
    ("<<<<<<< HEAD\na: 1\n", "<<<<<<<", "conflict marker", ""),
    ("a: 1\n<<<<<<< HEAD\nb: 1\n", "<<<<<<< HEAD", "conflict marker", "a"),
    ("a: [b, c}\n", "}", "closes no `[`", "["),
    ("a: [b?c]\n", "?", "`?` is not allowed inside brackets", "["),
    ("~: 1\n", "~", "null cannot be a key", ""),
    ("a: .nan\n", ".nan", "JSON does not have", ""),
    ("%YAML 1.2\n", "%YAML", "YAML 1.1 alone", ""),
    ("a: \u{7f}\n", "\u{7f}", "U+007F", ""),
];

#[test]
fn errors_are_exact() {
    let mut wrong = Vec::new();
    for &(text, place, words, second) in ERRORS {
        let (source, error) = error(text);
        let got = (source.slice(error.span), error.related.as_ref().map_or("", |(span, _)| source.slice(*span)));
        if !error.message.contains(words) || got != (place, second) {
            wrong.push(format!("{text:?} {got:?} {}", error.message));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// go-yaml counts a text as one node, however long it is; what the server takes in one request is far below the bound.
#[test]
fn what_aliases_add_is_bounded() {
    let read = |document: &str, length: usize, aliases: usize| {
        let text = format!("{document}a: &a [\"{}\"]\nb: [{}]\n", "x".repeat(length), "*a, ".repeat(aliases));
        let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
        documents.into_iter().map(|document| document.tree.map(|_| ())).collect::<Vec<_>>()
    };
    assert_eq!(read("", 4_000, 250), [Ok(())]);
    assert_eq!(read("", 1_000_000, 15), [Ok(())]);
    let refused = read("a: 1\n---\n", 1_000_000, 20);
    assert!(refused[0].is_ok());
    let error = refused[1].as_ref().expect_err("20 MB of text");
    assert!(error.message.starts_with("aliases add more than 170"), "{}", error.message);
    assert!(read("", 4_000, 300)[0].is_err());
}

#[test]
fn adversarial_texts_are_read_in_linear_time() {
    let deep = |open: &str, close: &str, count: usize| format!("{}{}", open.repeat(count), close.repeat(count));
    let texts = [
        deep("[", "]", 10_000),
        deep("{a: ", "}", 9_000),
        "[".repeat(200_000),
        "- ".repeat(200_000),
        "? ".repeat(200_000),
        format!("\"{}", "\n ".repeat(200_000)),
        format!("a: {}", "b\n\n  ".repeat(100_000)),
        "\r".repeat(400_000),
        format!("a: |\n{}", "  \r".repeat(200_000)),
        (0..50_000).map(|n| format!("- &a{n} x\n- *a{n}\n")).collect(),
        (0..50_000).map(|n| format!("k{n}: v\n")).collect(),
        format!("&a {}", "x ".repeat(200_000)),
        format!("{{{}}}", "a: b, ".repeat(80_000)),
        "# \u{e9}\r".repeat(50_000),
        format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(1000), "*a, ".repeat(2000)),
    ];
    let start = std::time::Instant::now();
    for text in texts {
        let source = Source::from_text(SourceId(0), "a.yaml", text);
        read(&source, &Limits::default());
    }
    // Generous: a debug build on a busy machine takes a second or two; anything quadratic takes minutes.
    assert!(start.elapsed().as_secs() < 60);
}
