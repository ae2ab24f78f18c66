//! Charts in a repository: where each value of a chart was written, dependencies that lie beside a chart, archives and links
//! of strangers, and charts as releases of Argo CD and Flux use them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kubevet::files::{Disk, Memory};
use kubevet::render::helm::given::Inline;
use kubevet::render::helm::value_files::Around;
use kubevet::render::helm::{self, Options, Output, argocd, flux};
use kubevet::render::origin::{By, Origin};
use kubevet::render::value::{Data, Value};
use kubevet::render::{Problem, Rendered};
use kubevet::source::{Source, SourceMap, Span};
use kubevet::yaml::{Limits, read};

const CHART: &str = "apiVersion: v2\nname: a\nversion: 0.1.0\n";

/// `file:line:column` of a place, from the first of its files that is named.
fn place(rendered: &Rendered, span: Span) -> String {
    let source = rendered.sources.get(span.source);
    let position = source.position(span.start);
    format!("{}:{}:{}", source.name, position.line, position.column)
}

/// Each scalar of an object with the place that decides it, and the others.
fn places(rendered: &Rendered, value: &Value, path: &str, out: &mut Vec<String>) {
    match &value.data {
        Data::List(items) => {
            items.iter().enumerate().for_each(|(i, item)| places(rendered, item, &format!("{path}/{i}"), out));
        }
        Data::Map(_) => {
            let json = value.to_json();
            for key in json.as_object().into_iter().flat_map(|map| map.keys()) {
                let inner = value.get(key).expect("an entry");
                places(rendered, inner, &format!("{path}/{}", key.replace('/', "~1")), out);
            }
        }
        _ => {
            let Origin { span, by, others } = &value.origin;
            let others = others.iter().flat_map(|others| others.iter().map(|(span, _)| place(rendered, *span)));
            let others: Vec<String> = others.collect();
            let shown = value.to_json().to_string();
            let shown = if *by == By::Generated { "?".to_owned() } else { shown };
            out.push(format!("{path} = {shown} | {} {} | {}", by.name(), place(rendered, *span), others.join(" ")));
        }
    }
}

fn all_places(rendered: &Rendered) -> Vec<String> {
    let mut out = Vec::new();
    for object in &rendered.objects {
        let kind = object.get("kind").and_then(Value::as_str).unwrap_or_default();
        places(rendered, object, kind, &mut out);
    }
    out
}

fn problems(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.message.as_str()).collect()
}

#[test]
fn every_scalar_of_a_chart_knows_where_it_was_written() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/charts");
    let mut files = Memory::default();
    copy(&data.join("shop"), Path::new("shop"), &mut files);
    let output = helm::render_at(Path::new("shop"), &Options::default(), &files);
    assert_eq!(problems(&output.rendered.problems), [""; 0]);
    let got = all_places(&output.rendered).join("\n") + "\n";
    let want = std::fs::read_to_string(data.join("shop-places.txt")).unwrap_or_default();
    assert!(got == want, "tests/data/charts/shop-places.txt would be:\n{got}");
}

fn copy(folder: &Path, to: &Path, files: &mut Memory) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        match path.is_dir() {
            true => copy(&path, &to, files),
            false => files.put(&to, std::fs::read(&path).expect("a file")),
        }
    }
}

fn tree(files: &[(&str, &str)]) -> Memory {
    files.iter().map(|(name, text)| (*name, *text)).collect()
}

