//! What is shown as it is, and what is written out.

use std::io::Write;

use super::*;

#[test]
fn what_deceives_is_written_out() {
    for (text, shown) in [
        ("a\u{1b}[31mb", "a\\u{1b}[31mb"),
        ("a\r\nb\tc\u{0}\u{7f}", "a\\r\\nb\\tc\\u{0}\\u{7f}"),
        ("\u{9b}31m\u{85}", "\\u{9b}31m\\u{85}"),
        (
            "\u{202e}\u{202a}\u{2066}\u{2069}\u{200e}\u{200f}\u{61c}",
            "\\u{202e}\\u{202a}\\u{2066}\\u{2069}\\u{200e}\\u{200f}\\u{61c}",
        ),
        ("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}"),
        ("a\u{200b}b\u{200d}c\u{feff}\u{ad}\u{3164}", "a\\u{200b}b\\u{200d}c\\u{feff}\\u{ad}\\u{3164}"),
        ("\u{e0041}\u{e0001}", "\\u{e0041}\\u{e0001}"),
        ("a\u{fe0f}\u{1f600}\u{fe00}\u{fe01}", "a\\u{fe0f}\u{1f600}\u{fe00}\\u{fe01}"),
        ("##[error]a ##vso[b ##teamcity[c ## d", "#\\u{23}[error]a #\\u{23}vso[b #\\u{23}teamcity[c ## d"),
    ] {
        assert_eq!(line(text), shown, "{text:?}");
        assert_eq!(line(&line(text)), shown, "what is shown can be shown");
    }
}

#[test]
fn what_people_write_stays() {
    for text in [
        "plain # text, `\\n` and all",
        "日本語、한국어, ไทย, नमस्ते क्‍ष, می‌خواهم",
        "e\u{301} o\u{308}\u{304}",
        "👩‍👩‍👧‍👦 ❤️‍🔥 1️⃣ 🏳️‍🌈 葛\u{e0100}",
        "a\u{a0}b\u{3000}c",
    ] {
        assert!(matches!(line(text), Cow::Borrowed(same) if same == text), "{text} became {}", line(text));
    }
}

#[test]
fn a_block_keeps_its_lines() {
    assert_eq!(block("a\n\tb\r\nc\rd\u{1b}"), "a\n\tb\r\nc\\rd\\u{1b}");
    assert_eq!(block("a\n ::error::b\nc ::d\n"), "a\n \\u{3a}:error::b\nc ::d\n");
}

#[test]
fn json_stays_the_same_json() {
    let value =
        serde_json::json!({"a\u{202e}": ["\u{1b}\u{7f}\u{9b}\u{2028}\u{e0041}", "##[error]", "日本 👩‍👧", "a\nb"]});
    let mut out = Vec::new();
    Json::new(&mut out).value(&value).expect("a vector takes all");
    let text = String::from_utf8(out).expect("it is text");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("it is JSON"), value);
    for shown in ["\\u202e", "\\u001b\\u007f\\u009b\\u2028\\udb40\\udc41", "#\\u0023[error]", "日本 👩‍👧"] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    let mut out = Vec::new();
    Json::new(&mut out).write_all(b"\xff#").expect("a vector takes all");
    assert_eq!(out, b"\xff#");
}

#[test]
fn places_are_found_on_both_sides() {
    let text = "a\u{1b}é\u{202e}b\r\nc\u{7f}";
    let shown = Shown::new(text).expect("some are written out");
    assert_eq!(shown.text, "a\\u{1b}é\\u{202e}b\r\nc\\u{7f}");
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphabetic()) {
        assert!(shown.text[shown.place(at)..].starts_with(c), "{c}");
        assert_eq!(shown.origin(shown.place(at)), at);
    }
    assert_eq!(&shown.text[shown.place(1)..][..6], "\\u{1b}");
    assert_eq!((shown.place(text.len()), shown.origin(shown.text.len())), (shown.text.len(), text.len()));
    assert!(Shown::new("plain\r\n\ttext, 日本\n").is_none());
}

#[test]
fn messages_are_bounded_and_so_is_what_they_quote() {
    let ordinary = format!("`{}` is not `{}`", "a".repeat(63), "é".repeat(120));
    assert_eq!(message(ordinary.clone()), ordinary);
    let long = "é".repeat(1_000_000);
    let quoting = message(format!("unknown kind `{long}` of `v1`"));
    assert_eq!(quoting, format!("unknown kind `{}…` of `v1`", "é".repeat(119)));
    assert!(message(long.clone()).len() <= MAX_MESSAGE && name(&long).len() <= MAX_NAME);
    assert_eq!(message(format!("no kind {long} there")), format!("no kind {}… there", "é".repeat(299)));
    assert!(message("`a".repeat(100_000)).len() <= MAX_MESSAGE);
    assert_eq!(
        name(&format!("{}{}", "a".repeat(500), "z".repeat(500))),
        format!("{}…{}", "a".repeat(266), "z".repeat(100))
    );
}
