//! Pipelines, commands and their words.
//!
//! In: the parser at the beginning of one. Out: its nodes, or why Go refuses it.

use std::rc::Rc;

use super::lex::{Kind, Token};
use super::node::{Command, Pipe, Place, Word, WordKind};
use super::number;
use super::parse::{ParseError, Parsed, TemplateParser, place};
use super::quote::unquote;

impl TemplateParser<'_> {
    pub(super) fn pipeline(&mut self, context: &str, end: Kind, open: Token) -> Parsed<Pipe> {
        self.deeper()?;
        let start = self.peek_word().start;
        let mut pipe = Pipe {
            place: place(start, start),
            action: place(open.start, start),
            variables: Vec::new(),
            assign: false,
            commands: Vec::new(),
        };
        self.declarations(&mut pipe, context)?;
        loop {
            let token = self.next_word();
            match token.kind {
                kind if kind == end => {
                    let last = pipe.commands.last().map_or(token.start as u32, |command| command.place.end);
                    pipe.place.end = last;
                    pipe.action.end = token.end as u32;
                    self.depth -= 1;
                    self.check(&pipe, context, token)?;
                    return Ok(pipe);
                }
                Kind::Bool
                | Kind::Character
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Nil
                | Kind::RawString
                | Kind::String
                | Kind::Variable
                | Kind::LeftParen => {
                    self.at -= 1;
                    let command = self.command(open)?;
                    pipe.commands.push(command);
                }
                _ => return self.unexpected(token, context),
            }
        }
    }
    fn declarations(&mut self, pipe: &mut Pipe, context: &str) -> Parsed<()> {
        loop {
            let token = self.peek_word();
            if token.kind != Kind::Variable {
                return Ok(());
            }
            let before = self.at;
            self.at += 1;
            let next = self.peek_word();
            let name: Rc<str> = Rc::from(self.said(token));
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    self.at += 1;
                    pipe.assign = next.kind == Kind::Assign;
                    pipe.variables.push(name.clone());
                    self.variables.push(name);
                    return Ok(());
                }
                Kind::Char if self.said(next) == "," => {
                    self.at += 1;
                    pipe.variables.push(name.clone());
                    self.variables.push(name);
                    if context != "range" || pipe.variables.len() >= 2 {
                        return self.fail(format!("too many declarations in {context}"), before);
                    }
                    if !matches!(self.peek_word().kind, Kind::Variable | Kind::Close | Kind::RightParen) {
                        return self.fail("range can only initialize variables", before);
                    }
                }
                _ => {
                    self.at = before;
                    return Ok(());
                }
            }
        }
    }

    fn check(&self, pipe: &Pipe, context: &str, end: Token) -> Parsed<()> {
        if pipe.commands.is_empty() {
            return Err(ParseError { message: format!("missing value for {context}"), at: end.start });
        }
        for (stage, command) in pipe.commands.iter().enumerate().skip(1) {
            let constant = matches!(
                command.words[0].kind,
                WordKind::Bool(_) | WordKind::Dot | WordKind::Nil | WordKind::Number(_) | WordKind::String(_)
            );
            if constant {
                let message = format!("non executable command in pipeline stage {}", stage + 1);
                return Err(ParseError { message, at: command.place.start as usize });
            }
        }
        Ok(())
    }

    fn command(&mut self, open: Token) -> Parsed<Command> {
        let mut words = Vec::new();
        let start = self.peek_word().start;
        loop {
            self.skip_space();
            if let Some(word) = self.operand(open)? {
                words.push(word);
            }
            let token = self.next();
            match token.kind {
                Kind::Space => {}
                Kind::Close | Kind::RightParen => {
                    self.at -= 1;
                    break;
                }
                Kind::Pipe => break,
                _ => return self.unexpected(token, "operand"),
            }
        }
        let Some(last) = words.last() else {
            return Err(ParseError { message: "empty command".to_owned(), at: start });
        };
        Ok(Command { place: Place { start: start as u32, end: last.place.end }, words })
    }

    fn operand(&mut self, open: Token) -> Parsed<Option<Word>> {
        let Some(mut word) = self.term(open)? else { return Ok(None) };
        if self.peek().kind != Kind::Field {
            return Ok(Some(word));
        }
        let mut fields = Vec::new();
        let mut end = 0;
        while self.peek().kind == Kind::Field {
            let token = self.next();
            fields.push(Rc::from(&self.said(token)[1..]));
            end = token.end as u32;
        }
        word.place.end = end;
        match &mut word.kind {
            WordKind::Field(first) => first.extend(fields),
            WordKind::Variable(_, first) => first.extend(fields),
            WordKind::Bool(_) | WordKind::String(_) | WordKind::Number(_) | WordKind::Nil | WordKind::Dot => {
                let said = &self.text[word.place.start as usize..word.place.end as usize];
                let message = format!("unexpected . after term {said:?}");
                return Err(ParseError { message, at: word.place.start as usize });
            }
            _ => {
                let place = word.place;
                word = Word { place, kind: WordKind::Chain(Box::new(word), fields) };
            }
        }
        Ok(Some(word))
    }

    fn term(&mut self, open: Token) -> Parsed<Option<Word>> {
        let token = self.next_word();
        let said = self.said(token);
        let bad = |what: &str| Err(ParseError { message: format!("{what}: {said:?}"), at: token.start });
        let kind = match token.kind {
            Kind::Identifier => {
                if !(self.known)(said) {
                    let message = format!("function {said:?} not defined");
                    return Err(ParseError { message, at: token.start });
                }
                WordKind::Function(Rc::from(said))
            }
            Kind::Dot => WordKind::Dot,
            Kind::Nil => WordKind::Nil,
            Kind::Bool => WordKind::Bool(said == "true"),
            Kind::Variable => {
                if !self.variables.iter().any(|name| &**name == said) {
                    let message = format!("undefined variable {said:?}");
                    return Err(ParseError { message, at: token.start });
                }
                WordKind::Variable(Rc::from(said), Vec::new())
            }
            Kind::Field => WordKind::Field(vec![Rc::from(&said[1..])]),
            Kind::Number => match number::number(said) {
                Some(number) => WordKind::Number(number),
                None => return bad("illegal number syntax"),
            },
            Kind::Character => match number::character(said) {
                Some(number) => WordKind::Number(number),
                None => return bad("malformed character constant"),
            },
            Kind::String | Kind::RawString => match unquote(said) {
                Some(bytes) => WordKind::String(Rc::from(bytes)),
                None => return bad("invalid syntax"),
            },
            Kind::LeftParen => {
                let pipe = self.pipeline("parenthesized pipeline", Kind::RightParen, open)?;
                let end = self.tokens[self.at - 1].end;
                let place = place(token.start, end);
                return Ok(Some(Word { place, kind: WordKind::Pipe(Box::new(pipe)) }));
            }
            _ => {
                self.at -= 1;
                return Ok(None);
            }
        };
        Ok(Some(Word { place: place(token.start, token.end), kind }))
    }
}
