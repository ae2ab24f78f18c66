//! Lists that copies share.
//!
//! In: the items of a list or the entries of a map. Out: [`Branch`], which reads and changes like a vector. A copy costs nothing
//! until it, or what it was copied from, is changed: then that level alone is copied. So do the roots of a run share what a base
//! made, and an overlay copies only the way to what it changes.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// Items that copies share until one is changed.
#[derive(Debug, Clone)]
pub struct Branch<T>(Arc<Vec<T>>);

impl<T: Clone> Branch<T> {
    /// The items, copied where they are shared.
    pub fn into_items(self) -> Vec<T> {
        Arc::unwrap_or_clone(self.0)
    }
}

impl<T> Branch<T> {
    /// How many copies share the items.
    pub fn holders(&self) -> usize {
        Arc::strong_count(&self.0)
    }
}

impl<T> Default for Branch<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> From<Vec<T>> for Branch<T> {
    fn from(items: Vec<T>) -> Self {
        Self(Arc::new(items))
    }
}

impl<T> FromIterator<T> for Branch<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Vec::from_iter(items).into()
    }
}

impl<'b, T> IntoIterator for &'b Branch<T> {
    type Item = &'b T;
    type IntoIter = std::slice::Iter<'b, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'b, T: Clone> IntoIterator for &'b mut Branch<T> {
    type Item = &'b mut T;
    type IntoIter = std::slice::IterMut<'b, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl<T: Clone> IntoIterator for Branch<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.into_items().into_iter()
    }
}

impl<T> Deref for Branch<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T: Clone> DerefMut for Branch<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        Arc::make_mut(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_copy_leaves_the_other_as_it_was() {
        let first: Branch<u8> = vec![1, 2].into();
        let mut copy = first.clone();
        assert!(std::ptr::eq(&*first, &*copy));
        copy.push(3);
        assert_eq!((first.into_items(), copy.into_items()), (vec![1, 2], vec![1, 2, 3]));
    }
}
