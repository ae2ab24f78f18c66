//! What a stranger's repository may hold to hurt who looks at it: each attempt is made here, in code.

mod files;
