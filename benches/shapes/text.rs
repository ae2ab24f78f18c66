//! One file whose text grows: long lines and values, aliases, nesting, comments, documents, findings.

use super::{Folder, Shape, container, deployment, lines, object};

const TEXT: &[&str] = &["check", "--format", "text", "--color", "never"];
const CONCISE: &[&str] = &["check", "--format", "concise"];
const SARIF: &[&str] = &["check", "--format", "sarif"];
const JUNIT: &[&str] = &["check", "--format", "junit"];
const GITHUB: &[&str] = &["check", "--format", "github"];
const BASELINE: &[&str] = &["check", "--format", "json", "--baseline", "baseline.json"];
const WRITE_BASELINE: &[&str] = &["check", "--baseline", "baseline.json", "--write-baseline"];
const DIFF: &[&str] = &["check", "--diff"];
const READ: &[&str] = &["read"];

pub const SHAPES: &[Shape] = &[
    Shape::new("aliases of a large scalar in a ConfigMap", 20_000, scalar_aliases_in_data),
    Shape::new("aliases of a large scalar in variables", 20_000, scalar_aliases_in_variables),
    Shape::new("aliases of a large scalar in arguments", 20_000, scalar_aliases_in_arguments),
    Shape::new("aliases of a large scalar in annotations", 20_000, scalar_aliases_in_annotations),
    Shape::new("aliases of a large scalar in a Secret", 20_000, scalar_aliases_in_secret),
    Shape::new("aliases by the length of a scalar", 4_000, aliases_by_length),
    Shape::new("objects by the length of a scalar", 4_000, objects_by_length),
    Shape::new("aliases of a large map", 8_000, map_aliases),
    Shape::new("aliases of small values", 64_000, small_aliases),
    Shape::new("merges of a map", 8_000, merges),
    Shape::new("merges of merges", 600, chained_merges),
    Shape::new("nesting in brackets, 100 times", 4_000, flow_nesting),
    Shape::new("nesting by indentation", 2_000, block_nesting),
    Shape::new("findings on one line", 32_000, one_line),
    Shape::new("findings on one line, not ASCII", 32_000, one_wide_line),
    Shape::new("findings on one line, as text", 8_000, one_wide_line).args(TEXT),
    Shape::new("kilobytes of base64 in a Secret", 32_000, base64_secret),
    Shape::new("kilobytes of base64 in a ConfigMap", 16_000, base64_config),
    Shape::new("kilobytes of one quoted string", 16_000, quoted),
    Shape::new("lines of a block scalar", 200_000, block_scalar),
    Shape::new("lines of a plain scalar", 200_000, plain_scalar),
    Shape::new("lines of a script with passwords", 400_000, script),
    Shape::new("kilobytes of an argument", 16_000, long_argument),
    Shape::new("kilobytes of a name", 1_000, long_name),
    Shape::new("comments", 400_000, comments),
    Shape::new("comments that suppress a finding", 16_000, suppressions),
    Shape::new("comments that suppress nothing", 16_000, idle_suppressions),
    Shape::new("documents of a file", 32_000, documents),
    Shape::new("empty documents of a file", 400_000, empty_documents),
    Shape::new("documents that are not YAML", 16_000, broken_documents),
    Shape::new("documents with placeholders", 32_000, templated_documents),
    Shape::new("items of a List", 32_000, items),
    Shape::new("objects of a JSON stream", 32_000, json_stream),
    Shape::new("errors below a broken line", 32_000, errors_below),
    Shape::new("bytes that are no text", 200_000, undecodable),
    Shape::new("findings of a file, as JSON", 16_000, findings),
    Shape::new("findings of a file, as text", 16_000, findings).args(TEXT),
    Shape::new("findings of a file, concise", 16_000, findings).args(CONCISE),
    Shape::new("findings of a file, as SARIF", 16_000, findings).args(SARIF),
    Shape::new("findings of a file, as JUnit", 16_000, findings).args(JUNIT),
    Shape::new("findings of a file, for GitHub", 16_000, findings).args(GITHUB),
    Shape::new("findings in a baseline", 16_000, findings).args(BASELINE).before(WRITE_BASELINE),
    Shape::new("findings that are gone from a baseline", 64_000, gone).args(BASELINE),
    Shape::new("fixes of a file", 32_000, fixes).args(DIFF),
    Shape::new("values that surprise", 64_000, surprises),
    Shape::new("documents that are read", 64_000, documents).args(READ),
];

