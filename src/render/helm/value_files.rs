//! The values files that an Argo CD source names.
//!
//! In: entries of `valueFiles` (relative to the chart, to the repository with `/`, to another source with `$ref/`, with globs),
//! the door to files. Out: paths in order, each once; what lies in a repository that is not here; or why Argo CD refuses them.

use std::path::{Path, PathBuf};

use crate::files::name::{full, path_of};
use crate::files::{Files, Kind};
use crate::go::glob::braces;
use crate::go::path::{clean, is_match};

/// Most folders that globs look into.
const MAX_FOLDERS: usize = 20_000;

/// Where entries may point.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// The door.
    pub door: &'a dyn Files,
    /// The folder of the chart.
    pub chart: &'a Path,
    /// The top of its repository.
    pub top: &'a Path,
    /// Names of other sources with the top of their repository; nothing where that is not this one.
    pub refs: &'a [(String, Option<PathBuf>)],
    /// Puts the build environment into a text.
    pub environment: &'a dyn Fn(&str) -> String,
}

/// What an entry names.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// A path, or a pattern of paths.
    Path(PathBuf),
    /// It lies in a repository that is not here, or at an address.
    Elsewhere,
}

impl Around<'_> {
    /// The path of one entry.
    ///
    /// # Errors
    /// Where it leads out of its repository.
    pub fn resolve(&self, entry: &str) -> Result<Found, String> {
        let named = entry.strip_prefix('$').and_then(|rest| rest.split_once('/'));
        let of = named.and_then(|(name, path)| Some((self.refs.iter().find(|(known, _)| known == name)?, path)));
        let (top, path) = match of {
            Some(((_, None), _)) => return Ok(Found::Elsewhere),
            Some(((_, Some(top)), path)) => (top.as_path(), format!("/{}", (self.environment)(path))),
            None => (self.top, (self.environment)(entry)),
        };
        if path.contains("://") {
            return Ok(Found::Elsewhere);
        }
        let joined = match path.strip_prefix('/') {
            Some(path) => format!("{}/{path}", full(top)),
            None => format!("{}/{path}", full(self.chart)),
        };
        let (cleaned, top) = (clean(&joined), clean(&full(top)));
        let inside = cleaned == top || top == "." && !cleaned.starts_with("..") || {
            let rest = cleaned.strip_prefix(&top);
            rest.is_some_and(|rest| rest.starts_with('/') || top.ends_with('/'))
        };
        if !inside {
            return Err(format!("`{entry}` is outside the repository"));
        }
        Ok(Found::Path(path_of(&cleaned)))
    }

    /// The files of all entries, and the entries that are elsewhere.
    ///
    /// # Errors
    /// Where one is not there, or leads out of its repository.
    pub fn files(&self, entries: &[&str], ignore_missing: bool) -> Result<(Vec<PathBuf>, Vec<String>), String> {
        let named: Vec<PathBuf> = entries
            .iter()
            .filter_map(|entry| match self.resolve(entry) {
                Ok(Found::Path(path)) if !is_pattern(&full(&path)) => Some(path),
                _ => None,
            })
            .collect();
        let (mut files, mut elsewhere): (Vec<PathBuf>, _) = (Vec::new(), Vec::new());
        for entry in entries {
            let Found::Path(path) = self.resolve(entry)? else {
                elsewhere.push((*entry).to_owned());
                continue;
            };
            let shown = full(&path);
            let found = match is_pattern(&shown) {
                true => self.glob(&shown)?.into_iter().filter(|path| !named.contains(path)).collect(),
                false if ignore_missing && !self.door.exists(&path) => continue,
                false => vec![path],
            };
            if is_pattern(&shown) && found.is_empty() && !ignore_missing && self.glob(&shown)?.is_empty() {
                return Err(format!("`{entry}` matches no values file"));
            }
            for path in found {
                if !files.contains(&path) {
                    files.push(path);
                }
            }
        }
        Ok((files, elsewhere))
    }

    /// The files that a pattern matches: those of a folder before those below it.
    fn glob(&self, pattern: &str) -> Result<Vec<PathBuf>, String> {
        let wrong = || format!("`{pattern}` is not a valid pattern");
        let mut walk = Walk { door: self.door, left: MAX_FOLDERS, found: Vec::new() };
        for pattern in braces(pattern, 0).ok_or_else(wrong)? {
            is_match(&pattern, "").ok_or_else(wrong)?;
            let (start, rest) = match pattern.strip_prefix('/') {
                Some(rest) => (PathBuf::from("/"), rest),
                None => (PathBuf::new(), pattern.as_str()),
            };
            let parts: Vec<&str> = rest.split('/').collect();
            walk.below(&start, &parts, 0).ok_or_else(|| format!("`{pattern}` looks into too many folders"))?;
        }
        Ok(walk.found)
    }
}

fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

struct Walk<'w> {
    door: &'w dyn Files,
    left: usize,
    found: Vec<PathBuf>,
}

impl Walk<'_> {
    fn below(&mut self, folder: &Path, parts: &[&str], depth: usize) -> Option<()> {
        let Some((first, rest)) = parts.split_first() else { return Some(()) };
        if !is_pattern(first) {
            let path = folder.join(path_of(first));
            if rest.is_empty() {
                self.take(path);
                return Some(());
            }
            return self.below(&path, rest, depth);
        }
        self.left = self.left.checked_sub(1).filter(|_| depth < 64)?;
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let mut entries: Vec<_> = self.door.list(here).unwrap_or_default().into_iter().flatten().collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let any = *first == "**";
        if any {
            let inner = if rest.is_empty() { &["*"] } else { rest };
            self.below(folder, inner, depth)?;
        }
        for entry in entries {
            let path = folder.join(&entry.name);
            match any {
                true if entry.kind == Kind::Directory => self.below(&path, parts, depth + 1)?,
                true => {}
                false if is_match(first, &entry.name.to_string_lossy()) != Some(true) => {}
                false if rest.is_empty() => self.take(path),
                false => self.below(&path, rest, depth + 1)?,
            }
        }
        Some(())
    }

    fn take(&mut self, path: PathBuf) {
        if self.door.is_file(&path) && !self.found.contains(&path) {
            self.found.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Memory;

    fn found(entries: &[&str], ignore_missing: bool) -> Result<Vec<String>, String> {
        let names = ["c/values.yaml", "c/b.yaml", "c/a.yaml", "c/env/x.yaml", "env/p.yaml", "env/q/r.yaml"];
        let files: Memory = names.map(|name| (name, "")).into_iter().collect();
        let refs = [("here".to_owned(), Some(PathBuf::from("."))), ("there".to_owned(), None)];
        let around = Around {
            door: &files,
            chart: Path::new("c"),
            top: Path::new("."),
            refs: &refs,
            environment: &|text| text.replace("$ENV", "env"),
        };
        let (paths, elsewhere) = around.files(entries, ignore_missing)?;
        Ok(paths.iter().map(|path| full(path)).chain(elsewhere).collect())
    }

    #[test]
    fn entries_are_found_as_argo_cd_finds_them() {
        for (entries, want) in [
            (&["values.yaml", "$ENV/x.yaml"][..], &["c/values.yaml", "c/env/x.yaml"][..]),
            (&["/env/p.yaml", "../env/p.yaml"], &["env/p.yaml"]),
            (&["$here/env/p.yaml", "$there/x.yaml", "https://h/x"], &["env/p.yaml", "$there/x.yaml", "https://h/x"]),
            (&["*.yaml", "a.yaml"], &["c/b.yaml", "c/values.yaml", "c/a.yaml"]),
            (&["/env/**/*.yaml"], &["env/p.yaml", "env/q/r.yaml"]),
            (&["{b,a}.yaml"], &["c/b.yaml", "c/a.yaml"]),
            (&["gone.yaml"], &["c/gone.yaml"]),
        ] {
            assert_eq!(found(entries, false), Ok(want.iter().map(|&name| name.to_owned()).collect()), "{entries:?}");
        }
        assert_eq!(found(&["gone.yaml", "gone*"], true), Ok(vec![]));
        for bad in ["../../x", "$here/../x", "gone*", "[a"] {
            assert!(found(&[bad], false).is_err(), "{bad}");
        }
    }
}
