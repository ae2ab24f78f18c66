//! "Did you mean".
//!
//! In: a name that is not known and the names that are. Out: the one that was probably meant, if any is close enough.

/// Most letters and digits of a name that are compared.
const MAX_LETTERS: usize = 64;
/// Most candidates that are looked at, and most of these that are compared letter by letter: a repository may hold any
/// number of names, and any number of wrong ones.
const MAX_CANDIDATES: usize = 1024;
const MAX_COMPARED: usize = 200;

/// The candidate closest to `name`: the same but for case, dashes and underscores, or a few letters away (one for a
/// short name, else two or a third of its length). The first of equally close ones. A name far longer than names are is
/// near to nothing.
pub fn closest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let plain: Vec<char> = simplify(name).take(MAX_LETTERS + 1).collect();
    if plain.len() > MAX_LETTERS {
        return None;
    }
    let limit = match plain.len() {
        0..=2 => 0,
        3 | 4 => 1,
        length => (length / 3).max(2),
    };
    let letters = count_letters(&plain);
    let mut best: Option<(usize, &str)> = None;
    let mut other = Vec::new();
    let mut compared = 0;
    for candidate in candidates.into_iter().take(MAX_CANDIDATES) {
        other.clear();
        other.extend(simplify(candidate).take(MAX_LETTERS));
        let far = other.len().abs_diff(plain.len()) > limit || letters_apart(&letters, &count_letters(&other)) > limit;
        if far {
            continue;
        }
        compared += 1;
        if compared > MAX_COMPARED {
            break;
        }
        let distance = distance(&plain, &other);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Whether a name is another with one letter wrong, missing, too many, or swapped with its neighbour.
pub fn is_one_off(name: &str, other: &str) -> bool {
    let letters = |text: &str| text.chars().take(MAX_LETTERS + 1).collect::<Vec<char>>();
    let (name, other) = (letters(name), letters(other));
    name.len().max(other.len()) <= MAX_LETTERS && is_one_edit(&name, &other)
}

/// Whether two names are the same but for a letter or two; for short ones one.
pub fn is_near(name: &str, other: &str) -> bool {
    let letters = |name: &str| name.chars().take(MAX_LETTERS + 1).collect::<Vec<_>>();
    let (a, b) = (letters(name), letters(other));
    let limit = if a.len().min(b.len()) < 8 { 1 } else { 2 };
    a.len().max(b.len()) <= MAX_LETTERS && a.len().abs_diff(b.len()) <= limit && distance(&a, &b) <= limit
}

/// Whether a kind is most likely another one misspelt: one letter too many, too few, wrong or out of place. Capitals are meant:
/// `VLAgent` is no `VMAgent`.
pub fn is_misspelt(kind: &str, other: &str) -> bool {
    // A letter has up to four bytes; most pairs are told apart by their lengths alone.
    if kind.len() <= 4 || kind.len().abs_diff(other.len()) > 4 {
        return false;
    }
    fn capitals(name: &str) -> impl Iterator<Item = char> {
        name.chars().filter(|c| c.is_uppercase())
    }
    if !capitals(kind).eq(capitals(other)) {
        return false;
    }
    let (a, b): (Vec<char>, Vec<char>) = (kind.chars().take(MAX_LETTERS + 1).collect(), other.chars().collect());
    a.len() <= MAX_LETTERS && is_one_edit(&a, &b)
}

/// Whether one letter has to be changed, added or taken out, or two neighbours swapped, to make one of the other.
fn is_one_edit(a: &[char], b: &[char]) -> bool {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    let same = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&a[..a.len() - same], &b[..b.len() - same]) {
        ([_], [_] | []) | ([], [_]) => true,
        ([first, second], [other, last]) => first == last && second == other,
        _ => false,
    }
}

/// Lower case letters and digits alone.
fn simplify(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// How often each letter occurs; letters may share a place.
fn count_letters(name: &[char]) -> [u8; 32] {
    let mut counts = [0; 32];
    for &c in name {
        counts[c as usize % 32] += 1;
    }
    counts
}

/// Letters that one name has and the other lacks: their distance is no less.
fn letters_apart(a: &[u8; 32], b: &[u8; 32]) -> usize {
    let beyond = |a: &[u8; 32], b: &[u8; 32]| a.iter().zip(b).map(|(a, b)| usize::from(a.saturating_sub(*b))).sum();
    let (more, less): (usize, usize) = (beyond(a, b), beyond(b, a));
    more.max(less)
}

/// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{closest, is_misspelt, is_one_off};

    #[test]
    fn one_letter_off_is_told_from_more() {
        for (name, other) in [("payy", "pay"), ("paymnets", "payments"), ("pey", "pay"), ("a-b", "ab")] {
            assert!(is_one_off(name, other), "{name}");
        }
        for (name, other) in [("pay", "pay"), ("openshift-dns", "openshift-adp"), ("Pay", "pa")] {
            assert!(!is_one_off(name, other), "{name}");
        }
    }

    #[test]
    fn what_was_meant_is_found() {
        let fields = ["replicas", "revisionHistoryLimit", "selector", "strategy", "template", "env", "envFrom"];
        for (name, meant) in [
            ("replica", Some("replicas")),
            ("Replicas", Some("replicas")),
            ("revision_history_limit", Some("revisionHistoryLimit")),
            ("lbaels", None),
            ("straetgy", Some("strategy")),
            ("envv", Some("env")),
            ("banana", None),
        ] {
            assert_eq!(closest(name, fields), meant, "{name}");
        }
    }

    #[test]
    fn kinds_are_misspelt_by_one_letter() {
        for (kind, other) in [("HelmRelaese", "HelmRelease"), ("Aplication", "Application"), ("Issuers", "Issuer")] {
            assert!(is_misspelt(kind, other), "{kind}");
        }
        for (kind, other) in [("VLAgent", "VMAgent"), ("Issuer", "Issuer"), ("ScaledJob", "ScaledObject")] {
            assert!(!is_misspelt(kind, other), "{kind}");
        }
    }

    #[test]
    fn of_very_many_names_the_first_are_compared() {
        let names: Vec<String> = (0..100_000).map(|n| format!("name-{n:06}")).collect();
        let all = || names.iter().map(String::as_str);
        assert_eq!(closest("nmae-000003", all()), Some("name-000003"));
        assert_eq!(closest("a-name-of-another-kind", all()), None);
    }
}
