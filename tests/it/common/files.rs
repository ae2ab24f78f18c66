//! Files made for a test.

use std::fs;
use std::path::Path;

/// Writes a file below a folder, and the folders on the way.
pub fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}
