//! Values against small schemas: what the server finds wrong, and where custom resources and defaults part.

use super::{ErrorType, Schema, Use, View, validate};
use crate::source::{Source, SourceId};
use crate::version::KubeVersion;
use crate::yaml::{Document, Limits, Node, read};

fn document(text: &str) -> Vec<Document> {
    read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default())
}

fn root(documents: &[Document]) -> Node<'_> {
    documents[0].tree.as_ref().expect("it parses").root()
}

/// `type-invalid a.b` of each violation; with a star where the server names no field.
fn checked(schema: &str, value: &str, wanted_for: Use, minor: u8) -> Vec<String> {
    let (schema, value) = (document(schema), document(value));
    let schema = Schema::compile(root(&schema), wanted_for, KubeVersion(minor));
    let found = validate(View::new(root(&value), None, None), &schema, "the value");
    let star = |whole: bool| if whole { "*" } else { "" };
    found.iter().map(|v| format!("{} {}{}", v.kind.id(), v.path, star(v.of_the_whole)).trim_end().to_owned()).collect()
}

fn both(schema: &str, value: &str) -> Vec<String> {
    let found = checked(schema, value, Use::Resources, 36);
    assert_eq!(found, checked(schema, value, Use::Defaults, 36), "{schema} {value}");
    found
}

/// A type and a format, texts that have it, and texts that do not.
const FORMATS: &[(&str, &[&str], &[&str])] = &[
    ("bsonobjectid", &["507f1f77bcf86cd799439011"], &["507f1f77bcf86cd79943901"]),
    ("uri", &["http://x/a b", "/a/b", "mailto:a@b", "*"], &["", "a/b", "http://h:x/", "//%zz"]),
    ("email", &["a@b", "Ann Bee <a@b.c>"], &["a", "@b", "a@", "a b@c"]),
    ("hostname", &["a", "a-b", "ü.de", "a.bc"], &["", "a_b", "a.b", "a.bc.", "10.0.0.1", "-a.bc"]),
    ("ipv4", &["10.0.0.1", "010.0.0.1", "::ffff:10.0.0.1"], &["10.0.0", "::1", "10.0.0.256"]),
    ("ipv6", &["::1", "fe80::1"], &["10.0.0.1", "::00001", "1::2::3"]),
    ("cidr", &["10.0.0.0/8", "10.0.0.0/08", "::/0"], &["10.0.0.0", "10.0.0.0/33"]),
    ("mac", &["01:23:45:67:89:ab", "0123.4567.89ab", "01-23-45-67-89-ab"], &["01:23:45:67:89", "01:23-45:67:89:ab"]),
    ("uuid", &["123e4567e89b12d3a456426614174000"], &["123e4567-e89b-12d3-a456-42661417400", "-"]),
    ("uuid4", &["123e4567-e89b-42d3-a456-426614174000"], &["123e4567-e89b-12d3-a456-426614174000"]),
    ("isbn", &["0321751043", "978-0321751041"], &["0321751044", ""]),
    ("creditcard", &["4111 1111 1111 1111"], &["4111 1111 1111 1112"]),
    ("ssn", &["123-45-6789"], &["123456789"]),
    ("hexcolor", &["#FFFFFF", "abc"], &["#GG0000", "#ffff"]),
    ("rgbcolor", &["rgb(0, 0, 255)"], &["rgb(0, 0, 256)", "rgb(00,0,0)"]),
    ("byte", &["YQ=="], &["", "YQ=", "Y\nQ==", "_-8="]),
    ("password", &["", "anything"], &[]),
    ("date", &["2026-01-31"], &["2026-02-30", "20260131", "2026-1-3"]),
    ("date-time", &["2026-01-31T08:00:00Z", "2026-01-31t08:00:00,5+24:00"], &["2026-01-31", "2026-01-31T24:00:00Z"]),
    ("duration", &["1h30m", "3 days", "PT1H", "0", "-1h", "99999999999h"], &["", "h", "99999999999999999999 h 1 h"]),
    ("k8s-short-name", &["a-b"], &["A", "a.b", "-a"]),
    ("k8s-long-name", &["a.b"], &["a..b", "A"]),
];

#[test]
fn texts_have_their_format_or_not() {
    for (format, good, bad) in FORMATS {
        let schema = format!("{{type: string, format: {format}}}");
        let found = |text: &str| both(&schema, &format!("{text:?}"));
        good.iter().for_each(|text| assert!(found(text).is_empty(), "{format} {text:?}"));
        bad.iter().for_each(|text| assert_eq!(found(text), ["type-invalid"], "{format} {text:?}"));
        // A list passes for a text that has a format.
        assert!(both(&schema, "[1]").is_empty(), "{format}");
        assert_eq!(both(&schema, "{}"), ["type-invalid"], "{format}");
    }
}

#[test]
fn newer_formats_are_none_for_older_versions() {
    let schema = "{type: string, format: k8s-short-name}";
    for wanted_for in [Use::Resources, Use::Defaults] {
        assert!(checked(schema, "A", wanted_for, 33).is_empty());
        assert_eq!(checked(schema, "A", wanted_for, 34), ["type-invalid"]);
    }
}

