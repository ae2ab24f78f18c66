//! Trees put together by hand: where their nodes say they were written, and where they are edited.

use std::sync::Arc;

use serde_json::json;

use super::{Maker, Written};
use crate::finding::Edit;
use crate::source::{Source, SourceId, Span};
use crate::yaml::edit::{insert, push, remove, rename, replace};
use crate::yaml::origin::{By, Origin};
use crate::yaml::{Kind, Node, NodeId, Place, Style, Tree, to_json};

const BASE: &str = "# base\nspec:\n  name: web\n  ports: [80]\n  list:\n    - name: 'a'\n      x: 1\n";
const PATCH: &str = "spec:\n  debug: true\n";
const KUSTOMIZATION: &str = "namePrefix: dev-\npatches:\n  - patch: |\n      spec:\n        inline: 0x10\n";

/// `debug` comes from a patch, `inline` from one within the kustomization, which also puts a prefix before the name.
fn built() -> Tree {
    let texts = [BASE, PATCH, KUSTOMIZATION];
    let source = |(id, text): (u32, &&str)| Source::from_text(SourceId(id), format!("{id}.yaml"), *text);
    let written = Arc::new(Written::new((0..).zip(&texts).map(source)));
    let span = |source: usize, text: &str| {
        let start = texts[source].find(text).expect("it is written");
        Span::new(SourceId(source as u32), start, start + text.len())
    };
    let at =
        |source: usize, text: &str| Origin::new(span(source, text), if source == 0 { By::Resource } else { By::Patch });
    let mut maker = Maker::new(SourceId(9), written);
    let key = |maker: &mut Maker, name: &str, source: usize| maker.node(Kind::String(name), &at(source, name));
    let root = maker.node(Kind::Mapping, &at(0, BASE["# base\n".len()..].trim_end()));
    let spec_key = key(&mut maker, "spec", 0);
    let spec = maker.node(Kind::Mapping, &at(0, BASE["# base\nspec:\n  ".len()..].trim_end()));
    let debug = (key(&mut maker, "debug", 1), maker.node(Kind::Bool(true), &at(1, "true")));
    let inline = (key(&mut maker, "inline", 2), maker.node(Kind::Int(16), &at(2, "0x10")));
    let list_key = key(&mut maker, "list", 0);
    let list = maker.node(Kind::Sequence, &at(0, "name: 'a'\n      x: 1"));
    let item = maker.node(Kind::Mapping, &at(0, "name: 'a'\n      x: 1"));
    let a = Origin::new(span(0, "'a'"), By::Resource);
    let name = Origin::new(Span { end: span(0, "name: 'a'").start + 4, ..span(0, "name: 'a'") }, By::Resource);
    let name = (maker.node(Kind::String("name"), &name), maker.node(Kind::String("a"), &a));
    let x = (key(&mut maker, "x", 0), maker.node(Kind::Int(1), &at(0, "1")));
    maker.fill_map(item, &[name, x]);
    maker.fill_list(list, &[item]);
    let prefixed = at(0, "web").and(span(2, "dev-"), By::Transformer);
    let own = (key(&mut maker, "name", 0), maker.node(Kind::String("dev-web"), &prefixed));
    let ports_key = key(&mut maker, "ports", 0);
    let ports = maker.node(Kind::Sequence, &at(0, "[80]"));
    let port = maker.node(Kind::Int(80), &at(0, "80"));
    maker.fill_list(ports, &[port]);
    maker.fill_map(spec, &[debug, inline, (list_key, list), own, (ports_key, ports)]);
    maker.fill_map(root, &[(spec_key, spec)]);
    maker.finish(root)
}

fn at<'t>(tree: &'t Tree, path: &[&str]) -> Node<'t> {
    tree.root().at(path).expect("it is there")
}

/// The text of a file after an edit.
fn edited(edit: Option<Edit>) -> Option<String> {
    let edit = edit?;
    let text = [BASE, PATCH, KUSTOMIZATION][edit.span.source.0 as usize];
    Some(format!("{}{}{}", &text[..edit.span.start as usize], edit.text, &text[edit.span.end as usize..]))
}

