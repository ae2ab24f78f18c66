//! Changes that fix a finding, said in nodes.
//!
//! In: nodes of the object and what shall stand there. Out: [`Patch`]: the edits that `yaml::edit` finds for them, or none
//! at all where one of them cannot be made for certain (an alias, a merge key, a comment that would be lost).

use serde_json::{Map, Value};

use crate::finding::Edit;
use crate::yaml::{Node, Place, edit, to_json};

/// Changes that are carried out together.
#[derive(Debug, Clone)]
pub struct Patch {
    /// Nothing as soon as one of the changes cannot be made.
    edits: Option<Vec<Edit>>,
    /// What each of them does, in the imperative.
    steps: Vec<String>,
}

impl Default for Patch {
    fn default() -> Self {
        Self { edits: Some(Vec::new()), steps: Vec::new() }
    }
}

impl Patch {
    /// No change yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What cannot be fixed.
    pub fn none() -> Self {
        Self { edits: None, steps: Vec::new() }
    }

    fn with(mut self, edit: Option<Edit>, step: String) -> Self {
        match (self.edits.as_mut(), edit) {
            (Some(edits), Some(edit)) => edits.push(edit),
            _ => self.edits = None,
        }
        self.steps.push(step);
        self
    }

    /// Puts another value where a node stands.
    pub fn set(self, node: Node<'_>, value: impl Into<Value>) -> Self {
        let value = value.into();
        let step = format!("set {} to {}", name(node), shown(&value));
        self.with(edit::replace(node, &value), step)
    }

    /// Sets the field at a place: another value for what is there; what is missing is made, with the maps on the way.
    pub fn put(self, place: &Place<'_>, value: impl Into<Value>) -> Self {
        match place {
            Place::Value(node) | Place::Key(node) => self.set(*node, value),
            Place::Missing(map, path) => self.field(*map, &segments(path), value),
        }
    }

    /// Sets the field at a path below a map, making the maps on the way.
    pub fn field(self, map: Node<'_>, path: &[&str], value: impl Into<Value>) -> Self {
        let value = value.into();
        let long = value.is_object() || value.as_array().is_some_and(|items| items.iter().any(Value::is_object));
        let step = match long {
            true => format!("add `{}`", path.join(".")),
            false => format!("set `{}` to {}", path.join("."), shown(&value)),
        };
        self.with(set_at(map, path, value), step)
    }

    /// Puts another text where a node stands, if one is known.
    pub fn respell(node: Node<'_>, meant: Option<impl Into<Value>>) -> Self {
        meant.map_or_else(Self::none, |meant| Self::new().set(node, meant))
    }

    /// Adds an item to a list.
    pub fn push(self, list: Node<'_>, value: impl Into<Value>) -> Self {
        let value = value.into();
        let step = format!("add {} to {}", shown(&value), name(list));
        self.with(edit::push(list, &value), step)
    }

    /// Takes out the entry that a value belongs to, or an item.
    pub fn remove(self, node: Node<'_>) -> Self {
        self.with(edit::remove(node), format!("drop {}", name(node)))
    }

    /// Takes out an entry or item, and the collections that hold nothing else: for those that mean nothing when empty.
    pub fn prune(self, node: Node<'_>) -> Self {
        let mut at = node;
        while let Some(parent) = at.parent().filter(|parent| parent.len() == 1 && parent.parent().is_some()) {
            at = parent;
        }
        // A comment that belongs to what is around it is worth more than the empty collection.
        let whole = edit::remove(at);
        self.with(whole.or_else(|| edit::remove(node)), format!("drop {}", name(node)))
    }

    /// Gives the entry of a value another key. Cannot be done where the key is there already.
    pub fn rename(self, node: Node<'_>, key: &str) -> Self {
        let taken = node.parent().is_some_and(|map| map.get_entry(key).is_some());
        let step = format!("rename {} to `{key}`", name(node));
        self.with(edit::rename(node, key).filter(|_| !taken), step)
    }

    /// What it does, in the imperative, and the edits in the order of the text. Nothing where a change cannot be made, or
    /// two of them meet.
    pub fn finish(self) -> Option<(String, Vec<Edit>)> {
        let mut edits = self.edits.filter(|edits| !edits.is_empty())?;
        edits.sort_by_key(|edit| edit.span);
        let apart = edits.windows(2).all(|pair| {
            let (first, second) = (pair[0].span, pair[1].span);
            first.source != second.source || first.end <= second.start && first != second
        });
        let mut text = self.steps.join(", and ");
        if let Some(first) = text.get(..1).map(str::to_uppercase) {
            text.replace_range(..1, &first);
        }
        apart.then_some((text, edits))
    }
}

/// The edit that sets the field at a path below a map.
fn set_at(map: Node<'_>, path: &[&str], value: Value) -> Option<Edit> {
    let (first, rest) = path.split_first().filter(|_| map.is_mapping())?;
    match map.get_entry(first).map(|entry| entry.value) {
        None => edit::insert(map, first, &nested(rest, value)),
        Some(node) if rest.is_empty() || node.is_null() => edit::replace(node, &nested(rest, value)),
        Some(node) => set_at(node, rest, value),
    }
}

