//! A chart in memory.
//!
//! In: files by name, from a folder or an archive. Out: [`Chart`]: metadata, values, templates, other files, subcharts; or
//! why Helm refuses to load it.

pub mod archive;
pub mod folder;
pub mod ignore;
pub mod load;
pub mod metadata;

use super::template::{Map, Mark, Value};
use crate::source::SourceId;
use metadata::Metadata;

/// One file of a chart.
#[derive(Debug, Clone)]
pub struct File {
    /// Its path in the chart.
    pub name: String,
    /// What it holds.
    pub bytes: std::rc::Rc<[u8]>,
    /// The same as a source, where it is one that places can point into.
    pub source: Option<SourceId>,
}

/// A chart and those in its `charts/` folder.
#[derive(Debug, Clone)]
pub struct Chart {
    /// What Chart.yaml says.
    pub metadata: Metadata,
    /// What values.yaml says; `None` where there is no such file.
    pub values: Option<Map>,
    /// values.schema.json
    pub schema: Option<File>,
    /// The files below `templates/`.
    pub templates: Vec<File>,
    /// The files that are none of the above.
    pub files: Vec<File>,
    /// The charts in it.
    pub dependencies: Vec<Chart>,
    /// Names of files in `charts/` that Git LFS has not fetched.
    pub unfetched: Vec<String>,
}

impl Chart {
    /// Its name, or the alias it goes by.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Whether the archive of a chart is in `charts/`, here or further in, as what Git LFS leaves in its place.
    pub fn has_pointer_to(&self, name: &str) -> bool {
        let is_it = |file: &String| file.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
        self.unfetched.iter().any(is_it) || self.dependencies.iter().any(|chart| chart.has_pointer_to(name))
    }

    /// Whether it only has templates for others.
    pub fn is_library(&self) -> bool {
        self.metadata.kind == "library"
    }
}

/// A value of Chart.yaml with its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub mark: Mark,
}

impl Said {
    /// As a value of a template.
    pub fn value(&self) -> Value {
        Value::text(super::template::Text::new(&self.text, self.mark))
    }
}
