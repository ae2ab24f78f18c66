//! Files and their text.
//!
//! In: bytes from a file, standard input or an archive. Out: a [`Source`] with its text as UTF-8 and a line index,
//! addressed by a [`SourceId`] inside a [`SourceMap`]; and [`Span`], a byte range together with the source it points
//! into, so that an object put together from several files keeps each field's own origin.

use std::sync::{Arc, OnceLock};

/// Index of a [`Source`] in its [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SourceId(pub u32);

/// Half-open byte range `start..end` in the text of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The source the range points into.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets.
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        Self { source, start: start as u32, end: end as u32 }
    }

    /// The smallest span that covers `self` and `other`; both must lie in one source.
    pub fn to(self, other: Span) -> Span {
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `other` lies inside `self`.
    pub fn contains(self, other: Span) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A place as people count it: line and column from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Bytes between the places up to which characters are counted beforehand.
const BLOCK: usize = 1024;

/// How the bytes of a source were encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    Utf8,
    /// UTF-8 with a byte order mark (kept in the text as U+FEFF).
    Utf8Bom,
    /// UTF-16, little endian, with a byte order mark.
    Utf16Le,
    /// UTF-16, big endian, with a byte order mark.
    Utf16Be,
    /// UTF-16 that was made UTF-8 before it is read, as kubectl and kustomize do.
    FromUtf16,
}

/// One file's text and its line index.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its index.
    pub id: SourceId,
    /// The name shown to the user: as given on the command line, with `/` as separator.
    pub name: String,
    /// The text; bytes that are no text were replaced by U+FFFD, see `undecodable`.
    pub text: Arc<str>,
    /// How the file was encoded.
    pub encoding: Encoding,
    /// Offsets in `text` of the replacement characters that stand for undecodable bytes.
    pub undecodable: Vec<u32>,
    lines: OnceLock<Vec<u32>>,
    /// How many characters begin before each block of the text; made when a line is long.
    characters: OnceLock<Vec<u32>>,
}

impl Source {
    /// Takes a file's bytes. Never fails: undecodable bytes are replaced and remembered.
    pub fn from_bytes(id: SourceId, name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let (text, encoding, undecodable) = decode(bytes);
        Self {
            id,
            name: name.into(),
            text: text.into(),
            encoding,
            undecodable,
            lines: OnceLock::new(),
            characters: OnceLock::new(),
        }
    }

    /// The source as clients hand it on: kubectl and kustomize make UTF-8 of UTF-16 with a byte order mark, before anything of
    /// it is read.
    pub fn as_clients_read(mut self) -> Self {
        if matches!(self.encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
            self.encoding = Encoding::FromUtf16;
        }
        self
    }

    /// A source from text that is UTF-8 already.
    pub fn from_text(id: SourceId, name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        let text: Arc<str> = text.into();
        let encoding = if text.starts_with('\u{feff}') { Encoding::Utf8Bom } else { Encoding::Utf8 };
        Self {
            id,
            name: name.into(),
            text,
            encoding,
            undecodable: Vec::new(),
            lines: OnceLock::new(),
            characters: OnceLock::new(),
        }
    }

    /// A source whose text is not here.
    pub fn empty(id: SourceId, name: String) -> Self {
        Self::from_text(id, name, Arc::<str>::default())
    }

    /// The same with the encoding of another source.
    pub fn encoded_as(self, other: &Source) -> Self {
        Self { encoding: other.encoding, undecodable: other.undecodable.clone(), ..self }
    }

    /// The text under a span.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Byte offsets at which lines start; made at the first call.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let mut starts = vec![0];
            starts.extend(memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|i| i as u32 + 1));
            starts
        })
    }

    /// Line index from 0 of a byte offset.
    pub fn line_of(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_of(offset);
        let start = self.line_starts()[line] as usize;
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let start = start.min(end);
        // Counting characters is slow where a whole file is one line.
        let column = match end - start > BLOCK {
            true => self.characters_before(end) - self.characters_before(start),
            false => self.text[start..end].chars().count(),
        };
        Position { line: line + 1, column: column + 1 }
    }

    /// How many characters begin before an offset.
    fn characters_before(&self, offset: usize) -> usize {
        let begin = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
        let blocks = self.characters.get_or_init(|| {
            let mut before = 0;
            let counts = self.text.as_bytes().chunks(BLOCK).map(|block| {
                before += begin(block) as u32;
                before
            });
            std::iter::once(0).chain(counts).collect()
        });
        let block = offset / BLOCK;
        blocks[block] as usize + begin(&self.text.as_bytes()[block * BLOCK..offset])
    }

    /// The text of a line (index from 0) without its line break.
    pub fn line(&self, index: usize) -> &str {
        let starts = self.line_starts();
        let Some(&start) = starts.get(index) else { return "" };
        let end = starts.get(index + 1).map_or(self.text.len(), |&next| next as usize);
        self.text[start as usize..end].trim_end_matches(['\n', '\r'])
    }
}

