//! IngressClass.
//!
//! In: a decoded class. Out: findings. Mirrors `ValidateIngressClass` of `pkg/apis/networking/validation`; the scope of
//! the parameters is defaulted to `Cluster`.

use crate::api::check::names;
use crate::api::errors::Errors;
use crate::api::field::Field;
use crate::object::Object;

/// `validateIngressClassSpec`.
pub fn ingress_class<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let spec = Field::of(object.root).child("spec");
    if spec.child("parameters").is_present() {
        parameters(spec.child("parameters"), errors);
    }
}

/// `validateIngressClassParametersReference`.
fn parameters<'t>(parameters: Field<'t>, errors: &mut Errors<'t>) {
    let (scope, namespace) = (parameters.child("scope"), parameters.child("namespace"));
    let scope_text = if scope.is_present() { scope.text() } else { "Cluster" };
    match (scope_text, namespace.is_present()) {
        ("Namespace", true) => {
            namespace.check(errors, names::dns_label);
        }
        ("Namespace", false) => namespace.required(errors, "`scope` is `Namespace`"),
        ("Cluster", true) => namespace.forbidden(errors, "`scope` is `Cluster`"),
        ("Cluster", false) => {}
        _ => {}
    }
}
