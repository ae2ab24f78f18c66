//! Charts made to hurt: each ends with an error at its place, or with a value, in seconds and within bounded memory.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use kubevet::files::Memory;
use kubevet::render::Problem;
use kubevet::render::helm::{self, Contents, Options, Output, Values};

const CHART: &str = "apiVersion: v2\nname: t\nversion: 0.1.0\n";
/// No single chart takes longer, in a build without optimisation on a busy machine.
const MOST: Duration = Duration::from_secs(60);

fn chart(template: &str, values: &str) -> Vec<(&'static str, String)> {
    vec![
        ("Chart.yaml", CHART.to_owned()),
        ("values.yaml", values.to_owned()),
        ("templates/a.yaml", template.to_owned()),
    ]
}

fn rendered(files: Vec<(&str, String)>, options: &Options) -> Output {
    let files = files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect();
    let start = Instant::now();
    let output = helm::render(Contents::Folder(files), "t", None, options, &Memory::default());
    assert!(start.elapsed() < MOST, "{:?} after {:?}", output.rendered.problems, start.elapsed());
    output
}

fn problem(output: &Output, what: &str) -> Problem {
    output.rendered.problems.first().cloned().unwrap_or_else(|| panic!("{what:.200} is rendered"))
}

#[test]
fn templates_that_never_end_or_grow_are_stopped_at_their_place() {
    for (template, part) in [
        (
            "{{ define \"a\" }}{{ include \"b\" . }}{{ end }}{{ define \"b\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
            "template depth",
        ),
        ("{{ define \"a\" }}{{ tpl \"{{ include \\\"a\\\" . }}\" . }}{{ end }}{{ include \"a\" . }}", "template"),
        ("{{ until 1000000000 }}", "items"),
        ("{{ untilStep 0 1000000000 1 }}", "items"),
        ("{{ range until 1000000 }}{{ range until 1000000 }}x{{ end }}{{ end }}", "steps"),
        ("{{ printf \"%1000000000d\" 1 }}", ""),
        ("{{ printf \"%*d\" 1000000 1 | nindent 100000000 }}", "bytes"),
        ("{{ nindent 1000000000 \"a\\nb\" }}", "bytes"),
        ("{{ \"a\\nb\\nc\" | indent 2000000000 }}", "bytes"),
        ("{{ randAlphaNum 1000000000 }}", "bytes"),
        ("{{ randBytes 1000000000 }}", "bytes"),
        ("{{ range until 1000000 }}{{ range until 100 }}{{ $k := genPrivateKey \"rsa\" }}{{ end }}{{ end }}", "steps"),
        ("{{ $l := list \"ab\" }}{{ range until 100 }}{{ $l = append $l (join \"-\" $l) }}{{ end }}{{ len $l }}", ""),
        ("{{ $s := \"\\\"\" }}{{ range until 100 }}{{ $s = quote $s }}{{ end }}{{ len $s }}", ""),
        ("{{ $s := \"\\\"\" }}{{ range until 100 }}{{ $s = toJson $s }}{{ end }}{{ len $s }}", ""),
        ("{{ $s := \"ab\" }}{{ range until 200 }}{{ $s = b64enc $s }}{{ end }}{{ len $s }}", ""),
        ("{{ $s := \"%\" }}{{ range until 100 }}{{ $s = urlquery $s $s }}{{ end }}{{ len $s }}", ""),
        ("{{ $s := \".\" }}{{ range until 100 }}{{ $s = regexQuoteMeta $s }}{{ end }}{{ len $s }}", ""),
        ("{{ $s := \"ab\" }}{{ range until 100 }}{{ $s = cat $s $s }}{{ end }}{{ len $s }}", ""),
        ("{{ $s := \"ab\" }}{{ range until 100 }}{{ $s = replace \"a\" $s $s }}{{ end }}{{ len $s }}", ""),
        ("{{ $s := \"ab\" }}{{ range until 100 }}{{ $s = regexReplaceAll \"a\" $s $s }}{{ end }}{{ len $s }}", ""),
        ("{{ $s := \"ab\" }}{{ range until 100 }}{{ $s = wrapWith 1 $s $s }}{{ end }}{{ len $s }}", ""),
        ("{{ $s := \"ab\" }}{{ range until 100 }}{{ $s = printf \"%s%s\" $s $s }}{{ end }}{{ len $s }}", ""),
        ("{{ $l := list 1 }}{{ range until 100 }}{{ $l = concat $l $l }}{{ end }}{{ len $l }}", ""),
        ("{{ $d := dict \"a\" 1 }}{{ range until 100 }}{{ $d = dict \"a\" $d \"b\" $d }}{{ end }}{{ toJson $d }}", ""),
        (
            "{{ $d := dict \"a\" 1 }}{{ range until 100 }}{{ $d = dict \"a\" $d \"b\" $d }}{{ end }}{{ $e := deepCopy $d }}",
            "",
        ),
        ("{{ $d := dict \"a\" 1 }}{{ range until 100000 }}{{ $d = dict \"a\" $d }}{{ end }}{{ toYaml $d }}", ""),
        ("{{ mustRegexMatch \"((a{1000}){1000}){1000}\" \"a\" }}", "regexp"),
        ("{{ mustRegexMatch (repeat 1000000 \"(a\") \"a\" }}", "regexp"),
    ] {
        let output = rendered(chart(template, ""), &Options::default());
        let problem = problem(&output, template);
        assert!(problem.span.is_some(), "{template} has a place: {:.200}", problem.message);
        let is_told = problem.message.contains(part) && !problem.message.contains("internal failure");
        assert!(is_told, "{template}: {:.300}", problem.message);
    }
}

