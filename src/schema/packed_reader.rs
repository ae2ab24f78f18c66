//! Reading the bundle's bytes.
//!
//! In: a byte slice. Out: little-endian numbers, one after another; zero past the end, so that damaged bytes can give
//! wrong schemas but never a panic (a test reads the whole bundle that is compiled in).

/// A position in a byte slice.
#[derive(Debug, Clone, Copy)]
pub(super) struct PackedReader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> PackedReader<'b> {
    pub(super) fn new(bytes: &'b [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    pub(super) fn take(&mut self, len: usize) -> &'b [u8] {
        let taken = self.bytes.get(self.at..self.at + len).unwrap_or(&[]);
        self.at += len;
        taken
    }

    pub(super) fn u8(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    pub(super) fn u16(&mut self) -> u16 {
        self.take(2).try_into().map_or(0, u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> u32 {
        self.take(4).try_into().map_or(0, u32::from_le_bytes)
    }
}
