//! Encodings and checksums.
//!
//! In: texts. Out: texts of the same origin as a whole.

use sha1::Sha1;
use sha2::digest::Digest;
use sha2::{Sha256, Sha512};

use super::super::template::arguments::text;
use super::super::template::{Function, Machine, Outcome, Text, Type, Value};
use super::fixed;
use Type::String as Str;

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "b64enc" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |bytes| base64(bytes).into_bytes())),
        "b64dec" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |bytes| decode(bytes, &BASE64))),
        "b32enc" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |bytes| encode(bytes, &BASE32).into_bytes())),
        "b32dec" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |bytes| decode(bytes, &BASE32))),
        "sha1sum" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |bytes| hex(&Sha1::digest(bytes)).into_bytes())),
        "sha256sum" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |bytes| hex(&Sha256::digest(bytes)).into_bytes())),
        "sha512sum" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |bytes| hex(&Sha512::digest(bytes)).into_bytes())),
        "adler32sum" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |bytes| adler32(bytes).to_string().into_bytes())),
        _ => None,
    }
}

fn whole(machine: &mut Machine, text: &Text, change: impl Fn(&[u8]) -> Vec<u8>) -> Outcome {
    let mark = text.mark(&mut machine.marks);
    let mark = machine.marks.derived(mark);
    let changed = change(text.bytes());
    machine.spend(changed.len())?;
    Ok(Value::text(Text::new(changed, mark)))
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn adler32(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1u32, 0u32);
    for &byte in bytes {
        a = (a + u32::from(byte)) % 65521;
        b = (b + a) % 65521;
    }
    b << 16 | a
}

/// How bits become letters: bits a letter, letters a group, the alphabet.
struct Alphabet {
    bits: u32,
    group: usize,
    name: &'static str,
    letters: &'static [u8],
}

const BASE64: Alphabet = Alphabet {
    bits: 6,
    group: 4,
    name: "base64",
    letters: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
};
const BASE32: Alphabet = Alphabet { bits: 5, group: 8, name: "base32", letters: b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" };

/// Standard base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    encode(bytes, &BASE64)
}

fn encode(bytes: &[u8], alphabet: &Alphabet) -> String {
    let mut out = String::with_capacity(bytes.len() * 8 / alphabet.bits as usize + alphabet.group);
    let (mut held, mut count) = (0u32, 0);
    let mask = (1 << alphabet.bits) - 1;
    for &byte in bytes {
        held = held << 8 | u32::from(byte);
        count += 8;
        while count >= alphabet.bits {
            count -= alphabet.bits;
            out.push(alphabet.letters[(held >> count & mask) as usize] as char);
        }
        held &= (1 << count) - 1;
    }
    if count > 0 {
        out.push(alphabet.letters[(held << (alphabet.bits - count) & mask) as usize] as char);
    }
    while !out.len().is_multiple_of(alphabet.group) {
        out.push('=');
    }
    out
}

/// What was encoded, or the text of Go's error.
fn decode(bytes: &[u8], alphabet: &Alphabet) -> Vec<u8> {
    let corrupt = |at: usize| format!("illegal {} data at input byte {at}", alphabet.name).into_bytes();
    let digits: Vec<(usize, u8)> =
        bytes.iter().copied().enumerate().filter(|(_, b)| !matches!(b, b'\n' | b'\r')).collect();
    let end = digits.iter().position(|(_, b)| *b == b'=').unwrap_or(digits.len());
    let (mut out, mut held, mut count) = (Vec::new(), 0u32, 0);
    for &(at, digit) in &digits[..end] {
        let Some(value) = alphabet.letters.iter().position(|letter| *letter == digit) else { return corrupt(at) };
        held = held << alphabet.bits | value as u32;
        count += alphabet.bits;
        if count >= 8 {
            count -= 8;
            out.push((held >> count) as u8);
            held &= (1 << count) - 1;
        }
    }
    let padding = &digits[end..];
    let used = end % alphabet.group;
    if let Some((at, _)) = padding.iter().find(|(_, b)| *b != b'=') {
        return corrupt(*at);
    }
    let short = if alphabet.bits == 6 { matches!(used, 1) } else { matches!(used, 1 | 3 | 6) };
    if used == 0 && padding.is_empty() {
        return out;
    }
    if short || used == 0 || used + padding.len() != alphabet.group {
        // Go tells the place of what is too much, or of the end where something is missing.
        let at = if used == 0 || used + padding.len() > alphabet.group {
            let first = padding.get(if used == 0 { 0 } else { alphabet.group - used });
            first.map_or(bytes.len(), |(at, _)| *at)
        } else if padding.is_empty() {
            bytes.len() - used
        } else {
            bytes.len()
        };
        return corrupt(at);
    }
    out
}
