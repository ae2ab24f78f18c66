//! Texts that stand for a value to be filled in.
//!
//! In: a value. Out: the placeholder in it, in any of the forms that people use who fill in by sed, envsubst, a template
//! language, a pipeline or by hand: `{{ .X }}`, `${X}`, `$(X)`, `<X>`, `#{X}#`, `%X%`, `@X@`, `__X__`, `[[X]]`, `$X`, and words
//! such as `PROJECT_ID` and `REPLACE_ME`. Words in small letters count where they say that a value comes later:
//! `replace_name`, `provide_through_set_flag`, `to-be-replaced`.

/// Forms with a beginning and an end.
const PAIRS: [(&str, &str); 9] = [
    ("{{", "}}"),
    ("${", "}"),
    ("$(", ")"),
    ("<%", "%>"),
    ("#{", "}"),
    ("[[", "]]"),
    ("@@", "@@"),
    ("%%", "%%"),
    ("<<", ">>"),
];

/// Forms whose name stands between these signs, without spaces.
const SIGNS: [(&str, &str); 2] = [("<", ">"), ("@", "@")];

/// A word that holds one of these, in capitals, is to be replaced.
const COMMANDS: [&str; 11] = [
    "CHANGE",
    "CHANGEIT",
    "CHANGEME",
    "FIXME",
    "INSERT",
    "PLACEHOLDER",
    "REPLACE",
    "REPLACED",
    "REPLACEME",
    "TODO",
    "YOUR",
];

/// A word of several parts, in capitals, that ends in one of these names what is to stand there.
const NAMES: [&str; 28] = [
    "ADDRESS",
    "ARN",
    "BUNDLE",
    "CIDR",
    "CLASS",
    "CLUSTER",
    "COUNT",
    "DOMAIN",
    "EMAIL",
    "HERE",
    "HOST",
    "HOSTNAME",
    "ID",
    "IMAGE",
    "NAME",
    "NAMESPACE",
    "PORT",
    "PREFIX",
    "REGION",
    "REGISTRY",
    "REPLICAS",
    "REPOSITORY",
    "SIZE",
    "SUFFIX",
    "TAG",
    "URL",
    "VERSION",
    "ZONE",
];

/// Longer texts are no values to be filled in.
const LONGEST: usize = 4096;

/// The first placeholder in a value.
pub fn in_value(value: &str) -> Option<&str> {
    let plain =
        |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'/' | b':' | b'-' | b'_' | b' ');
    if let Some(found) = to_replace(value).or_else(|| supplied_later(value)) {
        return Some(found);
    }
    // Most values are no more than that.
    if value.len() > LONGEST || value.bytes().all(plain) {
        return None;
    }
    if let Some(found) = piped(value).or_else(|| in_angles(value)) {
        return Some(found);
    }
    let paired = PAIRS.iter().filter_map(|(open, close)| between(value, open, close, is_expression));
    let signed = SIGNS.iter().filter_map(|(open, close)| between(value, open, close, is_name));
    // `__name__` is a label of Prometheus, `__init__` a name in Python.
    let underscored =
        between(value, "__", "__", |inner| is_name(inner) && inner.contains(|c: char| c.is_ascii_uppercase()));
    // `%s-%s` is what a text is formatted by.
    let percent =
        between(value, "%", "%", |inner| is_percented(inner) && is_name(inner) && !inner.contains(['-', '.', ' ']));
    // `{THREAD_ID}`: in small letters it is JSON's, or a text's.
    let braced = between(value, "{", "}", |inner| inner.len() > 2 && inner.bytes().all(is_of_constant));
    let marked = paired
        .chain(signed)
        .chain(braced)
        .chain(underscored)
        .chain(percent)
        .chain(variable(value))
        .chain(looked_up(value))
        .chain(referred(value))
        .chain(encrypted(value));
    let marked = marked.chain(in_tildes(value));
    // Of two that begin at one place the longer one is meant.
    let first = marked.min_by_key(|found| (found.as_ptr() as usize, usize::MAX - found.len()));
    first.or_else(|| word(value))
}

