//! From a chunk's text to its tree, in one pass.
//!
//! In: a chunk of a source. Out: its tree and notes, or the first syntax error. No tokens and no events: what stands at
//! the cursor changes the innermost open collection at once. Accepts and refuses exactly what go-yaml v2 does; what its
//! scanner looks ahead for (is this a key?) is looked for on the spot. Bounds on depth and on the text of aliases are our own.

mod anchors;
mod block;
mod chars;
mod cursor;
pub(crate) mod error;
mod flow;
mod literal;
mod node;
mod plain;
mod props;
mod quoted;
mod spare;
mod state;
mod swar;
mod tail;
#[cfg(test)]
mod tests;
mod unexpected;

use crate::source::{Encoding, Source, Span};

use self::anchors::Anchors;
use self::cursor::Cursor;
use self::error::{Because, Fail, fail};
use self::props::{Directive, Handles};
use self::spare::Spare;
use self::state::{Frame, KeyStart, Props, State};
use super::arena::Text;
use super::build::{ROOT, TreeBuilder};
use super::resolve::Resolved;
use super::tree::{NodeId, Style, Tree};
use super::{Limits, Note, NoteKind, SyntaxError};

pub(crate) use self::props::Tag;
pub(crate) use self::quoted::Escapes;

/// go-yaml's reader takes its input in blocks of this many bytes, and refuses a control character as soon as it has read
/// the block, needed or not.
const READ_BLOCK: usize = 512;

struct Parser<'t> {
    cursor: Cursor<'t>,
    /// Where the chunk begins in the cursor's text, which ends with it.
    start: usize,
    out: TreeBuilder,
    /// The innermost open collection.
    top: Frame,
    /// Those around it.
    frames: Vec<Frame>,
    /// Nodes whose collection is still open.
    pending: Vec<NodeId>,
    /// Column of the innermost block; -1 at the top.
    indent: i32,
    /// Open blocks with a column of their own.
    blocks: usize,
    /// Open brackets.
    flow: usize,
    /// Behind the last thing that belongs to a node.
    after: usize,
    /// A key may begin at the cursor.
    key_allowed: bool,
    /// Anchor and tag that wait for their node.
    props: Props,
    anchors: Anchors<'t>,
    handles: Handles,
    /// Where the root may have been a key.
    root_key: Option<KeyStart>,
    root: Option<NodeId>,
    /// The document began with `---`.
    explicit: bool,
    limits: Limits,
    escapes: Escapes,
}

/// Parses one chunk.
///
/// # Errors
/// What the server's reader would refuse.
pub(super) fn parse(
    source: &Source,
    chunk: Span,
    limits: &Limits,
    escapes: Escapes,
) -> Result<(Tree, Vec<Note>), SyntaxError> {
    let text = &source.text[..chunk.end as usize];
    let start = chunk.start as usize;
    let refused = refused(source, chunk);
    let size = text.len() - start;
    let mut parser = Parser::new(source, text, start, limits, escapes, spare::take(size));
    let outcome = parser.document();
    if let Some((error, needed)) = refused
        && !matches!(outcome, Ok(Some(scanned)) if scanned < needed)
    {
        return Err(error);
    }
    let root = outcome.and_then(|_| parser.complete()).map_err(|failure| failure.into_error(source))?;
    Ok(spare::finish(parser, size, root))
}

/// What the reader refuses in the chunk before any parsing, and how far the scanner must get for that to be met.
fn refused(source: &Source, chunk: Span) -> Option<(SyntaxError, usize)> {
    let start = chunk.start as usize;
    let control = chars::first_refused(source.slice(chunk)).map(|at| start + at);
    let undecodable = source.undecodable.iter().map(|&at| at as usize).find(|&at| start <= at);
    let undecodable = undecodable.filter(|&at| at < chunk.end as usize);
    if let Some(at) = control.into_iter().chain(undecodable).min() {
        let block = start + (at - start) / READ_BLOCK * READ_BLOCK;
        return Some((refusal(source, at), block));
    }
    let (message, end) = (utf16_refusal(source)?, chunk.end as usize);
    Some((SyntaxError::new(message, Span::new(source.id, start, start)), end.saturating_sub(3)))
}

