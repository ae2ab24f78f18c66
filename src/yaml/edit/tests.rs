//! Every edit that is offered gives the tree that was asked for, and touches no other byte.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{insert, push, remove, rename, render, replace};
use crate::finding::Edit;
use crate::source::{Source, SourceId};
use crate::yaml::{Limits, Node, NodeId, Tree, read, to_json};

const LAYOUT: render::Layout = render::Layout { json: false, step: 2, dash: 2 };

/// A step from a collection to what it holds.
enum Step {
    Key(String),
    Index(usize),
}

fn parse(text: &str) -> Tree {
    let source = Source::from_text(SourceId(0), "a.yaml", text);
    let mut documents = read(&source, &Limits::default());
    assert_eq!(documents.len(), 1, "{text:?}");
    documents.remove(0).tree.unwrap_or_else(|error| panic!("{}: {text:?}", error.message))
}

fn json_of(tree: &Tree) -> Value {
    serde_json::from_str(&to_json(tree.root()).expect("a JSON value")).expect("JSON")
}

fn steps(node: Node<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = node;
    while let Some(parent) = at.parent() {
        steps.push(match at.entry() {
            Some(entry) => Step::Key(entry.name.to_owned()),
            None => Step::Index(at.index().expect("an item")),
        });
        at = parent;
    }
    steps.reverse();
    steps
}

fn slot<'v>(value: &'v mut Value, steps: &[Step]) -> &'v mut Value {
    steps.iter().fold(value, |value, step| match step {
        Step::Key(key) => &mut value[key.as_str()],
        Step::Index(index) => &mut value[*index],
    })
}

fn apply(text: &str, edit: &Edit) -> String {
    let (start, end) = (edit.span.start as usize, edit.span.end as usize);
    format!("{}{}{}", &text[..start], edit.text, &text[end..])
}

/// Carries out an edit and compares. Gives whether there was one.
fn check(text: &str, what: &str, edit: Option<Edit>, want: &Value) -> bool {
    let Some(edit) = edit else { return false };
    let edited = apply(text, &edit);
    let source = Source::from_text(SourceId(0), "a.yaml", edited.as_str());
    let documents = read(&source, &Limits::default());
    let got = documents.first().and_then(|document| document.tree.as_ref().ok()).map(json_of);
    assert_eq!(got.as_ref(), Some(want), "{what}\n--- before\n{text}\n--- after\n{edited}");
    assert!(documents[0].notes.is_empty(), "{what}\n--- after\n{edited}");
    true
}

/// Tries all edits at one node; gives how many there were.
fn edit_node(text: &str, tree: &Tree, node: Node<'_>, new: &Value) -> usize {
    let (before, steps) = (json_of(tree), steps(node));
    let with = |change: &dyn Fn(&mut Value)| {
        let mut value = before.clone();
        change(slot(&mut value, &steps));
        value
    };
    let mut done = 0;
    done += usize::from(check(text, "replace", replace(node, new), &with(&|slot| *slot = new.clone())));
    if node.is_mapping() {
        let want = with(&|slot| slot["new key"] = new.clone());
        done += usize::from(check(text, "insert", insert(node, "new key", new), &want));
    }
    if node.is_sequence() {
        let want = with(&|slot| slot.as_array_mut().expect("a list").push(new.clone()));
        done += usize::from(check(text, "push", push(node, new), &want));
    }
    let Some((last, around)) = steps.split_last() else { return done };
    let mut want = before.clone();
    match (last, slot(&mut want, around)) {
        (Step::Key(key), Value::Object(fields)) => {
            let old = fields.remove(key.as_str()).unwrap_or_default();
            let removed = want.clone();
            done += usize::from(check(text, "remove", remove(node), &removed));
            slot(&mut want, around)["other: key"] = old;
            done += usize::from(check(text, "rename", rename(node, "other: key"), &want));
        }
        (Step::Index(index), Value::Array(items)) => {
            items.remove(*index);
            done += usize::from(check(text, "remove", remove(node), &want));
        }
        _ => unreachable!("a step into a scalar"),
    }
    done
}

/// The values (not keys) of a tree.
fn values(tree: &Tree) -> Vec<NodeId> {
    let mut all = vec![tree.root().id()];
    let mut at = 0;
    while at < all.len() {
        let node = tree.node(all[at]);
        all.extend(node.entries().map(|entry| entry.value.id()));
        all.extend(node.items().map(|item| item.id()));
        at += 1;
    }
    all
}

fn edit_all(text: &str, new: &Value) -> usize {
    let tree = parse(text);
    values(&tree).into_iter().map(|id| edit_node(text, &tree, tree.node(id), new)).sum()
}

