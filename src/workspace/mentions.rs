//! What objects mention of which nobody asks more than what they are called.
//!
//! In: an object. Out: a note of the names in it, short enough to be kept when the object itself is let go; and out of such a
//! note, the names again.

use rustc_hash::FxHashSet;

use crate::object::Object;

use super::makers::{LONGEST_NAME, is_literal, strings};
use super::usage::spoken;

/// Kinds that may be large and come in thousands. Rules look at their metadata, and at nothing else that depends on other
/// objects but for the names that they mention.
const ONLY_NAMED: [(&str, &str); 1] = [("operators.coreos.com", "ClusterServiceVersion")];

/// Whether an object is of one of these kinds.
pub fn is_only_named(object: Object<'_>) -> bool {
    ONLY_NAMED.iter().any(|(group, kind)| object.gvk.is(group, kind))
}

/// The names that an object mentions.
pub fn note(object: Object<'_>) -> String {
    let (mut whole, mut words) = (FxHashSet::default(), FxHashSet::default());
    strings(object.root, |text| {
        whole.insert(text);
    });
    spoken(object, |word| {
        words.insert(word);
    });
    let mut note = String::new();
    for (names, end) in [(whole, "\n"), (words, "")] {
        let mut names: Vec<&str> = names.into_iter().collect();
        names.sort_unstable();
        for name in names {
            note.push_str(name);
            note.push(' ');
        }
        note.push_str(end);
    }
    note
}

/// Whether a word of an object of these kinds may be a name.
pub(super) fn is_name(word: &str) -> bool {
    word.len() <= LONGEST_NAME && is_literal(word)
}

/// What was noted of an object.
pub(super) struct Noted<'t> {
    whole: &'t str,
    words: &'t str,
}

impl<'t> Noted<'t> {
    /// Nothing where the object itself is here.
    pub(super) fn of(object: Object<'t>) -> Option<Self> {
        let (whole, words) = object.root.tree().note()?.split_once('\n')?;
        Some(Self { whole, words })
    }

    /// Strings that are names as a whole.
    pub(super) fn whole(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.whole.split_ascii_whitespace()
    }

    /// Words of texts that may be names.
    pub(super) fn words(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.words.split_ascii_whitespace()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, read};

    #[test]
    fn names_are_found_in_a_note_as_in_the_object() {
        let text = "apiVersion: operators.coreos.com/v1alpha1\nkind: ClusterServiceVersion\nmetadata:\n  name: a.v1\n  annotations: \
                    {alm-examples: '[{\"name\": \"my-config\"}]'}\nspec: {description: See the-docs of Ä, install: [web-tls]}\n";
        let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
        let tree = documents[0].tree.as_ref().expect("it parses");
        let object = Object::from_node(tree.root()).expect("an object");
        assert!(is_only_named(object) && Noted::of(object).is_none());
        let cut = tree.cut(256, |_, depth| depth > 0).with_note(note(object));
        let noted =
            Noted::of(Object::from_node(cut.root()).expect("an object")).map(|noted| (noted.whole(), noted.words()));
        let (whole, words) = noted.expect("a note");
        assert_eq!(whole.collect::<Vec<_>>(), ["a.v1", "web-tls"]);
        assert_eq!(
            words.collect::<Vec<_>>(),
            ["my-config", "name", "of", "operators.coreos.com", "the-docs", "v1alpha1", "web-tls"]
        );
    }
}
