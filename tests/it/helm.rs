//! Holds the renderer of charts against what Helm made of the same: the value of expressions, the objects and the printed
//! text of charts. The counts may rise.

use std::io::Read;
use std::path::Path;

use kubevet::files::Memory;
use kubevet::render::helm::options::{Flag, Values};
use kubevet::render::helm::{self, Contents, Options};
use serde::Deserialize;
use serde_json::Value;

/// Expressions of the recorded ones that come out as Helm has them, and how many there are. What is missing: texts of TOML
/// errors, one time zone, complex and hexadecimal floats, AES, and values files that only JSON's reader takes.
const EXPRESSIONS: (usize, usize) = (3616, 3648);
/// The same of charts: their objects, and the text. The one that is missing is an unknown flag, which the command line refuses.
const CHARTS: (usize, usize, usize) = (327, 327, 328);

#[derive(Deserialize)]
struct Expression {
    class: String,
    expr: String,
    values: Value,
    output: Option<String>,
    bytes: Option<String>,
}

#[derive(Deserialize)]
struct Chart {
    class: String,
    files: serde_json::Map<String, Value>,
    #[serde(default)]
    binary: serde_json::Map<String, Value>,
    args: Vec<String>,
    objects: Option<Vec<Value>>,
    stdout: Option<String>,
}

