//! Durations as Go writes them (`1h30m`).
//!
//! In: a text. Out: nanoseconds, or nothing, as `time.ParseDuration` decides.

/// Nanoseconds of a Go duration: a sign, then numbers with units (`ns`, `us`, `µs`, `ms`, `s`, `m`, `h`), or a bare `0`.
pub fn parse(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let (part, tail) = component(rest)?;
        total += part;
        // Each part must fit as well, so the sum cannot leave i128.
        if total > 1 << 63 {
            return None;
        }
        rest = tail;
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

/// One number and its unit, in nanoseconds, and what follows.
fn component(text: &str) -> Option<(i128, &str)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole_len = digits(text);
    let (whole, rest) = text.split_at(whole_len);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(digits(rest)),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let unit_len = rest.bytes().take_while(|b| *b != b'.' && !b.is_ascii_digit()).count();
    let (unit, rest) = rest.split_at(unit_len);
    let unit = nanoseconds(unit)?;
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()?.into() };
    let scaled: i128 = fraction
        .bytes()
        .take(18)
        .fold((0, unit), |(sum, scale), digit| (sum + i128::from(digit - b'0') * scale / 10, scale / 10))
        .0;
    let value = whole.checked_mul(unit)?.checked_add(scaled)?;
    (value <= 1 << 63).then_some((value, rest))
}

fn nanoseconds(unit: &str) -> Option<i128> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for (text, want) in [
            ("0", Some(0)),
            ("1h30m", Some(5_400_000_000_000)),
            ("-1.5s", Some(-1_500_000_000)),
            (".5ms", Some(500_000)),
            ("1µs", Some(1_000)),
            ("", None),
            ("-", None),
            ("1", None),
            ("1d", None),
            (".s", None),
            ("1h ", None),
            ("3000000h", None),
        ] {
            assert_eq!(parse(text), want, "{text:?}");
        }
    }
}
