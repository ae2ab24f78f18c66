//! What comments say.
//!
//! In: a comment and the tree of its document. Out: its text.

use super::tree::{Comment, Tree};

impl Comment {
    /// From the `#` to the end of the line.
    pub fn text<'t>(&self, tree: &'t Tree) -> &'t str {
        tree.text.get(self.span.start as usize..self.span.end as usize).unwrap_or("")
    }
}
