//! What fixes change in a file, as a unified diff.
//!
//! In: a text before and after. Out: the patch. The shortest one for files as people write them; texts of very many lines are
//! cut into hunks first, line by line, so that the time grows in step with the text.

use std::fmt::Write;
use std::ops::Range;

use similar::udiff::UnifiedHunkHeader;
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices, group_diff_ops};

/// Up to so many lines the shortest patch is looked for.
const MANY: usize = 4_000;

/// So far behind a difference equal lines are looked for.
const REACH: usize = 64;

/// So many equal lines are a sure sign; where there are none, one has to do.
const SURE: usize = 3;

/// Lines around a change that are shown.
const CONTEXT: usize = 3;

/// The patch from one text to the other, under the name that is shown.
pub fn unified(before: &str, after: &str, name: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (lines(before), lines(after));
    if old.len().max(new.len()) <= MANY {
        return TextDiff::from_lines(before, after).unified_diff().header(name, name).to_string();
    }
    let groups = group_diff_ops(operations(&old, &new), CONTEXT);
    let mut patch = String::new();
    for (number, group) in groups.iter().enumerate() {
        if number == 0 {
            patch += &format!("--- {name}\n+++ {name}\n");
        }
        let _ = writeln!(patch, "{}", UnifiedHunkHeader::new(group));
        for (tag, line) in group.iter().flat_map(|op| op.iter_slices(&old, &new)) {
            let sign = match tag {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            for line in line {
                let _ = write!(patch, "{sign}{line}");
                if !line.ends_with('\n') {
                    patch += "\n\\ No newline at end of file\n";
                }
            }
        }
    }
    patch
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// What leads from one list of lines to the other.
fn operations(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let (mut ops, mut at) = (Vec::new(), (0, 0));
    while at.0 < old.len() || at.1 < new.len() {
        let equal = equal(&old[at.0..], &new[at.1..], usize::MAX);
        if equal > 0 {
            push(DiffOp::Equal { old_index: at.0, new_index: at.1, len: equal }, &mut ops);
            at = (at.0 + equal, at.1 + equal);
            continue;
        }
        let next = meet(&old[at.0..], &new[at.1..]);
        let end = next.map_or((old.len(), new.len()), |(a, b)| (at.0 + a, at.1 + b));
        changed((old, at.0..end.0), (new, at.1..end.1), &mut ops);
        at = end;
    }
    ops
}

/// Adds an operation; equal lines behind equal lines are one.
fn push(op: DiffOp, ops: &mut Vec<DiffOp>) {
    match (ops.last_mut(), op) {
        (Some(DiffOp::Equal { len, .. }), DiffOp::Equal { len: more, .. }) => *len += more,
        _ => ops.push(op),
    }
}

/// How many lines are equal at the beginning of both, up to so many.
fn equal(old: &[&str], new: &[&str], most: usize) -> usize {
    old.iter().zip(new).take(most).take_while(|(a, b)| a == b).count()
}

/// The lines to be passed over in each until equal ones come.
fn meet(old: &[&str], new: &[&str]) -> Option<(usize, usize)> {
    let meets = |wanted: usize| {
        let pairs = (1..=REACH).flat_map(|far| (0..=far).map(move |a| (a, far - a)));
        let mut inside = pairs.filter(|(a, b)| *a <= old.len() && *b <= new.len());
        inside.find(|&(a, b)| {
            let rest = (old.len() - a).min(new.len() - b);
            rest > 0 && equal(&old[a..], &new[b..], wanted) == wanted.min(rest)
        })
    };
    meets(SURE).or_else(|| meets(1))
}

/// Lines between equal ones: the shortest way where they are few, else all for all.
fn changed((old, gone): (&[&str], Range<usize>), (new, come): (&[&str], Range<usize>), ops: &mut Vec<DiffOp>) {
    let (old_index, new_index, old_len, new_len) = (gone.start, come.start, gone.len(), come.len());
    if old_len.max(new_len) > 2 * REACH {
        ops.push(match (old_len, new_len) {
            (0, _) => DiffOp::Insert { old_index, new_index, new_len },
            (_, 0) => DiffOp::Delete { old_index, old_len, new_index },
            _ => DiffOp::Replace { old_index, old_len, new_index, new_len },
        });
        return;
    }
    for op in capture_diff_slices(Algorithm::Myers, &old[gone], &new[come]) {
        push(moved(op, old_index, new_index), ops);
    }
}

/// An operation of a part, as one of the whole.
fn moved(op: DiffOp, by_old: usize, by_new: usize) -> DiffOp {
    match op {
        DiffOp::Equal { old_index, new_index, len } => {
            DiffOp::Equal { old_index: old_index + by_old, new_index: new_index + by_new, len }
        }
        DiffOp::Delete { old_index, old_len, new_index } => {
            DiffOp::Delete { old_index: old_index + by_old, old_len, new_index: new_index + by_new }
        }
        DiffOp::Insert { old_index, new_index, new_len } => {
            DiffOp::Insert { old_index: old_index + by_old, new_index: new_index + by_new, new_len }
        }
        DiffOp::Replace { old_index, old_len, new_index, new_len } => {
            DiffOp::Replace { old_index: old_index + by_old, old_len, new_index: new_index + by_new, new_len }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{lines, operations, unified};

    /// What operations make of the old lines.
    fn applied(before: &str, after: &str) -> String {
        let (old, new) = (lines(before), lines(after));
        let slices: Vec<_> = operations(&old, &new);
        let kept = slices.iter().flat_map(|op| op.iter_slices(&old, &new));
        kept.filter(|(tag, _)| *tag != similar::ChangeTag::Delete).flat_map(|(_, lines)| lines.to_vec()).collect()
    }

    #[test]
    fn operations_lead_from_one_text_to_the_other() {
        let before: String = (0..300).map(|i| format!("key-{}: yes\n", i % 7)).collect();
        let quoted = before.replace("3: yes", "3: \"yes\"");
        let short: String =
            before.lines().skip(1).filter(|line| !line.contains("-5")).map(|l| format!("{l}\n")).collect();
        let long = before.replacen("key-1", &"new: 1\n".repeat(400), 2);
        for after in [quoted, short, long, String::new(), before.trim_end().to_owned(), before.clone()] {
            assert_eq!(applied(&before, &after), after);
            assert_eq!(applied(&after, &before), before);
        }
    }

    #[test]
    fn a_long_text_is_shown_as_a_short_one_would_be() {
        let line = |i: usize, value: &str| format!("key-{i}: {}\n", if i == 7 { value } else { "a" });
        let text = |n: usize, value: &str| (0..n).map(|i| line(i, value)).collect::<String>();
        let (before, after) = (text(5_000, "yes"), text(5_000, "\"yes\""));
        let short = (text(50, "yes"), text(50, "\"yes\""));
        assert_eq!(unified(&before, &after, "a.yaml"), unified(&short.0, &short.1, "a.yaml"));
        let cut = unified(before.trim_end(), after.trim_end().trim_end_matches('a'), "a.yaml");
        assert!(
            cut.ends_with("-key-4999: a\n\\ No newline at end of file\n+key-4999: \n\\ No newline at end of file\n"),
            "{cut}"
        );
    }
}
