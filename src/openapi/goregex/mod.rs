//! Go's regular expressions.
//!
//! In: a pattern in the syntax of Go's `regexp`. Out: why Go refuses it, or the same for the `regex` crate, which reads some
//! things otherwise: `\d`, `\w`, `\s` and `\b` are ASCII in Go, `\Q…\E` and octal escapes exist, `\<` is a `<`, a `{` that
//! starts no repetition is itself, and `&&`, `--`, `~~` or `[` mean nothing inside a class. Mirrors `regexp/syntax.Parse` with
//! the Perl flags. No recursion: groups are a stack.

mod class;
#[cfg(test)]
mod tests;

use regex::{Regex, RegexBuilder};

/// Deepest nesting that Go takes.
const MAX_DEPTH: usize = 1000;

/// Largest count in `{n,m}`, and largest product of nested ones.
const MAX_REPEAT: u64 = 1000;

/// Most bytes that a compiled pattern may take.
const MAX_COMPILED: usize = 32 << 20;

/// The same for one with groups, which a template may ask for again and again.
const MAX_WITH_GROUPS: usize = 4 << 20;

/// Checks a pattern.
///
/// # Errors
/// What is wrong with it, in plain words.
pub fn check(pattern: &str) -> Result<(), String> {
    translate(pattern, false).map(|_| ())
}

/// Compiles a pattern. Captures are not kept: it is there to be matched.
///
/// # Errors
/// Why Go refuses it; or that it is too large.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    built(&translate(pattern, false)?, MAX_COMPILED)
}

/// Compiles a pattern whose groups are asked for, by number and by name.
///
/// # Errors
/// Why Go refuses it; or that it is too large.
pub fn compile_with_groups(pattern: &str) -> Result<Regex, String> {
    built(&translate(pattern, true)?, MAX_WITH_GROUPS)
}

fn built(translated: &str, most: usize) -> Result<Regex, String> {
    RegexBuilder::new(translated).size_limit(most).build().map_err(|_| "it is too large to be compiled".to_owned())
}

/// The pattern as the `regex` crate has to see it, with its groups where captures are kept.
fn translate(pattern: &str, captures: bool) -> Result<String, String> {
    let mut parser = PatternParser {
        rest: pattern,
        captures,
        groups: vec![Group::default()],
        names: Vec::new(),
        repeated: false,
        out: String::with_capacity(pattern.len() + 16),
    };
    while !parser.rest.is_empty() {
        parser.step()?;
    }
    if parser.groups.len() > 1 { Err("a `(` is not closed".to_owned()) } else { Ok(parser.out) }
}

/// What is known of an open group.
#[derive(Default)]
struct Group {
    /// The product of the nested repetition counts of the last operand, if there is one.
    operand: Option<u64>,
    /// The largest of such products so far.
    most: u64,
}

struct PatternParser<'a> {
    rest: &'a str,
    captures: bool,
    groups: Vec<Group>,
    names: Vec<&'a str>,
    repeated: bool,
    out: String,
}

type Checked = Result<(), String>;

impl<'a> PatternParser<'a> {
    fn step(&mut self) -> Checked {
        let repeated = std::mem::take(&mut self.repeated);
        let first = self.rest.chars().next().unwrap_or('\0');
        match first {
            '(' if self.rest.starts_with("(?") => self.perl_group(),
            '(' => {
                self.skip(1);
                self.open(if self.captures { "(" } else { "(?:" })
            }
            ')' => self.close(),
            '|' => {
                self.copy(1);
                self.group().operand = None;
                Ok(())
            }
            '*' | '+' | '?' => {
                self.copy(1);
                self.repeat(repeated, &first.to_string(), 1)
            }
            '{' => self.braces(repeated),
            '[' => self.class(),
            '\\' => self.escape_outside(),
            _ => {
                self.copy(first.len_utf8());
                self.operand(1);
                Ok(())
            }
        }
    }

    /// Takes what means the same to both.
    fn copy(&mut self, bytes: usize) {
        self.out.push_str(self.rest.get(..bytes).unwrap_or(""));
        self.skip(bytes);
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or("");
    }

    fn group(&mut self) -> &mut Group {
        if self.groups.is_empty() {
            self.groups.push(Group::default());
        }
        let last = self.groups.len() - 1;
        &mut self.groups[last]
    }

    fn operand(&mut self, product: u64) {
        let group = self.group();
        group.operand = Some(product);
        group.most = group.most.max(product);
    }

    /// Begins a group, written so.
    fn open(&mut self, written: &str) -> Checked {
        self.groups.push(Group::default());
        self.out.push_str(written);
        if self.groups.len() > MAX_DEPTH { Err("it nests too deeply".to_owned()) } else { Ok(()) }
    }

    fn close(&mut self) -> Checked {
        self.copy(1);
        let closed = self.groups.pop().filter(|_| !self.groups.is_empty());
        let closed = closed.ok_or_else(|| "a `)` closes nothing".to_owned())?;
        self.operand(closed.most.max(1));
        Ok(())
    }

