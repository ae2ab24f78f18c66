//! Go's `Sprintf`.
//!
//! In: a format and operands. Out: text, each operand's bytes with its origin, mistakes spelt as Go spells them
//! (`%!d(float64=5)`).

use super::machine::Machine;
use super::mark::Mark;
use super::print::{self, inner_mark};
use super::quote;
use super::text::{Text, TextBuilder};
use super::value::{Data, Value};

/// One `%` of a format, taken apart.
#[derive(Debug, Clone, Copy, Default)]
struct Spec {
    plus: bool,
    minus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// Widest and most precise output.
const MOST: usize = 1_000_000;

/// Formats operands.
///
/// # Errors
/// Where a value nests too deeply.
pub fn sprintf(machine: &mut Machine, format: &Text, operands: &[Value]) -> Result<Text, String> {
    let out = TextBuilder::default();
    let mut printer = Printer { machine, format, operands, at: 0, next: 0, reordered: false, bad_index: false, out };
    printer.run()?;
    Ok(printer.out.finish())
}

struct Printer<'p> {
    machine: &'p mut Machine,
    format: &'p Text,
    operands: &'p [Value],
    at: usize,
    next: usize,
    reordered: bool,
    bad_index: bool,
    out: TextBuilder,
}

impl Printer<'_> {
    fn byte(&self) -> Option<u8> {
        self.format.bytes().get(self.at).copied()
    }

    fn run(&mut self) -> Result<(), String> {
        while self.at < self.format.len() {
            let rest = &self.format.bytes()[self.at..];
            let end = self.at + memchr::memchr(b'%', rest).unwrap_or(rest.len());
            self.out.slice(self.format, self.at, end);
            self.at = end;
            if self.at < self.format.len() {
                self.at += 1;
                self.directive()?;
            }
        }
        if !self.reordered && self.next < self.operands.len() {
            self.extra()?;
        }
        Ok(())
    }

    fn say(&mut self, text: impl AsRef<[u8]>) {
        self.out.push(text, Mark::NONE);
    }

    fn extra(&mut self) -> Result<(), String> {
        self.say("%!(EXTRA ");
        for (i, value) in self.operands[self.next..].iter().enumerate() {
            if i > 0 {
                self.say(", ");
            }
            if value.is_nil() {
                self.say("<nil>");
            } else {
                self.say(format!("{}=", value.type_name()));
                self.say(print::bytes(value)?);
            }
        }
        self.say(")");
        Ok(())
    }

    fn directive(&mut self) -> Result<(), String> {
        let mut spec = Spec::default();
        self.bad_index = false;
        while let Some(flag) = self.byte() {
            match flag {
                b'+' => spec.plus = true,
                b'-' => spec.minus = true,
                b'#' => spec.sharp = true,
                b' ' => spec.space = true,
                b'0' => spec.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        self.index();
        spec.width = self.count("%!(BADWIDTH)", &mut spec);
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.index();
            let mut ignored = Spec::default();
            spec.precision = Some(self.count("%!(BADPREC)", &mut ignored).unwrap_or(0));
        }
        self.index();
        self.verb(spec)
    }

    /// `[n]`: which operand comes next.
    fn index(&mut self) {
        if self.byte() != Some(b'[') {
            return;
        }
        let rest = &self.format.bytes()[self.at..];
        let Some(close) = memchr::memchr(b']', rest) else { return };
        let digits = std::str::from_utf8(&rest[1..close]).ok().and_then(|text| text.parse::<usize>().ok());
        self.reordered = true;
        self.at += close + 1;
        self.next = digits.and_then(|n| n.checked_sub(1)).unwrap_or(usize::MAX);
        self.bad_index = self.next >= self.operands.len();
    }

    /// A width or precision, `*` included.
    fn count(&mut self, bad: &str, spec: &mut Spec) -> Option<usize> {
        if self.byte() == Some(b'*') {
            self.at += 1;
            let value = self.operands.get(self.next).map(|value| &value.data);
            self.next = self.next.saturating_add(1);
            return match value {
                Some(Data::Int(n)) if n.unsigned_abs() <= MOST as u64 => {
                    spec.minus |= *n < 0;
                    Some(n.unsigned_abs() as usize)
                }
                _ => {
                    self.say(bad);
                    None
                }
            };
        }
        let start = self.at;
        while self.byte().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        let digits = std::str::from_utf8(&self.format.bytes()[start..self.at]).unwrap_or("");
        digits.parse::<usize>().ok().map(|n| n.min(MOST))
    }

    fn verb(&mut self, spec: Spec) -> Result<(), String> {
        let rest = &self.format.bytes()[self.at..];
        let Some(verb) = rest.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next()) else {
            self.say("%!(NOVERB)");
            self.at = self.format.len();
            return Ok(());
        };
        self.at += verb.len_utf8();
        if verb == '%' {
            self.say("%");
            return Ok(());
        }
        let Some(value) = self.operands.get(self.next).cloned() else {
            self.say(format!("%!{verb}({})", if self.bad_index { "BADINDEX" } else { "MISSING" }));
            return Ok(());
        };
        self.next += 1;
        if let (Data::String(text), 's' | 'v', None, None, false) =
            (&value.data, verb, spec.width, spec.precision, spec.sharp)
        {
            self.out.text(text);
            return Ok(());
        }
        let mut bytes = Vec::new();
        write(&value, verb, spec, &mut bytes, 0)?;
        let mark = inner_mark(self.machine, &value, 0);
        self.out.push(bytes, mark);
        Ok(())
    }
}

