//! Checking types.
//!
//! In: a tree and its environment. Out: the type of every node, or what does not fit. Mirrors `checker/checker.go` of
//! cel-go; the tree's height is bounded by the parser, so that walking it by recursion is safe.

use super::CelError;
use super::ast::{Ast, Entry, Expr, ExprId, Fold, Literal};
use super::env::{Env, Variable};
use super::library::{Overload, functions, type_name};
use super::parser::is_reserved;
use super::types::{StructName, Type};
use super::unify::{Bindings, instantiate, most_general};
use crate::version::KubeVersion;

/// What checking finds out.
pub(crate) struct Checked {
    /// The type of each node.
    pub types: Vec<Type>,
    /// The signatures that each call may have.
    pub overloads: Vec<Vec<&'static Overload>>,
}

/// Checks a tree.
pub(crate) fn check(ast: &Ast, env: &mut Env<'_>) -> Result<Checked, Vec<CelError>> {
    let (types, overloads) = (vec![None; ast.nodes().len()], vec![Vec::new(); ast.nodes().len()]);
    let mut checker = Checker { ast, env, bindings: Bindings::default(), types, overloads, errors: Vec::new() };
    checker.visit(ast.root());
    if !checker.errors.is_empty() {
        return Err(checker.errors);
    }
    let finish = |ty: &Option<Type>| checker.bindings.resolve(ty.as_ref().unwrap_or(&Type::Dyn), true);
    let types = checker.types.iter().map(finish).collect();
    Ok(Checked { types, overloads: checker.overloads })
}

struct Checker<'a, 'e, 't> {
    ast: &'a Ast,
    env: &'e mut Env<'t>,
    bindings: Bindings,
    types: Vec<Option<Type>>,
    overloads: Vec<Vec<&'static Overload>>,
    errors: Vec<CelError>,
}

