//! How the nodes of a tree are stored.
//!
//! In: nothing. Out: plain records of 4-byte fields, so that a node takes 28 bytes and an entry 20: reading is bound by what
//! it writes.

use crate::source::{SourceId, Span};

use super::tree::{EntryState, NodeId, Style};

/// A string of the tree: a slice of the source's text, or of the tree's own buffer where the text had to be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text {
    pub start: u32,
    /// Length in bytes; the top bit says that the string lies in the side buffer.
    len: u32,
}

const SIDE: u32 = 1 << 31;

impl Text {
    #[inline(always)]
    pub(crate) fn in_source(start: usize, end: usize) -> Self {
        Self { start: start as u32, len: (end - start) as u32 }
    }

    #[inline(always)]
    pub(crate) fn in_side(start: usize, end: usize) -> Self {
        Self { start: start as u32, len: (end - start) as u32 | SIDE }
    }

    /// Whether it is not as it stands in the source: it had to be decoded, or put together of several lines.
    #[inline(always)]
    pub(crate) fn is_decoded(self) -> bool {
        self.len & SIDE != 0
    }

    /// Length in bytes.
    #[inline(always)]
    pub(crate) fn len(self) -> usize {
        (self.len & !SIDE) as usize
    }

    /// Whether the string is another one. Bytes are compared, without a look at where characters begin.
    #[inline(always)]
    pub(crate) fn is(self, other: &str, source: &str, side: &str) -> bool {
        let (start, len) = (self.start as usize, self.len());
        let buffer = if self.len & SIDE == 0 { source } else { side };
        len == other.len() && &buffer.as_bytes()[start..start + len] == other.as_bytes()
    }

    /// The string, out of the buffers that it may lie in.
    #[inline(always)]
    pub(crate) fn of<'b>(self, source: &'b str, side: &'b str) -> &'b str {
        let (start, len) = (self.start as usize, self.len());
        let buffer = if self.len & SIDE == 0 { source } else { side };
        &buffer[start..start + len]
    }
}

/// Eight bytes that may lie at any multiple of four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wide([u32; 2]);

impl From<u64> for Wide {
    #[inline]
    fn from(value: u64) -> Self {
        Self([value as u32, (value >> 32) as u32])
    }
}

impl From<Wide> for u64 {
    #[inline]
    fn from(Wide([low, high]): Wide) -> Self {
        u64::from(high) << 32 | u64::from(low)
    }
}

/// What a node is. Numbers keep their 64 bits: two's complement for `Int`, IEEE 754 for `Float`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Data {
    Null,
    Bool(bool),
    Int(Wide),
    UInt(Wide),
    Float(Wide),
    String(Text),
    /// Range in `Tree::items`.
    Sequence {
        first: u32,
        len: u32,
    },
    /// Range in `Tree::entries`.
    Mapping {
        first: u32,
        len: u32,
    },
}

impl Data {
    /// The number, where it is a float.
    pub(crate) fn float(self) -> Option<f64> {
        match self {
            Data::Float(bits) => Some(f64::from_bits(bits.into())),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct NodeData {
    /// Offsets in the source.
    pub start: u32,
    pub end: u32,
    /// Index of the collection around it, or `NO_PARENT`.
    pub parent: u32,
    pub data: Data,
    pub style: Style,
    /// The node is a copy of an anchored one, made where an alias stood.
    pub aliased: bool,
    /// As a key it is the merge key `<<`.
    pub merge: bool,
}

impl NodeData {
    pub(crate) fn span(&self, source: SourceId) -> Span {
        Span { source, start: self.start, end: self.end }
    }
}

/// The first and the last byte of a name, the last mixed with its length: names in one map hardly ever share all three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag([u8; 2]);

impl Tag {
    #[inline(always)]
    pub(crate) fn of(name: &str) -> Self {
        match name.as_bytes() {
            [] => Self([0, 0]),
            [only] => Self([*only, *only]),
            [first, .., last] => Self([*first, last ^ ((name.len() as u8) << 3)]),
        }
    }
}

/// The parent of a document's root.
pub(crate) const NO_PARENT: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
pub(crate) struct EntryData {
    pub key: NodeId,
    pub value: NodeId,
    pub name: Text,
    /// Of the name, so that a look-up compares texts only where they are most likely equal.
    pub tag: Tag,
    pub state: EntryState,
    pub merged: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_small() {
        assert_eq!((size_of::<NodeData>(), size_of::<EntryData>()), (28, 20));
    }

    #[test]
    fn numbers_keep_their_bits() {
        for value in [0, 1, u64::MAX, 1 << 63, 0x0123_4567_89ab_cdef] {
            assert_eq!(u64::from(Wide::from(value)), value);
        }
    }
}
