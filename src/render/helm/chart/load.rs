//! From files to a chart.
//!
//! In: names and bytes. Out: [`Chart`] with its subcharts, unpacked or packed; sources for all that places may point into.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::template::Marks;
use super::super::values;
use super::archive;
use super::metadata::Metadata;
use super::{Chart, File};
use crate::source::{Source, SourceMap, Span};
use crate::yaml::{Limits, read_part};

/// Deepest charts in charts.
const MAX_DEPTH: usize = 20;

/// Why a chart could not be loaded, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    /// In Helm's words.
    pub message: String,
    /// Where.
    pub span: Option<Span>,
}

impl LoadError {
    fn new(message: impl Into<String>, span: Option<Span>) -> Self {
        Self { message: message.into(), span }
    }
}

/// What charts are loaded into.
#[derive(Debug)]
pub struct Loader<'l> {
    /// The sources of all files.
    pub sources: &'l mut SourceMap,
    /// Their places.
    pub marks: &'l mut Marks,
    /// What archives may still unpack.
    pub left: archive::Left,
}

impl Loader<'_> {
    /// Makes a chart of files; `prefix` stands before their names for the user.
    ///
    /// # Errors
    /// Where Helm refuses it.
    pub fn load(&mut self, files: Vec<(String, Vec<u8>)>, prefix: &str) -> Result<Chart, LoadError> {
        self.chart(files, prefix, 0)
    }

    /// The same of an archive.
    ///
    /// # Errors
    /// Where Helm refuses it.
    pub fn load_archive(&mut self, bytes: &[u8], name: &str) -> Result<Chart, LoadError> {
        let files = archive::unpack(bytes, &mut self.left).map_err(|message| LoadError::new(message, None))?;
        self.chart(files, name, 0)
    }

    fn file(&mut self, name: String, bytes: Vec<u8>, prefix: &str) -> File {
        let bytes = match bytes.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) => rest.to_vec(),
            None => bytes,
        };
        // What is no text is not pointed into.
        let text = std::str::from_utf8(&bytes).is_ok();
        let source = text.then(|| {
            let id = self.sources.next_id();
            let shown = if prefix == "." { name.clone() } else { format!("{prefix}/{name}") };
            self.sources.push(Source::from_bytes(id, shown, bytes.clone()));
            id
        });
        File { name, bytes: Rc::from(bytes), source }
    }

    fn chart(&mut self, files: Vec<(String, Vec<u8>)>, prefix: &str, depth: usize) -> Result<Chart, LoadError> {
        if depth > MAX_DEPTH {
            return Err(LoadError::new("charts nest too deeply", None));
        }
        let mut inner: BTreeMap<String, Vec<(String, Vec<u8>)>> = BTreeMap::new();
        let mut own = Vec::new();
        let mut extra = Vec::new();
        for (name, bytes) in files {
            match name.strip_prefix("charts/") {
                Some(rest) if rest.ends_with(".prov") => extra.push(self.file(name.clone(), bytes, prefix)),
                Some(rest) => {
                    let folder = rest.split('/').next().unwrap_or(rest).to_owned();
                    inner.entry(folder).or_default().push((rest.to_owned(), bytes));
                }
                None => own.push(self.file(name, bytes, prefix)),
            }
        }
        let metadata = self.metadata(&own)?;
        let mut chart = Chart {
            metadata,
            values: None,
            schema: None,
            templates: Vec::new(),
            files: extra,
            dependencies: Vec::new(),
            unfetched: Vec::new(),
        };
        for file in own {
            self.sort(&mut chart, file)?;
        }
        chart.metadata.validate().map_err(|message| LoadError::new(message, None))?;
        for (folder, files) in inner {
            if folder.starts_with(['_', '.']) {
                continue;
            }
            let shown = if prefix == "." { format!("charts/{folder}") } else { format!("{prefix}/charts/{folder}") };
            // What stands for a chart until Git LFS fetches it is none: the chart lacks it.
            if matches!(files.as_slice(), [(_, bytes)] if archive::is_pointer(bytes)) {
                chart.unfetched.push(folder);
                continue;
            }
            let loaded = if folder.ends_with(".tgz") {
                match files.as_slice() {
                    [(name, bytes)] if *name == folder => archive::unpack(bytes, &mut self.left)
                        .map_err(|message| LoadError::new(message, None))
                        .and_then(|files| self.chart(files, &shown, depth + 1)),
                    _ => Err(LoadError::new(format!("expected {folder}, got another file"), None)),
                }
            } else {
                let trimmed: Vec<_> = files
                    .into_iter()
                    .filter_map(|(name, bytes)| name.split_once('/').map(|(_, rest)| (rest.to_owned(), bytes)))
                    .collect();
                self.chart(trimmed, &shown, depth + 1)
            };
            let loaded = loaded.map_err(|error| {
                let message = format!("error unpacking subchart {folder} in {}: {}", chart.name(), error.message);
                LoadError { message, ..error }
            })?;
            chart.dependencies.push(loaded);
        }
        Ok(chart)
    }

    /// Chart.yaml, and requirements.yaml of older charts.
    fn metadata(&mut self, files: &[File]) -> Result<Metadata, LoadError> {
        let mut metadata = Metadata::default();
        let mut found = false;
        for name in ["Chart.yaml", "requirements.yaml"] {
            let Some(file) = files.iter().find(|file| file.name == name) else { continue };
            found |= name == "Chart.yaml";
            self.read_into(&mut metadata, file)
                .map_err(|error| LoadError { message: format!("cannot load {name}: {}", error.message), ..error })?;
            if name == "Chart.yaml" && metadata.api_version.is_empty() {
                metadata.api_version = "v1".to_owned();
            }
        }
        for name in ["Chart.lock", "requirements.lock"] {
            if let Some(file) = files.iter().find(|file| file.name == name) {
                self.check_lock(file).map_err(|error| LoadError {
                    message: format!("cannot load {name}: {}", error.message),
                    ..error
                })?;
            }
        }
        let requirements = files.iter().any(|file| file.name == "requirements.yaml");
        if !found && !requirements {
            return Err(LoadError::new("Chart.yaml file is missing", None));
        }
        if metadata.api_version.is_empty() {
            return Err(LoadError::new("validation: chart.metadata.apiVersion is required", None));
        }
        Ok(metadata)
    }

    fn read_into(&mut self, metadata: &mut Metadata, file: &File) -> Result<(), LoadError> {
        let api_version = metadata.api_version.clone();
        let Some(id) = file.source else { return Err(LoadError::new("yaml: invalid UTF-8", None)) };
        let source = self.sources.get(id);
        let span = Span::new(id, 0, source.text.len());
        let tree = read_part(source, span, &Limits::default()).map_err(|error| syntax(source, &error))?;
        let marks = &mut *self.marks;
        metadata
            .read(tree.root(), &mut |span| marks.data(span))
            .map_err(|message| LoadError::new(message, Some(Span::new(id, 0, 0))))?;
        if metadata.api_version.is_empty() {
            metadata.api_version = api_version;
        }
        Ok(())
    }

    /// A lock file is read for its shape alone.
    fn check_lock(&mut self, file: &File) -> Result<(), LoadError> {
        let Some(id) = file.source else { return Err(LoadError::new("yaml: invalid UTF-8", None)) };
        let source = self.sources.get(id);
        let span = Span::new(id, 0, source.text.len());
        let tree = read_part(source, span, &Limits::default()).map_err(|error| syntax(source, &error))?;
        let root = tree.root();
        if root.is_null() || root.is_mapping() {
            return Ok(());
        }
        Err(LoadError::new("json: cannot unmarshal into Go value of type v2.Lock", Some(root.span())))
    }

    fn sort(&mut self, chart: &mut Chart, file: File) -> Result<(), LoadError> {
        let old = chart.metadata.api_version == "v1";
        match file.name.as_str() {
            "Chart.yaml" | "Chart.lock" => {}
            "values.yaml" => {
                let Some(id) = file.source else {
                    return Err(LoadError::new("cannot load values.yaml: yaml: invalid UTF-8", None));
                };
                let map = values::file::read(self.sources.get(id), self.marks)
                    .map_err(|(message, span)| LoadError::new(format!("cannot load values.yaml: {message}"), span))?;
                chart.values = Some(map);
            }
            "values.schema.json" => chart.schema = Some(file),
            "requirements.yaml" | "requirements.lock" if !old => {}
            name if name.starts_with("templates/") => chart.templates.push(file),
            _ => chart.files.push(file),
        }
        Ok(())
    }
}

/// A syntax error in go-yaml's frame.
pub fn syntax(source: &Source, error: &crate::yaml::SyntaxError) -> LoadError {
    let said = super::super::functions::yaml_in::said(source, error, 0);
    LoadError::new(format!("error converting YAML to JSON: {said}"), Some(error.span))
}
