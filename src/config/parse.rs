//! From the text of `kubevet.yaml` to a [`Config`].
//!
//! In: the source. Out: the configuration, or all mistakes: unknown keys (with the nearest known one), wrong types, rules
//! that do not exist, bad globs and dates.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::discover::Viewpoint;
use crate::files::Door;
use crate::finding::Severity;
use crate::rule::{Registry, profile};
use crate::source::{Source, Span};
use crate::suggest::closest;
use crate::version::KubeVersion;
use crate::workspace::External;
use crate::yaml::{self, Entry, Limits, Node};

use super::rules::severity;
use super::{Config, Exclude, Ignore, Mistake, Mistakes, Override, Pattern, Plain};

/// Most mistakes that are listed.
const MAX_MISTAKES: usize = 50;

/// Parses a configuration, whose rules are those of a registry.
///
/// # Errors
/// The mistakes found.
pub(super) fn parse(
    source: &Arc<Source>,
    directory: &Path,
    files: &Door,
    registry: &Registry,
) -> Result<(Config, Vec<(PathBuf, Span)>), Mistakes> {
    let documents = yaml::read(source, &Limits::default());
    let mut parser = ConfigParser { mistakes: Mistakes::default(), directory, registry, extends: Vec::new() };
    let mut config = Config {
        source: Some(source.clone()),
        directory: directory.to_owned(),
        view: Viewpoint::new(directory, files),
        ..Config::default()
    };
    for document in &documents {
        match &document.tree {
            Ok(tree) => parser.root(tree.root(), &mut config),
            Err(error) => {
                parser.push(error.span, error.message.clone());
            }
        }
        parser.duplicates(document);
    }
    if parser.mistakes.listed.is_empty() { Ok((config, parser.extends)) } else { Err(parser.mistakes) }
}

pub(super) struct ConfigParser<'p> {
    mistakes: Mistakes,
    directory: &'p Path,
    pub(super) registry: &'p Registry,
    /// The files it extends.
    extends: Vec<(PathBuf, Span)>,
}

pub(super) const KEYS: &[&str] = &[
    "extends",
    "kubernetesVersion",
    "profile",
    "failOn",
    "rules",
    "overrides",
    "ignore",
    "honorForeignIgnores",
    "exclude",
    "placeholders",
    "clusters",
    "limits",
    "charts",
    "schemas",
    "baseline",
    "external",
    "repositories",
];
/// Keys that count in the configuration of a run alone, not in one below it.
const OF_THE_RUN: [&str; 11] = [
    "kubernetesVersion",
    "profile",
    "failOn",
    "honorForeignIgnores",
    "clusters",
    "limits",
    "charts",
    "schemas",
    "baseline",
    "external",
    "repositories",
];
pub(super) const IGNORE_KEYS: &[&str] =
    &["rule", "rules", "path", "paths", "kind", "name", "namespace", "container", "reason", "until"];

