//! A front end for CEL, the expression language of Kubernetes' extension points.
//!
//! In: the text of an expression and an [`Env`]: the variables, types and libraries it may use, and the version checked
//! for. Out: the checked [`Ast`] and its type, or [`CelError`]s that point into the text; and what evaluating it may cost.
//! It mirrors what cel-go's parser and checker accept with the options Kubernetes sets; nothing is evaluated here.

mod ast;
mod build;
mod check;
mod cost;
mod cost_calls;
mod env;
mod lexer;
mod library;
mod literal;
mod macros;
mod parser;
mod types;
mod unify;
mod validate;

pub use ast::{Ast, Entry, Expr, ExprId, Literal};
use check::check;
pub use cost::{Sizes, cost};
pub use env::{Env, NoTypes, StructTypes, Variable};
pub use parser::{Dialect, is_reserved, parse};
pub use types::{StructName, Type};

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CelError {
    /// In plain words, without a final stop.
    pub message: String,
    /// First byte in the expression's text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl CelError {
    pub(crate) fn new(message: impl Into<String>, start: u32, end: u32) -> Self {
        Self { message: message.into(), start, end }
    }
}

/// Most steps of a path whose size is asked for.
const MAX_STEPS: usize = 1000;

/// An expression that parses and whose types fit.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The tree.
    pub ast: Ast,
    /// The type of its result; type parameters that stayed free are `dyn`.
    pub result: Type,
    /// For each node, by its id, its type.
    pub types: Vec<Type>,
    /// For each call, by its id, the signatures it may have.
    pub(crate) overloads: Vec<Vec<&'static library::Overload>>,
}

/// Parses and checks an expression, as cel-go's `Env.Compile` does.
pub fn compile(text: &str, env: &mut Env<'_>) -> Result<Compiled, Vec<CelError>> {
    let ast = parse(text, Dialect { version: env.version, bindings: env.bindings })?;
    let checked = check(&ast, env)?;
    validate::run(&ast, &checked.types, env.version)?;
    let result = checked.types[ast.root().index()].clone();
    Ok(Compiled { ast, result, types: checked.types, overloads: checked.overloads })
}