const TEXTS: &[&str] = &[
    "a: 1\nb: two # c\nc:\nd: 'x'\ne: \"y\"\n",
    "# head\na: # c\n  # d\n  b: 1 # e\n\n  # f\n  c: |+\n    x\n\n    y\n\nd: >-\n  folded\n  text\ne:\n- 1\n-\n- - 2\n  - 3\n- f: 1\n  g: 2\n",
    "- a: 1\n- b: {c: d, e: [1, 2,], f}\n- [a: 1, ? b, {}]\n- []\n",
    "a: &x {b: 1}\nc: *x\nd: &y\n  e: 1\nf:\n  <<: *y\n  g: 2\nh: !!str 5\n",
    "a: plain\n  over lines\nb: \"quoted\n  too\"\nc: 1",
    "a:\r\n  b: 1\r\n  c: 2\r\nd:\r\n- 1\r\n",
    "{\"a\": 1, \"b\": [true, null], \"c\": {\"d\": \"e\"}}\n",
    "? a\n: b\nc: d\n",
    "|\n text\n",
    "a: |\n  x\nb: 1\n  # deep\nc: 2\n",
    "a: {}\nb: []\nc: {\n  d: 1, # e\n  f: 2\n}\n",
    "--- # c\na: 1\n...\n",
    "1e3\\\n  \n  \t",
    "a: 'b'\nc: d\n  \t\n",
    "- 'b'\n- c\n \t# d\n",
];

#[test]
fn edits_of_chosen_texts() {
    let news =
        [json!(7), json!(null), json!("yes"), json!("a: b #c\n\u{1}"), json!({"k": [1, {"l": "m"}]}), json!([[], {}])];
    let done: usize = TEXTS.iter().map(|text| news.iter().map(|new| edit_all(text, new)).sum::<usize>()).sum();
    assert!(done > 700, "only {done} edits were offered");
}

fn arbitrary_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[a-z]{1,8}",
        Just("yes".to_owned()),
        Just("0644".to_owned()),
        Just(String::new()),
        "[ -~]{0,12}",
        "\\PC{0,6}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec(("[a-z]{1,6}|[ -~]{1,8}", inner), 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// A value as block text, with comments and blank lines where `marks` say so.
fn decorated(value: &Value, marks: &[u8]) -> String {
    let mut out = String::new();
    let text = render::value(value, false, 0, None, LAYOUT);
    for (line, mark) in text.trim_start_matches('\n').lines().zip(marks.iter().cycle()) {
        let line = line.strip_prefix("  ").unwrap_or(line);
        match mark % 8 {
            0 => out.push_str(&format!("{line} # note\n")),
            1 => out.push_str(&format!("{}# note\n{line}\n", " ".repeat(line.len() - line.trim_start().len()))),
            2 => out.push_str(&format!("{line}\n\n")),
            _ => out.push_str(&format!("{line}\n")),
        }
    }
    out
}

/// What texts are made of that no one would write.
const PIECES: &[&str] = &[
    "a",
    "b: ",
    "- ",
    "\n",
    "\n",
    "\n  ",
    "\n ",
    "    ",
    "\t",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "'s'",
    "\"q\"",
    "|\n  t\n",
    ">-\n  t\n\n",
    "|+\n x\n\n",
    "# c\n",
    " # c\n",
    "&x ",
    "*x",
    "!t ",
    "? ",
    ": ",
    "k:\n",
    "k: v\n",
    "- i\n",
    "\r\n",
    "é",
    "...\n",
    "null",
    "<<: ",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rendered_values_read_as_themselves(value in arbitrary_json(), marks in prop::collection::vec(any::<u8>(), 1..9)) {
        let text = decorated(&value, &marks);
        prop_assert_eq!(json_of(&parse(&text)), value, "{}", text);
    }

    #[test]
    fn edits_of_arbitrary_texts(value in arbitrary_json(), marks in prop::collection::vec(any::<u8>(), 1..9), new in arbitrary_json()) {
        edit_all(&decorated(&value, &marks), &new);
    }

    #[test]
    fn edits_of_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 1..14), new in arbitrary_json()) {
        let text = pieces.concat();
        let source = Source::from_text(SourceId(0), "a.yaml", text.as_str());
        let documents = read(&source, &Limits::default());
        if let [document] = documents.as_slice() && document.tree.is_ok() && document.notes.is_empty() {
            edit_all(&text, &new);
        }
    }
}

