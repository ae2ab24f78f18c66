//! Appending nodes to a tree.
//!
//! In: what a node is and its bytes. Out: its id, or an error where the tree would become too deep to be walked by
//! recursion: the bound stands for cel-go's `maxRecursionDepth`.

use super::CelError;
use super::ast::{Ast, Entry, Expr, ExprId, Fold, Literal, Spanned};

/// Deepest tree that is built, macros expanded.
const MAX_HEIGHT: u16 = 600;

/// The name of the accumulator of the macros' folds, which no source text can spell.
pub(crate) const ACCU: &str = "@result";

/// Bytes of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub start: u32,
    pub end: u32,
}

/// A tree that grows.
#[derive(Default)]
pub(crate) struct Builder {
    pub ast: Ast,
}

pub(crate) type Built = Result<ExprId, CelError>;

impl Builder {
    pub fn push(&mut self, expr: Expr, at: Range) -> Built {
        let height = 1 + children(&expr).map(|id| self.ast.node(id).height).max().unwrap_or(0);
        if height > MAX_HEIGHT {
            return Err(too_deep(at));
        }
        self.ast.nodes.push(Spanned { expr, start: at.start, end: at.end, height });
        Ok(ExprId(self.ast.nodes.len() as u32 - 1))
    }

    pub fn range(&self, id: ExprId) -> Range {
        let node = self.ast.node(id);
        Range { start: node.start, end: node.end }
    }

    pub fn literal(&mut self, value: Literal, at: Range) -> Built {
        self.push(Expr::Literal(value), at)
    }

    pub fn ident(&mut self, name: &str, at: Range) -> Built {
        self.push(Expr::Ident(name.to_owned()), at)
    }

    pub fn call(&mut self, function: &str, args: Vec<ExprId>, at: Range) -> Built {
        self.push(Expr::Call { function: function.to_owned(), target: None, args }, at)
    }

    pub fn member_call(&mut self, function: &str, target: ExprId, args: Vec<ExprId>, at: Range) -> Built {
        self.push(Expr::Call { function: function.to_owned(), target: Some(target), args }, at)
    }

    /// `a && b && c` as a balanced tree.
    pub fn logic(&mut self, function: &str, terms: &[ExprId]) -> Built {
        match terms {
            [only] => Ok(*only),
            _ => {
                let (left, right) = terms.split_at(terms.len() / 2);
                let (left, right) = (self.logic(function, left)?, self.logic(function, right)?);
                let at = Range { start: self.range(left).start, end: self.range(right).end };
                self.call(function, vec![left, right], at)
            }
        }
    }
}

pub(crate) fn too_deep(at: Range) -> CelError {
    CelError::new("the expression is nested too deeply", at.start, at.end)
}

fn children(expr: &Expr) -> Box<dyn Iterator<Item = ExprId> + '_> {
    match expr {
        Expr::Literal(_) | Expr::Ident(_) => Box::new(std::iter::empty()),
        Expr::Select { operand, .. } => Box::new(std::iter::once(*operand)),
        Expr::Call { target, args, .. } => Box::new(target.iter().chain(args).copied()),
        Expr::List(items) => Box::new(items.iter().map(|(id, _)| *id)),
        Expr::Map(entries) | Expr::Message { fields: entries, .. } => Box::new(entries.iter().flat_map(both)),
        Expr::Fold(fold) => Box::new(parts(fold).into_iter()),
    }
}

fn both(entry: &Entry) -> [ExprId; 2] {
    [entry.key, entry.value]
}

fn parts(fold: &Fold) -> [ExprId; 5] {
    [fold.range, fold.init, fold.condition, fold.step, fold.result]
}
