//! Text that knows where each of its bytes comes from.
//!
//! In: bytes with a mark. Out: [`Text`], immutable and cheap to copy, and [`TextBuilder`], which puts texts together and
//! keeps the marks of what goes in. Bytes need not be UTF-8: a template may cut a character in half.

use std::borrow::Cow;
use std::rc::Rc;

use super::mark::{Mark, Marks};

/// A run of bytes of one origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// One past its last byte in the text.
    pub end: u32,
    /// Where it comes from.
    pub mark: Mark,
    /// Offset in the template of its first byte plus one, where the bytes stand there as they are; else 0.
    pub exact: u32,
}

/// Immutable bytes with their origins.
#[derive(Debug, Clone)]
pub struct Text {
    bytes: Rc<[u8]>,
    pieces: Pieces,
}

#[derive(Debug, Clone)]
enum Pieces {
    One(Mark),
    Many(Rc<[Piece]>),
}

impl Text {
    /// Text of one origin.
    pub fn new(bytes: impl AsRef<[u8]>, mark: Mark) -> Self {
        Self { bytes: Rc::from(bytes.as_ref()), pieces: Pieces::One(mark) }
    }

    /// Text of no known origin.
    pub fn plain(bytes: impl AsRef<[u8]>) -> Self {
        Self::new(bytes, Mark::NONE)
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its characters; bytes that are none are replaced.
    pub fn str(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The runs of one origin, in order.
    pub fn pieces(&self) -> Cow<'_, [Piece]> {
        match &self.pieces {
            Pieces::One(_) if self.bytes.is_empty() => Cow::Borrowed(&[]),
            Pieces::One(mark) => Cow::Owned(vec![Piece { end: self.bytes.len() as u32, mark: *mark, exact: 0 }]),
            Pieces::Many(pieces) => Cow::Borrowed(pieces),
        }
    }

    /// Everything that went into it, as one mark.
    pub fn mark(&self, marks: &mut Marks) -> Mark {
        match &self.pieces {
            Pieces::One(mark) => *mark,
            Pieces::Many(pieces) => pieces.iter().fold(Mark::NONE, |all, piece| marks.join(all, piece.mark)),
        }
    }

    /// Whether nothing is known of any byte.
    pub fn is_unmarked(&self) -> bool {
        matches!(self.pieces, Pieces::One(mark) if mark.is_none())
    }

    /// The same bytes, all of one origin.
    pub fn marked(&self, mark: Mark) -> Self {
        Self { bytes: self.bytes.clone(), pieces: Pieces::One(mark) }
    }

    /// A part of it.
    pub fn slice(&self, start: usize, end: usize) -> Self {
        if start == 0 && end == self.len() {
            return self.clone();
        }
        let mut out = TextBuilder::default();
        out.slice(self, start, end);
        out.finish()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

/// Puts a text together.
#[derive(Debug, Default, Clone)]
pub struct TextBuilder {
    bytes: Vec<u8>,
    pieces: Vec<Piece>,
}

impl TextBuilder {
    /// Adds bytes of one origin.
    pub fn push(&mut self, bytes: impl AsRef<[u8]>, mark: Mark) {
        let bytes = bytes.as_ref();
        self.bytes.extend_from_slice(bytes);
        self.piece(bytes.len(), mark, 0);
    }

    /// Adds bytes that stand at `offset` of a template as they are.
    pub fn push_exact(&mut self, bytes: &[u8], mark: Mark, offset: u32) {
        self.bytes.extend_from_slice(bytes);
        self.piece(bytes.len(), mark, offset + 1);
    }

    /// Adds a whole text.
    pub fn text(&mut self, text: &Text) {
        self.slice(text, 0, text.len());
    }

    /// Adds a part of a text.
    pub fn slice(&mut self, text: &Text, start: usize, end: usize) {
        let (start, end) = (start.min(text.len()), end.min(text.len()));
        if start >= end {
            return;
        }
        match &text.pieces {
            Pieces::One(mark) => self.push(&text.bytes[start..end], *mark),
            Pieces::Many(pieces) => self.part(&text.bytes, pieces, start, end),
        }
    }

    fn part(&mut self, bytes: &[u8], pieces: &[Piece], start: usize, end: usize) {
        let first = pieces.partition_point(|piece| piece.end as usize <= start);
        let mut at = if first == 0 { 0 } else { pieces[first - 1].end as usize };
        for piece in &pieces[first..] {
            let (from, to) = (at.max(start), (piece.end as usize).min(end));
            if from >= to {
                break;
            }
            let exact = if piece.exact == 0 { 0 } else { piece.exact + (from - at) as u32 };
            self.bytes.extend_from_slice(&bytes[from..to]);
            self.piece(to - from, piece.mark, exact);
            at = piece.end as usize;
        }
    }

    fn piece(&mut self, len: usize, mark: Mark, exact: u32) {
        if len == 0 {
            return;
        }
        let end = self.bytes.len() as u32;
        let start = self.bytes.len() - len;
        if let Some(last) = self.pieces.last() {
            let before = if self.pieces.len() > 1 { self.pieces[self.pieces.len() - 2].end } else { 0 };
            let goes_on = if exact == 0 {
                last.exact == 0
            } else {
                last.exact != 0 && last.exact + (last.end - before) == exact && last.end as usize == start
            };
            if last.mark == mark && goes_on {
                if let Some(last) = self.pieces.last_mut() {
                    last.end = end;
                }
                return;
            }
        }
        self.pieces.push(Piece { end, mark, exact });
    }

    /// Number of bytes so far.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Names the template place behind every byte from `start` on that does not know one.
    pub fn written_at(&mut self, start: usize, marks: &mut Marks, span: crate::source::Span) {
        let first = self.pieces.partition_point(|piece| piece.end as usize <= start);
        for piece in &mut self.pieces[first..] {
            piece.mark = marks.written_at(piece.mark, span);
        }
    }

    /// Adds an origin to every byte from `start` on.
    pub fn also(&mut self, start: usize, marks: &mut Marks, mark: Mark) {
        let first = self.pieces.partition_point(|piece| piece.end as usize <= start);
        for piece in &mut self.pieces[first..] {
            piece.mark = marks.join(piece.mark, mark);
        }
    }

    /// The text.
    pub fn finish(self) -> Text {
        let pieces = match self.pieces.as_slice() {
            [] => Pieces::One(Mark::NONE),
            [Piece { mark, exact: 0, .. }] => Pieces::One(*mark),
            pieces => Pieces::Many(Rc::from(pieces)),
        };
        Text { bytes: Rc::from(self.bytes), pieces }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceId, Span};

    #[test]
    fn pieces_keep_their_places_when_a_text_is_cut_and_put_together() {
        let mut marks = Marks::default();
        let template = marks.template(Span::new(SourceId(0), 10, 20));
        let value = marks.data(Span::new(SourceId(1), 3, 6));
        let mut out = TextBuilder::default();
        out.push_exact(b"name: ", template, 10);
        out.push("abc", value);
        out.push_exact(b"-x", template, 18);
        let text = out.finish();
        let mut again = TextBuilder::default();
        again.slice(&text, 2, 7);
        again.slice(&text, 7, 11);
        let pieces = again.finish().pieces().into_owned();
        let want = [(4, template, 13), (7, value, 0), (9, template, 19)];
        let got: Vec<_> = pieces.iter().map(|piece| (piece.end, piece.mark, piece.exact)).collect();
        assert_eq!(got, want);
    }
}