fn lines<T: for<'de> Deserialize<'de>>(packed: &[u8]) -> Vec<T> {
    let mut text = String::new();
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(packed).expect("zstd data");
    decoder.read_to_string(&mut text).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// The bytes of recorded base64.
fn decode(text: &str) -> Vec<u8> {
    kubevet::go::base64::decode(text).expect("base64")
}

/// Equal as JSON: 1 is 1.0.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

const OUT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: out\ndata:\n  text: {{ include \"t/templates/_e.tpl\" . | b64enc | quote }}\n";

fn expression(case: &Expression) -> Result<(), String> {
    let refused = case.output.is_none() && case.bytes.is_none();
    let mut files = vec![
        ("Chart.yaml".to_owned(), b"apiVersion: v2\nname: t\nversion: 0.1.0\n".to_vec()),
        ("values.yaml".to_owned(), case.values.to_string().into_bytes()),
    ];
    if refused {
        files.push(("templates/e.yaml".to_owned(), case.expr.clone().into_bytes()));
    } else {
        files.push(("templates/_e.tpl".to_owned(), case.expr.clone().into_bytes()));
        files.push(("templates/out.yaml".to_owned(), OUT.as_bytes().to_vec()));
    }
    let options = Options { release_name: "r".to_owned(), namespace: "ns".to_owned(), ..Options::default() };
    let output = helm::render(Contents::Folder(files), "t", None, &options, &Memory::default());
    if let Some(problem) = output.rendered.problems.first() {
        return if refused { Ok(()) } else { Err(problem.message.clone()) };
    }
    if refused {
        return Err("Helm refuses it".to_owned());
    }
    let object = output.rendered.objects.first().ok_or("nothing")?.to_json();
    let got = decode(object.pointer("/data/text").and_then(Value::as_str).unwrap_or(""));
    let want = match (&case.bytes, &case.output) {
        (Some(bytes), _) => decode(bytes),
        (_, Some(text)) => text.clone().into_bytes(),
        _ => Vec::new(),
    };
    if got == want { Ok(()) } else { Err(format!("got {:?}, want {:?}", lossy(&got), lossy(&want))) }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The flags of `helm template` as options; with the chart.
fn options(args: &[String]) -> (String, Options) {
    let mut options = Options { release_name: "release-name".to_owned(), ..Options::default() };
    let mut names = Vec::new();
    let mut rest = args[1..].iter();
    while let Some(arg) = rest.next() {
        let (flag, value) = arg.split_once('=').map_or((arg.as_str(), None), |(flag, value)| (flag, Some(value)));
        if !flag.starts_with('-') {
            names.push(arg.clone());
            continue;
        }
        let switch = ["--include-crds", "--skip-crds", "--is-upgrade", "--no-hooks"].contains(&flag);
        let value = match value {
            Some(value) => value.to_owned(),
            None if switch => String::new(),
            None => rest.next().cloned().unwrap_or_default(),
        };
        match flag {
            "-f" | "--values" => options.values.extend(value.split(',').map(|name| Values::File(name.to_owned()))),
            "--set" => options.set.push(Flag::from(value)),
            "--set-string" => options.set_string.push(Flag::from(value)),
            "--set-json" => options.set_json.push(Flag::from(value)),
            "--set-file" => options.set_file.push(Flag::from(value)),
            "--set-literal" => options.set_literal.push(Flag::from(value)),
            "-n" | "--namespace" => options.namespace = value,
            "--kube-version" => options.kube_version = Some(value),
            "-a" | "--api-versions" => options.api_versions.extend(value.split(',').map(str::to_owned)),
            "-s" | "--show-only" => options.show_only.push(value),
            "--include-crds" => options.include_crds = true,
            "--is-upgrade" => options.is_upgrade = true,
            "--no-hooks" => options.no_hooks = true,
            _ => {}
        }
    }
    let chart = names.pop().unwrap_or_default();
    if let Some(name) = names.first() {
        options.release_name.clone_from(name);
    }
    (chart, options)
}

fn chart(case: &Chart) -> Result<(bool, bool), String> {
    let mut files = Memory::default();
    for (name, text) in &case.files {
        files.put(name, text.as_str().unwrap_or(""));
    }
    for (name, text) in &case.binary {
        files.put(name, decode(text.as_str().unwrap_or("")));
    }
    let (root, options) = options(&case.args);
    let output = helm::render_at(Path::new(&root), &options, &files);
    let Some(want) = &case.objects else {
        let refused = !output.rendered.problems.is_empty();
        return if refused { Ok((true, true)) } else { Err("Helm refuses it".to_owned()) };
    };
    if let Some(problem) = output.rendered.problems.first() {
        return Err(problem.message.clone());
    }
    let got: Vec<Value> = output.rendered.objects.iter().map(|object| object.to_json()).collect();
    let objects = got.len() == want.len() && got.iter().zip(want).all(|(got, want)| same(got, want));
    if !objects {
        return Err(format!("got {got:?}, want {want:?}"));
    }
    Ok((true, case.stdout.as_deref().is_none_or(|stdout| stdout == output.manifest)))
}

#[test]
fn expressions_have_the_values_that_helm_gives() {
    let cases: Vec<Expression> = lines(include_bytes!("../data/helm-expressions.jsonl.zst"));
    let missed: Vec<String> = cases
        .iter()
        .filter_map(|case| expression(case).err().map(|why| format!("{} {}: {why}", case.class, case.expr)))
        .collect();
    assert_eq!(cases.len(), EXPRESSIONS.1);
    assert!(cases.len() - missed.len() >= EXPRESSIONS.0, "{} missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn charts_give_the_objects_and_the_text_that_helm_gives() {
    let cases: Vec<Chart> = lines(include_bytes!("../data/helm-charts.jsonl.zst"));
    let (mut objects, mut texts, mut missed) = (0, 0, Vec::new());
    for case in &cases {
        match chart(case) {
            Ok((same_objects, same_text)) => {
                objects += usize::from(same_objects);
                texts += usize::from(same_text);
            }
            Err(why) => missed.push(format!("{} {:?}: {why}", case.class, case.args)),
        }
    }
    assert_eq!(cases.len(), CHARTS.2);
    assert!(objects >= CHARTS.0 && texts >= CHARTS.1, "{objects} {texts}\n{}", missed.join("\n"));
}

fn refusal(template: &str, values: &str) -> String {
    let files = vec![
        ("Chart.yaml".to_owned(), b"apiVersion: v2\nname: t\nversion: 0.1.0\n".to_vec()),
        ("values.yaml".to_owned(), values.as_bytes().to_vec()),
        ("templates/a.yaml".to_owned(), template.as_bytes().to_vec()),
    ];
    let output = helm::render(Contents::Folder(files), "t", None, &Options::default(), &Memory::default());
    let problem = output.rendered.problems.first().expect(template);
    assert!(problem.span.is_some(), "{template} has a place");
    problem.message.clone()
}

/// Lines and columns, and the words that messages show, are those of Go's text/template: a person finds in either what the
/// other says.
#[test]
fn refusals_name_the_column_and_the_words_that_go_names() {
    for (template, said) in [
        ("{{ if .Values.none.x }}{{ end }}", "a.yaml:1:13: executing \"t/templates/a.yaml\" at <.Values.none.x>: nil"),
        ("{{ $.Values.none.x }}", "a.yaml:1:4: executing \"t/templates/a.yaml\" at <$.Values.none.x>: nil"),
        ("{{ template  \"no\" . }}", "at <{{template \"no\" .}}>: template \"no\" not defined"),
        ("{{ template \"no\" }}", "at <{{template \"no\"}}>: template \"no\" not defined"),
        (
            "{{ if (.Values.s) and .x }}{{ end }}",
            "at <(.Values.s) and .x>: can't give argument to non-function .Values.s",
        ),
        (
            "{{ .Values.none | trunc 5 }}",
            "a.yaml:1:24: executing \"t/templates/a.yaml\" at <5>: invalid value; expected",
        ),
        (
            "{{ .Values.none | trim }}",
            "a.yaml:1:18: executing \"t/templates/a.yaml\" at <trim>: invalid value; expected",
        ),
    ] {
        let message = refusal(template, "s: a\n");
        assert!(message.contains(said), "{template}: {message}");
    }
}

/// Helm's library lists the groups in the order in which it registers them.
#[test]
fn api_versions_are_in_the_order_that_helm_prints() {
    let template = "kind: A\nall: {{ .Capabilities.APIVersions | join \" \" }}\n";
    let files = vec![
        ("Chart.yaml".to_owned(), b"apiVersion: v2\nname: t\nversion: 0.1.0\n".to_vec()),
        ("templates/a.yaml".to_owned(), template.as_bytes().to_vec()),
    ];
    let output = helm::render(Contents::Folder(files), "t", None, &Options::default(), &Memory::default());
    let object = output.rendered.objects.first().expect("an object").to_json();
    let all = object["all"].as_str().expect("a text");
    assert!(all.starts_with("v1 admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1alpha1 "), "{all}");
    assert!(all.contains(" internal.apiserver.k8s.io/v1alpha1 apps/v1 apps/v1beta1 apps/v1beta2 "), "{all}");
    assert!(all.contains(" autoscaling/v1 autoscaling/v2 batch/v1 "), "{all}");
    assert!(all.contains(" scheduling.k8s.io/v1alpha2 scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1 "), "{all}");
    assert!(all.ends_with(" apiextensions.k8s.io/v1beta1 apiextensions.k8s.io/v1"), "{all}");
}

/// A user name or a password that cannot be hashed is no refusal: the text that says so goes into the object.
#[test]
fn what_cannot_be_hashed_is_said_in_the_text() {
    let template =
        "kind: A\nuser: {{ htpasswd \"a:b\" \"p\" | quote }}\nlong: {{ htpasswd \"u\" (repeat 73 \"x\") | quote }}\n";
    let files = vec![
        ("Chart.yaml".to_owned(), b"apiVersion: v2\nname: t\nversion: 0.1.0\n".to_vec()),
        ("templates/a.yaml".to_owned(), template.as_bytes().to_vec()),
    ];
    let output = helm::render(Contents::Folder(files), "t", None, &Options::default(), &Memory::default());
    let object = output.rendered.objects.first().expect("an object").to_json();
    assert_eq!(object["user"], "invalid username: a:b");
    let long = "u:failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
    assert_eq!(object["long"], long);
}

/// What `anyOf` and `oneOf` offer is told with why none of it is met.
#[test]
fn a_schema_to_choose_from_says_what_each_choice_asks_for() {
    let schema = "{\"anyOf\": [{\"required\": [\"key\"]}, {\"oneOf\": [{\"required\": [\"secret\"]}]}]}";
    let files = vec![
        ("Chart.yaml".to_owned(), b"apiVersion: v2\nname: t\nversion: 0.1.0\n".to_vec()),
        ("values.yaml".to_owned(), b"a: 1\n".to_vec()),
        ("values.schema.json".to_owned(), schema.as_bytes().to_vec()),
    ];
    let output = helm::render(Contents::Folder(files), "t", None, &Options::default(), &Memory::default());
    let message = &output.rendered.problems.first().expect("a refusal").message;
    assert!(message.contains("\n  - at '': \"key\" is a required property"), "{message}");
    assert!(message.contains("\n    - at '': \"secret\" is a required property"), "{message}");
}

#[test]
fn hostile_templates_end_with_an_error_at_their_place() {
    for (template, part) in [
        ("{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}", "nested reference name"),
        ("{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}", "template depth"),
        ("{{ tpl .Values.self . }}", "template depth"),
        ("{{ range $i := until 1000000000 }}x{{ end }}", "items"),
        ("{{ range 1000000000 }}x{{ end }}", "steps"),
        ("{{ range 1000000 }}{{ range 1000000 }}{{ end }}{{ end }}", "steps"),
        ("{{ repeat 1000000000 \"ab\" }}", "bytes"),
        ("{{ \"a\" | indent 1000000000 }}", "bytes"),
        ("{{ seq 1 1000000000 }}", "items"),
        ("{{ mustRegexMatch \"(a{1000}){1000}\" \"a\" }}", "regexp"),
        ("{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $d }}", "holds itself"),
        ("{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ mustToYaml $d }}", "holds itself"),
        ("{{ $s := \"a\" }}{{ range 60 }}{{ $s = print $s $s }}{{ end }}{{ $s }}", "steps"),
        ("{{ range 10 }}{{ repeat 10000000 \"a\" }}{{ end }}", "bytes"),
        ("{{ regexReplaceAll \"(a|ab|abc|b|bc|c){900}\" (repeat 100000 \"abc\") \"x\" }}", "steps"),
        ("{{ range until 100000 }}{{ $x := regexMatch (printf \"a{%d}\" .) \"aaa\" }}{{ end }}", "steps"),
        ("{{ $s := repeat 100000 \"a,\" }}{{ range until 10000 }}{{ $x := splitList \",\" $s }}{{ end }}", "steps"),
        ("{{ $s := repeat 100000 \"{{ 1 }}\" }}{{ range until 10000 }}{{ $x := tpl $s $ }}{{ end }}", "steps"),
        ("{{ $s := repeat 100000 \"a: b\\n\" }}{{ range until 10000 }}{{ $x := fromYaml $s }}{{ end }}", "steps"),
        ("{{ $l := until 1000000 }}{{ range until 10000 }}{{ $x := has -1 $l }}{{ end }}", "steps"),
        ("{{ $l := until 100000 }}{{ range until 100000 }}{{ $x := append $l 1 }}{{ end }}", "steps"),
        ("{{ $l := until 100000 }}{{ range until 100000 }}{{ $x := deepEqual $l $l }}{{ end }}", "steps"),
        ("{{ $l := until 100000 }}{{ range until 10000 }}{{ $x := toJson $l }}{{ end }}", "steps"),
        (
            "{{ $l := until 300 }}{{ $d := dict }}{{ range $l }}{{ $_ := set $d (print .) $l }}{{ end }}{{ range until 100000 }}{{ $x := deepCopy $d }}{{ end }}",
            "steps",
        ),
        (
            "{{ $l := until 300 }}{{ $d := dict }}{{ range $l }}{{ $_ := set $d (print .) $l }}{{ end }}{{ range until 100000 }}{{ $x := deepEqual $d $d }}{{ end }}",
            "steps",
        ),
    ] {
        let message = refusal(template, "self: \"{{ tpl .Values.self . }}\"\n");
        assert!(message.contains(part), "{template}: {message:.300}");
    }
}

#[test]
fn every_value_knows_its_values_key_and_its_template_line() {
    let template = "kind: A\nreplicas: {{ .Values.replicas }}\nimage: \"{{ .Values.image.repo }}:{{ .Values.image.tag | default \"latest\" }}\"\nfull: {{ include \"n\" . | quote }}\nfallback: {{ .Values.none | default \"abc\" }}\nenv:\n  {{- toYaml .Values.env | nindent 2 }}\n{{ define \"n\" }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end }}";
    let values = "replicas: 1\nimage:\n  repo: nginx\n  tag: \"1.2\"\nenv:\n- name: X\n  value: y z\n";
    let files = vec![
        ("Chart.yaml".to_owned(), b"apiVersion: v2\nname: t\nversion: 0.1.0\n".to_vec()),
        ("values.yaml".to_owned(), values.as_bytes().to_vec()),
        ("templates/a.yaml".to_owned(), template.as_bytes().to_vec()),
    ];
    let output = helm::render(Contents::Folder(files), "t", None, &Options::default(), &Memory::default());
    let text = kubevet::render::output::json_lines(&output.rendered);
    let line: Value = serde_json::from_str(text.lines().next().expect("an object")).expect("JSON");
    let place = |entry: &Value| {
        let file = entry["file"].as_str().unwrap_or("").trim_start_matches("t/").to_owned();
        format!("{file}:{}:{}", entry["line"], entry["column"])
    };
    let mut shown = Vec::new();
    for origin in line["origins"].as_array().expect("origins") {
        let related: Vec<String> = origin["related"].as_array().into_iter().flatten().map(place).collect();
        shown.push(format!("{} {} {}", origin["path"].as_str().unwrap_or(""), place(origin), related.join(" ")));
    }
    let want = [
        "/env/0/name values.yaml:6:9 templates/a.yaml:7:3",
        "/env/0/value values.yaml:7:10 templates/a.yaml:7:3",
        "/fallback templates/a.yaml:5:37 ",
        "/full Chart.yaml:2:7 templates/a.yaml:4:7 templates/a.yaml:8:17 templates/a.yaml:8:37",
        "/image values.yaml:3:9 values.yaml:4:8 templates/a.yaml:3:9 templates/a.yaml:3:34",
        "/kind templates/a.yaml:1:7 ",
        "/replicas values.yaml:1:11 templates/a.yaml:2:11",
    ];
    assert_eq!(shown, want);
}
