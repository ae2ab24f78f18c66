//! Fields, methods and calls.
//!
//! In: a receiver and names, or a function and its words. Out: a value, with the checks of Go's reflection.

use std::rc::Rc;

use super::arguments::{self, zero};
use super::error::{Failure, Fault};
use super::eval::{Frame, Run};
use super::machine::{Function, Machine, MissingKey, Type};
use super::mark::Mark;
use super::node::{Place, Word, WordKind};
use super::value::{Data, MapKind, Value};

/// Collections of so many items cost nothing: a function goes through them in no time.
const SMALL: usize = 64;
/// Bytes that a function goes through in one step, and that it parses.
const BYTES_A_STEP: usize = 16;
const PARSED_A_STEP: usize = 4;

/// The steps of a call beside the first: a function may go through all its arguments hold, and copy it.
fn work(name: &str, arguments: &[Value]) -> usize {
    let compares = matches!(name, "deepEqual" | "has" | "mustHas" | "without" | "mustWithout" | "uniq" | "mustUniq");
    let parses = matches!(name, "tpl" | "fromYaml" | "fromYamlArray" | "fromJson" | "fromJsonArray" | "fromToml");
    let of = |value: &Value| match &value.data {
        Data::List(_) | Data::Map(_) if compares => value.size().saturating_sub(SMALL),
        Data::String(text) | Data::Bytes(text) => {
            let bytes = if parses { PARSED_A_STEP } else { BYTES_A_STEP };
            text.len().saturating_sub(SMALL * bytes) / bytes
        }
        _ => holds(name, value),
    };
    arguments.iter().map(of).fold(0, usize::saturating_add)
}

/// How much a collection holds, where a function may go through it or has made it.
fn holds(name: &str, value: &Value) -> usize {
    let looks_at_one = matches!(
        name,
        "index"
            | "len"
            | "first"
            | "last"
            | "get"
            | "hasKey"
            | "set"
            | "default"
            | "coalesce"
            | "ternary"
            | "empty"
            | "not"
            | "kindIs"
            | "kindOf"
            | "typeIs"
            | "typeOf"
            | "include"
            | "tpl"
            | "required"
            | "list"
            | "dict"
    );
    match &value.data {
        Data::List(list) if !looks_at_one => list.items.len().saturating_sub(SMALL),
        Data::Map(map) if !looks_at_one => map.len().saturating_sub(SMALL),
        _ => 0,
    }
}

impl Frame {
    /// `.a.b` of a receiver; arguments go to the last name.
    #[expect(clippy::too_many_arguments, reason = "as Go's evalFieldChain has it")]
    pub(super) fn fields(
        &mut self,
        machine: &mut Machine,
        dot: &Value,
        receiver: Value,
        place: Place,
        fields: &[Rc<str>],
        words: &[Word],
        last: Option<Value>,
    ) -> Run<Value> {
        let mut receiver = receiver;
        let Some((final_name, names)) = fields.split_last() else { return Ok(receiver) };
        for name in names {
            receiver = self.field(machine, dot, receiver, place, name, &[], None)?;
        }
        self.field(machine, dot, receiver, place, final_name, words, last)
    }

    #[expect(clippy::too_many_arguments, reason = "as Go's evalField has it")]
    fn field(
        &mut self,
        machine: &mut Machine,
        dot: &Value,
        receiver: Value,
        place: Place,
        name: &str,
        words: &[Word],
        last: Option<Value>,
    ) -> Run<Value> {
        match &receiver.data {
            Data::Absent if machine.missing == MissingKey::Error => {
                return Err(self.fail(place, format!("nil data; no entry for key {name:?}")));
            }
            Data::Absent => return Ok(Value::ABSENT),
            Data::Nil => return Err(self.fail(place, format!("nil pointer evaluating interface {{}}.{name}"))),
            _ => {}
        }
        if let Some(method) = (machine.library.method)(&receiver, name) {
            return self.call(machine, dot, place, place, name, method, Some(receiver), words, last);
        }
        let has_arguments = !words.is_empty() || last.is_some();
        match &receiver.data {
            Data::Map(map) => {
                if has_arguments {
                    return Err(self.fail(place, format!("{name} is not a method but has arguments")));
                }
                match (map.get(name), machine.missing) {
                    (Some(value), _) => Ok(value),
                    (None, MissingKey::Zero) => Ok(zero(map.kind)),
                    (None, MissingKey::Default) => Ok(Value::ABSENT),
                    (None, MissingKey::Error) => Err(self.fail(place, format!("map has no entry for key {name:?}"))),
                }
            }
            Data::Object(object) => match object.field(name) {
                Some(_) if has_arguments => {
                    Err(self.fail(place, format!("{name} has arguments but cannot be invoked as function")))
                }
                Some(value) if name.starts_with(|c: char| c.is_uppercase()) => Ok(value.clone()),
                Some(_) => {
                    let type_name = object.type_name();
                    Err(self.fail(place, format!("{name} is an unexported field of struct type {type_name}")))
                }
                None => Err(self.no_field(place, name, &receiver)),
            },
            _ => Err(self.no_field(place, name, &receiver)),
        }
    }

