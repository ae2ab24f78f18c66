//! Placeholders of template languages.
//!
//! In: a document that does not parse, and where it went wrong. Out: whether a template language is to blame: Helm, Jinja
//! or envsubst placeholders at the place, or lines that are nothing but template control.

/// Whether `text` (a document that does not parse) is a template, judged around the byte `at` where reading failed.
pub fn is_template(text: &str, at: usize) -> bool {
    let at = at.min(text.len());
    let lines = text.lines();
    lines.clone().any(is_control_line) || around(text, at).any(has_placeholder)
}

/// A line that begins with a template action, or whose value does: no YAML ever meant it so.
fn is_control_line(line: &str) -> bool {
    let line = line.trim_start();
    let value = line.split_once(": ").map_or(line, |(_, value)| value.trim_start());
    let item = line.strip_prefix("- ").unwrap_or(line);
    [line, value, item].iter().any(|text| text.starts_with("{{") || text.starts_with("{%"))
}

fn has_placeholder(line: &str) -> bool {
    ["{{", "{%", "${", "<%"].iter().any(|mark| line.contains(mark))
}

/// The lines around a byte: two before it, its own, one after it.
fn around(text: &str, at: usize) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let number = memchr::memchr_iter(b'\n', &bytes[..at]).count();
    text.lines().skip(number.saturating_sub(2)).take(4)
}

#[cfg(test)]
mod tests {
    use super::is_template;

    #[test]
    fn templates_are_told_from_broken_manifests() {
        assert!(is_template("{{- if .Values.x }}\na: 1\n", 0));
        assert!(is_template("a: 1\nname: {{ .Release.Name }}\n", 11));
        assert!(is_template("a: 1\n${PORTS}\nb: 2\n", 14));
        assert!(!is_template("summary: \"{{ $labels.pod }} is down\"\n\n\n\n\nspec:\n\tx: 1\n", 46));
    }
}
