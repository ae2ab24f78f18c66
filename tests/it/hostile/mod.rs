//! Trees made to harm: generators in code, and what kubevet does with them.

mod git;
