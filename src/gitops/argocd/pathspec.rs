//! Which files a pattern of the git generator means.
//!
//! In: a pattern as `git ls-files` takes it, paths from the repository's top. Out: those that it matches: a star crosses
//! slashes, a folder stands for all that is in it.

/// A pattern, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pathspec {
    path: String,
    wild: bool,
}

impl Pathspec {
    /// Reads a pattern; a message for one that is outside the repository, or uses git's magic words.
    ///
    /// # Errors
    /// A message.
    pub fn parse(pattern: &str) -> Result<Self, &'static str> {
        if pattern.starts_with(':') {
            return Err("begins with `:`, which means something else to git in each case");
        }
        let mut parts: Vec<&str> = Vec::new();
        if pattern.starts_with('/') {
            return Err("is outside the repository");
        }
        for part in pattern.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop().ok_or("is outside the repository")?;
                }
                other => parts.push(other),
            }
        }
        let mut path = parts.join("/");
        if pattern.ends_with('/') && !path.is_empty() {
            path.push('/');
        }
        let wild = path.contains(['*', '?', '[', '\\']);
        Ok(Self { path, wild })
    }

    /// Whether it means a file.
    pub fn matches(&self, file: &str) -> bool {
        let folder = self.path.trim_end_matches('/');
        let below = |rest: &str| rest.starts_with('/') || (rest.is_empty() && !self.path.ends_with('/'));
        if self.path.is_empty() || file.strip_prefix(folder).is_some_and(below) {
            return true;
        }
        self.wild && wild(self.path.as_bytes(), file.as_bytes())
    }
}

/// git's `wildmatch` without a special role for slashes.
fn wild(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(p) {
            None if t == text.len() => return true,
            None => None,
            Some(b'*') => {
                back = Some((p, t));
                p += 1;
                continue;
            }
            Some(b'?') => text.get(t).map(|_| 1),
            Some(b'[') => {
                class(&pattern[p..]).and_then(|class| text.get(t).filter(|b| class.holds(**b)).map(|_| class.len))
            }
            Some(b'\\') => (text.get(t).is_some() && text.get(t) == pattern.get(p + 1)).then_some(2),
            Some(byte) => (text.get(t) == Some(byte)).then_some(1),
        };
        match (step, back) {
            (Some(len), _) => (p, t) = (p + len, t + 1),
            (None, Some((star, at))) if at < text.len() => {
                back = Some((star, at + 1));
                (p, t) = (star + 1, at + 1);
            }
            _ => return false,
        }
    }
}

struct Class<'p> {
    body: &'p [u8],
    negated: bool,
    len: usize,
}

/// The set of bytes between brackets.
fn class(pattern: &[u8]) -> Option<Class<'_>> {
    let negated = matches!(pattern.get(1), Some(b'!' | b'^'));
    let start = 1 + usize::from(negated);
    // A bracket that comes first is one of the set.
    let end = start + 1 + pattern.get(start + 1..)?.iter().position(|b| *b == b']')?;
    Some(Class { body: &pattern[start..end], negated, len: end + 1 })
}

impl Class<'_> {
    fn holds(&self, byte: u8) -> bool {
        let (mut found, mut at) = (false, 0);
        while let Some(&low) = self.body.get(at) {
            let range = self.body.get(at + 1) == Some(&b'-') && at + 2 < self.body.len();
            let high = if range { self.body[at + 2] } else { low };
            found |= (low..=high).contains(&byte);
            at += if range { 3 } else { 1 };
        }
        found != self.negated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_as_git_finds_them() {
        for (pattern, file, want) in [
            ("envs/*.yaml", "envs/eu/a.yaml", true),
            ("envs/**/c.yaml", "envs/c.yaml", false),
            ("envs/**/c.yaml", "envs/a/b/c.yaml", true),
            ("envs", "envs/a.yaml", true),
            ("envs/", "envs/a.yaml", true),
            ("env", "envs/a.yaml", false),
            ("./envs/a.yaml", "envs/a.yaml", true),
            ("envs/[a-c].yaml", "envs/b.yaml", true),
            ("envs/[!a-c].yaml", "envs/b.yaml", false),
            ("*.json", "a/b.json", true),
        ] {
            assert_eq!(Pathspec::parse(pattern).is_ok_and(|spec| spec.matches(file)), want, "{pattern} {file}");
        }
        assert!(Pathspec::parse("../x").is_err() && Pathspec::parse(":(glob)a").is_err());
    }
}
