//! What go-yaml still looks at behind a complete document.
//!
//! In: a cursor on what follows the root. Out: how far go-yaml's scanner goes before it is content and ignores the rest;
//! an error that it meets on the way refuses the whole document. It scans one more token, and more while that token (or
//! the root itself) may turn out to be a key. Only here tokens are scanned without being parsed.

use super::cursor::Cursor;
use super::error::{Because, Fail, fail};
use super::quoted::Escapes;
use super::state::KeyStart;
use super::unexpected::is_conflict_marker;
use super::{literal, plain, props, quoted};

/// A key that a token may turn out to be.
#[derive(Clone, Copy)]
struct Key {
    start: KeyStart,
    /// Number of the token: 0 is the root.
    token: usize,
}

/// The document itself or one level of brackets in it.
struct Level {
    /// The possible key on it.
    key: Option<Key>,
    /// Number of the token that was last taken for a possible key on it; at first that of its bracket.
    number: usize,
}

struct Probe<'t> {
    cursor: Cursor<'t>,
    key_allowed: bool,
    /// Columns of open blocks.
    indents: Vec<i32>,
    levels: Vec<Level>,
    /// Tokens scanned.
    tokens: usize,
    ended: bool,
    /// Where the root begins.
    root: usize,
    side: String,
}

/// Looks at what follows a root; `root_key` is where the root began, had it been a key.
///
/// # Errors
/// What go-yaml's scanner refuses on its way.
pub(super) fn probe(
    cursor: Cursor<'_>,
    root: usize,
    root_key: Option<KeyStart>,
    key_allowed: bool,
) -> Result<usize, Fail> {
    let key = root_key.filter(|key| key.possible).map(|start| Key { start, token: 0 });
    let mut probe = Probe {
        cursor,
        key_allowed,
        indents: vec![-1],
        levels: vec![Level { key, number: 0 }],
        root,
        tokens: 0,
        ended: false,
        side: String::new(),
    };
    while probe.undecided(0) {
        probe.token()?;
    }
    if probe.tokens == 0 {
        probe.token()?;
    }
    while probe.undecided(1) {
        probe.token()?;
    }
    Ok(probe.cursor.pos)
}