fn write(value: &Value, verb: char, spec: Spec, out: &mut Vec<u8>, depth: usize) -> Result<(), String> {
    if depth > 400 {
        return Err("a value nests too deeply, or holds itself".to_owned());
    }
    if verb == 'T' {
        let name = if value.is_nil() { "<nil>" } else { value.type_name() };
        pad(name.as_bytes(), spec, out);
        return Ok(());
    }
    if verb == 'v' && spec.sharp {
        return print::syntax(value, out, depth);
    }
    match &value.data {
        Data::Absent | Data::Nil => match verb {
            'v' => pad(b"<nil>", spec, out),
            _ if depth > 0 => pad(b"<nil>", spec, out),
            _ => out.extend_from_slice(format!("%!{verb}(<nil>)").as_bytes()),
        },
        Data::Bool(b) if matches!(verb, 't' | 'v') => pad(b.to_string().as_bytes(), spec, out),
        Data::Int(i) | Data::Int64(i) => integer(value, i128::from(*i), verb, spec, out)?,
        Data::Byte(b) => integer(value, i128::from(*b), verb, spec, out)?,
        Data::Uint(u) => integer(value, i128::from(*u), verb, spec, out)?,
        Data::Float(f) => float(value, *f, verb, spec, out)?,
        Data::String(text) => string(value, text.bytes(), verb, spec, out)?,
        Data::Bytes(text) if matches!(verb, 's' | 'q' | 'x' | 'X') => string(value, text.bytes(), verb, spec, out)?,
        Data::Bytes(_) => pad(&print::bytes(value)?, spec, out),
        Data::List(list) => {
            out.push(b'[');
            for (i, item) in list.items.iter().enumerate() {
                if i > 0 {
                    out.push(b' ');
                }
                write(item, verb, spec, out, depth + 1)?;
            }
            out.push(b']');
        }
        Data::Map(map) => {
            out.extend_from_slice(b"map[");
            for (i, (key, slot)) in map.snapshot().iter().enumerate() {
                if i > 0 {
                    out.push(b' ');
                }
                string(value, key.as_bytes(), verb, spec, out)?;
                out.push(b':');
                write(&slot.value, verb, spec, out, depth + 1)?;
            }
            out.push(b']');
        }
        Data::Duration(i) if !matches!(verb, 'v' | 's' | 'q') => integer(value, i128::from(*i), verb, spec, out)?,
        Data::Duration(_) | Data::Time(..) | Data::Object(_) => {
            string(value, &print::bytes(value)?, verb, spec, out)?;
        }
        Data::Bool(_) => wrong(value, verb, out)?,
    }
    Ok(())
}

/// `%!d(float64=5)`
fn wrong(value: &Value, verb: char, out: &mut Vec<u8>) -> Result<(), String> {
    out.extend_from_slice(format!("%!{verb}({}=", value.type_name()).as_bytes());
    out.extend_from_slice(&print::bytes(value)?);
    out.push(b')');
    Ok(())
}

/// Fills up to the width; zeros only for numbers, behind the sign.
fn pad(text: &[u8], spec: Spec, out: &mut Vec<u8>) {
    let width = spec.width.unwrap_or(0);
    let len = String::from_utf8_lossy(text).chars().count();
    let fill = width.saturating_sub(len);
    if spec.minus {
        out.extend_from_slice(text);
        out.resize(out.len() + fill, b' ');
    } else {
        out.resize(out.len() + fill, if spec.zero { b'0' } else { b' ' });
        out.extend_from_slice(text);
    }
}

