//! ConfigMaps and Secrets from files and literals.
//!
//! In: an entry of `configMapGenerator` or `secretGenerator`. Out: the object, each of its values with the line or file that
//! it was read from.

use crate::go::base64;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::decode::Text;
use super::failure::{BuildResult, Context, at};
use super::node::{Data, Entry, Node, Scalar, Style, Tag};
use super::resource::{Behavior, Resource};
use super::settings::{Generator, GeneratorOptions};
use super::store::Store;
use crate::render::origin::{By, Origin};
use crate::source::{SourceId, Span};

/// What a key gets.
struct Pair {
    key: String,
    value: Vec<u8>,
    span: Span,
}

/// Makes the object.
///
/// # Errors
/// Where a source cannot be read or a key is invalid.
pub fn generate(store: &mut Store<'_>, folder: &str, args: &Generator) -> BuildResult<Resource> {
    let Some(name) = &args.name else { return at(args.span, "a generator needs a name") };
    let by = |span: Span| Origin::new(span, By::Generator);
    let own = by(name.span);
    let mut node = Node::map(own.clone());
    let default = Origin::new(args.asked, By::Default);
    node.set("apiVersion", Node::string("v1", default.clone()));
    node.set("kind", Node::string(if args.secret { "Secret" } else { "ConfigMap" }, by(args.asked)));
    let mut meta = Node::map(own.clone());
    meta.set("name", Node::string(name.text.clone(), own.clone()));
    if let Some(namespace) = &args.namespace {
        meta.set("namespace", Node::string(namespace.text.clone(), by(namespace.span)));
    }
    node.set("metadata", meta);
    if args.secret {
        let kind = args
            .kind
            .as_ref()
            .map_or(Node::string("Opaque", default), |kind| Node::string(kind.text.clone(), by(kind.span)));
        node.set("type", kind);
        node.set("data", Node::map(own.clone()));
    }
    for pair in sorted(pairs(store, folder, args)?, args)? {
        let (field, text) = match String::from_utf8(pair.value) {
            Ok(text) if !args.secret => ("data", text),
            Ok(text) => ("data", base64::encode_lines(text.as_bytes())),
            Err(error) if args.secret => ("data", base64::encode_lines(error.as_bytes())),
            Err(error) => ("binaryData", base64::encode_lines(error.as_bytes())),
        };
        put(&mut node, field, &pair.key, text, by(pair.span));
    }
    let options = args.options.clone().unwrap_or_default();
    finish(&mut node, &options, own);
    let mut resource = Resource::new(node);
    resource.generated = true;
    resource.hash = (!options.no_hash).then_some(name.span);
    resource.behavior = match args.behavior.as_deref() {
        Some("create") => Behavior::Create,
        Some("replace") => Behavior::Replace,
        Some("merge") => Behavior::Merge,
        _ => Behavior::Unspecified,
    };
    Ok(resource)
}

fn put(node: &mut Node, field: &str, key: &str, text: String, origin: Origin) {
    let style = if text.contains('\n') { Style::Quoted } else { Style::Plain };
    let scalar = Scalar { style, ..Scalar::new(text, Tag::Str) };
    let value = Node { data: Data::Scalar(scalar), origin: origin.clone() };
    if let Some(map) = node.get_or_insert(field, || Node::map(origin)) {
        map.set(key, value);
    }
}

fn finish(node: &mut Node, options: &GeneratorOptions, own: Origin) {
    for (field, pairs) in [("labels", &options.labels), ("annotations", &options.annotations)] {
        for (key, text) in pairs {
            let value = Node::string(text.text.clone(), Origin::new(text.span, By::Generator));
            let meta = node.get_mut("metadata");
            if let Some(map) = meta.and_then(|meta| meta.get_or_insert(field, || Node::map(own.clone()))) {
                map.set(key, value);
            }
        }
    }
    if let Some(span) = options.immutable {
        let value =
            Node { data: Data::Scalar(Scalar::new("true", Tag::Bool)), origin: Origin::new(span, By::Generator) };
        node.set("immutable", value);
    }
}

/// Adds what `generatorOptions` say to an entry's own options.
pub fn with_global(own: Option<GeneratorOptions>, global: Option<&GeneratorOptions>) -> Option<GeneratorOptions> {
    let Some(global) = global else { return own };
    let mut options = own.unwrap_or_default();
    for (own, more) in [(&mut options.labels, &global.labels), (&mut options.annotations, &global.annotations)] {
        let new: Vec<_> = more.iter().filter(|(key, _)| own.iter().all(|(known, _)| known != key)).cloned().collect();
        own.extend(new);
        own.sort_by(|(a, _), (b, _)| a.cmp(b));
    }
    options.no_hash |= global.no_hash;
    options.immutable = options.immutable.or(global.immutable);
    Some(options)
}

/// Sorts by the keys. What a key may consist of is not kustomize's concern.
fn sorted(pairs: Vec<Pair>, args: &Generator) -> BuildResult<Vec<Pair>> {
    let mut known = BTreeMap::new();
    for pair in pairs {
        let (span, key) = (pair.span, pair.key.clone());
        if known.insert(key.clone(), pair).is_some() {
            let name = args.name.as_deref().unwrap_or_default();
            return at(span, format!("the key `{key}` of `{name}` is set twice"));
        }
    }
    Ok(known.into_values().collect())
}

