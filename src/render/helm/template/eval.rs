//! Running a template.
//!
//! In: a template and what its dot is. Out: text, written piece by piece with its origins. The rules are those of Go's
//! `text/template/exec.go` with `missingkey=zero`, which is how Helm runs it.

use std::rc::Rc;

use super::error::{Failure, Fault, span};
use super::machine::{Machine, Type};
use super::mark::Mark;
use super::node::{Branch, Command, Node, Number, Pipe, Place, Template, Word, WordKind};
use super::print;
use super::text::{Text, TextBuilder};
use super::value::{Data, Value};

/// What goes on in one template: its variables.
pub(super) struct Frame {
    pub template: Rc<Template>,
    variables: Vec<(Rc<str>, Value)>,
}

pub(super) type Run<T> = Result<T, Box<Failure>>;

#[derive(PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

/// Runs a template.
pub(super) fn execute(machine: &mut Machine, template: &Rc<Template>, dot: &Value) -> Run<Text> {
    let mut out = TextBuilder::default();
    run(machine, template, dot, &mut out)?;
    Ok(out.finish())
}

fn run(machine: &mut Machine, template: &Rc<Template>, dot: &Value, out: &mut TextBuilder) -> Run<()> {
    let mut frame = Frame { template: template.clone(), variables: vec![(Rc::from("$"), dot.clone())] };
    machine.depth += 1;
    if machine.depth > machine.limits.depth {
        machine.depth -= 1;
        let message = format!("exceeded maximum template depth ({})", machine.limits.depth);
        return Err(frame.fail(Place::default(), message));
    }
    let body = template.body.clone();
    let done = frame.walk(machine, dot, &body, out);
    machine.depth -= 1;
    done.map(|_| ())
}

impl Frame {
    /// A failure at a place of this template.
    pub fn fail(&self, place: Place, fault: impl Into<Fault>) -> Box<Failure> {
        Failure::at(&self.template, place, fault.into(), None)
    }

    /// A call of a template that is not there.
    fn undefined(&self, place: Place, name: &str, pipe: Option<&Pipe>) -> Box<Failure> {
        let pipe = pipe.map_or_else(String::new, |pipe| format!(" {}", self.said(pipe.place)));
        let context = format!("{{{{template {name:?}{pipe}}}}}");
        let fault = Fault::Said(format!("template {name:?} not defined"));
        Failure::in_context(&self.template, place, &context, fault, None)
    }

    fn walk(&mut self, machine: &mut Machine, dot: &Value, nodes: &[Node], out: &mut TextBuilder) -> Run<Flow> {
        for node in nodes {
            machine.step().map_err(|fault| self.fail(place_of(node), fault))?;
            match node {
                Node::Text(place) => self.write_text(machine, *place, out)?,
                Node::Action(pipe) => {
                    let value = self.pipeline(machine, dot, pipe)?;
                    if pipe.variables.is_empty() {
                        self.write(machine, &value, pipe, out)?;
                    }
                }
                Node::If(branch) => {
                    let flow = self.choose(machine, dot, branch, false, out)?;
                    if flow != Flow::On {
                        return Ok(flow);
                    }
                }
                Node::With(branch) => {
                    let flow = self.choose(machine, dot, branch, true, out)?;
                    if flow != Flow::On {
                        return Ok(flow);
                    }
                }
                Node::Range(branch) => {
                    let flow = self.range(machine, dot, branch, out)?;
                    if flow != Flow::On {
                        return Ok(flow);
                    }
                }
                Node::Break => return Ok(Flow::Break),
                Node::Continue => return Ok(Flow::Continue),
                Node::Template(place, name, pipe) => {
                    let Some(template) = machine.set.get(name) else {
                        return Err(self.undefined(*place, name, pipe.as_ref()));
                    };
                    let dot = match pipe {
                        Some(pipe) => self.pipeline(machine, dot, pipe)?,
                        None => Value::ABSENT,
                    };
                    let start = out.len();
                    run(machine, &template, &dot, out)?;
                    self.sign(machine, *place, start, out);
                }
            }
        }
        Ok(Flow::On)
    }

    fn write_text(&self, machine: &mut Machine, place: Place, out: &mut TextBuilder) -> Run<()> {
        let unit = &self.template.unit;
        let (start, end) = (place.start as usize, place.end as usize);
        machine.spend(end - start).map_err(|fault| self.fail(place, fault))?;
        match (&unit.given, span(&self.template, place)) {
            (Some(given), _) if given.len() == unit.text.len() => out.slice(given, start, end),
            (_, Some(span)) => {
                let mark = machine.marks.template(span);
                out.push_exact(&unit.text.as_bytes()[start..end], mark, place.start);
            }
            _ => out.push(&unit.text.as_bytes()[start..end], Mark::NONE),
        }
        Ok(())
    }

