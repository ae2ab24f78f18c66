//! From tokens to a template.
//!
//! In: the text of a file or of a call of `tpl`, and which functions there are. Out: its [`Template`]s, the file itself
//! first, then what it defines; or a [`ParseError`] in Go's words.

use std::rc::Rc;

use super::lex::{self, Kind, Token};
use super::node::{Branch, Node, Place, Template, Unit};
use super::quote::unquote;

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// In Go's words.
    pub message: String,
    /// Offset in the text.
    pub at: usize,
}

/// Deepest nesting of control structures and parentheses.
const MAX_DEPTH: usize = 500;

/// Takes a text apart.
///
/// # Errors
/// Where it is no template.
pub fn parse(unit: &Rc<Unit>, known: &dyn Fn(&str) -> bool) -> Result<Vec<Template>, ParseError> {
    let text = unit.text.clone();
    let tokens = lex::lex(&text).map_err(|error| ParseError { message: error.message, at: error.at })?;
    let mut parser = TemplateParser {
        text: &text,
        tokens,
        at: 0,
        known,
        variables: vec![Rc::from("$")],
        ranges: 0,
        depth: 0,
        defined: Vec::new(),
    };
    let (body, end) = parser.list(true)?;
    if end != Ended::Text {
        return parser.fail(format!("unexpected {{{{{}}}}}", end.name()), parser.at.saturating_sub(1));
    }
    let mut templates = vec![Template { name: unit.name.clone(), unit: unit.clone(), body: Rc::new(body) }];
    for (name, body) in parser.defined {
        add(&mut templates, Template { name, unit: unit.clone(), body: Rc::new(body) })
            .map_err(|message| ParseError { message, at: 0 })?;
    }
    Ok(templates)
}

/// Of two definitions of one name in a text, one must be empty.
fn add(templates: &mut Vec<Template>, new: Template) -> Result<(), String> {
    match templates.iter_mut().find(|old| old.name == new.name) {
        None => templates.push(new),
        Some(old) if is_empty(&old.body, &old.unit) => *old = new,
        Some(_) if is_empty(&new.body, &new.unit) => {}
        Some(_) => return Err(format!("template: multiple definition of template {:?}", &*new.name)),
    }
    Ok(())
}

/// Whether a template holds nothing but white space.
pub fn is_empty(body: &[Node], unit: &Unit) -> bool {
    body.iter().all(|node| match node {
        Node::Text(place) => {
            unit.text.get(place.start as usize..place.end as usize).is_some_and(|text| text.trim().is_empty())
        }
        _ => false,
    })
}

/// What ended a list of nodes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Text,
    End,
    Else,
}

impl Ended {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "EOF",
            Self::End => "end",
            Self::Else => "else",
        }
    }
}

pub(super) struct TemplateParser<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
    pub(super) known: &'t dyn Fn(&str) -> bool,
    pub(super) variables: Vec<Rc<str>>,
    pub(super) ranges: usize,
    pub(super) depth: usize,
    pub(super) defined: Vec<(Rc<str>, Vec<Node>)>,
}

pub(super) type Parsed<T> = Result<T, ParseError>;

impl<'t> TemplateParser<'t> {
    pub(super) fn peek(&self) -> Token {
        self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    pub(super) fn skip_space(&mut self) {
        while self.peek().kind == Kind::Space {
            self.at += 1;
        }
    }

    pub(super) fn peek_word(&mut self) -> Token {
        self.skip_space();
        self.peek()
    }

    pub(super) fn next_word(&mut self) -> Token {
        self.skip_space();
        self.next()
    }

    pub(super) fn said(&self, token: Token) -> &'t str {
        &self.text[token.start..token.end]
    }

    pub(super) fn fail<T>(&self, message: impl Into<String>, token: usize) -> Parsed<T> {
        let at = self.tokens.get(token).or(self.tokens.last()).map_or(0, |token| token.start);
        Err(ParseError { message: message.into(), at })
    }

