//! What comments say.
//!
//! In: a comment, or a place, and the tree of its document. Out: its text, or what stands above.

use super::tree::{Comment, Tree};

impl Comment {
    /// From the `#` to the end of the line.
    pub fn text<'t>(&self, tree: &'t Tree) -> &'t str {
        tree.text.get(self.span.start as usize..self.span.end as usize).unwrap_or("")
    }
}

impl Tree {
    /// The text of the file before a byte, where it is at hand.
    pub fn text_before(&self, at: usize) -> &str {
        self.text.get(..at).unwrap_or("")
    }
}
