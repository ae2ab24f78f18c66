//! Texts that kustomize reads otherwise than one would think.

use serde_json::{Value, json};

use super::memory::Memory;

const KUSTOMIZATION: (&str, &str) = ("kustomization.yaml", "resources: [a.yaml]\n");
const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: ";

/// The objects of a kustomization of one file.
fn objects(text: &str) -> Vec<Value> {
    let rendered = Memory::new(&[KUSTOMIZATION, ("a.yaml", text)]).build("");
    assert_eq!(rendered.problems, []);
    rendered.objects.iter().map(|object| object.to_json()).collect()
}

#[test]
fn a_block_that_ends_with_the_file_has_no_newline_but_one_that_is_written() {
    for (block, want) in [
        ("|\n    y\n", "y\n"),
        ("|\n    y", "y"),
        ("|+\n    y", "y"),
        (">\n    y\n    z", "y z"),
        ("|\n    y\n   ", "y\n"),
        ("|\n    y\n\n    z", "y\n\nz"),
        ("|\n    y\n# z", "y\n"),
        ("|-\n    y", "y"),
        ("|\n    y\r", "y\n"),
        ("|\n    y\n---\n", "y\n"),
    ] {
        assert_eq!(objects(&format!("{CONFIG_MAP}{block}"))[0]["data"]["x"], want, "{block:?}");
    }
}

#[test]
fn of_annotations_that_are_there_twice_both_count() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations: {a: '1', b: '2'}\n  \
                annotations: {b: '3', c: '4'}\n";
    assert_eq!(objects(text)[0]["metadata"]["annotations"], json!({"a": "1", "b": "2", "c": "4"}));
}

#[test]
fn a_patch_of_comments_alone_is_refused() {
    let files = |patch: &str| {
        Memory::new(&[
            ("kustomization.yaml", "resources: [a.yaml]\npatches:\n- path: patch.yaml\n  target: {kind: ConfigMap}\n"),
            ("a.yaml", &format!("{CONFIG_MAP}y\n")),
            ("patch.yaml", patch),
        ])
    };
    let [problem] = &files("# later\n").build("").problems[..] else { panic!("one problem") };
    assert!(problem.message.contains("nothing but comments"), "{}", problem.message);
}
