//! Texts with variables, taken apart.
//!
//! In: a text. Out: its nodes. It is read rune by rune: what a run of runes takes in depends on where it stands, and within
//! braces `\` takes away the meaning of `/` and of itself, as well as `$` that of `$`.

use super::Fault;

/// Ranges of a text, one after the other.
pub type Ranges = Vec<(usize, usize)>;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// What stands there, without the signs that only take the meaning of others away.
    Text(Ranges),
    /// `${…}`
    Variable(Variable),
}

/// A variable with what is done to its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The operator; empty for none.
    pub operator: String,
    /// What stands behind the operator.
    pub arguments: Vec<Node>,
    /// Where it stands, braces included.
    pub at: (usize, usize),
}

/// Deepest nesting of braces.
const DEPTH: usize = 100;

/// Which runes a run takes in, by the rune and its number from 1.
type Accept = fn(char, usize) -> bool;

#[derive(Clone, Copy)]
struct Mode {
    /// A `${` ends the run.
    braces: bool,
    /// `$$` stands for `$`.
    dollar: bool,
    /// `\/` and `\\` stand for `/` and `\`.
    backslash: bool,
}

const PLAIN: Mode = Mode { braces: false, dollar: false, backslash: false };
const OUTSIDE: Mode = Mode { braces: true, dollar: true, backslash: false };
const ARGUMENT: Mode = Mode { braces: true, dollar: false, backslash: false };
const ESCAPED: Mode = Mode { braces: true, dollar: true, backslash: true };

/// Reads a text.
pub fn parse(text: &str) -> Result<Vec<Node>, Fault> {
    let mut parser = VariableParser { text, at: 0, depth: 0 };
    let mut nodes = Vec::new();
    while !parser.rest().is_empty() {
        if parser.rest().starts_with("${") {
            nodes.push(Node::Variable(parser.variable()?));
        } else {
            nodes.push(Node::Text(parser.run(|_, _| true, OUTSIDE).unwrap_or_default()));
        }
    }
    Ok(nodes)
}

