//! JSON for people's eyes too: on a terminal or in a log.
//!
//! In: JSON as it is written. Out: the same JSON, with characters that deceive written as `\u202e`. Beyond ASCII, and
//! where two `#` meet, JSON stands in a string, so that this can be done to the bytes.

use std::io::{self, Write};

use serde::Serialize;

use super::{is_deceptive, with_neighbour};

/// Writes JSON to another writer. A character must not be torn apart between two calls.
pub struct Json<W> {
    out: W,
}

impl<W: Write> Json<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    /// Writes a value over several lines, and ends the last one.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn value(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *self, value)?;
        self.write_all(b"\n")
    }
}

impl<W: Write> Write for Json<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let plain = !bytes.iter().any(|&byte| byte == b'#' || byte >= 0x7f);
        match std::str::from_utf8(bytes) {
            Ok(text) if !plain => self.text(text),
            _ => self.out.write_all(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Write> Json<W> {
    fn text(&mut self, text: &str) -> io::Result<()> {
        let mut copied = 0;
        for (at, c, before) in with_neighbour(text) {
            let behind = at + c.len_utf8();
            // What is below a space lays out the JSON: in a string it is escaped by now.
            if c >= ' ' && is_deceptive(c, before, &text[behind..]) {
                self.out.write_all(&text.as_bytes()[copied..at])?;
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(self.out, "\\u{unit:04x}")?;
                }
                copied = behind;
            }
        }
        self.out.write_all(&text.as_bytes()[copied..])
    }
}
