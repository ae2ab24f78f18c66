//! Patterns of names, as gobwas/glob reads them, the package that Helm and Argo CD use.
//!
//! In: a pattern, the character that parts names (or none) and a name. Out: whether it matches. `*` and `?` stop at that
//! character, `**` does not; `[abc]`, `[!a-z]`, `{one,two}` and `\` are known.

/// A pattern taken apart.
#[derive(Debug)]
pub struct Glob {
    alternatives: Vec<Vec<Token>>,
    separator: Option<char>,
}

#[derive(Debug, Clone)]
enum Token {
    Char(char),
    One,
    Any,
    All,
    Set(bool, Vec<(char, char)>),
}

/// Most alternatives that braces may make.
const MOST: usize = 1000;

impl Glob {
    /// Reads a pattern; nothing where it is none.
    pub fn parse(pattern: &str, separator: Option<char>) -> Option<Self> {
        let mut alternatives = Vec::new();
        for part in braces(pattern, 0)? {
            alternatives.push(tokens(&part)?);
        }
        Some(Self { alternatives, separator })
    }

    /// Whether a name matches.
    pub fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        self.alternatives.iter().any(|tokens| matches(tokens, &name, self.separator))
    }
}

/// The pattern for each choice between braces.
pub fn braces(pattern: &str, depth: usize) -> Option<Vec<String>> {
    if depth > 20 {
        return None;
    }
    let mut start = None;
    let mut commas = Vec::new();
    let mut level = 0;
    let mut escaped = false;
    for (at, c) in pattern.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match c {
            '\\' => escaped = true,
            '{' => {
                level += 1;
                if level == 1 {
                    start = Some(at);
                }
            }
            ',' if level == 1 => commas.push(at),
            '}' if level > 0 => {
                level -= 1;
                if level == 0 {
                    let open = start?;
                    let mut all = Vec::new();
                    let mut from = open + 1;
                    for end in commas.iter().copied().chain([at]) {
                        let whole = format!("{}{}{}", &pattern[..open], &pattern[from..end], &pattern[at + 1..]);
                        all.extend(braces(&whole, depth + 1)?);
                        from = end + 1;
                        if all.len() > MOST {
                            return None;
                        }
                    }
                    return Some(all);
                }
            }
            _ => {}
        }
    }
    (level == 0).then(|| vec![pattern.to_owned()])
}

fn tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            '*' if chars.peek() == Some(&'*') => {
                while chars.peek() == Some(&'*') {
                    chars.next();
                }
                Token::All
            }
            '*' => Token::Any,
            '?' => Token::One,
            '\\' => Token::Char(chars.next()?),
            '[' => {
                let negated = chars.next_if(|c| *c == '!').is_some();
                let mut set = Vec::new();
                loop {
                    let low = chars.next()?;
                    if low == ']' && !set.is_empty() {
                        break;
                    }
                    let low = if low == '\\' { chars.next()? } else { low };
                    let mut high = low;
                    if chars.peek() == Some(&'-') {
                        chars.next();
                        match chars.peek() {
                            Some(']') | None => set.push(('-', '-')),
                            Some(_) => high = chars.next()?,
                        }
                    }
                    set.push((low, high));
                }
                Token::Set(negated, set)
            }
            _ => Token::Char(c),
        });
    }
    Some(tokens)
}

/// Matches with two places to come back to: the last `*` and the last `**`.
fn matches(tokens: &[Token], name: &[char], separator: Option<char>) -> bool {
    let (mut t, mut n) = (0, 0);
    let mut back: Vec<(usize, usize, bool)> = Vec::new();
    loop {
        let fits = match tokens.get(t) {
            Some(Token::All) => {
                back.clear();
                back.push((t, n, true));
                t += 1;
                continue;
            }
            Some(Token::Any) => {
                back.retain(|(_, _, all)| *all);
                back.push((t, n, false));
                t += 1;
                continue;
            }
            None if n == name.len() => return true,
            None => false,
            Some(Token::Char(c)) => name.get(n) == Some(c),
            Some(Token::One) => name.get(n).is_some_and(|c| Some(*c) != separator),
            Some(Token::Set(negated, set)) => {
                name.get(n).is_some_and(|c| set.iter().any(|(low, high)| (low..=high).contains(&c)) != *negated)
            }
        };
        if fits {
            t += 1;
            n += 1;
            continue;
        }
        loop {
            let Some((token, at, all)) = back.pop() else { return false };
            if at < name.len() && (all || Some(name[at]) != separator) {
                back.push((token, at + 1, all));
                (t, n) = (token + 1, at + 1);
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_up_to_the_separator() {
        for (pattern, name, want) in [
            ("*.yaml", "a.yaml", true),
            ("*.yaml", "b/a.yaml", false),
            ("**.yaml", "b/a.yaml", true),
            ("config/**", "config/a/b", true),
            ("{a,b}/[!x]?.txt", "b/yz.txt", true),
            ("a**b*c", "a/x/bxxc", true),
        ] {
            assert_eq!(
                Glob::parse(pattern, Some('/')).is_some_and(|glob| glob.matches(name)),
                want,
                "{pattern} {name}"
            );
        }
        assert!(Glob::parse("[a", Some('/')).is_none());
        assert!(Glob::parse("*.yaml", None).is_some_and(|glob| glob.matches("b/a.yaml")));
    }
}
