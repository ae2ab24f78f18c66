//! What the process was started with.
//!
//! In: the process. Out: its arguments, the door to its files, and what its environment says of the terminal; asked once, and
//! handed to the commands.
#![expect(clippy::disallowed_methods, reason = "the one place that asks the process what it was started with")]

use std::env;
use std::ffi::OsString;

use kubevet::files::Door;

/// What a command finds around it.
pub struct Environment {
    /// The arguments, the program's name first.
    pub arguments: Vec<OsString>,
    /// The files.
    pub files: Door,
    /// NO_COLOR is set.
    pub no_color: bool,
    /// The terminal can do nothing but print.
    pub dumb: bool,
    /// The terminal shows more than ASCII.
    pub unicode: bool,
    /// COLUMNS, where it is set: how wide lines may be, wherever they go.
    pub columns: Option<usize>,
    /// Where pre-commit says that the commits it checks begin.
    pub from_revision: Option<String>,
}

impl Environment {
    /// That of this process.
    pub fn of_process() -> Self {
        Self {
            arguments: env::args_os().collect(),
            files: Door::default(),
            no_color: env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
            dumb: env::var_os("TERM").is_some_and(|term| term == "dumb"),
            unicode: speaks_unicode(),
            columns: env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|&columns| columns > 0),
            from_revision: env::var("PRE_COMMIT_FROM_REF").ok().filter(|revision| !revision.is_empty()),
        }
    }
}

/// Whether the locale is one of UTF-8; terminals of Windows and macOS always are.
fn speaks_unicode() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| env::var(name).ok().filter(|v| !v.is_empty()));
    let utf8 = |locale: String| locale.to_ascii_lowercase().replace('-', "").contains("utf8");
    cfg!(any(windows, target_os = "macos")) || locale.is_some_and(utf8)
}