#[test]
fn values_and_paths_are_the_trees_own_and_places_those_of_the_files() {
    let tree = built();
    let json = r#"{"spec":{"debug":true,"inline":16,"list":[{"name":"a","x":1}],"name":"dev-web","ports":[80]}}"#;
    assert_eq!(to_json(tree.root()), Ok(json.to_owned()));
    assert_eq!(tree.source(), SourceId(9));
    let debug = at(&tree, &["spec", "debug"]);
    assert_eq!((debug.span(), debug.raw()), (Span::new(SourceId(1), 15, 19), "true"));
    assert_eq!(debug.path(), "spec.debug");
    assert_eq!(debug.parent(), Some(at(&tree, &["spec"])));
    let name = at(&tree, &["spec", "name"]);
    assert_eq!((name.raw(), name.written_text(), name.other_places().len()), ("dev-web", Some("web"), 1));
    let item = at(&tree, &["spec", "list"]).items().next().expect("an item");
    assert_eq!(item.path(), "spec.list[0]");
    assert_eq!(item.get("name").map(|node| (node.style(), node.raw())), Some((Style::SingleQuoted, "'a'")));
    assert_eq!(at(&tree, &["spec", "ports"]).style(), Style::Flow);
    assert_eq!(at(&tree, &["spec", "ports"]).items().next().and_then(Node::index), Some(0));
}

#[test]
fn findings_point_at_what_was_written() {
    let tree = built();
    let text = |place: Place<'_>| {
        let span = place.span();
        let text = [BASE, PATCH, KUSTOMIZATION][span.source.0 as usize];
        (span.source.0, &text[span.start as usize..span.end as usize])
    };
    assert_eq!(text(Place::Value(at(&tree, &["spec", "debug"]))), (1, "true"));
    assert_eq!(text(Place::Key(at(&tree, &["spec", "debug"]))), (1, "debug"));
    assert_eq!(text(Place::missing(at(&tree, &["spec"]), "replicas")), (0, "spec"));
    let item = at(&tree, &["spec", "list"]).items().next().expect("an item");
    assert_eq!(text(Place::missing(item, "image")), (0, "name: 'a'"));
    assert_eq!(text(Place::Value(at(&tree, &["spec", "inline"]))), (2, "0x10"));
}

#[test]
fn edits_are_made_in_the_file_that_says_it() {
    let tree = built();
    let edit = edited(replace(at(&tree, &["spec", "debug"]), &json!(false)));
    assert_eq!(edit.as_deref(), Some("spec:\n  debug: false\n"));
    let edit = edited(replace(at(&tree, &["spec", "inline"]), &json!(17)));
    assert_eq!(edit.as_deref(), Some(&*KUSTOMIZATION.replace("0x10", "17")));
    let edit = edited(insert(at(&tree, &["spec"]), "replicas", &json!(2)));
    assert_eq!(edit.as_deref(), Some(&*format!("{BASE}  replicas: 2\n")));
    let edit = edited(push(at(&tree, &["spec", "ports"]), &json!(81)));
    assert_eq!(edit.as_deref(), Some(&*BASE.replace("[80]", "[80, 81]")));
    let edit = edited(remove(at(&tree, &["spec", "ports"])));
    assert_eq!(edit.as_deref(), Some(&*BASE.replace("  ports: [80]\n", "")));
    let edit = edited(rename(at(&tree, &["spec", "ports"]), "port"));
    assert_eq!(edit.as_deref(), Some(&*BASE.replace("ports", "port")));
}

#[test]
fn what_was_put_together_is_not_edited() {
    let tree = built();
    let name = at(&tree, &["spec", "name"]);
    assert_eq!(replace(name, &json!("other")), None, "a prefix stands before it");
    assert_eq!(remove(name), None);
    assert_eq!(replace(at(&tree, &["spec"]), &json!({})), None, "parts of it come from elsewhere");
    assert_eq!(insert(at(&tree, &["spec"]), "name", &json!("x")), None);
}

#[test]
fn a_built_tree_costs_a_parsed_one_nothing() {
    assert_eq!(size_of::<Option<Box<super::Built>>>(), size_of::<usize>());
    assert_eq!(built().nodes().map(Node::id).last(), Some(NodeId(built().len() as u32 - 1)));
}
