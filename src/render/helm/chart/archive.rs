//! A packed chart.
//!
//! In: the bytes of a `.tgz`. Out: names and bytes of its files. Unpacked in memory within limits; names that would lead
//! outside are refused.

use std::io::Read;

use crate::go::path::clean;

/// Most bytes of a chart, unpacked.
pub const MAX_CHART: u64 = 100 << 20;
/// Most bytes of one file.
pub const MAX_FILE: u64 = 5 << 20;
/// Most entries of an archive.
const MAX_ENTRIES: usize = 50_000;

/// What a chart may still unpack, with those in it.
#[derive(Debug, Clone)]
pub struct Left {
    bytes: u64,
    entries: usize,
}

impl Default for Left {
    fn default() -> Self {
        Self { bytes: MAX_CHART, entries: MAX_ENTRIES }
    }
}

/// Whether bytes are what Git LFS leaves in the place of a file until its content is fetched.
pub fn is_pointer(bytes: &[u8]) -> bool {
    bytes.starts_with(b"version https://git-lfs.github.com/spec/")
}

/// Unpacks an archive; what it holds is taken off from what is left of a chart's bytes and entries.
///
/// # Errors
/// Where it is none, is too large, or has names that lead outside.
pub fn unpack(bytes: &[u8], left: &mut Left) -> Result<Vec<(String, Vec<u8>)>, String> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Err("gzip: invalid header".to_owned());
    }
    // What the tar reader skips counts as well.
    let unzipped = flate2::read::MultiGzDecoder::new(bytes).take(left.bytes + (1 << 20));
    let mut archive = tar::Archive::new(unzipped);
    let mut files = Vec::new();
    let tell = |error: std::io::Error| format!("cannot read the archive: {error}");
    for entry in archive.entries().map_err(tell)? {
        let mut entry = entry.map_err(tell)?;
        left.entries = left
            .entries
            .checked_sub(1)
            .ok_or_else(|| format!("the chart's archives have more than {MAX_ENTRIES} entries"))?;
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_pax_global_extensions() || kind.is_pax_local_extensions() {
            continue;
        }
        let full = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if full.ends_with('/') {
            continue;
        }
        let name = inner_name(&full)?;
        let size = entry.size();
        if size > left.bytes {
            return Err(format!("decompressed chart is larger than the maximum size {MAX_CHART}"));
        }
        if size > MAX_FILE {
            return Err(format!("decompressed chart file {full:?} is larger than the maximum file size {MAX_FILE}"));
        }
        let mut content = Vec::with_capacity(size as usize);
        entry.by_ref().take(MAX_FILE).read_to_end(&mut content).map_err(tell)?;
        left.bytes -= content.len() as u64;
        files.push((name, content));
    }
    if files.is_empty() { Err("no files in chart archive".to_owned()) } else { Ok(files) }
}

/// The name without the folder that holds the chart.
fn inner_name(full: &str) -> Result<String, String> {
    let delimiter = if full.contains('\\') { '\\' } else { '/' };
    let (first, rest) = full.split_once(delimiter).unwrap_or((full, ""));
    let rest = rest.replace(delimiter, "/");
    if rest.starts_with('/') {
        return Err("chart illegally contains absolute paths".to_owned());
    }
    let name = clean(&rest);
    if name == "." {
        return Err(format!("chart illegally contains content outside the base directory: {full:?}"));
    }
    if name.starts_with("..") {
        return Err("chart illegally references parent directory".to_owned());
    }
    let drive = name.as_bytes();
    if drive.len() > 2 && drive[0].is_ascii_alphabetic() && &drive[1..3] == b":/" {
        return Err("chart contains illegally named files".to_owned());
    }
    if first == "Chart.yaml" {
        return Err("chart yaml not in base directory".to_owned());
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside() {
        assert_eq!(inner_name("c/templates/../a.yaml").as_deref(), Ok("a.yaml"));
        for name in ["c/../../a", "c//a", "Chart.yaml", "c/c:/a", "c"] {
            assert!(inner_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        assert!(unpack(b"hello", &mut Left::default()).is_err());
        assert!(unpack(&[0x1f, 0x8b, 8, 0, 1, 2, 3], &mut Left::default()).is_err());
    }
}
