//! Scalars that Kubernetes writes as strings: quantities, times, bytes.
//!
//! In: the text of a value. Out: whether Go would read it, and why not. Mirrors `resource.ParseQuantity`, `time.Parse`
//! with the layouts of `metav1.Time` and `metav1.MicroTime`, and `base64.StdEncoding`.

/// Why a text is no quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QuantityError {
    /// It does not look like one.
    Format,
    /// A number, but with a suffix that does not exist.
    Suffix,
}

/// Whether `resource.Quantity` reads it from JSON: it trims the JSON text, in which control characters are escapes.
pub(super) fn quantity(text: &str) -> Result<(), QuantityError> {
    let text = text.trim_matches(|c: char| c.is_whitespace() && !c.is_control() && !"\u{2028}\u{2029}".contains(c));
    if text.is_empty() {
        return Err(QuantityError::Format);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let rest = unsigned.trim_start_matches(|c: char| c.is_ascii_digit());
    let suffix = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let tail = suffix.trim_start_matches(|c: char| "eEinumkKMGTP".contains(c));
    let digits = tail.strip_prefix(['+', '-']).unwrap_or(tail);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(QuantityError::Format);
    }
    if is_suffix(suffix) { Ok(()) } else { Err(QuantityError::Suffix) }
}

fn is_suffix(suffix: &str) -> bool {
    match suffix {
        "" | "n" | "u" | "m" | "k" | "M" | "G" | "T" | "P" | "E" => true,
        "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei" => true,
        _ => suffix.strip_prefix(['e', 'E']).is_some_and(|exponent| exponent.parse::<i64>().is_ok()),
    }
}

/// Whether `metav1.Time` reads it: RFC 3339 as `time.Parse` takes it.
pub(super) fn time(text: &str) -> bool {
    parse_time(text, Fraction::Optional).is_some()
}

/// Whether `metav1.MicroTime` reads it: exactly six digits of the second.
pub(super) fn micro_time(text: &str) -> bool {
    parse_time(text, Fraction::Six).is_some()
}

/// Whether it is a day as `time.DateOnly` takes it: `2026-01-31`.
pub(super) fn date(text: &str) -> bool {
    let mut rest = text.as_bytes();
    parse_date(&mut rest).is_some() && rest.is_empty()
}

#[derive(Clone, Copy, PartialEq)]
enum Fraction {
    Optional,
    Six,
}

fn parse_time(text: &str, fraction: Fraction) -> Option<()> {
    let mut rest = text.as_bytes();
    parse_date(&mut rest)?;
    literal(&mut rest, b'T')?;
    // The layout's 15 takes one digit as well.
    let hour = number(&mut rest, 1, 2)?;
    literal(&mut rest, b':')?;
    let minute = number(&mut rest, 2, 2)?;
    literal(&mut rest, b':')?;
    let second = number(&mut rest, 2, 2)?;
    skip_fraction(&mut rest, fraction)?;
    zone(&mut rest)?;
    (hour < 24 && minute < 60 && second < 60 && rest.is_empty()).then_some(())
}

fn parse_date(rest: &mut &[u8]) -> Option<()> {
    let year = number(rest, 4, 4)?;
    literal(rest, b'-')?;
    let month = number(rest, 2, 2)?;
    literal(rest, b'-')?;
    let day = number(rest, 2, 2)?;
    ((1..=12).contains(&month) && (1..=days(year, month)).contains(&day)).then_some(())
}

fn number(rest: &mut &[u8], min: usize, max: usize) -> Option<u32> {
    let digits = rest.iter().take(max).take_while(|b| b.is_ascii_digit()).count();
    if digits < min {
        return None;
    }
    let (head, tail) = rest.split_at(digits);
    *rest = tail;
    Some(head.iter().fold(0, |n, b| n * 10 + u32::from(b - b'0')))
}

fn literal(rest: &mut &[u8], byte: u8) -> Option<()> {
    *rest = rest.strip_prefix(&[byte])?;
    Some(())
}