/// A quoted scalar of 256 KiB that looks a little like configuration.
fn large_scalar() -> String {
    format!("\"{}\"", "url = https://example.com/a b=c; ".repeat(8 << 10))
}

fn scalar_aliases_in_data(n: usize, folder: &mut Folder) {
    let keys = lines(n, |i| format!("  key-{i}: *large"));
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n  key: &large {}\n{keys}", large_scalar())));
}

fn scalar_aliases_in_secret(n: usize, folder: &mut Folder) {
    let keys = lines(n, |i| format!("  key-{i}: *large"));
    folder.file(
        "a.yaml",
        &object("v1", "Secret", "a", &format!("stringData:\n  key: &large {}\n{keys}", large_scalar())),
    );
}

fn scalar_aliases_in_variables(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("        - {{name: V{i}, value: *large}}"));
    let first = format!("        - {{name: FIRST, value: &large {}}}\n", large_scalar());
    folder.file("a.yaml", &container(&format!("      env:\n{first}{list}")));
}

fn scalar_aliases_in_arguments(n: usize, folder: &mut Folder) {
    let list = lines(n, |_| "        - *large".to_owned());
    folder.file("a.yaml", &container(&format!("      args:\n        - &large {}\n{list}", large_scalar())));
}

fn scalar_aliases_in_annotations(n: usize, folder: &mut Folder) {
    let notes = lines(n, |i| format!("    example.com/n{i}: *large"));
    let meta = format!("  name: a\n  annotations:\n    first: &large {}\n{notes}", large_scalar());
    folder.file("a.yaml", &format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n{meta}"));
}

/// A scalar that grows with the number of containers that have it.
fn aliases_by_length(n: usize, folder: &mut Folder) {
    let scalar = "--url=https://example.com/a b=c; ".repeat(n * 2);
    let containers = lines(n, |i| format!("    - {{name: c{i}, image: \"example.com/a:1\", args: [*scalar]}}"));
    let first = format!("    - {{name: first, image: \"example.com/a:1\", args: [&scalar \"{scalar}\"]}}");
    folder.file("a.yaml", &object("v1", "Pod", "a", &format!("spec:\n  containers:\n{first}\n{containers}")));
}

/// A scalar that grows with the number of objects that have it, in several places each.
fn objects_by_length(n: usize, folder: &mut Folder) {
    let scalar = "https://example.com/a".repeat(n * 2);
    let objects = lines(n, |i| {
        let meta = format!("metadata: {{name: a{i}, namespace: argocd}}");
        let source = "source: {repoURL: *scalar, path: *scalar}, destination: {server: *scalar, namespace: *scalar}";
        format!(
            "- {{apiVersion: argoproj.io/v1alpha1, kind: Application, {meta}, spec: {{project: *scalar, {source}}}}}"
        )
    });
    folder.file("a.yaml", &format!("apiVersion: v1\nkind: List\nx: &scalar {scalar}\nitems:\n{objects}"));
}

fn map_aliases(n: usize, folder: &mut Folder) {
    let entries = lines(20, |i| format!("          - {{name: V{i}, value: value-{i}}}"));
    let list = lines(n, |i| format!("    - name: c{i}\n      image: example.com/a:1\n      env: *env"));
    let first = format!("    - name: first\n      image: example.com/a:1\n      env: &env\n{entries}");
    folder.file("a.yaml", &super::pod(&format!("  containers:\n{first}{list}")));
}

fn small_aliases(n: usize, folder: &mut Folder) {
    let keys = lines(n, |i| format!("  key-{i}: *small"));
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n  key: &small yes-no\n{keys}")));
}

fn merges(n: usize, folder: &mut Folder) {
    let fields = lines(30, |i| format!("    V{i}: value-{i}"));
    let list = lines(n, |i| format!("    - <<: *base\n      name: c{i}\n      image: example.com/a:1"));
    folder.file(
        "a.yaml",
        &format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nx-base: &base\n{fields}spec:\n  containers:\n{list}"
        ),
    );
}

