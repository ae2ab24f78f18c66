//! What the fuzz targets share.
//!
//! In: bytes from the fuzzer. Out: texts made of pieces of YAML, and checks that hold for whatever the reader makes of a
//! text.

pub mod reports;
pub mod repository;

use kubevet::reading::findings;
use kubevet::source::{Source, SourceId, Span};
use kubevet::yaml::{Document, Limits, Node, Tree, read, read_lines};

/// Pieces that texts are made of.
const PIECES: &[&str] = &[
    "a",
    "b",
    "key",
    "x y",
    "- ",
    "-",
    ": ",
    ":",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "\n ",
    "  ",
    " ",
    "\t",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ",",
    "\"",
    "'",
    "\"q\"",
    "'s'",
    "|",
    ">",
    "|-\n",
    ">+\n",
    "|2",
    "#c",
    " # c\n",
    "&x ",
    "*x",
    "!!str ",
    "!t ",
    "? ",
    "?",
    "<<: ",
    "%",
    "@",
    "null",
    "yes",
    "0644",
    "1e3",
    ".5",
    "\\n",
    "\\",
    "...",
    "---\n",
    "\r\n",
    "\r",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "é",
    "<<: *x\n",
    "k: v\n",
    "- i\n",
    "{a: b}",
    "[c, d]",
    "-x",
    "::",
    "k:\n",
    "k: |\n  t\n",
    "%YAML 1.1\n",
    "!!int 3",
    "y: n\n",
    ".inf",
    "apiVersion: v1\n",
    "kind: Pod\n",
    "metadata:\n  name: x\n",
];

/// A text of pieces.
pub fn soup(data: &[u8]) -> String {
    data.iter().map(|&byte| PIECES[byte as usize % PIECES.len()]).collect()
}

/// A text that all YAML readers ought to read alike: each byte is a line of a block.
pub fn plain_block(data: &[u8]) -> String {
    const VALUES: &[&str] =
        &["", "v", "'it''s'", "\"q\\n\"", "[1, {a: b}]", "{}", "a b", "12", "true", "|\n@ t\n@  u", "x # c"];
    let (mut text, mut depth, mut list) = (String::new(), 0, vec![false]);
    for (number, &byte) in data.iter().take(40).enumerate() {
        let value = VALUES[byte as usize / 8 % VALUES.len()];
        depth = if byte % 4 == 3 { depth / 2 } else { depth };
        list.truncate(depth + 1);
        let indent = "  ".repeat(depth);
        let lead = if list[depth] { "-".to_owned() } else { format!("k{number}:") };
        if byte % 8 < 2 {
            text.push_str(&format!("{indent}{lead}\n"));
            depth += 1;
            list.push(byte % 8 == 1);
        } else {
            text.push_str(&format!("{indent}{lead} {}\n", value.replace('@', &format!("{indent} "))));
        }
    }
    text
}

/// Reads a text and checks what must always hold.
pub fn check(bytes: &[u8]) -> (Source, Vec<Document>) {
    let source = Source::from_bytes(SourceId(0), "fuzz.yaml", bytes.to_vec());
    let documents = read(&source, &Limits::default());
    for document in &documents {
        inside(&source, document.span);
        match &document.tree {
            Ok(tree) => check_tree(&source, tree),
            Err(error) => {
                assert!(!error.message.is_empty());
                inside(&source, error.span);
            }
        }
        for finding in findings(&source, document) {
            inside(&source, finding.primary.span);
            finding.related.iter().for_each(|label| inside(&source, label.span));
        }
    }
    let lines = read_lines(&source, &Limits::default());
    assert_eq!(lines.text.lines().count(), documents.len());
    assert_eq!(lines.failed, documents.iter().any(|document| document.tree.is_err()));
    (source, documents)
}

/// A span lies in the text, on whole characters.
fn inside(source: &Source, span: Span) {
    assert!(span.start <= span.end, "{span:?}");
    assert!(source.text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
}

fn check_tree(source: &Source, tree: &Tree) {
    let mut work = vec![tree.root()];
    while let Some(node) = work.pop() {
        inside(source, node.span());
        let children: Vec<Node<'_>> = node.all_entries().map(|entry| entry.value).chain(node.items()).collect();
        for child in &children {
            assert_eq!(child.parent(), Some(node));
            let merged = child.entry().is_some_and(|entry| entry.merged);
            assert!(child.is_aliased() || merged || node.is_aliased() || node.span().contains(child.span()));
        }
        work.extend(children);
    }
    tree.comments().iter().for_each(|comment| assert!(source.slice(comment.span).starts_with('#')));
}
