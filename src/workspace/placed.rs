//! Items by the namespace that they may live in.
//!
//! In: numbers of items that have something in common: a kind, a name. Out: those of them that live in a namespace, or may,
//! without a look at the others.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::Item;

/// Up to here it is quicker to look at each.
const FEW: usize = 8;

/// Numbers of items, in their order.
#[derive(Debug, Default)]
pub(super) struct Placed<'t> {
    pub all: Vec<u32>,
    /// Made when first asked for, and only where there are many. In a box: most lists are short.
    places: OnceLock<Box<Places<'t>>>,
}

#[derive(Debug, Default)]
struct Places<'t> {
    /// By the namespace they live in.
    lived_in: FxHashMap<&'t str, Vec<u32>>,
    /// Those of which that is not known.
    unknown: Vec<u32>,
    /// By the namespace that is written, where they live in another one.
    written: FxHashMap<&'t str, Vec<u32>>,
}

impl<'t> Placed<'t> {
    /// Of numbers, sorted.
    pub fn of_numbers(all: Vec<u32>) -> Self {
        Self { all, ..Self::default() }
    }

    fn places(&self, items: &[Item<'t>]) -> &Places<'t> {
        self.places.get_or_init(|| {
            let mut places = Places::default();
            for &index in &self.all {
                let item = &items[index as usize];
                match item.namespace() {
                    Some(namespace) => places.lived_in.entry(namespace).or_default().push(index),
                    None => places.unknown.push(index),
                }
                if let Some(written) = item.object.namespace().filter(|_| item.namespace() != item.object.namespace()) {
                    places.written.entry(written).or_default().push(index);
                }
            }
            Box::new(places)
        })
    }

    /// Whether it is quicker to look at each than to make tables of them.
    pub fn are_few(&self) -> bool {
        self.all.len() <= FEW
    }

    /// Those that may live in a namespace; with `as_written` also those that say so and are moved elsewhere.
    pub fn near<'a>(&'a self, items: &'a [Item<'t>], namespace: Option<&'a str>, as_written: bool) -> Near<'a, 't> {
        let Some(name) = namespace else { return Near::all(items, &self.all) };
        if self.are_few() {
            return Near { items, lists: [&self.all, &[], &[]], only: Some((name, as_written)) };
        }
        let written = if as_written { self.written(items, namespace) } else { &[] };
        Near::of(items, [self.of(items, namespace), self.of(items, None), written])
    }

    /// Whether any is known to live in a namespace, or says so; also where they are too few to be worth a table.
    pub fn names(&self, items: &[Item<'t>], namespace: &str) -> bool {
        if self.are_few() {
            return true;
        }
        let places = self.places(items);
        places.lived_in.contains_key(namespace) || places.written.contains_key(namespace)
    }

    /// Those that say they live in a namespace, and are moved elsewhere.
    pub fn written<'a>(&'a self, items: &'a [Item<'t>], namespace: Option<&str>) -> &'a [u32] {
        namespace.and_then(|name| self.places(items).written.get(name)).map_or(&[], Vec::as_slice)
    }

    /// Those that live in exactly that namespace, or whose namespace is unknown like that of the one who asks.
    pub fn of<'a>(&'a self, items: &'a [Item<'t>], namespace: Option<&str>) -> &'a [u32] {
        let places = self.places(items);
        match namespace {
            Some(name) => places.lived_in.get(name).map_or(&[], Vec::as_slice),
            None => &places.unknown,
        }
    }
}

/// Items out of up to three lists, in the order of their numbers, each once.
#[derive(Debug, Clone)]
pub(super) struct Near<'a, 't> {
    items: &'a [Item<'t>],
    lists: [&'a [u32]; 3],
    /// Only those that may live in that namespace, or (where that counts) say so.
    only: Option<(&'a str, bool)>,
}

impl<'a, 't> Near<'a, 't> {
    /// All of one list.
    pub fn all(items: &'a [Item<'t>], list: &'a [u32]) -> Self {
        Self::of(items, [list, &[], &[]])
    }

    /// All of three lists.
    pub fn of(items: &'a [Item<'t>], lists: [&'a [u32]; 3]) -> Self {
        Self { items, lists, only: None }
    }
}

impl<'a, 't> Iterator for Near<'a, 't> {
    type Item = &'a Item<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let least = self.lists.iter().filter_map(|list| list.first()).min().copied()?;
            for list in &mut self.lists {
                if list.first() == Some(&least) {
                    *list = &list[1..];
                }
            }
            let item = &self.items[least as usize];
            let Some((name, as_written)) = self.only else { return Some(item) };
            let lives = item.namespace().is_none_or(|own| own == name);
            if lives || as_written && item.object.namespace() == Some(name) {
                return Some(item);
            }
        }
    }
}
