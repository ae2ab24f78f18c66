//! Files that Flux leaves out of what it fetches.
//!
//! In: the repository with its `.sourceignore` files. Out: whether a file is left out: those of version control and of build
//! services, and what the files of patterns say.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::render::kustomize::files::folder;
use crate::render::world::World;
use crate::source::SourceMap;

/// What Flux leaves out by itself, as .gitignore reads patterns.
const ALWAYS: [&str; 19] = [
    ".git/",
    ".gitignore",
    ".gitmodules",
    ".gitattributes",
    "*.zip",
    "*.tar.gz",
    ".github/",
    ".circleci/",
    ".travis.yml",
    ".gitlab-ci.yml",
    "appveyor.yml",
    ".drone.yml",
    "cloudbuild.yaml",
    "codeship-services.yml",
    "codeship-steps.yml",
    "**/.goreleaser.yml",
    "**/.sops.yaml",
    "**/.flux.yaml",
    ".sourceignore",
];

/// Patterns, each with the folder that they hold for.
pub struct Ignored {
    patterns: Vec<(String, Gitignore)>,
}

impl Ignored {
    /// Reads the files of patterns.
    pub fn new(world: &World<'_>) -> Self {
        let mut patterns = vec![(String::new(), built(ALWAYS.iter().copied()))];
        for file in world.checkout.below("").filter(|file| file.rsplit('/').next() == Some(".sourceignore")) {
            let mut sources = SourceMap::default();
            if let Ok(Some(id)) = world.read(file, &mut sources) {
                patterns.push((folder(file).to_owned(), built(sources.get(id).text.lines())));
            }
        }
        Self { patterns }
    }

    /// Whether a file is left out.
    pub fn hides(&self, file: &str) -> bool {
        let mut hidden = false;
        for (folder, patterns) in &self.patterns {
            let below = if folder.is_empty() { Some(file) } else { file.strip_prefix(folder.as_str()) };
            let Some(below) = below.map(|below| below.trim_start_matches('/')) else { continue };
            let matched = patterns.matched_path_or_any_parents(below, false);
            hidden = (hidden || matched.is_ignore()) && !matched.is_whitelist();
        }
        hidden
    }
}

fn built<'l>(lines: impl Iterator<Item = &'l str>) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    for line in lines {
        // What is no pattern matches nothing.
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