fn integer(value: &Value, i: i128, verb: char, spec: Spec, out: &mut Vec<u8>) -> Result<(), String> {
    let magnitude = i.unsigned_abs();
    let digits = match verb {
        'd' | 'v' => magnitude.to_string(),
        'b' => format!("{magnitude:b}"),
        'o' | 'O' => format!("{magnitude:o}"),
        'x' => format!("{magnitude:x}"),
        'X' => format!("{magnitude:X}"),
        'c' | 'q' | 'U' => {
            let c = u32::try_from(i).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
            let text = match verb {
                'c' => c.to_string(),
                'U' if spec.sharp => format!("U+{:04X} '{c}'", c as u32),
                'U' => format!("U+{:04X}", i),
                _ => {
                    let mut quoted = vec![b'\''];
                    quote::escape(c.encode_utf8(&mut [0; 4]).as_bytes(), '\'', &mut quoted);
                    quoted.push(b'\'');
                    String::from_utf8_lossy(&quoted).into_owned()
                }
            };
            pad(text.as_bytes(), Spec { zero: false, ..spec }, out);
            return Ok(());
        }
        _ => return wrong(value, verb, out),
    };
    let prefix = match (verb, spec.sharp) {
        ('b', true) => "0b",
        ('o', true) if !digits.starts_with('0') => "0",
        ('O', _) => "0o",
        ('x', true) => "0x",
        ('X', true) => "0X",
        _ => "",
    };
    let sign = sign(i < 0, spec);
    let mut digits = digits;
    if let Some(precision) = spec.precision {
        if precision == 0 && i == 0 {
            pad(b"", Spec { zero: false, ..spec }, out);
            return Ok(());
        }
        digits = format!("{}{digits}", "0".repeat(precision.saturating_sub(digits.len())));
    } else if spec.zero && !spec.minus {
        let used = sign.len();
        digits = format!("{}{digits}", "0".repeat(spec.width.unwrap_or(0).saturating_sub(digits.len() + used)));
    }
    pad(format!("{sign}{prefix}{digits}").as_bytes(), Spec { zero: false, ..spec }, out);
    Ok(())
}

fn sign(negative: bool, spec: Spec) -> &'static str {
    match (negative, spec.plus, spec.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    }
}

fn float(value: &Value, f: f64, verb: char, spec: Spec, out: &mut Vec<u8>) -> Result<(), String> {
    let magnitude = f.abs();
    let digits = match verb {
        _ if !f.is_finite() => print::float(magnitude).trim_start_matches('+').to_owned(),
        'v' | 'g' | 'G' => general(magnitude, spec.precision),
        'e' | 'E' => exponent(&format!("{magnitude:.*e}", spec.precision.unwrap_or(6))),
        'f' | 'F' => format!("{magnitude:.*}", spec.precision.unwrap_or(6)),
        _ => return wrong(value, verb, out),
    };
    let digits = if matches!(verb, 'E' | 'G') { digits.to_uppercase() } else { digits };
    let negative = f.is_sign_negative() && !f.is_nan();
    let sign = if f.is_infinite() && !negative { "+" } else { sign(negative, spec) };
    let text = if spec.zero && !spec.minus && f.is_finite() {
        let fill = spec.width.unwrap_or(0).saturating_sub(digits.len() + sign.len());
        format!("{sign}{}{digits}", "0".repeat(fill))
    } else {
        format!("{sign}{digits}")
    };
    pad(text.as_bytes(), Spec { zero: false, ..spec }, out);
    Ok(())
}

/// Rust's `1.5e7` as Go's `1.5e+07`.
fn exponent(text: &str) -> String {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

fn general(magnitude: f64, precision: Option<usize>) -> String {
    let Some(precision) = precision else { return print::float(magnitude) };
    let precision = precision.max(1);
    let scientific = format!("{magnitude:.*e}", precision - 1);
    let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = power.parse().unwrap_or(0);
    let mantissa = if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
    let digits = mantissa.replace('.', "").len() as i32;
    let upper = if precision as i32 > digits && digits > power { digits } else { precision as i32 };
    let upper = upper.max(if precision as i32 > digits { precision as i32 } else { upper });
    crate::yaml::go_shortest(&format!("{mantissa}e{power}"), upper)
}

fn string(value: &Value, bytes: &[u8], verb: char, spec: Spec, out: &mut Vec<u8>) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes);
    let cut: Vec<u8> = match spec.precision {
        Some(precision) => text.chars().take(precision).collect::<String>().into_bytes(),
        None => bytes.to_vec(),
    };
    match verb {
        's' | 'v' => pad(&cut, spec, out),
        'q' if spec.sharp && !cut.iter().any(|b| *b == b'`' || *b < b' ' && *b != b'\t') => {
            let quoted = [b"`", cut.as_slice(), b"`"].concat();
            pad(&quoted, spec, out);
        }
        'q' => pad(&quote::quote(&cut), spec, out),
        'x' | 'X' => {
            let separator = if spec.space { " " } else { "" };
            let prefix = if spec.sharp { "0x" } else { "" };
            let source = match spec.precision {
                Some(precision) => &bytes[..precision.min(bytes.len())],
                None => bytes,
            };
            let digits: Vec<_> =
                source.iter().map(|b| if verb == 'x' { format!("{b:02x}") } else { format!("{b:02X}") }).collect();
            pad(format!("{prefix}{}", digits.join(separator)).as_bytes(), spec, out);
        }
        _ => {
            let shown = Value { data: Data::String(Text::plain(bytes)), mark: Mark::NONE };
            let of_string = !matches!(value.data, Data::Object(_) | Data::Time(..));
            return wrong(if of_string { &shown } else { value }, verb, out);
        }
    }
    Ok(())
}
