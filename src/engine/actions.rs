//! What the actions of a chart's templates come to.
//!
//! In: the templates of charts, a line of one. Out: the actions that decide what stands there: those of the line, those that give
//! the variables in it, and those of the templates that it includes. Words decide, nothing is rendered.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::source::SourceId;

use super::texts::Texts;

/// Most texts that are looked at for one line, and the longest body of a template that counts.
const MOST: usize = 64;
const LONGEST: usize = 2_000;

/// The named templates of charts, by their names.
#[derive(Default)]
pub(super) struct Defined(FxHashMap<String, String>);

impl Defined {
    /// Those that sources define.
    pub(super) fn of(sources: impl Iterator<Item = SourceId>, texts: &mut Texts<'_>) -> Self {
        let mut defined = FxHashMap::default();
        for id in sources {
            let text = &texts.get(id).text;
            for rest in text.split("define \"").skip(1) {
                let Some((name, body)) = rest.split_once('"') else { continue };
                let body = body.split("define \"").next().unwrap_or_default();
                let end = (0..=LONGEST.min(body.len())).rev().find(|end| body.is_char_boundary(*end));
                defined.entry(name.to_owned()).or_insert_with(|| body[..end.unwrap_or_default()].to_owned());
            }
        }
        Self(defined)
    }

    /// The actions that decide what stands in a piece of a template, of which `text` is the whole.
    pub(super) fn deciding(&self, piece: &str, text: &str) -> Vec<String> {
        let mut waiting: VecDeque<String> = actions(piece).map(str::to_owned).collect();
        let (mut seen, mut found) = (FxHashSet::default(), Vec::new());
        while let Some(action) = waiting.pop_front().filter(|_| found.len() < MOST) {
            for called in ["include \"", "template \""].iter().flat_map(|word| action.split(word).skip(1)) {
                let name = called.split('"').next().unwrap_or_default();
                let body = self.0.get(name).filter(|_| seen.insert(name.to_owned()));
                waiting.extend(body.into_iter().flat_map(|body| actions(body)).map(str::to_owned));
            }
            for variable in variables(&action).filter(|name| seen.insert((*name).to_owned())) {
                let gives = |action: &&str| {
                    let rest = action.trim_start_matches(['-', ' ']).strip_prefix(variable).unwrap_or_default();
                    rest.trim_start().starts_with(":=") || rest.trim_start().starts_with("= ")
                };
                waiting.extend(actions(text).filter(gives).map(str::to_owned));
            }
            found.push(action);
        }
        found
    }
}

/// The actions of a template.
pub(super) fn actions(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next())
}

/// The fields that an action reads, without the dot or variable that they begin with: `Values.a.b` of `$.Values.a.b`.
pub(super) fn fields(action: &str) -> impl Iterator<Item = &str> {
    let words = action.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '$' | '_')));
    words
        .filter_map(|word| word.split_once('.').filter(|(before, _)| before.is_empty() || before.starts_with('$')))
        .map(|(_, path)| path)
        .filter(|path| !path.is_empty())
}

/// The texts that stand in quotes in an action.
pub(super) fn quoted(action: &str) -> impl Iterator<Item = &str> {
    action.split('"').skip(1).step_by(2)
}

/// The variables of an action: `$image` of `$image.tag`.
fn variables(action: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    action.match_indices('$').filter_map(move |(at, _)| {
        let name = &action[at + 1..];
        let end = name.find(|c| !is_part(c)).unwrap_or(name.len());
        (end > 0).then(|| &action[at..=at + end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_what_stands_between_braces() {
        assert_eq!(actions("a: {{ .x }}\nb: {{- .y -}}").collect::<Vec<_>>(), [" .x ", "- .y -"]);
    }

    #[test]
    fn what_is_included_and_what_variables_hold_decides() {
        let defined = Defined([("a.b".to_owned(), " -}}{{ .Values.x }}{{ end }}".to_owned())].into_iter().collect());
        let text = "{{- $tag := .Values.tag }}\nimage: {{ include \"a.b\" . }}:{{ $tag }}";
        let found = defined.deciding("image: {{ include \"a.b\" . }}:{{ $tag }}", text);
        let read: Vec<&str> = found.iter().flat_map(|action| fields(action)).collect();
        assert!(read.contains(&"Values.x") && read.contains(&"Values.tag"), "{read:?}");
        assert_eq!(quoted("default \"a\" .b | x \"c\"").collect::<Vec<_>>(), ["a", "c"]);
    }
}