    fn write(&self, machine: &mut Machine, value: &Value, pipe: &Pipe, out: &mut TextBuilder) -> Run<()> {
        let start = out.len();
        print::print(machine, value, out).map_err(|fault| self.fail(pipe.place, fault))?;
        machine.spend(out.len() - start).map_err(|fault| self.fail(pipe.place, fault))?;
        self.sign(machine, pipe.action, start, out);
        Ok(())
    }

    /// Names the action as what wrote the bytes from `start` on.
    fn sign(&self, machine: &mut Machine, place: Place, start: usize, out: &mut TextBuilder) {
        if let Some(span) = span(&self.template, place) {
            out.written_at(start, &mut machine.marks, span);
        } else if let Some(given) = &self.template.unit.given {
            let mark = given.slice(place.start as usize, place.end as usize).mark(&mut machine.marks);
            out.also(start, &mut machine.marks, mark);
        }
    }

    fn choose(
        &mut self,
        machine: &mut Machine,
        dot: &Value,
        branch: &Branch,
        with: bool,
        out: &mut TextBuilder,
    ) -> Run<Flow> {
        let variables = self.variables.len();
        let value = self.pipeline(machine, dot, &branch.pipe)?;
        let flow = if value.truth() {
            self.walk(machine, if with { &value } else { dot }, &branch.body, out)
        } else if let Some(otherwise) = &branch.otherwise {
            self.walk(machine, dot, otherwise, out)
        } else {
            Ok(Flow::On)
        };
        self.variables.truncate(variables);
        flow
    }

    fn range(&mut self, machine: &mut Machine, dot: &Value, branch: &Branch, out: &mut TextBuilder) -> Run<Flow> {
        let variables = self.variables.len();
        let value = self.pipeline(machine, dot, &branch.pipe)?;
        let pipe = &branch.pipe;
        let fail = |message: String| Err(self.fail(pipe.place, message));
        let mut some = false;
        match &value.data {
            Data::Int(count) | Data::Int64(count) | Data::Duration(count) => {
                if pipe.variables.len() > 1 {
                    return fail(format!("can't use {count} to iterate over more than one variable"));
                }
                for i in 0..*count {
                    some = true;
                    let item = Value { data: same_integer(&value.data, i), mark: value.mark };
                    if self.iterate(machine, branch, Value::ABSENT, item, out)? == Flow::Break {
                        break;
                    }
                }
            }
            Data::List(list) => {
                for (i, item) in list.items.iter().enumerate() {
                    some = true;
                    let index = Data::Int(i as i64).into();
                    if self.iterate(machine, branch, index, item.clone(), out)? == Flow::Break {
                        break;
                    }
                }
            }
            Data::Bytes(text) => {
                for (i, byte) in text.bytes().iter().enumerate() {
                    some = true;
                    let item = Data::Byte(*byte).into();
                    if self.iterate(machine, branch, Data::Int(i as i64).into(), item, out)? == Flow::Break {
                        break;
                    }
                }
            }
            Data::Map(map) => {
                for (key, slot) in map.snapshot() {
                    some = true;
                    let index = Value::text(Text::new(key.as_bytes(), slot.key));
                    if self.iterate(machine, branch, index, slot.value, out)? == Flow::Break {
                        break;
                    }
                }
            }
            Data::Absent | Data::Nil => {}
            _ => {
                let shown = print::shown(machine, &value);
                return fail(format!("range can't iterate over {shown}"));
            }
        }
        self.variables.truncate(variables);
        match &branch.otherwise {
            Some(otherwise) if !some => {
                let flow = self.walk(machine, dot, otherwise, out);
                self.variables.truncate(variables);
                flow
            }
            _ => Ok(Flow::On),
        }
    }

    fn iterate(
        &mut self,
        machine: &mut Machine,
        branch: &Branch,
        index: Value,
        item: Value,
        out: &mut TextBuilder,
    ) -> Run<Flow> {
        let pipe = &branch.pipe;
        machine.step().map_err(|fault| self.fail(pipe.place, fault))?;
        let count = pipe.variables.len();
        if pipe.assign {
            if count > 1 {
                self.assign(&pipe.variables[0], index);
                self.assign(&pipe.variables[1], item.clone());
            } else if count == 1 {
                self.assign(&pipe.variables[0], item.clone());
            }
        } else if count > 0 {
            let top = self.variables.len();
            self.variables[top - 1].1 = item.clone();
            if count > 1 {
                self.variables[top - 2].1 = index;
            }
        }
        let variables = self.variables.len();
        let flow = self.walk(machine, &item, &branch.body, out);
        self.variables.truncate(variables);
        flow
    }

    fn assign(&mut self, name: &str, value: Value) {
        if let Some(variable) = self.variables.iter_mut().rev().find(|(known, _)| &**known == name) {
            variable.1 = value;
        }
    }

    pub fn variable(&self, name: &str) -> Value {
        let found = self.variables.iter().rev().find(|(known, _)| &**known == name);
        found.map_or(Value::ABSENT, |(_, value)| value.clone())
    }

