//! Keys and values inside a text.
//!
//! In: a line, or a whole value such as a connection string. Out: every pair `key=value`, `key: value`, `"key": "value"`,
//! `<key>value</key>` or `--key value` in it whose key may name a secret, in one pass.

use super::names::may_name_secret;

/// No value is looked at further than this.
const MAX_VALUE: usize = 512;

/// A key and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair<'a> {
    pub key: &'a str,
    pub value: &'a str,
    /// The value stands in quotes.
    pub quoted: bool,
    /// `=`, `:`, `>` for an element, or a space.
    pub by: u8,
    /// Nothing but a comma, a comment or the like follows in the line.
    pub last: bool,
    /// The value is the name of a variable of a program: what an object or a call is given.
    pub variable: bool,
}

/// The pairs of a text whose keys may name a secret.
pub(super) fn pairs(text: &str) -> impl Iterator<Item = Pair<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some((start, end)) = next_key(text.as_bytes(), at) {
            at = end;
            let key = text[start..end].trim_matches(['-', '.']);
            let pair = is_key(key).then(|| pair(text, start, end)).flatten();
            if pair.is_some() {
                return pair.map(|pair| Pair { key, ..pair });
            }
        }
        None
    })
}

fn is_key(key: &str) -> bool {
    key.len() > 2 && key.len() < 100 && (may_name_secret(key) || matches!(key, "auth" | "sig"))
}

/// The next run of what keys consist of.
fn next_key(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let of_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let start = from + bytes.get(from..)?.iter().position(of_key)?;
    let length = bytes[start..].iter().take_while(|byte| of_key(byte)).count();
    Some((start, start + length))
}

/// What follows a key.
fn pair(text: &str, start: usize, end: usize) -> Option<Pair<'_>> {
    let bytes = text.as_bytes();
    let before = start.checked_sub(1).map(|at| bytes[at]);
    let quote = before.filter(|byte| matches!(byte, b'"' | b'\''));
    let mut at = end;
    if quote.is_some() && bytes.get(at) == quote.as_ref() {
        at += 1;
    } else if quote.is_some() && bytes.get(at) == Some(&b'\\') && bytes.get(at + 1) == quote.as_ref() {
        at += 2;
    }
    let spaces = blanks(bytes, at);
    at += spaces;
    let by = *bytes.get(at)?;
    match by {
        b':' if quote.is_none() && spaces > 0 && is_psql(text, start, at) => return None,
        b'=' | b':' => {
            at += 1;
            // Comparisons, matchers of labels, `=>` and `:=`.
            match bytes.get(at) {
                Some(b'~' | b':') => return None,
                Some(b'=') if by == b'=' => return None,
                Some(b'=' | b'>') => at += 1,
                _ => {}
            }
            at += blanks(bytes, at);
        }
        b'>' if before == Some(b'<') => at += 1,
        // An option, or a statement of SQL.
        _ if spaces > 0 && (text[start..end].starts_with("--") && by != b'-' || by == b'\'') => {
            return value(text, at).map(|pair| Pair { by: b' ', ..pair });
        }
        _ => return None,
    }
    value(text, at).map(|pair| Pair { by, variable: pair.variable && by == b':', ..pair })
}

/// Whether the colon behind a key begins a variable of psql: `ALTER ROLE r PASSWORD :'pw'`.
fn is_psql(text: &str, key: usize, colon: usize) -> bool {
    let begins = |c: char| matches!(c, '\'' | '"' | '_') || c.is_ascii_alphabetic();
    let before = text[..key].trim_end_matches([' ', '\t']);
    let follows = before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '"');
    text[colon + 1..].starts_with(begins) && (follows || text[key..].starts_with("PASSWORD"))
}

fn blanks(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).map_or(0, |rest| rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count())
}

/// The value that begins there.
fn value(text: &str, at: usize) -> Option<Pair<'_>> {
    let bytes = text.as_bytes();
    let first = *bytes.get(at)?;
    // `password:  # empty by default`
    if first == b'#' && at > 0 && matches!(bytes[at - 1], b' ' | b'\t') {
        return None;
    }
    // Inside a text that is quoted itself, quotes are escaped.
    let escaped = first == b'\\' && matches!(bytes.get(at + 1), Some(b'"'));
    let tripled = bytes.get(at..at + 3) == Some(&[first; 3]);
    let (start, quote) = match first {
        b'"' | b'\'' if tripled => (at + 3, Some(first)),
        b'"' | b'\'' => (at + 1, Some(first)),
        _ if escaped => (at + 2, Some(b'\\')),
        _ => (at, None),
    };
    let ends = |byte: &u8| match quote {
        Some(quote) => *byte == quote,
        None => byte.is_ascii_whitespace() || b";&,\"'|<>`".contains(byte),
    };
    let rest = bytes.get(start..)?;
    let length = rest.iter().take(MAX_VALUE).position(ends).unwrap_or(rest.len().min(MAX_VALUE));
    let value = text.get(start..start + length)?;
    let tail = text.get(start + length..)?.lines().next().unwrap_or_default();
    let variable = quote.is_none() && tail.trim_end() == "," && is_variable(value);
    let tail = tail.trim_start_matches(['"', '\'', '\\', ',', ';', '}', ']', ')', '\r']).trim_start();
    let last = tail.is_empty() || tail.starts_with(['#', '}', ']', ')']) || tail.starts_with("//");
    Some(Pair { key: "", value, quoted: quote.is_some(), by: b' ', last, variable })
}

/// `token`, `config.password`.
fn is_variable(value: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    value.split('.').all(|name| part(name.trim_end_matches(['?', '!'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, &str, bool, bool)> {
        pairs(text).map(|pair| (pair.key, pair.value, pair.quoted, pair.last)).collect()
    }

    #[test]
    fn pairs_are_found_in_what_people_write() {
        assert_eq!(found("db.password=a1b2 # why"), [("db.password", "a1b2", false, true)]);
        assert_eq!(found("Server=db;Password=a1b2;Pool=3"), [("Password", "a1b2", false, false)]);
        assert_eq!(found(r#"{"user": "x", "password": "a b"}"#), [("password", "a b", true, true)]);
        assert_eq!(found("<password>a1b2</password>"), [("password", "a1b2", false, false)]);
        assert_eq!(found("run --password a1b2 --v"), [("password", "a1b2", false, false)]);
        assert_eq!(found("ALTER ROLE r PASSWORD 'x1';"), [("PASSWORD", "x1", true, true)]);
        assert_eq!(found("ALTER ROLE r LOGIN PASSWORD :'pw';"), []);
        assert_eq!(found("CREATE USER r PASSWORD :pw;"), []);
        assert_eq!(found("password:  #empty by default"), []);
        assert_eq!(found("password=#a1b2"), [("password", "#a1b2", false, true)]);
        assert_eq!(found("password :'pw'"), [("password", "pw", true, true)]);
        assert_eq!(found("if token == 'a': token=~\"b\""), []);
        let variable = |text: &str| pairs(text).any(|pair| pair.variable);
        assert!(variable("  password: token,") && variable("  password: config.x,"));
        assert!(!variable("  password: token") && !variable("  password: 'token',") && !variable("  password=token,"));
        assert_eq!(found(r#""{\"password\":\"a1\"}""#), [("password", "a1", true, true)]);
    }
}
