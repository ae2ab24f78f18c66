//! Paths with slashes, as Go's `path` has them.
//!
//! In: patterns, paths. Out: whether they match; paths without `.` and `..`, their parts.

/// `path.Match`: whether a pattern matches a whole path; nothing where it is none. No star crosses a slash.
pub fn is_match(pattern: &str, name: &str) -> Option<bool> {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    // A bad pattern is refused wherever matching stops.
    well_formed(&pattern)?;
    Some(matches(&pattern, &name))
}

fn well_formed(pattern: &[char]) -> Option<()> {
    let mut at = 0;
    while at < pattern.len() {
        match pattern[at] {
            '\\' if at + 1 == pattern.len() => return None,
            '\\' => at += 2,
            '[' => at += set(&pattern[at..])?.1,
            _ => at += 1,
        }
    }
    Some(())
}

type Ranges = (bool, Vec<(char, char)>);

/// The ranges between brackets and their length.
fn set(pattern: &[char]) -> Option<(Ranges, usize)> {
    let mut at = 1;
    let negated = pattern.get(at) == Some(&'^');
    at += usize::from(negated);
    let mut ranges = Vec::new();
    loop {
        if pattern.get(at) == Some(&']') && !ranges.is_empty() {
            return Some(((negated, ranges), at + 1));
        }
        let low = one(pattern, &mut at)?;
        let mut high = low;
        if pattern.get(at) == Some(&'-') {
            at += 1;
            high = one(pattern, &mut at)?;
        }
        ranges.push((low, high));
    }
}

fn one(pattern: &[char], at: &mut usize) -> Option<char> {
    let mut c = *pattern.get(*at)?;
    if c == '-' || c == ']' {
        return None;
    }
    if c == '\\' {
        *at += 1;
        c = *pattern.get(*at)?;
    }
    *at += 1;
    pattern.get(*at).map(|_| c)
}

fn matches(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(p) {
            None if n == name.len() => return true,
            None => None,
            Some('*') => {
                back = Some((p, n));
                p += 1;
                continue;
            }
            Some('?') => name.get(n).is_some_and(|c| *c != '/').then_some(1),
            Some('[') => set(&pattern[p..]).and_then(|((negated, ranges), len)| {
                let inside = |c: &char| ranges.iter().any(|(low, high)| (low..=high).contains(&c));
                name.get(n).is_some_and(|c| inside(c) != negated).then_some(len)
            }),
            Some('\\') => (name.get(n).is_some() && name.get(n) == pattern.get(p + 1)).then_some(2),
            Some(c) => (name.get(n) == Some(c)).then_some(1),
        };
        if let Some(len) = step {
            p += len;
            n += 1;
            continue;
        }
        match back {
            Some((star, at)) if at < name.len() && name[at] != '/' => {
                back = Some((star, at + 1));
                p = star + 1;
                n = at + 1;
            }
            _ => return false,
        }
    }
}

/// `path.Clean`
pub fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        _ => parts.join("/"),
    }
}

/// `path.Base`
pub fn base(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match (path.is_empty(), trimmed.is_empty()) {
        (true, _) => ".",
        (_, true) => "/",
        _ => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }
}

/// `path.Dir`
pub fn dir(path: &str) -> String {
    clean(&path[..path.rfind('/').map_or(0, |at| at + 1)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stay_within_a_part() {
        for (pattern, path, want) in [
            ("apps/*", "apps/web", Some(true)),
            ("apps/**", "apps/web/prod", Some(false)),
            ("apps/?[!-~]*", "apps/web", Some(true)),
            ("[^a-c]x", "dx", Some(true)),
            ("[a", "a", None),
            ("a\\*", "a*", Some(true)),
        ] {
            assert_eq!(is_match(pattern, path), want, "{pattern} {path}");
        }
    }

    #[test]
    fn paths_are_taken_apart() {
        assert_eq!((base("a/b/"), base(""), base("/")), ("b", ".", "/"));
        assert_eq!((dir("a/b"), dir("a"), clean("a/../../b")), ("a".to_owned(), ".".to_owned(), "../b".to_owned()));
    }
}
