//! Timestamps, as go-yaml v2 tells them from other texts.
//!
//! In: a text. Out: whether Go's `time.Parse` takes it in one of the four forms that go-yaml tries. They stay strings;
//! it matters for `!!timestamp` alone.

/// Whether a text is a timestamp.
pub(crate) fn is_timestamp(text: &str) -> bool {
    let mut rest = Rest(text.as_bytes());
    let Some(year) = rest.number(4, 4) else { return false };
    let Some((month, day)) = rest.date() else { return false };
    if !(1..=12).contains(&month) || day < 1 || day > days(year, month) {
        return false;
    }
    match rest.0.first() {
        None => true,
        Some(b'T' | b't') => rest.skip(1).time() && rest.zone(),
        Some(b' ') => rest.skip(1).time() && rest.0.is_empty(),
        Some(_) => false,
    }
}

struct Rest<'t>(&'t [u8]);

impl Rest<'_> {
    fn skip(&mut self, count: usize) -> &mut Self {
        self.0 = &self.0[count..];
        self
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.0.first() == Some(&byte);
        if found {
            self.skip(1);
        }
        found
    }

    /// A number of so many digits, as many as there are.
    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let count = self.0.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
        let value = self.0[..count].iter().fold(0, |value, b| value * 10 + u32::from(b - b'0'));
        self.skip(count);
        (count >= least).then_some(value)
    }

    fn date(&mut self) -> Option<(u32, u32)> {
        let month = self.take(b'-').then(|| self.number(1, 2))??;
        let day = self.take(b'-').then(|| self.number(1, 2))??;
        Some((month, day))
    }

    fn time(&mut self) -> bool {
        let fields = [23, 59, 59].into_iter().enumerate();
        for (index, most) in fields {
            if index > 0 && !self.take(b':') {
                return false;
            }
            if self.number(1, 2).is_none_or(|value| value > most) {
                return false;
            }
        }
        // Go takes a fraction behind the seconds even where the form has none.
        if matches!(self.0, [b'.' | b',', digit, ..] if digit.is_ascii_digit()) {
            let digits = self.0[1..].iter().take_while(|b| b.is_ascii_digit()).count();
            self.skip(1 + digits);
        }
        true
    }

    fn zone(&mut self) -> bool {
        match self.0 {
            b"Z" => true,
            [b'+' | b'-', hour @ .., b':', m1, m2] if hour.len() == 2 => {
                let all = hour.iter().chain([m1, m2]).all(u8::is_ascii_digit);
                let value = |tens: u8, ones: u8| u32::from(tens & 15) * 10 + u32::from(ones & 15);
                all && value(hour[0], hour[1]) <= 24 && value(*m1, *m2) < 60
            }
            _ => false,
        }
    }
}

fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::is_timestamp;

    #[test]
    fn forms_that_go_takes() {
        for text in
            ["2001-12-14", "2001-1-2", "2001-12-14T21:59:43.10-05:00", "2001-12-14t1:2:3Z", "2001-12-14 21:59:43.1"]
        {
            assert!(is_timestamp(text), "{text}");
        }
        for text in
            ["", "01-12-14", "2001-13-1", "2001-02-29", "2001-12-14 21:59:43Z", "2001-12-14T21:59:43", "2001-1-2x"]
        {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