    /// A repetition: `most` is its largest count (or the smallest, if it has no bound).
    fn repeat(&mut self, repeated: bool, op: &str, most: u64) -> Checked {
        if self.rest.starts_with('?') {
            self.copy(1);
        }
        if repeated {
            return Err(format!("`{op}` repeats a repetition"));
        }
        let product = self.group().operand.ok_or_else(|| format!("`{op}` has nothing to repeat"))?;
        let product = product.saturating_mul(most.max(1));
        if most > 1 && product > MAX_REPEAT {
            return Err(format!("it repeats more than {MAX_REPEAT} times"));
        }
        self.repeated = true;
        self.operand(product);
        Ok(())
    }

    /// `{n}`, `{n,}`, `{n,m}`; anything else is text.
    fn braces(&mut self, repeated: bool) -> Checked {
        let Some((inner, _)) = self.rest[1..].split_once('}') else { return self.literal_brace() };
        let (low, high) = inner.split_once(',').map_or((inner, Some(inner)), |(low, high)| (low, Some(high)));
        let high = high.filter(|text| !text.is_empty());
        let (Some(min), Some(max)) = (count(low), high.map_or(Some(None), |text| count(text).map(Some))) else {
            return self.literal_brace();
        };
        if min > MAX_REPEAT || max.is_some_and(|max| max > MAX_REPEAT || min > max) {
            return Err(format!("`{{{inner}}}` is no valid count"));
        }
        let op = format!("{{{inner}}}");
        self.copy(op.len());
        self.repeat(repeated, &op, max.unwrap_or(min))
    }

    fn literal_brace(&mut self) -> Checked {
        self.out.push('\\');
        self.copy(1);
        self.operand(1);
        Ok(())
    }

    /// `(?:…)`, `(?flags)`, `(?flags:…)`, `(?P<name>…)`, `(?<name>…)`.
    fn perl_group(&mut self) -> Checked {
        let body = &self.rest[2..];
        if let Some(named) = body.strip_prefix("P<").or_else(|| body.strip_prefix('<')) {
            return self.named_group(named);
        }
        let flags = body.bytes().take_while(|b| b"imsU-".contains(b)).count();
        let text = &body[..flags];
        let wrong = || format!("`(?{}` is not known", body.chars().take(flags + 1).collect::<String>());
        let negations = text.matches('-').count();
        let end = body.as_bytes().get(flags).filter(|end| matches!(end, b')' | b':')).ok_or_else(wrong)?;
        if negations > 1 || text.ends_with('-') {
            return Err(wrong());
        }
        self.skip(flags + 3);
        let flags = set_flags(text);
        if *end == b':' {
            self.open("(?:")?;
        }
        // Inside of a group just opened they hold until it closes, as they do with `(?flags:…)`.
        if !flags.is_empty() {
            self.out.push_str(&format!("(?{flags})"));
        }
        Ok(())
    }

    fn named_group(&mut self, named: &'a str) -> Checked {
        let wrong = || "a group has no valid name".to_owned();
        let (name, rest) = named.split_once('>').ok_or_else(wrong)?;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(wrong());
        }
        if self.names.contains(&name) {
            return Err(format!("two groups are named `{name}`"));
        }
        self.names.push(name);
        self.rest = rest;
        // A digit may begin a name of Go's, not one of the crate's.
        match self.captures {
            true if !name.starts_with(|c: char| c.is_ascii_digit()) => self.open(&format!("(?P<{name}>")),
            true => self.open("("),
            false => self.open("(?:"),
        }
    }

    fn escape_outside(&mut self) -> Checked {
        let letter = self.rest[1..].chars().next().ok_or_else(|| "it ends in a `\\`".to_owned())?;
        match letter {
            'A' | 'z' => self.copy(2),
            'b' | 'B' => {
                self.out.push_str(&format!("(?-u:\\{letter})"));
                self.skip(2);
            }
            'Q' => {
                let quoted = &self.rest[2..];
                let (literal, rest) = quoted.split_once("\\E").unwrap_or((quoted, ""));
                self.out.push_str(&regex::escape(literal));
                self.rest = rest;
            }
            _ => self.escape()?,
        }
        self.operand(1);
        Ok(())
    }
}

/// Each flag once, as it is set in the end: `im-s`.
fn set_flags(text: &str) -> String {
    let (on, off) = text.split_once('-').unwrap_or((text, ""));
    let kept = |flags: &str, but: &str| "imsU".chars().filter(|c| flags.contains(*c) && !but.contains(*c)).collect();
    let (on, off): (String, String) = (kept(on, off), kept(off, ""));
    if off.is_empty() { on } else { format!("{on}-{off}") }
}

/// A count as Go reads it: no leading zeros; what is out of range is large.
fn count(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (digits && (text == "0" || !text.starts_with('0'))).then(|| text.parse().unwrap_or(u64::MAX))
}
