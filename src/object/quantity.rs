//! Amounts of resources (`250m`, `1.5Gi`, `1e3`).
//!
//! In: a text or a decoded field. Out: [`Quantity`], exact decimal arithmetic on what
//! `k8s.io/apimachinery/pkg/api/resource.ParseQuantity` reads.

use std::cmp::Ordering;
use std::fmt;

use crate::yaml::{Kind, Node};

/// An amount in billionths of its unit, which is the server's own finest resolution. Exact up to 1e29 units; what is
/// larger counts as that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity {
    pub(super) nano: i128,
}

/// Why a text is no quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantityError {
    /// It does not start with a number, or something follows the suffix.
    Format,
    /// The suffix is unknown.
    Suffix,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            QuantityError::Format => "must be a number and an optional unit, such as `250m`, `1.5` or `2Gi`",
            QuantityError::Suffix => "has an unknown unit: use n, u, m, k, M, G, T, P, E, or Ki, Mi, Gi, Ti, Pi, Ei",
        })
    }
}

const NANO: i128 = 1_000_000_000;
/// The memory of a large machine, in mebibytes.
const MOST_MEBIBYTES: u32 = 1 << 20;
/// What is larger counts as this.
const MOST: i128 = 100_000_000_000_000_000_000_000_000_000 * NANO;

impl Quantity {
    /// Nothing.
    pub const ZERO: Quantity = Quantity { nano: 0 };

    /// A whole number of units.
    pub fn units(count: i64) -> Self {
        Self { nano: i128::from(count) * NANO }
    }

    /// A number of thousandths.
    pub fn millis(count: i64) -> Self {
        Self { nano: i128::from(count) * (NANO / 1000) }
    }

    /// Reads a quantity. What is finer than a billionth is rounded away from zero, and amounts with a binary unit end at
    /// `i64::MAX`, as on the server.
    ///
    /// # Errors
    /// Whether the number or the unit is wrong.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let parts = Parts::split(text)?;
        let nano = match unit(parts.suffix).ok_or(QuantityError::Suffix)? {
            Unit::Decimal(exponent) => parts.scaled(exponent),
            Unit::Binary(bits) => {
                let value = parts.binary(bits);
                value.min(i128::from(i64::MAX) * NANO)
            }
        };
        Ok(Self { nano: if parts.negative { -nano } else { nano } })
    }

    /// The quantity a decoded field holds: a string (blanks around it do not count) or a number.
    pub fn of(node: Node<'_>) -> Option<Self> {
        match node.kind() {
            Kind::String(text) => Self::parse(text.trim()).ok(),
            Kind::Int(value) => Some(Self::units(value)),
            Kind::UInt(_) | Kind::Float(_) => Self::parse(&crate::yaml::to_json(node).ok()?).ok(),
            _ => None,
        }
    }

    /// What an amount of memory was probably meant to be whose `m` (thousandths of a byte) should have been `Mi`.
    pub fn mistyped_mebibytes(text: &str) -> Option<String> {
        let count =
            text.trim().strip_suffix('m')?.parse::<u32>().ok().filter(|count| (1..=MOST_MEBIBYTES).contains(count))?;
        Some(format!("{count}Mi"))
    }

    /// The quantity under a key.
    pub fn at(parent: Node<'_>, field: &str) -> Option<Self> {
        Self::of(parent.get(field)?)
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.nano == 0
    }

    /// Whether it is less than nothing.
    pub fn is_negative(self) -> bool {
        self.nano < 0
    }

    /// Whether it is a whole number of units.
    pub fn is_whole(self) -> bool {
        self.nano % NANO == 0
    }

    /// Whether it is a whole number of thousandths.
    pub fn is_whole_millis(self) -> bool {
        self.nano % (NANO / 1000) == 0
    }

    /// Units, rounded up as the server does (`Value`).
    pub fn value(self) -> i64 {
        narrow(div_away(self.nano, NANO))
    }

    /// Thousandths, rounded up as the server does (`MilliValue`).
    pub fn milli_value(self) -> i64 {
        narrow(div_away(self.nano, NANO / 1000))
    }

    /// The sum, ending at the bounds.
    pub fn plus(self, other: Self) -> Self {
        Self { nano: self.nano.saturating_add(other.nano) }
    }

    /// As a floating-point number of units, for ratios and messages.
    pub fn as_f64(self) -> f64 {
        self.nano as f64 / NANO as f64
    }

    /// Compares two fields' quantities; nothing where one of them is none.
    pub fn compare(a: Node<'_>, b: Node<'_>) -> Option<Ordering> {
        Some(Self::of(a)?.cmp(&Self::of(b)?))
    }
}

/// Division that rounds away from zero.
fn div_away(value: i128, by: i128) -> i128 {
    let quotient = value / by;
    if value % by == 0 { quotient } else { quotient + value.signum() }
}

/// What does not fit reads as the server reads it: as 0 where it counts in powers of ten (up to 18 digits), else as the
/// lowest 64 bits (`ScaledValue`).
fn narrow(value: i128) -> i64 {
    let digits = |mut value: i128| {
        while value != 0 && value % 10 == 0 {
            value /= 10;
        }
        value.unsigned_abs()
    };
    i64::try_from(value).unwrap_or_else(|_| if digits(value) < 10_u128.pow(18) { 0 } else { value as i64 })
}

enum Unit {
    /// Power of ten.
    Decimal(i64),
    /// Power of two.
    Binary(u32),
}