struct VariableParser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> VariableParser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn fault<T>(&self, message: &'static str) -> Result<T, Fault> {
        Err(Fault { message, at: self.at })
    }

    /// Whether a sign that takes away the next one's meaning comes next.
    fn escapes(&self, mode: Mode) -> bool {
        let rest = self.rest();
        mode.dollar && rest.starts_with("$$") || mode.backslash && (rest.starts_with("\\/") || rest.starts_with("\\\\"))
    }

    /// A run of runes; nothing where the first is none of them.
    fn run(&mut self, accept: Accept, mode: Mode) -> Option<Ranges> {
        let (mut ranges, mut start, mut count) = (Ranges::new(), self.at, 0);
        while let Some(c) = self.peek() {
            if mode.braces && self.rest().starts_with("${") {
                break;
            }
            count += 1;
            if self.escapes(mode) {
                if start < self.at {
                    ranges.push((start, self.at));
                }
                start = self.at + 1;
                self.at += 2;
                continue;
            }
            if !accept(c, count) {
                break;
            }
            self.at += c.len_utf8();
        }
        if start < self.at {
            ranges.push((start, self.at));
        }
        (!ranges.is_empty()).then_some(ranges)
    }

    /// A run that is a word by itself.
    fn word(&mut self, accept: Accept) -> Option<&'t str> {
        let start = self.at;
        self.run(accept, PLAIN)?;
        Some(&self.text[start..self.at])
    }

    fn variable(&mut self) -> Result<Variable, Fault> {
        let start = self.at;
        self.depth += 1;
        if self.depth > DEPTH {
            return self.fault("braces stand too deep in one another");
        }
        self.at += 2;
        let mut variable = self.inside().map_err(|fault| Fault { at: start, ..fault })?;
        self.depth -= 1;
        variable.at = (start, self.at);
        Ok(variable)
    }

    fn inside(&mut self) -> Result<Variable, Fault> {
        if self.peek() == Some('#') {
            self.at += 1;
            let Some(name) = self.word(is_identifier) else { return self.fault("a variable is expected behind `#`") };
            let variable = variable(name, "#", Vec::new());
            return self.closed(variable);
        }
        let Some(name) = self.word(is_identifier) else { return self.fault("a variable is expected here") };
        let behind = self.rest().chars().nth(1);
        match self.peek() {
            Some(':') if matches!(behind, Some('=' | '-' | '?' | '+')) => self.default(name, 2),
            Some(':') => self.part(name),
            Some('=') => self.default(name, 1),
            Some(',' | '^') => {
                let operator = self.word(|c, count| (c == ',' || c == '^') && count < 3).unwrap_or_default();
                let variable = variable(name, operator, Vec::new());
                self.closed(variable)
            }
            Some('/') => self.replace(name),
            Some('#') => self.remove(name, |c, count| c == '#' && count < 3),
            Some('%') => self.remove(name, |c, count| c == '%' && count < 3),
            Some('}') => {
                let variable = variable(name, "", Vec::new());
                self.closed(variable)
            }
            _ => self.fault("a `${` has no `}`"),
        }
    }

    fn closed(&mut self, variable: Variable) -> Result<Variable, Fault> {
        if self.peek() != Some('}') {
            return self.fault("a `}` is expected here");
        }
        self.at += 1;
        Ok(variable)
    }

    fn argument(&mut self, accept: Accept, mode: Mode) -> Result<Node, Fault> {
        if self.rest().starts_with("${") {
            return Ok(Node::Variable(self.variable()?));
        }
        match self.run(accept, mode) {
            Some(ranges) => Ok(Node::Text(ranges)),
            None => self.fault("something is expected behind the operator"),
        }
    }

    /// `${name=word}`, `${name:-word}` and their kin.
    fn default(&mut self, name: &str, length: usize) -> Result<Variable, Fault> {
        let operator = &self.text[self.at..self.at + length];
        self.at += length;
        let mut arguments = Vec::new();
        while self.peek() != Some('}') {
            arguments.push(self.argument(|c, _| c != '}', ARGUMENT)?);
        }
        let variable = variable(name, operator, arguments);
        self.closed(variable)
    }

    /// `${name:offset}`, `${name:offset:length}`
    fn part(&mut self, name: &str) -> Result<Variable, Fault> {
        self.at += 1;
        let mut arguments = vec![self.argument(|c, _| c != ':' && c != '}', ARGUMENT)?];
        if self.peek() == Some(':') {
            self.word(|c, _| c == ':');
            arguments.push(self.argument(|c, _| c != '}', ARGUMENT)?);
        }
        let variable = variable(name, ":", arguments);
        self.closed(variable)
    }

    /// `${name#pattern}` and its kin.
    fn remove(&mut self, name: &str, accept: Accept) -> Result<Variable, Fault> {
        let operator = self.word(accept).unwrap_or_default();
        let arguments = vec![self.argument(|c, _| c != '}', ARGUMENT)?];
        let variable = variable(name, operator, arguments);
        self.closed(variable)
    }

    /// `${name/old/new}` and its kin.
    fn replace(&mut self, name: &str) -> Result<Variable, Fault> {
        let signs: Accept = |c, count| match count {
            1 => c == '/',
            2 => matches!(c, '/' | '#' | '%'),
            _ => false,
        };
        let operator = self.word(signs).unwrap_or_default();
        let mut arguments = vec![self.argument(|c, _| c != '/', ESCAPED)?];
        if self.word(|c, _| c == '/').is_none() {
            return self.fault("a `/` is expected here");
        }
        if self.peek() != Some('}') {
            arguments.push(self.argument(|c, _| c != '}', ESCAPED)?);
        }
        let variable = variable(name, operator, arguments);
        self.closed(variable)
    }
}

fn variable(name: &str, operator: &str, arguments: Vec<Node>) -> Variable {
    Variable { name: name.to_owned(), operator: operator.to_owned(), arguments, at: (0, 0) }
}

fn is_identifier(c: char, _: usize) -> bool {
    c.is_alphabetic() || c.is_numeric() || c == '_'
}
