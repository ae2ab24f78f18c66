//! How things are checked.
//!
//! In: the configuration, the command line. Out: [`Settings`], the same for all that one engine checks.

use std::sync::Arc;

use crate::config::{Config, Selection};
use crate::rule::Registry;
use crate::rules;
use crate::suppress::baseline::Baseline;
use crate::version::VersionRange;

/// How an [`Engine`](super::Engine) checks.
#[derive(Clone)]
pub struct Settings {
    /// The version checked for; with more than one, validity is checked for each, and policy for the newest.
    pub versions: VersionRange,
    /// Make objects without a schema errors.
    pub require_schema: bool,
    /// The configuration.
    pub config: Arc<Config>,
    /// The rules there are.
    pub registry: Arc<Registry>,
    /// What the command line says about rules.
    pub selection: Selection,
    /// Suppressions written for other tools count, too.
    pub foreign: bool,
    /// Findings that are known.
    pub baseline: Option<Arc<Baseline>>,
    /// How many bytes of text that may be asked for again are kept rather than read twice; nothing for what is usual. The
    /// report is the same.
    pub room: Option<usize>,
}

impl Default for Settings {
    /// The newest version, the built-in configuration and rules.
    fn default() -> Self {
        Self {
            versions: VersionRange::default(),
            require_schema: false,
            config: Arc::default(),
            registry: Arc::new(rules::registry()),
            selection: Selection::default(),
            foreign: false,
            baseline: None,
            room: None,
        }
    }
}
