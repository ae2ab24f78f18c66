//! `kubevet schemas`: what is known, and taking over more.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use kubevet::escape;
use kubevet::schema::library::FOLDER;
use kubevet::schema::packed::{self, Bundled};
use kubevet::schema::{Bundle, KindSchema, import};
use kubevet::version::KubeVersion;

use super::check::read_stdin;
use super::environment::Environment;
use super::print::{Failure, print};

/// Arguments of `schemas`.
#[derive(clap::Args)]
#[group(skip)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// List the supported Kubernetes versions
    Versions,
    /// List the kinds of a Kubernetes version, and the bundled custom resources
    Kinds {
        /// Kubernetes version
        #[arg(long, value_name = "VERSION")]
        kubernetes_version: Option<String>,
    },
    /// Import CRDs, or JSON Schemas in the layout of the public CRD catalogue, from a folder
    Import {
        /// The folder; `-` for CRDs on standard input: `kubectl get crd -o yaml | kubevet schemas import -`
        folder: PathBuf,
        /// Where to put them: used for files next to it and below
        #[arg(long, value_name = "DIR", default_value = FOLDER)]
        to: PathBuf,
    },
}

/// Runs it.
///
/// # Errors
/// With a message, on an unknown version or a folder that cannot be read or written.
pub fn run(args: &Args, here: &Environment) -> Result<ExitCode, Failure> {
    match &args.command {
        None => print(&format!("{}{}", versions(), bundled())),
        Some(Command::Versions) => print(&versions()),
        Some(Command::Kinds { kubernetes_version }) => print(&kinds(kubernetes_version.as_deref())?),
        Some(Command::Import { folder, to }) => {
            let imported = match folder.as_os_str() == "-" {
                true => import::import_text(read_stdin()?, to).map_err(|error| format!("standard input: {error}"))?,
                false => import::import(&*here.files, folder, to)
                    .map_err(|error| format!("{}: {error}", folder.display()))?,
            };
            let (crds, schemas) = (imported.crds.len(), imported.schemas.len());
            let to = to.display().to_string();
            let to = escape::line(&to);
            print(&format!("{crds} kinds from CRDs and {schemas} JSON Schemas imported into {to}\n"))
        }
    }
}

fn versions() -> String {
    let line = |version: KubeVersion| {
        let kinds = Bundle::get().version(version).map_or(0, |version| version.kinds().len());
        let default = if version == KubeVersion::default() { " (default)" } else { "" };
        format!("{version}\t{kinds} kinds{default}\n")
    };
    let custom = packed::kinds().len();
    KubeVersion::all().map(line).chain([format!("custom resources bundled: {custom} kinds\n")]).collect()
}

fn kinds(version: Option<&str>) -> Result<String, String> {
    let version = match version {
        Some(text) => KubeVersion::parse(text).ok_or_else(|| format!("`{text}` is not a Kubernetes version"))?,
        None => KubeVersion::default(),
    };
    let known = Bundle::get().version(version).ok_or_else(|| format!("Kubernetes {version} is not bundled"))?;
    Ok(known.kinds().iter().map(line).chain([bundled()]).collect())
}

/// The custom resources that come with the program, and the package that each definition is taken from.
fn bundled() -> String {
    let line = |&Bundled { group, kind, source, .. }: &Bundled| format!("{group}\t{kind}\tcustom resource\t{source}\n");
    packed::kinds().iter().map(line).collect()
}

fn line(kind: &KindSchema) -> String {
    let api = if kind.group.is_empty() { kind.version.to_owned() } else { format!("{}/{}", kind.group, kind.version) };
    let scope = if kind.namespaced { "namespaced" } else { "cluster" };
    let off = if kind.served { "" } else { "\toff by default" };
    format!("{api}\t{}\t{}\t{scope}{off}\n", kind.kind, kind.plural)
}
