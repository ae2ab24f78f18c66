//! Quantities as the server writes them.
//!
//! In: a quantity as someone wrote it. Out: its canonical form: the largest unit that leaves a whole number, of the same
//! kind of units (`resource.Quantity.CanonicalizeBytes` of apimachinery).

use super::Quantity;

const DECIMAL: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const NANO: i128 = 1_000_000_000;

impl Quantity {
    /// The canonical form of a text. Nothing for texts with an exponent, and for amounts that the server would round.
    pub fn canonical(text: &str) -> Option<String> {
        let text = text.trim();
        let nano = Self::parse(text).ok()?.nano;
        let suffix = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
        if suffix.len() > 1 && !suffix.ends_with('i') {
            return None;
        }
        let finest = text.split_once('.').is_some_and(|(_, rest)| rest.len() > 9 + suffix.len());
        let small = nano.abs() < 1024 * NANO;
        match suffix.ends_with('i') && !small {
            _ if finest => None,
            true if nano % NANO != 0 => None,
            true => Some(shortest(nano / NANO, 1024, &BINARY)),
            false => Some(shortest(nano, 1000, &DECIMAL)),
        }
    }
}

fn shortest(mut count: i128, step: i128, units: &[&str]) -> String {
    let mut unit = 0;
    while count != 0 && count % step == 0 && unit + 1 < units.len() {
        count /= step;
        unit += 1;
    }
    if count == 0 { "0".to_owned() } else { format!("{count}{}", units[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_writes_the_largest_unit() {
        for (text, canonical) in [
            ("1000m", "1"),
            ("0.5", "500m"),
            ("100m", "100m"),
            ("1.5", "1500m"),
            ("1000M", "1G"),
            ("1500M", "1500M"),
            ("100000", "100k"),
            ("1024Mi", "1Gi"),
            ("1536Mi", "1536Mi"),
            ("1.5Gi", "1536Mi"),
            ("0.5Ki", "512"),
            ("64", "64"),
            ("0", "0"),
            ("0Mi", "0"),
            ("-2000m", "-2"),
            ("1.0", "1"),
        ] {
            assert_eq!(Quantity::canonical(text).as_deref(), Some(canonical), "{text}");
        }
        for text in ["1e3", "many", ""] {
            assert_eq!(Quantity::canonical(text), None, "{text}");
        }
    }
}
