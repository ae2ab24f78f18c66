//! The custom resources that come with the program.
//!
//! In: `schemas/crds.bin`, made by `schemas/crds.py`, which documents its layout. Out: which kinds there are, of which package,
//! and the CRD of one kind as JSON. A frame is unpacked when it is asked for, and the dictionary that all share before the first.

use std::sync::OnceLock;

use ruzstd::decoding::{Dictionary, FrameDecoder};

use super::cursor::Cursor;

const PACKED: &[u8] = include_bytes!("../../schemas/crds.bin");
const MAGIC: &[u8] = b"KVC2";

/// A bundled kind.
#[derive(Debug, Clone, Copy)]
pub struct Bundled {
    /// The API group.
    pub group: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// Name and version of the package that its definition is taken from.
    pub source: &'static str,
    /// Where its frame lies, from the end of the table.
    offset: usize,
    len: usize,
    unpacked: usize,
}

/// The parts of the file.
struct Table {
    dictionary: &'static [u8],
    kinds: Vec<Bundled>,
    frames: Cursor<'static>,
}

/// The bundled kinds, by group and kind.
pub fn kinds() -> &'static [Bundled] {
    &table().kinds
}

/// A bundled kind.
pub(super) fn find(group: &str, kind: &str) -> Option<&'static Bundled> {
    let kinds = kinds();
    let at = kinds.binary_search_by(|entry| (entry.group, entry.kind).cmp(&(group, kind))).ok()?;
    kinds.get(at)
}

impl Bundled {
    /// Its CRD, as JSON.
    pub(super) fn crd(&self) -> Option<String> {
        let mut frames = table().frames;
        frames.take(self.offset);
        let mut decoder = FrameDecoder::new();
        decoder.add_dict(dictionary()?).ok()?;
        let mut bytes = Vec::with_capacity(self.unpacked);
        decoder.decode_all_to_vec(frames.take(self.len), &mut bytes).ok()?;
        String::from_utf8(bytes).ok()
    }
}

/// The dictionary, made anew for each decoder, which takes it over; its bytes are unpacked once.
fn dictionary() -> Option<Dictionary> {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    let bytes = BYTES.get_or_init(|| {
        let mut cursor = Cursor::new(table().dictionary, 0);
        let len = cursor.u32() as usize;
        let frame = cursor.take(len);
        let mut bytes = Vec::with_capacity(cursor.u32() as usize);
        if FrameDecoder::new().decode_all_to_vec(frame, &mut bytes).is_err() {
            bytes.clear();
        }
        bytes
    });
    Dictionary::decode_dict(bytes).ok()
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut cursor = Cursor::new(PACKED, MAGIC.len());
        let mut ahead = cursor;
        let frame = ahead.u32() as usize;
        let dictionary = cursor.take(frame + 8);
        let sources: Vec<_> = (0..cursor.u16()).map(|_| text(&mut cursor)).collect();
        let kinds = (0..cursor.u16()).map(|_| entry(&mut cursor, &sources)).collect();
        Table { dictionary, kinds, frames: cursor }
    })
}

fn entry(cursor: &mut Cursor<'static>, sources: &[&'static str]) -> Bundled {
    let (group, kind) = (text(cursor), text(cursor));
    let source = sources.get(cursor.u16() as usize).copied().unwrap_or("");
    let (offset, len, unpacked) = (cursor.u32() as usize, cursor.u32() as usize, cursor.u32() as usize);
    Bundled { group, kind, source, offset, len, unpacked }
}

fn text(cursor: &mut Cursor<'static>) -> &'static str {
    let len = cursor.u8() as usize;
    std::str::from_utf8(cursor.take(len)).unwrap_or("")
}
