//! What people say of a value beside it.
//!
//! In: a node. Out: the comments behind it in its line and in the line above it, at each place that it was put together from.

use crate::source::Span;

use super::Node;

/// Nobody comments on a value in a longer line.
const LONGEST: usize = 1000;

impl<'t> Node<'t> {
    /// The comments beside the value, without the sign that begins them.
    pub fn remarks(self) -> impl Iterator<Item = &'t str> {
        self.written_places().flat_map(|(span, text)| [above(text, span), behind(text, span)]).flatten()
    }

    /// Whether a comment in its document, in a line of its own, holds that key: `# tls:`.
    pub fn comments_out(self, key: &str) -> bool {
        let is_key = |line: &str| {
            let comment = line.trim_start().strip_prefix('#').map(|rest| rest.trim_start_matches([' ', '#']));
            comment.and_then(|rest| rest.strip_prefix(key)).is_some_and(|rest| rest.trim_end() == ":")
        };
        self.written_places().any(|(span, text)| document(text, span).lines().any(is_key))
    }
}

/// The comment that is the line above.
fn above(text: &str, span: Span) -> Option<&str> {
    let before = near(text.get(..span.start as usize)?, false);
    let (rest, _) = before.rsplit_once('\n')?;
    rest.rsplit('\n').next()?.trim().strip_prefix('#')
}

/// The comment behind the value in its line.
fn behind(text: &str, span: Span) -> Option<&str> {
    let value = text.get(span.start as usize..span.end as usize)?;
    let rest = near(text.get(span.end as usize..)?, true).lines().next()?;
    let comment = rest.trim_start_matches(['"', '\'', ',', '}', ']']).trim_start().strip_prefix('#')?;
    (!value.contains('\n')).then_some(comment)
}

/// The document that a place lies in.
fn document(text: &str, span: Span) -> &str {
    let (start, end) = (span.start as usize, span.end as usize);
    let begins = text.get(..start).and_then(|before| before.rfind("\n---")).unwrap_or(0);
    let ends = text.get(end..).and_then(|rest| rest.find("\n---")).map_or(text.len(), |at| end + at);
    text.get(begins..ends).unwrap_or_default()
}

/// The part of a text at its beginning, or at its end, that is looked at.
fn near(text: &str, beginning: bool) -> &str {
    let mut at = if beginning { text.len().min(LONGEST) } else { text.len().saturating_sub(LONGEST) };
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (first, second) = text.split_at(at);
    if beginning { first } else { second }
}

#[cfg(test)]
mod tests {
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, read};

    #[test]
    fn comments_beside_a_value_are_found() {
        let text = "# of the map\na: one # behind\n# above\nb: 'two'\n\nc: three\nd: |\n  four\n# below\n";
        let source = Source::from_text(SourceId(0), "a.yaml", text);
        let documents = read(&source, &Limits::default());
        let root = documents[0].tree.as_ref().expect("it is YAML").root();
        let of = |key: &str| root.get(key).expect("the key").remarks().map(str::trim).collect::<Vec<_>>();
        assert_eq!(of("a"), ["of the map", "behind"]);
        assert_eq!(of("b"), ["above"]);
        assert_eq!((of("c"), of("d")), (vec![], vec![]));
    }
}
