//! `.helmignore`.
//!
//! In: the file's text, paths of files and folders. Out: whether Helm passes over them. Rules are tried in order; a
//! negated one drops whatever it does not match, as Helm has it.

/// The rules of a chart.
#[derive(Debug, Default)]
pub struct Rules {
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    rule: String,
    negated: bool,
    folders_only: bool,
    /// Held against the last name of the path alone.
    name_only: bool,
}

impl Rules {
    /// Reads the file; what Helm ignores by default comes behind.
    ///
    /// # Errors
    /// Where a rule is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rules = Self::default();
        for line in text.strip_prefix('\u{feff}').unwrap_or(text).lines() {
            rules.add(line)?;
        }
        rules.add("templates/.?*")?;
        Ok(rules)
    }

    fn add(&mut self, line: &str) -> Result<(), String> {
        let rule = line.trim();
        if rule.is_empty() || rule.starts_with('#') {
            return Ok(());
        }
        if rule.contains("**") {
            return Err("double-star (**) syntax is not supported".to_owned());
        }
        match_path(rule, "abc").ok_or("syntax error in pattern")?;
        let (negated, rule) = rule.strip_prefix('!').map_or((false, rule), |rest| (true, rest));
        let (folders_only, rule) = rule.strip_suffix('/').map_or((false, rule), |rest| (true, rest));
        let (rooted, rule) = rule.strip_prefix('/').map_or((false, rule), |rest| (true, rest));
        let name_only = !rooted && !rule.contains('/');
        self.patterns.push(Pattern { rule: rule.to_owned(), negated, folders_only, name_only });
        Ok(())
    }

    /// Whether a path is passed over.
    pub fn ignores(&self, path: &str, is_folder: bool) -> bool {
        for pattern in &self.patterns {
            let name = if pattern.name_only { path.rsplit('/').next().unwrap_or(path) } else { path };
            let matches = || match_path(&pattern.rule, name).unwrap_or(false);
            if pattern.negated {
                if pattern.folders_only && !is_folder || !matches() {
                    return true;
                }
            } else if (!pattern.folders_only || is_folder) && matches() {
                return true;
            }
        }
        false
    }
}

/// Go's `filepath.Match`; nothing where the pattern is none.
pub fn match_path(pattern: &str, name: &str) -> Option<bool> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_tried_in_order() {
        let rules = Rules::parse("*.txt\n/a\nb/\nc/*.md\n").unwrap_or_default();
        for (path, folder, want) in [
            ("x/y.txt", false, true),
            ("a", false, true),
            ("x/a", false, false),
            ("x/b", true, true),
            ("x/b", false, false),
            ("c/d.md", false, true),
            ("templates/.hidden", false, true),
        ] {
            assert_eq!(rules.ignores(path, folder), want, "{path}");
        }
        assert!(Rules::parse("a/**").is_err());
        assert_eq!(match_path("[^a-c]x", "dx"), Some(true));
        assert_eq!(match_path("[a", "a"), None);
    }
}
