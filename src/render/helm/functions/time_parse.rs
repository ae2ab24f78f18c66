//! Points in time, as Go reads them.
//!
//! In: a layout and a text. Out: nanoseconds since 1970 and minutes east of UTC, or Go's error.

use super::time::{DAYS, MONTHS, SECOND, days, next_part};

/// Go's `time.Parse`: nanoseconds and zone.
///
/// # Errors
/// In Go's words.
pub fn parse(layout: &str, text: &str) -> Result<(i128, i32), String> {
    let mut reader = Reader::default();
    let mut value = text;
    let mut rest = layout;
    let fail =
        |value: &str, part: &str| format!("parsing time {text:?} as {layout:?}: cannot parse {value:?} as {part:?}");
    while let Some((before, part, behind)) = next_part(rest) {
        value = skip(value, before).ok_or_else(|| fail(value, before))?;
        value = reader.read(part, value, behind).ok_or_else(|| fail(value, part))?;
        rest = behind;
    }
    value = skip(value, rest).ok_or_else(|| fail(value, rest))?;
    if !value.is_empty() {
        return Err(format!("parsing time {text:?}: extra text: {value:?}"));
    }
    reader.finish().map_err(|what| format!("parsing time {text:?}: {what} out of range"))
}

/// What is left behind a literal part of a layout; blanks stand for any number of them.
fn skip<'v>(value: &'v str, prefix: &str) -> Option<&'v str> {
    let mut value = value;
    let mut chars = prefix.chars().peekable();
    while let Some(c) = chars.next() {
        if c == ' ' {
            if !value.is_empty() && !value.starts_with(' ') {
                return None;
            }
            while chars.peek() == Some(&' ') {
                chars.next();
            }
            value = value.trim_start_matches(' ');
        } else {
            value = value.strip_prefix(c)?;
        }
    }
    Some(value)
}

#[derive(Default)]
struct Reader {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanosecond: i64,
    afternoon: Option<bool>,
    zone: i32,
}

fn digits(value: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let len = value.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if len < least {
        return None;
    }
    Some((value[..len].parse().ok()?, &value[len..]))
}

fn name<'v>(value: &'v str, names: &[&str], len: Option<usize>) -> Option<(i64, &'v str)> {
    names.iter().enumerate().find_map(|(i, name)| {
        let name = &name[..len.unwrap_or(name.len())];
        let head = value.get(..name.len())?;
        head.eq_ignore_ascii_case(name).then(|| (i as i64, &value[name.len()..]))
    })
}

impl Reader {
    fn read<'v>(&mut self, part: &str, value: &'v str, behind: &str) -> Option<&'v str> {
        let (number, rest) = match part {
            "January" => name(value, &MONTHS, None)?,
            "Jan" => name(value, &MONTHS, Some(3))?,
            "Monday" => return name(value, &DAYS, None).map(|(_, rest)| rest),
            "Mon" => return name(value, &DAYS, Some(3)).map(|(_, rest)| rest),
            "2006" => digits(value, 4, 4)?,
            "002" | "__2" => digits(value.trim_start_matches(' '), 1, 3)?,
            "01" | "02" | "03" | "04" | "05" | "06" | "15" => digits(value, 2, 2)?,
            "1" | "2" | "3" | "4" | "5" => digits(value, 1, 2)?,
            "_2" => digits(value.strip_prefix(' ').unwrap_or(value), 1, 2)?,
            "PM" | "pm" => {
                let head = value.get(..2)?;
                let known = if part == "PM" { ["AM", "PM"] } else { ["am", "pm"] };
                self.afternoon = Some(known.iter().position(|known| *known == head)? == 1);
                return Some(&value[2..]);
            }
            "MST" => {
                let len = value.bytes().take_while(|b| b.is_ascii_uppercase()).count();
                return (len >= 3).then(|| &value[len..]);
            }
            _ if part.starts_with(['Z', '-']) => return self.zone(part, value),
            _ => {
                let len = part.len() - 1;
                let given = value.strip_prefix(['.', ','])?;
                let count = given.bytes().take_while(u8::is_ascii_digit).count();
                if part.ends_with('0') && count < len || count == 0 {
                    return None;
                }
                let used = if part.ends_with('0') { len } else { count };
                return self.fraction(&given[..used]).then(|| &given[used..]);
            }
        };
        match part {
            "January" | "Jan" => self.month = Some(number + 1),
            "2006" => self.year = number,
            "06" => self.year = if number >= 69 { 1900 + number } else { 2000 + number },
            "01" | "1" => self.month = Some(number),
            "02" | "_2" | "2" => self.day = Some(number),
            "002" | "__2" => self.day_of_year = Some(number),
            "15" | "03" | "3" => self.hour = number,
            "04" | "4" => self.minute = number,
            _ => {
                self.second = number;
                // A fraction may stand behind the seconds though the layout has none.
                let asks = behind.starts_with([',', '.']) && behind[1..].starts_with(['0', '9']);
                if let Some(given) = rest.strip_prefix(['.', ',']).filter(|_| !asks) {
                    let count = given.bytes().take_while(u8::is_ascii_digit).count();
                    if count > 0 {
                        return self.fraction(&given[..count]).then(|| &given[count..]);
                    }
                }
            }
        }
        Some(rest)
    }

    fn fraction(&mut self, digits: &str) -> bool {
        let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
        self.nanosecond = nine.parse().unwrap_or(0);
        true
    }

    fn zone<'v>(&mut self, part: &str, value: &'v str) -> Option<&'v str> {
        if part.starts_with('Z')
            && let Some(rest) = value.strip_prefix('Z')
        {
            return Some(rest);
        }
        let sign = match value.as_bytes().first()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let (hours, rest) = digits(&value[1..], 2, 2)?;
        let (minutes, rest) = match &part[1..] {
            "07" => (0, rest),
            "0700" => digits(rest, 2, 2)?,
            _ => digits(rest.strip_prefix(':')?, 2, 2)?,
        };
        self.zone = sign * (hours * 60 + minutes) as i32;
        Some(rest)
    }

    fn finish(self) -> Result<(i128, i32), &'static str> {
        let mut hour = self.hour;
        match self.afternoon {
            Some(true) if hour < 12 => hour += 12,
            Some(false) if hour == 12 => hour = 0,
            _ => {}
        }
        let month = self.month.unwrap_or(1);
        if !(1..=12).contains(&month) {
            return Err(": month");
        }
        let day = self.day.unwrap_or(1);
        let length = days(self.year, month + 1, 1) - days(self.year, month, 1);
        if !(1..=length).contains(&day) {
            return Err(": day");
        }
        if hour > 23 {
            return Err(": hour");
        }
        if self.minute > 59 {
            return Err(": minute");
        }
        if self.second > 59 {
            return Err(": second");
        }
        let date = match self.day_of_year {
            Some(number) => days(self.year, 1, 1) + number - 1,
            None => days(self.year, month, day),
        };
        let seconds = date * 86_400 + hour * 3600 + self.minute * 60 + self.second - i64::from(self.zone) * 60;
        Ok((i128::from(seconds) * SECOND + i128::from(self.nanosecond), self.zone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::helm::functions::time::format;

    #[test]
    fn times_are_read_as_go_reads_them() {
        let at = parse("2006-01-02T15:04:05Z07:00", "2024-02-29T23:59:01+02:00").unwrap_or_default();
        assert_eq!(format(at.0, at.1, "Mon, 02 Jan 2006 3:04PM -0700"), "Thu, 29 Feb 2024 11:59PM +0200");
        assert!(parse("2006-01-02", "2023-02-29").is_err());
    }
}
