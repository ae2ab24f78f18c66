//! Upper and lower case, words.
//!
//! In: texts. Out: texts; where each character keeps its length, the bytes keep their origins.

use super::super::template::arguments::{int, text};
use super::super::template::{CallResult, Function, Machine, Text, TextBuilder, Type, Value};
use super::fixed;
use Type::{Int, String as Str};

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "upper" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |s| s.chars().map(upper).collect())),
        "lower" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |s| s.chars().map(lower).collect())),
        "title" => fixed(&[Str], |m, a| whole(m, &text(a, 0), title)),
        "untitle" => fixed(&[Str], |m, a| whole(m, &text(a, 0), untitle)),
        "swapcase" => fixed(&[Str], |m, a| whole(m, &text(a, 0), swap)),
        "nospace" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |s| bytes_where(s, |c| !c.is_whitespace()))),
        "initials" => fixed(&[Str], |m, a| whole(m, &text(a, 0), initials)),
        "snakecase" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |s| snake(s, '_'))),
        "kebabcase" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |s| snake(s, '-'))),
        "camelcase" => fixed(&[Str], |m, a| whole(m, &text(a, 0), camel)),
        "abbrev" => fixed(&[Int, Str], |_, a| {
            let (width, full) = (int(a, 0), text(a, 1));
            if width < 4 { Ok(Value::text(full)) } else { Ok(Value::text(abbreviate(&full, 0, width))) }
        }),
        "abbrevboth" => fixed(&[Int, Int, Str], |_, a| {
            let (left, right, full) = (int(a, 0), int(a, 1), text(a, 2));
            let as_is = right < 4 || left > 0 && right < 7;
            if as_is { Ok(Value::text(full)) } else { Ok(Value::text(abbreviate(&full, left, right))) }
        }),
        _ => None,
    }
}

