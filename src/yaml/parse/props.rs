//! Anchors, aliases, tags and directives.
//!
//! In: a cursor on `&`, `*`, `!` or `%`. Out: names and tags. Tags are told apart only as far as go-yaml resolves
//! scalars by them.

use super::chars::is_blank;
use super::cursor::Cursor;
use super::error::{Fail, fail};

/// What a tag asks of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    Str,
    Int,
    Float,
    Bool,
    Null,
    Timestamp,
    Binary,
    Merge,
    /// `!` alone.
    NonSpecific,
    /// Any other: the text stays a string.
    Other,
}

/// A tag as written: the handle's end and the decoded suffix.
#[derive(Debug, Clone)]
pub(crate) struct RawTag {
    pub start: usize,
    pub end: usize,
    /// `!`, `!!`, `!name!`, or nothing for a verbatim tag.
    pub handle: String,
    pub suffix: String,
}

/// The prefixes that `%TAG` directives set.
#[derive(Debug, Default)]
pub(crate) struct Handles(Vec<(String, String)>);

const CORE: &str = "tag:yaml.org,2002:";

impl Handles {
    /// Adds what a directive says; gives whether the handle is new.
    pub(crate) fn add(&mut self, handle: String, prefix: String) -> bool {
        let fresh = self.0.iter().all(|(known, _)| *known != handle);
        self.0.push((handle, prefix));
        fresh
    }

    /// What a tag means.
    ///
    /// # Errors
    /// A handle that no directive made known.
    pub(crate) fn resolve(&self, tag: &RawTag) -> Result<Tag, Fail> {
        let declared = self.0.iter().find(|(handle, _)| *handle == tag.handle).map(|(_, prefix)| prefix.as_str());
        let prefix = match (declared, tag.handle.as_str()) {
            (Some(prefix), _) => prefix,
            (None, "") => "",
            (None, "!") => "!",
            (None, "!!") => CORE,
            (None, handle) => return fail(format!("no %TAG directive explains `{handle}`"), tag.start, tag.end),
        };
        Ok(meaning(&format!("{prefix}{}", tag.suffix)))
    }
}

fn meaning(tag: &str) -> Tag {
    if tag == "!" {
        return Tag::NonSpecific;
    }
    match tag.strip_prefix(CORE) {
        Some("str") => Tag::Str,
        Some("int") => Tag::Int,
        Some("float") => Tag::Float,
        Some("bool") => Tag::Bool,
        Some("null") => Tag::Null,
        Some("timestamp") => Tag::Timestamp,
        Some("binary") => Tag::Binary,
        Some("merge") => Tag::Merge,
        _ => Tag::Other,
    }
}

