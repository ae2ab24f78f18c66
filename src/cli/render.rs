//! `kubevet render`: the objects that would be applied, each value with where it came from.
//!
//! In: roots. Out: YAML or JSON on standard output, problems on standard error (with JSON among the lines); exit status 1
//! where there is a problem.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kubevet::discover::resolve;
use kubevet::render::kustomize::{self, Limits, Shared};
use kubevet::render::output::{Shown, json_lines, yaml};
use kubevet::render::{Problem, Rendered};
use kubevet::source::Span;

use super::environment::Environment;
use super::print::{Failure, for_programs, note, print_json};

/// Arguments of `kubevet render`.
#[derive(clap::Args)]
pub struct Args {
    /// Kustomization roots
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
    /// Leave out what is not here (remote bases, files that git ignores, plugins, charts) and print the rest
    #[arg(long)]
    partial: bool,
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
    for path in &args.paths {
        let rendered = render(path, args.partial, here)?;
        rendered.absent.iter().for_each(|absent| tell(&rendered, "left out", absent.span, &absent.message));
        failed |= !rendered.problems.is_empty();
        match args.format {
            Format::Json => drop(print_json(&json_lines(&rendered))?),
            Format::Yaml => {
                let tell_problem = |problem: &Problem| tell(&rendered, "error", problem.span, &problem.message);
                rendered.problems.iter().for_each(tell_problem);
                let text = yaml(&rendered, Shown { origins: !args.no_origins, secrets: args.show_secrets });
                let between = if first || text.is_empty() { "" } else { "---\n" };
                first &= text.is_empty();
                for_programs(&format!("{between}{text}"))?;
            }
        }
    }
    Ok(ExitCode::from(u8::from(failed)))
}

fn render(path: &Path, partial: bool, here: &Environment) -> Result<Rendered, String> {
    let name = kubevet::files::name::full(path);
    if here.files.is_file(path) {
        return Ok(kustomize::refused(&name, "is a file, not a folder with a kustomization file"));
    }
    let shared = Shared::new(&*here.files, []);
    let folder = resolve(if name.starts_with('/') { "/" } else { "" }, &name);
    let files = shared.view(&folder).map_err(|error| format!("{name}: {error}"))?;
    let build = if partial { kustomize::build_partly } else { kustomize::build };
    Ok(build(&files, files.root(), &name, &Limits::default()))
}

fn tell(rendered: &Rendered, what: &str, span: Option<Span>, message: &str) {
    let place = span.map(|span| {
        let source = rendered.sources.get(span.source);
        format!("{}:{}: ", source.name, source.position(span.start).line)
    });
    let place = place.unwrap_or_else(|| format!("{}: ", rendered.root));
    note(&format!("{what}: {place}{message}"));
}
