//! Regular expressions, in Go's syntax.
//!
//! In: patterns and texts. Out: matches that keep their origins. Patterns of bounded size only.

use regex::Regex;

use super::super::template::arguments::{int, text};
use super::super::template::builtin::strings;
use super::super::template::value::ListKind;
use super::super::template::{CallResult, Fault, Function, Machine, Text, TextBuilder, Type, Value};
use super::fixed;
use Type::{Int, String as Str};

pub(super) fn find(name: &str) -> Option<Function> {
    match name {
        "regexMatch" => fixed(&[Str, Str], |m, a| {
            let whole = text(a, 1);
            m.step()?;
            Ok(Value::bool(compile(m, &text(a, 0), &whole).is_ok_and(|regex| regex.is_match(&whole.str()))))
        }),
        "mustRegexMatch" => fixed(&[Str, Str], |m, a| {
            let whole = text(a, 1);
            Ok(Value::bool(compile(m, &text(a, 0), &whole)?.is_match(&whole.str())))
        }),
        "regexFind" | "mustRegexFind" => fixed(&[Str, Str], |m, a| {
            let whole = text(a, 1);
            let found = compile(m, &text(a, 0), &whole)?.find(&whole.str()).map(|found| found.range());
            Ok(Value::text(found.map_or_else(|| Text::plain(""), |range| whole.slice(range.start, range.end))))
        }),
        "regexFindAll" | "mustRegexFindAll" => fixed(&[Str, Str, Int], find_all),
        "regexReplaceAll" | "mustRegexReplaceAll" => fixed(&[Str, Str, Str], |m, a| replace(m, a, true)),
        "regexReplaceAllLiteral" | "mustRegexReplaceAllLiteral" => fixed(&[Str, Str, Str], |m, a| replace(m, a, false)),
        "regexSplit" | "mustRegexSplit" => fixed(&[Str, Str, Int], split),
        "regexQuoteMeta" => fixed(&[Str], |_, a| Ok(Value::string(quote_meta(&text(a, 0).str())))),
        _ => None,
    }
}

/// A regular expression, ready to go through a text: how long that may take is counted.
fn compile(machine: &mut Machine, pattern: &Text, whole: &Text) -> Result<Regex, Fault> {
    let pattern = pattern.str();
    let regex = machine.regex(&pattern)?;
    machine.work((weight(&pattern).saturating_mul(whole.len()) / 100).saturating_sub(10))?;
    Ok(regex)
}

/// About how many states a pattern has: its length, times the counts in it.
fn weight(pattern: &str) -> usize {
    let counts = pattern.split('{').skip(1).filter_map(|rest| {
        let end = rest.find('}')?;
        rest[..end].rsplit(',').find_map(|count| count.parse::<usize>().ok())
    });
    pattern.len().saturating_mul(counts.max().unwrap_or(1).max(1))
}

/// Matches as Go finds them: an empty one right behind another is none.
fn matches<'t>(regex: &Regex, whole: &'t str) -> Vec<regex::Captures<'t>> {
    let mut last_end = None;
    let mut all = Vec::new();
    for found in regex.captures_iter(whole) {
        let Some(range) = found.get(0).map(|all| all.range()) else { continue };
        if range.is_empty() && last_end == Some(range.start) {
            continue;
        }
        last_end = Some(range.end);
        all.push(found);
    }
    all
}

fn find_all(machine: &mut Machine, arguments: &[Value]) -> CallResult {
    let (whole, count) = (text(arguments, 1), int(arguments, 2));
    let regex = compile(machine, &text(arguments, 0), &whole)?;
    let most = usize::try_from(count).unwrap_or(usize::MAX);
    let all = whole.str();
    let parts: Vec<_> = matches(&regex, &all)
        .iter()
        .filter_map(|found| found.get(0))
        .take(most)
        .map(|found| whole.slice(found.start(), found.end()))
        .collect();
    machine.allow_items(parts.len())?;
    Ok(if parts.is_empty() { Value::nil_list(ListKind::String) } else { strings(parts) })
}

fn replace(machine: &mut Machine, arguments: &[Value], expand: bool) -> CallResult {
    let (whole, new) = (text(arguments, 1), text(arguments, 2));
    let regex = compile(machine, &text(arguments, 0), &whole)?;
    let all = whole.str();
    let template = new.str();
    let mark = new.mark(&mut machine.marks);
    let mut out = TextBuilder::default();
    let mut at = 0;
    for found in matches(&regex, &all) {
        let Some(range) = found.get(0).map(|all| all.range()) else { continue };
        out.slice(&whole, at, range.start);
        if expand {
            expand_into(&regex, &whole, &found, &template, mark, &mut out);
        } else {
            out.text(&new);
        }
        machine.spend(out.len().saturating_sub(at))?;
        at = range.end;
    }
    out.slice(&whole, at, whole.len());
    Ok(Value::text(out.finish()))
}

/// `$1`, `${name}`, `$$` of a replacement.
fn expand_into(
    regex: &Regex,
    whole: &Text,
    found: &regex::Captures<'_>,
    template: &str,
    mark: super::super::template::Mark,
    out: &mut TextBuilder,
) {
    let mut rest = template;
    while let Some(dollar) = rest.find('$') {
        out.push(&rest[..dollar], mark);
        rest = &rest[dollar + 1..];
        if let Some(behind) = rest.strip_prefix('$') {
            out.push("$", mark);
            rest = behind;
            continue;
        }
        let Some((name, behind)) = group_name(rest) else {
            out.push("$", mark);
            continue;
        };
        rest = behind;
        let group = match name.parse::<usize>() {
            Ok(number) => found.get(number),
            Err(_) if regex.capture_names().flatten().any(|known| known == name) => found.name(name),
            Err(_) => None,
        };
        if let Some(group) = group {
            out.slice(whole, group.start(), group.end());
        }
    }
    out.push(rest, mark);
}

fn group_name(rest: &str) -> Option<(&str, &str)> {
    let (inner, braces) = match rest.strip_prefix('{') {
        Some(inner) => (inner, true),
        None => (rest, false),
    };
    let len = inner.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(inner.len());
    if len == 0 {
        return None;
    }
    let (name, behind) = inner.split_at(len);
    if braces { behind.strip_prefix('}').map(|behind| (name, behind)) } else { Some((name, behind)) }
}

/// Go's `Regexp.Split`.
fn split(machine: &mut Machine, arguments: &[Value]) -> CallResult {
    let (whole, count) = (text(arguments, 1), int(arguments, 2));
    let pattern = text(arguments, 0);
    let regex = compile(machine, &pattern, &whole)?;
    if count == 0 {
        return Ok(Value::nil_list(ListKind::String));
    }
    if !pattern.is_empty() && whole.is_empty() {
        return Ok(strings([Text::plain("")]));
    }
    let all = whole.str();
    let mut parts = Vec::new();
    let (mut start, mut end) = (0, 0);
    for found in matches(&regex, &all) {
        let Some(range) = found.get(0).map(|all| all.range()) else { continue };
        if count > 0 && parts.len() as i64 == count - 1 {
            break;
        }
        end = range.start;
        if range.end != 0 {
            parts.push(whole.slice(start, end));
        }
        start = range.end;
    }
    if end != whole.len() {
        parts.push(whole.slice(start, whole.len()));
    }
    machine.allow_items(parts.len())?;
    Ok(strings(parts))
}

fn quote_meta(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
