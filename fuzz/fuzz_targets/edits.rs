//! Edits: each that is offered gives a text that is read as the tree with just that change.
#![no_main]

use kubevet::source::{Source, SourceId};
use kubevet::yaml::{Limits, Node, edit, read, to_json};
use serde_json::{Value, json};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let [choice, rest @ ..] = data else { return };
    let text = if choice % 2 == 0 { kubevet_fuzz::soup(rest) } else { kubevet_fuzz::plain_block(rest) };
    run(*choice as usize / 2, &text);
});

fn json_of(text: &str) -> Option<Value> {
    let source = Source::from_text(SourceId(0), "fuzz.yaml", text);
    let documents = read(&source, &Limits::default());
    let [document] = documents.as_slice() else { return None };
    let tree = document.tree.as_ref().ok().filter(|_| document.notes.is_empty())?;
    serde_json::from_str(&to_json(tree.root()).ok()?).ok()
}

fn run(choice: usize, text: &str) {
    let Some(before) = json_of(text) else { return };
    let source = Source::from_text(SourceId(0), "fuzz.yaml", text);
    let documents = read(&source, &Limits::default());
    let Some(Ok(tree)) = documents.first().map(|document| &document.tree) else { return };
    let mut nodes = vec![tree.root()];
    let mut at = 0;
    while at < nodes.len() {
        let node = nodes[at];
        nodes.extend(node.entries().map(|entry| entry.value).chain(node.items()));
        at += 1;
    }
    let node = nodes[choice / 4 % nodes.len()];
    let new = [json!("new: #"), json!(1), json!({"p": [1]}), Value::Null][choice % 4].clone();
    for (what, offered, want) in offers(node, &new, &before) {
        let Some(offered) = offered else { continue };
        let (start, end) = (offered.span.start as usize, offered.span.end as usize);
        let edited = format!("{}{}{}", &text[..start], offered.text, &text[end..]);
        assert_eq!(json_of(&edited).as_ref(), Some(&want), "{what}\n{text:?}\n{edited:?}");
    }
}

type Offer = (&'static str, Option<kubevet::finding::Edit>, Value);

fn offers(node: Node<'_>, new: &Value, before: &Value) -> Vec<Offer> {
    let pointer = pointer(node);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut value = before.clone();
        if let Some(slot) = value.pointer_mut(&pointer) {
            change(slot);
        }
        value
    };
    let mut offers = vec![("replace", edit::replace(node, new), with(&|slot| *slot = new.clone()))];
    if node.is_mapping() {
        offers.push(("insert", edit::insert(node, "new", new), with(&|slot| slot["new"] = new.clone())));
    }
    if node.is_sequence() {
        let push = |slot: &mut Value| slot.as_array_mut().into_iter().for_each(|items| items.push(new.clone()));
        offers.push(("push", edit::push(node, new), with(&push)));
    }
    if let Some((around, last)) = pointer.rsplit_once('/') {
        let mut value = before.clone();
        match value.pointer_mut(around) {
            Some(Value::Object(fields)) => drop(fields.remove(&last.replace("~1", "/").replace("~0", "~"))),
            Some(Value::Array(items)) => drop(items.remove(last.parse().unwrap_or(0))),
            _ => {}
        }
        offers.push(("remove", edit::remove(node), value));
    }
    offers
}

fn pointer(node: Node<'_>) -> String {
    let Some(parent) = node.parent() else { return String::new() };
    let step = match node.entry() {
        Some(entry) => entry.name.replace('~', "~0").replace('/', "~1"),
        None => node.index().unwrap_or(0).to_string(),
    };
    format!("{}/{step}", pointer(parent))
}
