//! What a stranger's repository may hold to hurt who looks at it: each attempt is made here, in code.

mod charts;
#[cfg(unix)]
mod files;
mod git;
mod growth;
mod mutations;
mod output;
mod strace;
#[cfg(unix)]
mod tree;
#[cfg(unix)]
mod writing;