/// Each map takes in the one before it: what is written out grows with the square, and is bounded.
fn chained_merges(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| match i {
        0 => "  m0: &m0 {k0: v}".to_owned(),
        _ => format!("  m{i}: &m{i} {{<<: *m{}, k{}: v}}", i - 1, i % 20),
    });
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data: {{a: b}}\nx-maps:\n{list}")));
}

fn flow_nesting(n: usize, folder: &mut Folder) {
    let value = format!("{}{}", "[".repeat(n), "]".repeat(n));
    let keys = lines(100, |i| format!("    k{i}: {value}"));
    folder.file("a.yaml", &object("example.com/v1", "Thing", "a", &format!("spec:\n{keys}")));
}

fn block_nesting(n: usize, folder: &mut Folder) {
    let depth = n.isqrt() * 4;
    let nested = lines(depth, |i| format!("{}a:", " ".repeat(i + 4)));
    let keys = (0..n / depth + 1).map(|i| format!("  k{i}:\n{nested}")).collect::<String>();
    folder.file("a.yaml", &object("example.com/v1", "Thing", "a", &format!("spec:\n{keys}")));
}

fn flow_pod(n: usize, name: &str) -> String {
    let list: String = (0..n).map(|i| format!("{{name: \"{name}-{i}\", image: a}}, ")).collect();
    format!("{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{containers: [{list}]}}}}\n")
}

fn one_line(n: usize, folder: &mut Folder) {
    folder.file("a.yaml", &flow_pod(n, "c"));
}

fn one_wide_line(n: usize, folder: &mut Folder) {
    folder.file("a.yaml", &flow_pod(n, "ä"));
}

fn base64(kilobytes: usize) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut state = 1u32;
    let mut digit = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        alphabet[(state >> 26) as usize] as char
    };
    (0..kilobytes << 10).map(|_| digit()).collect()
}

fn base64_secret(n: usize, folder: &mut Folder) {
    folder.file("a.yaml", &object("v1", "Secret", "a", &format!("data:\n  a: {}\n", base64(n))));
}

fn base64_config(n: usize, folder: &mut Folder) {
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n  a: {}\n", base64(n))));
}

fn quoted(n: usize, folder: &mut Folder) {
    let text = r#"{\"password\": \"x\", \"url\": \"https://a:b@example.com\"}, "#.repeat(n * 1024 / 56);
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n  a: \"{text}\"\n")));
}

fn block_scalar(n: usize, folder: &mut Folder) {
    let text = lines(n, |i| format!("    option-{i} = value-{i} # http://service-{i}.shop.svc.cluster.local:8080"));
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n  a: |\n{text}")));
}

fn plain_scalar(n: usize, folder: &mut Folder) {
    let text = lines(n, |i| format!("    option-{i} = value-{i}"));
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n  a:\n{text}")));
}

fn script(n: usize, folder: &mut Folder) {
    let text =
        lines(n, |i| format!("    export PASSWORD_{i}=hunter{i}x9Qz; curl https://user:pa55w0rd{i}@example.com"));
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n  a: |\n{text}")));
}

fn long_argument(n: usize, folder: &mut Folder) {
    let text = "sudo --password=x --token $TOKEN $(A) ".repeat(n * 1024 / 38);
    folder.file("a.yaml", &container(&format!("      args:\n        - {text}\n")));
}

