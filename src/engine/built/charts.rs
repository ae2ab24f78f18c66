//! Charts by their own values.
//!
//! In: the charts that judged files lie in. Out: a root for each that nobody else renders, with what Helm would make of it, and
//! one for each values file of its tests with which it does not render.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::files::Files;
use crate::files::name::{full, path_of};
use crate::render::helm::roots::{Role, declared_name, role, test_values};
use crate::render::helm::{Options, Values, render_at};
use crate::render::{Absent, Rendered};
use crate::source::SourceMap;
use crate::workspace::ReadFile;

use super::super::{Job, Place};
use super::brought::as_read;
use super::root::{Root, Sort};

/// Where a chart goes that nobody releases: what it says of its namespace is the release's to say.
const NAMESPACE: &str = "default";

/// Renders the charts, without those whose Chart.yaml is `covered`.
pub(super) fn render(
    files: &[ReadFile],
    sources: &SourceMap,
    place: &Place<'_>,
    job: &Job<'_>,
    covered: &FxHashSet<String>,
) -> Vec<(Root, Rendered)> {
    let judged = files.iter().filter(|file| file.judged).map(|file| sources.get(file.source).name.as_str());
    let folders: BTreeSet<&str> = judged.filter_map(|name| place.charts.around_file(name)).collect();
    if folders.is_empty() || job.request.alone {
        return Vec::new();
    }
    let door = as_read(sources, place);
    let path = |folder: &str| if folder.is_empty() { PathBuf::from(".") } else { path_of(folder) };
    let roots = folders.into_iter().filter_map(|folder| match role(&path(folder), &door) {
        Role::Root | Role::Broken => Some(folder.to_owned()),
        Role::Part(outermost) => Some(full(&outermost)).map(|name| if name == "." { String::new() } else { name }),
        Role::Library => None,
    });
    let roots: BTreeSet<String> = roots.filter(|folder| !covered.contains(&file_of(folder))).collect();
    let version = job.settings.versions.to.to_string();
    let made = roots.into_par_iter().flat_map_iter(|folder| of_chart(&folder, &path(&folder), &version, &door));
    made.collect()
}

fn file_of(folder: &str) -> String {
    if folder.is_empty() { "Chart.yaml".to_owned() } else { format!("{folder}/Chart.yaml") }
}

/// A chart, and the tests of it that fail.
fn of_chart(folder: &str, path: &Path, version: &str, door: &dyn Files) -> Vec<(Root, Rendered)> {
    let options = Options {
        release_name: release_name(path, door),
        namespace: NAMESPACE.to_owned(),
        kube_version: Some(version.to_owned()),
        include_crds: true,
        local: true,
        partial: true,
        ..Options::default()
    };
    let (rendered, asks) = one(path, &options, door);
    let root = |name: String, asks: bool| Root {
        sort: Sort::Chart,
        name,
        file: file_of(folder),
        folder: folder.to_owned(),
        directories: vec![folder.to_owned()],
        own: 0,
        asked: true,
        asks,
    };
    let mut all = vec![(root(folder.to_owned(), asks), rendered)];
    for file in test_values(path, door) {
        let file = full(&file);
        let given = Options { values: vec![Values::File(file.clone())], ..options.clone() };
        let (mut rendered, _) = one(path, &given, door);
        rendered.objects.clear();
        if !rendered.problems.is_empty() {
            all.push((root(file, false), rendered));
        }
    }
    all
}

/// What a chart makes; and whether it makes nothing because it asks for a value.
fn one(path: &Path, options: &Options, door: &dyn Files) -> (Rendered, bool) {
    let output = render_at(path, options, door);
    let mut rendered = output.rendered;
    rendered.absent.extend(output.absent.into_iter().map(Absent::from));
    for object in &mut rendered.objects {
        let metadata = object.get_mut("metadata");
        if let Some(metadata) = metadata.filter(|metadata| metadata.str_at("namespace") == Some(NAMESPACE)) {
            metadata.remove("namespace");
        }
    }
    let asks = output.asked.is_some() && !rendered.problems.is_empty();
    (rendered, asks)
}

/// A release is called what its chart is called, as far as releases may be called so.
fn release_name(path: &Path, door: &dyn Files) -> String {
    let name = declared_name(path, door).unwrap_or_default().to_lowercase();
    let fits = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' };
    let name: String = name.chars().map(fits).take(53).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "release-name".to_owned() } else { name.to_owned() }
}
