//! Patterns of names and paths, as Argo CD's fields have them.
//!
//! In: a pattern and a text. Out: whether it matches: `*` and `?` stay within a part of a path, `**` does not.

/// Whether a pattern matches a whole text; nothing for patterns with more than `*`, `**` and `?`.
pub fn matches(pattern: &str, text: &str) -> Option<bool> {
    if pattern.contains(['[', '{', '\\']) {
        return None;
    }
    let text: Vec<char> = text.chars().collect();
    // Which beginnings of the text the pattern read so far matches.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    let mut rest = pattern.chars().peekable();
    while let Some(sign) = rest.next() {
        if sign == '*' {
            let mut far = false;
            while rest.next_if_eq(&'*').is_some() {
                far = true;
            }
            for at in 0..text.len() {
                reached[at + 1] |= reached[at] && (far || text[at] != '/');
            }
            continue;
        }
        for at in (0..text.len()).rev() {
            let same = text[at] == sign || (sign == '?' && text[at] != '/');
            reached[at + 1] = reached[at] && same;
        }
        reached[0] = false;
    }
    reached.last().copied()
}

/// Whether it is a pattern at all.
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stay_within_a_part() {
        for (pattern, text, expected) in [
            ("a/*", "a/b", Some(true)),
            ("a/*", "a/b/c", Some(false)),
            ("a/**", "a/b/c", Some(true)),
            ("*", "", Some(true)),
            ("", "a", Some(false)),
            ("a?c", "abc", Some(true)),
            ("a?c", "a/c", Some(false)),
            ("*-prod", "web-prod", Some(true)),
            ("*-prod", "web-prod-2", Some(false)),
            ("a*b*c", "axxbyyc", Some(true)),
            ("a{b,c}", "ab", None),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
    }
}
