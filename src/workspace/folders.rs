//! The folders of a run as a tree, and which of them are alternatives.
//!
//! In: names of folders, and lists of folders that hold the same thing. Out: where the tree is divided: folders side by side
//! that hold the same thing are alternatives.

use rustc_hash::FxHashMap;

/// Number of a folder in [`Folders`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Folder(pub u32);

const TOP: Folder = Folder(0);

#[derive(Debug)]
struct Node {
    name: String,
    parent: Folder,
    depth: u32,
    /// The first of the folders beside it that it is an alternative of; itself where there is none. A union-find forest.
    group: Folder,
    /// Its children are sets of their own.
    divided: bool,
    /// A cluster of its own.
    cluster: bool,
}

/// A tree of folders; the first is the top.
#[derive(Debug)]
pub(super) struct Folders {
    nodes: Vec<Node>,
    by_name: FxHashMap<String, Folder>,
}

impl Default for Folders {
    fn default() -> Self {
        let top = Node { name: String::new(), parent: TOP, depth: 0, group: TOP, divided: false, cluster: false };
        Self { nodes: vec![top], by_name: FxHashMap::default() }
    }
}

impl Folders {
    fn node(&self, folder: Folder) -> &Node {
        &self.nodes[folder.0 as usize]
    }

    fn node_mut(&mut self, folder: Folder) -> &mut Node {
        &mut self.nodes[folder.0 as usize]
    }

    /// The folder of that name, and those above it, made where they are not there.
    pub(super) fn insert(&mut self, name: &str) -> Folder {
        if name.is_empty() {
            return TOP;
        }
        // From the end: the folder above is mostly there, and a deep one has a long name and many above it.
        let ends = std::iter::once(name.len()).chain(name.rmatch_indices('/').map(|(at, _)| at));
        let (mut above, mut missing) = (TOP, Vec::new());
        for end in ends.filter(|&end| end > 0) {
            if let Some(&found) = self.by_name.get(&name[..end]) {
                above = found;
                break;
            }
            missing.push(end);
        }
        missing.into_iter().rev().fold(above, |above, end| self.push(&name[..end], above))
    }

    /// The folder of that name, where it is there.
    pub(super) fn find(&self, name: &str) -> Option<Folder> {
        self.by_name.get(name).copied()
    }

    fn push(&mut self, name: &str, parent: Folder) -> Folder {
        let folder = Folder(self.nodes.len() as u32);
        let depth = self.node(parent).depth + 1;
        self.nodes.push(Node { name: name.to_owned(), parent, depth, group: folder, divided: false, cluster: false });
        self.by_name.insert(name.to_owned(), folder);
        folder
    }

    /// The folders above one, the nearest first.
    pub(super) fn above(&self, folder: Folder) -> impl Iterator<Item = Folder> {
        std::iter::successors((folder != TOP).then(|| self.node(folder).parent), |&at| {
            (at != TOP).then(|| self.node(at).parent)
        })
    }

    /// Takes up lists of folders that hold the same thing: where two lie in different folders of one folder, these are
    /// alternatives.
    pub(super) fn separate(&mut self, lists: impl IntoIterator<Item = Vec<Folder>>) {
        let order = self.order();
        for mut list in lists {
            // In this order what lies below a folder stands together, so that neighbours meet at every folder that divides.
            list.sort_unstable_by_key(|folder| order[folder.0 as usize]);
            list.dedup();
            for pair in list.windows(2) {
                if let Some((one, other)) = self.where_they_part(pair[0], pair[1]) {
                    self.join(one, other);
                }
            }
        }
        // A folder's group never has a higher number than the folder: one pass makes every way one step long.
        for index in 0..self.nodes.len() {
            self.nodes[index].group = self.node(self.nodes[index].group).group;
        }
    }

    fn join(&mut self, one: Folder, other: Folder) {
        let parent = self.node(one).parent;
        self.node_mut(parent).divided = true;
        let (one, other) = (self.shorten(one), self.shorten(other));
        self.node_mut(one.max(other)).group = one.min(other);
    }

    /// The group of a folder; halves the way to it.
    fn shorten(&mut self, folder: Folder) -> Folder {
        let mut at = folder;
        while self.node(at).group != at {
            let next = self.node(self.node(at).group).group;
            self.node_mut(at).group = next;
            at = next;
        }
        at
    }

