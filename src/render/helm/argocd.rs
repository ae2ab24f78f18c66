//! A chart as a source of an Argo CD Application.
//!
//! In: what the source says under `helm`, the chart's folder, what surrounds it. Out: [`Output`], as `helm template` with the
//! flags that Argo CD gives gives it: values files, then `valuesObject` or `values`, then parameters; CRDs included;
//! dependencies that lie in the repository are brought in. Values have their places in the Application.

use super::given::Inline;
use super::options::{Flag, Options, Values};
use super::value_files::{Around, Found};
use super::{Output, render_at};
use crate::files::name::full;
use crate::render::Problem;
use crate::render::value::{Data, Value};

/// A source whose path is a chart.
pub struct Source<'s> {
    /// What stands under `helm`, with the sources that it lies in.
    pub helm: Option<Inline>,
    /// The Application's name.
    pub application: &'s str,
    /// The namespace that it goes to.
    pub namespace: &'s str,
    /// The chart, its repository, other sources, the build environment.
    pub around: Around<'s>,
    /// The version of the cluster, where the source says none.
    pub kube_version: Option<String>,
    /// Whether it is rendered without dependencies that are not here.
    pub partial: bool,
}

/// Renders the source; `render-failed` where Argo CD refuses it, at the place in the Application where that is why.
pub fn render(source: &Source<'_>) -> Output {
    match options(source) {
        Ok((options, elsewhere)) => {
            let mut output = render_at(source.around.chart, &options, source.around.door);
            for (inline, entry) in elsewhere {
                let span = Some(inline.place(&mut output.rendered.sources));
                let message = format!("the values file `{entry}` is not in this repository; nothing is fetched");
                output.absent.push(Problem::new("not-rendered", span, message));
            }
            output
        }
        Err((inline, message)) => {
            let mut output = Output::refused(&full(source.around.chart), message);
            let span = inline.place(&mut output.rendered.sources);
            output.rendered.problems.iter_mut().for_each(|problem| problem.span = Some(span));
            output
        }
    }
}

type Elsewhere = Vec<(Inline, String)>;

/// The flags that Argo CD gives to `helm template`.
fn options(source: &Source<'_>) -> Result<(Options, Elsewhere), (Inline, String)> {
    let mut options = Options {
        release_name: source.application.to_owned(),
        namespace: source.namespace.to_owned(),
        kube_version: source.kube_version.clone(),
        of_cluster: source.kube_version.is_some(),
        include_crds: true,
        local: true,
        partial: source.partial,
        ..Options::default()
    };
    let mut elsewhere = Vec::new();
    let Some(helm) = &source.helm else { return Ok((options, elsewhere)) };
    let filled = |key: &str| text(&helm.value, key).filter(|text| !text.is_empty());
    let is_on = |key: &str| matches!(helm.value.get(key).map(|value| &value.data), Some(Data::Bool(true)));
    if let Some(name) = filled("releaseName") {
        options.release_name = name.to_owned();
    }
    if let Some(namespace) = filled("namespace") {
        options.namespace = namespace.to_owned();
    }
    if let Some(version) = filled("kubeVersion") {
        options.kube_version = Some(version.to_owned());
    }
    options.api_versions = items(&helm.value, "apiVersions").filter_map(Value::as_str).map(str::to_owned).collect();
    options.include_crds = !is_on("skipCrds");
    options.skip_schema = is_on("skipSchemaValidation");
    options.skip_tests = is_on("skipTests");
    let entries: Vec<&str> = items(&helm.value, "valueFiles").filter_map(Value::as_str).collect();
    let place = || helm.value.get("valueFiles").map_or_else(|| helm.clone(), |value| helm.of(value));
    let files = source.around.files(&entries, is_on("ignoreMissingValueFiles"));
    let (files, absent) = files.map_err(|message| (place(), message))?;
    options.values.extend(files.iter().map(|path| Values::File(full(path))));
    elsewhere.extend(absent.into_iter().map(|entry| (place(), entry)));
    let object = helm.value.get("valuesObject").filter(|value| !matches!(value.data, Data::Null));
    let text = || helm.value.get("values").filter(|value| value.as_str().is_some_and(|text| !text.is_empty()));
    options.values.extend(object.or_else(text).map(|value| Values::Inline(helm.of(value))));
    parameters(source, helm, &mut options, &mut elsewhere)?;
    Ok((options, elsewhere))
}

fn parameters(
    source: &Source<'_>,
    helm: &Inline,
    options: &mut Options,
    elsewhere: &mut Elsewhere,
) -> Result<(), (Inline, String)> {
    for parameter in items(&helm.value, "parameters") {
        let name = text(parameter, "name").unwrap_or_default();
        let value = (source.around.environment)(text(parameter, "value").unwrap_or_default());
        let at = helm.of(parameter.get("value").unwrap_or(parameter));
        let flag = Flag { text: format!("{name}={}", escaped(&value)), from: Some(at) };
        let forced = matches!(parameter.get("forceString").map(|value| &value.data), Some(Data::Bool(true)));
        let flags = if forced { &mut options.set_string } else { &mut options.set };
        // Of two parameters of one name the last counts.
        flags.retain(|flag| !flag.text.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')));
        flags.push(flag);
    }
    for parameter in items(&helm.value, "fileParameters") {
        let (name, path) = (text(parameter, "name").unwrap_or_default(), text(parameter, "path").unwrap_or_default());
        let at = helm.of(parameter.get("path").unwrap_or(parameter));
        match source.around.resolve(path) {
            Ok(Found::Path(path)) => {
                options.set_file.push(Flag { text: format!("{name}={}", escaped(&full(&path))), from: None });
            }
            Ok(Found::Elsewhere) => elsewhere.push((at, path.to_owned())),
            Err(message) => return Err((at, message)),
        }
    }
    Ok(())
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

fn items<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    let list = match value.get(key).map(|value| &value.data) {
        Some(Data::List(items)) => items.as_slice(),
        _ => &[],
    };
    list.iter()
}

/// A value for `--set`: its commas are no separators, but for those of a list in braces.
fn escaped(value: &str) -> String {
    if value.starts_with('{') && value.ends_with('}') {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut before = None;
    for c in value.chars() {
        if c == ',' && before != Some('\\') {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}
