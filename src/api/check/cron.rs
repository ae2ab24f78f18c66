//! Cron schedules.
//!
//! In: a schedule. Out: whether `github.com/robfig/cron/v3` (ParseStandard) takes it: five fields or a descriptor such as
//! `@daily` or `@every 90m`.

use crate::go::duration;

/// A field's bounds and the names its numbers have.
struct Field {
    what: &'static str,
    least: u64,
    most: u64,
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { what: "minute", least: 0, most: 59, names: &[] },
    Field { what: "hour", least: 0, most: 23, names: &[] },
    Field { what: "day of the month", least: 1, most: 31, names: &[] },
    Field {
        what: "month",
        least: 1,
        most: 12,
        names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    },
    Field { what: "day of the week", least: 0, most: 6, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

const DESCRIPTORS: [&str; 7] = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/// Whether the schedule is one.
///
/// # Errors
/// What is wrong with it.
pub fn schedule(text: &str) -> Result<(), String> {
    let text = without_zone(text)?;
    if text.starts_with('@') {
        return descriptor(text);
    }
    let fields: Vec<_> = text.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return Err(format!("must have five fields (minute hour day month weekday), has {}", fields.len()));
    }
    FIELDS.iter().zip(fields).try_for_each(|(field, text)| list(field, text))
}

/// Takes a leading `TZ=…` or `CRON_TZ=…` off. Whether a time zone may stand there at all is the caller's matter.
fn without_zone(text: &str) -> Result<&str, String> {
    if !text.starts_with("TZ=") && !text.starts_with("CRON_TZ=") {
        return Ok(text);
    }
    text.split_once(' ').map(|(_, rest)| rest.trim()).ok_or_else(|| "has a time zone but no schedule".to_owned())
}

fn descriptor(text: &str) -> Result<(), String> {
    let known = match text.strip_prefix("@every ") {
        Some(period) => duration::parse(period).is_some(),
        None => DESCRIPTORS.contains(&text),
    };
    known.then_some(()).ok_or_else(|| format!("must be one of {} or `@every` and a duration", DESCRIPTORS.join(", ")))
}

fn list(field: &Field, text: &str) -> Result<(), String> {
    text.split(',').filter(|part| !part.is_empty()).try_for_each(|part| {
        let found = range(field, part).map_err(|why| format!("`{part}` in the field {}: {why}", field.what));
        found.map(|_| ())
    })
}

/// Whether a schedule that is one asks for days alone that none of its months has: 30 February. Where days of the week are
/// named as well, either is enough.
pub fn never_comes(text: &str) -> bool {
    let Ok(text) = without_zone(text) else { return false };
    let fields: Vec<_> = text.split_whitespace().collect();
    let [_, _, days, months, weekdays] = fields[..] else { return false };
    if schedule(text).is_err() || !weekdays.contains(['*', '?']) {
        return false;
    }
    let values = |field: &Field, text: &str| -> Vec<u64> {
        let ranges = text.split(',').filter_map(|part| range(field, part).ok());
        ranges.flat_map(|(low, high, step)| (low..=high).step_by(usize::try_from(step).unwrap_or(usize::MAX))).collect()
    };
    let (days, months) = (values(&FIELDS[2], days), values(&FIELDS[3], months));
    let longest = months.iter().map(|month| match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    });
    let longest = longest.max().unwrap_or(31);
    !days.is_empty() && days.iter().all(|day| *day > longest)
}

/// `*`, `?`, a number, or `low-high`, each with an optional `/step`: the first value, the last one, the step.
fn range(field: &Field, text: &str) -> Result<(u64, u64, u64), String> {
    let parts: Vec<_> = text.split('/').collect();
    let ends: Vec<_> = parts[0].split('-').collect();
    let (low, mut high) = match ends[..] {
        ["*" | "?", ..] => (field.least, field.most),
        [low] => (number(field, low)?, number(field, low)?),
        [low, high] => (number(field, low)?, number(field, high)?),
        _ => return Err("too many hyphens".to_owned()),
    };
    let step = match parts[..] {
        [_] => 1,
        [_, step] => number(&Field { names: &[], ..FIELDS[0] }, step)?,
        _ => return Err("too many slashes".to_owned()),
    };
    if parts.len() == 2 && ends.len() == 1 {
        high = field.most;
    }
    if low < field.least || high > field.most {
        return Err(format!("must be between {} and {}", field.least, field.most));
    }
    if low > high {
        return Err("the range ends before it begins".to_owned());
    }
    if step == 0 { Err("the step must not be 0".to_owned()) } else { Ok((low, high, step)) }
}

fn number(field: &Field, text: &str) -> Result<u64, String> {
    let named = field.names.iter().position(|name| name.eq_ignore_ascii_case(text));
    if let Some(at) = named {
        return Ok(at as u64 + field.least);
    }
    let digits = text.strip_prefix('+').unwrap_or(text);
    digits.parse().map_err(|_| "is not a number".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{never_comes, schedule};

    #[test]
    fn days_that_no_month_has_never_come() {
        for never in ["0 0 30 2 *", "15 4 31 4,6,9,11 *", "0 0 31 feb ?", "TZ=UTC 0 0 30-31 2 *", "0 0 30/1 2 */1"] {
            assert!(never_comes(never), "{never}");
        }
        for comes in
            ["0 0 29 2 *", "0 3 31 2 1", "0 3 31 1,2 *", "0 0 * * *", "0 0 */31 2 *", "@daily", "0 0 28-31 2 *"]
        {
            assert!(!never_comes(comes), "{comes}");
        }
    }

    #[test]
    fn schedules_are_read_as_the_controller_reads_them() {
        for good in ["* * * * *", "0 0 31 2 *", "*/5 0-6/2 ? JAN-mar sun", "@every -1h", "@hourly", "1,2,,3 * * * *"] {
            assert_eq!(schedule(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* * * * 7",
            "@reboot",
            "*/0 * * * *",
            "5-1 * * * *",
            "-1 * * * *",
        ] {
            assert!(schedule(bad).is_err(), "{bad}");
        }
    }
}
