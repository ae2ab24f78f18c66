//! Points in time, as Go's `time.Parse` reads them.
//!
//! In: a text. Out: whether it has the layout of `metav1.Time`, `metav1.MicroTime` or `time.DateOnly`.

/// Whether `metav1.Time` reads it: RFC 3339 as `time.Parse` takes it.
pub fn time(text: &str) -> bool {
    parse_time(text, Fraction::Optional).is_some()
}

/// Whether `metav1.MicroTime` reads it: exactly six digits of the second.
pub fn micro_time(text: &str) -> bool {
    parse_time(text, Fraction::Six).is_some()
}

/// Whether it is a day as `time.DateOnly` takes it: `2026-01-31`.
pub fn date(text: &str) -> bool {
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

/// The days of a month, from 1.
pub fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
