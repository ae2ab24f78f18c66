//! Whether one type can stand where another is wanted, with type variables bound on the way.
//!
//! In: two types. Out: yes or no, and bindings of the variables in them. Mirrors `checker/types.go` of cel-go:
//! `internalIsAssignable`, `isValidTypeSubstitution`, `notReferencedIn`, `isEqualOrLessSpecific`, `substitute`.

use super::types::Type;

/// What the type variables stand for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bindings {
    bound: Vec<(u32, Type)>,
    next: u32,
}

/// Numbers below are the parameters of declarations; variables of the checker start here.
const FIRST_VARIABLE: u32 = 256;

impl Bindings {
    /// A variable that nothing is known of.
    pub fn fresh(&mut self) -> Type {
        self.next += 1;
        Type::Param(FIRST_VARIABLE + self.next)
    }

    fn find(&self, param: &Type) -> Option<&Type> {
        let Type::Param(id) = param else { return None };
        self.bound.iter().rev().find(|(bound, _)| bound == id).map(|(_, ty)| ty)
    }

    fn bind(&mut self, param: &Type, ty: Type) {
        let Type::Param(id) = *param else { return };
        match self.bound.iter_mut().find(|(bound, _)| *bound == id) {
            Some(entry) => entry.1 = ty,
            None => self.bound.push((id, ty)),
        }
    }

    /// Whether every type of `from` can stand where that of `to` is wanted; only then bindings are kept.
    pub fn assignable_all(&mut self, from: &[Type], to: &[Type]) -> bool {
        let before = self.bound.clone();
        let fits = self.all(from, to);
        if !fits {
            self.bound = before;
        }
        fits
    }

    /// Whether a type can stand where another is wanted.
    pub fn assignable(&mut self, from: &Type, to: &Type) -> bool {
        self.assignable_all(std::slice::from_ref(from), std::slice::from_ref(to))
    }

    fn all(&mut self, from: &[Type], to: &[Type]) -> bool {
        from.len() == to.len() && from.iter().zip(to).all(|(from, to)| self.one(from, to))
    }

    fn one(&mut self, from: &Type, to: &Type) -> bool {
        if matches!(to, Type::Param(_)) {
            let (valid, bound) = self.substitutes(from, to);
            if valid || bound {
                return valid;
            }
        }
        if matches!(from, Type::Param(_)) {
            return self.substitutes(to, from).0;
        }
        if from.is_dyn_or_error() || to.is_dyn_or_error() {
            return true;
        }
        match (from, to) {
            (Type::Null, other) | (other, Type::Null) => nullable(other),
            (Type::Type(_), Type::Type(_)) => true,
            (Type::List(from), Type::List(to)) => self.one(from, to),
            (Type::Map(from), Type::Map(to)) => self.one(&from.0, &to.0) && self.one(&from.1, &to.1),
            (Type::Opaque(from, inner), Type::Opaque(to, wanted)) => from == to && self.all(inner, wanted),
            _ => from == to,
        }
    }

    /// Whether `param` (or what it stands for) can be `ty`, and whether it stood for something already.
    fn substitutes(&mut self, ty: &Type, param: &Type) -> (bool, bool) {
        if ty == param {
            return (true, true);
        }
        if let Some(known) = self.find(param).cloned() {
            if *ty == known {
                return (true, true);
            }
            if !self.one(ty, &known) {
                return (false, true);
            }
            let general = most_general(ty, &known).clone();
            if self.absent(param, &general) {
                self.bind(param, general);
            }
            return (true, true);
        }
        let absent = self.absent(param, ty);
        if absent {
            self.bind(param, ty.clone());
        }
        (absent, false)
    }

    /// The occurs check.
    fn absent(&self, param: &Type, within: &Type) -> bool {
        if param == within {
            return false;
        }
        match within {
            Type::Param(_) => self.find(within).is_none_or(|known| self.absent(param, known)),
            Type::List(item) => self.absent(param, item),
            Type::Map(pair) => self.absent(param, &pair.0) && self.absent(param, &pair.1),
            Type::Opaque(_, inner) => inner.iter().all(|ty| self.absent(param, ty)),
            Type::Type(Some(inner)) => self.absent(param, inner),
            _ => true,
        }
    }

    /// The type with what its variables stand for put in; free variables become `dyn` when `finish`.
    pub fn resolve(&self, ty: &Type, finish: bool) -> Type {
        match ty {
            Type::Param(_) => match self.find(ty) {
                Some(known) => self.resolve(known, finish),
                None if finish => Type::Dyn,
                None => ty.clone(),
            },
            Type::List(item) => Type::list(self.resolve(item, finish)),
            Type::Map(pair) => Type::map(self.resolve(&pair.0, finish), self.resolve(&pair.1, finish)),
            Type::Opaque(name, inner) if !inner.is_empty() => {
                Type::Opaque(name.clone(), inner.iter().map(|ty| self.resolve(ty, finish)).collect())
            }
            Type::Type(Some(inner)) => Type::Type(Some(self.resolve(inner, finish).into())),
            _ => ty.clone(),
        }
    }
}

/// The types that cel-go lets `null` stand for.
fn nullable(ty: &Type) -> bool {
    matches!(ty, Type::Null | Type::Opaque(..) | Type::Struct(_) | Type::Duration | Type::Timestamp)
}

/// The more general of two types that unify.
pub(crate) fn most_general<'a>(a: &'a Type, b: &'a Type) -> &'a Type {
    if less_specific(a, b) { a } else { b }
}

fn less_specific(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Dyn | Type::Any | Type::Param(_), _) => true,
        (_, Type::Dyn | Type::Any | Type::Param(_)) => false,
        (Type::List(a), Type::List(b)) => less_specific(a, b),
        (Type::Map(a), Type::Map(b)) => less_specific(&a.0, &b.0) && less_specific(&a.1, &b.1),
        (Type::Opaque(a, x), Type::Opaque(b, y)) => {
            a == b && x.len() == y.len() && x.iter().zip(y.iter()).all(|(x, y)| less_specific(x, y))
        }
        (Type::Type(_), Type::Type(_)) => true,
        _ => a == b,
    }
}

/// Replaces the parameters of a declaration by fresh variables.
pub(crate) fn instantiate(ty: &Type, fresh: &[Type]) -> Type {
    match ty {
        Type::Param(id) => fresh.get(*id as usize).cloned().unwrap_or(Type::Dyn),
        Type::List(item) => Type::list(instantiate(item, fresh)),
        Type::Map(pair) => Type::map(instantiate(&pair.0, fresh), instantiate(&pair.1, fresh)),
        Type::Opaque(name, inner) if !inner.is_empty() => {
            Type::Opaque(name.clone(), inner.iter().map(|ty| instantiate(ty, fresh)).collect())
        }
        Type::Type(Some(inner)) => Type::Type(Some(instantiate(inner, fresh).into())),
        _ => ty.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_bound_and_kept_only_when_all_fits() {
        let mut bindings = Bindings::default();
        let var = bindings.fresh();
        assert!(bindings.assignable(&Type::list(Type::Int), &Type::list(var.clone())));
        assert_eq!(bindings.resolve(&var, true), Type::Int);
        assert!(!bindings.assignable(&Type::String, &var));
        assert!(bindings.assignable(&Type::Dyn, &var));
        assert_eq!(bindings.resolve(&var, true), Type::Dyn);
    }

    #[test]
    fn a_type_cannot_hold_itself() {
        let mut bindings = Bindings::default();
        let var = bindings.fresh();
        assert!(!bindings.assignable(&Type::list(var.clone()), &var));
    }
}
