//! Tokens to a tree.
//!
//! In: the text of an expression and the version whose syntax counts. Out: its [`Ast`], or the first syntax error.
//! Precedence climbing over the grammar of cel-go (`parser/gen/CEL.g4`); nesting and chains are bounded as there.

use super::CelError;
use super::ast::{Ast, Entry, Expr, ExprId, Literal};
use super::build::{Builder, Built, Range, too_deep};
use super::lexer::{Token, TokenKind, tokens};
use super::{literal, macros};
use crate::version::KubeVersion;

/// Most code points of an expression (cel-go: `expressionSizeCodePointLimit`).
const MAX_CODE_POINTS: usize = 100_000;

/// Deepest nesting and longest chain (cel-go: `maxRecursionDepth`).
const MAX_DEPTH: usize = 250;

/// Names that no variable may have; they are fine as field names. The literals and `in` are tokens of their own, see
/// [`is_reserved`].
const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "namespace",
    "package",
    "return",
    "var",
    "void",
    "while",
];

/// Whether a word is one of the language's own (`celReserved`): it can be no variable.
pub fn is_reserved(name: &str) -> bool {
    matches!(name, "true" | "false" | "null" | "in") || RESERVED.contains(&name)
}

/// What syntax and which macros are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// The version checked for.
    pub version: KubeVersion,
    /// Whether `cel.bind` is a macro.
    pub bindings: bool,
}

/// Parses an expression.
pub fn parse(text: &str, dialect: Dialect) -> Result<Ast, Vec<CelError>> {
    if text.len() > MAX_CODE_POINTS && text.chars().count() > MAX_CODE_POINTS {
        let message = format!("the expression is longer than {MAX_CODE_POINTS} characters");
        return Err(vec![CelError::new(message, 0, text.len() as u32)]);
    }
    let tokens = tokens(text).map_err(|error| vec![error])?;
    let mut parser = CelParser { text, tokens, at: 0, depth: 0, chain: 0, dialect, out: Builder::default() };
    let root = parser.whole().map_err(|error| vec![error])?;
    parser.out.ast.root = root.0;
    Ok(parser.out.ast)
}

struct CelParser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    chain: usize,
    dialect: Dialect,
    out: Builder,
}

impl<'a> CelParser<'a> {
    fn peek(&self) -> Token {
        self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn slice(&self, token: Token) -> &'a str {
        &self.text[token.start as usize..token.end as usize]
    }

    fn advance(&mut self) -> Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn is(&self, punct: &str) -> bool {
        self.peek().kind == TokenKind::Punct && self.slice(self.peek()) == punct
    }