/// Whether a pattern, in which `*` stands for any text, is in a value.
pub fn matches(pattern: &str, value: &str) -> bool {
    let mut rest = value;
    pattern.split('*').all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

fn is_of_constant(b: u8) -> bool {
    b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_'
}

/// What begins a value, or a key, of which a program makes another one: `WEB_IMAGE|-image: web:1.2-|` has the key with the default
/// behind it.
fn piped(value: &str) -> Option<&str> {
    let at = value.find(PIPED)?;
    let is_part = |b: u8| is_of_constant(b) || b == b'-';
    let name = &value[..at];
    let named = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.len() > 2 && name.bytes().all(is_part);
    named.then(|| &value[..at + PIPED.len()])
}

/// What stands between the name and the default of such a value.
pub const PIPED: &str = "|-";

/// A value that is nothing but words between `<` and `>`: `<a little less than the interval>`.
fn in_angles(value: &str) -> Option<&str> {
    let value = value.trim_matches(['"', '\'']);
    let inner = value.strip_prefix('<')?.strip_suffix('>')?;
    (is_expression(inner) && !inner.contains(['<', '>', '\n']) && !inner.ends_with('/')).then_some(value)
}

/// The first text between two signs, with them, where what is between is right.
fn between<'v>(value: &'v str, open: &str, close: &str, is_right: impl Fn(&str) -> bool) -> Option<&'v str> {
    value.match_indices(open).find_map(|(at, _)| {
        let inner = &value[at + open.len()..];
        let end = inner.find(close)?;
        is_right(&inner[..end]).then(|| &value[at..at + open.len() + end + close.len()])
    })
}

/// What is long enough to stand between signs of per cent: two letters are a verb of a format, unless both are capitals.
fn is_percented(inner: &str) -> bool {
    inner.len() > 2 || (inner.len() == 2 && inner.bytes().all(|b| b.is_ascii_uppercase()))
}

/// What may stand in brackets: anything that names something.
fn is_expression(inner: &str) -> bool {
    inner.contains(|c: char| c.is_ascii_alphabetic())
}

/// What may stand between single signs: a name.
fn is_name(inner: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    inner.starts_with(|c: char| c.is_ascii_alphabetic()) && inner.len() <= 64 && inner.chars().all(is_part)
}

/// What a plugin of Argo CD looks up in a vault: `<path:secret/data/web#password>`, `<secret:password|base64>`.
fn looked_up(value: &str) -> Option<&str> {
    let is_scheme = |scheme: &str| matches!(scheme, "path" | "secret" | "vault" | "avp");
    between(value, "<", ">", |inner| {
        inner.split_once(':').is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty())
    })
}

/// What vals puts a value from elsewhere in the place of: `ref+vault://path#/key`.
fn referred(value: &str) -> Option<&str> {
    value.match_indices("ref+").find_map(|(at, mark)| {
        let (scheme, rest) = value[at + mark.len()..].split_once("://")?;
        let end = rest.find([' ', '"', '\'']).unwrap_or(rest.len());
        let plain = !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        (plain && end > 0).then(|| &value[at..value.len() - rest.len() + end])
    })
}

/// What sops or eyaml decrypts: `ENC[AES256_GCM,data:...]`.
fn encrypted(value: &str) -> Option<&str> {
    between(value, "ENC[", "]", |inner| inner.contains(','))
}

/// Whether only the program that a placeholder is written for reads it: it looks the value up, or decrypts it.
pub fn is_looked_up(placeholder: &str) -> bool {
    ["ref+", "<path:", "ENC["].iter().any(|start| placeholder.starts_with(start))
}

