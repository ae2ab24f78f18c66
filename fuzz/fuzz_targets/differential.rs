//! Against granit-parser, a reader of YAML 1.2: on tame texts both accept, and collections and scalar texts are the same.
//! What a scalar means is not compared: granit leaves that to others.
#![no_main]

use granit_parser::{Event, Parser, ScalarStyle};
use kubevet::source::{Source, SourceId};
use kubevet::yaml::{Kind, Limits, Node, Style, read};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = kubevet_fuzz::plain_block(data);
    let source = Source::from_text(SourceId(0), "fuzz.yaml", text.as_str());
    let documents = read(&source, &Limits::default());
    let ours = documents.first().and_then(|document| document.tree.as_ref().ok()).map(|tree| shape(tree.root()));
    let theirs = granit(&text);
    if let (Some(ours), Some(theirs)) = (&ours, &theirs) {
        assert_eq!(ours, theirs, "{text:?}");
    } else {
        // Duplicate keys and keys that are no text are ours to refuse; nothing else in such texts is.
        assert!(documents.is_empty() || ours.is_some() == theirs.is_some(), "{text:?} {ours:?} {theirs:?}");
    }
});

/// A tree as brackets and texts.
fn shape(node: Node<'_>) -> Vec<String> {
    let mut out = Vec::new();
    push(node, &mut out);
    out
}

fn push(node: Node<'_>, out: &mut Vec<String>) {
    match node.kind() {
        Kind::Mapping => {
            out.push("{".to_owned());
            for entry in node.all_entries() {
                push(entry.key, out);
                push(entry.value, out);
            }
            out.push("}".to_owned());
        }
        Kind::Sequence => {
            out.push("[".to_owned());
            node.items().for_each(|item| push(item, out));
            out.push("]".to_owned());
        }
        Kind::String(text) if node.style() != Style::Plain || !node.span().is_empty() => out.push(text.to_owned()),
        _ => out.push(node.raw().to_owned()),
    }
}

fn granit(text: &str) -> Option<Vec<String>> {
    let mut out = Vec::new();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        match event.ok()?.0 {
            Event::Scalar(value, style, ..) => {
                // granit writes `~` for nothing.
                let nothing = style == ScalarStyle::Plain && value == "~";
                out.push(if nothing { String::new() } else { value.to_string() });
            }
            Event::MappingStart(..) => out.push("{".to_owned()),
            Event::MappingEnd => out.push("}".to_owned()),
            Event::SequenceStart(..) => out.push("[".to_owned()),
            Event::SequenceEnd => out.push("]".to_owned()),
            _ => {}
        }
    }
    Some(out)
}