fn skip_fraction(rest: &mut &[u8], fraction: Fraction) -> Option<()> {
    let digits = match rest {
        [b'.' | b',', tail @ ..] => tail.iter().take_while(|b| b.is_ascii_digit()).count(),
        _ => 0,
    };
    if fraction == Fraction::Six && digits != 6 {
        return None;
    }
    if digits > 0 {
        *rest = &rest[digits + 1..];
    }
    Some(())
}

/// `Z` or `+02:00`; Go takes up to 24 hours and 60 minutes.
fn zone(rest: &mut &[u8]) -> Option<()> {
    if let Some(tail) = rest.strip_prefix(b"Z") {
        *rest = tail;
        return Some(());
    }
    *rest = rest.strip_prefix(b"+").or_else(|| rest.strip_prefix(b"-"))?;
    let hours = number(rest, 2, 2)?;
    literal(rest, b':')?;
    let minutes = number(rest, 2, 2)?;
    (hours <= 24 && minutes <= 60).then_some(())
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Where Go's base64 reader stops with an error: the offset of the byte it complains of. Line breaks are skipped.
pub(super) fn base64_error(text: &str) -> Option<usize> {
    let mut quantum = 0;
    let mut bytes = text.bytes().enumerate().filter(|(_, b)| !matches!(b, b'\r' | b'\n'));
    while let Some((at, byte)) = bytes.next() {
        if byte == b'=' {
            return padding_error(quantum, at, &mut bytes, text.len());
        }
        if !(byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/') {
            return Some(at);
        }
        quantum = (quantum + 1) % 4;
    }
    (quantum != 0).then_some(text.len())
}

fn padding_error(quantum: u8, at: usize, rest: &mut impl Iterator<Item = (usize, u8)>, end: usize) -> Option<usize> {
    match quantum {
        0 | 1 => return Some(at),
        2 => match rest.next() {
            Some((_, b'=')) => {}
            Some((other, _)) => return Some(other),
            None => return Some(end),
        },
        _ => {}
    }
    rest.next().map(|(trailing, _)| trailing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_as_go_reads_them() {
        for ok in
            ["0", "+5", "-1", ".5", "5.", "1.5Gi", "12E", "1e3", "1E-3", "1Gi ", "0.0001m", "1e30", "1e+30", ".", "-"]
        {
            assert_eq!(quantity(ok), Ok(()), "{ok}");
        }
        for bad in ["", "1Gi\n", "0x10", "1 Gi", "10%", "100mCPU", "1GB", "abc", "1_000", "true", "[1]"] {
            assert_eq!(quantity(bad), Err(QuantityError::Format), "{bad}");
        }
        for bad in ["100mi", "1K", "1KI", "1e", "e"] {
            assert!(quantity(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_are_rfc_3339_as_go_takes_it() {
        for ok in
            ["2026-11-01T08:00:00Z", "2026-11-01T8:00:00Z", "2024-02-29T00:00:00.5+24:00", "0001-01-01T00:00:00,5Z"]
        {
            assert!(time(ok), "{ok}");
        }
        for bad in [
            "",
            "2026-11-01",
            "2026-13-01T08:00:00Z",
            "2025-02-29T00:00:00Z",
            "2026-11-01T24:00:00Z",
            "2026-11-01T08:00:00",
        ] {
            assert!(!time(bad), "{bad}");
        }
        assert!(micro_time("2026-11-01T08:00:00.123456Z"));
        assert!(!micro_time("2026-11-01T08:00:00Z") && !micro_time("2026-11-01T08:00:00.1234567Z"));
    }

    #[test]
    fn base64_is_the_standard_alphabet_with_padding() {
        for ok in ["", "YQ==", "YWJj\nZGVm", "YWI="] {
            assert_eq!(base64_error(ok), None, "{ok}");
        }
        for bad in ["YQ", "YQ=", "=", "YWJ", "_-8=", "a b", "é", "YQ==YQ=="] {
            assert!(base64_error(bad).is_some(), "{bad}");
        }
    }
}
