//! `kubevet render`: the objects that would be applied, each value with where it came from.
//!
//! In: roots. Out: YAML or JSON on standard output, problems on standard error (with JSON among the lines); exit status 1
//! where there is a problem.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kubevet::render::kustomize::{self, Limits, rooted::Rooted};
use kubevet::render::output::{Shown, json_lines, yaml};
use kubevet::render::{Problem, Rendered};

use super::environment::Environment;
use super::print::{Failure, for_programs, note, print_json};

/// Arguments of `kubevet render`.
#[derive(clap::Args)]
pub struct Args {
    /// Kustomization roots; of other folders (and files) every set in them: Applications, Flux Kustomizations, kustomizations
    /// that nobody else takes in, files
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// How the objects are written
    #[arg(short, long, value_enum, default_value = "yaml")]
    format: Format,
    /// Leave out where values come from (YAML)
    #[arg(long)]
    no_origins: bool,
    /// Show values of Secrets (YAML)
    #[arg(long)]
    show_secrets: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// YAML with `# from FILE:LINE` beside the values
    Yaml,
    /// One line of JSON an object, with the origins of all its values
    Json,
}

/// Runs it.
///
/// # Errors
/// A message, where a path is no root or standard output is closed.
pub fn run(args: &Args, here: &Environment) -> Result<ExitCode, Failure> {
    let (mut failed, mut first) = (false, true);
    for rendered in args.paths.iter().map(|path| render(path, here)).collect::<Result<Vec<_>, _>>()?.iter().flatten() {
        failed |= !rendered.problems.is_empty();
        match args.format {
            Format::Json => drop(print_json(&json_lines(rendered))?),
            Format::Yaml => {
                rendered.problems.iter().for_each(|problem| tell(rendered, problem, "error"));
                rendered.absent.iter().for_each(|problem| tell(rendered, problem, "note"));
                let text = yaml(rendered, Shown { origins: !args.no_origins, secrets: args.show_secrets });
                let between = if first || text.is_empty() { "" } else { "---\n" };
                first &= text.is_empty();
                for_programs(&format!("{between}{text}"))?;
            }
        }
    }
    Ok(ExitCode::from(u8::from(failed)))
}

/// Renders a path: the root that it is, or else every set below it.
fn render(path: &Path, here: &Environment) -> Result<Vec<Rendered>, String> {
    let name = kubevet::files::name::full(path);
    if !is_kustomization(path, here) {
        return super::render_repository::sets(path, here);
    }
    let files = Rooted::new(path, &*here.files).map_err(|error| format!("{name}: {error}"))?;
    Ok(vec![kustomize::build(&files, files.root(), &name, &Limits::default())])
}

fn is_kustomization(path: &Path, here: &Environment) -> bool {
    ["kustomization.yaml", "kustomization.yml", "Kustomization"].iter().any(|name| here.files.is_file(&path.join(name)))
}

fn tell(rendered: &Rendered, problem: &Problem, severity: &str) {
    let place = problem.span.map(|span| {
        let source = rendered.sources.get(span.source);
        format!("{}:{}: ", source.name, source.position(span.start).line)
    });
    let place = place.unwrap_or_else(|| format!("{}: ", rendered.root));
    note(&format!("{severity}: {place}{}", problem.message));
}
