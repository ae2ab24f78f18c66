//! What an expression may cost at worst, before it is ever evaluated.
//!
//! In: a checked expression, and how large the values at a place may become. Out: cost in CEL's units. Mirrors
//! `checker/cost.go` of cel-go with the options Kubernetes sets (`has()` costs nothing); what single functions cost is in
//! `cost_calls`. Only upper bounds are followed, and lower ones where an upper bound depends on them.

use std::rc::Rc;

use super::ast::{Ast, Entry, Expr, ExprId, Fold, Literal};
use super::cost_calls::{self, Call};
use super::library::Overload;
use super::types::Type;
use super::{Compiled, MAX_STEPS};

/// How large the values at a place may become.
pub trait Sizes {
    /// The largest size of the value that a path leads to: fields, `@items`, `@values`, `@keys`, behind the name of a
    /// variable. Nothing where it is not known.
    fn largest(&mut self, path: &[&str]) -> Option<u64>;
}

/// Bounds of a size: characters of a string, elements of a list or a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub min: u64,
    pub max: u64,
}

impl Size {
    pub const UNKNOWN: Size = Size { min: 0, max: u64::MAX };

    pub fn fixed(size: u64) -> Self {
        Size { min: size, max: size }
    }

    pub fn plus(self, other: Size) -> Self {
        Size { min: self.min.saturating_add(other.min), max: self.max.saturating_add(other.max) }
    }

    pub fn times(self, other: Size) -> Self {
        Size { min: self.min.saturating_mul(other.min), max: self.max.saturating_mul(other.max) }
    }

    pub fn union(self, other: Size) -> Self {
        Size { min: self.min.min(other.min), max: self.max.max(other.max) }
    }

    /// What traversing it costs at worst.
    pub fn cost(self, factor: f64) -> u64 {
        scale(self.max, factor)
    }
}

/// `multiplyByCostFactor`: rounded up, ending at the bound.
pub(crate) fn scale(cost: u64, factor: f64) -> u64 {
    (cost as f64 * factor).ceil() as u64
}

/// Traversing a string, by character.
pub(crate) const STRING: f64 = 0.1;

/// Making a list.
pub(crate) const LIST: u64 = 10;
const MAP: u64 = 30;
const MESSAGE: u64 = 40;

/// A path, its last step first.
pub(crate) type Path = Option<Rc<Step>>;

/// One step of a path.
#[derive(Debug)]
pub(crate) struct Step {
    name: String,
    before: Path,
}

pub(crate) fn join(before: &Path, name: &str) -> Path {
    Some(Rc::new(Step { name: name.to_owned(), before: before.clone() }))
}

/// The sizes of what a collection holds.
#[derive(Debug, Clone, Copy)]
struct Inner {
    list: bool,
    key: Size,
    value: Size,
}

impl Inner {
    fn union(self, other: Inner) -> Self {
        Inner { list: self.list, key: self.key.union(other.key), value: self.value.union(other.value) }
    }
}

/// What is known of a variable that a macro declares.
struct Local<'a> {
    name: &'a str,
    path: Path,
    size: Option<Size>,
    inner: Option<Inner>,
}

/// The cost of a compiled expression.
pub fn cost(compiled: &Compiled, sizes: &mut dyn Sizes) -> u64 {
    let count = compiled.ast.nodes().len();
    let mut coster = Coster {
        ast: &compiled.ast,
        types: &compiled.types,
        overloads: &compiled.overloads,
        sizes,
        costs: vec![None; count],
        paths: vec![None; count],
        known: vec![None; count],
        inners: vec![None; count],
        locals: Vec::new(),
    };
    coster.visit(compiled.ast.root())
}

pub(crate) struct Coster<'a, 's> {
    pub ast: &'a Ast,
    pub types: &'a [Type],
    overloads: &'a [Vec<&'static Overload>],
    sizes: &'s mut dyn Sizes,
    costs: Vec<Option<u64>>,
    paths: Vec<Path>,
    known: Vec<Option<Size>>,
    inners: Vec<Option<Inner>>,
    locals: Vec<Local<'a>>,
}