/// What a plugin fills in between tildes: `~vault:path:key~`.
fn in_tildes(value: &str) -> Option<&str> {
    between(value, "~", "~", |inner| {
        let scheme = inner.split_once(':').map(|(scheme, rest)| (scheme, rest.is_empty()));
        scheme.is_some_and(|(scheme, empty)| {
            !empty && scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        })
    })
}

/// A variable of a shell without brackets, in capitals.
fn variable(value: &str) -> Option<&str> {
    value.match_indices('$').find_map(|(at, _)| {
        let name = value[at + 1..].find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
        let end = name.map_or(value.len(), |end| at + 1 + end);
        value[at + 1..end].starts_with(|c: char| c.is_ascii_uppercase()).then(|| &value[at..end])
    })
}

/// A word in small letters that says that it is to be replaced: `replace_name`.
fn to_replace(value: &str) -> Option<&str> {
    // Hardly any value has one, and this is asked of every image again and again.
    let bytes = value.as_bytes();
    if !memchr::memchr_iter(b'r', bytes).any(|at| bytes[at..].starts_with(b"replace")) {
        return None;
    }
    let at = value.find("replace_").or_else(|| value.find("replace-me")).filter(|_| value.len() <= LONGEST)?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begins = !value[..at].ends_with(is_word);
    let end = value[at + "replace_".len()..].find(|c: char| !is_word(c) && c != '-').map(|end| at + 8 + end);
    begins.then(|| &value[at..end.unwrap_or(value.len())])
}

/// A word of several parts that says who gives the value later, or that somebody does: `provide_through_set_flag`,
/// `overridden-by-ci`, `to_be_replaced`.
fn supplied_later(value: &str) -> Option<&str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if value.len() > LONGEST || memchr::memchr2(b'_', b'-', value.as_bytes()).is_none() {
        return None;
    }
    value.split(|c: char| !is_word(c)).find(|word| word.len() > 8 && word.contains(['_', '-']) && says_later(word))
}

/// Whether the parts of a word say that.
fn says_later(word: &str) -> bool {
    let is_one = |part: &str, known: &[&str]| known.iter().any(|known| part.eq_ignore_ascii_case(known));
    let mut parts = word.split(['_', '-']);
    let first = parts.next().unwrap_or_default();
    let Some(second) = parts.next() else { return false };
    if first.eq_ignore_ascii_case("to") && second.eq_ignore_ascii_case("be") {
        return parts.next().is_some_and(|third| is_one(third, &GIVEN));
    }
    // With hyphens it may be a name that the server takes: who gives the value has to be one that does such things.
    let by = |giver: &str| word.contains('_') || is_one(giver, &GIVERS);
    is_one(first, &GIVEN)
        && is_one(second, &["by", "through", "via", "from", "in", "at"])
        && parts.next().is_some_and(by)
}

/// What is done with a value that comes later.
const GIVEN: [&str; 16] = [
    "configured",
    "defined",
    "filled",
    "given",
    "injected",
    "overridden",
    "override",
    "overwritten",
    "passed",
    "provide",
    "provided",
    "replaced",
    "set",
    "specified",
    "substituted",
    "supplied",
];

/// Who gives values.
const GIVERS: [&str; 24] = [
    "argo",
    "argocd",
    "automation",
    "build",
    "ci",
    "cd",
    "cicd",
    "deploy",
    "deployment",
    "env",
    "environment",
    "flag",
    "flux",
    "helm",
    "jenkins",
    "kustomize",
    "overlay",
    "overlays",
    "pipeline",
    "release",
    "script",
    "values",
    "vault",
    "workflow",
];

/// Whether a placeholder says by itself that the value is given when the chart or manifest is deployed.
pub fn is_supplied_later(placeholder: &str) -> bool {
    supplied_later(placeholder) == Some(placeholder)
}

