//! The types of expressions.
//!
//! In: names and parameters. Out: [`Type`], cheap to clone, printed as cel-go prints it.

use std::fmt;
use std::sync::Arc;

/// Which message type: a fixed name, or a place that the [`super::StructTypes`] of an environment knows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StructName {
    /// A type with a name (`kubernetes.AdmissionRequest`).
    Named(Arc<str>),
    /// A type that only its number tells from others: one place in a custom resource's schema.
    Place(u32),
}

/// A type.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Anything: checked when evaluated.
    Dyn,
    /// Anything as well, but no range of a macro (`google.protobuf.Any`).
    Any,
    /// What follows an error that was reported.
    Error,
    /// `null_type`
    Null,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `uint`
    Uint,
    /// `double`
    Double,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// `google.protobuf.Timestamp`
    Timestamp,
    /// `google.protobuf.Duration`
    Duration,
    /// `list(T)`
    List(Arc<Type>),
    /// `map(K, V)`
    Map(Arc<(Type, Type)>),
    /// A message.
    Struct(StructName),
    /// An abstract type with parameters: `kubernetes.Quantity`, `optional_type(T)`.
    Opaque(Arc<str>, Arc<[Type]>),
    /// The type of a type name.
    Type(Option<Arc<Type>>),
    /// A type parameter: of a declaration (below 256) or a variable of the checker.
    Param(u32),
}

/// The name of the type of optional values.
pub(crate) const OPTIONAL: &str = "optional_type";

impl Type {
    /// `list(T)`
    pub fn list(item: Type) -> Self {
        Type::List(Arc::new(item))
    }

    /// `map(K, V)`
    pub fn map(key: Type, value: Type) -> Self {
        Type::Map(Arc::new((key, value)))
    }

    /// `optional_type(T)`
    pub fn optional(item: Type) -> Self {
        Type::Opaque(OPTIONAL.into(), [item].into())
    }

    /// A message type of that name.
    pub fn message(name: &str) -> Self {
        Type::Struct(StructName::Named(name.into()))
    }

    /// An abstract type without parameters.
    pub fn opaque(name: &str) -> Self {
        Type::Opaque(name.into(), [].into())
    }

    /// What an optional type holds; any other type as it is, and `false`.
    pub fn unwrap_optional(&self) -> (&Type, bool) {
        match self {
            Type::Opaque(name, params) if &**name == OPTIONAL => match params.first() {
                Some(inner) => (inner, true),
                None => (self, false),
            },
            _ => (self, false),
        }
    }

    /// Whether it is `dyn` or follows an error.
    pub fn is_dyn_or_error(&self) -> bool {
        matches!(self, Type::Dyn | Type::Any | Type::Error)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Dyn => f.write_str("dyn"),
            Type::Any => f.write_str("any"),
            Type::Error => f.write_str("!error!"),
            Type::Null => f.write_str("null"),
            Type::Bool => f.write_str("bool"),
            Type::Int => f.write_str("int"),
            Type::Uint => f.write_str("uint"),
            Type::Double => f.write_str("double"),
            Type::String => f.write_str("string"),
            Type::Bytes => f.write_str("bytes"),
            Type::Timestamp => f.write_str("timestamp"),
            Type::Duration => f.write_str("duration"),
            Type::List(item) => write!(f, "list({item})"),
            Type::Map(pair) => write!(f, "map({}, {})", pair.0, pair.1),
            Type::Struct(StructName::Named(name)) => f.write_str(name),
            Type::Struct(StructName::Place(_)) => f.write_str("object"),
            Type::Opaque(name, params) if params.is_empty() => f.write_str(name),
            Type::Opaque(name, params) => {
                let inner: Vec<_> = params.iter().map(Type::to_string).collect();
                write!(f, "{name}({})", inner.join(", "))
            }
            Type::Type(None) => f.write_str("type"),
            Type::Type(Some(inner)) => write!(f, "type({inner})"),
            Type::Param(_) => f.write_str("any type"),
        }
    }
}
