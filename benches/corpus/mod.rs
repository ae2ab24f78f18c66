//! A repository to measure on: 1,000 applications of seven objects each in files of their own, as teams write them.

use std::fs;
use std::path::Path;

mod application;

pub use application::application;

/// Number of applications.
pub const APPLICATIONS: usize = 1000;
/// Number of documents.
pub const DOCUMENTS: usize = APPLICATIONS * 7;

/// Writes the repository; the number of bytes.
pub fn write(root: &Path) -> usize {
    let mut bytes = 0;
    for number in 0..APPLICATIONS {
        let folder = root.join(format!("team-{:02}/app-{number:04}", number % 40));
        fs::create_dir_all(&folder).expect("the folder can be made");
        for (name, text) in application(number) {
            bytes += text.len();
            fs::write(folder.join(name), text).expect("the file can be written");
        }
    }
    bytes
}
