//! Text from strangers, made fit to be shown.
//!
//! In: names, messages and source text that may hold what a terminal, a CI log or a reader's eye takes for something
//! else. Out: the same text with such characters written out (`\u{1b}`, `\n`) and of a bounded length. Characters that
//! scripts and emoji need (combining marks, joiners and variation selectors in their places) stay as they are.

mod json;
mod shown;

use std::borrow::Cow;
use std::fmt::Write;

pub use json::Json;
pub use shown::Shown;

/// Most characters of a value that a message quotes.
const MAX_QUOTED: usize = 120;
/// Most characters of a word in a message: a pattern of the server's, a link.
const MAX_WORD: usize = 300;
/// Most bytes of a message, a help text or a path.
pub const MAX_MESSAGE: usize = 4096;
/// Most bytes of a name of an object, a key or a kind: more than any of them may have in Kubernetes.
const MAX_NAME: usize = 400;

/// What CI systems take for a command behind `##`, anywhere in a line of a log: GitHub and Azure, Azure, TeamCity.
const COMMANDS: [&str; 3] = ["[", "vso[", "teamcity["];

/// How a text is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One line: line breaks and tabs are written out.
    Line,
    /// A text of several lines: line breaks and tabs stay.
    Block,
}

/// A text as a part of one line.
pub fn line(text: &str) -> Cow<'_, str> {
    escape(text, Form::Line)
}

/// A text of several lines, whose own line breaks and tabs stay; no line begins as a command of GitHub's.
pub fn block(text: &str) -> Cow<'_, str> {
    if !text.contains("::") {
        return escape(text, Form::Block);
    }
    let lines = text.split_inclusive('\n').map(|line| start(&escape(line, Form::Block)).into_owned());
    Cow::Owned(lines.collect())
}

/// A text that begins a line: GitHub takes a line for a command where `::` is the first thing in it but white space.
pub fn start(text: &str) -> Cow<'_, str> {
    match text.trim_start().strip_prefix("::") {
        Some(rest) => {
            let blank = &text[..text.len() - rest.len() - "::".len()];
            Cow::Owned(format!("{blank}\\u{{3a}}:{rest}"))
        }
        None => Cow::Borrowed(text),
    }
}

fn escape(text: &str, form: Form) -> Cow<'_, str> {
    // Nearly every text is plain: a look at the bytes tells.
    if !text.bytes().any(|byte| byte < b' ' || byte == b'#' || byte >= 0x7f) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::new();
    let mut copied = 0;
    for (at, c, before) in with_neighbour(text) {
        let stays = form == Form::Block && is_layout(c, &text[at..]);
        if !stays && is_deceptive(c, before, &text[at + c.len_utf8()..]) {
            escaped.push_str(&text[copied..at]);
            push(&mut escaped, c);
            copied = at + c.len_utf8();
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    escaped.push_str(&text[copied..]);
    Cow::Owned(escaped)
}

/// The characters of a text, each with its place and the one before it.
fn with_neighbour(text: &str) -> impl Iterator<Item = (usize, char, Option<char>)> {
    let before = std::iter::once(None).chain(text.chars().map(Some));
    text.char_indices().zip(before).map(|((at, c), before)| (at, c, before))
}

/// Whether a character, which `rest` begins with, only lays out a text: a tab or a line break.
fn is_layout(c: char, rest: &str) -> bool {
    matches!(c, '\n' | '\t') || rest.starts_with("\r\n")
}

/// Appends a character, written out.
fn push(text: &mut String, c: char) {
    match c {
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        // Writing to a string does not fail.
        _ => drop(write!(text, "\\u{{{:x}}}", u32::from(c))),
    }
}

/// Whether a character must not be shown as it is, between the one before it and the text behind it.
fn is_deceptive(c: char, before: Option<char>, after: &str) -> bool {
    match c {
        ' '..='~' => c == '#' && before == Some('#') && COMMANDS.iter().any(|rest| after.starts_with(rest)),
        // Joiners, and the selectors of a variant, belong to scripts and emoji; elsewhere nobody sees them.
        '\u{200c}' | '\u{200d}' => {
            let next = after.chars().next().filter(|&next| !is_selector(next));
            !(before.is_some_and(is_written) && next.is_some_and(is_written))
        }
        _ if is_selector(c) => {
            let keycap = after.starts_with('\u{20e3}');
            !keycap && !before.is_some_and(|before| is_written(before) && !is_selector(before))
        }
        _ => is_unseen(c),
    }
}

/// Whether a character beyond ASCII shows, by itself or by how the one before it looks.
fn is_written(c: char) -> bool {
    !c.is_ascii() && !is_unseen(c)
}

/// Selectors of a variant of the character before them.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180d}' | '\u{180f}')
}

/// Whether a character moves the cursor, turns the direction, breaks the line, or shows nothing at all: control
/// characters, separators of lines, formatting characters, fillers, tags.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
        || (matches!(c, '\u{e0000}'..='\u{e0fff}') && !is_selector(c))
}

/// A text of at most so many bytes: what is too long loses its middle to an ellipsis.
pub fn bounded(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    let (mut head, mut tail) = (most * 2 / 3, text.len() - most / 4);
    while !text.is_char_boundary(head) {
        head -= 1;
    }
    while !text.is_char_boundary(tail) {
        tail += 1;
    }
    Cow::Owned(format!("{}…{}", &text[..head], &text[tail..]))
}

/// A name of an object, a key or a kind, of a bounded length.
pub fn name(text: &str) -> Cow<'_, str> {
    bounded(text, MAX_NAME)
}

/// A message of a bounded length, and so are the values in it: what stands between backticks, and single words.
pub fn message(text: String) -> String {
    if text.len() <= MAX_QUOTED {
        return text;
    }
    // A value may hold backticks itself: then what stands between them is quoted, or is words.
    let part = |(index, part)| if index % 2 == 1 { cut(part, MAX_QUOTED) } else { words(part) };
    let parts: Vec<_> = text.split('`').enumerate().map(part).collect();
    bounded(&parts.join("`"), MAX_MESSAGE).into_owned()
}

/// A text without words that are too long.
fn words(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_WORD {
        return Cow::Borrowed(text);
    }
    let words: Vec<_> = text.split(' ').map(|word| cut(word, MAX_WORD)).collect();
    Cow::Owned(words.join(" "))
}

/// A text of at most so many characters, an ellipsis included.
fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most || text.chars().nth(most).is_none() {
        return Cow::Borrowed(text);
    }
    let end = text.char_indices().nth(most - 1).map_or(text.len(), |(at, _)| at);
    Cow::Owned(format!("{}…", &text[..end]))
}

#[cfg(test)]
mod tests;