impl ConfigParser<'_> {
    /// Notes a mistake. Gives it, to be completed, where it is one that is listed.
    fn push(&mut self, span: Span, message: impl Into<String>) -> Option<&mut Mistake> {
        if self.mistakes.listed.len() == MAX_MISTAKES {
            self.mistakes.more += 1;
            return None;
        }
        self.mistakes.listed.push(Mistake { message: message.into(), span, help: None });
        self.mistakes.listed.last_mut()
    }

    pub(super) fn mistake(&mut self, node: Node<'_>, message: impl Into<String>) {
        self.mistake_with(node, message, || None);
    }

    /// A mistake, and what to do about it: found out only where it is listed.
    pub(super) fn mistake_with(
        &mut self,
        node: Node<'_>,
        message: impl Into<String>,
        help: impl FnOnce() -> Option<String>,
    ) {
        let span = if node.is_mapping() || node.is_sequence() { node.anchor_span() } else { node.span() };
        if let Some(mistake) = self.push(span, message) {
            mistake.help = help();
        }
    }

    pub(super) fn unknown(&mut self, entry: Entry<'_>, what: &str, known: &[&str]) {
        let near = || closest(entry.name, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        self.mistake_with(entry.key, format!("unknown {what} `{}`", entry.name), near);
    }

    fn duplicates(&mut self, document: &yaml::Document) {
        for note in &document.notes {
            if note.kind == yaml::NoteKind::DuplicateKey {
                self.push(note.span, "this key is set twice");
            }
        }
    }

    fn root(&mut self, root: Node<'_>, config: &mut Config) {
        if root.is_null() {
            return;
        }
        if !root.is_mapping() {
            self.mistake(root, format!("the configuration is {}, not a map", root.describe()));
        }
        for entry in root.entries().filter(|entry| !entry.value.is_null()) {
            let value = entry.value;
            if OF_THE_RUN.contains(&entry.name) {
                config.of_the_run.push(Pattern { text: entry.name.to_owned(), span: entry.key.span() });
            }
            match entry.name {
                "extends" => self.extends = self.paths(value),
                "repositories" => config.repositories = self.strings(value),
                "external" => config.external = self.items(value, Self::external),
                "kubernetesVersion" => config.version = self.version(value),
                "profile" => config.profile = self.profile(value),
                "failOn" => config.fail_on = self.fail_on(value),
                "rules" => config.rules = self.rules(value),
                "overrides" => config.overrides = self.items(value, Self::one_override),
                "ignore" => config.ignores = self.items(value, Self::ignore),
                "honorForeignIgnores" => config.foreign = self.boolean(value),
                "exclude" => config.exclude = self.exclude(value),
                "placeholders" => config.placeholders = self.patterns(value),
                "charts" => config.charts = self.items(value, Self::chart),
                "limits" => config.limits = self.limits(value),
                "clusters" => config.clusters = self.folders(value),
                "schemas" => config.schemas = self.strings(value).iter().map(|s| self.directory.join(s)).collect(),
                "baseline" => config.baseline = self.string(value).map(|path| self.directory.join(path)),
                _ => self.unknown(entry, "key", KEYS),
            }
        }
    }

    pub(super) fn string(&mut self, node: Node<'_>) -> Option<String> {
        if let Some(text) = node.as_str() {
            return Some(text.to_owned());
        }
        self.mistake(node, format!("this is {}, not a string", node.describe()));
        None
    }

    fn boolean(&mut self, node: Node<'_>) -> bool {
        if node.as_bool().is_none() {
            self.mistake(node, format!("this is {}, not a boolean", node.describe()));
        }
        node.as_bool().unwrap_or(false)
    }

    /// A list of strings, or one string.
    pub(super) fn strings(&mut self, node: Node<'_>) -> Vec<String> {
        if node.is_sequence() {
            return node.items().filter_map(|item| self.string(item)).collect();
        }
        self.string(node).into_iter().collect()
    }

    fn items<T>(&mut self, node: Node<'_>, one: fn(&mut Self, Node<'_>) -> Option<T>) -> Vec<T> {
        if !node.is_sequence() {
            self.mistake(node, format!("this is {}, not a list", node.describe()));
        }
        node.items().filter_map(|item| one(self, item)).collect()
    }

    /// `1.34` may be written without quotes: its text counts, not the number it resolves to.
    fn version(&mut self, node: Node<'_>) -> Option<KubeVersion> {
        let text = node.as_str().unwrap_or_else(|| node.raw());
        match KubeVersion::parse(text) {
            Some(version) if version.is_supported() => return Some(version),
            Some(version) => {
                let (oldest, newest) = (KubeVersion::OLDEST, KubeVersion::NEWEST);
                self.mistake(node, format!("Kubernetes {version} is not supported: use {oldest} to {newest}"));
            }
            None => self.mistake(node, format!("`{text}` is not a version of Kubernetes")),
        }
        None
    }

    fn profile(&mut self, node: Node<'_>) -> Option<String> {
        let name = self.string(node)?;
        if profile::exists(&name) {
            return Some(name);
        }
        let known = || Some(format!("known: {}", profile::list()));
        self.mistake_with(node, format!("no such profile: `{name}`"), known);
        None
    }

    fn fail_on(&mut self, node: Node<'_>) -> Option<Option<Severity>> {
        let name = self.string(node)?;
        match (name.as_str(), severity(&name)) {
            ("never", _) => Some(None),
            (_, Some(severity)) => Some(Some(severity)),
            _ => {
                let known = || Some("use error, warning, info or never".into());
                self.mistake_with(node, format!("no such severity: `{name}`"), known);
                None
            }
        }
    }

    pub(super) fn check_selector(&mut self, node: Node<'_>, name: &str) -> bool {
        let (known, registry) = (self.registry.is_selector(name), self.registry);
        if !known {
            let hint = || registry.hint(name);
            self.mistake_with(node, format!("no such rule or category: `{name}`"), hint);
        }
        known
    }

    fn one_override(&mut self, node: Node<'_>) -> Option<Override> {
        let (mut paths, mut patterns) = (None, Vec::new());
        let mut rules = Vec::new();
        for entry in node.entries() {
            match entry.name {
                "path" | "paths" => (paths, patterns) = (self.globs(entry.value), self.patterns(entry.value)),
                "rules" => rules = self.rules(entry.value),
                _ => self.unknown(entry, "key", &["paths", "rules"]),
            }
        }
        if paths.is_none() {
            self.mistake(node, "an override needs `paths`");
        }
        Some(Override { paths: paths?, pattern: patterns.into_iter().next()?, rules })
    }

    fn ignore(&mut self, node: Node<'_>) -> Option<Ignore> {
        let span = node.anchor_span();
        let mut ignore = Ignore {
            rules: Vec::new(),
            paths: None,
            kind: None,
            name: None,
            plain: None,
            namespace: None,
            container: None,
            reason: String::new(),
            until: None,
            span,
        };
        if !node.is_mapping() || node.is_empty() {
            self.mistake(
                node,
                "an entry of `ignore` is a map of `rule`, `path`, `kind`, `name`, `container`, `reason` and `until`",
            );
            return None;
        }
        for entry in node.entries() {
            let value = entry.value;
            match entry.name {
                "rule" | "rules" => ignore.rules = self.selectors(value),
                "path" | "paths" => ignore.paths = self.globs(value),
                "kind" => ignore.kind = self.string(value),
                "name" => ignore.name = self.globs(value),
                "namespace" => ignore.namespace = self.string(value),
                "container" => ignore.container = self.globs(value),
                "reason" => ignore.reason = self.string(value).unwrap_or_default(),
                "until" => ignore.until = self.date(value),
                _ => self.unknown(entry, "key", IGNORE_KEYS),
            }
        }
        ignore.plain = match (ignore.name.is_some(), node.get("name")) {
            (true, Some(name)) => plain(name).map(Plain::Names).or_else(|| beginnings(name).map(Plain::Beginnings)),
            _ => {
                let folders = |key: &str| node.get(key).and_then(folders);
                folders("paths").xor(folders("path")).map(Plain::Paths)
            }
        };
        Some(ignore)
    }

    /// Files, as paths from the working directory.
    fn paths(&mut self, node: Node<'_>) -> Vec<(PathBuf, Span)> {
        let named = self.patterns(node).into_iter();
        named.map(|named| (self.directory.join(named.text), named.span)).collect()
    }

    fn external(&mut self, node: Node<'_>) -> Option<External> {
        let (mut kind, mut name, mut namespace) = (None, None, None);
        for entry in node.entries() {
            match entry.name {
                "kind" => kind = self.string(entry.value),
                "name" | "names" => name = self.globs(entry.value),
                "namespace" => namespace = self.globs(entry.value),
                "reason" => drop(self.string(entry.value)),
                _ => self.unknown(entry, "key", &["kind", "name", "namespace", "reason"]),
            }
        }
        if kind.is_none() {
            self.mistake(node, "an entry of `external` needs the `kind` of an object that exists elsewhere");
        }
        Some(External { kind: kind?, name, namespace })
    }

    fn selectors(&mut self, node: Node<'_>) -> Vec<String> {
        let names = self.strings(node);
        let nodes: Vec<_> = if node.is_sequence() { node.items().collect() } else { vec![node] };
        names
            .into_iter()
            .zip(nodes)
            .filter(|(name, node)| self.check_selector(*node, name))
            .map(|(name, _)| name)
            .collect()
    }

    fn date(&mut self, node: Node<'_>) -> Option<String> {
        let text = self.string(node)?;
        let good = is_date(&text);
        if !good {
            let form = || Some("write YYYY-MM-DD".into());
            self.mistake_with(node, format!("`{text}` is not a date"), form);
        }
        good.then_some(text)
    }

    /// Patterns of folders: `*` stands for one name.
    fn folders(&mut self, node: Node<'_>) -> Option<GlobSet> {
        let mut builder = GlobSetBuilder::new();
        for text in self.strings(node) {
            let text = text.trim_start_matches("./").trim_end_matches('/');
            match GlobBuilder::new(text).literal_separator(true).build() {
                Ok(glob) => drop(builder.add(glob)),
                Err(error) => self.mistake(node, format!("bad pattern: {}", error.kind())),
            }
        }
        builder.build().ok()
    }

    /// Patterns, each with its place.
    fn patterns(&mut self, node: Node<'_>) -> Vec<Pattern> {
        let items: Vec<_> = if node.is_sequence() { node.items().collect() } else { vec![node] };
        let pattern = |item: Node<'_>| Some(Pattern { text: self.string(item)?, span: item.span() });
        items.into_iter().filter_map(pattern).collect()
    }

    fn exclude(&mut self, node: Node<'_>) -> Option<Exclude> {
        let read = Exclude::new(self.patterns(node));
        read.map_err(|(_, error)| self.mistake(node, format!("bad pattern: {error}"))).ok()
    }

    fn globs(&mut self, node: Node<'_>) -> Option<GlobSet> {
        let mut builder = GlobSetBuilder::new();
        for text in self.strings(node) {
            match Glob::new(&text) {
                Ok(glob) => drop(builder.add(glob)),
                Err(error) => self.mistake(node, format!("bad pattern: {}", error.kind())),
            }
            // A folder stands for all that is in it.
            if let Ok(glob) = Glob::new(&format!("{}/**", text.trim_end_matches('/'))) {
                builder.add(glob);
            }
        }
        builder.build().ok()
    }
}

