//! Why calls are not what is needed.

/// Why calls are not what is needed. [`AstFault::code`] is the error type of the reference.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(super) enum AstFault {
    /// Too many calls or too few.
    #[error("{made} calls were made where {needed} are needed")]
    WrongCount {
        /// Calls needed.
        needed: usize,
        /// Calls made.
        made: usize,
    },
    /// The expectation needs a tool that is not on offer: the gold is broken.
    #[error("the needed tool `{tool}` is not on offer")]
    UnknownGoldTool {
        /// The tool.
        tool: String,
    },
    /// Another tool was called.
    #[error("`{made}` was called where `{needed}` is needed")]
    WrongName {
        /// The tool needed.
        needed: String,
        /// The tool called.
        made: String,
    },
    /// The arguments are no JSON object.
    #[error("the arguments of `{tool}` are not a JSON object")]
    Unreadable {
        /// The tool called.
        tool: String,
    },
    /// A required parameter is absent.
    #[error("the required parameter `{param}` is missing")]
    MissingRequired {
        /// The parameter.
        param: String,
    },
    /// A parameter that the schema or the answer does not have.
    #[error("the parameter `{param}` is unexpected")]
    UnexpectedParam {
        /// The parameter.
        param: String,
    },
    /// A value of the wrong type.
    #[error("`{param}` must be {expected}, and is {found}")]
    Type {
        /// The parameter.
        param: String,
        /// The type that the schema names.
        expected: &'static str,
        /// The type given.
        found: &'static str,
    },
    /// An item of a list has the wrong type.
    #[error("the items of `{param}` must be {expected}")]
    NestedType {
        /// The parameter.
        param: String,
        /// The type that the schema names for items.
        expected: &'static str,
    },
    /// A value that is not among those accepted.
    #[error("the value of `{param}` is not among those accepted")]
    Value {
        /// The parameter.
        param: String,
        /// What kind of value it is.
        kind: ValueKind,
    },
    /// A parameter of the answer is absent and not optional.
    #[error("the parameter `{param}` is missing and not optional here")]
    MissingOptional {
        /// The parameter.
        param: String,
    },
    /// Of several needed calls, one has no match.
    #[error("no call matches needed call {number}, of `{tool}`")]
    NoMatch {
        /// Which needed call, from 1.
        number: usize,
        /// Its tool.
        tool: String,
    },
}

/// The kind of value in a value fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
    /// A string.
    String,
    /// A list.
    List,
    /// An object has a key that the answer lacks, or lacks one that the answer has.
    DictKey,
    /// A value in an object.
    DictValue,
    /// An object where none is accepted.
    DictUnclear,
    /// A list of objects of another length.
    ListDictCount,
    /// Numbers, booleans and variables.
    Other,
}

impl AstFault {
    /// The error type under which the reference counts it.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::WrongCount { .. } => "wrong_count",
            Self::UnknownGoldTool { .. } => "gold",
            Self::WrongName { .. } => "wrong_func_name",
            Self::Unreadable { .. } => "decoder_failed",
            Self::MissingRequired { .. } => "missing_required",
            Self::UnexpectedParam { .. } => "unexpected_param",
            Self::Type { .. } => "type_error:simple",
            Self::NestedType { .. } => "type_error:nested",
            Self::Value { kind, .. } => match kind {
                ValueKind::String => "value_error:string",
                ValueKind::List => "value_error:list/tuple",
                ValueKind::DictKey => "value_error:dict_key",
                ValueKind::DictValue => "value_error:dict_value",
                ValueKind::DictUnclear => "dict_checker:unclear",
                ValueKind::ListDictCount => "value_error:list_dict_count",
                ValueKind::Other => "value_error:others",
            },
            Self::MissingOptional { .. } => "missing_optional",
            Self::NoMatch { .. } => "cannot_find_match",
        }
    }
}
