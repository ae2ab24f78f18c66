//! From the text of a template to its tokens.
//!
//! In: the text. Out: [`Token`]s with their offsets, white space trimmed beside `{{-` and `-}}`; or why Go's lexer
//! refuses the text.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text outside of actions.
    Text,
    /// `{{`
    Open,
    /// `}}`
    Close,
    /// White space in an action.
    Space,
    /// A name that is no keyword.
    Identifier,
    /// `.Name`
    Field,
    /// `$name`
    Variable,
    /// `.`
    Dot,
    /// `true`, `false`
    Bool,
    /// `nil`
    Nil,
    /// A number.
    Number,
    /// `'a'`
    Character,
    /// `"text"`
    String,
    /// A text in back quotes.
    RawString,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    /// `|`
    Pipe,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `,` and any other character.
    Char,
    /// `if`, `range` and the like.
    Keyword,
    /// The end.
    End,
}

/// A token: what, and which bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Why a text could not be taken apart, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexError {
    /// In Go's words.
    pub message: String,
    /// Offset.
    pub at: usize,
}

const KEYWORDS: [&str; 10] = ["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"];

/// All tokens of a text, the end included.
///
/// # Errors
/// Where the text is no template.
pub fn lex(text: &str) -> Result<Vec<Token>, LexError> {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, parens: 0, tokens: Vec::new() };
    lexer.texts()?;
    lexer.push(Kind::End, text.len(), text.len());
    Ok(lexer.tokens)
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    parens: usize,
    tokens: Vec<Token>,
}

type Done = Result<(), LexError>;

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