/// Why the server cannot read a file in UTF-16: it adds a line break of one byte to what does not end with one, and to
/// what does in the order of bytes that Windows writes, so that half a character is left over.
fn utf16_refusal(source: &Source) -> Option<&'static str> {
    match source.encoding {
        Encoding::Utf16Le => Some("the server cannot read UTF-16 in little-endian order: save the file as UTF-8"),
        Encoding::Utf16Be if !source.text.ends_with('\n') => {
            Some("the server cannot read UTF-16 without a final line break: save the file as UTF-8")
        }
        _ => None,
    }
}

fn refusal(source: &Source, at: usize) -> SyntaxError {
    let c = source.text[at..].chars().next().unwrap_or_default();
    let message = if source.undecodable.binary_search(&(at as u32)).is_ok() {
        "these bytes are not valid UTF-8".to_owned()
    } else {
        format!("the control character U+{:04X} is not allowed in YAML, not even in a comment", c as u32)
    };
    SyntaxError::new(message, Span::new(source.id, at, at + c.len_utf8()))
}

impl<'t> Parser<'t> {
    fn new(source: &Source, text: &'t str, start: usize, limits: &Limits, escapes: Escapes, spare: Spare) -> Self {
        let mut cursor = Cursor::new(text, start);
        if text[start..].starts_with('\u{feff}') {
            cursor.pos += 3;
            cursor.line = cursor.pos;
        }
        if text[cursor.pos..].starts_with('\u{feff}') && cursor.pos > start {
            // A second mark is skipped too, but counts as a column.
            cursor.pos += 3;
            cursor.line = cursor.pos - 1;
        }
        let top =
            Frame { state: State::Root, node: NodeId(ROOT), first: 0, indent: -1, start: start as u32, anchor: 0 };
        Self {
            out: TreeBuilder::new(source.text.clone(), source.id, spare.builder),
            top,
            frames: spare.frames,
            pending: spare.pending,
            indent: -1,
            blocks: 0,
            flow: 0,
            after: cursor.pos,
            key_allowed: true,
            props: Props::default(),
            cursor,
            start,
            anchors: Anchors::default(),
            handles: Handles::default(),
            root_key: None,
            root: None,
            explicit: false,
            limits: *limits,
            escapes,
        }
    }

    /// The root of what was read, which JSON has all of.
    fn complete(&mut self) -> Result<NodeId, Fail> {
        let (out, at) = (&mut self.out, self.cursor.pos);
        let root = self.root.unwrap_or_else(|| {
            let span = out.span(at, at);
            out.scalar(span, ROOT, Resolved::Null, Text::in_source(0, 0), Style::Plain)
        });
        if out.suspect {
            out.check_suspects(root)?;
        }
        Ok(root)
    }

    /// Reads the document. Gives how far the text was looked at where the rest of it is ignored.
    fn document(&mut self) -> Result<Option<usize>, Fail> {
        self.prologue()?;
        loop {
            self.skip();
            let byte = self.cursor.here();
            if self.flow == 0 && self.cursor.column() < self.indent {
                self.unroll(self.cursor.column())?;
            }
            if self.top.state == State::Done || self.ends_document(byte) {
                return self.end_of_document(byte);
            }
            self.token(byte)?;
        }
    }

    /// What a document may begin with: directives and `---`.
    fn prologue(&mut self) -> Result<(), Fail> {
        let mut version = false;
        let mut directives = None;
        loop {
            self.skip();
            let at = self.cursor.pos;
            if self.cursor.here() == b'%' && self.cursor.column() == 0 {
                self.key_allowed = false;
                match props::directive(&mut self.cursor)? {
                    Directive::Version(1, 1) if !version => version = true,
                    Directive::Version(1, 1) => return fail("a second %YAML directive", at, at + 5),
                    Directive::Version(..) => return fail("the server's reader knows YAML 1.1 alone", at, at + 5),
                    Directive::Tag(handle, prefix) => {
                        if !self.handles.add(handle, prefix) {
                            return fail("a second %TAG directive for this handle", at, at + 4);
                        }
                    }
                }
                directives.get_or_insert(at);
                continue;
            }
            if self.cursor.here() == b'-' && self.cursor.document_indicator() {
                self.cursor.pos += 3;
                self.key_allowed = false;
                self.explicit = true;
            } else if let Some(start) = directives {
                let at = self.cursor.pos;
                return fail("directives must be followed by `---`, and the server cuts the file there", at, at)
                    .because(start, start + 1, "the directives begin here");
            }
            return Ok(());
        }
    }