#[test]
fn values_that_hold_themselves_are_refused_by_whatever_walks_them() {
    for call in [
        "toYaml $d",
        "mustToYaml $d",
        "toYamlPretty $d",
        "toJson $d",
        "mustToJson $d",
        "toPrettyJson $d",
        "toRawJson $d",
        "toToml $d",
        "print $d",
        "printf \"%v\" $d",
        "quote $d",
        "deepCopy $d",
        "mustDeepCopy $d",
        "deepEqual $d $e",
        "merge (dict) $d",
        "mergeOverwrite (dict \"x\" (dict)) $d",
        "mustMerge (dict \"x\" (dict)) $d",
        "toString $d",
        "has $d (list $e)",
        "uniq (list $d $e)",
        "without (list $d) $e",
        "join \",\" (list $d)",
        "cat $d",
        "sha256sum (print $d)",
        "include \"n\" $d",
        "html $d",
        "js $d",
        "urlquery $d",
        "toStrings (list $d)",
        "eq (print $d) \"\"",
    ] {
        let cyclic = "{{ $d := dict }}{{ $_ := set $d \"x\" $d }}{{ $e := dict }}{{ $_ = set $e \"x\" $e }}";
        let template = format!("{{{{ define \"n\" }}}}{{{{ toYaml . }}}}{{{{ end }}}}{cyclic}{{{{ {call} }}}}");
        let output = rendered(chart(&template, ""), &Options::default());
        for problem in &output.rendered.problems {
            assert!(!problem.message.contains("internal failure"), "{call}: {:.300}", problem.message);
        }
    }
}

#[test]
fn numbers_at_their_ends_give_values_or_errors() {
    let (least, most) = ("-9223372036854775808", "9223372036854775807");
    for call in [
        "div LEAST -1",
        "mod LEAST -1",
        "mod 1 0",
        "div 1 0",
        "add MOST 1",
        "add1 MOST",
        "sub LEAST 1",
        "mul MOST MOST",
        "round 1.5 1000000000",
        "round 1.5 LEAST",
        "substr LEAST MOST \"abc\"",
        "substr -5 -1 \"abc\"",
        "trunc LEAST \"abc\"",
        "trunc MOST \"abc\"",
        "abbrev MOST \"abc\"",
        "abbrevboth LEAST MOST \"abcdefghijk\"",
        "splitn \",\" MOST \"a,b\"",
        "splitn \",\" LEAST \"a,b\"",
        "slice (list 1 2) LEAST MOST",
        "slice (list 1 2) 1 0",
        "chunk 0 (list 1)",
        "chunk LEAST (list 1)",
        "untilStep 0 MOST -1",
        "untilStep LEAST MOST 1",
        "untilStep 0 10 0",
        "seq LEAST MOST",
        "seq 1 LEAST MOST",
        "index (list 1) MOST",
        "index (list 1) LEAST",
        "index \"abc\" MOST",
        "repeat LEAST \"a\"",
        "indent LEAST \"a\"",
        "nindent LEAST \"a\"",
        "wrap LEAST \"a b\"",
        "wrap 0 \"a b\"",
        "date \"2006\" MOST",
        "date \"2006\" LEAST",
        "htmlDate MOST",
        "duration MOST",
        "duration LEAST",
        "durationRound MOST",
        "ago MOST",
        "dateModify \"MOSTh\" now",
        "printf \"%[999999999999]d\" 1",
        "printf \"%*d\" LEAST 1",
        "printf \"%.*f\" MOST 1.0",
        "printf \"%c\" MOST",
        "printf \"%U\" LEAST",
        "randInt LEAST MOST",
        "randAlpha LEAST",
        "randBytes -1",
        "derivePassword MOST \"long\" \"a\" \"b\" \"c\"",
        "max LEAST MOST",
        "floor MOST",
        "ceil 1e308",
        "int 1e308",
        "float64 \"1e999\"",
        "int64 \"MOST0\"",
        "toDecimal \"777777777777777777777777\"",
        "regexFindAll \"a\" \"aaa\" LEAST",
        "regexSplit \"a\" \"aaa\" LEAST",
        "semver \"99999999999999999999.0.0\"",
        "slice \"abc\" LEAST",
        "len MOST",
        "b32dec \"====\"",
        "first (list)",
        "durationTruncateTo \"1h\" \"0s\"",
        "initial (list)",
        "dig \"a\" (dict)",
    ] {
        let call = call.replace("LEAST", least).replace("MOST", most);
        let output = rendered(chart(&format!("kind: A\nv: {{{{ {call} }}}}\n"), ""), &Options::default());
        for problem in &output.rendered.problems {
            let is_error = problem.span.is_some() && !problem.message.contains("internal failure");
            assert!(is_error, "{call}: {:.300}", problem.message);
        }
    }
}

