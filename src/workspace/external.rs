//! Objects that exist, though nothing in the repository defines them.
//!
//! In: what the configuration says under `external`. Out: whether an object is one of them: then nothing that refers to it dangles.

use globset::GlobSet;

use super::ApplySet;

/// An object, or all of a kind, that others create.
#[derive(Debug, Clone)]
pub struct External {
    /// Its kind.
    pub kind: String,
    /// Its name, or patterns of it; any where absent.
    pub name: Option<GlobSet>,
    /// Its namespace, or patterns of it; any where absent.
    pub namespace: Option<GlobSet>,
}

impl External {
    fn is(&self, kind: &str, name: &str) -> bool {
        self.kind == kind && self.name.as_ref().is_none_or(|names| names.is_match(name))
    }
}

impl ApplySet<'_> {
    /// Whether the configuration says that an object of that kind and name exists, in whatever namespace.
    pub fn is_external(&self, kind: &str, name: &str) -> bool {
        self.whole().external.iter().any(|external| external.namespace.is_none() && external.is(kind, name))
    }

    /// The same in a namespace; where that is not known, it may be any.
    pub fn is_external_in(&self, kind: &str, name: &str, namespace: Option<&str>) -> bool {
        let here = |external: &External| match (&external.namespace, namespace) {
            (Some(patterns), Some(namespace)) => patterns.is_match(namespace),
            _ => true,
        };
        self.whole().external.iter().any(|external| external.is(kind, name) && here(external))
    }
}
