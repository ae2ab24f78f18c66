//! The functions of Helm's templates: Go's own, sprig 3 and Helm's.
//!
//! In: a name, or a value and the name of a method. Out: a [`Function`] whose parameters are checked before it runs.

mod cases;
mod convert;
mod crypto;
mod dates;
mod defaults;
mod dicts;
mod duration;
mod encode;
mod files;
pub mod json;
mod lists;
mod merge;
mod methods;
mod numbers;
mod paths;
mod regexes;
mod semantic;
pub mod semver;
pub(crate) mod specific;
mod strings;
pub mod time;
mod time_parse;
mod toml_in;
mod toml_out;
mod types;
mod urls;
mod wrap;
pub mod yaml_in;
pub mod yaml_out;
mod yaml_scalar;

use super::template::{CallResult, Function, Library, Machine, Type, Value, builtin};

/// All functions and methods.
pub fn library() -> Library {
    Library { function: find, method: methods::find }
}

/// A function by name.
pub(crate) fn find(name: &str) -> Option<Function> {
    specific::find(name)
        .or_else(|| strings::find(name))
        .or_else(|| defaults::find(name))
        .or_else(|| dicts::find(name))
        .or_else(|| lists::find(name))
        .or_else(|| numbers::find(name))
        .or_else(|| types::find(name))
        .or_else(|| encode::find(name))
        .or_else(|| cases::find(name))
        .or_else(|| wrap::find(name))
        .or_else(|| regexes::find(name))
        .or_else(|| semantic::find(name))
        .or_else(|| paths::find(name))
        .or_else(|| urls::find(name))
        .or_else(|| dates::find(name))
        .or_else(|| duration::find(name))
        .or_else(|| crypto::find(name))
        .or_else(|| builtin::find(name))
}

type Run = fn(&mut Machine, &[Value]) -> CallResult;

/// A function of fixed parameters.
#[expect(clippy::unnecessary_wraps, reason = "it ends the arms of a match that has one without")]
fn fixed(parameters: &'static [Type], run: Run) -> Option<Function> {
    Some(Function { parameters, rest: None, run })
}

/// A function of any number of arguments behind the fixed ones.
#[expect(clippy::unnecessary_wraps, reason = "it ends the arms of a match that has one without")]
fn open(parameters: &'static [Type], rest: Type, run: Run) -> Option<Function> {
    Some(Function { parameters, rest: Some(rest), run })
}

/// Of a value that is written out and has no end, or none that is near.
const TOO_DEEP: &str = "the value nests too deeply, or holds itself";
/// What Go says where a function asks a nil interface for its type.
const NIL_POINTER: &str = "runtime error: invalid memory address or nil pointer dereference";