    fn eat(&mut self, punct: &str) -> bool {
        let found = self.is(punct);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, punct: &str) -> Result<Token, CelError> {
        if self.is(punct) { Ok(self.advance()) } else { Err(self.unexpected(&format!("`{punct}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> CelError {
        let token = self.peek();
        let found = match token.kind {
            TokenKind::End => "the expression ends".to_owned(),
            _ => format!("`{}` stands", self.slice(token)),
        };
        CelError::new(format!("syntax error: {found} where {wanted} is expected"), token.start, token.end)
    }

    /// From the start of `from` to the end of the last token taken.
    fn since(&self, from: u32) -> Range {
        let last = self.tokens[self.at.saturating_sub(1).min(self.tokens.len() - 1)];
        Range { start: from, end: last.end.max(from) }
    }

    fn whole(&mut self) -> Built {
        let root = self.expr()?;
        match self.peek().kind {
            TokenKind::End => Ok(root),
            _ => Err(self.unexpected("the end")),
        }
    }

    fn expr(&mut self) -> Built {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(too_deep(self.since(self.peek().start)));
        }
        let start = self.peek().start;
        let condition = self.logic(0)?;
        let out = if self.eat("?") { self.conditional(start, condition) } else { Ok(condition) };
        self.depth -= 1;
        out
    }

    fn conditional(&mut self, start: u32, condition: ExprId) -> Built {
        let yes = self.logic(0)?;
        self.expect(":")?;
        let no = self.expr()?;
        let at = self.since(start);
        self.out.call("_?_:_", vec![condition, yes, no], at)
    }

    /// `||` (level 0) and `&&` (level 1): lists of terms, made into balanced trees.
    fn logic(&mut self, level: usize) -> Built {
        let (op, function) = [("||", "_||_"), ("&&", "_&&_")][level];
        let mut terms = Vec::new();
        loop {
            terms.push(if level == 0 { self.logic(1)? } else { self.binary(0)? });
            if !self.eat(op) {
                break;
            }
        }
        self.out.logic(function, &terms)
    }

    /// Relations (level 0), sums (1), products (2): left associative.
    fn binary(&mut self, level: usize) -> Built {
        if level == 3 {
            return self.unary();
        }
        let (start, chain) = (self.peek().start, self.chain);
        let mut left = self.binary(level + 1)?;
        while let Some(function) = self.operator(level) {
            self.at += 1;
            self.lengthen(start)?;
            let right = self.binary(level + 1)?;
            let at = self.since(start);
            left = self.out.call(function, vec![left, right], at)?;
        }
        self.chain = chain;
        Ok(left)
    }

    fn lengthen(&mut self, start: u32) -> Result<(), CelError> {
        self.chain += 1;
        if self.chain > MAX_DEPTH { Err(too_deep(self.since(start))) } else { Ok(()) }
    }

    fn operator(&self, level: usize) -> Option<&'static str> {
        let token = self.peek();
        if token.kind == TokenKind::In {
            return (level == 0).then_some("@in");
        }
        let relations = [("<", "_<_"), ("<=", "_<=_"), (">=", "_>=_"), (">", "_>_"), ("==", "_==_"), ("!=", "_!=_")];
        let table: &[(&str, &str)] = match level {
            0 => &relations,
            1 => &[("+", "_+_"), ("-", "_-_")],
            _ => &[("*", "_*_"), ("/", "_/_"), ("%", "_%_")],
        };
        let text = (token.kind == TokenKind::Punct).then(|| self.slice(token))?;
        table.iter().find(|(op, _)| *op == text).map(|(_, function)| *function)
    }

    fn unary(&mut self) -> Built {
        let start = self.peek().start;
        for (op, function) in [("!", "!_"), ("-", "-_")] {
            if !self.is(op) || self.is_negative_number() {
                continue;
            }
            let mut count = 0;
            while self.is(op) && !self.is_negative_number() {
                self.at += 1;
                count += 1;
            }
            let operand = self.member()?;
            let at = self.since(start);
            return if count % 2 == 0 { Ok(operand) } else { self.out.call(function, vec![operand], at) };
        }
        self.member()
    }

    fn is_negative_number(&self) -> bool {
        let next = self.tokens.get(self.at + 1).map(|token| token.kind);
        self.is("-") && matches!(next, Some(TokenKind::Int | TokenKind::Float))
    }

    fn member(&mut self) -> Built {
        let (start, chain) = (self.peek().start, self.chain);
        let mut operand = self.primary()?;
        loop {
            if self.eat(".") {
                operand = self.select(start, operand)?;
            } else if self.is("[") {
                operand = self.index(start, operand)?;
            } else {
                self.chain = chain;
                return Ok(operand);
            }
            self.lengthen(start)?;
        }
    }

    fn select(&mut self, start: u32, operand: ExprId) -> Built {
        let optional = self.optional_mark()?;
        let name = self.peek();
        match name.kind {
            TokenKind::Ident => self.at += 1,
            TokenKind::EscapedIdent => return Err(self.unexpected("a plain field name")),
            _ => return Err(self.unexpected("a field name")),
        }
        let field = self.slice(name);
        if optional {
            let key =
                self.out.literal(Literal::String(field.to_owned()), Range { start: name.start, end: name.end })?;
            let at = self.since(start);
            return self.out.call("_?._", vec![operand, key], at);
        }
        if self.is("(") {
            let args = self.arguments()?;
            let at = self.since(start);
            return macros::member(&mut self.out, self.dialect, field, operand, args, at);
        }
        let at = self.since(start);
        self.out.push(Expr::Select { operand, field: field.to_owned(), test: false }, at)
    }

    fn index(&mut self, start: u32, operand: ExprId) -> Built {
        self.expect("[")?;
        let function = if self.optional_mark()? { "_[?_]" } else { "_[_]" };
        let index = self.expr()?;
        self.expect("]")?;
        let at = self.since(start);
        self.out.call(function, vec![operand, index], at)
    }

    /// A `?` that marks something optional; Kubernetes knows it since 1.29 (1.28 for stored expressions).
    fn optional_mark(&mut self) -> Result<bool, CelError> {
        if self.is("?") && self.dialect.version < KubeVersion(29) {
            let token = self.peek();
            return Err(CelError::new("optional syntax `?` is not supported", token.start, token.end));
        }
        Ok(self.eat("?"))
    }

    fn arguments(&mut self) -> Result<Vec<ExprId>, CelError> {
        self.expect("(")?;
        let mut args = Vec::new();
        if !self.is(")") {
            args.push(self.expr()?);
            while self.eat(",") {
                args.push(self.expr()?);
            }
        }
        self.expect(")")?;
        Ok(args)
    }

    fn primary(&mut self) -> Built {
        let token = self.peek();
        match token.kind {
            TokenKind::Ident => self.named(),
            TokenKind::Punct => self.bracketed(),
            TokenKind::End | TokenKind::In | TokenKind::EscapedIdent => Err(self.unexpected("a value")),
            _ => self.constant(None),
        }
    }

    fn bracketed(&mut self) -> Built {
        let token = self.peek();
        match self.slice(token) {
            "(" => {
                self.at += 1;
                let inner = self.expr()?;
                self.expect(")")?;
                Ok(inner)
            }
            "[" => self.list(),
            "{" => {
                self.at += 1;
                let entries = self.entries(false)?;
                let at = self.since(token.start);
                self.out.push(Expr::Map(entries), at)
            }
            "." => self.named(),
            "-" if self.is_negative_number() => {
                self.at += 1;
                self.constant(Some(token.start))
            }
            _ => Err(self.unexpected("a value")),
        }
    }

    fn list(&mut self) -> Built {
        let start = self.advance().start;
        let mut items = Vec::new();
        while !self.is("]") {
            let optional = self.optional_mark()?;
            items.push((self.expr()?, optional));
            if !self.eat(",") {
                break;
            }
        }
        if items.is_empty() {
            self.eat(",");
        }
        self.expect("]")?;
        let at = self.since(start);
        self.out.push(Expr::List(items), at)
    }

    /// The entries of a map or of a message, up to and with the closing brace.
    fn entries(&mut self, message: bool) -> Result<Vec<Entry>, CelError> {
        let mut entries = Vec::new();
        while !self.is("}") && (!entries.is_empty() || !self.is(",")) {
            let optional = self.optional_mark()?;
            let key = if message { self.field_key()? } else { self.expr()? };
            self.expect(":")?;
            let value = self.expr()?;
            entries.push(Entry { key, value, optional });
            if !self.is(",") {
                break;
            }
            self.at += 1;
        }
        if entries.is_empty() {
            self.eat(",");
        }
        self.expect("}")?;
        Ok(entries)
    }

    fn field_key(&mut self) -> Built {
        let token = self.peek();
        if token.kind != TokenKind::Ident {
            return Err(self.unexpected("a field name"));
        }
        self.at += 1;
        let name = self.slice(token).to_owned();
        self.out.literal(Literal::String(name), Range { start: token.start, end: token.end })
    }

    /// A variable, a global call or a message: all start with a name, maybe after a dot.
    fn named(&mut self) -> Built {
        let start = self.peek().start;
        let dot = if self.eat(".") { "." } else { "" };
        if self.peek().kind != TokenKind::Ident {
            return Err(self.unexpected("a name"));
        }
        if let Some(parts) = self.message_name() {
            return self.message(start, dot, parts);
        }
        let token = self.advance();
        let name = self.slice(token);
        if RESERVED.contains(&name) {
            return Err(CelError::new(format!("`{name}` is a reserved word"), token.start, token.end));
        }
        let full = format!("{dot}{name}");
        if self.is("(") {
            let args = self.arguments()?;
            let at = self.since(start);
            return macros::global(&mut self.out, &full, args, at);
        }
        let at = self.since(start);
        self.out.ident(&full, at)
    }

    /// How many tokens `a.b.c` before a `{` takes, if that is what stands here.
    fn message_name(&self) -> Option<usize> {
        let mut len = 1;
        loop {
            let token = *self.tokens.get(self.at + len)?;
            match (token.kind, self.slice(token)) {
                (TokenKind::Punct, "{") => return Some(len),
                (TokenKind::Punct, ".") if self.tokens.get(self.at + len + 1)?.kind == TokenKind::Ident => len += 2,
                _ => return None,
            }
        }
    }

    fn message(&mut self, start: u32, dot: &str, tokens: usize) -> Built {
        let parts = &self.tokens[self.at..self.at + tokens];
        let name: String = parts.iter().map(|token| self.slice(*token)).collect();
        self.at += tokens + 1;
        let fields = self.entries(true)?;
        let at = self.since(start);
        self.out.push(Expr::Message { name: format!("{dot}{name}"), fields }, at)
    }

    /// A literal; `minus` is where its sign stands.
    fn constant(&mut self, minus: Option<u32>) -> Built {
        let token = self.advance();
        let text = self.slice(token);
        let (negative, start) = (minus.is_some(), minus.unwrap_or(token.start));
        let value = match token.kind {
            TokenKind::Int => literal::int(text, negative).map(Literal::Int),
            TokenKind::Uint => literal::uint(text).map(Literal::Uint),
            TokenKind::Float => literal::double(text, negative).map(Literal::Double),
            TokenKind::String => literal::string(text).map(Literal::String),
            TokenKind::Bytes => literal::bytes(text).map(Literal::Bytes),
            TokenKind::True => Some(Literal::Bool(true)),
            TokenKind::False => Some(Literal::Bool(false)),
            _ => Some(Literal::Null),
        };
        let invalid = || CelError::new(format!("`{text}` is not a valid literal"), start, token.end);
        let value = value.ok_or_else(invalid)?;
        self.out.literal(value, Range { start, end: token.end })
    }
}
