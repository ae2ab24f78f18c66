//! Trees made to harm: what kubevet reads comes from strangers.

mod output;