#[test]
fn resources_and_defaults_part_over_formats_and_int_or_string() {
    for (schema, value, resource, default) in [
        ("{x-kubernetes-int-or-string: true}", "true", vec!["type-invalid"], vec![]),
        (
            "{x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}",
            "true",
            vec!["type-invalid", "invalid *", "type-invalid"],
            vec!["invalid *", "type-invalid"],
        ),
        // A format that the server does not know is left out for resources alone.
        ("{type: string, format: tone}", "[]", vec!["type-invalid"], vec![]),
        ("{type: boolean, format: tone}", "x", vec!["type-invalid"], vec![]),
        ("{type: boolean, format: email}", "x", vec!["type-invalid"], vec!["type-invalid"]),
        ("{type: integer, format: tone}", "x", vec!["type-invalid"], vec!["type-invalid"]),
        ("{x-kubernetes-preserve-unknown-fields: true, format: tone}", "5", vec![], vec!["type-invalid"]),
    ] {
        assert_eq!(checked(schema, value, Use::Resources, 36), resource, "{schema} {value}");
        assert_eq!(checked(schema, value, Use::Defaults, 36), default, "{schema} {value}");
    }
}

#[test]
fn numbers_keep_to_their_bounds() {
    for (schema, value, expected) in [
        ("{type: integer}", "3.0", vec![]),
        ("{type: integer}", "1.5", vec!["type-invalid"]),
        ("{type: integer}", "9223372036854775808", vec!["type-invalid"]),
        ("{type: integer, format: int32}", "2147483648", vec!["invalid *"]),
        ("{type: integer, format: int64}", "2147483648", vec![]),
        // A bound that no integer of the format can have makes every value wrong, and the server names no field.
        ("{type: integer, format: int32, maximum: 4294967295}", "1", vec!["invalid *"]),
        ("{type: integer, maximum: 4294967295}", "1", vec![]),
        ("{type: integer, minimum: 1.5}", "5", vec!["invalid *"]),
        ("{type: integer, maximum: 9223372036854775807}", "5", vec!["invalid *"]),
        ("{type: integer, multipleOf: 2}", "3", vec!["invalid"]),
        ("{type: number, format: float, maximum: 1e39}", "3", vec!["invalid *"]),
        ("{type: number, multipleOf: 0.1}", "0.3", vec![]),
        ("{type: number, maximum: 1, exclusiveMaximum: true}", "1", vec!["invalid"]),
    ] {
        assert_eq!(both(schema, value), expected, "{schema} {value}");
    }
}

#[test]
fn ranges_are_none_of_older_versions() {
    for (schema, value, newer) in [
        ("{type: integer, format: int32}", "2147483648", 1),
        ("{type: integer, format: int32, maximum: 4294967295}", "64513", 1),
        ("{type: integer, minimum: 9223372036854775808}", "5", 1),
        ("{type: integer, multipleOf: 1.5}", "5", 1),
        ("{type: integer, format: int32, maximum: 4}", "4", 0),
    ] {
        for wanted_for in [Use::Resources, Use::Defaults] {
            assert_eq!(checked(schema, value, wanted_for, 35), Vec::<String>::new(), "{schema} {value}");
            assert_eq!(checked(schema, value, wanted_for, 36).len(), newer, "{schema} {value}");
        }
    }
    // A bound is one all the same.
    assert_eq!(checked("{type: integer, format: int32, maximum: 4}", "5", Use::Resources, 35), ["invalid"]);
}

#[test]
fn lengths_and_counts() {
    for (schema, value, expected) in [
        ("{type: string, maxLength: 2, pattern: '^a'}", "bcd", vec!["too-long"]),
        ("{type: string, minLength: 4, pattern: '^a'}", "bcd", vec!["invalid"]),
        ("{type: string, pattern: '^a'}", "bcd", vec!["invalid"]),
        // The server takes a negative limit as it is.
        ("{type: string, maxLength: -1}", "''", vec!["too-long"]),
        ("{type: array, items: {type: string}, maxItems: -1}", "[]", vec!["too-many"]),
        ("{type: array, items: {type: string}, minItems: 2}", "[1]", vec!["type-invalid [0]", "invalid"]),
        ("{type: object, maxProperties: 0, additionalProperties: true}", "{a: 1}", vec!["too-many"]),
        ("{type: object, required: [a]}", "{}", vec!["required a"]),
        ("{type: object, properties: {a: {type: object, required: [b]}}}", "{a: {}}", vec!["required a.b"]),
    ] {
        assert_eq!(both(schema, value), expected, "{schema} {value}");
    }
}

#[test]
fn null_enums_and_combinations() {
    for (schema, value, expected) in [
        ("{type: string}", "null", vec!["type-invalid"]),
        ("{type: string, nullable: true}", "null", vec![]),
        ("{type: string, nullable: true, enum: [a, null]}", "null", vec!["not-supported"]),
        ("{type: integer, enum: [1.0, 2]}", "1", vec![]),
        ("{type: string, enum: [a, b]}", "c", vec!["not-supported"]),
        ("{type: string, allOf: [{minLength: 2}, {pattern: '^a'}]}", "b", vec!["invalid", "invalid", "invalid *"]),
        ("{type: string, oneOf: [{minLength: 1}, {maxLength: 3}]}", "b", vec!["invalid *"]),
        ("{type: string, not: {enum: [b]}}", "b", vec!["invalid *"]),
        (
            "{type: object, properties: {a: {type: integer}}, anyOf: [{additionalProperties: false}]}",
            "{a: 1}",
            vec!["invalid *", "invalid"],
        ),
    ] {
        assert_eq!(both(schema, value), expected, "{schema} {value}");
    }
}

#[test]
fn error_types_have_rule_ids_of_their_own() {
    let mut ids: Vec<_> = ErrorType::ALL.iter().map(|kind| kind.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), ErrorType::ALL.len());
}
