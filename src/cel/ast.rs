//! The tree of an expression.
//!
//! In: nodes appended by the parser. Out: [`Ast`], an arena in which a child always stands before its parent, with the
//! bytes every node came from. Macros (`has`, `all`, `map` ...) are expanded, as cel-go does.

/// Index of a node in its [`Ast`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub(crate) u32);

impl ExprId {
    /// The index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `1`, `-0x1f`
    Int(i64),
    /// `1u`
    Uint(u64),
    /// `1.5`
    Double(f64),
    /// `'text'`, unescaped
    String(String),
    /// `b'bytes'`, unescaped
    Bytes(Vec<u8>),
}

/// One entry of a list, a map or a message literal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The key; for a message the field name as a string literal.
    pub key: ExprId,
    /// The value.
    pub value: ExprId,
    /// Written with `?`.
    pub optional: bool,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A constant.
    Literal(Literal),
    /// A name; with a leading dot where it was written so.
    Ident(String),
    /// `operand.field`, or `has(operand.field)` when `test`.
    Select {
        /// What is looked into.
        operand: ExprId,
        /// The field's name.
        field: String,
        /// Only asks whether it is there.
        test: bool,
    },
    /// A call; operators are calls of `_+_` and the like, see [`crate::cel`].
    Call {
        /// The function's name.
        function: String,
        /// The receiver of a member call.
        target: Option<ExprId>,
        /// The arguments.
        args: Vec<ExprId>,
    },
    /// `[a, ?b]`: elements and whether each is optional.
    List(Vec<(ExprId, bool)>),
    /// `{k: v}`
    Map(Vec<Entry>),
    /// `Type{field: value}`
    Message {
        /// The type's name.
        name: String,
        /// The fields.
        fields: Vec<Entry>,
    },
    /// What the macros expand to: a fold over a list or a map.
    Fold(Box<Fold>),
}

/// A fold: `accu = init; for var in range while condition { accu = step }; result`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fold {
    /// What is walked.
    pub range: ExprId,
    /// The name of the element (or key, or index).
    pub var: String,
    /// The name of the second variable, of the two-variable macros.
    pub var2: Option<String>,
    /// The name of the accumulator.
    pub accu: String,
    /// Its first value.
    pub init: ExprId,
    /// Whether to go on.
    pub condition: ExprId,
    /// Its next value.
    pub step: ExprId,
    /// What comes out.
    pub result: ExprId,
}

/// One node and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Spanned {
    /// What it is.
    pub expr: Expr,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Height of the tree below it, itself included.
    pub height: u16,
}

/// The nodes of one expression.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ast {
    pub(crate) nodes: Vec<Spanned>,
    pub(crate) root: u32,
}

impl Ast {
    /// The root.
    pub fn root(&self) -> ExprId {
        ExprId(self.root)
    }

    /// What a node is.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.nodes[id.index()].expr
    }

    /// A node with its place.
    pub fn node(&self, id: ExprId) -> &Spanned {
        &self.nodes[id.index()]
    }

    /// All nodes, children before parents.
    pub fn nodes(&self) -> &[Spanned] {
        &self.nodes
    }

    /// The dotted name that a chain of selections spells (`a.b.c`), if it is one.
    pub fn qualified_name(&self, mut id: ExprId) -> Option<String> {
        let mut parts = Vec::new();
        loop {
            match self.expr(id) {
                Expr::Ident(name) => {
                    parts.push(name.as_str());
                    parts.reverse();
                    return Some(parts.join("."));
                }
                Expr::Select { operand, field, test: false } => {
                    parts.push(field);
                    id = *operand;
                }
                _ => return None,
            }
        }
    }

    /// Whether the expression mentions a name outside of what a macro of its own declares under it.
    pub fn mentions(&self, name: &str) -> bool {
        self.nodes.iter().any(|node| matches!(&node.expr, Expr::Ident(ident) if ident.trim_start_matches('.') == name))
    }
}
