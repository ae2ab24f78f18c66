//! What an expression may refer to at the place where it stands.
//!
//! In: variables, message types and the version checked for. Out: [`Env`], which the checker asks. The places themselves
//! (admission policies, custom resources, device selectors) are put together by those who know them.

use super::types::{StructName, Type};
use crate::version::KubeVersion;

/// A variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Its name, maybe dotted (`authorizer.requestResource`).
    pub name: String,
    /// Its type.
    pub ty: Type,
}

impl Variable {
    /// A variable of a type.
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Self { name: name.into(), ty }
    }
}

/// The message types of a place and their fields.
pub trait StructTypes {
    /// The type of a field; nothing where the type has no such field.
    fn field(&mut self, of: &StructName, field: &str) -> Option<Type>;

    /// The names of a type's fields, to suggest one; empty where they are not known.
    fn fields(&self, _of: &StructName) -> Vec<String> {
        Vec::new()
    }

    /// Whether a message of that name can be written (`JSONPatch{…}`).
    fn constructs(&self, _name: &str) -> bool {
        false
    }
}

/// No message types at all.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTypes;

impl StructTypes for NoTypes {
    fn field(&mut self, _: &StructName, _: &str) -> Option<Type> {
        None
    }
}

/// What an expression may refer to.
pub struct Env<'a> {
    /// The version checked for.
    pub version: KubeVersion,
    /// The variables; a later one hides an earlier one of the same name.
    pub variables: Vec<Variable>,
    /// The message types.
    pub types: &'a mut dyn StructTypes,
    /// Whether the functions for JSON patches are known.
    pub patches: bool,
    /// Whether `cel.bind` is known (device selectors).
    pub bindings: bool,
}

impl<'a> Env<'a> {
    /// An environment without patches and `cel.bind`.
    pub fn new(version: KubeVersion, variables: Vec<Variable>, types: &'a mut dyn StructTypes) -> Self {
        Self { version, variables, types, patches: false, bindings: false }
    }
}