fn long_name(n: usize, folder: &mut Folder) {
    folder.file("a.yaml", &deployment(&"a".repeat(n << 10), "shop", "a"));
}

fn comments(n: usize, folder: &mut Folder) {
    let keys = lines(n, |i| format!("  # what follows\n  key-{i}: value # the value"));
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n{keys}")));
}

fn suppressions(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("    - name: c{i}\n      image: a # kubevet: ignore[latest-image-tag] known"));
    folder.file("a.yaml", &super::pod(&format!("  containers:\n{list}")));
}

fn idle_suppressions(n: usize, folder: &mut Folder) {
    let keys = lines(n, |i| format!("  # kubevet: ignore[latest-image-tag] known\n  key-{i}: value"));
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n{keys}")));
}

fn config_map(i: usize) -> String {
    object("v1", "ConfigMap", &format!("a{i}"), "data: {a: b}\n")
}

fn documents(n: usize, folder: &mut Folder) {
    folder.file("a.yaml", &lines(n, |i| format!("---\n{}", config_map(i))));
}

fn empty_documents(n: usize, folder: &mut Folder) {
    folder.file("a.yaml", &format!("{}---\n{}", lines(n, |i| format!("---\n# {i}")), config_map(0)));
}

fn broken_documents(n: usize, folder: &mut Folder) {
    folder.file("a.yaml", &lines(n, |i| format!("---\n{}  b: [c\n d: e", config_map(i))));
}

fn templated_documents(n: usize, folder: &mut Folder) {
    folder.file("a.yaml", &lines(n, |i| format!("---\n{}b: {{{{ .Values.b }}}}", config_map(i))));
}

fn items(n: usize, folder: &mut Folder) {
    let items =
        lines(n, |i| format!("  - {{apiVersion: v1, kind: ConfigMap, metadata: {{name: a{i}}}, data: {{a: b}}}}"));
    folder.file("a.yaml", &format!("apiVersion: v1\nkind: List\nitems:\n{items}"));
}

fn json_stream(n: usize, folder: &mut Folder) {
    let object = |i| format!(r#"{{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {{"name": "a{i}"}}}}"#);
    folder.file("a.json", &lines(n, object));
}

fn errors_below(n: usize, folder: &mut Folder) {
    let fields = lines(n, |i| format!("key{i}:\n  a: [b\n  c: 'd"));
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &fields));
}

/// Characters that YAML does not allow.
fn undecodable(n: usize, folder: &mut Folder) {
    let keys = lines(n, |i| format!("  key-{i}: value # \u{fffe}"));
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n{keys}")));
}

fn findings(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("    - name: c{i}\n      image: a\n      imgae: b"));
    folder.file("a.yaml", &super::pod(&format!("  containers:\n{list}")));
}

fn gone(n: usize, folder: &mut Folder) {
    folder.file("a.yaml", &super::pod("  containers: [{name: a, image: a}]\n"));
    let known: Vec<_> = (0..n)
        .map(|i| format!(r#"{{"file": "a.yaml", "rule": "latest-image-tag", "fingerprint": "{i:032x}", "count": 1}}"#))
        .collect();
    folder.file("baseline.json", &format!(r#"{{"version": 1, "findings": [{}]}}"#, known.join(",\n")));
}

fn fixes(n: usize, folder: &mut Folder) {
    let keys = lines(n, |i| format!("  key-{i}: yes"));
    folder.file("a.yaml", &object("v1", "ConfigMap", "a", &format!("data:\n{keys}")));
}

fn surprises(n: usize, folder: &mut Folder) {
    let list = lines(n, |i| format!("    - {{yes: 0{:o}, n: 1_000, o: 12e{}}}", i % 512, i % 100));
    folder.file("a.yaml", &object("example.com/v1", "Thing", "a", &format!("spec:\n  list:\n{list}")));
}
