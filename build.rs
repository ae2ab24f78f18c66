//! Makes the examples of rules that `kubevet explain` shows out of their fixtures.
#![expect(clippy::disallowed_methods, reason = "a build script reads the files it builds from")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let fixtures = root.join("fixtures").join("rules");
    println!("cargo::rerun-if-changed=fixtures/rules");
    println!("cargo::rerun-if-changed=build.rs");
    let mut rules: Vec<_> = fs::read_dir(&fixtures)?.collect::<io::Result<_>>()?;
    rules.sort_by_key(fs::DirEntry::file_name);
    let mut code = String::from("&[\n");
    for rule in rules {
        let (id, bad, good) = (rule.file_name(), rule.path().join("fail.yaml"), rule.path().join("pass.yaml"));
        if bad.is_file() && good.is_file() {
            let _ = writeln!(code, "    ({:?}, {}, {}),", id.to_string_lossy(), included(&bad), included(&good));
        }
    }
    code.push(']');
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("examples.rs"), code)
}

fn included(file: &Path) -> String {
    format!("include_str!({:?})", file.to_string_lossy())
}
