//! Whether Go's `regexp` compiles a pattern.
//!
//! In: a pattern. Out: nothing, or why Go refuses it. Mirrors `regexp/syntax.Parse` with the Perl flags; nothing is
//! matched here. No recursion: groups are a stack.

/// Deepest nesting that Go takes.
const MAX_DEPTH: usize = 1000;

/// Largest count in `{n,m}`, and largest product of nested ones.
const MAX_REPEAT: u64 = 1000;

/// Checks a pattern; the error says in plain words what is wrong.
pub fn check(pattern: &str) -> Result<(), String> {
    let mut parser = Parser { rest: pattern, groups: vec![Group::default()], names: Vec::new(), repeated: false };
    while !parser.rest.is_empty() {
        parser.step()?;
    }
    if parser.groups.len() > 1 { Err("a `(` is not closed".to_owned()) } else { Ok(()) }
}

/// What is known of an open group.
#[derive(Default)]
struct Group {
    /// The product of the nested repetition counts of the last operand, if there is one.
    operand: Option<u64>,
    /// The largest of such products so far.
    most: u64,
}

struct Parser<'a> {
    rest: &'a str,
    groups: Vec<Group>,
    names: Vec<&'a str>,
    repeated: bool,
}

type Checked = Result<(), String>;

impl<'a> Parser<'a> {
    fn step(&mut self) -> Checked {
        let repeated = std::mem::take(&mut self.repeated);
        let first = self.rest.chars().next().unwrap_or('\0');
        match first {
            '(' if self.rest.starts_with("(?") => self.perl_group(),
            '(' => {
                self.skip(1);
                self.open()
            }
            ')' => self.close(),
            '|' => {
                self.skip(1);
                self.group().operand = None;
                Ok(())
            }
            '*' | '+' | '?' => {
                self.skip(1);
                self.repeat(repeated, &first.to_string(), 1)
            }
            '{' => self.braces(repeated),
            '[' => self.class(),
            '\\' => self.escape_outside(),
            _ => {
                self.skip(first.len_utf8());
                self.operand(1);
                Ok(())
            }
        }
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

    fn open(&mut self) -> Checked {
        self.groups.push(Group::default());
        if self.groups.len() > MAX_DEPTH { Err("it nests too deeply".to_owned()) } else { Ok(()) }
    }

    fn close(&mut self) -> Checked {
        self.skip(1);
        let closed = self.groups.pop().filter(|_| !self.groups.is_empty());
        let closed = closed.ok_or_else(|| "a `)` closes nothing".to_owned())?;
        self.operand(closed.most.max(1));
        Ok(())
    }

    /// A repetition: `most` is its largest count (or the smallest, if it has no bound).
    fn repeat(&mut self, repeated: bool, op: &str, most: u64) -> Checked {
        if self.rest.starts_with('?') {
            self.skip(1);
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
        self.skip(op.len());
        self.repeat(repeated, &op, max.unwrap_or(min))
    }

    fn literal_brace(&mut self) -> Checked {
        self.skip(1);
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
        if negations > 1 || text.ends_with('-') {
            return Err(wrong());
        }
        match body.as_bytes().get(flags) {
            Some(b')') if flags > 0 => {
                self.skip(flags + 3);
                Ok(())
            }
            Some(b':') => {
                self.skip(flags + 3);
                self.open()
            }
            _ => Err(wrong()),
        }
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
        self.open()
    }

    fn escape_outside(&mut self) -> Checked {
        let letter = self.rest[1..].chars().next().ok_or_else(|| "it ends in a `\\`".to_owned())?;
        match letter {
            'A' | 'b' | 'B' | 'z' => self.skip(2),
            'Q' => {
                let quoted = &self.rest[2..];
                self.rest = quoted.split_once("\\E").map_or("", |(_, rest)| rest);
            }
            _ => self.escape()?,
        }
        self.operand(1);
        Ok(())
    }

    /// An escape that stands for one character or a class of them; gives the character where it is one.
    fn escape_value(&mut self) -> Result<Option<u32>, String> {
        let body = &self.rest[1..];
        let letter = body.chars().next().ok_or_else(|| "it ends in a `\\`".to_owned())?;
        let wrong = format!("`\\{letter}` is not known");
        let (value, used) = match letter {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => (None, 1),
            'p' | 'P' => (None, unicode_class(body).ok_or(wrong)?),
            'a' => (Some(7), 1),
            'f' => (Some(12), 1),
            'n' => (Some(10), 1),
            'r' => (Some(13), 1),
            't' => (Some(9), 1),
            'v' => (Some(11), 1),
            'x' => hex(body).map(|(value, used)| (Some(value), used)).ok_or(wrong)?,
            '0'..='7' => octal(body).map(|(value, used)| (Some(value), used)).ok_or(wrong)?,
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => (Some(c as u32), 1),
            _ => return Err(wrong),
        };
        self.skip(1 + used);
        Ok(value)
    }

    fn escape(&mut self) -> Checked {
        self.escape_value().map(|_| ())
    }

    fn class(&mut self) -> Checked {
        self.skip(1);
        if self.rest.starts_with('^') {
            self.skip(1);
        }
        let mut first = true;
        while first || !self.rest.starts_with(']') {
            if self.rest.is_empty() {
                return Err("a `[` is not closed".to_owned());
            }
            first = false;
            self.class_item()?;
        }
        self.skip(1);
        self.operand(1);
        Ok(())
    }

    fn class_item(&mut self) -> Checked {
        if let Some((name, rest)) = self.rest.strip_prefix("[:").and_then(|rest| rest.split_once(":]")) {
            self.rest = rest;
            let known = is_posix_class(name.trim_start_matches('^'));
            return if known { Ok(()) } else { Err(format!("`[:{name}:]` is not known")) };
        }
        let Some(low) = self.class_char()? else { return Ok(()) };
        let ranged = self.rest.starts_with('-') && self.rest.len() > 1 && !self.rest[1..].starts_with(']');
        if !ranged {
            return Ok(());
        }
        self.skip(1);
        match self.class_char()? {
            Some(high) if high >= low => Ok(()),
            _ => Err("a range in `[…]` runs backwards or has no end".to_owned()),
        }
    }

    fn class_char(&mut self) -> Result<Option<u32>, String> {
        if self.rest.starts_with('\\') {
            return self.escape_value();
        }
        let first = self.rest.chars().next().ok_or_else(|| "a `[` is not closed".to_owned())?;
        self.skip(first.len_utf8());
        Ok(Some(first as u32))
    }
}

/// A count as Go reads it: no leading zeros; what is out of range is large.
fn count(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (digits && (text == "0" || !text.starts_with('0'))).then(|| text.parse().unwrap_or(u64::MAX))
}

/// `x41` or `x{10FFFF}`: the value and how many bytes it takes.
fn hex(body: &str) -> Option<(u32, usize)> {
    let (digits, used) = match body[1..].strip_prefix('{') {
        Some(inner) => inner.split_once('}').map(|(digits, _)| (digits, digits.len() + 3))?,
        None => (body.get(1..3)?, 3),
    };
    let value = u32::from_str_radix(digits, 16).ok()?;
    (value <= 0x10_ffff && !digits.starts_with('+')).then_some((value, used))
}

/// `101` or `0`: one digit that is not zero would be a back reference.
fn octal(body: &str) -> Option<(u32, usize)> {
    let len = body.bytes().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
    if len < 2 && !body.starts_with('0') {
        return None;
    }
    Some((u32::from_str_radix(&body[..len], 8).ok()?, len))
}

/// `pL`, `p{Greek}`: how many bytes it takes. Scripts are taken by their form.
fn unicode_class(body: &str) -> Option<usize> {
    let known = |name: &str| {
        let categories =
            "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Co Cs";
        let script = name.len() > 2 && name.starts_with(|c: char| c.is_ascii_uppercase());
        categories.split(' ').any(|category| category == name)
            || script && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
    };
    match body[1..].strip_prefix('{') {
        Some(inner) => {
            let (name, _) = inner.split_once('}')?;
            known(name.trim_start_matches('^')).then_some(name.len() + 3)
        }
        None => known(body.get(1..2)?).then_some(2),
    }
}

fn is_posix_class(name: &str) -> bool {
    let names = "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit";
    names.split(' ').any(|known| known == name)
}

#[cfg(test)]
mod tests {
    use super::check;

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
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
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
}
