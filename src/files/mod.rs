//! The door to the disk.
//!
//! In: paths that a user or a repository names. Out: their bytes, read within bounds and without waiting; texts put in their
//! place as a whole or not at all; and names for showing, of which no two are alike for two files.

pub mod name;
pub mod read;
pub mod write;

pub use read::{MAX_FILE, ReadError, read};
pub use write::{Before, Tree, WriteError, replace, report};

use std::fs::FileType;

/// What an error of the operating system means, without its number.
pub fn describe(error: &std::io::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = plain.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + chars.as_str())
}

/// What something is that is neither a file nor a directory, as a person would call it.
pub fn kind_of(kind: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "a named pipe, not a file";
        }
        if kind.is_socket() {
            return "a socket, not a file";
        }
        if kind.is_char_device() || kind.is_block_device() {
            return "a device, not a file";
        }
    }
    if kind.is_dir() { "a directory, not a file" } else { "not a regular file" }
}