    pub(super) fn unexpected<T>(&self, token: Token, context: &str) -> Parsed<T> {
        let what = match token.kind {
            Kind::End => "EOF".to_owned(),
            Kind::Keyword => format!("<{}>", self.said(token)),
            _ => format!("{:?}", self.said(token)),
        };
        Err(ParseError { message: format!("unexpected {what} in {context}"), at: token.start })
    }

    pub(super) fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { self.fail("the template nests too deeply", self.at) } else { Ok(()) }
    }

    /// Nodes up to the end of the text, `end` or `else`.
    fn list(&mut self, top: bool) -> Parsed<(Vec<Node>, Ended)> {
        self.deeper()?;
        let mut nodes = Vec::new();
        loop {
            let token = self.next();
            match token.kind {
                Kind::End => {
                    self.depth -= 1;
                    return if top { Ok((nodes, Ended::Text)) } else { self.fail("unexpected EOF", self.at - 1) };
                }
                Kind::Text => nodes.push(Node::Text(place(token.start, token.end))),
                _ => match self.action(token, top)? {
                    Step::Node(node) => nodes.push(node),
                    Step::Nothing => {}
                    Step::Ended(end) => {
                        self.depth -= 1;
                        return Ok((nodes, end));
                    }
                },
            }
        }
    }

    fn action(&mut self, open: Token, top: bool) -> Parsed<Step> {
        let token = self.peek_word();
        if token.kind != Kind::Keyword {
            return Ok(Step::Node(Node::Action(self.pipeline("command", Kind::Close, open)?)));
        }
        self.at += 1;
        let node = match self.said(token) {
            "if" => Node::If(self.control("if", open)?),
            "with" => Node::With(self.control("with", open)?),
            "range" => Node::Range(self.control("range", open)?),
            "template" => self.template(open)?,
            "block" => self.block(open)?,
            "define" if top => return self.define().map(|()| Step::Nothing),
            "break" => self.loop_control(token, Node::Break)?,
            "continue" => self.loop_control(token, Node::Continue)?,
            "end" => {
                self.close("end")?;
                return Ok(Step::Ended(Ended::End));
            }
            "else" => {
                let next = self.peek_word();
                if !(next.kind == Kind::Keyword && matches!(self.said(next), "if" | "with")) {
                    self.close("else")?;
                }
                return Ok(Step::Ended(Ended::Else));
            }
            _ => return self.unexpected(token, "command"),
        };
        Ok(Step::Node(node))
    }

    fn close(&mut self, context: &str) -> Parsed<()> {
        let token = self.next_word();
        if token.kind == Kind::Close { Ok(()) } else { self.unexpected(token, context) }
    }

    fn loop_control(&mut self, token: Token, node: Node) -> Parsed<Node> {
        let word = self.said(token);
        let next = self.next_word();
        if next.kind != Kind::Close {
            return self.unexpected(next, &format!("{{{{{word}}}}}"));
        }
        if self.ranges == 0 {
            return Err(ParseError { message: format!("{{{{{word}}}}} outside {{{{range}}}}"), at: token.start });
        }
        Ok(node)
    }

    fn control(&mut self, context: &'static str, open: Token) -> Parsed<Branch> {
        self.deeper()?;
        let variables = self.variables.len();
        let pipe = self.pipeline(context, Kind::Close, open)?;
        self.ranges += usize::from(context == "range");
        let body = self.list(false);
        self.ranges -= usize::from(context == "range");
        let (body, end) = body?;
        let otherwise = if end == Ended::Else { Some(self.otherwise(context)?) } else { None };
        self.variables.truncate(variables);
        self.depth -= 1;
        Ok(Branch { pipe, body, otherwise })
    }

    fn otherwise(&mut self, context: &'static str) -> Parsed<Vec<Node>> {
        let next = self.peek();
        let chained = next.kind == Kind::Keyword && context != "range" && self.said(next) == context;
        if chained {
            self.at += 1;
            let branch = self.control(context, next)?;
            return Ok(vec![if context == "if" { Node::If(branch) } else { Node::With(branch) }]);
        }
        if next.kind == Kind::Keyword {
            return self.unexpected(next, "else");
        }
        let (nodes, end) = self.list(false)?;
        if end != Ended::End {
            return self.fail("expected end; found {{else}}", self.at - 1);
        }
        Ok(nodes)
    }

    /// The name of a template; with where it stands.
    fn name(&mut self, context: &str) -> Parsed<(Rc<str>, Token)> {
        let token = self.next_word();
        if !matches!(token.kind, Kind::String | Kind::RawString) {
            return self.unexpected(token, context);
        }
        match unquote(self.said(token)) {
            Some(name) => Ok((Rc::from(String::from_utf8_lossy(&name)), token)),
            None => Err(ParseError { message: "invalid syntax".to_owned(), at: token.start }),
        }
    }

    fn define(&mut self) -> Parsed<()> {
        let (name, _) = self.name("define clause")?;
        self.close("define clause")?;
        let body = self.apart("define clause")?;
        self.defined.push((name, body));
        Ok(())
    }

    /// The body of a template of its own: it sees no variables and is in no loop.
    fn apart(&mut self, context: &str) -> Parsed<Vec<Node>> {
        let variables = std::mem::replace(&mut self.variables, vec![Rc::from("$")]);
        let ranges = std::mem::take(&mut self.ranges);
        let (body, end) = self.list(false)?;
        if end != Ended::End {
            return self.fail(format!("unexpected {{{{else}}}} in {context}"), self.at - 1);
        }
        self.variables = variables;
        self.ranges = ranges;
        Ok(body)
    }

    fn template(&mut self, open: Token) -> Parsed<Node> {
        let (name, token) = self.name("template clause")?;
        let pipe = if self.peek_word().kind == Kind::Close {
            self.at += 1;
            None
        } else {
            Some(self.pipeline("template clause", Kind::Close, open)?)
        };
        Ok(Node::Template(place(token.start, token.end), name, pipe))
    }

    fn block(&mut self, open: Token) -> Parsed<Node> {
        let (name, token) = self.name("block clause")?;
        let pipe = self.pipeline("block clause", Kind::Close, open)?;
        let body = self.apart("block clause")?;
        self.defined.push((name.clone(), body));
        Ok(Node::Template(place(token.start, token.end), name, Some(pipe)))
    }
}

