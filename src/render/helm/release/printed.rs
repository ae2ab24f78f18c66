//! What a release prints, and the objects in it.
//!
//! In: a chart with its manifests and hooks in order. Out: the text that `helm template` prints, and the objects with their
//! origins.

use super::super::chart::Chart;
use super::super::manifests::{self, Manifest};
use super::super::origins;
use super::super::template::{Mark, Text, TextBuilder};
use super::{Refused, Work};
use crate::go::path::is_match;
use crate::render::value::Value;
use crate::source::{SourceId, Span};
use crate::yaml::Tree;

/// A document in the order of printing.
struct Part {
    path: String,
    text: Text,
    tree: Option<Tree>,
}

impl Work<'_> {
    /// What is printed and the objects in it.
    pub(super) fn print(
        &mut self,
        chart: &Chart,
        manifests: Vec<Manifest>,
        hooks: Vec<Manifest>,
    ) -> Result<(Vec<Value>, String), Refused> {
        let mut main = Vec::new();
        if self.options.include_crds {
            self.definitions(chart, chart.name(), &mut main);
        }
        main.extend(manifests.into_iter().map(part));
        let hooks = hooks.into_iter().filter(|hook| !self.options.skip_tests || !hook.is_test());
        let hooks: Vec<Part> = if self.options.no_hooks { Vec::new() } else { hooks.map(part).collect() };
        let mut printed = TextBuilder::default();
        // Helm trims what it prints as a whole: of the last document blank lines go.
        if let Some(last) = main.last_mut() {
            let kept = last.text.str().trim_end().len();
            if kept < last.text.len() {
                last.text = last.text.slice(0, kept);
                last.tree = None;
            }
        }
        main.iter().for_each(|part| write(part, &mut printed));
        let text = printed.finish();
        let mut printed = TextBuilder::default();
        let shown = text.str();
        let trimmed = shown.trim();
        let lead = shown.len() - shown.trim_start().len();
        printed.slice(&text, lead, lead + trimmed.len());
        printed.push("\n", Mark::NONE);
        hooks.iter().for_each(|part| write(part, &mut printed));
        let all = printed.finish();
        let parts: Vec<Part> = main.into_iter().chain(hooks).collect();
        if self.options.show_only.is_empty() {
            return Ok((self.objects(&parts), all.str().into_owned()));
        }
        self.only(&parts, &all)
    }

    /// The files below `crds/` of a chart and its subcharts.
    fn definitions(&mut self, chart: &Chart, path: &str, out: &mut Vec<Part>) {
        for file in &chart.files {
            let lower = file.name.to_ascii_lowercase();
            if file.name.starts_with("crds/") && [".yaml", ".yml", ".json"].iter().any(|end| lower.ends_with(end)) {
                let mut text = TextBuilder::default();
                match file.source {
                    Some(source) => {
                        let span = Span::new(source, 0, file.bytes.len());
                        let mark = self.marks.template(span);
                        text.push_exact(&file.bytes, mark, 0);
                    }
                    None => text.push(&file.bytes, Mark::NONE),
                }
                out.push(Part { path: format!("{path}/{}", file.name), text: text.finish(), tree: None });
            }
        }
        for sub in &chart.dependencies {
            self.definitions(sub, &format!("{path}/charts/{}", sub.name()), out);
        }
    }

    /// The documents that `--show-only` names.
    fn only(&self, parts: &[Part], all: &Text) -> Result<(Vec<Value>, String), Refused> {
        let printed = manifests::split(all);
        let source = |text: &str| {
            let line = text.lines().find_map(|line| line.find("# Source: ").map(|at| line[at + 10..].to_owned()))?;
            line.split_once('/').map(|(_, rest)| rest.to_owned())
        };
        let paths: Vec<_> = printed.iter().map(|text| source(&text.str())).collect();
        let (mut objects, mut out) = (Vec::new(), String::new());
        for pattern in &self.options.show_only {
            let mut some = false;
            for (text, path) in printed.iter().zip(&paths) {
                let Some(path) = path else { continue };
                if is_match(pattern, path) != Some(true) {
                    continue;
                }
                some = true;
                out.push_str(&format!("---\n{}\n", text.str()));
                let whole = parts.iter().find(|part| part.path.ends_with(path.as_str()));
                let fallback = whole.map_or(String::new(), |part| part.path.clone());
                objects.extend(self.objects(&[Part { path: fallback, text: text.clone(), tree: None }]));
            }
            if !some {
                return Err(format!("could not find template {pattern} in chart").into());
            }
        }
        Ok((objects, out))
    }

    fn objects(&self, parts: &[Part]) -> Vec<Value> {
        let mut objects = Vec::new();
        for part in parts {
            let fallback = self.file_of(&part.path);
            match &part.tree {
                Some(tree) => {
                    if tree.root().is_mapping() {
                        objects.push(origins::object(tree.root(), &part.text, &self.marks, fallback));
                    }
                }
                None => {
                    for text in manifests::split(&part.text) {
                        let mut whole = TextBuilder::default();
                        whole.text(&text);
                        whole.push("\n", Mark::NONE);
                        let text = whole.finish();
                        if let Ok(tree) = manifests::tree(&text)
                            && tree.root().is_mapping()
                        {
                            objects.push(origins::object(tree.root(), &text, &self.marks, fallback));
                        }
                    }
                }
            }
        }
        objects
    }

    /// The beginning of the file with such a path, or of the first file.
    pub(super) fn file_of(&self, path: &str) -> Span {
        let inner = path.split_once('/').map_or(path, |(_, rest)| rest);
        let found = self.sources.iter().find(|source| source.name.ends_with(inner));
        Span::new(found.map_or(SourceId(0), |source| source.id), 0, 0)
    }
}

fn part(manifest: Manifest) -> Part {
    // Helm puts a line break behind each document: a block scalar at the end that keeps them has one more.
    let keeps = ["+\n", "+ ", "+\r"].iter().any(|end| manifest.text.str().contains(end));
    Part { path: manifest.path, text: manifest.text, tree: Some(manifest.tree).filter(|_| !keeps) }
}

fn write(part: &Part, out: &mut TextBuilder) {
    out.push(format!("---\n# Source: {}\n", part.path), Mark::NONE);
    out.text(&part.text);
    out.push("\n", Mark::NONE);
}
