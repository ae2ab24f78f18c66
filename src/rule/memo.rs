//! What was found in long texts.
//!
//! In: a text of the documents, and what else an answer depends on. Out: the answer, looked for once: a text of a megabyte
//! that thousands of aliases stand for is scanned once, not at each of them.

use std::collections::HashMap;
use std::hash::Hash;
use std::marker::PhantomData;

/// Shorter texts are looked at again: that is as quick.
const LONG: usize = 1024;

/// Answers about texts, by where these lie in memory: the copies that stand for aliases share one.
pub struct Memo<'t, K, T> {
    answers: HashMap<(usize, usize, K), T>,
    /// The texts stay where they are for as long as the answers are kept.
    texts: PhantomData<&'t str>,
}

impl<'t, K: Eq + Hash, T: Copy> Memo<'t, K, T> {
    /// Without an answer yet.
    pub fn new() -> Self {
        Self { answers: HashMap::new(), texts: PhantomData }
    }

    /// The answer about a text, which `find` looks for unless it is known. It may depend on the text and on `key` alone.
    pub fn of(&mut self, text: &'t str, key: K, find: impl FnOnce() -> T) -> T {
        if text.len() < LONG {
            return find();
        }
        *self.answers.entry((text.as_ptr() as usize, text.len(), key)).or_insert_with(find)
    }
}

impl<K: Eq + Hash, T: Copy> Default for Memo<'_, K, T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Memo;

    #[test]
    fn long_texts_are_looked_at_once_for_each_key() {
        let (text, mut memo, mut looks) = ("a".repeat(2000), Memo::new(), 0);
        for key in [1, 2, 1, 2] {
            memo.of(&text, key, || looks += 1);
        }
        memo.of(&text[1..], 1, || looks += 1);
        assert_eq!(looks, 3);
    }
}
