//! PEM: blocks of base64 between `-----BEGIN X-----` and `-----END X-----`.
//!
//! In: bytes. Out: the blocks, as Go's `encoding/pem` finds them: what lies between blocks does not count, and a block
//! that is damaged is ignored.

use crate::go::base64;

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What stands behind `BEGIN`.
    pub label: String,
    /// Whether lines such as `Proc-Type: 4,ENCRYPTED` come before the content.
    pub has_headers: bool,
    /// The decoded content.
    pub bytes: Vec<u8>,
}

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

/// All blocks, in order.
pub fn blocks(bytes: &[u8]) -> Vec<Block> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        let Some(label) = label(line, BEGIN) else { continue };
        let mut rest = lines.clone();
        if let Some(block) = block(label, &mut rest) {
            blocks.push(block);
            lines = rest;
        }
    }
    blocks
}

fn label<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    line.trim_end().strip_prefix(start)?.strip_suffix(DASHES)
}

/// The lines up to the end that fits the label.
fn block<'a>(label_text: &str, lines: &mut impl Iterator<Item = &'a str>) -> Option<Block> {
    let (mut body, mut has_headers) = (String::new(), false);
    for line in lines {
        if let Some(end) = label(line, "-----END ") {
            let bytes = (end == label_text).then(|| base64::decode(&body))??;
            return Some(Block { label: label_text.to_owned(), has_headers, bytes });
        }
        if body.is_empty() && line.contains(':') {
            has_headers = true;
        } else {
            body.extend(line.chars().filter(|c| !c.is_ascii_whitespace()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_among_other_text() {
        let text =
            "a\n-----BEGIN X-----\nYWJj\nZA==\n-----END X-----\nb\n-----BEGIN Y-----\nK: v\n\nYQ==\n-----END Y-----";
        let found = blocks(text.as_bytes());
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].label.as_str(), found[0].bytes.as_slice(), found[0].has_headers),
            ("X", &b"abcd"[..], false)
        );
        assert!(found[1].has_headers);
    }

    #[test]
    fn damaged_blocks_are_passed_over() {
        for text in [
            "",
            "-----BEGIN X-----\nYQ==\n",
            "-----BEGIN X-----\nYQ==\n-----END Y-----",
            "-----BEGIN X-----\n!\n-----END X-----",
        ] {
            assert!(blocks(text.as_bytes()).is_empty(), "{text}");
        }
    }
}
