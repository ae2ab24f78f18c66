//! `.helmignore`.
//!
//! In: the file's text, paths of files and folders. Out: whether Helm passes over them. IgnoreRules are tried in order; a
//! negated one drops whatever it does not match, as Helm has it.

use crate::go::path::is_match;

/// The rules of a chart.
#[derive(Debug, Default)]
pub struct IgnoreRules {
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

impl IgnoreRules {
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
        is_match(rule, "abc").ok_or("syntax error in pattern")?;
        let (negated, rule) = rule.strip_prefix('!').map_or((false, rule), |rest| (true, rest));
        let (folders_only, rule) = rule.strip_suffix('/').map_or((false, rule), |rest| (true, rest));
        let (rooted, rule) = rule.strip_prefix('/').map_or((false, rule), |rest| (true, rest));
        let name_only = !rooted && !rule.contains('/');
        self.patterns.push(Pattern { rule: rule.to_owned(), negated, folders_only, name_only });
        Ok(())
    }

    /// Whether a path is ignored.
    pub fn ignores(&self, path: &str, is_folder: bool) -> bool {
        for pattern in &self.patterns {
            let name = if pattern.name_only { path.rsplit('/').next().unwrap_or(path) } else { path };
            let matches = || is_match(&pattern.rule, name).unwrap_or(false);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_tried_in_order() {
        let rules = IgnoreRules::parse("*.txt\n/a\nb/\nc/*.md\n").unwrap_or_default();
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
        assert!(IgnoreRules::parse("a/**").is_err());
    }
}