fn unit(suffix: &str) -> Option<Unit> {
    Some(match suffix {
        "n" => Unit::Decimal(-9),
        "u" => Unit::Decimal(-6),
        "m" => Unit::Decimal(-3),
        "" => Unit::Decimal(0),
        "k" => Unit::Decimal(3),
        "M" => Unit::Decimal(6),
        "G" => Unit::Decimal(9),
        "T" => Unit::Decimal(12),
        "P" => Unit::Decimal(15),
        "E" => Unit::Decimal(18),
        "Ki" => Unit::Binary(10),
        "Mi" => Unit::Binary(20),
        "Gi" => Unit::Binary(30),
        "Ti" => Unit::Binary(40),
        "Pi" => Unit::Binary(50),
        "Ei" => Unit::Binary(60),
        _ => Unit::Decimal(exponent(suffix)?),
    })
}

/// `e3`, `E-2`: the number is kept to 32 bits, as the server does.
fn exponent(suffix: &str) -> Option<i64> {
    let number = suffix.strip_prefix(['e', 'E'])?;
    let exponent: i64 = number.strip_prefix('+').unwrap_or(number).parse().ok()?;
    Some(i64::from(exponent as i32))
}

/// A quantity's text taken apart: digits before and after the point, and the suffix.
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    suffix: &'a str,
}

impl<'a> Parts<'a> {
    /// parseQuantityString.
    fn split(text: &'a str) -> Result<Self, QuantityError> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        if text.is_empty() {
            return Err(QuantityError::Format);
        }
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, rest) = unsigned.split_at(digits(unsigned));
        let (fraction, suffix) = match rest.strip_prefix('.') {
            Some(rest) => rest.split_at(digits(rest)),
            None => ("", rest),
        };
        let letters = suffix.bytes().take_while(|b| b"eEinumkKMGTP".contains(b)).count();
        let tail = suffix[letters..].strip_prefix(['-', '+']).unwrap_or(&suffix[letters..]);
        if !tail.bytes().all(|b| b.is_ascii_digit()) {
            return Err(QuantityError::Format);
        }
        Ok(Self { negative: text.starts_with('-'), whole: whole.trim_start_matches('0'), fraction, suffix })
    }

    fn digits(&self) -> impl Iterator<Item = u8> + '_ {
        self.whole.bytes().chain(self.fraction.bytes()).map(|b| b - b'0')
    }

    /// Billionths of `digits × 10^exponent`, rounded up, ending at the most.
    fn scaled(&self, exponent: i64) -> i128 {
        // Digits left of the point of the billionths.
        let kept = self.whole.len() as i64 + exponent + 9;
        let mut nano: i128 = 0;
        for (at, digit) in self.digits().enumerate() {
            if (at as i64) >= kept {
                let rest_is_zero = self.digits().skip(at).all(|digit| digit == 0);
                return if rest_is_zero { nano } else { nano.saturating_add(1) };
            }
            nano = nano.saturating_mul(10).saturating_add(i128::from(digit));
            if nano > MOST {
                return MOST;
            }
        }
        let missing = kept - (self.whole.len() + self.fraction.len()) as i64;
        if nano == 0 { 0 } else { raise(nano, missing) }
    }

    /// Billionths of `digits × 2^bits`, rounded up.
    fn binary(&self, bits: u32) -> i128 {
        let whole = self.whole.parse::<i128>().unwrap_or(if self.whole.is_empty() { 0 } else { i128::MAX });
        let units = whole.saturating_mul(1 << bits).saturating_mul(NANO);
        // 18 digits of a fraction decide the billionths of every unit but the largest; more cannot matter to anyone.
        let (mut part, mut scale) = (0_i128, 1_i128);
        for digit in self.fraction.bytes().take(18) {
            part = part * 10 + i128::from(digit - b'0');
            scale *= 10;
        }
        let product = part.saturating_mul(1 << bits);
        let (full, rest) = (product / scale, product % scale);
        units.saturating_add(full.saturating_mul(NANO)).saturating_add(div_away(rest.saturating_mul(NANO), scale))
    }
}

fn raise(value: i128, exponent: i64) -> i128 {
    let power = u32::try_from(exponent).ok().and_then(|exponent| 10_i128.checked_pow(exponent));
    power.and_then(|power| value.checked_mul(power)).map_or(MOST, |value| value.min(MOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nano(text: &str) -> i128 {
        Quantity::parse(text).map(|q| q.nano).unwrap_or_else(|_| panic!("{text}"))
    }

    #[test]
    fn quantities_are_exact() {
        for (a, b) in [
            ("1", "1000m"),
            ("0.5", "500m"),
            ("1Ki", "1024"),
            ("1.5Gi", "1536Mi"),
            ("1e3", "1k"),
            ("1E", "1e18"),
            ("1E3", "1000"),
            (".5", "0.5"),
            ("1.", "1"),
            ("-1", "-1000m"),
            ("0.1n", "1n"),
            ("8Ei", "9223372036854775807"),
            ("0", "0Gi"),
            ("1e-3", "1m"),
        ] {
            assert_eq!(nano(a), nano(b), "{a} {b}");
        }
        assert!(nano("1e30") > nano("1e28"));
        assert_eq!(Quantity::parse("1500m").map(Quantity::value), Ok(2));
    }

    #[test]
    fn what_is_no_quantity() {
        for (text, want) in [
            ("", QuantityError::Format),
            ("1 Gi", QuantityError::Format),
            ("1Gb", QuantityError::Format),
            ("1gi", QuantityError::Format),
            ("1mm", QuantityError::Suffix),
            ("1e", QuantityError::Suffix),
            ("1kk", QuantityError::Suffix),
        ] {
            assert_eq!(Quantity::parse(text), Err(want), "{text}");
        }
    }
}
