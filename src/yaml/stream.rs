//! Files of JSON that hold one value after the other.
//!
//! In: a file's text. Out: where its values begin and end, as `kubectl` takes such a file apart before it sends them. The reader
//! of YAML would see the first and drop the rest.

use serde::de::IgnoredAny;

use crate::source::Source;

use super::split::Chunk;
use super::{Document, NoteKind};

/// The values of a `.json` file whose text, read as one YAML document, is none or has a tail that is dropped. Nothing where it is
/// no stream: where there are not two values, or one does not parse.
pub(super) fn values(source: &Source, read: &[Document]) -> Option<Vec<Chunk>> {
    let [document] = read else { return None };
    let dropped = document.notes.iter().any(|note| note.kind == NoteKind::IgnoredTail);
    let json = source.name.to_ascii_lowercase().ends_with(".json") && source.text.trim_start().starts_with('{');
    if !json || (document.tree.is_ok() && !dropped) {
        return None;
    }
    let mut stream = serde_json::Deserializer::from_str(&source.text).into_iter::<IgnoredAny>();
    let (mut chunks, mut end) = (Vec::new(), 0);
    while let Some(value) = stream.next() {
        value.ok()?;
        let gap = source.text[end..].len() - source.text[end..].trim_start().len();
        chunks.push(Chunk { start: end + gap, end: stream.byte_offset(), bad_separator: false });
        end = stream.byte_offset();
    }
    (chunks.len() > 1).then_some(chunks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{Limits, read};

    fn texts(name: &str, text: &str) -> Vec<String> {
        let source = Source::from_text(SourceId(0), name, text);
        read(&source, &Limits::default()).iter().map(|document| source.slice(document.span).to_owned()).collect()
    }

    #[test]
    fn json_values_are_documents_of_their_own() {
        for text in ["{\"a\": 1}\n{\"b\": 2}\n", "{\"a\": 1}{\"b\": 2}", "\n {\"a\": 1}\r\n\t{\"b\": 2}"] {
            assert_eq!(texts("a.json", text), ["{\"a\": 1}", "{\"b\": 2}"], "{text:?}");
            assert_eq!(texts("a.yaml", text), [text], "{text:?}");
        }
        for text in ["{\"a\": 1}", "{\"a\": 1}\n{", "{\"a\": 1}\nb", "{"] {
            assert_eq!(texts("a.json", text), [text], "{text:?}");
        }
    }
}
