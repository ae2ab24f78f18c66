//! Points in time and spans of it, as Go writes and reads them.
//!
//! In: nanoseconds since 1970 and minutes east of UTC, a layout. Out: texts. The local zone is UTC.

/// A day and a time of it, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// Year.
    pub year: i64,
    /// Month from 1.
    pub month: u32,
    /// Day from 1.
    pub day: u32,
    /// Hours.
    pub hour: u32,
    /// Minutes.
    pub minute: u32,
    /// Seconds.
    pub second: u32,
    /// Nanoseconds.
    pub nanosecond: u32,
    /// Days since Sunday.
    pub weekday: u32,
}

pub(super) const SECOND: i128 = 1_000_000_000;
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(super) const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Takes a point in time apart.
pub fn civil(nanoseconds: i128, zone: i32) -> Civil {
    let local = nanoseconds + i128::from(zone) * 60 * SECOND;
    let (seconds, nanosecond) = (local.div_euclid(SECOND), local.rem_euclid(SECOND));
    let (days, second) = (seconds.div_euclid(86_400) as i64, seconds.rem_euclid(86_400) as u32);
    // Days count from the first of March of a year divisible by 400.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    Civil {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month: month as u32,
        day: day as u32,
        hour: second / 3600,
        minute: second / 60 % 60,
        second: second % 60,
        nanosecond: nanosecond as u32,
        weekday: (days + 4).rem_euclid(7) as u32,
    }
}

/// Days from 1970 to a date.
pub fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = (year + (month - 1).div_euclid(12), (month - 1).rem_euclid(12) + 1);
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Go's `Time.String`.
pub fn show(nanoseconds: i128, zone: i32) -> String {
    format(nanoseconds, zone, "2006-01-02 15:04:05.999999999 -0700 MST")
}

/// The parts of a layout, longest first where one begins another.
const PARTS: [&str; 38] = [
    "January",
    "Jan",
    "Monday",
    "Mon",
    "MST",
    "2006",
    "-07:00:00",
    "-070000",
    "-07:00",
    "-0700",
    "-07",
    "Z07:00:00",
    "Z070000",
    "Z07:00",
    "Z0700",
    "Z07",
    "002",
    "01",
    "02",
    "03",
    "04",
    "05",
    "06",
    "15",
    "PM",
    "pm",
    "__2",
    "_2006",
    "_2",
    "1",
    "2",
    "3",
    "4",
    "5",
    ".0",
    ",0",
    ".9",
    ",9",
];

/// The first part of a layout: what stands before it, the part, what stands behind.
pub(super) fn next_part(layout: &str) -> Option<(&str, &str, &str)> {
    for (at, _) in layout.char_indices() {
        let rest = &layout[at..];
        for part in PARTS {
            if !rest.starts_with(part) {
                continue;
            }
            match part {
                // `Jan` must not be the beginning of another word, but `January` is looked for first.
                "Jan" | "Mon" if rest[3..].starts_with(|c: char| c.is_ascii_lowercase()) => continue,
                "_2006" => return Some((&layout[..=at], "2006", &rest[5..])),
                ".0" | ",0" | ".9" | ",9" => {
                    let digit = &part[1..];
                    let len = 1 + rest[1..].chars().take_while(|c| digit.starts_with(*c)).count();
                    if rest[len..].starts_with(|c: char| c.is_ascii_digit()) {
                        continue;
                    }
                    return Some((&layout[..at], &rest[..len], &rest[len..]));
                }
                _ => return Some((&layout[..at], &rest[..part.len()], &rest[part.len()..])),
            }
        }
    }
    None
}