/// All sources of one run, in the order in which they were added.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    /// Shared with whoever keeps them for the next run.
    sources: Vec<Arc<Source>>,
}

impl SourceMap {
    /// Takes sources whose ids are their indices.
    pub fn new(sources: Vec<Source>) -> Self {
        debug_assert!(sources.iter().enumerate().all(|(i, s)| s.id.0 as usize == i));
        Self { sources: sources.into_iter().map(Arc::new).collect() }
    }

    /// The source with that id.
    ///
    /// # Panics
    /// When the id comes from another map.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.sources[id.0 as usize]
    }

    /// All sources.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().map(Arc::as_ref)
    }

    /// The same, to be shared with whoever keeps them.
    pub fn shared(&self) -> impl Iterator<Item = &Arc<Source>> {
        self.sources.iter()
    }

    /// Whether it holds that very source.
    pub fn holds(&self, source: &Arc<Source>) -> bool {
        self.sources.get(source.id.0 as usize).is_some_and(|own| Arc::ptr_eq(own, source))
    }

    /// Adds one more; its id must be [`SourceMap::next_id`].
    pub fn push(&mut self, source: impl Into<Arc<Source>>) {
        let source = source.into();
        debug_assert_eq!(source.id.0 as usize, self.sources.len());
        self.sources.push(source);
    }

    /// Puts a source in the place of the one with its id; there has to be one.
    pub fn put(&mut self, source: impl Into<Arc<Source>>) {
        let source = source.into();
        let id = source.id.0 as usize;
        self.sources[id] = source;
    }

    /// Lets go of all but the first sources.
    pub fn truncate(&mut self, len: usize) {
        self.sources.truncate(len);
    }

    /// The id that the next source has to carry.
    pub fn next_id(&self) -> SourceId {
        SourceId(self.sources.len() as u32)
    }
}

/// Bytes to text: UTF-8, or UTF-16 where a byte order mark says so.
fn decode(bytes: Vec<u8>) -> (String, Encoding, Vec<u32>) {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => decode_utf16(rest, u16::from_le_bytes, Encoding::Utf16Le),
        [0xfe, 0xff, rest @ ..] => decode_utf16(rest, u16::from_be_bytes, Encoding::Utf16Be),
        _ => decode_utf8(bytes),
    }
}

fn decode_utf8(bytes: Vec<u8>) -> (String, Encoding, Vec<u32>) {
    let encoding = if bytes.starts_with("\u{feff}".as_bytes()) { Encoding::Utf8Bom } else { Encoding::Utf8 };
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return (text, encoding, Vec::new()),
        Err(error) => error.into_bytes(),
    };
    let (mut text, mut bad) = (String::with_capacity(bytes.len() + 16), Vec::new());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            bad.push(text.len() as u32);
            text.push('\u{fffd}');
        }
    }
    (text, encoding, bad)
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, encoding: Encoding) -> (String, Encoding, Vec<u32>) {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let (mut text, mut bad) = (String::with_capacity(bytes.len()), Vec::new());
    for decoded in char::decode_utf16(units) {
        if decoded.is_err() {
            bad.push(text.len() as u32);
        }
        text.push(decoded.unwrap_or('\u{fffd}'));
    }
    if bytes.len() % 2 == 1 {
        bad.push(text.len() as u32);
        text.push('\u{fffd}');
    }
    (text, encoding, bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::from_text(SourceId(0), "a.yaml", "ä: 1\nbé: 2\n");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(2), Position { line: 1, column: 2 });
        assert_eq!(source.position(9), Position { line: 2, column: 3 });
        assert_eq!(source.line(1), "bé: 2");
        assert_eq!(source.line(2), "");
    }

    #[test]
    fn positions_on_a_long_line_count_characters_too() {
        let text = "aä€𝄞".repeat(1000);
        let source = Source::from_text(SourceId(0), "a.yaml", text.as_str());
        for (column, (offset, _)) in text.char_indices().enumerate() {
            assert_eq!(source.position(offset as u32), Position { line: 1, column: column + 1 });
        }
        assert_eq!(source.position(text.len() as u32).column, 4001);
    }

    #[test]
    fn undecodable_bytes_are_replaced_and_remembered() {
        let source = Source::from_bytes(SourceId(0), "a", b"a: \xff\nb: 1\n".to_vec());
        assert_eq!(source.undecodable, [3]);
        assert_eq!(source.line(1), "b: 1");
    }

    #[test]
    fn utf16_with_a_mark_is_decoded() {
        let bytes = [0xff, 0xfe, b'a', 0, b':', 0];
        let source = Source::from_bytes(SourceId(0), "a", bytes.to_vec());
        assert_eq!((&*source.text, source.encoding), ("a:", Encoding::Utf16Le));
    }
}
