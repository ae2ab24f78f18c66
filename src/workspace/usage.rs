//! Which names are used.
//!
//! In: an [`ApplySet`]. Out: whether anything in it speaks of a ConfigMap, Secret or Service by name: pods, service accounts,
//! Ingresses, custom resources, annotations, arguments and variables.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::object::Object;
use crate::yaml::{Kind, Node};

use super::mentions::{Noted, is_name, is_only_named};
use super::{ApplySet, CHUNK, DESCRIBING, Item, Patch};

/// Those of the names asked for that objects speak of, collected when first asked for.
#[derive(Debug, Default)]
pub(super) struct Usage(pub OnceLock<Arc<FxHashSet<Box<str>>>>);

impl<'t> ApplySet<'t> {
    /// Whether anything in the set speaks of the name of one of its ConfigMaps, Secrets or Services: the names and labels of objects
    /// themselves do not count.
    pub fn is_spoken_of(&self, name: &str) -> bool {
        let whole = self.whole();
        whole.usage.0.get_or_init(|| kept(collect(&Names::of(whole), whole.items()))).contains(name)
    }

    /// Collects the names on all threads, before they are asked for.
    pub(super) fn prepare_usage(&self) {
        let names = Names::of(self);
        let parts = self.items().par_chunks(CHUNK).map(|items| collect(&names, items));
        let all = parts.reduce(FxHashSet::default, |mut one, other| {
            one.extend(other);
            one
        });
        // Where they were asked for before, they are known.
        let _ = self.usage.0.set(kept(all));
    }
}

fn kept(names: FxHashSet<&str>) -> Arc<FxHashSet<Box<str>>> {
    Arc::new(names.into_iter().map(Box::from).collect())
}

/// The names that are asked for, and a quick look whether a word may be one of them.
#[derive(Default)]
struct Names<'t> {
    all: FxHashSet<&'t str>,
    /// The lengths there are, modulo 64.
    lengths: u64,
    /// The first bytes there are, modulo 64.
    firsts: u64,
}

impl<'t> Names<'t> {
    fn of(set: &ApplySet<'t>) -> Self {
        let mut names = Self::default();
        let items = ["ConfigMap", "Secret", "Service"].into_iter().flat_map(|kind| set.of_kind("", kind));
        for name in items.filter_map(|item| item.name()) {
            names.all.insert(name);
            names.lengths |= 1 << (name.len() % 64);
            names.firsts |= 1 << (name.as_bytes().first().unwrap_or(&0) % 64);
        }
        names
    }

    fn holds(&self, word: &str) -> bool {
        let (length, first) = (1 << (word.len() % 64), 1 << (word.as_bytes().first().unwrap_or(&0) % 64));
        self.lengths & length != 0 && self.firsts & first != 0 && self.all.contains(word)
    }
}

fn collect<'t>(names: &Names<'_>, items: &[Item<'t>]) -> FxHashSet<&'t str> {
    let mut spoken_of = FxHashSet::default();
    // Files share what is around them.
    let mut patches: FxHashSet<*const Patch> = FxHashSet::default();
    for item in items {
        for patch in item.surroundings.patches.iter().filter(|patch| patches.insert(Arc::as_ptr(patch))) {
            words(&patch.text, |word| {
                if names.holds(word) {
                    spoken_of.insert(word);
                }
            });
        }
        let mut take = |word: &'t str| {
            if names.holds(word) {
                spoken_of.insert(word);
            }
        };
        match Noted::of(item.object) {
            Some(noted) => noted.words().for_each(take),
            None => spoken(item.object, &mut take),
        }
    }
    spoken_of
}

/// Tells of the words in the strings of an object; its own name and labels do not count, nor what the schemas of a
/// CustomResourceDefinition say about fields.
pub(super) fn spoken<'t>(object: Object<'t>, mut take: impl FnMut(&'t str)) {
    let only_named = is_only_named(object);
    let mut take = |word: &'t str| {
        if !only_named || is_name(word) {
            take(word);
        }
    };
    let mut open: Vec<Node<'t>> = object.annotations().into_iter().collect();
    open.extend(object.root.entries().filter(|entry| entry.name != "metadata").map(|entry| entry.value));
    while let Some(node) = open.pop() {
        let mut child = |node: Node<'t>| match node.kind() {
            Kind::String(text) if text.len() < 100_000 => words(text, &mut take),
            Kind::Sequence | Kind::Mapping => open.push(node),
            _ => {}
        };
        match node.kind() {
            Kind::Sequence => node.items().for_each(&mut child),
            Kind::Mapping => {
                let says = node.entries().filter(|entry| !DESCRIBING.contains(&entry.name));
                says.for_each(|entry| child(entry.value));
            }
            _ => child(node),
        }
    }
}

/// The words of a text that are longer than a letter.
pub(super) fn words<'t>(text: &'t str, mut take: impl FnMut(&'t str)) {
    let mut start = 0;
    for word in text.as_bytes().split(|byte| !OF_WORDS[usize::from(*byte)]) {
        if word.len() > 1 {
            take(&text[start..start + word.len()]);
        }
        start += word.len() + 1;
    }
}

/// The bytes that words consist of. A table, since all texts of a repository are taken apart by it.
static OF_WORDS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'-' || byte as u8 == b'.';
        byte += 1;
    }
    table
};