/// A copy of a value, to put it elsewhere; nothing where it has no JSON form.
pub fn value_of(node: Node<'_>) -> Option<Value> {
    serde_json::from_str(&to_json(node).ok()?).ok()
}

/// What a node is called: its key, or itself where it is an item.
fn name(node: Node<'_>) -> String {
    match node.entry() {
        Some(entry) => format!("`{}`", entry.name),
        None => node.as_str().map_or_else(|| "the item".to_owned(), |text| format!("`{text}`")),
    }
}

/// A value as descriptions show it: collections by their first word alone.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        Value::Object(_) => "what is meant".to_owned(),
        other => format!("`{other}`"),
    }
}

/// A value within maps of one entry each.
fn nested(path: &[&str], value: Value) -> Value {
    path.iter().rev().fold(value, |inner, key| Value::Object(Map::from_iter([((*key).to_owned(), inner)])))
}

/// The keys of a path as places spell it: `resources.limits[nvidia.com/gpu]`.
fn segments(path: &str) -> Vec<&str> {
    let (mut keys, mut rest) = (Vec::new(), path);
    while !rest.is_empty() {
        let (key, after) = match rest.strip_prefix('[') {
            Some(inner) => inner.split_once(']').unwrap_or((inner, "")),
            None => rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len())),
        };
        keys.push(key);
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    keys
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, Tree, read};

    fn parse(text: &str) -> Tree {
        let source = Source::from_text(SourceId(0), "a.yaml", text);
        read(&source, &Limits::default()).remove(0).tree.expect("it parses")
    }

    fn applied(text: &str, patch: Patch) -> Option<String> {
        let mut out = text.to_owned();
        for edit in patch.finish()?.1.iter().rev() {
            out.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        }
        Some(out)
    }

    #[test]
    fn paths_are_cut_into_keys() {
        assert_eq!(segments("resources.limits[nvidia.com/gpu]"), ["resources", "limits", "nvidia.com/gpu"]);
        assert_eq!(segments("[a.b/c]"), ["a.b/c"]);
        assert_eq!(segments("a[b].c"), ["a", "b", "c"]);
    }

    #[test]
    fn maps_on_the_way_are_made() {
        for (text, want) in [
            ("a: 1\n", Some("a: 1\ns:\n  c:\n    drop:\n      - ALL\n")),
            ("a: 1\ns:\nb: 2\n", Some("a: 1\ns:\n  c:\n    drop:\n      - ALL\nb: 2\n")),
            ("s: {}\n", Some("s:\n  c:\n    drop:\n      - ALL\n")),
            ("s:\n  c: {add: [X]} # why\n", Some("s:\n  c: {add: [X], drop: [ALL]} # why\n")),
            ("s:\n  c:\n    drop: [] # none\n", Some("s:\n  c:\n    drop:\n      - ALL # none\n")),
            ("s: text\n", None),
            ("x: &s {c: {}}\ns: *s\n", None),
            ("x: &s\n  s: {}\n<<: *s\n", None),
        ] {
            let tree = parse(text);
            let patch = Patch::new().put(&Place::missing(tree.root(), "s.c.drop"), json!(["ALL"]));
            assert_eq!(applied(text, patch).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn what_would_be_empty_goes_too() {
        let text = "m:\n  annotations:\n    a: b\n  name: x\ns: 1\n";
        let tree = parse(text);
        let node = tree.root().at(&["m", "annotations", "a"]).expect("it is there");
        assert_eq!(applied(text, Patch::new().prune(node)).as_deref(), Some("m:\n  name: x\ns: 1\n"));
    }

    #[test]
    fn changes_are_made_together_or_not_at_all() {
        let text = "a: 1\nb: 2\nc: &c 3\nd: *c\n";
        let tree = parse(text);
        let node = |key: &str| tree.root().get(key).expect("it is there");
        let patch = Patch::new().set(node("b"), 5).rename(node("a"), "e");
        assert_eq!(applied(text, patch).as_deref(), Some("e: 1\nb: 5\nc: &c 3\nd: *c\n"));
        assert_eq!(applied(text, Patch::new().set(node("b"), 5).set(node("c"), 1)), None);
        assert_eq!(applied(text, Patch::new().set(node("b"), 5).remove(node("b"))), None);
        assert_eq!(applied(text, Patch::new().rename(node("a"), "b")), None);
        assert_eq!(applied(text, Patch::new()), None);
    }

    #[test]
    fn descriptions_are_in_the_imperative() {
        let tree = parse("a: [x]\nb: 2\n");
        let list = tree.root().get("a").expect("it is there");
        let patch = Patch::new().push(list, "y").field(tree.root(), &["c", "d"], false);
        let said = patch.finish().map(|(text, _)| text);
        assert_eq!(said.as_deref(), Some("Add `y` to `a`, and set `c.d` to `false`"));
    }
}
