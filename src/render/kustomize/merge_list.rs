//! Strategic merge of lists whose items are told apart by keys.
//!
//! In: a list, the patch's list, the keys. Out: the list, patched: items of the patch come first. kyaml puts such a list
//! together in a way of its own, which shows where items lack a key or have two; it is followed step by step.

use std::sync::Arc;

use super::failure::BuildResult;
use super::merge::{Directive, Merge, Merged, directive, either};
use super::node::{Data, Node, Scalar, Tag};
use super::schema::Schema;

type Values = Vec<Arc<str>>;

/// Merges two lists.
///
/// # Errors
/// What the merge of the items gives, and at directives that do not exist.
pub fn merge_list<'m>(
    merge: Merge<'m>,
    dest: Option<Node>,
    mut patch: Option<Node>,
    schema: Option<Schema<'m>>,
) -> BuildResult<Option<Merged>> {
    let (dest, own) = match dest.filter(|dest| !dest.is_null()) {
        None => (patch.clone(), false),
        Some(dest) => match patch.as_mut() {
            Some(theirs) if theirs.is_null() => return Ok(None),
            Some(theirs) => match list_directive(theirs)? {
                Directive::Delete => return Ok(None),
                Directive::Replace => (patch.clone(), false),
                Directive::Merge => (Some(dest), true),
            },
            None => (Some(dest), true),
        },
    };
    let Some(mut dest) = dest else { return Ok(None) };
    let keys = schema.and_then(Schema::keys).unwrap_or_default();
    let lists = Lists { dest: items(&mut dest), patch: patch.as_mut().map(items).unwrap_or_default() };
    let (keys, values) = match keys {
        [] => (vec![Arc::from("")], lists.scalars()),
        keys => (keys.to_vec(), lists.values(keys)),
    };
    let inner = schema.and_then(Schema::items);
    dest.data = Data::Sequence(lists.merge(merge, inner, &keys, values)?.into());
    Ok(either(None, Some(dest)).map(|merged| Merged { own, ..merged }))
}

fn items(node: &mut Node) -> Vec<Node> {
    match &mut node.data {
        Data::Sequence(items) => std::mem::take(items).into_items(),
        _ => Vec::new(),
    }
}

/// What a list of a patch says is to be done: an item that holds nothing but `$patch`. Such items are taken out.
fn list_directive(patch: &mut Node) -> BuildResult<Directive> {
    let Data::Sequence(items) = &mut patch.data else { return Ok(Directive::Merge) };
    let Some(item) = items.iter().find(|item| item.get("$patch").is_some()) else { return Ok(Directive::Merge) };
    let Some(node) = item.get("$patch").filter(|_| item.entries().len() == 1) else { return Ok(Directive::Merge) };
    let (found, text) = (directive(node)?, Arc::from(node.text()));
    set_item(items, None, &["$patch".into()], &[text]);
    Ok(found)
}

struct Lists {
    dest: Vec<Node>,
    patch: Vec<Node>,
}

impl Lists {
    /// The values of the keys of all items, the patch's first, each once.
    fn values(&self, keys: &[Arc<str>]) -> Vec<Values> {
        let mut found: Vec<Values> = Vec::new();
        for item in self.patch.iter().chain(&self.dest) {
            let value = |key: &Arc<str>| -> Arc<str> {
                item.get(key).filter(|field| !field.is_empty()).map_or("", Node::text).into()
            };
            let values: Values = keys.iter().map(value).collect();
            if !found.contains(&values) {
                found.push(values);
            }
        }
        found
    }

    fn scalars(&self) -> Vec<Values> {
        let mut found: Vec<Values> = Vec::new();
        for item in self.patch.iter().chain(&self.dest) {
            let value = vec![Arc::from(item.text())];
            if !found.contains(&value) {
                found.push(value);
            }
        }
        found
    }

    fn merge<'m>(
        mut self,
        merge: Merge<'m>,
        schema: Option<Schema<'m>>,
        keys: &[Arc<str>],
        mut all: Vec<Values>,
    ) -> BuildResult<Vec<Node>> {
        if keys.len() > 1 {
            unite(&mut all);
        }
        let (mut out, mut last) = (Vec::new(), Vec::new());
        for values in &all {
            let (used, wanted) = used_keys(&all, values, keys);
            self.merge_item(merge, schema, &used, &wanted, &mut out)?;
            last = used;
        }
        if all.is_empty() {
            return Ok(self.dest);
        }
        for item in self.dest {
            append(&mut out, item, &last);
        }
        Ok(out)
    }

    fn merge_item<'m>(
        &mut self,
        merge: Merge<'m>,
        schema: Option<Schema<'m>>,
        keys: &[Arc<str>],
        values: &[Arc<str>],
        out: &mut Vec<Node>,
    ) -> BuildResult<()> {
        let (own_keys, own_values) = used_keys(&[values.to_vec()], values, keys);
        let mine = find(&self.dest, &own_keys, &own_values);
        let theirs = find(&self.patch, &own_keys, &own_values);
        let of = |list: &[Node], index: Option<usize>| index.map(|index| list[index].clone());
        // By its keys the patch only says which item it means: they stay those of the item.
        let field = |item: usize, key: &Arc<str>| Some((key.clone(), self.dest[item].get(key)?.origin.clone()));
        let named: Vec<_> =
            mine.iter().flat_map(|&item| own_keys.iter().filter_map(move |key| field(item, key))).collect();
        let merged = merge.walk(of(&self.dest, mine), of(&self.patch, theirs), schema)?;
        let merged = merged.filter(|merged| !merged.node.is_null() && !merged.node.is_empty_map());
        let Some(Merged { mut node, own, .. }) = merged else {
            set_item(&mut self.dest, None, keys, values);
            return Ok(());
        };
        for (key, value) in keys.iter().zip(values).filter(|(_, value)| !value.is_empty()) {
            complete(&mut node, key, value);
        }
        for (key, origin) in named {
            node.get_mut(&key).into_iter().for_each(|field| field.origin = origin.clone());
        }
        match (own, mine, theirs) {
            (true, Some(mine), _) => self.dest[mine] = node.clone(),
            (false, _, Some(theirs)) => self.patch[theirs] = node.clone(),
            _ => {}
        }
        set_item(out, Some(node), keys, values);
        Ok(())
    }
}