/// What an insertion or addition gives, in texts of different layouts.
#[test]
fn what_is_new_looks_like_the_rest() {
    let new = json!({"drop": ["ALL"], "more": {"a": 1}});
    let cases = [
        ("a:\n  b: 1\n", "a:\n  b: 1\n  new:\n    drop:\n      - ALL\n    more:\n      a: 1\n"),
        (
            "a:\n    b: 1\nl:\n- 1\n",
            "a:\n    b: 1\n    new:\n        drop:\n        - ALL\n        more:\n            a: 1\nl:\n- 1\n",
        ),
        ("a: {}\n", "a:\n  new:\n    drop:\n      - ALL\n    more:\n      a: 1\n"),
        ("a: {b: 1}\n", "a: {b: 1, new: {drop: [ALL], more: {a: 1}}}\n"),
        (
            "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n",
            "{\n  \"a\": {\n    \"b\": 1,\n    \"new\": {\"drop\": [\"ALL\"], \"more\": {\"a\": 1}}\n  }\n}\n",
        ),
    ];
    for (text, want) in cases {
        let tree = parse(text);
        let map = tree.root().get("a").expect("a map");
        assert_eq!(apply(text, &insert(map, "new", &new).expect("an edit")), want);
    }
    let text = "l:\n- a: 1\n";
    let tree = parse(text);
    let list = tree.root().get("l").expect("a list");
    let pushed = apply(text, &push(list, &json!({"b": 2, "c": [3]})).expect("an edit"));
    assert_eq!(pushed, "l:\n- a: 1\n- b: 2\n  c:\n  - 3\n");
}

/// JSON stays JSON, whatever is put into it.
#[test]
fn json_stays_json() {
    let text = "{\"a\": {\"b\": 1, \"c\": [true]}, \"d\": \"e\", \"f\": {}, \"g\": []}\n";
    let tree = parse(text);
    let new = json!({"k": ["yes", {"l": "m"}]});
    let mut done = 0;
    for id in values(&tree) {
        let node = tree.node(id);
        let edits =
            [replace(node, &new), insert(node, "new", &new), push(node, &new), remove(node), rename(node, "other")];
        for edit in edits.into_iter().flatten() {
            let edited = apply(text, &edit);
            assert!(serde_json::from_str::<Value>(&edited).is_ok(), "{edited}");
            done += 1;
        }
    }
    assert!(done > 25, "only {done} edits were offered");
}

#[test]
fn lines_that_end_by_other_breaks_are_left_alone() {
    for text in ["\r- a\n", "a:\r  b: 1\n", "a: x\u{85}b: y\n", "a: |\n  x\u{2028}  y\n"] {
        let tree = parse(text);
        let new = json!("new");
        assert_eq!(replace(tree.root(), &new), None, "{text:?}");
        assert_eq!(push(tree.root(), &new), None, "{text:?}");
        assert_eq!(insert(tree.root(), "new", &new), None, "{text:?}");
    }
    assert!(insert(parse("a: 1\r\n").root(), "new", &json!(1)).is_some());
}

#[test]
fn a_byte_order_mark_is_no_column() {
    let text = "\u{feff}a: 1\n";
    let tree = parse(text);
    let edited = apply(text, &insert(tree.root(), "new", &json!(1)).expect("an edit"));
    assert_eq!(edited, "\u{feff}a: 1\nnew: 1\n");
    assert_eq!(insert(parse("\u{feff}\u{feff}a: 1\n").root(), "new", &json!(1)), None);
    let tree = parse("a: 1\n\u{feff}b: 2\n");
    assert_eq!(remove(tree.root().get("a").expect("a value")), None);
}

#[test]
fn a_comment_that_ends_with_a_dash_is_no_item() {
    let tree = parse("- #c-\n  k:\n- a\n");
    let value = tree.root().items().next().expect("an item").all_entries().next().expect("an entry").value;
    assert_eq!(remove(value), None);
}

#[test]
fn what_ends_a_collection_in_brackets_stays_what_it_is() {
    let new = json!(1);
    let text = "{\t!t \r\n}";
    let edited = apply(text, &insert(parse(text).root(), "new", &new).expect("an edit"));
    assert_eq!(edited, "{\t!t , new: 1 \r\n}");
    assert_eq!(insert(parse("{\n  aaa\n::}").root(), "new", &new), None);
    let tree = parse("{a: b::, c: d\n}");
    assert_eq!(remove(tree.root().get("c").expect("a value")), None);
    let tree = parse("[-, a\n]");
    assert_eq!(remove(tree.root().items().next_back().expect("an item")), None);
    assert!(insert(parse("{a: }").root(), "new", &new).is_some());
    let tree = parse("{!t , b}");
    assert_eq!(remove(tree.root().all_entries().next().expect("an entry").value), None);
}
