//! A template taken apart.
//!
//! In: what the parser reads. Out: nodes with the bytes they stand at, in the terms of Go's text/template.

use std::rc::Rc;

/// Bytes of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// First byte.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// One template file or one text given to `tpl`.
#[derive(Debug)]
pub struct Unit {
    /// The name that messages use.
    pub name: Rc<str>,
    /// Its text.
    pub text: Rc<str>,
    /// Number of its source, where it is a file.
    pub source: Option<crate::source::SourceId>,
    /// Where the text came from, where it was given to `tpl`.
    pub given: Option<super::text::Text>,
}

/// A template by name.
#[derive(Debug)]
pub struct Template {
    /// Its name.
    pub name: Rc<str>,
    /// Where it is written.
    pub unit: Rc<Unit>,
    /// What it does.
    pub body: Rc<Vec<Node>>,
}

/// A step of a template.
#[derive(Debug)]
pub enum Node {
    /// Text that is printed as it stands.
    Text(Place),
    /// `{{ pipeline }}`
    Action(Pipe),
    /// `if` and `with`.
    If(Branch),
    /// `with`
    With(Branch),
    /// `range`
    Range(Branch),
    /// `{{ break }}`
    Break,
    /// `{{ continue }}`
    Continue,
    /// `{{ template "name" pipeline }}`
    Template(Place, Rc<str>, Option<Pipe>),
}

/// A control structure.
#[derive(Debug)]
pub struct Branch {
    /// What it decides on.
    pub pipe: Pipe,
    /// Its body.
    pub body: Vec<Node>,
    /// What `else` does.
    pub otherwise: Option<Vec<Node>>,
}

/// Commands, each given what the one before it yields.
#[derive(Debug)]
pub struct Pipe {
    /// Where it is.
    pub place: Place,
    /// The whole action with its delimiters, where it is one.
    pub action: Place,
    /// Variables set, `$` included.
    pub variables: Vec<Rc<str>>,
    /// `=` rather than `:=`.
    pub assign: bool,
    /// The commands.
    pub commands: Vec<Command>,
}

/// One command: a function or a value, and its arguments.
#[derive(Debug)]
pub struct Command {
    /// Where it is.
    pub place: Place,
    /// The words of it.
    pub words: Vec<Word>,
}

/// A word of a command.
#[derive(Debug)]
pub struct Word {
    /// Where it is.
    pub place: Place,
    /// What it is.
    pub kind: WordKind,
}

/// What a word is.
#[derive(Debug)]
pub enum WordKind {
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text constant.
    String(Rc<[u8]>),
    /// `.a.b`
    Field(Vec<Rc<str>>),
    /// `$x.a.b`: the name with its `$`, then fields.
    Variable(Rc<str>, Vec<Rc<str>>),
    /// `(…).a`, `f.a`
    Chain(Box<Word>, Vec<Rc<str>>),
    /// A function.
    Function(Rc<str>),
    /// `(pipeline)`
    Pipe(Box<Pipe>),
}

/// A number constant, as far as it can be each type.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Number {
    /// As an `int`.
    pub int: Option<i64>,
    /// As an unsigned integer.
    pub uint: Option<u64>,
    /// As a float.
    pub float: Option<f64>,
    /// It is written as a float.
    pub floating: bool,
    /// It is imaginary.
    pub complex: bool,
}
