//! Characters and classes of them: `\n`, `\x{41}`, `\d`, `\pL`, `[a-z[:digit:]]`.

use super::{Checked, PatternParser};

/// One character, or something that stands for many, as it has to be written inside of a class.
enum Item {
    Char(u32),
    Class(String),
}

impl PatternParser<'_> {
    /// An escape outside of a class.
    pub(super) fn escape(&mut self) -> Checked {
        match self.escaped()? {
            Item::Char(char) => self.class_of(&range(char, char), ""),
            Item::Class(class) => self.class_of(&class, ""),
        }
        Ok(())
    }

    /// `[…]`.
    pub(super) fn class(&mut self) -> Checked {
        self.skip(1);
        let negated = if self.rest.starts_with('^') { "^" } else { "" };
        self.skip(negated.len());
        let mut items = String::new();
        let mut first = true;
        while first || !self.rest.starts_with(']') {
            if self.rest.is_empty() {
                return Err("a `[` is not closed".to_owned());
            }
            first = false;
            items.push_str(&self.class_item()?);
        }
        self.skip(1);
        self.class_of(&items, negated);
        self.operand(1);
        Ok(())
    }

    /// Writes a class; one without items has no character in it.
    fn class_of(&mut self, items: &str, negated: &str) {
        match (items, negated) {
            ("", "") => self.out.push_str(r"[^\x{0}-\x{10FFFF}]"),
            ("", _) => self.out.push_str(r"[\x{0}-\x{10FFFF}]"),
            _ => self.out.push_str(&format!("[{negated}{items}]")),
        }
    }

    fn class_item(&mut self) -> Result<String, String> {
        if let Some((name, rest)) = self.rest.strip_prefix("[:").and_then(|rest| rest.split_once(":]")) {
            self.rest = rest;
            let known = is_posix_class(name.strip_prefix('^').unwrap_or(name));
            return if known { Ok(format!("[:{name}:]")) } else { Err(format!("`[:{name}:]` is not known")) };
        }
        let low = match self.class_char()? {
            Item::Char(low) => low,
            Item::Class(class) => return Ok(class),
        };
        let ranged = self.rest.starts_with('-') && self.rest.len() > 1 && !self.rest[1..].starts_with(']');
        if !ranged {
            return Ok(range(low, low));
        }
        self.skip(1);
        match self.class_char()? {
            Item::Char(high) if high >= low => Ok(range(low, high)),
            _ => Err("a range in `[…]` runs backwards or has no end".to_owned()),
        }
    }

    fn class_char(&mut self) -> Result<Item, String> {
        if self.rest.starts_with('\\') {
            return self.escaped();
        }
        let first = self.rest.chars().next().ok_or_else(|| "a `[` is not closed".to_owned())?;
        self.skip(first.len_utf8());
        Ok(Item::Char(first as u32))
    }

    fn escaped(&mut self) -> Result<Item, String> {
        let body = &self.rest[1..];
        let letter = body.chars().next().ok_or_else(|| "it ends in a `\\`".to_owned())?;
        let wrong = format!("`\\{letter}` is not known");
        let (item, used) = match letter {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => (Item::Class(perl_class(letter).to_owned()), 1),
            'p' | 'P' => {
                let used = unicode_class(body).ok_or(wrong)?;
                (Item::Class(written_class(&body[..used])), used)
            }
            'a' => (Item::Char(7), 1),
            'f' => (Item::Char(12), 1),
            'n' => (Item::Char(10), 1),
            'r' => (Item::Char(13), 1),
            't' => (Item::Char(9), 1),
            'v' => (Item::Char(11), 1),
            'x' => hex(body).map(|(value, used)| (Item::Char(value), used)).ok_or(wrong)?,
            '0'..='7' => octal(body).map(|(value, used)| (Item::Char(value), used)).ok_or(wrong)?,
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => (Item::Char(c as u32), 1),
            _ => return Err(wrong),
        };
        self.skip(1 + used);
        Ok(item)
    }
}

/// A range as it is written inside of a class; surrogates, which no text has in it, are left out.
fn range(low: u32, high: u32) -> String {
    let low = if (0xD800..0xE000).contains(&low) { 0xE000 } else { low };
    let high = if (0xD800..0xE000).contains(&high) { 0xD7FF } else { high };
    match high.checked_sub(low) {
        None => String::new(),
        Some(0) => format!("\\x{{{low:X}}}"),
        Some(_) => format!("\\x{{{low:X}}}-\\x{{{high:X}}}"),
    }
}

fn perl_class(letter: char) -> &'static str {
    match letter {
        'd' => "0-9",
        'D' => "[^0-9]",
        'w' => "0-9A-Za-z_",
        'W' => "[^0-9A-Za-z_]",
        's' => r"\t\n\x0C\r ",
        _ => r"[^\t\n\x0C\r ]",
    }
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
            known(name.strip_prefix('^').unwrap_or(name)).then_some(name.len() + 3)
        }
        None => known(body.get(1..2)?).then_some(2),
    }
}

/// `pL`, `p{^Greek}` as the `regex` crate has it, which negates by the letter alone.
fn written_class(class: &str) -> String {
    let Some(name) = class[1..].strip_prefix("{^") else { return format!("\\{class}") };
    let letter = if class.starts_with('p') { 'P' } else { 'p' };
    format!("\\{letter}{{{name}")
}

fn is_posix_class(name: &str) -> bool {
    let names = "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit";
    names.split(' ').any(|known| known == name)
}