    fn group(&self, folder: Folder) -> Folder {
        let mut at = folder;
        while self.node(at).group != at {
            at = self.node(at).group;
        }
        at
    }

    /// Marks folders that are clusters of their own.
    pub(super) fn mark_clusters(&mut self, is_cluster: &dyn Fn(&str) -> bool) {
        // A parent stands before its children: what lies in a cluster is none by itself.
        let mut inside = vec![false; self.nodes.len()];
        for index in 1..self.nodes.len() {
            let node = &mut self.nodes[index];
            let above = inside[node.parent.0 as usize];
            node.cluster = !above && is_cluster(&node.name);
            inside[index] = above || node.cluster;
        }
    }

    /// Whether the folders in it are sets of their own.
    pub(super) fn is_divided(&self, folder: Folder) -> bool {
        self.node(folder).divided
    }

    /// For each folder, the nearest one at or above it that begins a set.
    pub(super) fn boundaries(&self) -> Vec<Folder> {
        let mut found: Vec<Folder> = Vec::with_capacity(self.nodes.len());
        // A parent stands before its children.
        for (index, node) in self.nodes.iter().enumerate() {
            let begins = index == 0 || node.cluster || self.node(node.parent).divided;
            found.push(if begins { Folder(index as u32) } else { found[node.parent.0 as usize] });
        }
        found
    }

    /// Whether what lies in two folders is never in one cluster.
    pub(super) fn are_alternatives(&self, one: Folder, other: Folder) -> bool {
        let clusters = (self.cluster(one), self.cluster(other));
        if let (Some(one), Some(other)) = clusters
            && one != other
        {
            return true;
        }
        self.where_they_part(one, other).is_some_and(|(one, other)| self.group(one) == self.group(other))
    }

    fn cluster(&self, folder: Folder) -> Option<Folder> {
        std::iter::once(folder).chain(self.above(folder)).find(|&at| self.node(at).cluster)
    }

    /// The two folders side by side that the paths to two folders go through; nothing where one lies in the other.
    fn where_they_part(&self, mut one: Folder, mut other: Folder) -> Option<(Folder, Folder)> {
        while self.node(one).depth > self.node(other).depth {
            one = self.node(one).parent;
        }
        while self.node(other).depth > self.node(one).depth {
            other = self.node(other).parent;
        }
        if one == other {
            return None;
        }
        while self.node(one).parent != self.node(other).parent {
            (one, other) = (self.node(one).parent, self.node(other).parent);
        }
        Some((one, other))
    }

    /// Each folder's place in a walk that goes into a folder before it goes on to the next.
    fn order(&self) -> Vec<u32> {
        let mut sizes = vec![1_u32; self.nodes.len()];
        for index in (1..self.nodes.len()).rev() {
            sizes[self.nodes[index].parent.0 as usize] += sizes[index];
        }
        let mut places = vec![0; self.nodes.len()];
        let mut next: Vec<u32> = vec![1; self.nodes.len()];
        for index in 1..self.nodes.len() {
            let parent = self.nodes[index].parent.0 as usize;
            places[index] = places[parent] + next[parent];
            next[parent] += sizes[index];
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::{Folder, Folders, TOP};

    #[test]
    fn folders_above_are_made_first() {
        let mut folders = Folders::default();
        assert_eq!(folders.insert("/a/b/c"), Folder(3));
        assert_eq!((folders.insert("/a/d"), folders.insert("/a/b"), folders.insert("")), (Folder(4), Folder(2), TOP));
        assert_eq!(folders.above(Folder(3)).collect::<Vec<_>>(), [Folder(2), Folder(1), TOP]);
        assert_eq!(folders.find("/a/b/c"), Some(Folder(3)));
    }

    /// All the names above each of them together are 16 GB.
    #[test]
    fn folders_deep_within_each_other_take_no_time() {
        let (mut folders, mut name, start) = (Folders::default(), String::new(), std::time::Instant::now());
        for depth in 1..=4_000 {
            name.push_str("/a");
            assert_eq!(folders.insert(&name), Folder(depth));
        }
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    }
}
