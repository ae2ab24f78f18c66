//! The server's types of errors: those of `k8s.io/apimachinery/pkg/util/validation/field`.

/// The server's error types, which are also the rule ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorType {
    /// FieldValueRequired.
    Required,
    /// FieldValueInvalid.
    Invalid,
    /// FieldValueNotSupported.
    NotSupported,
    /// FieldValueDuplicate.
    Duplicate,
    /// FieldValueForbidden.
    Forbidden,
    /// FieldValueTooLong.
    TooLong,
    /// FieldValueTooMany.
    TooMany,
    /// FieldValueNotFound.
    NotFound,
    /// FieldValueTypeInvalid.
    TypeInvalid,
    /// InternalError.
    Internal,
}

impl ErrorType {
    /// All types.
    pub const ALL: [ErrorType; 10] = [
        ErrorType::Required,
        ErrorType::Invalid,
        ErrorType::NotSupported,
        ErrorType::Duplicate,
        ErrorType::Forbidden,
        ErrorType::TooLong,
        ErrorType::TooMany,
        ErrorType::NotFound,
        ErrorType::TypeInvalid,
        ErrorType::Internal,
    ];

    /// The rule id.
    pub fn id(self) -> &'static str {
        match self {
            ErrorType::Required => "required",
            ErrorType::Invalid => "invalid",
            ErrorType::NotSupported => "not-supported",
            ErrorType::Duplicate => "duplicate",
            ErrorType::Forbidden => "forbidden",
            ErrorType::TooLong => "too-long",
            ErrorType::TooMany => "too-many",
            ErrorType::NotFound => "not-found",
            ErrorType::TypeInvalid => "type-invalid",
            ErrorType::Internal => "internal",
        }
    }
}