impl<'a> Coster<'a, '_> {
    /// The cost of a node, found once: macros share nodes.
    fn visit(&mut self, id: ExprId) -> u64 {
        if let Some(known) = self.costs[id.index()] {
            return known;
        }
        let ast = self.ast;
        let cost = match ast.expr(id) {
            Expr::Literal(_) => 0,
            Expr::Ident(name) => self.ident(id, name),
            Expr::Select { operand, field, test } => self.select(id, *operand, field, *test),
            Expr::Call { function, target, args } => self.call(id, function, *target, args),
            Expr::List(items) => self.list(id, items),
            Expr::Map(entries) => self.map(id, entries),
            Expr::Message { fields, .. } => {
                let fields: Vec<_> = fields.iter().map(|entry| entry.value).collect();
                self.all(&fields).saturating_add(MESSAGE)
            }
            Expr::Fold(fold) if self.is_bind(fold) => self.bind(id, fold),
            Expr::Fold(fold) => self.fold(id, fold),
        };
        self.costs[id.index()] = Some(cost);
        cost
    }

    fn all(&mut self, ids: &[ExprId]) -> u64 {
        ids.iter().fold(0, |sum: u64, id| sum.saturating_add(self.visit(*id)))
    }

    fn local(&self, name: &str) -> Option<&Local<'a>> {
        self.locals.iter().rev().find(|local| local.name == name)
    }

    fn ident(&mut self, id: ExprId, name: &str) -> u64 {
        self.paths[id.index()] = match self.local(name) {
            Some(local) => local.path.clone(),
            None => join(&None, name),
        };
        1
    }

    fn select(&mut self, id: ExprId, operand: ExprId, field: &str, test: bool) -> u64 {
        let cost = self.visit(operand);
        if test {
            return cost;
        }
        self.paths[id.index()] = join(&self.path(operand), field);
        let looked_up = matches!(self.types[operand.index()], Type::Map(_) | Type::Struct(_));
        cost.saturating_add(u64::from(looked_up))
    }

    fn call(&mut self, id: ExprId, function: &'a str, target: Option<ExprId>, args: &'a [ExprId]) -> u64 {
        let costs: Vec<_> = args.iter().map(|arg| self.visit(*arg)).collect();
        let sum = costs.iter().fold(0u64, |sum, cost| sum.saturating_add(*cost));
        if function == "dyn" && target.is_none() {
            if let Some(&arg) = args.first() {
                self.copy(id, arg);
            }
            return sum.saturating_add(1);
        }
        if function == "_?._" {
            return sum.saturating_add(1);
        }
        // What stands before a namespaced function is a part of its name.
        let member = self.overloads[id.index()].iter().any(|overload| overload.member);
        let space = target.filter(|_| !member).and_then(|target| self.ast.qualified_name(target));
        let name = match space {
            Some(space) => format!("{space}.{function}"),
            None => function.strip_prefix('.').unwrap_or(function).to_owned(),
        };
        let target = target.filter(|_| member);
        let cost = target.map_or(0, |target| self.visit(target));
        let (mut most, mut size) = (0, None);
        for overload in &self.overloads[id.index()] {
            let call = Call { id, function: &name, overload, target, args, costs: &costs };
            let (cost, result) = cost_calls::estimate(self, &call);
            most = most.max(cost);
            size = match (size, result) {
                (Some(a), Some(b)) => Some(Size::union(a, b)),
                (a, b) => a.or(b),
            };
            if let Some(step) = element(call.function, overload) {
                size = self.inner(args[0]).map(|inner| inner.value);
                self.paths[id.index()] = join(&self.path(args[0]), step);
            }
            size = size.or_else(|| self.size(id));
        }
        self.known[id.index()] = size.or(self.known[id.index()]);
        cost.saturating_add(most)
    }

    fn copy(&mut self, to: ExprId, from: ExprId) {
        self.known[to.index()] = self.size(from).or(self.known[to.index()]);
        self.inners[to.index()] = self.inner(from).or(self.inners[to.index()]);
    }

    fn list(&mut self, id: ExprId, items: &[(ExprId, bool)]) -> u64 {
        let ids: Vec<_> = items.iter().map(|(id, _)| *id).collect();
        let cost = self.all(&ids);
        let value = self.spread(&ids);
        self.inners[id.index()] = Some(Inner { list: true, key: Size::fixed(1), value });
        cost.saturating_add(LIST)
    }

    fn map(&mut self, id: ExprId, entries: &[Entry]) -> u64 {
        let (keys, values): (Vec<_>, Vec<_>) = entries.iter().map(|entry| (entry.key, entry.value)).unzip();
        let cost = self.all(&keys).saturating_add(self.all(&values));
        let inner = Inner { list: false, key: self.spread(&keys), value: self.spread(&values) };
        self.inners[id.index()] = Some(inner);
        cost.saturating_add(MAP)
    }

    /// The bounds of the sizes of all these.
    fn spread(&mut self, ids: &[ExprId]) -> Size {
        let none = Size { min: if ids.is_empty() { 0 } else { u64::MAX }, max: 0 };
        ids.iter().fold(none, |bounds, id| bounds.union(self.size_or_unknown(*id)))
    }

    fn is_bind(&self, fold: &Fold) -> bool {
        let empty = matches!(self.ast.expr(fold.range), Expr::List(items) if items.is_empty());
        empty && matches!(self.ast.expr(fold.condition), Expr::Literal(Literal::Bool(false)))
    }

    fn bind(&mut self, id: ExprId, fold: &'a Fold) -> u64 {
        let cost = self.visit(fold.range).saturating_add(self.visit(fold.init));
        self.declare(&fold.accu, fold.init);
        let result = self.visit(fold.result);
        self.locals.pop();
        self.copy(id, fold.result);
        cost.saturating_add(result)
    }

    fn declare(&mut self, name: &'a str, value: ExprId) {
        let local = Local { name, path: self.path(value), size: self.size(value), inner: self.inner(value) };
        self.locals.push(local);
    }

    fn fold(&mut self, id: ExprId, fold: &'a Fold) -> u64 {
        let before = self.visit(fold.range).saturating_add(self.visit(fold.init));
        self.declare(&fold.accu, fold.init);
        let depth = self.locals.len();
        self.elements(fold);
        let round = self.visit(fold.condition).saturating_add(self.visit(fold.step));
        self.locals.truncate(depth);
        let result = self.visit(fold.result);
        self.locals.pop();
        let count = self.size_or_unknown(fold.range);
        match self.ast.expr(fold.init) {
            Expr::Literal(_) => self.known[id.index()] = self.size(fold.init),
            Expr::List(_) | Expr::Map(_) => {
                self.known[id.index()] = Some(count);
                self.inners[id.index()] = self.inner(fold.step);
            }
            _ => {}
        }
        before.saturating_add(result).saturating_add(count.max.saturating_mul(round))
    }

    /// Declares the variables of a fold.
    fn elements(&mut self, fold: &'a Fold) {
        let inner = self.inner(fold.range);
        let list = inner.map_or_else(|| matches!(self.types[fold.range.index()], Type::List(_)), |inner| inner.list);
        let path = self.path(fold.range);
        let (key, value) = (inner.map(|inner| inner.key), inner.map(|inner| inner.value));
        let keys = if list { "@indices" } else { "@keys" };
        let values = if list { "@items" } else { "@values" };
        let mut push = |name: &'a str, size: Option<Size>, step: &str| {
            self.locals.push(Local { name, path: join(&path, step), size, inner: None });
        };
        match &fold.var2 {
            Some(second) => {
                push(&fold.var, key, keys);
                push(second, value, values);
            }
            None if list => push(&fold.var, value, values),
            None => push(&fold.var, key, keys),
        }
    }

    /// The path of the value of a node.
    pub fn path(&self, id: ExprId) -> Path {
        if let Expr::Ident(name) = self.ast.expr(id)
            && let Some(local) = self.local(name)
        {
            return local.path.clone();
        }
        self.paths[id.index()].clone()
    }

    /// The size of what a path leads to.
    pub fn at(&mut self, path: &Path) -> Option<Size> {
        let (mut steps, mut step) = (Vec::new(), path.as_ref());
        while let Some(link) = step {
            steps.push(link.name.as_str());
            step = link.before.as_ref();
        }
        if steps.is_empty() || steps.len() > MAX_STEPS {
            return None;
        }
        steps.reverse();
        self.sizes.largest(&steps).map(|max| Size { min: 0, max })
    }

    /// The size of the value of a node.
    pub fn size(&mut self, id: ExprId) -> Option<Size> {
        if let Some(known) = self.known[id.index()] {
            return Some(known);
        }
        match self.ast.expr(id) {
            Expr::Literal(Literal::String(text)) => return Some(Size::fixed(text.chars().count() as u64)),
            Expr::Literal(Literal::Bytes(bytes)) => return Some(Size::fixed(bytes.len() as u64)),
            Expr::Literal(_) => return Some(Size::fixed(1)),
            Expr::List(items) => return Some(Size::fixed(items.len() as u64)),
            Expr::Map(entries) => return Some(Size::fixed(entries.len() as u64)),
            _ => {}
        }
        let path = self.path(id);
        if let Some(size) = self.at(&path) {
            self.known[id.index()] = Some(size);
            return Some(size);
        }
        if is_scalar(&self.types[id.index()]) {
            return Some(Size::fixed(1));
        }
        match self.ast.expr(id) {
            Expr::Ident(name) => self.local(name)?.size,
            _ => None,
        }
    }

    /// The same, with the widest bounds where nothing is known.
    pub fn size_or_unknown(&mut self, id: ExprId) -> Size {
        self.size(id).unwrap_or(Size::UNKNOWN)
    }

    fn inner(&self, id: ExprId) -> Option<Inner> {
        let local = || match self.ast.expr(id) {
            Expr::Ident(name) => self.local(name)?.inner,
            _ => None,
        };
        self.inners[id.index()].or_else(local)
    }

    /// Gives a node what two others hold.
    pub fn unite(&mut self, id: ExprId, a: ExprId, b: ExprId) {
        if let (Some(a), Some(b)) = (self.inner(a), self.inner(b)) {
            self.inners[id.index()] = Some(a.union(b));
        }
    }
}

/// The step that indexing a list or a map adds to a path.
fn element(function: &str, overload: &Overload) -> Option<&'static str> {
    match overload.args.first().filter(|_| function == "_[_]")? {
        Type::List(_) => Some("@items"),
        Type::Map(_) => Some("@values"),
        _ => None,
    }
}

fn is_scalar(ty: &Type) -> bool {
    match ty.unwrap_optional() {
        (inner, true) => is_scalar(inner),
        (ty, false) => {
            matches!(ty, Type::Bool | Type::Double | Type::Duration | Type::Int | Type::Timestamp | Type::Uint)
        }
    }
}

#[cfg(test)]
#[path = "cost_tests.rs"]
mod tests;