    fn no_field(&self, place: Place, name: &str, receiver: &Value) -> Box<Failure> {
        self.fail(place, format!("can't evaluate field {name} in type {}", receiver.type_name()))
    }

    /// A call of a function.
    #[expect(clippy::too_many_arguments, reason = "as Go's evalFunction has it")]
    pub(super) fn function(
        &mut self,
        machine: &mut Machine,
        dot: &Value,
        place: Place,
        at: Place,
        name: &str,
        words: &[Word],
        last: Option<Value>,
    ) -> Run<Value> {
        if matches!(name, "and" | "or") {
            return self.short_circuit(machine, dot, at, name, words, last);
        }
        match (machine.library.function)(name) {
            Some(function) => self.call(machine, dot, place, at, name, function, None, words, last),
            None => Err(self.fail(at, format!("{name:?} is not a defined function"))),
        }
    }

    /// `and` and `or` stop at the first argument that decides.
    fn short_circuit(
        &mut self,
        machine: &mut Machine,
        dot: &Value,
        at: Place,
        name: &str,
        words: &[Word],
        last: Option<Value>,
    ) -> Run<Value> {
        let count = words.len() + usize::from(last.is_some());
        if count == 0 {
            return Err(self.fail(at, format!("wrong number of args for {name}: want at least 1 got 0")));
        }
        let mut value = Value::ABSENT;
        for word in words {
            value = self.argument(machine, dot, Type::Reflect, word)?;
            if value.truth() == (name == "or") {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    #[expect(clippy::too_many_arguments, reason = "as Go's evalCall has it")]
    fn call(
        &mut self,
        machine: &mut Machine,
        dot: &Value,
        place: Place,
        at: Place,
        name: &str,
        function: Function,
        receiver: Option<Value>,
        words: &[Word],
        last: Option<Value>,
    ) -> Run<Value> {
        let fixed = function.parameters.len();
        let given = words.len() + usize::from(last.is_some());
        if function.rest.is_some() && given < fixed {
            let message = format!("wrong number of args for {name}: want at least {fixed} got {}", words.len());
            return Err(self.fail(at, message));
        }
        if function.rest.is_none() && given != fixed {
            return Err(self.fail(at, format!("wrong number of args for {name}: want {fixed} got {given}")));
        }
        let kind = |i: usize| function.parameters.get(i).copied().or(function.rest).unwrap_or(Type::Any);
        let mut arguments = Vec::with_capacity(given + 1);
        arguments.extend(receiver);
        for (i, word) in words.iter().enumerate() {
            arguments.push(self.argument(machine, dot, kind(i), word)?);
        }
        if let Some(last) = last {
            // Go is still at the argument before.
            let before = words.last().map_or(at, |word| word.place);
            arguments.push(arguments::check(last, kind(given - 1)).map_err(|message| self.fail(before, message))?);
        }
        machine.work(work(name, &arguments)).map_err(|fault| self.fail(at, fault))?;
        let value = (function.run)(machine, &arguments)
            .map_err(|fault| Failure::at(&self.template, place, fault, Some(name)))?;
        let spent = match &value.data {
            Data::String(text) => machine.spend(text.len()),
            _ => machine.work(holds(name, &value)),
        };
        spent.map_err(|fault| self.fail(at, fault))?;
        Ok(trace(machine, name, value, &arguments))
    }

    /// The value of a word as an argument of that type.
    pub(super) fn argument(&mut self, machine: &mut Machine, dot: &Value, kind: Type, word: &Word) -> Run<Value> {
        let value = match &word.kind {
            WordKind::Dot => dot.clone(),
            WordKind::Nil => {
                return match kind {
                    Type::Any | Type::Map | Type::Strings | Type::Version => Ok(Value::NIL),
                    Type::Reflect => Ok(Value::ABSENT),
                    _ => Err(self.fail(word.place, format!("cannot assign nil to {}", arguments::name(kind)))),
                };
            }
            WordKind::Field(fields) => self.fields(machine, dot, dot.clone(), word.place, fields, &[], None)?,
            WordKind::Variable(name, fields) => {
                let receiver = self.variable(name);
                self.fields(machine, dot, receiver, word.place, fields, &[], None)?
            }
            WordKind::Pipe(pipe) => self.pipeline(machine, dot, pipe)?,
            WordKind::Function(name) => self.function(machine, dot, word.place, word.place, name, &[], None)?,
            WordKind::Chain(inner, fields) => {
                if matches!(inner.kind, WordKind::Nil) {
                    return Err(self.fail(word.place, "indirection through explicit nil"));
                }
                let receiver = self.argument(machine, dot, Type::Reflect, inner)?;
                self.fields(machine, dot, receiver, word.place, fields, &[], None)?
            }
            WordKind::Bool(_) | WordKind::Number(_) | WordKind::String(_) => {
                return self.literal(machine, kind, word);
            }
        };
        arguments::check(value, kind).map_err(|message| self.fail(word.place, message))
    }

    /// A constant as an argument of that type.
    fn literal(&self, machine: &mut Machine, kind: Type, word: &Word) -> Run<Value> {
        let said = self.said(word.place);
        let wrong = |expected: &str| Err(self.fail(word.place, format!("expected {expected}; found {said}")));
        match (kind, &word.kind) {
            (Type::Any | Type::Reflect, _) | (Type::String, WordKind::String(_)) | (Type::Bool, WordKind::Bool(_)) => {
                self.constant(machine, word)
            }
            (Type::String, _) => wrong("string"),
            (Type::Bool, _) => wrong("bool"),
            (Type::Int | Type::Int64, WordKind::Number(number)) => match number.int {
                Some(int) if kind == Type::Int => Ok(Data::Int(int).into()),
                Some(int) => Ok(Data::Int64(int).into()),
                None => wrong("integer"),
            },
            (Type::Int | Type::Int64, _) => wrong("integer"),
            (Type::Float, WordKind::Number(number)) => match number.float {
                Some(float) => Ok(Data::Float(float).into()),
                None => wrong("float"),
            },
            (Type::Float, _) => wrong("float"),
            _ => {
                let message = format!("can't handle {said} for arg of type {}", arguments::name(kind));
                Err(self.fail(word.place, Fault::Said(message)))
            }
        }
    }
}

/// What a function made of its arguments comes from where they do, unless it says otherwise.
fn trace(machine: &mut Machine, name: &str, value: Value, arguments: &[Value]) -> Value {
    let known = match &value.data {
        Data::String(text) => text.is_empty() || !text.is_unmarked(),
        Data::List(_) | Data::Map(_) | Data::Absent | Data::Nil => true,
        _ => !value.mark.is_none(),
    };
    if known {
        return value;
    }
    // Values before constants: a text that a value went into is the value's.
    let mut all = Mark::NONE;
    for argument in arguments {
        let mark = argument.origin(&mut machine.marks);
        let origin = machine.marks.get(mark);
        // What was made of something random is random, numbers in between or not.
        if !origin.data.is_empty() || origin.generated {
            all = machine.marks.join(all, mark);
        }
    }
    // Of what was only chosen between, what was not chosen is related, no more.
    if matches!(name, "default" | "coalesce" | "ternary") {
        all = machine.marks.derived(all);
    }
    value.or_mark(all)
}

/// Whether a map holds values of any type.
pub(super) fn holds_any(kind: MapKind) -> bool {
    matches!(kind, MapKind::Any | MapKind::Values)
}