/// One character for one, as Go's `unicode.ToUpper` has it.
fn upper(c: char) -> char {
    let mut all = c.to_uppercase();
    match (all.next(), all.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// A text changed as a whole; where its length stays, each piece keeps its origin.
fn whole(machine: &mut Machine, text: &Text, change: impl Fn(&str) -> String) -> CallResult {
    let changed = change(&text.str());
    let mut out = TextBuilder::default();
    if changed.len() == text.len() {
        let mut at = 0;
        for piece in text.pieces().iter() {
            out.push(&changed.as_bytes()[at..piece.end as usize], piece.mark);
            at = piece.end as usize;
        }
    } else {
        let mark = text.mark(&mut machine.marks);
        out.push(changed, mark);
    }
    Ok(Value::text(out.finish()))
}

/// Go's `strings.Title`: a letter behind anything that is no letter, digit, underscore or non-ASCII punctuation.
fn title(text: &str) -> String {
    let mut before = ' ';
    text.chars()
        .map(|c| {
            let starts = separates(before);
            before = c;
            if starts { upper(c) } else { c }
        })
        .collect()
}

fn separates(c: char) -> bool {
    if c.is_ascii() {
        return !(c.is_ascii_alphanumeric() || c == '_');
    }
    !c.is_alphanumeric() && c.is_whitespace()
}

fn untitle(text: &str) -> String {
    let mut starts = true;
    text.chars()
        .map(|c| {
            if c.is_whitespace() {
                starts = true;
                return c;
            }
            if std::mem::take(&mut starts) { lower(c) } else { c }
        })
        .collect()
}

fn swap(text: &str) -> String {
    let mut blank = true;
    text.chars()
        .map(|c| {
            if c.is_uppercase() {
                blank = false;
                lower(c)
            } else if c.is_lowercase() {
                blank = false;
                upper(c)
            } else {
                blank = c.is_whitespace();
                c
            }
        })
        .collect()
}

/// goutils reads bytes as characters: what is not ASCII comes out as Latin-1.
fn bytes_where(text: &str, keep: impl Fn(char) -> bool) -> String {
    let all: Vec<char> = text.bytes().map(char::from).collect();
    if all.iter().all(|c| keep(*c)) {
        return text.to_owned();
    }
    all.into_iter().filter(|c| keep(*c)).collect()
}

fn initials(text: &str) -> String {
    let mut gap = true;
    let mut out = String::new();
    for c in text.bytes().map(char::from) {
        if c.is_whitespace() {
            gap = true;
        } else if std::mem::take(&mut gap) {
            out.push(c);
        }
    }
    out
}

fn abbreviate(text: &Text, offset: i64, width: i64) -> Text {
    let len = text.len() as i64;
    if len <= width {
        return text.clone();
    }
    let mut offset = offset.min(len);
    if len - offset < width - 3 {
        offset = len - (width - 3);
    }
    let mut out = TextBuilder::default();
    let dots = "...";
    if offset <= 4 {
        out.slice(text, 0, (width - 3) as usize);
        out.push(dots, super::super::template::Mark::NONE);
        return out.finish();
    }
    if width < 7 {
        return Text::plain("");
    }
    out.push(dots, super::super::template::Mark::NONE);
    if offset + width - 3 < len {
        let rest = text.slice(offset as usize, text.len());
        // The inner abbreviation gives nothing where it has less than four columns.
        if width - 3 >= 4 {
            out.text(&abbreviate(&rest, 0, width - 3));
        }
    } else {
        out.slice(text, (len - (width - 3)) as usize, text.len());
    }
    out.finish()
}

fn connects(c: char) -> bool {
    c == '-' || c == '_' || c.is_whitespace()
}

/// xstrings' upper camel case.
fn camel(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    while at < chars.len() && connects(chars[at]) {
        out.push(chars[at]);
        at += 1;
    }
    if at >= chars.len() {
        return out;
    }
    let mut current = upper(chars[at]);
    for &next in &chars[at + 1..] {
        let before = current;
        current = next;
        if connects(current) && connects(before) {
            out.push(before);
        } else if connects(before) {
            current = upper(current);
        } else {
            out.push(before);
        }
    }
    out.push(current);
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    None,
    Number,
    Upper,
    Alphabet,
    Connector,
    Punctuation,
    Other,
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() && !matches!(c, '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~')
}

fn is_alphabet(c: char) -> bool {
    c.is_alphabetic() && (c.is_uppercase() || c.is_lowercase())
}

fn run(text: &str, goes_on: impl Fn(char) -> bool) -> usize {
    text.find(|c| !goes_on(c)).unwrap_or(text.len())
}

/// The first word of a text, of what kind, and the rest.
fn next_word(text: &str) -> (Word, &str, &str) {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return (Word::None, "", "") };
    let second = chars.next();
    let size = first.len_utf8();
    let (kind, len) = if connects(first) {
        (Word::Connector, run(text, connects))
    } else if is_punctuation(first) {
        (Word::Punctuation, run(text, is_punctuation))
    } else if first.is_uppercase() {
        match second {
            Some(c) if c.is_uppercase() => {
                let len = run(text, char::is_uppercase);
                let last = text[..len].chars().next_back().map_or(0, char::len_utf8);
                // In `HTTPStatus` the S belongs to the next word.
                let next = text[len..].chars().next().is_some_and(is_alphabet);
                (Word::Upper, if next { len - last } else { len })
            }
            Some(c) if is_alphabet(c) => {
                (Word::Upper, size + run(&text[size..], |c| is_alphabet(c) && !c.is_uppercase()))
            }
            _ => (Word::Upper, size),
        }
    } else if is_alphabet(first) {
        (Word::Alphabet, run(text, |c| is_alphabet(c) && !c.is_uppercase()))
    } else if first.is_numeric() {
        (Word::Number, run(text, char::is_numeric))
    } else {
        let other = |c: char| !(connects(c) || is_alphabet(c) || c.is_numeric() || is_punctuation(c));
        (Word::Other, run(text, other).max(size))
    };
    (kind, &text[..len], &text[len..])
}

fn put(out: &mut String, kind: Word, word: &str, connector: char) {
    if kind != Word::Upper && kind != Word::Connector {
        out.push_str(word);
        return;
    }
    out.extend(word.chars().map(|c| if connects(c) { connector } else { lower(c) }));
}

/// xstrings' snake and kebab case.
fn snake(text: &str, connector: char) -> String {
    let mut out = String::new();
    let (mut kind, mut word, mut rest) = next_word(text);
    while !rest.is_empty() {
        if kind != Word::Connector {
            put(&mut out, kind, word, connector);
        }
        let (before, last) = (kind, word);
        (kind, word, rest) = next_word(rest);
        match before {
            Word::Number => {
                while matches!(kind, Word::Alphabet | Word::Number) {
                    put(&mut out, kind, word, connector);
                    (kind, word, rest) = next_word(rest);
                }
                if !matches!(kind, Word::None | Word::Punctuation | Word::Connector) {
                    out.push(connector);
                }
            }
            Word::Connector => put(&mut out, before, last, connector),
            Word::Punctuation => {}
            _ if kind != Word::Number => {
                if !matches!(kind, Word::Connector | Word::Punctuation) {
                    out.push(connector);
                }
            }
            _ if rest.is_empty() => {}
            _ => {
                let number = word;
                (kind, word, rest) = next_word(rest);
                if kind == Word::Alphabet {
                    out.push(connector);
                }
                put(&mut out, Word::Number, number, connector);
                if kind == Word::Alphabet {
                    while matches!(kind, Word::Alphabet | Word::Number) {
                        put(&mut out, kind, word, connector);
                        (kind, word, rest) = next_word(rest);
                    }
                }
                if !matches!(kind, Word::None | Word::Connector | Word::Punctuation) {
                    out.push(connector);
                }
            }
        }
    }
    put(&mut out, kind, word, connector);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart_as_xstrings_does() {
        for (text, want) in [
            ("FirstName", "first_name"),
            ("HTTPServer", "http_server"),
            ("GO PATH", "go_path"),
            ("http2xx", "http_2xx"),
            ("Duration2m3s", "duration_2m3s"),
            ("Bld4Floor3rd", "bld4_floor_3rd"),
        ] {
            assert_eq!(snake(text, '_'), want);
        }
        assert_eq!(camel("http_server"), "HttpServer");
        assert_eq!(title("it's a 2nd"), "It'S A 2nd");
    }
}