#[test]
fn dependencies_beside_a_chart_are_brought_in_where_that_is_asked_for() {
    let app = format!(
        "{CHART}dependencies:\n- name: lib\n  version: 1.x.x\n  repository: file://../lib\n- name: far\n  version: 1.0.0\n  repository: https://charts.example\n"
    );
    let files = tree(&[
        ("app/Chart.yaml", &app),
        ("app/Chart.lock", "dependencies:\n- name: lib\n  version: 1.1.0\n  repository: file://../lib\n"),
        ("app/templates/a.yaml", "kind: A\nname: {{ include \"lib.name\" . }}\n"),
        (
            "lib/Chart.yaml",
            "apiVersion: v2\nname: lib\nversion: 1.2.0\ntype: library\ndependencies:\n- name: a\n  version: 0.1.0\n  repository: file://../app\n",
        ),
        ("lib/templates/_lib.tpl", "{{ define \"lib.name\" }}from-lib{{ end }}"),
    ]);
    let refused = helm::render_at(Path::new("app"), &Options::default(), &files);
    assert!(problems(&refused.rendered.problems)[0].contains("missing in charts/ directory: lib, far"));
    let local = helm::render_at(Path::new("app"), &Options { local: true, ..Options::default() }, &files);
    assert!(problems(&local.rendered.problems)[0].ends_with("missing in charts/ directory: far"));
    let partial = helm::render_at(Path::new("app"), &Options { partial: true, ..Options::default() }, &files);
    assert_eq!(problems(&partial.rendered.problems), [""; 0]);
    assert_eq!(
        all_places(&partial.rendered)[1],
        "A/name = \"from-lib\" | template lib/templates/_lib.tpl:1:24 | app/templates/a.yaml:2:7"
    );
    assert_eq!(problems(&partial.absent), ["the chart `far` is not in charts/; nothing is fetched"]);
    assert!(partial.warnings.iter().any(|warning| warning.contains("Chart.lock has lib 1.1.0, but 1.2.0 is at")));
}

/// A packed chart of one large file of zeros for each size.
fn archive(files: &[(&str, &[u8])], zeros: &[u64]) -> Vec<u8> {
    let packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut archive = tar::Builder::new(packed);
    let mut add = |name: &str, size: u64, content: &mut dyn std::io::Read| {
        let mut header = tar::Header::new_gnu();
        header.set_size(size);
        header.set_mode(0o644);
        let bytes = header.as_old_mut();
        bytes.name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        archive.append(&header, content).expect("an entry");
    };
    for (name, content) in files {
        add(name, content.len() as u64, &mut &**content);
    }
    for (i, size) in zeros.iter().enumerate() {
        add(&format!("a/zeros{i}"), *size, &mut std::io::Read::take(std::io::repeat(0), *size));
    }
    archive.into_inner().and_then(|packed| packed.finish()).expect("an archive")
}

fn packed(bytes: Vec<u8>) -> Output {
    let files: Memory = [("a.tgz", bytes)].into_iter().collect();
    helm::render_at(Path::new("a.tgz"), &Options::default(), &files)
}