/// A word in capitals that says that it is to be replaced, or by what.
fn word(value: &str) -> Option<&str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let words = value.split(|c: char| !is_word(c));
    // `REPLACE-ME` is one word, `NODE_NAME-disk` has one.
    words.flat_map(|word| std::iter::once(word).chain(word.split('-').filter(|part| part.len() < word.len()))).find(
        |word| {
            let capitals = word.len() > 3 && word.contains(|c: char| c.is_ascii_uppercase());
            if !capitals || word.contains(|c: char| c.is_ascii_lowercase()) {
                return false;
            }
            let mut parts = word.split(['_', '-']);
            let several = word.contains(['_', '-']);
            parts.clone().any(|part| COMMANDS.contains(&part))
                || (several && parts.next_back().is_some_and(|last| NAMES.contains(&last)))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_all_forms_are_found() {
        for (value, found) in [
            ("dd-thread-{THREAD_ID}", "{THREAD_ID}"),
            ("{{ .Values.x }}", "{{ .Values.x }}"),
            ("a-${NAME:-x}-b", "${NAME:-x}"),
            ("$(TAG)", "$(TAG)"),
            ("<secret:password|base64>", "<secret:password|base64>"),
            ("<path:secret/data/web#password>", "<path:secret/data/web#password>"),
            ("%TARGET%", "%TARGET%"),
            ("ref+op://Lab/db/password", "ref+op://Lab/db/password"),
            ("a-secretref+vault://x#/y b", "ref+vault://x#/y"),
            ("ENC[AES256_GCM,data:a,iv:b]", "ENC[AES256_GCM,data:a,iv:b]"),
            ("app:$TAG", "$TAG"),
            ("<your image>", "<your image>"),
            ("__IMAGE__", "__IMAGE__"),
            ("#{X}#", "#{X}"),
            ("%IMAGE%", "%IMAGE%"),
            ("web-%NS%", "%NS%"),
            ("@@IMAGE@@", "@@IMAGE@@"),
            ("@IMAGE@", "@IMAGE@"),
            ("[[IMAGE]]", "[[IMAGE]]"),
            ("gcr.io/PROJECT_ID/x", "PROJECT_ID"),
            ("AUTOMATIC_REPLACE", "AUTOMATIC_REPLACE"),
            ("REPLACE-ME", "REPLACE-ME"),
            ("NODE_NAME-disk", "NODE_NAME"),
            ("CHANGEME", "CHANGEME"),
            ("web-replace_name", "replace_name"),
            ("replace-me", "replace-me"),
            ("provide_through_set_flag", "provide_through_set_flag"),
            ("web:overridden_by_environment", "overridden_by_environment"),
            ("to-be-replaced", "to-be-replaced"),
            ("SET_BY_CI", "SET_BY_CI"),
            ("set-by-pipeline", "set-by-pipeline"),
            ("WEB_IMAGE|-image", "WEB_IMAGE|-"),
            ("<periods * tries == grace>", "<periods * tries == grace>"),
        ] {
            assert_eq!(in_value(value), Some(found), "{value}");
        }
        for value in [
            "",
            "web",
            "__name__",
            "MyApp",
            "MY_APP",
            "TCP",
            "100%",
            "a <b",
            "ref+",
            "href+://a",
            "ENC[]",
            "10 % 5 %",
            "x@sha256:abc",
            "$",
            "${}",
            "a_b__c",
            "%s-%s",
            "%d%x%ld%",
            "dont_replace_it",
            "set-by-example",
            "data-set_by_x",
            "to-be-or-not",
            "A|-",
            "replaced",
            "1Gi",
            "NodePort",
            "HTTP",
            "a@b.c",
            "quay.io/a/b:V1",
            "stand-by-me",
            "web-be-api",
            "asset-by-ci",
            "set-by-",
            "set-bye-bye",
        ] {
            assert_eq!(in_value(value), None, "{value}");
        }
    }

    #[test]
    fn patterns_match_anywhere() {
        assert!(matches("${*}", "a-${X}-b") && matches("PROJECT_ID", "gcr.io/PROJECT_ID/x"));
        assert!(!matches("${*}", "a-$X") && !matches("__*__", "__a"));
    }
}