    pub fn pipeline(&mut self, machine: &mut Machine, dot: &Value, pipe: &Pipe) -> Run<Value> {
        let mut value: Option<Value> = None;
        for command in &pipe.commands {
            let mut next = self.command(machine, dot, command, value)?;
            // Go takes what is in the interface out of it: of a nil one nothing is left.
            if matches!(next.data, Data::Nil) {
                next.data = Data::Absent;
            }
            value = Some(next);
        }
        let value = value.unwrap_or(Value::ABSENT);
        for name in &pipe.variables {
            if pipe.assign {
                if !self.variables.iter().any(|(known, _)| known == name) {
                    return Err(self.fail(pipe.place, format!("undefined variable: {name}")));
                }
                self.assign(name, value.clone());
            } else {
                self.variables.push((name.clone(), value.clone()));
            }
        }
        Ok(value)
    }

    fn command(&mut self, machine: &mut Machine, dot: &Value, command: &Command, last: Option<Value>) -> Run<Value> {
        machine.step().map_err(|fault| self.fail(command.place, fault))?;
        let first = &command.words[0];
        let arguments = &command.words[1..];
        match &first.kind {
            WordKind::Field(fields) => {
                return self.fields(machine, dot, dot.clone(), first.place, fields, arguments, last);
            }
            WordKind::Chain(word, fields) => {
                let receiver = self.chained(machine, dot, word)?;
                return self.fields(machine, dot, receiver, first.place, fields, arguments, last);
            }
            WordKind::Variable(name, fields) if !fields.is_empty() => {
                let receiver = self.variable(name);
                return self.fields(machine, dot, receiver, first.place, fields, arguments, last);
            }
            WordKind::Function(name) => {
                return self.function(machine, dot, command.place, first.place, name, arguments, last);
            }
            _ => {}
        }
        if !arguments.is_empty() || last.is_some() {
            // Go shows a pipeline without its parentheses, and is then still at the command.
            let (place, shown) = match &first.kind {
                WordKind::Pipe(pipe) => (command.place, pipe.place),
                _ => (first.place, first.place),
            };
            let said = self.said(shown);
            return Err(self.fail(place, format!("can't give argument to non-function {said}")));
        }
        match &first.kind {
            WordKind::Nil => Err(self.fail(first.place, "nil is not a command")),
            WordKind::Pipe(pipe) => self.pipeline(machine, dot, pipe),
            WordKind::Dot => Ok(dot.clone()),
            WordKind::Variable(name, _) => Ok(self.variable(name)),
            _ => self.constant(machine, first),
        }
    }

    /// The text of a place.
    pub fn said(&self, place: Place) -> String {
        self.template.unit.text.get(place.start as usize..place.end as usize).unwrap_or("").to_owned()
    }

    /// Where a constant stands.
    fn place_mark(&self, machine: &mut Machine, place: Place) -> Mark {
        match (span(&self.template, place), &self.template.unit.given) {
            (Some(span), _) => machine.marks.template(span),
            (None, Some(given)) => given.slice(place.start as usize, place.end as usize).mark(&mut machine.marks),
            (None, None) => Mark::NONE,
        }
    }

    /// The value of a constant that stands where any type will do.
    pub fn constant(&self, machine: &mut Machine, word: &Word) -> Run<Value> {
        let mark = self.place_mark(machine, word.place);
        let data = match &word.kind {
            WordKind::Bool(value) => Data::Bool(*value),
            WordKind::String(bytes) => Data::String(Text::new(bytes, mark)),
            WordKind::Number(number) => self.number(*number, word)?,
            _ => return Err(self.fail(word.place, format!("can't evaluate command {:?}", self.said(word.place)))),
        };
        Ok(Value { data, mark })
    }

    fn number(&self, number: Number, word: &Word) -> Run<Data> {
        match number {
            Number { floating: true, float: Some(float), .. } => Ok(Data::Float(float)),
            Number { int: Some(int), .. } => Ok(Data::Int(int)),
            Number { uint: Some(_), .. } => {
                Err(self.fail(word.place, format!("{} overflows int", self.said(word.place))))
            }
            _ => Err(self.fail(word.place, "complex numbers are not supported")),
        }
    }

    /// What stands before the fields of a chain.
    fn chained(&mut self, machine: &mut Machine, dot: &Value, word: &Word) -> Run<Value> {
        match &word.kind {
            WordKind::Nil => Err(self.fail(word.place, "indirection through explicit nil")),
            _ => self.argument(machine, dot, Type::Reflect, word),
        }
    }
}

fn same_integer(data: &Data, i: i64) -> Data {
    match data {
        Data::Int64(_) => Data::Int64(i),
        Data::Duration(_) => Data::Duration(i),
        _ => Data::Int(i),
    }
}

fn place_of(node: &Node) -> Place {
    match node {
        Node::Text(place) | Node::Template(place, ..) => *place,
        Node::Action(pipe) => pipe.place,
        Node::If(branch) | Node::With(branch) | Node::Range(branch) => branch.pipe.place,
        Node::Break | Node::Continue => Place::default(),
    }
}
