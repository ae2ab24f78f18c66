//! Charts, rendered as `helm template` renders them.
//!
//! In: a chart's files, values, flags. Out: its objects in Helm's order, each value with the place in a values file that
//! decided it, or the template text that wrote it; or why Helm refuses the chart.
//!
//! `render_at` renders a chart at a path; `argocd` and `flux` render it as their releases ask for; `roots` tells which
//! folders are rendered by themselves.

pub mod argocd;
mod asks;
pub mod capabilities;
pub mod chart;
pub mod dependencies;
pub mod engine;
pub mod flux;
pub mod functions;
pub mod given;
pub mod lint;
mod local;
pub mod manifests;
pub mod options;
pub mod origins;
pub mod release;
pub mod roots;
pub mod schema;
pub mod stack;
pub mod template;
pub mod value_files;
pub mod values;

use std::path::Path;

pub use options::{Options, Values};
pub use release::{Contents, Output, render};

use crate::files::{Files, name};

/// Whether a path is a chart: a folder with a Chart.yaml, or a packed one.
pub fn is_chart(path: &Path, door: &dyn Files) -> bool {
    let packed = path.extension().is_some_and(|ending| ending == "tgz") && door.is_file(path);
    packed || door.is_file(&path.join("Chart.yaml"))
}

/// Whether a file makes a folder a chart, or holds what a release applies.
pub fn is_part(name: &str) -> bool {
    ["/templates/", "/crds/"].iter().any(|part| name.contains(part))
        || ["templates/", "crds/"].iter().any(|part| name.starts_with(part))
        || name.rsplit('/').next() == Some("Chart.yaml")
}

/// Renders the chart at a path, a folder or an archive.
pub fn render_at(path: &Path, options: &Options, door: &dyn Files) -> Output {
    let root = name::full(path);
    let contents = match door.is_directory(path) {
        true => chart::folder::read(path, door).map(Contents::Folder),
        false => door.read(path, chart::archive::MAX_CHART).map(Contents::Archive).map_err(|error| error.to_string()),
    };
    match contents {
        Ok(contents) => {
            let folder = matches!(contents, Contents::Folder(_)).then_some(path);
            render(contents, &root, folder, options, door)
        }
        Err(message) => Output::refused(&root, message),
    }
}