/// Go's `Time.Format`.
pub fn format(nanoseconds: i128, zone: i32, layout: &str) -> String {
    let c = civil(nanoseconds, zone);
    let mut out = String::new();
    let mut rest = layout;
    while let Some((before, part, behind)) = next_part(rest) {
        out.push_str(before);
        out.push_str(&shown(&c, zone, part));
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn shown(c: &Civil, zone: i32, part: &str) -> String {
    let twelve = if c.hour.is_multiple_of(12) { 12 } else { c.hour % 12 };
    let day_of_year = days(c.year, i64::from(c.month), i64::from(c.day)) - days(c.year, 1, 1) + 1;
    match part {
        "January" => MONTHS[c.month as usize - 1].to_owned(),
        "Jan" => MONTHS[c.month as usize - 1][..3].to_owned(),
        "Monday" => DAYS[c.weekday as usize].to_owned(),
        "Mon" => DAYS[c.weekday as usize][..3].to_owned(),
        "2006" => format!("{:04}", c.year),
        "06" => format!("{:02}", c.year.rem_euclid(100)),
        "01" => format!("{:02}", c.month),
        "1" => c.month.to_string(),
        "02" => format!("{:02}", c.day),
        "_2" => format!("{:2}", c.day),
        "2" => c.day.to_string(),
        "002" => format!("{day_of_year:03}"),
        "__2" => format!("{day_of_year:3}"),
        "15" => format!("{:02}", c.hour),
        "03" => format!("{twelve:02}"),
        "3" => twelve.to_string(),
        "04" => format!("{:02}", c.minute),
        "4" => c.minute.to_string(),
        "05" => format!("{:02}", c.second),
        "5" => c.second.to_string(),
        "PM" => if c.hour >= 12 { "PM" } else { "AM" }.to_owned(),
        "pm" => if c.hour >= 12 { "pm" } else { "am" }.to_owned(),
        "MST" if zone == 0 => "UTC".to_owned(),
        "MST" => offset(zone, "", false),
        _ if part.starts_with(['Z', '-']) => zone_text(zone, part),
        _ => fraction(c.nanosecond, part),
    }
}

fn offset(zone: i32, colon: &str, full: bool) -> String {
    let sign = if zone < 0 { '-' } else { '+' };
    let (hours, minutes) = (zone.abs() / 60, zone.abs() % 60);
    if minutes == 0 && !full { format!("{sign}{hours:02}") } else { format!("{sign}{hours:02}{colon}{minutes:02}") }
}

fn zone_text(zone: i32, part: &str) -> String {
    if part.starts_with('Z') && zone == 0 {
        return "Z".to_owned();
    }
    match &part[1..] {
        "07" => offset(zone, "", false)[..3].to_owned(),
        "0700" => offset(zone, "", true),
        "07:00" => offset(zone, ":", true),
        "070000" => format!("{}00", offset(zone, "", true)),
        _ => format!("{}:00", offset(zone, ":", true)),
    }
}

fn fraction(nanosecond: u32, part: &str) -> String {
    let digits = format!("{nanosecond:09}");
    let digits = &digits[..(part.len() - 1).min(9)];
    if part.ends_with('9') {
        let kept = digits.trim_end_matches('0');
        return if kept.is_empty() { String::new() } else { format!("{}{kept}", &part[..1]) };
    }
    format!("{}{digits}", &part[..1])
}

/// Go's `Duration.String`.
pub fn duration(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let n = nanoseconds.unsigned_abs();
    let decimal = |whole: u64, unit: u64| {
        let fraction = format!("{:0width$}", whole % unit, width = unit.ilog10() as usize);
        let fraction = fraction.trim_end_matches('0');
        let dot = if fraction.is_empty() || unit == 1 { String::new() } else { format!(".{fraction}") };
        format!("{}{dot}", whole / unit)
    };
    match n {
        0 => "0s".to_owned(),
        1..1_000 => format!("{sign}{n}ns"),
        1_000..1_000_000 => format!("{sign}{}µs", decimal(n, 1_000)),
        1_000_000..1_000_000_000 => format!("{sign}{}ms", decimal(n, 1_000_000)),
        _ => {
            let minutes = n / 60_000_000_000;
            let seconds = decimal(n % 60_000_000_000, 1_000_000_000);
            match (minutes / 60, minutes % 60) {
                (0, 0) => format!("{sign}{seconds}s"),
                (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
                (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_go_writes_them() {
        assert_eq!(show(0, 0), "1970-01-01 00:00:00 +0000 UTC");
        assert_eq!(duration(5_400_000_000_000), "1h30m0s");
        assert_eq!(duration(1_500_000), "1.5ms");
    }
}
