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
}

impl ApplySet<'_> {
    /// Whether the configuration says that an object of that kind and name exists.
    pub fn is_external(&self, kind: &str, name: &str) -> bool {
        let is = |external: &External| {
            external.kind == kind && external.name.as_ref().is_none_or(|names| names.is_match(name))
        };
        self.whole().external.iter().any(is)
    }
}