/// Characters that mean something in a pattern.
const SPECIAL: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

/// The patterns of a field, where each is plain text.
fn plain(node: Node<'_>) -> Option<Vec<String>> {
    each(node, |text| (!text.contains(SPECIAL)).then_some(text))
}

/// The plain text that each pattern of a field begins with, where all do.
fn beginnings(node: Node<'_>) -> Option<Vec<String>> {
    each(node, |text| text.find(SPECIAL).map_or(Some(text), |at| Some(&text[..at])).filter(|text| !text.is_empty()))
}

/// The files or folders that each pattern of a field is about, where all are: `a/b` of `a/b`, `a` of `a/*.yaml`.
fn folders(node: Node<'_>) -> Option<Vec<String>> {
    each(node, |text| match text.find(SPECIAL) {
        None => Some(text),
        Some(at) => text[..at].rfind('/').map(|end| &text[..end]),
    })
}

fn each(node: Node<'_>, part: impl Fn(&str) -> Option<&str>) -> Option<Vec<String>> {
    let text = |node: Node<'_>| part(node.as_str()?.trim_end_matches('/')).map(str::to_owned);
    if node.is_sequence() { node.items().map(text).collect() } else { Some(vec![text(node)?]) }
}

/// `YYYY-MM-DD`, in a month and on a day that there may be.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let [year, month, day] = parts.as_slice() else { return false };
    let within = |part: &str, most: u8| part.len() == 2 && part.parse().is_ok_and(|n: u8| (1..=most).contains(&n));
    digits && year.len() == 4 && within(month, 12) && within(day, 31)
}
