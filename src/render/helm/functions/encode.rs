//! Encodings and checksums.
//!
//! In: texts. Out: texts of the same origin as a whole.

use sha1::Sha1;
use sha2::digest::Digest;
use sha2::{Sha256, Sha512};

use super::super::template::arguments::text;
use super::super::template::{CallResult, Function, Machine, Text, Type, Value};
use super::fixed;
use crate::go::base64;
use Type::String as Str;

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "b64enc" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |bytes| base64::encode(bytes).into_bytes())),
        "b64dec" => fixed(&[Str], |m, a| whole(m, &text(a, 0), decode64)),
        "b32enc" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |bytes| base32(bytes).into_bytes())),
        "b32dec" => fixed(&[Str], |m, a| whole(m, &text(a, 0), decode32)),
        "sha1sum" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |bytes| hex(&Sha1::digest(bytes)).into_bytes())),
        "sha256sum" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |bytes| hex(&Sha256::digest(bytes)).into_bytes())),
        "sha512sum" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |bytes| hex(&Sha512::digest(bytes)).into_bytes())),
        "adler32sum" => fixed(&[Str], |m, a| whole(m, &text(a, 0), |bytes| adler32(bytes).to_string().into_bytes())),
        _ => None,
    }
}

fn whole(machine: &mut Machine, text: &Text, change: impl Fn(&[u8]) -> Vec<u8>) -> CallResult {
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

/// The alphabet of base32.
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Letters that five bytes make.
const GROUP: usize = 8;

/// Standard base32 with padding.
fn base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * GROUP);
    let (mut held, mut count) = (0u32, 0);
    for &byte in bytes {
        held = held << 8 | u32::from(byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            out.push(LETTERS[(held >> count & 31) as usize] as char);
        }
        held &= (1 << count) - 1;
    }
    if count > 0 {
        out.push(LETTERS[(held << (5 - count) & 31) as usize] as char);
    }
    while !out.len().is_multiple_of(GROUP) {
        out.push('=');
    }
    out
}

fn corrupt(alphabet: &str, at: usize) -> Vec<u8> {
    format!("illegal {alphabet} data at input byte {at}").into_bytes()
}

/// What was encoded, or the text of Go's error.
fn decode64(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    if let Some(decoded) = base64::decode(&text) {
        return decoded;
    }
    let at = base64::error(&text).unwrap_or(0);
    if at < bytes.len() || bytes.contains(&b'=') {
        return corrupt("base64", at);
    }
    // Of a text that ends too early Go tells where its last group begins.
    let digits = bytes.iter().filter(|b| !matches!(b, b'\n' | b'\r')).count();
    corrupt("base64", at - digits % 4)
}

/// What was encoded, or the text of Go's error.
fn decode32(bytes: &[u8]) -> Vec<u8> {
    let digits: Vec<(usize, u8)> =
        bytes.iter().copied().enumerate().filter(|(_, b)| !matches!(b, b'\n' | b'\r')).collect();
    let end = digits.iter().position(|(_, b)| *b == b'=').unwrap_or(digits.len());
    let (mut out, mut held, mut count) = (Vec::new(), 0u32, 0);
    for &(at, digit) in &digits[..end] {
        let Some(value) = LETTERS.iter().position(|letter| *letter == digit) else { return corrupt("base32", at) };
        held = held << 5 | value as u32;
        count += 5;
        if count >= 8 {
            count -= 8;
            out.push((held >> count) as u8);
            held &= (1 << count) - 1;
        }
    }
    let padding = &digits[end..];
    let used = end % GROUP;
    if let Some((at, _)) = padding.iter().find(|(_, b)| *b != b'=') {
        return corrupt("base32", *at);
    }
    if used == 0 && padding.is_empty() {
        return out;
    }
    if matches!(used, 0 | 1 | 3 | 6) || used + padding.len() != GROUP {
        return corrupt("base32", stopped_at(bytes.len(), used, padding));
    }
    out
}

/// Go tells the place of what is too much, or of the end where something is missing.
fn stopped_at(len: usize, used: usize, padding: &[(usize, u8)]) -> usize {
    if used == 0 || used + padding.len() > GROUP {
        let first = padding.get(if used == 0 { 0 } else { GROUP - used });
        return first.map_or(len, |(at, _)| *at);
    }
    if padding.is_empty() { len - used } else { len }
}
