//! Macros: calls that become folds before types are checked.
//!
//! In: a call's name, receiver and arguments. Out: the expansion, or the plain call where no macro of that name and
//! number of arguments exists. Mirrors `parser/macro.go`, `ext/comprehensions.go` (two variables), `ext/lists.go`
//! (`sortBy`), `ext/bindings.go` (`cel.bind`) and `cel/library.go` (`optMap`, `optFlatMap`) of cel-go.

use super::CelError;
use super::ast::{Expr, ExprId, Fold, Literal};
use super::build::{ACCU, Builder, Built, Range};
use super::parser::Dialect;
use crate::version::KubeVersion;

/// A call without receiver: `has(a.b)` or a function.
pub(crate) fn global(out: &mut Builder, name: &str, args: Vec<ExprId>, at: Range) -> Built {
    if name != "has" || args.len() != 1 {
        return out.call(name, args, at);
    }
    match out.ast.expr(args[0]) {
        Expr::Select { operand, field, test: false } => {
            let (operand, field) = (*operand, field.clone());
            out.push(Expr::Select { operand, field, test: true }, at)
        }
        _ => Err(error(out, args[0], "`has()` takes a field selection such as `a.b`")),
    }
}

/// A call with receiver.
pub(crate) fn member(
    out: &mut Builder,
    dialect: Dialect,
    name: &str,
    target: ExprId,
    args: Vec<ExprId>,
    at: Range,
) -> Built {
    let since = |minor| dialect.version >= KubeVersion(minor);
    let expansion = Expansion { target, args: &args, at };
    match (name, args.len()) {
        ("all" | "exists" | "exists_one" | "existsOne", 2) => expansion.quantifier(out, name, 1),
        ("map", 2 | 3) => expansion.map(out, 1),
        ("filter", 2) => expansion.filter(out),
        ("optMap" | "optFlatMap", 2) if since(29) => expansion.optional_map(out, name == "optFlatMap"),
        ("all" | "exists" | "exists_one" | "existsOne", 3) if since(33) => expansion.quantifier(out, name, 2),
        ("transformList", 3 | 4) if since(33) => expansion.map(out, 2),
        ("transformMap", 3 | 4) if since(33) => expansion.transform_map(out, false),
        ("transformMapEntry", 3 | 4) if since(33) => expansion.transform_map(out, true),
        ("sortBy", 2) if since(35) => expansion.sort_by(out),
        ("bind", 3) if dialect.bindings && is_ident(out, target, "cel") => {
            let variable = expansion.variable(out, 0)?;
            expansion.bind(out, &variable, args[1], args[2])
        }
        _ => out.member_call(name, target, args, at),
    }
}

fn is_ident(out: &Builder, id: ExprId, name: &str) -> bool {
    matches!(out.ast.expr(id), Expr::Ident(ident) if ident == name)
}

fn error(out: &Builder, id: ExprId, message: &str) -> CelError {
    let at = out.range(id);
    CelError::new(message, at.start, at.end)
}

struct Expansion<'a> {
    target: ExprId,
    args: &'a [ExprId],
    at: Range,
}

