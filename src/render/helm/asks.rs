//! Values that a template reads and nobody gives.
//!
//! In: why a template failed, or the line that gave YAML nobody can read. Out: the value that is not there, where that is the
//! reason: whoever installs the chart gives it. A name that nothing can have is a fault of the template.

use super::template::{Data, Failure, Map, Value};
use crate::source::{SourceMap, Span};
use crate::suggest::is_near;

/// How Go's text/template and its functions speak of a value that is not there.
const UNSET: [&str; 10] = [
    "nil pointer evaluating interface {}.",
    "index of untyped nil",
    "index of nil pointer",
    "slice of untyped nil",
    "len of nil pointer",
    "len of untyped nil",
    "can't iterate over <nil>",
    "invalid value; expected ",
    // What `get` gives of a key that is not there.
    "expected map[string]interface {}; got string",
    "; got interface {}",
];

/// What every template has beside values.
const BUILT_IN: [&str; 6] = ["Capabilities", "Chart", "Files", "Release", "Subcharts", "Template"];

/// Names of values are shorter.
const LONGEST: usize = 200;

/// The value that a template read though it is not there, as the template calls it.
pub fn unset(failure: &Failure, sources: &SourceMap) -> Option<String> {
    if !UNSET.iter().any(|words| failure.reason.contains(words)) {
        return None;
    }
    let place = failure.span?;
    let text = &sources.get(place.source).text;
    let here = text.get(place.start as usize..place.end as usize)?;
    // A function does not tell which of its arguments it means; of a text that `tpl` runs the message has the words.
    let text = match run_by_tpl(&failure.message) {
        Some(there) => there,
        None if names(here).next().is_some() => here,
        None => action(text, place)?,
    };
    if names(text).any(is_of_template) {
        return None;
    }
    let of_values = names(text).find(|name| name.trim_start_matches('$').starts_with(".Values."));
    let named = of_values.or_else(|| names(text).next())?;
    Some(named.trim_start_matches('$').to_owned())
}

/// What failed in a text that a template runs, by Go's words, where nothing further in did.
fn run_by_tpl(message: &str) -> Option<&str> {
    let (_, last) = message.rsplit_once("executing \"")?;
    let (there, _) = last.strip_prefix("gotpl\" at <")?.split_once(">: ")?;
    names(there).next().map(|_| there)
}

/// The first value that the line of a place writes and that is not there or empty, as the template calls it.
pub fn unset_on_line(place: Span, sources: &SourceMap, values: &Map) -> Option<String> {
    let text = &sources.get(place.source).text;
    let from = text.get(..place.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(from..)?.lines().next()?;
    let actions = line.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(action, _)| action);
    let written = actions.flat_map(names).filter(|name| name.trim_start_matches('$').starts_with(".Values."));
    let unset = written.map(|name| name.trim_start_matches('$')).find(|name| is_empty(name, values))?;
    Some(unset.to_owned())
}

/// Whether a path in values, `.Values.a.b`, leads to nothing or to an empty text.
fn is_empty(name: &str, values: &Map) -> bool {
    let mut map = values.clone();
    for key in name.trim_start_matches(".Values.").split('.') {
        match map.get(key) {
            Some(Value { data: Data::Map(inner), .. }) => map = inner,
            value => {
                return value.is_none_or(|value| {
                    matches!(value.data, Data::Absent | Data::Nil | Data::String(_)) && !value.truth()
                });
            }
        }
    }
    false
}

/// The action of a template that holds a place.
fn action(text: &str, place: Span) -> Option<&str> {
    let (start, end) = (place.start as usize, place.end as usize);
    let from = text.get(..start)?.rfind("{{").map_or(start, |at| at + 2);
    let to = text.get(end..)?.find("}}").map_or(text.len(), |at| end + at);
    text.get(from..to)
}

/// The fields that an action reads: `.a.b`, `$.a.b`, `$x.a`.
fn names(action: &str) -> impl Iterator<Item = &str> {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '.' | '$' | '_');
    let words = action.split(move |c| !inside(c));
    words.filter(|word| (word.starts_with('.') || word.starts_with('$')) && word.len() > 1 && word.len() < LONGEST)
}

/// Whether a field belongs to the release, the chart or the cluster, or is `Values` misspelt.
fn is_of_template(name: &str) -> bool {
    let first = name.trim_start_matches('$').strip_prefix('.').and_then(|rest| rest.split('.').next());
    first.is_some_and(|first| BUILT_IN.contains(&first) || (first != "Values" && is_near(first, "Values")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_actions_are_found() {
        let found = |action: &'static str| names(action).collect::<Vec<_>>();
        assert_eq!(found(" index $.Values.a.b $key "), ["$.Values.a.b", "$key"]);
        assert_eq!(found("- if (.Values.x.y | quote) -"), [".Values.x.y"]);
        assert!(is_of_template("$.Release.Foo.x") && is_of_template(".Valeus.x") && !is_of_template(".Values.x"));
    }
}
