//! `kubevet render`: the objects that would be applied, each value with where it came from.
//!
//! In: roots. Out: YAML or JSON on standard output, problems on standard error (with JSON among the lines); exit status 1
//! where there is a problem.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kubevet::discover::resolve;
use kubevet::render::helm::{self, Options, Values, options::Flag};
use kubevet::render::kustomize::{self, Limits, Partly, Shared};
use kubevet::render::output::{Shown, json_lines, yaml};
use kubevet::render::{Problem, Rendered};
use kubevet::source::Span;
use rayon::prelude::*;

use super::environment::Environment;
use super::print::{Failure, for_programs, note, print_json};

/// Arguments of `kubevet render`.
#[derive(clap::Args)]
pub struct Args {
    /// Kustomizations and charts (also packaged); for other folders and files, every set in them: Applications, Flux
    /// Kustomizations, kustomizations that no other one includes, plain files
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Output format
    #[arg(short, long, value_enum, default_value = "yaml")]
    format: RenderFormat,
    /// Do not print where values come from (YAML)
    #[arg(long)]
    no_origins: bool,
    /// Show values of Secrets (YAML)
    #[arg(long)]
    show_secrets: bool,
    #[command(flatten)]
    chart: ChartArgs,
}

/// What `helm template` can be told, by the same names.
#[derive(clap::Args)]
pub struct ChartArgs {
    /// Values files of a chart (repeatable, separated by commas)
    #[arg(long, value_delimiter = ',', help_heading = "Charts")]
    values: Vec<String>,
    /// Values of a chart: name=value, separated by commas
    #[arg(long, help_heading = "Charts")]
    set: Vec<String>,
    /// The same, values taken as strings
    #[arg(long, help_heading = "Charts")]
    set_string: Vec<String>,
    /// The same, values read from files
    #[arg(long, help_heading = "Charts")]
    set_file: Vec<String>,
    /// The same, values written as JSON
    #[arg(long, help_heading = "Charts")]
    set_json: Vec<String>,
    /// One value, taken literally
    #[arg(long, help_heading = "Charts")]
    set_literal: Vec<String>,
    /// Name of the release
    #[arg(long, default_value = "release-name", help_heading = "Charts")]
    release_name: String,
    /// Namespace of the release
    #[arg(long, default_value = "default", help_heading = "Charts")]
    namespace: String,
    /// Kubernetes version that the chart sees
    #[arg(long, help_heading = "Charts")]
    kube_version: Option<String>,
    /// Further API versions that the chart sees
    #[arg(long, value_delimiter = ',', help_heading = "Charts")]
    api_versions: Vec<String>,
    /// Also print what is below crds/
    #[arg(long, help_heading = "Charts")]
    include_crds: bool,
    /// Accepted for compatibility with Helm; crds/ is not printed by default
    #[arg(long, help_heading = "Charts")]
    skip_crds: bool,
    /// Render for an upgrade
    #[arg(long, help_heading = "Charts")]
    is_upgrade: bool,
    /// Print only the output of these templates
    #[arg(long, help_heading = "Charts")]
    show_only: Vec<String>,
    /// Do not print hooks
    #[arg(long, help_heading = "Charts")]
    no_hooks: bool,
    /// Print as much as possible if something is missing: a remote base, a file that git ignores, a plugin, a dependency
    #[arg(long)]
    partial: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum RenderFormat {
    /// YAML with a `# from FILE:LINE` comment next to each value
    Yaml,
    /// What kustomize or Helm would print
    Manifest,
    /// One line of JSON per object, with the origin of every value
    Json,
}

impl ChartArgs {
    fn options(&self) -> Options {
        Options {
            values: self.values.iter().cloned().map(Values::File).collect(),
            set: flags(&self.set),
            set_string: flags(&self.set_string),
            set_json: flags(&self.set_json),
            set_file: flags(&self.set_file),
            set_literal: flags(&self.set_literal),
            release_name: self.release_name.clone(),
            namespace: self.namespace.clone(),
            kube_version: self.kube_version.clone(),
            api_versions: self.api_versions.clone(),
            include_crds: self.include_crds,
            is_upgrade: self.is_upgrade,
            show_only: self.show_only.clone(),
            no_hooks: self.no_hooks,
            partial: self.partial,
            ..Options::default()
        }
    }
}

fn flags(texts: &[String]) -> Vec<Flag> {
    texts.iter().cloned().map(Flag::from).collect()
}

/// Runs it.
///
/// # Errors
/// A message, where a path is no root or standard output is closed.
pub fn run(args: &Args, here: &Environment) -> Result<ExitCode, Failure> {
    let (mut failed, mut first) = (false, true);
    let shared = Shared::new(&*here.files, []);
    for paths in args.paths.chunks(CHUNK) {
        let beside = render_beside(paths, args, &shared, here);
        for (path, beside) in paths.iter().zip(beside) {
            let all = match beside {
                Some(written) => vec![written],
                None => {
                    let all = render(path, &args.chart, &shared, here)?;
                    all.into_iter().map(|(rendered, manifest)| Written::new(args, &rendered, manifest)).collect()
                }
            };
            for Written { text, told, problems } in all {
                failed |= problems;
                if args.format == RenderFormat::Json {
                    print_json(&text)?;
                    continue;
                }
                told.iter().for_each(|message| note(message));
                // What Helm prints begins with a separator.
                let between = if first || text.is_empty() || text.starts_with("---") { "" } else { "---\n" };
                first &= text.is_empty();
                match between {
                    "" => for_programs(&text)?,
                    _ => for_programs(&format!("{between}{text}"))?,
                }
            }
        }
    }
    Ok(ExitCode::from(u8::from(failed)))
}

/// So many paths are rendered before what they give is printed.
const CHUNK: usize = 64;
/// Objects of a kustomization that is rendered beside others; one that makes more is rendered again by itself.
const FEW_OBJECTS: usize = 5_000;

/// What a root gives, as it is printed.
struct Written {
    text: String,
    /// What there is to say of it beside.
    told: Vec<String>,
    problems: bool,
}

impl Written {
    fn new(args: &Args, rendered: &Rendered, manifest: Option<String>) -> Self {
        let problems = !rendered.problems.is_empty();
        if args.format == RenderFormat::Json {
            return Self { text: json_lines(rendered), told: Vec::new(), problems };
        }
        let wrong = rendered.problems.iter().map(|problem| about("error", rendered, problem.span, &problem.message));
        let absent = rendered.absent.iter().map(|absent| about("left out", rendered, absent.span, &absent.message));
        let told = wrong.chain(absent).collect();
        let text = match (args.format, manifest) {
            (RenderFormat::Manifest, Some(text)) => text,
            (RenderFormat::Manifest, None) => yaml(rendered, Shown { origins: false, secrets: true }),
            _ => yaml(rendered, Shown { origins: !args.no_origins, secrets: args.show_secrets }),
        };
        Self { text, told, problems }
    }
}

/// Renders the kustomizations among several paths beside each other; nothing for those that are something else, are too large for
/// that, or cannot be found.
fn render_beside(paths: &[PathBuf], args: &Args, shared: &Shared<'_>, here: &Environment) -> Vec<Option<Written>> {
    if paths.len() < 2 {
        return paths.iter().map(|_| None).collect();
    }
    let few = Limits { objects: FEW_OBJECTS, ..Limits::default() };
    let one = |path: &PathBuf| {
        if helm::is_chart(path, &*here.files) || !is_kustomization(path, here) {
            return None;
        }
        let made = kustomization(path, &args.chart, shared, &few).ok()?;
        (!made.limited).then(|| Written::new(args, &made, None))
    };
    paths.par_iter().map(one).collect()
}

/// Renders a path: the root that it is (of a chart also what Helm prints), or else every set below it.
fn render(
    path: &Path,
    args: &ChartArgs,
    shared: &Shared<'_>,
    here: &Environment,
) -> Result<Vec<(Rendered, Option<String>)>, String> {
    let name = kubevet::files::name::full(path);
    if helm::is_chart(path, &*here.files) {
        let output = helm::render_at(path, &args.options(), &*here.files);
        output.absent.iter().for_each(|problem| tell_problem("left out", &output.rendered, problem));
        for warning in &output.warnings {
            note(&format!("warning: {name}: {}", warning.trim_start_matches("warning: ")));
        }
        return Ok(vec![(output.rendered, Some(output.manifest))]);
    }
    if !is_kustomization(path, here) {
        let sets = super::render_repository::sets(path, here)?;
        // A file without anything to apply is nothing to be silent about.
        let empty = |set: &Rendered| set.objects.is_empty() && set.problems.is_empty();
        if here.files.is_file(path) && sets.iter().all(empty) {
            return Ok(vec![(kustomize::refused(&name, "is a file that holds nothing to apply"), None)]);
        }
        return Ok(sets.into_iter().map(|set| (set, None)).collect());
    }
    Ok(vec![(kustomization(path, args, shared, &Limits::default())?, None)])
}

/// Builds a kustomization.
fn kustomization(path: &Path, args: &ChartArgs, shared: &Shared<'_>, limits: &Limits) -> Result<Rendered, String> {
    let name = kubevet::files::name::full(path);
    let folder = resolve(if name.starts_with('/') { "/" } else { "" }, &name);
    let files = shared.view(&folder).map_err(|error| format!("{name}: {error}"))?;
    Ok(if args.partial {
        let partly = Partly { kube_version: args.kube_version.clone() };
        kustomize::build_partly(&files, files.root(), &name, limits, &partly)
    } else {
        kustomize::build(&files, files.root(), &name, limits)
    })
}

fn is_kustomization(path: &Path, here: &Environment) -> bool {
    ["kustomization.yaml", "kustomization.yml", "Kustomization"].iter().any(|name| here.files.is_file(&path.join(name)))
}

fn tell_problem(severity: &str, rendered: &Rendered, problem: &Problem) {
    note(&about(severity, rendered, problem.span, &problem.message));
}

fn about(what: &str, rendered: &Rendered, span: Option<Span>, message: &str) -> String {
    let place = span.map(|span| {
        let source = rendered.sources.get(span.source);
        format!("{}:{}: ", source.name, source.position(span.start).line)
    });
    let place = place.unwrap_or_else(|| format!("{}: ", rendered.root));
    format!("{what}: {place}{message}")
}