#[test]
fn values_and_schemas_of_strangers_are_bounded() {
    let deep = format!("a: {}1{}\n", "[".repeat(100_000), "]".repeat(100_000));
    let bomb = (1..12).fold("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, i| {
        let inner = format!("*a{}", i - 1);
        format!("{text}a{i}: &a{i} [{}]\n", [inner.as_str(); 9].join(", "))
    });
    for values in [&deep, &bomb] {
        let output = rendered(chart("kind: A\nv: {{ toJson .Values | quote }}\n", values), &Options::default());
        let problem = problem(&output, values);
        assert!(problem.span.is_some() && !problem.message.contains("internal failure"), "{:.200}", problem.message);
    }
    let long = vec!["a"; 10_000].join(".") + "=1";
    for set in ["a[999999999]=1", "a[-1]=1", &long] {
        let options = Options { set: vec![set.to_owned().into()], ..Options::default() };
        let output = rendered(chart("kind: A\n", ""), &options);
        assert!(!problem(&output, set).message.contains("internal failure"), "{set:.60}");
    }
    let text = "a".repeat(50_000) + "!";
    for schema in [
        "{\"$ref\": \"#\"}",
        "{\"properties\": {\"a\": {\"pattern\": \"^(a+)+$\"}}}",
        "{\"properties\": {\"a\": {\"pattern\": \"((a{1000}){1000}){1000}\"}}}",
        "{\"$ref\": \"https://charts.example/schema.json\"}",
        &format!("{}{}", "{\"not\": ".repeat(5_000), "{}".to_owned() + &"}".repeat(5_000)),
    ] {
        let mut files = chart("kind: A\n", &format!("a: {text}\n"));
        files.push(("values.schema.json", schema.to_owned()));
        let output = rendered(files, &Options::default());
        for problem in &output.rendered.problems {
            assert!(!problem.message.contains("internal failure"), "{schema:.100}: {:.200}", problem.message);
        }
    }
    let options = Options { values: vec![Values::File("nowhere.yaml".to_owned())], ..Options::default() };
    assert!(problem(&rendered(chart("kind: A\n", ""), &options), "a file").message.contains("nowhere.yaml"));
}

/// The program itself, with no more than three gigabytes of address space.
#[cfg(target_os = "linux")]
#[test]
fn hostile_charts_stay_within_three_gigabytes() {
    for template in [
        "{{ range until 1000000 }}{{ repeat 1000 \"a\" }}{{ end }}",
        "{{ $l := list }}{{ range until 1000000 }}{{ $l = append $l (repeat 100000 \"a\") }}{{ end }}",
        "{{ $d := dict }}{{ range $i := until 1000000 }}{{ $_ := set $d (print $i) (until 1000) }}{{ end }}",
        "{{ $s := repeat 10000000 \"a\" }}{{ range $i := until 1000000 }}{{ $x := upper $s }}{{ end }}",
        "{{ $s := \"a\" }}{{ range until 40 }}{{ $s = print $s $s }}{{ end }}",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in chart(template, "") {
            crate::common::files::write(folder.path(), &format!("c/{name}"), &text);
        }
        let limited = format!("ulimit -v 3000000; exec '{}' render c", env!("CARGO_BIN_EXE_kubevet"));
        let start = Instant::now();
        let out = Command::new("sh").args(["-c", &limited]).current_dir(Path::new(folder.path())).output();
        let out = out.expect("the program runs");
        let said = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(1), "{template}: {said:.300}");
        assert!(said.contains("c/templates/a.yaml:1") && start.elapsed() < MOST, "{template}: {said:.300}");
    }
}
