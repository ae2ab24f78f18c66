//! Names that may be made, without the texts that they stand in.
//!
//! In: names that borrow from trees. Out: the same, to be kept when the trees are gone.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Names;

/// Texts that mostly borrow from what was read.
pub(super) type Texts<'t> = FxHashSet<Cow<'t, str>>;

/// By names, the numbers of items.
type Numbers<'t> = FxHashMap<Cow<'t, str>, Vec<u32>>;

/// By kinds and names, the numbers of items.
pub(super) type Made<'t> = FxHashMap<Cow<'t, str>, Numbers<'t>>;

impl Names<'_> {
    /// The same by itself.
    pub(in super::super) fn to_kept(&self) -> Names<'static> {
        Names {
            mentioned: texts(&self.mentioned),
            spoken: texts(&self.spoken),
            owners: texts(&self.owners),
            hinted: texts(&self.hinted),
            operated: texts(&self.operated),
            installed: texts(&self.installed),
            of_updates: texts(&self.of_updates),
            made: made(&self.made),
            beginnings: made(&self.beginnings),
            ends: made(&self.ends),
        }
    }
}

fn text(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}

fn texts(texts: &Texts<'_>) -> Texts<'static> {
    texts.iter().map(|one| text(one)).collect()
}

fn made(made: &Made<'_>) -> Made<'static> {
    let of_kind = |names: &Numbers<'_>| names.iter().map(|(name, items)| (text(name), items.clone())).collect();
    made.iter().map(|(kind, names)| (text(kind), of_kind(names))).collect()
}
