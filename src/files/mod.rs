//! Files: the door to them, and what is behind it.
//!
//! In: paths that a user or a repository names. Out: what lies there, through [`Files`]: read within bounds and without
//! waiting, from the disk, from texts over it or from memory; texts put in their place as a whole or not at all; and names for
//! showing, of which no two are alike for two files.
#![expect(clippy::disallowed_methods, reason = "the disk is asked here, and by git, and nowhere else")]

pub mod disk;
mod door;
mod memory;
pub mod name;
mod overlay;
pub mod read;
pub mod write;

pub use disk::Disk;
pub use door::{Door, Entry, Files, Kind, nearest};
pub use memory::Memory;
pub use overlay::Overlay;
pub use read::{MAX_FILE, ReadError, read};
pub use write::{Before, Tree, WriteError, replace, report};

/// What an error of the operating system means, without its number.
pub fn describe(error: &std::io::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = plain.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + chars.as_str())
}
