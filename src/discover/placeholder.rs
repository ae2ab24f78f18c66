//! Placeholders of template languages.
//!
//! In: a document that does not parse, and where it went wrong; a value. Out: whether a template language is to blame: Helm,
//! Jinja or envsubst placeholders at the place, or lines that are nothing but template control; the placeholder in a value
//! that something in the repository fills in.

use super::corners::is_named_template;
use crate::placeholder::PIPED;

/// Whether a text is a description of an interface, which programs keep as templates of their own.
pub fn is_interface(text: &str) -> bool {
    begins_with(text, &["asyncapi:", "openapi:", "swagger:"])
}

/// Whether a text is a suite of tests of a chart, as helm-unittest reads them.
pub fn is_suite(text: &str) -> bool {
    begins_with(text, &["suite:"])
}

/// Whether the comments at the top of a text say that it is a template, and to put something in: `# Template ... Replace <NAME>`.
pub fn is_template_by_header(text: &str) -> bool {
    const FILL: [&str; 6] = ["replace", "fill", "copy", "customi", "substitut", "your own"];
    let head =
        text.lines().map(str::trim).take_while(|line| line.is_empty() || *line == "---" || line.starts_with('#'));
    let head = head.collect::<Vec<_>>().join("\n").to_ascii_lowercase();
    head.contains("template") && FILL.iter().any(|word| head.contains(word))
}

/// Whether the first line of a text that says something begins with one of these keys.
fn begins_with(text: &str, keys: &[&str]) -> bool {
    let first =
        text.lines().map(str::trim_end).find(|line| !line.is_empty() && *line != "---" && !line.starts_with('#'));
    first.is_some_and(|line| keys.iter().any(|key| line.starts_with(key)))
}

/// Whether `text` (a document that does not parse) is a template, checked around the byte `at` where reading failed.
pub fn is_template(text: &str, at: usize) -> bool {
    let at = at.min(text.len());
    let lines = text.lines();
    lines.clone().any(|line| is_control_line(line) || is_token(line))
        || around(text, at).any(has_placeholder)
        || unknown_token(text, at).is_some()
}

/// What a template of a language that nobody knows has in the place of YAML, in a document that does not parse at a byte: a line that is
/// nothing but a name in capitals (`DATE_LABEL`) around that place, or a name with a default anywhere (`WEB_IMAGE|-image: web:1-|`).
pub fn unknown_token(text: &str, at: usize) -> Option<&str> {
    let piped = |line: &str| line.split(" #").next().is_some_and(|line| line.trim_end().ends_with("-|"));
    let line = text.lines().find(|line| line.contains(PIPED) && piped(line)).map(str::trim_start);
    let token = line.and_then(|line| crate::placeholder::in_value(line.trim_start_matches("- ")));
    if let Some(token) = token.filter(|token| token.ends_with(PIPED)) {
        return Some(token);
    }
    let lines: Vec<&str> = text.lines().collect();
    let number = number_at(text, at.min(text.len()));
    // What may be a key that lacks its colon stands beside others like it.
    let is_key = |at: usize| {
        let key = lines.get(at).and_then(|line| line.trim().split_once(':'));
        key.is_some_and(|(key, _)| is_constant(key))
    };
    let is_alone = |at: &usize| {
        is_constant(lines[*at].trim().trim_start_matches('$')) && !is_key(at.wrapping_sub(1)) && !is_key(at + 1)
    };
    let around = number.saturating_sub(2)..(number + 2).min(lines.len());
    around.into_iter().find(is_alone).map(|at| lines[at].trim())
}

/// A name in capitals, of several words.
fn is_constant(text: &str) -> bool {
    text.len() > 4
        && text.contains('_')
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
}

/// A line that is nothing but a name between `<` and `>`, in the place of which a program puts lines of its own.
fn is_token(line: &str) -> bool {
    let name = line.trim().strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or_default();
    let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    name.len() > 2 && name.starts_with(|c: char| c.is_ascii_uppercase()) && name.bytes().all(plain)
}

