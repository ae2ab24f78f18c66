//! Texts that stand for a value to be filled in.
//!
//! In: a value. Out: the placeholder in it, in any of the forms that people use who fill in by sed, envsubst, a template
//! language, a pipeline or by hand: `{{ .X }}`, `${X}`, `$(X)`, `<X>`, `#{X}#`, `%X%`, `@X@`, `__X__`, `[[X]]`, `$X`, and words
//! such as `PROJECT_ID` and `REPLACE_ME`.

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
    if let Some(found) = to_replace(value) {
        return Some(found);
    }
    if let Some(found) = supplied(value) {
        return Some(found);
    }
    // Most values are no more than that.
    if value.len() > LONGEST || value.bytes().all(plain) {
        return None;
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

/// What is done to a value that comes from elsewhere.
const SUPPLIED: [&str; 21] = [
    "added",
    "configured",
    "defined",
    "determined",
    "filled",
    "generated",
    "given",
    "injected",
    "overridden",
    "override",
    "overwritten",
    "populated",
    "provide",
    "provided",
    "replace",
    "replaced",
    "set",
    "specified",
    "substituted",
    "supplied",
    "updated",
];

/// Words that say that a value comes from elsewhere: `set_by_ci`, `provide-through-flag`, `to_be_replaced`.
fn supplied(value: &str) -> Option<&str> {
    let bytes = value.as_bytes();
    let is_sign = |b: u8| matches!(b, b'_' | b'-');
    let is_word = |b: u8| b.is_ascii_alphanumeric();
    // Hardly any value has one: the short word in the middle is looked for first.
    let mut signs = (1..bytes.len()).filter(|&at| is_sign(bytes[at]) && is_word(bytes[at - 1]));
    signs.find_map(|at| {
        let rest = &bytes[at + 1..];
        let length =
            rest.iter().position(|b| is_sign(*b)).filter(|&length| length == 2 || length == 3 || length == 7)?;
        let middle = &value[at + 1..at + 1 + length];
        let follows = rest.get(length + 1).is_some_and(|b| is_word(*b));
        let begin = bytes[..at].iter().rposition(|b| !is_word(*b)).map_or(0, |before| before + 1);
        let end = bytes[at..].iter().position(|b| !is_word(*b) && !is_sign(*b)).map_or(bytes.len(), |end| at + end);
        let behind = &value[at + 2 + length..];
        let behind = behind.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let is_done = |word: &str| SUPPLIED.iter().any(|known| word.eq_ignore_ascii_case(known));
        let said = match middle.to_ascii_lowercase().as_str() {
            "by" | "via" | "through" => is_done(&value[begin..at]),
            "be" => value[begin..at].eq_ignore_ascii_case("to") && is_done(behind),
            _ => false,
        };
        (said && follows).then(|| &value[begin..end])
    })
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
            ("provide_through_set_flag-environment", "provide_through_set_flag-environment"),
            ("overridden_by_environment", "overridden_by_environment"),
            ("registry/web:set-by-ci", "set-by-ci"),
            ("to_be_replaced", "to_be_replaced"),
            ("REPLACED_BY_CI", "REPLACED_BY_CI"),
            ("provided-by-pipeline", "provided-by-pipeline"),
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
