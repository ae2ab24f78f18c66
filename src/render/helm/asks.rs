//! Values that a template reads and nobody gives.
//!
//! In: why a template failed. Out: the value that is not there, where that is the reason: whoever installs the chart gives it.
//! A name that nothing can have is a fault of the template.

use super::template::Failure;
use crate::source::{SourceMap, Span};
use crate::suggest::is_near;

/// How Go's text/template and its functions speak of a value that is not there.
const UNSET: [&str; 8] = [
    "nil pointer evaluating interface {}.",
    "index of untyped nil",
    "index of nil pointer",
    "slice of untyped nil",
    "len of nil pointer",
    "can't iterate over <nil>",
    "invalid value; expected ",
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
    // A function does not tell which of its arguments it means.
    let text = if names(here).next().is_some() { here } else { action(text, place)? };
    if names(text).any(is_of_template) {
        return None;
    }
    let of_values = names(text).find(|name| name.trim_start_matches('$').starts_with(".Values."));
    let named = of_values.or_else(|| names(text).next())?;
    Some(named.trim_start_matches('$').to_owned())
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
