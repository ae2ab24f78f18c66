//! What Go compiles, and what it matches.

use super::{check, compile};

#[test]
fn what_go_compiles() {
    for good in [
        "",
        "^a$",
        "a{2,3}?",
        "a{,3}",
        "a{x",
        "[]a]",
        "[^]a-]",
        "[a-]",
        "[-a]",
        "(?i:a)|b",
        "(?P<n>a)",
        "(?<n>a)",
        "\\p{Greek}\\pL\\x{1F600}\\012\\Q(\\E",
        "[[:alpha:]\\d]",
        "^*",
        "(?i)a",
        "\\_",
        "(?)a",
        "(?ii-s:a)",
    ] {
        assert_eq!(check(good), Ok(()), "{good}");
        assert!(compile(good).is_ok(), "{good}: {:?}", compile(good));
    }
}

#[test]
fn what_go_refuses() {
    for bad in [
        "[",
        "(",
        ")",
        "*",
        "a**",
        "a{2}{3}",
        "a{3,2}",
        "a{1001}",
        "(a{100}){11}",
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "\\1",
        "\\Z",
        "\\",
        "[z-a]",
        "[[:nope:]]",
        "\\pX",
        "(?P<n>a)(?P<n>b)",
        "a|*",
        "(?x)a",
        "\\e",
        "[a-\\d]",
    ] {
        assert!(check(bad).is_err(), "{bad}");
    }
}

#[test]
fn deep_nesting_is_no_danger() {
    assert!(check(&"(".repeat(100_000)).is_err());
}

#[test]
fn patterns_mean_what_they_mean_in_go() {
    for (pattern, yes, no) in [
        (r"^\d+$", "12", "١"),
        (r"^[\w.-]+$", "a_b.c", "ä"),
        (r"^\D$", "١", "1"),
        (r"^[^\s]$", "\u{85}", "\t"),
        (r"^{a}$", "{a}", "a"),
        (r"^a{2,3}$", "aa", "a"),
        (r"^a{,3}$", "a{,3}", "aa"),
        (r"^a{02}$", "a{02}", "aa"),
        (r"^[[a]$", "[", "b"),
        (r"^[]x]$", "]", "y"),
        (r"^[^]x]$", "y", "]"),
        (r"^[[:alpha:]-]+$", "a-b", "1"),
        (r"^[a&&b]$", "&", "c"),
        (r"^[+--]$", ",", "."),
        (r"^[a~~b]$", "~", "c"),
        (r"^[\[\]]$", "]", "\\"),
        (r"^\p{L}+$", "äb", "1"),
        (r"^[\pN\p{^Greek}]$", "1", "α"),
        (r"^(?i)ab$", "AB", "b"),
        (r"^(?i:a)b$", "Ab", "AB"),
        (r"^(?U)(?P<1a>a+)$", "aa", "b"),
        (r"^\Qa.b\E$", "a.b", "acb"),
        (r"^\012\x41\x{42}$", "\nAB", "A"),
        (r"^\<a\>$", "<a>", "a"),
        (r"^\#\ $", "# ", "#"),
        (r"a\bä", "aä", "aa"),
        (r"a\B$", "", "a"),
        (r"^[\x{D7FF}-\x{E000}]$", "\u{E000}", "a"),
        (r"^[^\x{D800}]$", "a", ""),
    ] {
        let regex = compile(pattern).unwrap_or_else(|why| panic!("{pattern}: {why}"));
        assert!(regex.is_match(yes) || yes.is_empty(), "{pattern} matches {yes:?}");
        assert!(!regex.is_match(no), "{pattern} does not match {no:?}");
    }
}

#[test]
fn patterns_that_take_room_compile() {
    let regex = compile(r"^[\p{L}\p{N}]{1,253}$").expect("it fits");
    assert!(regex.is_match(&"ä".repeat(253)) && !regex.is_match(&"ä".repeat(254)));
    assert!(compile("(").is_err());
}
