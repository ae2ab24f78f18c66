//! Paths inside volumes and containers.
//!
//! In: a path as written. Out: what is wrong with it. Mirrors `validatePathNoBacksteps`, `validateLocalDescendingPath`
//! and `ValidateLocalNonReservedPath` of `pkg/apis/core/validation`.

use crate::api::check::Check;

/// No element of the path may be `..`.
pub fn no_backsteps(path: &str) -> Check {
    let stepped = path.split('/').any(|element| element == "..");
    if stepped { Err("must not contain `..`") } else { Ok(()) }
}

/// The path must be relative and stay below where it starts.
pub fn descending(path: &str) -> Check {
    if path.starts_with('/') { Err("must be a relative path") } else { no_backsteps(path) }
}

/// As [`descending`], and no name that starts with `..`: those are the kubelet's own.
pub fn not_reserved(path: &str) -> Check {
    descending(path)?;
    if path.starts_with("..") { Err("must not start with `..`") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_elements_are_backsteps() {
        assert!(no_backsteps("a/../b").is_err());
        assert!(no_backsteps("..").is_err());
        assert!(no_backsteps("a/..b/c..").is_ok());
        assert!(not_reserved("..data/x").is_err());
        assert!(not_reserved("").is_ok());
        assert!(descending("/a").is_err());
    }
}