/// What begins the placeholders that Flux fills in.
pub const FLUX: &str = "${";
/// What begins the variables of kustomize.
pub const KUSTOMIZE: &str = "$(";

/// The first placeholder in a value that begins with one of these marks.
pub fn in_value<'v>(value: &'v str, marks: &[&str]) -> Option<&'v str> {
    let (start, mark) = marks.iter().filter_map(|mark| Some((value.find(mark)?, mark.len()))).min()?;
    let close = if value[start..].starts_with(FLUX) { '}' } else { ')' };
    let inside = value[start + mark..].split_once(close)?.0;
    let named = inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    named.then(|| &value[start..=start + mark + inside.len()])
}

/// The value of a file that is called a template, where it is nothing but words with `_` between them: `service_name`. What the
/// server takes for names has none.
pub fn in_template_file<'v>(file: &str, value: &'v str) -> Option<&'v str> {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    let words = |text: &str| text.contains('_') && text.split('_').all(is_word);
    is_named_template(file).then(|| value.trim_matches(['"', '\''])).filter(|value| words(value))
}

/// Whether a placeholder is written for a program that fills it in, and not for people: `${NAME}`, `{{ name }}`, `%NAME%`.
pub fn is_for_programs(placeholder: &str) -> bool {
    ["$", "{", "<%", "%", "#{", "@", "~", "__"].iter().any(|mark| placeholder.starts_with(mark))
        || placeholder.ends_with(PIPED)
}

/// The one word in capitals of a name that has small letters otherwise, `restore-TIMESTAMP`, or the first of several with `_` in them:
/// `NS_ID-web-BUILD_ID`.
pub fn word(value: &str) -> Option<&str> {
    let value = value.trim_matches(['"', '\'']);
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    let mut words = value.split(['-', '.']).filter(|word| word.bytes().any(|b| b.is_ascii_uppercase()));
    let (word, rest) = (words.next()?, words.collect::<Vec<_>>());
    let is_capital = |word: &str| word.len() > 3 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let several =
        || std::iter::once(word).chain(rest.iter().copied()).all(|word| is_capital(word) && word.contains('_'));
    let one = (rest.is_empty() && is_capital(word)) || several();
    (one && word.len() < value.len() && value.bytes().all(is_name)).then_some(word)
}

/// A line that begins with a template action, or whose value does: no YAML ever meant it so.
fn is_control_line(line: &str) -> bool {
    let line = line.trim_start();
    let value = line.split_once(": ").map_or(line, |(_, value)| value.trim_start());
    let item = line.strip_prefix("- ").unwrap_or(line);
    // Terraform's `%{ if ... }`; no plain text begins with a percent sign.
    [line, value, item].iter().any(|text| CONTROL.iter().any(|open| text.starts_with(open)))
}

/// How lines of control begin: of Go's templates and Jinja, Terraform, FreeMarker.
const CONTROL: [&str; 6] = ["{{", "{%", "%{", "<#", "</#", "<@"];

fn has_placeholder(line: &str) -> bool {
    ["{{", "{%", "${", "%{", "<%"].iter().any(|mark| line.contains(mark)) || begins_with_sign(line)
}