fn pairs(store: &mut Store<'_>, folder: &str, args: &Generator) -> BuildResult<Vec<Pair>> {
    let mut pairs = Vec::new();
    for path in &args.envs {
        let id = store.load(folder, path).or_at(path.span)?;
        env_lines(store, id, &mut pairs)?;
    }
    for literal in &args.literals {
        pairs.push(self::literal(store, literal)?);
    }
    for source in &args.files {
        let (key, path) = file_source(source)?;
        let id = store.load(folder, path).or_at(source.span)?;
        let span = Span::new(id, 0, store.source(id).text.len());
        pairs.push(Pair { key: key.to_owned(), value: store.content(id).to_vec(), span });
    }
    Ok(pairs)
}

fn literal(store: &Store<'_>, text: &Text) -> BuildResult<Pair> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => {
            let value = unquoted(value);
            let span = behind_equals(store.source(text.span.source).slice(text.span), value, text.span);
            Ok(Pair { key: key.to_owned(), value: value.as_bytes().to_vec(), span })
        }
        _ => at(text.span, format!("`{}` is not KEY=VALUE", text.text)),
    }
}

/// Where the value of a literal stands, if it is written as it is.
fn behind_equals(raw: &str, value: &str, whole: Span) -> Span {
    let end = raw.trim_end_matches(['"', '\'']).len();
    match raw[..end].strip_suffix(value) {
        Some(before) if before.trim_end_matches(['"', '\'']).ends_with('=') => {
            let start = whole.start + before.len() as u32;
            Span { start, end: start + value.len() as u32, ..whole }
        }
        _ => whole,
    }
}

fn unquoted(value: &str) -> &str {
    let inner = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

fn file_source(source: &Text) -> BuildResult<(&str, &str)> {
    let text: &str = source;
    match text.split('=').collect::<Vec<_>>()[..] {
        [path] => Ok((path.trim_end_matches('/').rsplit('/').next().unwrap_or(path), path)),
        [key, path] if !key.is_empty() && !path.is_empty() => Ok((key, path)),
        _ => at(source.span, format!("`{text}` is not FILE or KEY=FILE")),
    }
}

/// Go's scanner gives up at such a line, and kustomize does not ask why.
const LONGEST_LINE: usize = 65536;

/// `KEY=VALUE` lines; quotes stay.
fn env_lines(store: &Store<'_>, id: SourceId, pairs: &mut Vec<Pair>) -> BuildResult<()> {
    let text = &store.source(id).text;
    let mut start = 0;
    for (number, whole) in text.split_inclusive('\n').enumerate() {
        let offset = start;
        start += whole.len();
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let span = Span::new(id, offset, offset + line.len());
        if whole.strip_suffix('\n').unwrap_or(whole).len() >= LONGEST_LINE {
            return Ok(());
        }
        if store.is_binary(id) && line.contains('\u{fffd}') {
            return at(span, "the line is not UTF-8");
        }
        let line = if number == 0 { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line };
        let line = line.trim_start_matches(|c: char| c.is_whitespace());
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        if key.is_empty() {
            continue;
        }
        let span = Span { start: span.end - value.len() as u32, ..span };
        pairs.push(Pair { key: key.to_owned(), value: value.as_bytes().to_vec(), span });
    }
    Ok(())
}

/// Gives a generated object the name, namespace, labels and annotations of the one that it is merged with.
pub fn inherit(new: &mut Resource, old: &Resource) {
    let own = new.node.origin.clone();
    if let Some(meta) = new.node.get_or_insert("metadata", || Node::map(own)) {
        for field in ["labels", "annotations"] {
            let theirs = old.node.at(&["metadata", field]).map_or(&[][..], Node::entries);
            merge_strings(meta, field, theirs);
        }
        for field in ["name", "namespace"] {
            let theirs = old.node.at(&["metadata", field]).filter(|node| !node.value().is_empty());
            match (theirs, field) {
                (Some(node), _) => meta.set(field, node.clone()),
                (None, "namespace") => drop(meta.remove(field)),
                (None, _) => {}
            }
        }
    }
    new.restring("labels");
    new.restring("annotations");
    new.previous.clone_from(&old.previous);
    new.prefixes.clone_from(&old.prefixes);
    new.suffixes.clone_from(&old.suffixes);
    new.vars.clone_from(&old.vars);
    // How it was generated is a note too, and the old one's counts: a hash only where both ask for one.
    new.generated = old.generated;
    new.hash = new.hash.filter(|_| old.hash.is_some());
}

/// Adds the data of the object that a generated one is merged with, where it has none of its own.
pub fn merge_data(new: &mut Resource, old: &Resource, field: &str) {
    let theirs = old.node.get(field).map_or(&[][..], Node::entries);
    let mut own = new.node.remove(field);
    let mut holder = Node::map(new.node.origin.clone());
    if let Some(own) = own.take() {
        holder.set(field, own);
    }
    merge_strings(&mut holder, field, theirs);
    let Some(map) = holder.remove(field).filter(|map| !map.is_empty()) else { return };
    for Entry { key, value, .. } in map.entries() {
        // A map is loaded anew: what is no UTF-8 could only be base64 already.
        put(&mut new.node, field, &key.text, value.value().to_owned(), value.origin.clone());
    }
}

fn merge_strings(holder: &mut Node, field: &str, theirs: &[Entry]) {
    if theirs.is_empty() {
        return;
    }
    let origin = theirs[0].value.origin.clone();
    let Some(map) = holder.get_or_insert(field, || Node::map(origin)) else { return };
    for entry in theirs {
        let text: Arc<str> = entry.value.text().into();
        map.get_or_insert(&entry.key.text, || Node::string(text, entry.value.origin.clone()));
    }
}