impl Expansion<'_> {
    /// The name that the argument declares.
    fn variable(&self, out: &Builder, index: usize) -> Result<String, CelError> {
        match out.ast.expr(self.args[index]) {
            Expr::Ident(name) if name == "__result__" => {
                Err(error(out, self.args[index], "this name is taken by the macro itself"))
            }
            Expr::Ident(name) => Ok(name.clone()),
            _ => Err(error(out, self.args[index], "this must be a simple name")),
        }
    }

    fn variables(&self, out: &Builder, count: usize) -> Result<(String, Option<String>), CelError> {
        let first = self.variable(out, 0)?;
        if count == 1 {
            return Ok((first, None));
        }
        let second = self.variable(out, 1)?;
        if first == second {
            return Err(error(out, self.args[1], "both variables have the same name"));
        }
        Ok((first, Some(second)))
    }

    fn fold(&self, out: &mut Builder, vars: (String, Option<String>), parts: [ExprId; 4]) -> Built {
        let [init, condition, step, result] = parts;
        let (var, var2) = vars;
        let fold = Fold { range: self.target, var, var2, accu: ACCU.to_owned(), init, condition, step, result };
        out.push(Expr::Fold(Box::new(fold)), self.at)
    }

    fn accu(&self, out: &mut Builder) -> Built {
        out.ident(ACCU, self.at)
    }

    fn quantifier(&self, out: &mut Builder, name: &str, count: usize) -> Built {
        let vars = self.variables(out, count)?;
        let predicate = self.args[count];
        let accu = self.accu(out)?;
        let at = self.at;
        let parts = match name {
            "all" => {
                let condition = out.call("@not_strictly_false", vec![accu], at)?;
                let step = out.call("_&&_", vec![accu, predicate], at)?;
                [out.literal(Literal::Bool(true), at)?, condition, step, accu]
            }
            "exists" => {
                let not = out.call("!_", vec![accu], at)?;
                let condition = out.call("@not_strictly_false", vec![not], at)?;
                let step = out.call("_||_", vec![accu, predicate], at)?;
                [out.literal(Literal::Bool(false), at)?, condition, step, accu]
            }
            _ => {
                let one = out.literal(Literal::Int(1), at)?;
                let more = out.call("_+_", vec![accu, one], at)?;
                let step = out.call("_?_:_", vec![predicate, more, accu], at)?;
                let result = out.call("_==_", vec![accu, one], at)?;
                [out.literal(Literal::Int(0), at)?, out.literal(Literal::Bool(true), at)?, step, result]
            }
        };
        self.fold(out, vars, parts)
    }

    /// `map` and `transformList`: with a filter when there is one argument more.
    fn map(&self, out: &mut Builder, count: usize) -> Built {
        let vars = self.variables(out, count)?;
        let value = self.args[self.args.len() - 1];
        let filter = (self.args.len() == count + 2).then(|| self.args[count]);
        self.collect(out, vars, value, filter)
    }

    fn filter(&self, out: &mut Builder) -> Built {
        let vars = self.variables(out, 1)?;
        self.collect(out, vars, self.args[0], Some(self.args[1]))
    }

    fn collect(
        &self,
        out: &mut Builder,
        vars: (String, Option<String>),
        value: ExprId,
        filter: Option<ExprId>,
    ) -> Built {
        let accu = self.accu(out)?;
        let init = out.push(Expr::List(Vec::new()), self.at)?;
        let at = out.range(value);
        let item = out.push(Expr::List(vec![(value, false)]), at)?;
        let step = out.call("_+_", vec![accu, item], self.at)?;
        let step = self.when(out, filter, step, accu)?;
        let always = out.literal(Literal::Bool(true), self.at)?;
        self.fold(out, vars, [init, always, step, accu])
    }

    fn when(&self, out: &mut Builder, filter: Option<ExprId>, step: ExprId, accu: ExprId) -> Built {
        match filter {
            Some(filter) => {
                let at = out.range(filter);
                out.call("_?_:_", vec![filter, step, accu], at)
            }
            None => Ok(step),
        }
    }

    /// `transformMap` (the key stays) and `transformMapEntry` (the argument is a map).
    fn transform_map(&self, out: &mut Builder, entry: bool) -> Built {
        let vars = self.variables(out, 2)?;
        let value = self.args[self.args.len() - 1];
        let filter = (self.args.len() == 4).then(|| self.args[2]);
        let accu = self.accu(out)?;
        let args = if entry { vec![accu, value] } else { vec![accu, self.args[0], value] };
        let step = out.call("cel.@mapInsert", args, self.at)?;
        let step = self.when(out, filter, step, accu)?;
        let init = out.push(Expr::Map(Vec::new()), self.at)?;
        let always = out.literal(Literal::Bool(true), self.at)?;
        self.fold(out, vars, [init, always, step, accu])
    }

    /// Binds a value to a name: a fold over nothing whose accumulator is the name.
    fn bind(&self, out: &mut Builder, name: &str, value: ExprId, result: ExprId) -> Built {
        let range = out.push(Expr::List(Vec::new()), self.at)?;
        let condition = out.literal(Literal::Bool(false), self.at)?;
        let step = out.ident(name, self.at)?;
        let (var, accu) = ("#unused".to_owned(), name.to_owned());
        let fold = Fold { range, var, var2: None, accu, init: value, condition, step, result };
        out.push(Expr::Fold(Box::new(fold)), self.at)
    }

    fn optional_map(&self, out: &mut Builder, flat: bool) -> Built {
        let name = self.variable(out, 0)?;
        let has = out.member_call("hasValue", self.target, Vec::new(), self.at)?;
        let value = out.member_call("value", self.target, Vec::new(), self.at)?;
        let mut bound = self.bind(out, &name, value, self.args[1])?;
        if !flat {
            bound = self.optional(out, "of", vec![bound])?;
        }
        let none = self.optional(out, "none", Vec::new())?;
        out.call("_?_:_", vec![has, bound, none], self.at)
    }

    fn optional(&self, out: &mut Builder, name: &str, args: Vec<ExprId>) -> Built {
        out.call(&format!("optional.{name}"), args, self.at)
    }

    fn sort_by(&self, out: &mut Builder) -> Built {
        const INPUT: &str = "@__sortBy_input__";
        let input = out.ident(INPUT, self.at)?;
        let keys = Expansion { target: input, args: self.args, at: self.at }.map(out, 1)?;
        let sorted = out.member_call("@sortByAssociatedKeys", input, vec![keys], self.at)?;
        self.bind(out, INPUT, self.target, sorted)
    }
}