/// A line whose value begins with a name between signs (`@NAME@`, `%NAME%`), with which no YAML begins.
fn begins_with_sign(line: &str) -> bool {
    let value = line.split_once(": ").map_or(line, |(_, value)| value).trim_start().trim_start_matches("- ");
    let name = |sign: char| {
        let inside = value.strip_prefix(sign)?.trim_start_matches(sign);
        inside.split_once(sign).map(|(name, _)| name)
    };
    let name = name('@').or_else(|| name('%')).unwrap_or_default();
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// The lines around a byte: two before it, its own, one after it.
fn around(text: &str, at: usize) -> impl Iterator<Item = &str> {
    text.lines().skip(number_at(text, at).saturating_sub(2)).take(4)
}

/// The number of the line that holds a byte.
fn number_at(text: &str, at: usize) -> usize {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count()
}

#[cfg(test)]
mod tests {
    use super::{FLUX, KUSTOMIZE, in_template_file, in_value, is_template, is_template_by_header, unknown_token, word};

    #[test]
    fn placeholders_are_found_in_values() {
        for (value, found) in [
            ("app-${NAME:=x}-db", Some("${NAME:=x}")),
            ("$(kfp-app-name)", Some("$(kfp-app-name)")),
            ("a $ b (c) {d}", None),
            ("${", None),
            ("$()", None),
        ] {
            assert_eq!(in_value(value, &[FLUX, KUSTOMIZE]), found, "{value}");
        }
        assert_eq!(in_value("$(name)", &[FLUX]), None);
    }

    #[test]
    fn words_stand_for_values_in_templates_and_names() {
        assert_eq!(in_template_file("a/template.yaml", "service_name"), Some("service_name"));
        assert_eq!(in_template_file("a/web.yaml", "service_name"), None);
        assert_eq!(in_template_file("a/template.yaml", "service-name"), None);
        assert_eq!(word("restore-TIMESTAMP"), Some("TIMESTAMP"));
        assert_eq!([word("My-App"), word("APP"), word("two-APPS-NAMES"), word("a b-NAME")], [None; 4]);
    }

    #[test]
    fn a_header_says_that_something_is_to_be_filled_in() {
        assert!(is_template_by_header("# Template: a route\n# Replace: <NAME>\nkind: A\n"));
        assert!(!is_template_by_header("# a route\nkind: A\n# Template, replace <NAME>\n"));
        assert!(!is_template_by_header("# made of a template\nkind: A\n"));
    }

    #[test]
    fn templates_are_told_from_broken_manifests() {
        assert!(is_template("{{- if .Values.x }}\na: 1\n", 0));
        assert!(is_template("a: 1\nname: {{ .Release.Name }}\n", 11));
        assert!(is_template("a: 1\n${PORTS}\nb: 2\n", 14));
        assert!(is_template("a: 1\n%{~ if host ~}\nb: 2\n%{~ endif ~}\n", 5));
        assert!(is_template("metadata:\n  name: @STS_NAME@\n", 18));
        assert!(is_template("metadata:\n  host: %TARGET%\n", 18));
        assert!(is_template("metadata:\n  host: %%TARGET%%\n", 18));
        assert!(is_template("metadata:\n<#if a??>\n  host: ${a}\n</#if>\n", 10));
        assert!(is_template("a: 1\n<ISSUER_ANNOTATION_1>\n<ISSUER_ANNOTATION_2>\n\n\n\nb: 2\n", 5));
        assert!(is_template("a:\n  %{~ if tls ~}\n  b: 1\n  %{~ endif ~}\n", 5));
        assert!(is_template("labels:\n  app: web\n  GEN_DATE_LABEL\n", 21));
        assert!(is_template("- name: web\n  GEN_IMAGE|-image: web:1-|\n  x: y\n", 14));
        assert!(!is_template("labels:\n  app: web\n  Date_label\n", 21) && !is_template("a: b\n  LABEL\n", 7));
        assert!(!is_template("a: 1\n<value>\nb: 2\n", 5) && !is_template("a: b\n<URL> x\nc: d: e\n", 5));
        assert!(is_template("metadata:\n  labels:\n    a: b\n    DATE_LABEL\nspec:\n", 32));
        assert!(is_template("a:\n  b: c\n$MORE_CONFIG\nspec:\n", 9));
        assert!(!is_template("data:\n  DB_HOST: a\n  DB_PASSWORD\n  DB_NAME: b\n", 21));
        assert_eq!(unknown_token("a:\n- b: c\n  WEB_IMAGE|-image: web:1-|\n  d: e\n", 3), Some("WEB_IMAGE|-"));
        assert!(!is_template("metadata:\n  name: @team\n", 18));
        assert!(!is_template("summary: \"{{ $labels.pod }} is down\"\n\n\n\n\nspec:\n\tx: 1\n", 46));
    }
}