impl Checker<'_, '_, '_> {
    /// The type of a node, checked once: macros share nodes.
    fn visit(&mut self, id: ExprId) -> Type {
        if let Some(known) = &self.types[id.index()] {
            return known.clone();
        }
        let ast = self.ast;
        let ty = match ast.expr(id) {
            Expr::Literal(literal) => literal_type(literal),
            Expr::Ident(name) => self.ident(id, name),
            Expr::Select { operand, field, test } => self.select(id, *operand, field, *test),
            Expr::Call { function, target, args } => self.call(id, function, *target, args),
            Expr::List(items) => self.list(items),
            Expr::Map(entries) => self.map(entries),
            Expr::Message { name, fields } => self.message(id, name, fields),
            Expr::Fold(fold) => self.fold(fold),
        };
        self.types[id.index()] = Some(ty.clone());
        ty
    }

    fn error(&mut self, id: ExprId, message: String) -> Type {
        let node = self.ast.node(id);
        self.errors.push(CelError::new(message, node.start, node.end));
        Type::Error
    }

    fn lookup(&self, name: &str) -> Option<Type> {
        let name = name.strip_prefix('.').unwrap_or(name);
        let variable = self.env.variables.iter().rev().find(|variable| variable.name == name);
        if let Some(variable) = variable {
            return Some(variable.ty.clone());
        }
        if self.env.types.constructs(name) || name.starts_with("google.protobuf.") && type_name(name).is_none() {
            return Some(Type::Type(Some(Type::message(name).into())));
        }
        type_name(name)
    }

    fn ident(&mut self, id: ExprId, name: &str) -> Type {
        match self.lookup(name) {
            Some(ty) => ty,
            None => self.error(id, format!("`{name}` is not defined here")),
        }
    }

    fn select(&mut self, id: ExprId, operand: ExprId, field: &str, test: bool) -> Type {
        if let Some(ty) = self.ast.qualified_name(id).and_then(|name| self.lookup(&name)) {
            return ty;
        }
        let ty = self.field(id, operand, field, false);
        if test { Type::Bool } else { self.bindings.resolve(&ty, false) }
    }

    fn field(&mut self, id: ExprId, operand: ExprId, field: &str, optional: bool) -> Type {
        let ty = self.visit(operand);
        let ty = self.bindings.resolve(&ty, false);
        let (target, is_optional) = ty.unwrap_optional();
        let result = match target {
            Type::Map(pair) => pair.1.clone(),
            Type::Struct(of) => self.struct_field(id, of, field),
            Type::Param(_) => {
                self.bindings.assignable(&Type::Dyn, target);
                Type::Dyn
            }
            Type::Dyn | Type::Any | Type::Error => Type::Dyn,
            _ => {
                self.error(id, format!("a value of type {target} has no fields, so no `{field}`"));
                Type::Dyn
            }
        };
        if optional || is_optional { Type::optional(result) } else { result }
    }

    fn struct_field(&mut self, id: ExprId, of: &StructName, field: &str) -> Type {
        if matches!(of, StructName::Named(name) if name.starts_with("google.protobuf.")) {
            return Type::Dyn;
        }
        if let Some(ty) = self.env.types.field(of, field) {
            return ty;
        }
        // From compatibility version 1.31 on, which is what 1.32 starts with, the server finds fields named like keywords.
        if self.env.version >= KubeVersion(32)
            && is_reserved(field)
            && let Some(ty) = self.env.types.field(of, &format!("__{field}__"))
        {
            return ty;
        }
        let mut known = self.env.types.fields(of);
        known.sort_unstable();
        let hint = match known.as_slice() {
            [] => String::new(),
            names if names.len() > 12 => format!(": fields are {}, ...", names[..12].join(", ")),
            names => format!(": fields are {}", names.join(", ")),
        };
        self.error(id, format!("there is no field `{field}`{hint}"))
    }

    fn call(&mut self, id: ExprId, function: &str, target: Option<ExprId>, args: &[ExprId]) -> Type {
        if function == "_?._" {
            return self.optional_select(id, args);
        }
        for &arg in args {
            self.visit(arg);
        }
        let name = function.strip_prefix('.').unwrap_or(function);
        let Some(target) = target else {
            return match self.known(name) {
                Some(overloads) => self.resolve(id, name, &overloads, None, args),
                None => self.error(id, format!("there is no function `{name}`")),
            };
        };
        let qualified = self.ast.qualified_name(target).map(|prefix| format!("{prefix}.{function}"));
        if let Some((name, overloads)) = qualified.and_then(|name| Some((name.clone(), self.known(&name)?))) {
            return self.resolve(id, &name, &overloads, None, args);
        }
        self.visit(target);
        match self.known(function) {
            Some(overloads) => self.resolve(id, function, &overloads, Some(target), args),
            None => self.error(id, format!("there is no function `{function}`")),
        }
    }

    fn known(&self, name: &str) -> Option<Vec<&'static Overload>> {
        let all = functions().get(name)?;
        let version = self.env.version.0;
        let known = all.iter().filter(|o| o.since <= version && (self.env.patches || !o.patch));
        let known: Vec<_> = known.collect();
        (!known.is_empty()).then_some(known)
    }

    fn optional_select(&mut self, id: ExprId, args: &[ExprId]) -> Type {
        let (Some(&operand), Some(&key)) = (args.first(), args.get(1)) else { return Type::Dyn };
        let Expr::Literal(Literal::String(field)) = self.ast.expr(key) else { return Type::Dyn };
        let ty = self.field(id, operand, field, true);
        self.bindings.resolve(&ty, false)
    }

    fn resolve(
        &mut self,
        id: ExprId,
        name: &str,
        overloads: &[&'static Overload],
        target: Option<ExprId>,
        args: &[ExprId],
    ) -> Type {
        let given: Vec<_> = target.iter().chain(args).map(|&id| self.visit(id)).collect();
        if matches!(name, "_&&_" | "_||_") {
            self.overloads[id.index()] = overloads.to_vec();
            return self.logic(args, &given);
        }
        let mut result: Option<Type> = None;
        for overload in overloads.iter().filter(|o| o.member == target.is_some()) {
            let fresh: Vec<_> = (0..overload.params).map(|_| self.bindings.fresh()).collect();
            let wanted: Vec<_> = overload.args.iter().map(|ty| instantiate(ty, &fresh)).collect();
            if !self.bindings.assignable_all(&given, &wanted) {
                continue;
            }
            self.overloads[id.index()].push(*overload);
            let ty = self.bindings.resolve(&instantiate(&overload.result, &fresh), false);
            result = Some(match result {
                Some(before) if !before.is_dyn_or_error() && before != ty => Type::Dyn,
                Some(before) => before,
                None => ty,
            });
        }
        result.unwrap_or_else(|| self.no_overload(id, name, &given, target.is_some()))
    }

    fn logic(&mut self, args: &[ExprId], given: &[Type]) -> Type {
        let mut result = Type::Bool;
        for (&arg, ty) in args.iter().zip(given) {
            if !self.bindings.assignable(ty, &Type::Bool) {
                let ty = self.bindings.resolve(ty, true);
                result = self.error(arg, format!("expected a bool, not {ty}"));
            }
        }
        result
    }

    fn no_overload(&mut self, id: ExprId, name: &str, given: &[Type], member: bool) -> Type {
        let given: Vec<_> = given.iter().map(|ty| self.bindings.resolve(ty, true).to_string()).collect();
        let message = match (operator(name), given.as_slice()) {
            (Some(_), [condition, yes, no]) => {
                format!("`? :` does not take a {condition} with {yes} and {no}")
            }
            (Some(op), _) => format!("`{op}` does not take {}", given.join(" and ")),
            (None, [target, rest @ ..]) if member => {
                format!("`{target}` has no function `{name}({})`", rest.join(", "))
            }
            _ => format!("`{name}` does not take ({})", given.join(", ")),
        };
        self.error(id, message)
    }

    /// The type of an element marked optional: what the optional value holds.
    fn unwrap_element(&mut self, id: ExprId, ty: Type, optional: bool) -> Type {
        if !optional {
            return ty;
        }
        match ty.unwrap_optional() {
            (inner, true) => inner.clone(),
            (Type::Dyn | Type::Any, false) => ty,
            _ => self.error(id, format!("expected an optional value after `?`, not {ty}")),
        }
    }

    fn list(&mut self, items: &[(ExprId, bool)]) -> Type {
        let mut joined = None;
        for &(id, optional) in items {
            let ty = self.visit(id);
            let ty = self.unwrap_element(id, ty, optional);
            joined = Some(self.join(joined, ty));
        }
        Type::list(joined.unwrap_or_else(|| self.bindings.fresh()))
    }

    fn map(&mut self, entries: &[Entry]) -> Type {
        let (mut keys, mut values) = (None, None);
        for entry in entries {
            let key = self.visit(entry.key);
            keys = Some(self.join(keys, key));
            let value = self.visit(entry.value);
            let value = self.unwrap_element(entry.value, value, entry.optional);
            values = Some(self.join(values, value));
        }
        let mut free = |ty: Option<Type>| ty.unwrap_or_else(|| self.bindings.fresh());
        Type::map(free(keys), free(values))
    }

    /// What elements of a literal have in common: `dyn` where that is nothing. That they must be of one type is checked
    /// afterwards, since what `format` is given is exempt.
    fn join(&mut self, before: Option<Type>, ty: Type) -> Type {
        let Some(before) = before else { return ty };
        if self.bindings.assignable(&before, &ty) { most_general(&before, &ty).clone() } else { Type::Dyn }
    }

    fn message(&mut self, id: ExprId, name: &str, fields: &[Entry]) -> Type {
        let bare = name.strip_prefix('.').unwrap_or(name);
        let of = StructName::Named(bare.into());
        let result = match self.lookup(name) {
            None => return self.error(id, format!("`{name}` is not defined here")),
            Some(Type::Type(Some(inner))) => (*inner).clone(),
            Some(other) => self.error(id, format!("`{name}` is not a type but a value of type {other}")),
        };
        for field in fields {
            let given = self.visit(field.value);
            let given = self.unwrap_element(field.value, given, field.optional);
            let Expr::Literal(Literal::String(key)) = self.ast.expr(field.key) else { continue };
            let wanted = if result == Type::Error { Type::Error } else { self.struct_field(field.key, &of, key) };
            if !self.bindings.assignable(&wanted, &given) {
                let given = self.bindings.resolve(&given, true);
                self.error(field.key, format!("`{key}` is of type {wanted}, not {given}"));
            }
        }
        result
    }

    fn fold(&mut self, fold: &Fold) -> Type {
        let range = self.visit(fold.range);
        let range = self.bindings.resolve(&range, false);
        let accu = self.visit(fold.init);
        let depth = self.env.variables.len();
        self.env.variables.push(Variable::new(fold.accu.clone(), accu.clone()));
        let (first, second) = self.elements(fold, &range);
        self.env.variables.push(Variable::new(fold.var.clone(), first));
        if let Some(var2) = &fold.var2 {
            self.env.variables.push(Variable::new(var2.clone(), second));
        }
        self.visit(fold.condition);
        self.want(fold.condition, &Type::Bool);
        self.visit(fold.step);
        self.want(fold.step, &accu);
        self.env.variables.truncate(depth + 1);
        let result = self.visit(fold.result);
        self.env.variables.truncate(depth);
        self.bindings.resolve(&result, false)
    }

    /// The types of the variables of a fold over `range`.
    fn elements(&mut self, fold: &Fold, range: &Type) -> (Type, Type) {
        let two = fold.var2.is_some();
        match range {
            Type::List(item) if two => (Type::Int, (**item).clone()),
            Type::List(item) => ((**item).clone(), Type::Dyn),
            Type::Map(pair) => (pair.0.clone(), pair.1.clone()),
            Type::Dyn | Type::Error | Type::Param(_) => {
                self.bindings.assignable(&Type::Dyn, range);
                (Type::Dyn, Type::Dyn)
            }
            _ => {
                self.error(fold.range, format!("expected a list or a map, not {range}"));
                (Type::Error, Type::Error)
            }
        }
    }

    fn want(&mut self, id: ExprId, wanted: &Type) {
        let given = self.visit(id);
        if !self.bindings.assignable(wanted, &given) {
            let (wanted, given) = (self.bindings.resolve(wanted, true), self.bindings.resolve(&given, true));
            self.error(id, format!("expected {wanted}, not {given}"));
        }
    }
}

fn literal_type(literal: &Literal) -> Type {
    match literal {
        Literal::Null => Type::Null,
        Literal::Bool(_) => Type::Bool,
        Literal::Int(_) => Type::Int,
        Literal::Uint(_) => Type::Uint,
        Literal::Double(_) => Type::Double,
        Literal::String(_) => Type::String,
        Literal::Bytes(_) => Type::Bytes,
    }
}

/// The operator that a function such as `_+_` stands for.
fn operator(name: &str) -> Option<&str> {
    match name {
        "_?_:_" => Some("? :"),
        "@in" => Some("in"),
        "_[_]" => Some("[]"),
        "_[?_]" => Some("[?]"),
        "!_" => Some("!"),
        "-_" => Some("-"),
        _ => name.strip_prefix('_')?.strip_suffix('_'),
    }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