/// Gives an item the key that it lacks. A scalar's tag goes, as it is set to its own text.
fn complete(node: &mut Node, key: &str, value: &Arc<str>) {
    if let Data::Scalar(scalar) = &mut node.data {
        scalar.tag = Tag::Open;
    } else if node.is_map() && node.get(key).is_none() {
        let origin = node.origin.clone();
        node.set(key, Node { data: Data::Scalar(Scalar::new(value.clone(), Tag::Open)), origin });
    }
}

/// Values of which one has what the other lacks become one.
fn unite(all: &mut [Values]) {
    for i in 0..all.len() {
        for j in 0..all.len() {
            if let Some(values) = united(&all[i], &all[j]) {
                all[i] = values.clone();
                all[j] = values;
            }
        }
    }
}

fn united(a: &Values, b: &Values) -> Option<Values> {
    let (mut common, mut out) = (false, Vec::new());
    if a.len() != b.len() {
        return None;
    }
    for (a, b) in a.iter().zip(b) {
        common |= a == b;
        if a != b && !a.is_empty() && !b.is_empty() {
            return None;
        }
        out.push(if a.is_empty() { b.clone() } else { a.clone() });
    }
    common.then_some(out)
}

/// The keys that any item has, with an item's values of them.
fn used_keys(all: &[Values], values: &[Arc<str>], keys: &[Arc<str>]) -> (Vec<Arc<str>>, Values) {
    let used = |index: usize| all.iter().any(|values| values.get(index).is_some_and(|value| !value.is_empty()));
    if !(0..keys.len()).any(used) {
        return (keys.to_vec(), values.to_vec());
    }
    let kept = keys.iter().enumerate().filter(|(index, _)| used(*index)).map(|(_, key)| key.clone());
    let wanted = values.iter().enumerate().filter(|(index, value)| !value.is_empty() || used(*index));
    (kept.collect(), wanted.map(|(_, value)| value.clone()).collect())
}

/// The first item that has these values.
fn find(list: &[Node], keys: &[Arc<str>], values: &[Arc<str>]) -> Option<usize> {
    let first = values.first().map_or("", |value| value);
    if keys.first().is_none_or(|key| key.is_empty()) {
        return list.iter().position(|item| item.text() == first);
    }
    if keys.len() != values.len() {
        return None;
    }
    let has = |item: &Node, key: &str, value: &str| item.get(key).is_some_and(|field| field.text() == value);
    list.iter().position(|item| item.is_map() && keys.iter().zip(values).all(|(key, value)| has(item, key, value)))
}

/// Puts an item in the place of those that have these values (or takes these away), else at the end.
fn set_item(list: &mut Vec<Node>, item: Option<Node>, keys: &[Arc<str>], values: &[Arc<str>]) {
    let by_map = keys.first().is_some_and(|key| !key.is_empty()) && values.first().is_some_and(|v| !v.is_empty());
    let (mut out, mut found) = (Vec::with_capacity(list.len() + 1), false);
    for old in list.drain(..) {
        if old.is_null() || old.is_empty_map() {
            continue;
        }
        if by_map && !old.is_map() {
            out.push(old);
        } else if !has_values(&old, keys, values) {
            // An item without any key leaves no other one in the list.
            if !values.is_empty() {
                out.push(old);
            }
        } else {
            found = true;
            out.extend(item.clone());
        }
    }
    if !found {
        out.extend(item);
    }
    *list = out;
}

fn has_values(item: &Node, keys: &[Arc<str>], values: &[Arc<str>]) -> bool {
    let mut any = false;
    for (index, key) in keys.iter().enumerate() {
        if let Some(value) = values.get(index) {
            any = match &**key {
                "" => item.scalar().is_some() && item.value() == &**value,
                key => item.get(key).is_some_and(|field| value.is_empty() || field.text() == &**value),
            };
        }
        if !any {
            return false;
        }
    }
    any
}

/// Adds an item of the list that was there, or puts it in the place of what was merged from it.
fn append(out: &mut Vec<Node>, item: Node, keys: &[Arc<str>]) {
    if keys.first().is_some_and(|key| key.is_empty()) {
        let text = Arc::from(item.text());
        set_item(out, Some(item), keys, &[text]);
        return;
    }
    let mut values = Vec::new();
    for key in keys {
        match item.get(key) {
            Some(field) => values.push(Arc::from(field.text())),
            None => out.push(item.clone()),
        }
    }
    if keys.len() > 1 {
        set_item(out, None, keys, &values);
    }
    set_item(out, Some(item), keys, &values);
}