#[test]
fn archives_are_unpacked_within_bounds() {
    let chart = CHART.as_bytes();
    let template: &[u8] = b"kind: A\n";
    let good = packed(archive(&[("a/Chart.yaml", chart), ("a/templates/a.yaml", template)], &[]));
    assert_eq!((good.rendered.objects.len(), problems(&good.rendered.problems)), (1, vec![]));
    let start = Instant::now();
    for (files, zeros, part) in [
        (vec![("a/Chart.yaml", chart), ("a/../../etc/passwd", template)], vec![], "parent directory"),
        (vec![("a/Chart.yaml", chart), ("a//etc/passwd", template)], vec![], "absolute paths"),
        (vec![("a/Chart.yaml", chart)], vec![6 << 20], "maximum file size"),
        (vec![("a/Chart.yaml", chart)], vec![5 << 20; 24], "maximum size"),
    ] {
        let output = packed(archive(&files, &zeros));
        let said = problems(&output.rendered.problems);
        assert!(said.len() == 1 && said[0].contains(part), "{said:?} has no {part:?}");
    }
    // Each of them is small enough, all of them are not.
    let inner = archive(&[("b/Chart.yaml", b"apiVersion: v2\nname: b\nversion: 0.1.0\n")], &[5 << 20; 8]);
    let names = ["a/charts/b1.tgz", "a/charts/b2.tgz", "a/charts/b3.tgz"];
    let files: Vec<(&str, &[u8])> =
        names.iter().map(|&name| (name, inner.as_slice())).chain([("a/Chart.yaml", chart)]).collect();
    let output = packed(archive(&files, &[]));
    assert!(problems(&output.rendered.problems)[0].contains("maximum size"), "{:?}", output.rendered.problems);
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_repository() {
    let outer = tempfile::tempdir().expect("a folder");
    let top = outer.path().join("repository");
    for folder in ["repository/.git", "repository/app/templates", "repository/common"] {
        std::fs::create_dir_all(outer.path().join(folder)).expect("a folder");
    }
    std::fs::write(top.join("app/Chart.yaml"), CHART).expect("a file");
    std::fs::write(top.join("common/a.yaml"), "kind: A\n").expect("a file");
    std::fs::write(outer.path().join("secret"), "kind: B\n").expect("a file");
    std::os::unix::fs::symlink("../../common/a.yaml", top.join("app/templates/a.yaml")).expect("a link");
    let inside = helm::render_at(&top.join("app"), &Options::default(), &Disk);
    assert_eq!((inside.rendered.objects.len(), problems(&inside.rendered.problems)), (1, vec![]));
    for (name, target, part) in [
        ("out", "../../secret", "outside the repository"),
        ("loop", "..", "parent folder"),
        ("gone", "nowhere", "error reading gone"),
    ] {
        let link = top.join("app").join(name);
        std::os::unix::fs::symlink(target, &link).expect("a link");
        let output = helm::render_at(&top.join("app"), &Options::default(), &Disk);
        assert!(problems(&output.rendered.problems)[0].contains(part), "{name}: {:?}", output.rendered.problems);
        std::fs::remove_file(link).expect("a link");
    }
}

/// An object of a file, with its places.
fn object(name: &str, text: &str) -> Inline {
    let mut sources = SourceMap::default();
    let id = sources.next_id();
    sources.push(Source::from_text(id, name, text));
    let documents = read(sources.get(id), &Limits::default());
    let root = documents[0].tree.as_ref().expect("YAML").root();
    let value = kubevet::render::manifests::value(root, By::Resource).expect("JSON");
    Inline { value, sources: Arc::new(sources) }
}

const RELEASE: &str = "kind: A\nname: {{ .Release.Name }}\nspace: {{ .Release.Namespace }}\nvalues:\n  {{- toYaml .Values | nindent 2 }}\n";

fn argo(helm: &str) -> Output {
    let files = tree(&[
        ("apps/a/Chart.yaml", CHART),
        ("apps/a/values.yaml", "a: 1\nb: 1\nc: 1\nd: 1\n"),
        ("apps/a/b.yaml", "b: 2\nc: 2\nd: 2\n"),
        ("env/c.yaml", "c: 3\nd: 3\n"),
        ("apps/a/templates/a.yaml", RELEASE),
        ("apps/a/crds/c.yaml", "kind: Crd\n"),
    ]);
    let refs = [("env".to_owned(), Some(PathBuf::from("."))), ("far".to_owned(), None)];
    argocd::render(&argocd::Source {
        helm: Some(object("app.yaml", helm)),
        application: "shop",
        namespace: "prod",
        around: Around {
            door: &files,
            chart: Path::new("apps/a"),
            top: Path::new("."),
            refs: &refs,
            environment: &|text| text.replace("$ARGOCD_APP_NAME", "shop"),
        },
        kube_version: None,
        partial: false,
    })
}

#[test]
fn sources_of_argo_cd_give_values_in_its_order() {
    let output = argo(
        "valueFiles: [b.yaml, $env/env/c.yaml, $far/x.yaml]\nvalues: |\n  d: 4\n  e:\n    f: five\nparameters:\n- {name: e.g, value: '$ARGOCD_APP_NAME,1'}\n- name: h\n  value: \"7\"\n  forceString: true\n",
    );
    assert_eq!(problems(&output.rendered.problems), [""; 0]);
    assert_eq!(
        problems(&output.absent),
        ["the values file `$far/x.yaml` is not in this repository; nothing is fetched"]
    );
    let want = [
        "Crd/kind = \"Crd\" | template apps/a/crds/c.yaml:1:7 | ",
        "A/kind = \"A\" | template apps/a/templates/a.yaml:1:7 | ",
        "A/name = \"shop\" | template apps/a/templates/a.yaml:2:7 | ",
        "A/space = \"prod\" | template apps/a/templates/a.yaml:3:8 | ",
        "A/values/a = 1 | values apps/a/values.yaml:1:4 | apps/a/templates/a.yaml:5:3",
        "A/values/b = 2 | values apps/a/b.yaml:1:4 | apps/a/templates/a.yaml:5:3",
        "A/values/c = 3 | values env/c.yaml:1:4 | apps/a/templates/a.yaml:5:3",
        "A/values/d = 4 | values app.yaml:3:6 | apps/a/templates/a.yaml:5:3",
        "A/values/e/f = \"five\" | values app.yaml:5:8 | apps/a/templates/a.yaml:5:3",
        "A/values/e/g = \"shop,1\" | values app.yaml:7:22 | apps/a/templates/a.yaml:5:3",
        "A/values/h = \"7\" | values app.yaml:9:10 | apps/a/templates/a.yaml:5:3",
    ];
    assert_eq!(all_places(&output.rendered), want);
    let object = argo("releaseName: other\nskipCrds: true\nvalues: 'd: 9'\nvaluesObject: {d: 5}\n");
    assert!(
        all_places(&object.rendered)
            .contains(&"A/values/d = 5 | values app.yaml:4:19 | apps/a/templates/a.yaml:5:3".to_owned())
    );
    assert_eq!(object.rendered.objects.len(), 1);
    let refused = argo("valueFiles: [../../../x.yaml]\n");
    let problem = &refused.rendered.problems[0];
    assert_eq!(place(&refused.rendered, problem.span.expect("a place")), "app.yaml:1:13");
    let broken = argo("values: |\n  a: 1\n   b: 2\n");
    let problem = &broken.rendered.problems[0];
    assert_eq!(place(&broken.rendered, problem.span.expect("a place")).split(':').nth(1), Some("3"), "{problem:?}");
}

#[test]
fn releases_of_flux_give_values_in_its_order() {
    let files = tree(&[
        ("charts/a/Chart.yaml", CHART),
        ("charts/a/values.yaml", "own: 1\n"),
        ("charts/a/values-prod.yaml", "a: 1\nb: 1\nc: 1\nd: {e: 1}\n"),
        ("charts/a/templates/a.yaml", RELEASE),
    ]);
    let release = "metadata: {name: shop, namespace: prod}\nspec:\n  targetNamespace: front\n  chart: {spec: {chart: ./charts/a, valuesFiles: [charts/a/values-prod.yaml]}}\n  valuesFrom:\n  - {kind: ConfigMap, name: base}\n  - {kind: Secret, name: token, valuesKey: t, targetPath: d.e}\n  - {kind: ConfigMap, name: gone}\n  - {kind: ConfigMap, name: gone2, optional: true}\n  values:\n    c: 3\n";
    let output = flux::render(&flux::Release {
        kube_version: None,
        partial: false,
        object: object("release.yaml", release),
        chart: Path::new("charts/a"),
        top: Path::new("."),
        door: &files,
        lookup: &|kind, name| match (kind, name) {
            ("ConfigMap", "base") => Some(object("base.yaml", "data:\n  values.yaml: |\n    b: 2\n    c: 2\n")),
            ("Secret", "token") => Some(object("token.yaml", "data:\n  t: c2VjcmV0\n")),
            _ => None,
        },
    });
    assert_eq!(problems(&output.rendered.problems), [""; 0]);
    let want = [
        "A/kind = \"A\" | template charts/a/templates/a.yaml:1:7 | ",
        "A/name = \"front-shop\" | template charts/a/templates/a.yaml:2:7 | ",
        "A/space = \"front\" | template charts/a/templates/a.yaml:3:8 | ",
        "A/values/a = 1 | values charts/a/values-prod.yaml:1:4 | charts/a/templates/a.yaml:5:3",
        "A/values/b = 2 | values base.yaml:3:8 | charts/a/templates/a.yaml:5:3",
        "A/values/c = 3 | values release.yaml:11:8 | charts/a/templates/a.yaml:5:3",
        "A/values/d/e = \"secret\" | values token.yaml:2:6 | charts/a/templates/a.yaml:5:3",
    ];
    assert_eq!(all_places(&output.rendered), want);
    assert_eq!(
        problems(&output.absent),
        ["the ConfigMap `gone` is not defined in this repository; its values are not known"]
    );
}