impl Probe<'_> {
    /// Whether that token may still turn out to be a key.
    fn undecided(&self, token: usize) -> bool {
        !self.ended
            && self
                .levels
                .iter()
                .filter_map(|level| level.key)
                .any(|key| key.token == token && !key.start.forgotten && self.is_valid(&key))
    }

    fn is_valid(&self, key: &Key) -> bool {
        key.start.line == self.cursor.line && self.cursor.within(key.start.at, self.cursor.pos, 1024)
    }

    fn in_flow(&self) -> bool {
        self.levels.len() > 1
    }

    fn indent(&self) -> i32 {
        self.indents.last().copied().unwrap_or(-1)
    }

    fn skip(&mut self) {
        loop {
            match self.cursor.here() {
                b' ' => self.cursor.pos += 1,
                b'\t' if self.in_flow() || !self.key_allowed => self.cursor.pos += 1,
                b'#' => self.cursor.pos = self.cursor.line_end(self.cursor.pos),
                _ => match self.cursor.break_len(self.cursor.pos) {
                    0 => return,
                    len => {
                        self.cursor.take_break(len);
                        self.key_allowed |= !self.in_flow();
                    }
                },
            }
        }
    }

    /// Scans one token.
    fn token(&mut self) -> Result<(), Fail> {
        self.skip();
        self.tokens += 1;
        let (at, flow) = (self.cursor.pos, self.in_flow());
        while !flow && self.indent() > self.cursor.column() {
            self.indents.pop();
        }
        let byte = self.cursor.here();
        match byte {
            0 => {
                self.ended = true;
                self.drop_key()
            }
            b'%' if self.cursor.column() == 0 => {
                self.drop_key()?;
                self.key_allowed = false;
                props::directive(&mut self.cursor).map(drop)
            }
            b'-' | b'.' if self.cursor.document_indicator() => {
                self.drop_key()?;
                self.key_allowed = false;
                self.cursor.pos += 3;
                Ok(())
            }
            b'[' | b'{' => {
                self.save_key()?;
                self.levels.push(Level { key: None, number: self.tokens });
                self.step(true)
            }
            b']' | b'}' => {
                self.drop_key()?;
                if flow {
                    self.close_level();
                }
                self.step(false)
            }
            b',' => {
                self.drop_key()?;
                self.step(true)
            }
            b'-' if self.cursor.is_blankz(at + 1) => self.indicator(true),
            b'?' if flow || self.cursor.is_blankz(at + 1) => self.indicator(!flow),
            b':' if flow || self.cursor.is_blankz(at + 1) => self.colon(),
            _ => self.scalar(byte),
        }
    }

    /// go-yaml forgets to look for the key that brackets may be when nothing inside them may have been one.
    fn close_level(&mut self) {
        let number = self.levels.pop().map_or(0, |level| level.number);
        for key in self.levels.iter_mut().filter_map(|level| level.key.as_mut()) {
            key.start.forgotten |= key.token == number;
        }
    }

    fn step(&mut self, key_allowed: bool) -> Result<(), Fail> {
        self.cursor.pos += 1;
        self.key_allowed = key_allowed;
        Ok(())
    }

    /// `-` or `?`.
    fn indicator(&mut self, key_allowed: bool) -> Result<(), Fail> {
        let at = self.cursor.pos;
        if !self.in_flow() {
            if !self.key_allowed {
                return fail("a list item or key cannot begin here", at, at + 1);
            }
            self.roll(self.cursor.column());
        }
        self.drop_key()?;
        self.step(key_allowed)
    }

    fn colon(&mut self) -> Result<(), Fail> {
        let at = self.cursor.pos;
        let key = self.levels.last().and_then(|level| level.key).filter(|key| self.is_valid(key));
        if let Some(key) = key {
            if key.token == 0 && !key.start.forgotten {
                return fail("`:` makes what is before it on this line a key, which it cannot be", at, at + 1);
            }
            if !self.in_flow() {
                self.roll((key.start.at - key.start.line) as i32);
            }
            self.forget_key();
            return self.step(false);
        }
        if !self.in_flow() {
            if !self.key_allowed {
                if is_conflict_marker(&self.cursor.text[self.root..]) {
                    return fail("this is a Git conflict marker", self.root, self.root + 7);
                }
                let message = "`: ` makes this line a key, but the document above it is not a map";
                return fail(message, at, at + 1).because(self.root, self.root + 1, "the document is what begins here");
            }
            self.roll(self.cursor.column());
        }
        let allowed = !self.in_flow();
        self.step(allowed)
    }

    fn roll(&mut self, column: i32) {
        if self.indent() < column {
            self.indents.push(column);
        }
    }

    fn scalar(&mut self, byte: u8) -> Result<(), Fail> {
        let (at, flow, indent) = (self.cursor.pos, self.in_flow(), self.indent());
        self.side.clear();
        if matches!(byte, b'|' | b'>') && !flow {
            self.drop_key()?;
            self.key_allowed = true;
            return literal::scan(&mut self.cursor, indent, &mut self.side).map(drop);
        }
        let plain = self.cursor.starts_plain(flow);
        if !plain && !matches!(byte, b'*' | b'&' | b'!' | b'"' | b'\'') {
            return fail("this character cannot begin anything here", at, at + 1);
        }
        self.save_key()?;
        self.key_allowed = false;
        match byte {
            b'*' | b'&' => props::name(&mut self.cursor).map(drop),
            b'!' => props::tag(&mut self.cursor).map(drop),
            b'"' | b'\'' => quoted::scan(&mut self.cursor, Escapes::Yaml, &mut self.side).map(drop),
            _ => {
                let plain = plain::scan(&mut self.cursor, indent + 1, flow, &mut self.side)?;
                self.key_allowed = plain.crossed;
                Ok(())
            }
        }
    }

    fn save_key(&mut self) -> Result<(), Fail> {
        if !self.key_allowed {
            return Ok(());
        }
        self.drop_key()?;
        let required = !self.in_flow() && self.cursor.column() == self.indent();
        let (at, line) = (self.cursor.pos, self.cursor.line);
        let start = KeyStart { at, line, possible: true, required, forgotten: false };
        if let Some(level) = self.levels.last_mut() {
            *level = Level { key: Some(Key { start, token: self.tokens }), number: self.tokens };
        }
        Ok(())
    }

    fn forget_key(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.key = None;
        }
    }

    /// Something came that a key could not hold.
    fn drop_key(&mut self) -> Result<(), Fail> {
        if let Some(key) = self.levels.last().and_then(|level| level.key)
            && key.start.required
        {
            let at = key.start.at;
            return fail("expected a key and `: ` here", at, at + 1);
        }
        self.forget_key();
        Ok(())
    }
}