/// Scans the name of an anchor or alias; the cursor is on its indicator.
///
/// # Errors
/// No name, or a character that cannot end one.
pub(crate) fn name(cursor: &mut Cursor<'_>) -> Result<(usize, usize), Fail> {
    let indicator = cursor.pos;
    let (start, end) = (indicator + 1, cursor.name_end(indicator + 1));
    let ends = cursor.is_blankz(end) || matches!(cursor.at(end), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
    if start == end || !ends {
        let what = if cursor.at(indicator) == b'*' { "an alias" } else { "an anchor" };
        let shown = cursor.at(indicator) as char;
        let message = format!(
            "`{shown}` begins {what}, whose name has only letters, digits, `-` and `_`; quote the text if it is not meant as one"
        );
        return fail(message, indicator, end + usize::from(cursor.at(end).is_ascii_graphic()));
    }
    cursor.pos = end;
    Ok((start, end))
}

/// Scans a tag; the cursor is on its `!`.
///
/// # Errors
/// What is no tag.
pub(crate) fn tag(cursor: &mut Cursor<'_>) -> Result<RawTag, Fail> {
    let start = cursor.pos;
    let (mut handle, mut suffix) = (String::new(), String::new());
    if cursor.at(start + 1) == b'<' {
        cursor.pos += 2;
        if !uri(cursor, &mut suffix)? || cursor.here() != b'>' {
            return fail("a tag that begins with `!<` ends with `>`", start, cursor.pos + 1);
        }
        cursor.pos += 1;
    } else {
        handle = take_handle(cursor);
        if handle.len() > 1 && handle.ends_with('!') {
            if !uri(cursor, &mut suffix)? {
                return fail("a tag needs a name after its handle", start, cursor.pos);
            }
        } else {
            suffix.push_str(&handle[1..]);
            uri(cursor, &mut suffix)?;
            handle.truncate(1);
            if suffix.is_empty() {
                std::mem::swap(&mut handle, &mut suffix);
            }
        }
    }
    if !cursor.is_blankz(cursor.pos) {
        let message = "`!` begins a tag, which cannot contain this; quote the text if it is not meant as one";
        return fail(message, cursor.pos, cursor.pos + 1);
    }
    Ok(RawTag { start, end: cursor.pos, handle, suffix })
}

/// `!`, then a name, then `!` if there is one.
fn take_handle(cursor: &mut Cursor<'_>) -> String {
    let start = cursor.pos;
    cursor.pos = cursor.name_end(start + 1);
    if cursor.here() == b'!' {
        cursor.pos += 1;
    }
    cursor.text[start..cursor.pos].to_owned()
}

/// Appends the characters of an URI; gives whether there were any.
fn uri(cursor: &mut Cursor<'_>, out: &mut String) -> Result<bool, Fail> {
    let start = cursor.pos;
    loop {
        match cursor.here() {
            b'%' => escapes(cursor, out)?,
            byte if byte.is_ascii_alphanumeric() || b"_-;/?:@&=+$,.!~*'()[]".contains(&byte) => {
                out.push(byte as char);
                cursor.pos += 1;
            }
            _ => return Ok(cursor.pos > start),
        }
    }
}

/// Decodes the `%xx` of one character.
fn escapes(cursor: &mut Cursor<'_>, out: &mut String) -> Result<(), Fail> {
    let start = cursor.pos;
    let mut bytes = Vec::new();
    let mut width = 1;
    while bytes.len() < width {
        let digit = |offset| (cursor.at(offset) as char).to_digit(16);
        let (b'%', Some(high), Some(low)) = (cursor.here(), digit(cursor.pos + 1), digit(cursor.pos + 2)) else {
            return fail("`%` in a tag takes two hexadecimal digits", start, cursor.pos + 1);
        };
        let octet = (high << 4 | low) as u8;
        if bytes.is_empty() {
            width = match octet {
                0x00..0x80 => 1,
                0xc0..0xe0 => 2,
                0xe0..0xf0 => 3,
                0xf0..0xf8 => 4,
                _ => return fail("this is not a valid UTF-8 character", start, cursor.pos + 3),
            };
        } else if octet & 0xc0 != 0x80 {
            return fail("this is not a valid UTF-8 character", start, cursor.pos + 3);
        }
        bytes.push(octet);
        cursor.pos += 3;
    }
    out.push_str(&String::from_utf8_lossy(&bytes));
    Ok(())
}

/// A directive.
#[derive(Debug)]
pub(crate) enum Directive {
    /// `%YAML major.minor`
    Version(u8, u8),
    /// `%TAG handle prefix`
    Tag(String, String),
}

/// Scans a directive and its line; the cursor is on the `%`.
///
/// # Errors
/// What is neither `%YAML` nor `%TAG`, or is followed by something.
pub(crate) fn directive(cursor: &mut Cursor<'_>) -> Result<Directive, Fail> {
    let start = cursor.pos;
    let end = cursor.name_end(start + 1);
    let name = &cursor.text[(start + 1).min(cursor.text.len())..end];
    if !matches!(name, "YAML" | "TAG") || !cursor.is_blankz(end) {
        let message = "`%` at the start of a line begins a directive, but there is none with this name";
        return fail(message, start, end.max(start + 1));
    }
    cursor.pos = end;
    cursor.skip_blanks();
    let directive = if name == "YAML" { version(cursor)? } else { tag_directive(cursor)? };
    cursor.skip_blanks();
    if cursor.here() == b'#' {
        cursor.pos = cursor.line_end(cursor.pos);
    }
    match cursor.break_len(cursor.pos) {
        0 if cursor.here() != 0 => {
            return fail("only a comment may follow a directive", cursor.pos, cursor.line_end(cursor.pos));
        }
        0 => {}
        len => {
            cursor.take_break(len);
        }
    }
    Ok(directive)
}

fn version(cursor: &mut Cursor<'_>) -> Result<Directive, Fail> {
    let major = version_number(cursor)?;
    if cursor.here() != b'.' {
        return fail("a version has the form `1.1`", cursor.pos, cursor.pos + 1);
    }
    cursor.pos += 1;
    Ok(Directive::Version(major, version_number(cursor)?))
}

fn version_number(cursor: &mut Cursor<'_>) -> Result<u8, Fail> {
    let start = cursor.pos;
    while cursor.here().is_ascii_digit() && cursor.pos < start + 3 {
        cursor.pos += 1;
    }
    let digits = cursor.text.get(start..cursor.pos).unwrap_or("");
    match digits.parse() {
        Ok(number) if digits.len() <= 2 => Ok(number),
        _ => fail("a version has the form `1.1`", start, cursor.pos + 1),
    }
}

fn tag_directive(cursor: &mut Cursor<'_>) -> Result<Directive, Fail> {
    let start = cursor.pos;
    let wrong = |at| fail("a %TAG directive has the form `%TAG !name! prefix`", start, at);
    if cursor.here() != b'!' {
        return wrong(start + 1);
    }
    let handle = take_handle(cursor);
    if (handle.len() > 1 && !handle.ends_with('!')) || !is_blank(cursor.here()) {
        return wrong(cursor.pos);
    }
    cursor.skip_blanks();
    let mut prefix = String::new();
    if !uri(cursor, &mut prefix)? || !cursor.is_blankz(cursor.pos) {
        return wrong(cursor.pos);
    }
    Ok(Directive::Tag(handle, prefix))
}
