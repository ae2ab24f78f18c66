//! Text to tokens.
//!
//! In: the text of an expression. Out: its tokens with their bytes; white space and `//` comments are skipped. The
//! longest token wins, as in the ANTLR grammar of cel-go (`parser/gen/CEL.g4`).

use super::CelError;

/// What a token is; its text is the bytes it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Ident,
    EscapedIdent,
    Int,
    Uint,
    Float,
    String,
    Bytes,
    True,
    False,
    Null,
    In,
    /// An operator or a bracket; the text says which.
    Punct,
    End,
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: TokenKind,
    pub start: u32,
    pub end: u32,
}

/// Cuts the whole text into tokens; the last is [`TokenKind::End`].
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, CelError> {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0 };
    let mut out = Vec::with_capacity(text.len() / 4 + 2);
    loop {
        lexer.skip_space();
        let start = lexer.at;
        if start >= text.len() {
            out.push(Token { kind: TokenKind::End, start: start as u32, end: start as u32 });
            return Ok(out);
        }
        let (kind, len) = lexer.next().ok_or_else(|| lexer.unexpected())?;
        lexer.at += len;
        out.push(Token { kind, start: start as u32, end: lexer.at as u32 });
    }
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl Lexer<'_> {
    fn skip_space(&mut self) {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\t' | b'\r' | b'\n' | 0x0c) => self.at += 1,
                Some(b'/') if self.bytes.get(self.at + 1) == Some(&b'/') => {
                    let rest = &self.bytes[self.at..];
                    self.at += rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    fn next(&self) -> Option<(TokenKind, usize)> {
        let rest = &self.bytes[self.at..];
        let first = rest[0];
        match first {
            b'"' | b'\'' => string(rest, false).map(|len| (TokenKind::String, len)),
            b'0'..=b'9' => Some(number(rest)),
            b'.' if rest.get(1).is_some_and(u8::is_ascii_digit) => Some(number(rest)),
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => Some(prefixed_string(rest).unwrap_or_else(|| word(rest))),
            b'`' => escaped_ident(rest).map(|len| (TokenKind::EscapedIdent, len)),
            _ => punct(rest).map(|len| (TokenKind::Punct, len)),
        }
    }

    fn unexpected(&self) -> CelError {
        let found = self.text[self.at..].chars().next().unwrap_or(' ');
        let message = match found {
            '"' | '\'' => "this string is not closed, or contains an escape that CEL does not have".to_owned(),
            _ => format!("`{found}` is not allowed here"),
        };
        CelError::new(message, self.at as u32, (self.at + found.len_utf8()) as u32)
    }
}

fn word(rest: &[u8]) -> (TokenKind, usize) {
    let len = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let kind = match &rest[..len] {
        b"in" => TokenKind::In,
        b"true" => TokenKind::True,
        b"false" => TokenKind::False,
        b"null" => TokenKind::Null,
        _ => TokenKind::Ident,
    };
    (kind, len)
}

/// A string with a prefix: `r'…'`, `b'…'`, `br'…'`.
fn prefixed_string(rest: &[u8]) -> Option<(TokenKind, usize)> {
    let is = |at: usize, letters: [u8; 2]| rest.get(at).is_some_and(|b| letters.contains(b));
    let (bytes, raw) = match (is(0, *b"bB"), is(0, *b"rR"), is(1, *b"rR")) {
        (true, _, raw) => (true, raw),
        (_, true, _) => (false, true),
        _ => return None,
    };
    let prefix = usize::from(bytes) + usize::from(raw);
    let len = string(rest.get(prefix..)?, raw)?;
    Some((if bytes { TokenKind::Bytes } else { TokenKind::String }, prefix + len))
}

/// The length of a string literal at the start, quotes included.
fn string(rest: &[u8], raw: bool) -> Option<usize> {
    let quote = *rest.first().filter(|b| matches!(b, b'"' | b'\''))?;
    let triple = rest.get(1) == Some(&quote) && rest.get(2) == Some(&quote);
    let long = if triple { body(rest, 3, quote, raw) } else { None };
    long.or_else(|| body(rest, 1, quote, raw))
}

fn body(rest: &[u8], quotes: usize, quote: u8, raw: bool) -> Option<usize> {
    let mut at = quotes;
    loop {
        let byte = *rest.get(at)?;
        if byte == quote && (quotes == 1 || (rest.get(at + 1) == Some(&quote) && rest.get(at + 2) == Some(&quote))) {
            return Some(at + quotes);
        }
        if quotes == 1 && matches!(byte, b'\n' | b'\r') {
            return None;
        }
        at += if byte == b'\\' && !raw { escape(&rest[at..])? } else { 1 };
    }
}

/// The length of an escape sequence.
fn escape(rest: &[u8]) -> Option<usize> {
    let digits = |count: usize, hex: bool| {
        let text = rest.get(2..2 + count)?;
        let fits = text.iter().all(|b| if hex { b.is_ascii_hexdigit() } else { matches!(b, b'0'..=b'7') });
        fits.then_some(2 + count)
    };
    match rest.get(1)? {
        b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'"' | b'\'' | b'\\' | b'?' | b'`' => Some(2),
        b'x' | b'X' => digits(2, true),
        b'u' => digits(4, true),
        b'U' => digits(8, true),
        b'0'..=b'3' => digits(2, false),
        _ => None,
    }
}

fn number(rest: &[u8]) -> (TokenKind, usize) {
    let digits = |from: usize| rest[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let hex = rest.starts_with(b"0x").then(|| rest[2..].iter().take_while(|b| b.is_ascii_hexdigit()).count());
    if let Some(count @ 1..) = hex {
        let unsigned = rest.get(2 + count).is_some_and(|b| matches!(b, b'u' | b'U'));
        return (if unsigned { TokenKind::Uint } else { TokenKind::Int }, 2 + count + usize::from(unsigned));
    }
    let mut len = digits(0);
    let mut float = false;
    if rest.get(len) == Some(&b'.') && rest.get(len + 1).is_some_and(u8::is_ascii_digit) {
        len += 1 + digits(len + 1);
        float = true;
    }
    if matches!(rest.get(len), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(rest.get(len + 1), Some(b'+' | b'-')));
        if rest.get(len + 1 + sign).is_some_and(u8::is_ascii_digit) {
            len += 1 + sign + digits(len + 1 + sign);
            float = true;
        }
    }
    if float {
        return (TokenKind::Float, len);
    }
    let unsigned = rest.get(len).is_some_and(|b| matches!(b, b'u' | b'U'));
    (if unsigned { TokenKind::Uint } else { TokenKind::Int }, len + usize::from(unsigned))
}

fn escaped_ident(rest: &[u8]) -> Option<usize> {
    let inner = rest[1..].iter().take_while(|b| b.is_ascii_alphanumeric() || b"_.-/ ".contains(b)).count();
    (inner > 0 && rest.get(1 + inner) == Some(&b'`')).then_some(inner + 2)
}

fn punct(rest: &[u8]) -> Option<usize> {
    if [&b"=="[..], b"!=", b"<=", b">=", b"&&", b"||"].iter().any(|p| rest.starts_with(p)) {
        return Some(2);
    }
    b"<>[]{}().,-!?:+*/%".contains(&rest[0]).then_some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(TokenKind, &str)> {
        let tokens = tokens(text).expect("tokens");
        tokens.iter().map(|t| (t.kind, &text[t.start as usize..t.end as usize])).collect()
    }

    #[test]
    fn the_longest_token_wins() {
        use TokenKind::*;
        assert_eq!(texts("1.size() 1.5e3 1e 0x1fu")[..3], [(Int, "1"), (Punct, "."), (Ident, "size")]);
        assert_eq!(
            texts("index in r'\\d' br\"x\""),
            [(Ident, "index"), (In, "in"), (String, "r'\\d'"), (Bytes, "br\"x\""), (End, "")]
        );
        assert_eq!(texts("'''a'b''' // c\n''")[..2], [(String, "'''a'b'''"), (String, "''")]);
    }

    #[test]
    fn bad_characters_and_strings_are_errors() {
        for text in ["$x", "'a", "'\\q'", "a = b", "\"a\nb\"", "ü", "a & b", "\\"] {
            assert!(tokens(text).is_err(), "{text}");
        }
    }
}
