//! Characters that nobody sees.
//!
//! In: a document's text. Out: at most one finding of each kind on tabs between values, invisible characters and mixed
//! line endings. What stands inside quotes or a block scalar on purpose is left alone.

use std::iter::Peekable;

use crate::finding::{Finding, Severity};
use crate::source::{Source, Span};
use crate::yaml::{Comment, Document, Node, Style, Tree};

use super::syntax;

/// Adds the findings about a document's characters.
pub(super) fn collect(source: &Source, document: &Document, out: &mut Vec<Finding>) {
    let text = source.slice(document.span);
    if let Ok(tree) = &document.tree
        && memchr::memchr(b'\t', text.as_bytes()).is_some()
    {
        out.extend(tab(source, document.span, tree));
    }
    if !text.is_ascii() {
        out.extend(invisible(source, document));
    }
    if memchr::memchr(b'\r', text.as_bytes()).is_some() {
        out.extend(line_endings(document.span, text));
    }
}

/// Walks over the scalars of a tree in the order of the text.
struct Scalars<I: Iterator> {
    nodes: Peekable<I>,
}

/// Those of a tree.
fn scalars(tree: &Tree) -> Scalars<impl Iterator<Item = Node<'_>>> {
    Scalars { nodes: tree.nodes().peekable() }
}

impl<'t, I: Iterator<Item = Node<'t>>> Scalars<I> {
    /// The scalar (not an alias's copy) that holds an offset. Offsets must not go back.
    fn at(&mut self, offset: u32) -> Option<Node<'t>> {
        while let Some(&node) = self.nodes.peek() {
            let collection = node.is_sequence() || node.is_mapping();
            if !collection && !node.is_aliased() && node.span().end > offset {
                return (node.span().start <= offset).then_some(node);
            }
            self.nodes.next();
        }
        None
    }
}

/// Walks over the comments of a tree in the order of the text.
struct Comments<'t> {
    rest: &'t [Comment],
}

impl Comments<'_> {
    /// Whether one holds an offset. Offsets must not go back.
    fn hold(&mut self, offset: u32) -> bool {
        let passed = self.rest.iter().take_while(|comment| comment.span.end <= offset).count();
        self.rest = &self.rest[passed..];
        self.rest.first().is_some_and(|comment| comment.span.start <= offset)
    }
}

/// Tabs between values, or before a comment. In JSON, where nothing hangs on indentation, they are nothing to speak of.
fn tab(source: &Source, chunk: Span, tree: &Tree) -> Option<Finding> {
    if tree.root().style() == Style::Flow {
        return None;
    }
    let mut scalars = scalars(tree);
    let mut comments = Comments { rest: tree.comments() };
    let (mut first, mut count) = (None, 0);
    for at in memchr::memchr_iter(b'\t', source.slice(chunk).as_bytes()) {
        let at = chunk.start + at as u32;
        if !comments.hold(at) && scalars.at(at).is_none() {
            first.get_or_insert(at);
            count += 1;
        }
    }
    let span = Span { start: first?, end: first? + 1, ..chunk };
    let message = format!("a tab between values{}", more(count));
    let help = "the server skips it here, but refuses tabs in indentation; use spaces";
    Some(syntax("tab-character", Severity::Info, message, span).help(help))
}

fn more(count: usize) -> String {
    if count > 1 { format!(" ({count} in this document)") } else { String::new() }
}

/// Name and seriousness of a character that cannot be seen.
fn name(c: char) -> Option<(&'static str, bool)> {
    Some(match c {
        '\u{a0}' => ("a no-break space", false),
        '\u{ad}' => ("a soft hyphen", false),
        '\u{200b}' => ("a zero-width space", true),
        '\u{200c}' | '\u{200d}' => ("a zero-width joiner", false),
        '\u{200e}' | '\u{200f}' => ("a mark of direction", false),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ("a bidirectional control", true),
        '\u{2028}' | '\u{2029}' | '\u{85}' => ("a line break that editors do not show", true),
        '\u{2060}' => ("a word joiner", true),
        '\u{feff}' => ("a byte order mark", true),
        _ => return None,
    })
}

fn invisible(source: &Source, document: &Document) -> Option<Finding> {
    let mut scalars = document.tree.as_ref().ok().map(self::scalars);
    let mut comments = Comments { rest: document.tree.as_ref().map_or(&[], |tree| tree.comments()) };
    let mut found: Option<(u32, char, &str, bool)> = None;
    let mut count = 0;
    for (at, c) in source.slice(document.span).char_indices().filter(|(_, c)| !c.is_ascii()) {
        let Some((name, serious)) = name(c) else { continue };
        if at == 0 && c == '\u{feff}' {
            continue; // where it belongs
        }
        let at = document.span.start + at as u32;
        let scalar = scalars.as_mut().and_then(|scalars| scalars.at(at));
        let style = scalar.map(Node::style);
        let quoted = matches!(style, Some(Style::Literal | Style::Folded | Style::SingleQuoted | Style::DoubleQuoted));
        // Nothing is read out of a comment, nor out of a description.
        let meant = quoted || (!serious && scalar.map_or_else(|| comments.hold(at), is_prose));
        if serious || !meant {
            found.get_or_insert((at, c, name, meant));
            count += 1;
        }
    }
    let (at, c, name, meant) = found?;
    let span = Span { start: at, end: at + c.len_utf8() as u32, ..document.span };
    let message = format!("there is {name} (U+{:04X}) here{}", c as u32, more(count));
    let severity = if meant { Severity::Info } else { Severity::Warning };
    let help = "the server takes it for part of the text (or for a line break); remove it, or write it as an escape in \
                double quotes";
    Some(syntax("invisible-character", severity, message, span).help(help))
}

/// Whether a scalar is text for people: how it is spaced is nothing to anybody.
fn is_prose(scalar: Node<'_>) -> bool {
    let path = scalar.path();
    ["description", "summary", "message", "title"].iter().any(|key| path.ends_with(&format!(".{key}")))
}

fn line_endings(chunk: Span, text: &str) -> Option<Finding> {
    let bytes = text.as_bytes();
    let (mut crlf, mut lf, mut cr) = (Ends::default(), Ends::default(), Ends::default());
    for at in memchr::memchr2_iter(b'\r', b'\n', bytes) {
        match (bytes[at], bytes.get(at + 1)) {
            (b'\r', Some(b'\n')) => crlf.add(at),
            (b'\r', _) => cr.add(at),
            _ if at > 0 && bytes[at - 1] == b'\r' => {}
            _ => lf.add(at),
        }
    }
    let at = |ends: &Ends| {
        let start = chunk.start + ends.first.unwrap_or(0) as u32;
        Span { start, end: start + 1, ..chunk }
    };
    if cr.count > 0 {
        let message = format!("a carriage return without a line feed{}", more(cr.count));
        let help = "the server treats it as the end of a line, most editors do not";
        return Some(syntax("mixed-line-endings", Severity::Info, message, at(&cr)).help(help));
    }
    let fewer = if crlf.count < lf.count { &crlf } else { &lf };
    if fewer.count == 0 {
        return None;
    }
    let message = format!("{} lines end with CRLF and {} with LF", crlf.count, lf.count);
    let help = "the server reads both as LF; tools that keep CRLF may rewrite the file";
    Some(syntax("mixed-line-endings", Severity::Info, message, at(fewer)).help(help))
}

#[derive(Default)]
struct Ends {
    count: usize,
    first: Option<usize>,
}

impl Ends {
    fn add(&mut self, at: usize) {
        self.count += 1;
        self.first.get_or_insert(at);
    }
}
