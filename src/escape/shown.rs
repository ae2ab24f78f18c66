//! The text of a file as an excerpt shows it.
//!
//! In: the text. Out: the same lines with what deceives written out, and where each byte of one stands in the other, so
//! that marks under a line keep their places.

use super::{is_deceptive, is_layout, push, with_neighbour};

/// A text with characters written out.
pub struct Shown {
    /// The text.
    pub text: String,
    /// For each character written out, where it ends: in the file's text, in this one.
    ends: Vec<(usize, usize)>,
}

impl Shown {
    /// The text of a file as it is shown; nothing where it can be shown as it is.
    pub fn new(text: &str) -> Option<Self> {
        if !text.bytes().any(|byte| (byte < b' ' && byte != b'\n') || byte == b'#' || byte >= 0x7f) {
            return None;
        }
        let mut shown = Self { text: String::new(), ends: Vec::new() };
        let mut copied = 0;
        for (at, c, before) in with_neighbour(text) {
            let behind = at + c.len_utf8();
            if !is_layout(c, &text[at..]) && is_deceptive(c, before, &text[behind..]) {
                shown.text.push_str(&text[copied..at]);
                push(&mut shown.text, c);
                copied = behind;
                shown.ends.push((behind, shown.text.len()));
            }
        }
        shown.text.push_str(&text[copied..]);
        (copied > 0).then_some(shown)
    }

    /// Where a byte of this text stands in the file.
    pub fn origin(&self, at: usize) -> usize {
        let index = self.ends.partition_point(|&(_, end)| end <= at);
        let (from, to) = index.checked_sub(1).map_or((0, 0), |index| self.ends[index]);
        // Inside of what is written out: somewhere in the character, which ends there.
        let next = self.ends.get(index).map_or(usize::MAX, |&(end, _)| end - 1);
        (from + (at - to)).min(next)
    }

    /// Where a byte of the file stands in this text.
    pub fn place(&self, at: usize) -> usize {
        let index = self.ends.partition_point(|&(end, _)| end <= at);
        let (from, to) = index.checked_sub(1).map_or((0, 0), |index| self.ends[index]);
        // A byte inside of a character of several bytes, as no place should be, is taken for one a little further on.
        let next = self.ends.get(index).map_or(self.text.len(), |&(_, end)| end);
        (to + at.saturating_sub(from)).min(next)
    }
}
