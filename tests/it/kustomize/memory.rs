//! Files in memory.

use std::collections::BTreeMap;

use kubevet::render::Rendered;
use kubevet::render::kustomize::files::{Files, Found, join};
use kubevet::render::kustomize::{Limits, build};

/// Texts by their paths.
#[derive(Default)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl Memory {
    pub fn new(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect())
    }

    /// Builds the root in a folder.
    pub fn build(&self, root: &str) -> Rendered {
        let folder = join("", root).unwrap_or_default();
        build(self, &folder, root, &Limits::default())
    }
}

impl Files for Memory {
    fn find(&self, path: &str) -> Result<Found, String> {
        let folder = if path.is_empty() { String::new() } else { format!("{path}/") };
        match self.0.contains_key(path) {
            true => Ok(Found::File(path.to_owned())),
            false if self.0.keys().any(|known| known.starts_with(&folder)) => Ok(Found::Folder(path.to_owned())),
            false => Err("no such file".to_owned()),
        }
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_owned())
    }

    fn name(&self, path: &str) -> String {
        path.to_owned()
    }
}
