//! What CEL expressions of admission may refer to.
//!
//! In: which of the optional variables a place has. Out: the environment. Mirrors `createEnvForOpts`,
//! `BuildRequestType` and `BuildNamespaceType` in `k8s.io/apiserver/pkg/admission/plugin/cel/compile.go`, and
//! `composition.go` beside it for `variables`.

use crate::cel::{StructName, StructTypes, Type, Variable};

/// The optional variables of a place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Has {
    /// `params`: the policy has a `paramKind`.
    pub params: bool,
    /// `authorizer`.
    pub authorizer: bool,
    /// `Object` and `JSONPatch` can be written.
    pub patches: bool,
}

/// The message types, and the variables that a policy has declared so far.
#[derive(Debug, Default)]
pub(super) struct Types {
    /// Whether `variables` exists, with the names and types of those before.
    pub variables: Option<Vec<(String, Type)>>,
    /// Whether `Object` and `JSONPatch` can be written.
    pub patches: bool,
}

/// The type of an object that an apply configuration gives.
pub(super) const OBJECT: &str = "Object";

/// The type of one operation of a JSON patch.
pub(super) const JSON_PATCH: &str = "JSONPatch";

const VARIABLES: &str = "kubernetes.variables";

impl Types {
    /// The variables of a place.
    pub fn declarations(&self, has: Has) -> Vec<Variable> {
        let mut all = vec![
            Variable::new("object", Type::Dyn),
            Variable::new("oldObject", Type::Dyn),
            Variable::new("namespaceObject", Type::message("kubernetes.Namespace")),
            Variable::new("request", Type::message("kubernetes.AdmissionRequest")),
        ];
        if has.params {
            all.push(Variable::new("params", Type::Dyn));
        }
        if has.authorizer {
            let authorization = |name: &str| Type::message(&format!("kubernetes.authorization.{name}"));
            all.push(Variable::new("authorizer", authorization("Authorizer")));
            all.push(Variable::new("authorizer.requestResource", authorization("ResourceCheck")));
        }
        if self.variables.is_some() {
            all.push(Variable::new("variables", Type::message(VARIABLES)));
        }
        all
    }
}

impl StructTypes for Types {
    fn field(&mut self, of: &StructName, field: &str) -> Option<Type> {
        let StructName::Named(name) = of else { return None };
        if &**name == VARIABLES {
            let known = self.variables.iter().flatten().rev();
            return known.into_iter().find(|(name, _)| name == field).map(|(_, ty)| ty.clone());
        }
        if is_object(name) {
            return Some(Type::Dyn);
        }
        fields(name).iter().find(|(name, _)| *name == field).map(|(_, ty)| parse(ty))
    }

    fn fields(&self, of: &StructName) -> Vec<String> {
        let StructName::Named(name) = of else { return Vec::new() };
        if &**name == VARIABLES {
            return self.variables.iter().flatten().map(|(name, _)| name.clone()).collect();
        }
        fields(name).iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    fn constructs(&self, name: &str) -> bool {
        self.patches && (is_object(name) || name == JSON_PATCH)
    }
}

fn is_object(name: &str) -> bool {
    name == OBJECT || name.starts_with("Object.")
}

/// The type of a variable once it is declared: lists and maps are kept, other structured types become `dyn`.
/// Mirrors `convertCelTypeToDeclType`.
pub(super) fn declared(ty: &Type) -> Type {
    match ty {
        Type::List(item) => Type::list(declared(item)),
        Type::Map(pair) => Type::map(declared(&pair.0), declared(&pair.1)),
        Type::Bool | Type::Bytes | Type::Double | Type::Duration | Type::Int => ty.clone(),
        Type::Null | Type::String | Type::Timestamp | Type::Uint => ty.clone(),
        _ => Type::Dyn,
    }
}

fn parse(text: &str) -> Type {
    match text {
        "string" => Type::String,
        "bool" => Type::Bool,
        "int" => Type::Int,
        "timestamp" => Type::Timestamp,
        "dyn" => Type::Dyn,
        "strings" => Type::list(Type::String),
        "texts" => Type::map(Type::String, Type::String),
        "lists" => Type::map(Type::String, Type::list(Type::String)),
        "conditions" => Type::list(Type::message("kubernetes.NamespaceCondition")),
        name => Type::message(&format!("kubernetes.{name}")),
    }
}

fn fields(of: &str) -> &'static [(&'static str, &'static str)] {
    match of {
        "kubernetes.AdmissionRequest" => &[
            ("kind", "GroupVersionKind"),
            ("resource", "GroupVersionResource"),
            ("subResource", "string"),
            ("requestKind", "GroupVersionKind"),
            ("requestResource", "GroupVersionResource"),
            ("requestSubResource", "string"),
            ("name", "string"),
            ("namespace", "string"),
            ("operation", "string"),
            ("userInfo", "UserInfo"),
            ("dryRun", "bool"),
            ("options", "dyn"),
        ],
        "kubernetes.GroupVersionKind" => &[("group", "string"), ("version", "string"), ("kind", "string")],
        "kubernetes.GroupVersionResource" => &[("group", "string"), ("version", "string"), ("resource", "string")],
        "kubernetes.UserInfo" => {
            &[("username", "string"), ("uid", "string"), ("groups", "strings"), ("extra", "lists")]
        }
        "kubernetes.Namespace" => {
            &[("metadata", "NamespaceMetadata"), ("spec", "NamespaceSpec"), ("status", "NamespaceStatus")]
        }
        "kubernetes.NamespaceMetadata" => &[
            ("name", "string"),
            ("generateName", "string"),
            ("namespace", "string"),
            ("labels", "texts"),
            ("annotations", "texts"),
            ("UID", "string"),
            ("creationTimestamp", "timestamp"),
            ("deletionGracePeriodSeconds", "int"),
            ("deletionTimestamp", "timestamp"),
            ("generation", "int"),
            ("resourceVersion", "string"),
            ("finalizers", "strings"),
        ],
        "kubernetes.NamespaceSpec" => &[("finalizers", "strings")],
        "kubernetes.NamespaceStatus" => &[("conditions", "conditions"), ("phase", "string")],
        "kubernetes.NamespaceCondition" => &[
            ("status", "string"),
            ("type", "string"),
            ("lastTransitionTime", "timestamp"),
            ("message", "string"),
            ("reason", "string"),
        ],
        JSON_PATCH => &[("op", "string"), ("path", "string"), ("from", "string"), ("value", "dyn")],
        _ => &[],
    }
}
