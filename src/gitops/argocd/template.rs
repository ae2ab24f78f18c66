//! Placeholders in the templates of ApplicationSets.
//!
//! In: a text. Out: what stands between `{{` and `}}`, and which parameter that is, in either of the two languages; the text
//! with parameters filled in, where it is simple enough.

use super::generators::Parameters;

/// The insides of all placeholders, trimmed, with the dashes that eat blanks gone.
pub fn tags(text: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((tag, behind)) = after.split_once("}}") else { break };
        tags.push(tag.strip_prefix("- ").unwrap_or(tag).strip_suffix(" -").unwrap_or(tag).trim());
        rest = behind;
    }
    tags
}

/// Whether a tag is a name as templates without `goTemplate` have it: `name`, `values.env`, `path[0]`.
pub fn is_plain_name(tag: &str) -> bool {
    let mut chars = tag.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']' | '/'))
}

/// The parameter that a Go template's action prints or hands to functions: `a.b` of `.a.b | lower`. Nothing for anything
/// with a default, a condition, or more than one operand.
pub fn go_parameter(tag: &str) -> Option<&str> {
    let mut parts = tag.split('|').map(str::trim);
    let name = parts.next()?.strip_prefix('.')?;
    let field = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let plain = !name.is_empty() && name.chars().all(field) && !name.ends_with('.');
    const LENIENT: [&str; 7] = ["default", "empty", "coalesce", "ternary", "dig", "toYaml", "toJson"];
    let strict = parts.all(|part| !LENIENT.contains(&part.split_whitespace().next().unwrap_or("")));
    (plain && strict).then_some(name)
}

/// The text with its parameters filled in; nothing where a tag is more than a parameter that is known.
pub fn render(text: &str, parameters: &Parameters<'_>, go: bool) -> Option<String> {
    let mut done = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (tag, behind) = after.split_once("}}")?;
        let name = if go { tag.trim().strip_prefix('.')? } else { tag.trim() };
        done.push_str(before);
        done.push_str(parameters.get(name).copied().flatten()?);
        rest = behind;
    }
    Some(done + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_taken_apart() {
        assert_eq!(tags("a-{{ name }}-{{- .x -}}{{`{{ raw }}`}}"), ["name", ".x", "`{{ raw"]);
        assert!(
            is_plain_name("path[0]")
                && is_plain_name("values.env")
                && !is_plain_name(".x")
                && !is_plain_name("lower x")
        );
        assert_eq!(go_parameter(".path.basename | lower"), Some("path.basename"));
        assert_eq!(go_parameter(".a | default \"x\""), None);
        assert_eq!(go_parameter("if .a"), None);
        assert_eq!(go_parameter("."), None);
    }

    #[test]
    fn parameters_are_filled_in() {
        let set = Parameters::from([("env".to_owned(), Some("dev")), ("port".to_owned(), None)]);
        assert_eq!(render("web-{{ env }}", &set, false).as_deref(), Some("web-dev"));
        assert_eq!(render("web-{{.env}}", &set, true).as_deref(), Some("web-dev"));
        assert_eq!(render("web-{{port}}", &set, false), None);
        assert_eq!(render("web", &set, false).as_deref(), Some("web"));
    }
}