enum Step {
    Node(Node),
    Nothing,
    Ended(Ended),
}

pub(super) fn place(start: usize, end: usize) -> Place {
    Place { start: start as u32, end: end as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> Option<String> {
        let unit = Rc::new(Unit { name: Rc::from("t"), text: Rc::from(text), source: None, given: None });
        parse(&unit, &|name| name == "f").err().map(|error| error.message)
    }

    #[test]
    fn what_go_refuses_is_refused_in_its_words() {
        for (text, message) in [
            ("{{ if .a }}", "unexpected EOF"),
            ("{{ end }}", "unexpected {{end}}"),
            ("{{ }}", "missing value for command"),
            ("{{ $x }}", "undefined variable \"$x\""),
            ("{{ g }}", "function \"g\" not defined"),
            ("{{ .a | 1 }}", "non executable command in pipeline stage 2"),
            ("{{ break }}", "{{break}} outside {{range}}"),
            ("{{ if .a }}{{ else }}{{ else }}{{ end }}", "expected end; found {{else}}"),
            ("{{ 1.a }}", "bad number syntax: \"1.a\""),
            ("{{ $a, $b := .x }}", "too many declarations in command"),
            ("{{ range $a, $b, $c := .x }}{{ end }}", "too many declarations in range"),
        ] {
            assert_eq!(error(text).as_deref(), Some(message), "{text}");
        }
    }

    #[test]
    fn what_go_takes_is_taken() {
        for text in [
            "{{ with $x := .a }}{{ $x.b.c }}{{ else with .d }}{{ . }}{{ else }}e{{ end }}",
            "{{ range $i, $e := .l }}{{ if f $i }}{{ break }}{{ else if . }}{{ continue }}{{ end }}{{ else }}n{{ end }}",
            "{{ define \"a\" }}{{ template \"b\" }}{{ end }}{{ block \"b\" . }}x{{ end }}",
            "{{ (f .a | f).b.c }}{{ f (f 1) 'x' `r` -0x1F }}",
        ] {
            assert_eq!(error(text), None, "{text}");
        }
    }
}
