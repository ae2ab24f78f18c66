//! Quantities.
//!
//! In: the text of a value. Out: whether the server would read it, and why not. Mirrors `resource.ParseQuantity`.

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
}
