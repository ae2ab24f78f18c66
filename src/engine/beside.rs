//! What lies beside the manifests of a run and is no manifest itself.
//!
//! In: nothing at first. Out: what was read of scripts, documents, programs and templates so far. Each is read when something first
//! asks for it; a session keeps it for as long as nothing but texts of manifests changes.

use std::sync::{Mutex, OnceLock};

use crate::discover::commands::Scripts;
use crate::discover::fixtures::Programs;

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Around manifests.
    pub scripts: Mutex<Scripts>,
    /// Around manifests, in Go.
    pub programs: Mutex<Programs>,
    /// The texts of templates that are no YAML by their names.
    pub templates: OnceLock<Vec<String>>,
    /// The texts of what installs charts.
    pub installers: OnceLock<Vec<String>>,
}
