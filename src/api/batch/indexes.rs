//! Lists of indexes (`0,2-5`).
//!
//! In: a text and the number of completions. Out: how many indexes it names, as validateIndexesFormat counts them.

/// Number of indexes.
///
/// # Errors
/// What is wrong with the list.
pub fn count(text: &str, completions: i64) -> Result<i64, String> {
    if text.is_empty() {
        return Ok(0);
    }
    let mut total = 0;
    let mut last = None;
    for part in text.split(',') {
        let (first, end) = interval(part, completions)?;
        if last.is_some_and(|last| last >= first) {
            return Err(format!("indexes must be in ascending order: {first} is not"));
        }
        total += end - first + 1;
        last = Some(end);
    }
    Ok(total)
}

fn interval(part: &str, completions: i64) -> Result<(i64, i64), String> {
    let mut ends = part.split('-');
    let first = index(ends.next().unwrap_or(""), completions)?;
    let end = match (ends.next(), ends.next()) {
        (None, _) => return Ok((first, first)),
        (Some(end), None) => index(end, completions)?,
        _ => return Err(format!("`{part}` has more than one `-`")),
    };
    if first >= end {
        return Err(format!("`{part}` must ascend"));
    }
    Ok((first, end))
}

fn index(text: &str, completions: i64) -> Result<i64, String> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let index: i64 = digits.parse().map_err(|_| format!("`{text}` is not a valid index"))?;
    if index >= completions {
        Err(format!("`{text}` is too large: there are {completions} completions"))
    } else {
        Ok(index)
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn indexes_are_counted() {
        assert_eq!(count("", 5), Ok(0));
        assert_eq!(count("0,2-4", 5), Ok(4));
        for bad in ["5", "0-5", "3,1", "1-1", "a", "1-2-3", "0,0", "1,", " 1"] {
            assert!(count(bad, 5).is_err(), "{bad}");
        }
    }
}
