//! The hash by which GitHub code scanning knows a line again when lines above it change.
//!
//! In: a file's text. Out: for each line asked for, `primaryLocationLineHash` as GitHub's upload action would compute it:
//! a rolling hash over the 100 characters (UTF-16 units, spaces and tabs left out) from the start of the line, and how
//! often the same hash came before in the file. Uploads through the API need it in the file; the action compares.

use rustc_hash::FxHashMap;

const WINDOW: usize = 100;
const FACTOR: i64 = 37;
const END: u16 = u16::MAX;

/// The hashes of the lines of a text, the first line first.
pub fn line_hashes(text: &str) -> Vec<String> {
    let mut hasher = Hasher::new();
    for unit in text.encode_utf16() {
        hasher.take(unit);
    }
    hasher.finish()
}

struct Hasher {
    units: [u16; WINDOW],
    /// For a unit that starts a line: the line's index; its hash is due when the unit leaves the window.
    starts: [Option<usize>; WINDOW],
    at: usize,
    hash: i64,
    outgoing: i64,
    lines: usize,
    line_start: bool,
    after_return: bool,
    seen: FxHashMap<i64, usize>,
    hashes: Vec<String>,
}

impl Hasher {
    fn new() -> Self {
        Self {
            units: [0; WINDOW],
            starts: [None; WINDOW],
            at: 0,
            hash: 0,
            outgoing: (0..WINDOW).fold(1, |product: i64, _| product.wrapping_mul(FACTOR)),
            lines: 0,
            line_start: true,
            after_return: false,
            seen: FxHashMap::default(),
            hashes: Vec::new(),
        }
    }

    /// Any kind of line break counts as one line feed.
    fn take(&mut self, unit: u16) {
        let (feed, carriage) = (u16::from(b'\n'), u16::from(b'\r'));
        if unit == u16::from(b' ') || unit == u16::from(b'\t') || (self.after_return && unit == feed) {
            self.after_return = false;
            return;
        }
        self.after_return = unit == carriage;
        let unit = if self.after_return { feed } else { unit };
        self.emit();
        if std::mem::replace(&mut self.line_start, unit == feed) {
            self.starts[self.at] = Some(self.lines);
            self.lines += 1;
        }
        self.push(unit);
    }

    fn push(&mut self, unit: u16) {
        let leaving = std::mem::replace(&mut self.units[self.at], unit);
        let grown = self.hash.wrapping_mul(FACTOR).wrapping_add(i64::from(unit));
        self.hash = grown.wrapping_sub(self.outgoing.wrapping_mul(i64::from(leaving)));
        self.at = (self.at + 1) % WINDOW;
    }

    fn emit(&mut self) {
        let Some(line) = self.starts[self.at].take() else { return };
        debug_assert_eq!(line, self.hashes.len());
        let count = self.seen.entry(self.hash).or_default();
        *count += 1;
        self.hashes.push(format!("{:x}:{count}", self.hash as u64));
    }

    fn finish(mut self) -> Vec<String> {
        self.take(END);
        for _ in 0..WINDOW {
            self.emit();
            self.push(0);
        }
        self.hashes
    }
}

#[cfg(test)]
mod tests {
    use super::line_hashes;

    #[test]
    fn hashes_are_those_of_github() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
        let expected = ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"];
        assert_eq!(line_hashes(" a\nb\n  \t\tc\n d"), expected);
        assert_eq!(line_hashes(" a\r\nb\r  \t\tc\r\n d"), expected);
    }

    #[test]
    fn the_same_stretch_twice_is_told_apart() {
        let text = format!("{0}{0}", format!("{}\n", "x".repeat(120)).repeat(2));
        let hashes = line_hashes(&text);
        assert_eq!(hashes.len(), 5);
        assert!(hashes[0].ends_with(":1") && hashes[1].ends_with(":2"), "{hashes:?}");
    }
}