    /// Goes over blanks, comments and line breaks to the next character that counts.
    #[inline]
    fn skip(&mut self) {
        loop {
            let byte = self.cursor.here();
            match byte {
                b' ' => self.cursor.skip_spaces(),
                b'\t' if self.flow > 0 || !self.key_allowed => self.cursor.pos += 1,
                b'#' => self.comment(),
                b'\n' => {
                    self.cursor.take_break(1);
                    self.key_allowed |= self.flow == 0;
                }
                b'\r' | 0xc2 | 0xe2 => match self.cursor.break_len(self.cursor.pos) {
                    0 => return,
                    len => {
                        self.cursor.take_break(len);
                        self.key_allowed |= self.flow == 0;
                    }
                },
                _ => return,
            }
        }
    }

    fn comment(&mut self) {
        let (line, start) = (self.cursor.line, self.cursor.pos);
        let end = self.cursor.line_end(start);
        let own_line = self.cursor.text.as_bytes()[line..start].iter().all(|&b| chars::is_blank(b));
        self.out.comment(start, end, own_line);
        self.cursor.pos = end;
    }

    /// Whether the end of the text, a document indicator or a directive stands at the cursor.
    #[inline]
    fn ends_document(&self, byte: u8) -> bool {
        match byte {
            0 => true,
            b'%' => self.cursor.column() == 0,
            b'-' | b'.' => self.cursor.column() == 0 && self.cursor.document_indicator(),
            _ => false,
        }
    }

    /// Closes all that is open. Gives how far the text was looked at, unless that was all of it.
    fn end_of_document(&mut self, byte: u8) -> Result<Option<usize>, Fail> {
        let at = self.cursor.pos;
        if self.flow > 0 {
            return self.unclosed_bracket();
        }
        if self.ends_document(byte) {
            self.unroll(-1)?;
            if !self.props.is_empty() {
                self.empty()?;
            }
            if self.top.state == State::Root && byte == b'.' && !self.explicit {
                return fail("`...` ends a document, and none has begun", at, at + 3);
            }
        }
        if byte == 0 {
            return Ok(None);
        }
        let scanned = match byte == b'.' && self.cursor.document_indicator() {
            true => at + 4,
            false => tail::probe(self.cursor, self.root_start(), self.root_key, self.key_allowed)?,
        };
        self.note_tail(byte);
        Ok(Some(scanned))
    }

    fn root_start(&self) -> usize {
        self.root.map_or(0, |root| self.out.tree.nodes[root.0 as usize].start as usize)
    }

    /// Notes what is ignored from the cursor on, unless it is nothing but comments.
    fn note_tail(&mut self, byte: u8) {
        let mut start = self.cursor.pos;
        if byte == b'.' && self.cursor.document_indicator() {
            self.cursor.pos += 3;
            self.key_allowed = false;
            self.skip();
            start = self.cursor.pos;
            if self.cursor.here() == 0 {
                return;
            }
        }
        let end = start + self.cursor.text[start.min(self.cursor.text.len())..].trim_end().len();
        let span = self.out.span(start, end);
        self.out.note(NoteKind::IgnoredTail, span, None);
    }

    /// Takes what stands at the cursor.
    #[inline]
    fn token(&mut self, byte: u8) -> Result<(), Fail> {
        match byte {
            b'-' if self.cursor.is_blankz(self.cursor.pos + 1) => self.dash(),
            b'?' if self.flow > 0 || self.cursor.is_blankz(self.cursor.pos + 1) => self.question(),
            b':' if self.flow > 0 || self.cursor.is_blankz(self.cursor.pos + 1) => self.colon(),
            b']' | b'}' | b',' => self.bracket(byte),
            _ => self.node(byte),
        }
    }
}