impl Lexer<'_> {
    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.tokens.push(Token { kind, start, end });
    }

    fn fail(&self, message: impl Into<String>, at: usize) -> Done {
        Err(LexError { message: message.into(), at })
    }

    fn texts(&mut self) -> Done {
        let mut trim = false;
        while self.at < self.bytes.len() {
            let mut start = self.at;
            let open = memchr::memmem::find(&self.bytes[start..], b"{{").map(|offset| start + offset);
            let mut end = open.unwrap_or(self.bytes.len());
            if trim {
                start += self.bytes[start..end].iter().take_while(|b| is_space(**b)).count();
            }
            let left = open.is_some_and(|open| {
                self.bytes.get(open + 2) == Some(&b'-') && self.bytes.get(open + 3).copied().is_some_and(is_space)
            });
            if left {
                end -= self.bytes[start..end].iter().rev().take_while(|b| is_space(**b)).count();
            }
            if start < end {
                self.push(Kind::Text, start, end);
            }
            let Some(open) = open else {
                self.at = self.bytes.len();
                return Ok(());
            };
            self.at = open + 2 + if left { 2 } else { 0 };
            trim = if self.bytes[self.at..].starts_with(b"/*") {
                self.comment()?
            } else {
                self.push(Kind::Open, open, open + 2);
                self.parens = 0;
                self.action()?
            };
        }
        Ok(())
    }

    /// Steps over a comment; whether it trims what follows.
    fn comment(&mut self) -> Result<bool, LexError> {
        let start = self.at;
        let Some(offset) = memchr::memmem::find(&self.bytes[start..], b"*/") else {
            return Err(LexError { message: "unclosed comment".to_owned(), at: start });
        };
        self.at = start + offset + 2;
        match self.closing() {
            Some((len, trim)) => {
                self.at += len;
                Ok(trim)
            }
            None => Err(LexError { message: "comment ends before closing delimiter".to_owned(), at: start }),
        }
    }

    /// Whether a closing delimiter stands here: its length, and whether it trims.
    fn closing(&self) -> Option<(usize, bool)> {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(b"}}") {
            return Some((2, false));
        }
        let trims = rest.len() >= 2 && is_space(rest[0]) && rest[1] == b'-' && rest[2..].starts_with(b"}}");
        trims.then_some((4, true))
    }

    /// The tokens of one action; whether its end trims what follows.
    fn action(&mut self) -> Result<bool, LexError> {
        loop {
            if let Some((len, trim)) = self.closing() {
                if self.parens > 0 {
                    self.fail("unclosed left paren", self.at)?;
                }
                self.push(Kind::Close, self.at, self.at + len);
                self.at += len;
                return Ok(trim);
            }
            self.token()?;
        }
    }

    fn token(&mut self) -> Done {
        let start = self.at;
        let Some(first) = self.text[start..].chars().next() else {
            return self.fail("unclosed action", start);
        };
        let next = self.bytes.get(start + 1).copied().unwrap_or(0);
        match first {
            ' ' | '\t' | '\r' | '\n' => {
                while self.at < self.bytes.len() && is_space(self.bytes[self.at]) && self.closing().is_none() {
                    self.at += 1;
                }
                self.push(Kind::Space, start, self.at);
                Ok(())
            }
            '=' => self.simple(Kind::Assign, 1),
            ':' if next == b'=' => self.simple(Kind::Declare, 2),
            ':' => self.fail("expected :=", start),
            '|' => self.simple(Kind::Pipe, 1),
            '"' => self.quoted(b'"', Kind::String, "unterminated quoted string"),
            '\'' => self.quoted(b'\'', Kind::Character, "unterminated character constant"),
            '`' => self.raw(),
            '(' => {
                self.parens += 1;
                self.simple(Kind::LeftParen, 1)
            }
            ')' => {
                if self.parens == 0 {
                    return self.fail("unexpected right paren", start);
                }
                self.parens -= 1;
                self.simple(Kind::RightParen, 1)
            }
            '$' => self.word(Kind::Variable),
            '.' if !next.is_ascii_digit() => self.word(Kind::Field),
            '.' | '+' | '-' | '0'..='9' => self.number(),
            c if is_word(c) => self.identifier(),
            ' '..='~' => self.simple(Kind::Char, 1),
            c => self.fail(format!("unrecognized character in action: U+{:04X} '{c}'", c as u32), start),
        }
    }

    fn simple(&mut self, kind: Kind, len: usize) -> Done {
        self.push(kind, self.at, self.at + len);
        self.at += len;
        Ok(())
    }

    fn quoted(&mut self, quote: u8, kind: Kind, message: &str) -> Done {
        let start = self.at;
        let mut at = start + 1;
        loop {
            match self.bytes.get(at) {
                Some(b'\\') if self.bytes.get(at + 1).is_some_and(|b| *b != b'\n') => at += 2,
                None | Some(b'\n' | b'\\') => return self.fail(message, start),
                Some(b) if *b == quote => break,
                Some(_) => at += 1,
            }
        }
        self.at = at + 1;
        self.push(kind, start, self.at);
        Ok(())
    }

    fn raw(&mut self) -> Done {
        let start = self.at;
        let Some(offset) = memchr::memchr(b'`', &self.bytes[start + 1..]) else {
            return self.fail("unterminated raw quoted string", start);
        };
        self.at = start + offset + 2;
        self.push(Kind::RawString, start, self.at);
        Ok(())
    }

    /// `.Name` or `$name`, or the sign alone.
    fn word(&mut self, kind: Kind) -> Done {
        let start = self.at;
        self.at += 1;
        self.letters();
        if !self.terminated() {
            return self.bad_character();
        }
        let kind = if kind == Kind::Field && self.at == start + 1 { Kind::Dot } else { kind };
        self.push(kind, start, self.at);
        Ok(())
    }

    fn letters(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    }

    fn bad_character(&self) -> Done {
        let c = self.text[self.at..].chars().next().unwrap_or('\0');
        self.fail(format!("bad character U+{:04X} '{c}'", c as u32), self.at)
    }

    /// Whether what stands here may follow a name.
    fn terminated(&self) -> bool {
        match self.bytes.get(self.at) {
            None => true,
            Some(b) if is_space(*b) => true,
            Some(b'.' | b',' | b'|' | b':' | b')' | b'(') => true,
            Some(_) => self.closing().is_some(),
        }
    }

    fn identifier(&mut self) -> Done {
        let start = self.at;
        self.letters();
        if !self.terminated() {
            return self.bad_character();
        }
        let kind = match &self.text[start..self.at] {
            "true" | "false" => Kind::Bool,
            "nil" => Kind::Nil,
            word if KEYWORDS.contains(&word) => Kind::Keyword,
            _ => Kind::Identifier,
        };
        self.push(kind, start, self.at);
        Ok(())
    }

    fn number(&mut self) -> Done {
        let start = self.at;
        if matches!(self.bytes[self.at], b'+' | b'-') {
            self.at += 1;
        }
        let mut digits: &[u8] = b"0123456789_";
        if self.accept(b"0") {
            if self.accept(b"xX") {
                digits = b"0123456789abcdefABCDEF_";
            } else if self.accept(b"oO") {
                digits = b"01234567_";
            } else if self.accept(b"bB") {
                digits = b"01_";
            }
        }
        self.run(digits);
        if self.accept(b".") {
            self.run(digits);
        }
        if digits.len() == 11 && self.accept(b"eE") || digits.len() == 23 && self.accept(b"pP") {
            self.accept(b"+-");
            self.run(b"0123456789_");
        }
        self.accept(b"i");
        let next = self.text[self.at..].chars().next();
        if next.is_some_and(is_word) {
            let end = self.at + next.map_or(0, char::len_utf8);
            return self.fail(format!("bad number syntax: {:?}", &self.text[start..end]), start);
        }
        self.push(Kind::Number, start, self.at);
        Ok(())
    }

    fn accept(&mut self, set: &[u8]) -> bool {
        let found = self.bytes.get(self.at).is_some_and(|b| set.contains(b));
        self.at += usize::from(found);
        found
    }

    fn run(&mut self, set: &[u8]) {
        while self.accept(set) {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(template: &str) -> Vec<&str> {
        let tokens = lex(template).unwrap_or_default();
        tokens.iter().filter(|t| t.kind == Kind::Text).map(|t| &template[t.start..t.end]).collect()
    }

    #[test]
    fn white_space_beside_trimming_delimiters_goes() {
        assert_eq!(texts("a \n{{- 1 -}}\n b {{ 2 }} c"), ["a", "b ", " c"]);
        assert_eq!(texts("a {{- /* c */ -}} b"), ["a", "b"]);
        assert_eq!(texts("a {{-1}} b"), ["a ", " b"]);
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for (template, message) in [
            ("{{ .a", "unclosed action"),
            ("{{ (1 }}", "unclosed left paren"),
            ("{{ 1) }}", "unexpected right paren"),
            ("{{ \"a }}", "unterminated quoted string"),
            ("{{/* a }}", "unclosed comment"),
            ("{{ 1x }}", "bad number syntax: \"1x\""),
            ("{{ a$ }}", "bad character U+0024 '$'"),
        ] {
            assert_eq!(lex(template).map_err(|error| error.message), Err(message.to_owned()), "{template}");
        }
    }
}
